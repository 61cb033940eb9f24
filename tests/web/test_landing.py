"""The front page, of whatever vocabulary: with a wheel where there are few top concepts, and good without one."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest
from building import copy, edit, published
from flask.testing import FlaskClient

from publisher.web import Site, open_site
from publisher.web.landing import landing

HEAD = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<id/conceptscheme/thing> a skos:ConceptScheme ;
    dct:title "Dingen"@nl ; skos:prefLabel "Dingen"@nl ; skos:definition "Alle dingen."@nl .
"""


def front(folder: Path) -> str:
    """The front page of a folder, once it is published."""
    published(folder)
    site = open_site(folder)
    with closing(site.queries):
        return landing(site)


def with_things(folder: Path, number: int) -> Path:
    """The tiny site with nothing in it but so many top concepts, without notations."""
    site = copy("tiny", folder)
    for each in (site / "data").glob("*.ttl"):
        each.unlink()
    concepts = "".join(
        f'<id/concept/thing/{each}> a skos:Concept ; skos:prefLabel "Ding {each}"@nl ; '
        f'skos:definition "Het ding {each}."@nl ; skos:topConceptOf <id/conceptscheme/thing> .\n'
        for each in range(number)
    )
    (site / "data" / "thing.ttl").write_text(HEAD + concepts, "utf-8")
    return site


def wheel_in(page: str) -> ElementTree.Element | None:
    found = re.search(r'<svg class="wheel.*?</svg>', page, re.DOTALL)
    return ElementTree.fromstring(found[0]) if found else None


def cards_in(page: str) -> list[str]:
    """The text of each card."""
    found = re.search(r'<ul class="cards">(.*?)</ul>', page, re.DOTALL)
    cards = re.findall(r"<li class.*?</li>", found[1], re.DOTALL) if found else []
    return [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in cards]


def test_wheel_leads_to_each_top_concept_and_to_all(client: FlaskClient) -> None:
    wheel = wheel_in(client.get("/").text)
    assert wheel
    links = [each.get("href", "") for each in wheel.iter("a")]
    assert links == [
        *(f"/doc/concept/season/{each}.html" for each in ("winter", "spring", "summer", "autumn")),
        "/doc/conceptscheme/season.html",
    ]
    assert {client.get(each).status_code for each in links} == {200}


def test_wheel_speaks_the_language_of_the_page(site: Site) -> None:
    wheel = wheel_in(landing(site.speaking("en")))
    assert wheel
    assert [each.get("aria-label") for each in wheel.iter("a")][:2] == ["S1 Winter", "S2 Spring"]
    assert next(wheel.iter("a")).get("href") == "/doc/concept/season/winter.en.html"


def test_cards_tell_what_is_below_a_concept_and_about_it(client: FlaskClient) -> None:
    winter, spring, *_ = cards_in(client.get("/").text)
    assert winter.endswith("1 onderliggend begrip · 1 kennisitem")
    assert spring.endswith("Geen onderliggende begrippen")


def test_document_about_what_is_below_counts_for_the_top(tmp_path: Path) -> None:
    folder = copy("tiny", tmp_path)
    (folder / "data" / "more.ttl").write_text(
        "@prefix dct: <http://purl.org/dc/terms/> .\n@prefix foaf: <http://xmlns.com/foaf/0.1/> .\n"
        '<id/document/vorst> a foaf:Document, dct:BibliographicResource ; dct:title "Vorst"@nl ;\n'
        "    dct:subject <id/concept/season/vorst.periode> .\n",
        "utf-8",
    )
    [winter, *_] = cards_in(front(folder))
    assert winter.endswith("2 kennisitems")


def test_newest_documents_have_their_date_and_tags(client: FlaskClient) -> None:
    page = client.get("/").text
    assert '<time datetime="2021-06-27">27 juni 2021</time>' in page
    assert '<a href="/doc/document/winters-meten.html">Winters meten</a>' in page


