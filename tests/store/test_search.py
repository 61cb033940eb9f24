"""What is found, in which order, and in spite of which slips."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from building import copy, published

from publisher.errors import ReleaseDamaged
from publisher.release import Release
from publisher.store.search import Question, Role, Search, open_search
from publisher.web import Site

WATER = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix c: <id/concept/nat/> .

<id/conceptscheme/nat> a skos:ConceptScheme ; dct:title "Natte dingen"@nl ; skos:prefLabel "Natte dingen"@nl .
c:water a skos:Concept ; skos:prefLabel "Water"@nl ; skos:inScheme <id/conceptscheme/nat> .
c:weg a skos:Concept ; skos:prefLabel "Waterweg"@nl ; skos:inScheme <id/conceptscheme/nat> .
c:zee a skos:Concept ; skos:prefLabel "Zout water"@nl, "Sea"@en ; skos:inScheme <id/conceptscheme/nat> .
c:sap a skos:Concept ; skos:prefLabel "Sap"@nl ; skos:altLabel "Water met smaak"@nl ;
    skos:inScheme <id/conceptscheme/nat> .
c:h2o a skos:Concept ; skos:prefLabel "Vloeistof"@nl ; skos:hiddenLabel "watr, water"@nl ; skos:notation "02.1" ;
    skos:inScheme <id/conceptscheme/nat> .
c:ijs a skos:Concept ; skos:prefLabel "IJs"@nl ; skos:definition "Bevroren water."@nl ;
    skos:inScheme <id/conceptscheme/nat> .
c:oder a skos:Concept ; skos:prefLabel "Großwasserstraße"@de, "Œuvre d’eau"@fr ;
    skos:inScheme <id/conceptscheme/nat> .
<id/document/nat> a foaf:Document ; dct:title "Over het water"@nl ; dct:subject c:water .
"""


@pytest.fixture(scope="module")
def wet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Search]:
    folder = copy("tiny", tmp_path_factory.mktemp("wet"))
    (folder / "data" / "nat.ttl").write_text(WATER, "utf-8")
    found = open_search(published(folder))
    assert found is not None
    yield found
    found.close()


@pytest.fixture
def seasons(retired: Site) -> Search:
    """Seasons of which one replaces another, one is not finished and one withdrawn."""
    assert retired.store.search is not None
    return retired.store.search


def found(search: Search, text: str, language: str = "nl", **others: str) -> list[str]:
    """The last segments of what is found."""
    results = search.search(Question(text, language, **others))  # type: ignore[arg-type]
    return [each.thing.iri.rpartition("/")[2] for each in results.hits]


def test_titles_come_before_other_labels_and_these_before_definitions(wet: Search) -> None:
    assert found(wet, "water") == ["water", "weg", "zee", "nat", "sap", "h2o", "ijs"]


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("WATERWEG", "weg"),
        ("waterw", "weg"),
        ("water zout", "zee"),
        ("02.1", "h2o"),
        ("02 1", "h2o"),
        ("s1.1", "vorst.periode"),
        ("grosswasserstrasse", "oder"),
        ("oeuvre", "oder"),
        ("août", "ao\u00fbt"),
        ("AOUT", "ao\u00fbt"),
        ("bevroren", "ijs"),
        ("smaak", "sap"),
        ("over het", "nat"),
        ("sea", "zee"),
    ],
)
def test_it_is_found(wet: Search, text: str, best: str) -> None:
    assert found(wet, text)[0] == best


@pytest.mark.parametrize(
    ("text", "best", "instead"),
    [
        ("watreweg", "weg", "waterweg"),
        ("waterwge", "weg", "waterweg"),
        ("warerwegg", "weg", "waterweg"),
        ("vloistof", "h2o", "vloeistof"),
        ("zuot water", "zee", "zout water"),
        ("vloeis tof", "", ""),
        ("xyzzyx", "", ""),
        ("02.2", "", ""),
    ],
)
def test_small_slips_are_forgiven_and_told(wet: Search, text: str, best: str, instead: str) -> None:
    results = wet.search(Question(text, "nl"))
    assert results.instead == instead
    assert [each.thing.iri.rpartition("/")[2] for each in results.hits][:1] == ([best] if best else [])


def test_what_is_found_by_another_label_says_which(wet: Search) -> None:
    [sap] = wet.search(Question("smaak", "nl")).hits
    assert (sap.text, sap.language, sap.role, sap.formerly) == ("Water met smaak", "nl", Role.ALTERNATIVE, False)


def test_the_language_of_the_page_comes_first(seasons: Search) -> None:
    for language in ("nl", "en"):
        [spring] = seasons.search(Question("winter", language)).hits[:1]
        assert spring.language == language


@pytest.mark.parametrize(
    ("restriction", "expected"),
    [
        ({"kind": "document"}, ["nat"]),
        ({"tag": "https://tiny.example/id/concept/nat/water"}, ["nat"]),
        (
            {"scheme": "https://tiny.example/id/conceptscheme/nat"},
            ["water", "weg", "zee", "sap", "h2o", "ijs"],
        ),
        ({"scheme": "https://tiny.example/id/conceptscheme/season"}, []),
        ({"kind": "' OR 1=1 --"}, []),
        ({"scheme": '"'}, []),
    ],
    ids=["kind", "tag", "scheme", "other scheme", "no kind", "no IRI"],
)
def test_answers_can_be_restricted(wet: Search, restriction: dict[str, str], expected: list[str]) -> None:
    assert found(wet, "water", **restriction) == expected


def test_facets_count_what_was_found(wet: Search) -> None:
    facets = wet.search(Question("water", "nl")).facets
    assert facets["kind"] == {"concept": 6, "document": 1}
    assert facets["scheme"] == {"https://tiny.example/id/conceptscheme/nat": 6}
    assert facets["tag"] == {"https://tiny.example/id/concept/nat/water": 1}


def test_the_label_of_what_was_replaced_finds_its_successor(seasons: Search) -> None:
    [spring] = seasons.search(Question("koude tijd", "nl")).hits
    assert (spring.thing.iri.rpartition("/")[2], spring.text, spring.formerly) == ("spring", "Koude tijd", True)


@pytest.mark.parametrize("text", ["zomer warm", "herfst", "winters meten"])
def test_what_is_retired_or_unfinished_is_found_only_if_asked_for(seasons: Search, text: str) -> None:
    assert "lente" not in text
    before = found(seasons, text)
    everything = seasons.search(Question(text, "nl", everything=True)).hits
    assert len(before) < len(everything)
    assert everything[0].thing.status


def test_what_a_thing_was_called_in_an_older_version_is_found(fruit_site: Site) -> None:
    assert fruit_site.store.search is not None
    [pear] = fruit_site.store.search.search(Question("peer", "nl")).hits
    assert (pear.thing.iri.rpartition("/")[2], pear.text, pear.formerly) == ("peer", "Peer", True)


def test_a_release_without_an_index_has_no_search(release: Release) -> None:
    assert release.search is not None
    name = release.search.relative_to(release.directory).as_posix()
    files = {path: fact for path, fact in release.manifest.files.items() if path != name}
    assert open_search(replace(release, manifest=replace(release.manifest, files=files))) is None


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "water AND",
        "water OR NOT (",
        "NEAR(water, weg)",
        "words:water",
        "water*",
        "^water",
        "-water",
        "' OR 1=1 --",
        "\x00water\x00",
        "💧",
        "مياه",
        "\u202ewater",
        "water " * 50,
        "a" * 200,
        "a b c d e f g h i j k l m n o p q r s t u v w x y z",
        "\ud800",
        "%_",
    ],
)
def test_hostile_questions_are_answered(wet: Search, text: str) -> None:
    for answer in (wet.search(Question(text, "nl")), wet.suggest(Question(text, "zz"), 10)):
        assert len(answer.hits) <= 8


def test_words_of_the_query_language_are_words(wet: Search) -> None:
    assert found(wet, "water*") == found(wet, "water")
    assert found(wet, "water OR weg") == []


def test_suggestions_are_labels_only(wet: Search) -> None:
    suggested = [each.thing.iri.rpartition("/")[2] for each in wet.suggest(Question("water", "nl"), 10).hits]
    assert suggested == ["water", "weg", "zee", "nat", "sap", "h2o"]


def test_first_texts_come_in_the_language_of_the_page(wet: Search) -> None:
    iri = "https://tiny.example/id/concept/nat/ijs"
    assert wet.leads([iri], "en") == {iri: ("Bevroren water.", "nl")}


def test_a_damaged_index_is_told(tmp_path: Path, wet: Search) -> None:
    release = published(copy("tiny", tmp_path))
    path = release.directory / "search" / "search.sqlite"
    path.write_bytes(b"\x00" * path.stat().st_size)
    with pytest.raises(ReleaseDamaged, match="publisher publish"):
        open_search(Release(release.directory, release.manifest, {}, {}))