def test_whole_vocabulary_is_one_click_away(client: FlaskClient) -> None:
    page = client.get("/").text
    for suffix in ("ttl", "csv", "xlsx"):
        address = f"/dataset/seasons/1.0.0.{suffix}"
        assert f'href="{address}"' in page
        assert client.get(address).status_code == 200


def test_site_named_after_its_scheme_does_not_repeat_it(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "<h1>Jaargetijden</h1>" in page
    assert "<h2><span>De hoofdbegrippen</span></h2>" in page


@pytest.mark.parametrize("number", [3, 12])
def test_concepts_without_notation_are_numbered_and_coloured(tmp_path: Path, number: int) -> None:
    page = front(with_things(tmp_path, number))
    wheel = wheel_in(page)
    assert wheel
    links = list(wheel.iter("a"))[:-1]
    assert len(links) == number
    assert [each.get("class") for each in links[:3]] == ["hue-1", "hue-2", "hue-3"]
    assert (links[0].get("aria-label") or "").startswith("1 Ding")
    assert len(cards_in(page)) == number


@pytest.mark.parametrize("number", [1, 2, 13])
def test_too_few_or_too_many_top_concepts_make_no_wheel(tmp_path: Path, number: int) -> None:
    page = front(with_things(tmp_path, number))
    assert wheel_in(page) is None
    assert len(cards_in(page)) == min(number, 12)
    assert ("1 begrip" if number == 1 else f"{number} begrippen") in page
    assert "Dingen" in page


GROUPS = """
<id/collection/inner> a skos:Collection ; skos:prefLabel "Binnen"@nl ; skos:inScheme <id/conceptscheme/thing> ;
    skos:member <id/concept/thing/1> , <id/concept/thing/2> .
<id/collection/outer> a skos:Collection ; skos:prefLabel "Buiten"@nl ; skos:inScheme <id/conceptscheme/thing> ;
    skos:member <id/collection/inner> , <id/concept/thing/2> , <id/concept/thing/3> .
<id/collection/empty> a skos:Collection ; skos:prefLabel "Leeg"@nl ; skos:inScheme <id/conceptscheme/thing> .
<id/collection/other> a skos:Collection ; skos:prefLabel "Van niemand"@nl .
"""


def test_of_hundreds_of_top_concepts_no_dozen_stands_for_all(tmp_path: Path) -> None:
    folder = with_things(tmp_path, 150)
    with (folder / "data" / "thing.ttl").open("a", encoding="utf-8") as file:
        file.write(GROUPS)
    page = front(folder)
    assert cards_in(page) == ["Buiten 3 begrippen", "Leeg 0 begrippen"]
    assert '<li><a href="/doc/conceptscheme/thing.html?letter=d">D</a></li>' in page
    assert "(150 begrippen)" in page


def test_scheme_that_says_nothing_of_its_top_has_the_cards_of_its_roots(tmp_path: Path) -> None:
    folder = with_things(tmp_path, 4)
    path = folder / "data" / "thing.ttl"
    path.write_text(path.read_text("utf-8").replace("skos:topConceptOf", "skos:inScheme"), "utf-8")
    edit(folder / "publisher.toml", "entail = true", "entail = false")
    assert len(cards_in(front(folder))) == 4


def test_site_without_concepts_still_has_a_front_page(tmp_path: Path) -> None:
    folder = with_things(tmp_path, 0)
    (folder / "data" / "thing.ttl").write_text(
        "@prefix dct: <http://purl.org/dc/terms/> .\n@prefix foaf: <http://xmlns.com/foaf/0.1/> .\n"
        '<id/document/vorst> a foaf:Document, dct:BibliographicResource ; dct:title "Vorst"@nl .\n',
        "utf-8",
    )
    page = front(folder)
    assert wheel_in(page) is None
    assert not cards_in(page)
    assert "/dataset/seasons/1.0.0.ttl" in page
