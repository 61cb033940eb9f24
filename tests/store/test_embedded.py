"""Bounded look-ups: what pages and documents are made of."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from building import copy, edit, published
from pyoxigraph import Literal, NamedNode

from publisher import store
from publisher.description import Description
from publisher.errors import ReleaseDamaged
from publisher.formats import TURTLE, triples
from publisher.namespaces import DCT, SKOS
from publisher.release import Release
from publisher.release.dumps import serialize
from publisher.store import embedded
from publisher.web import Site


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[store.Store]:
    opened = store.open(published(copy("tiny", tmp_path_factory.mktemp("store"))))
    yield opened
    opened.close()


def description(opened: store.Store, path: str) -> Description:
    """What the document at a path describes."""
    document = opened.document(path)
    assert document is not None
    return opened.description(document)


WINTER = "https://tiny.example/id/concept/season/winter"


@pytest.mark.parametrize(
    ("path", "iri", "document"),
    [
        ("/id/concept/season/winter", WINTER, "/doc/concept/season/winter"),
        (
            "/id/concept/season/vorst.periode",
            "https://tiny.example/id/concept/season/vorst.periode",
            "/doc/concept/season/vorst.periode",
        ),
        ("/months", "http://mirror.example/months", "/doc/months"),
        ("/months/ao%C3%BBt", "http://mirror.example/months/août", "/doc/months/ao%C3%BBt"),
        ("/terms", "http://mirror.example/terms#leap", "/doc/terms"),
    ],
)
def test_a_thing_is_found_by_its_path(opened: store.Store, path: str, iri: str, document: str) -> None:
    thing = opened.thing(path)
    assert thing is not None
    assert (thing.iri.value, thing.document, thing.answer) == (iri, document, 303)


@pytest.mark.parametrize("path", ["/id/concept/season/mist", "/id/concept/season", "/id", ""])
def test_an_unknown_path_is_nothing(opened: store.Store, path: str) -> None:
    assert opened.thing(path) is None
    assert opened.document(path) is None


def test_a_description_has_statements_labels_mentions_and_paths(opened: store.Store) -> None:
    described = description(opened, "/doc/concept/season/winter")
    assert described.types == (SKOS["Concept"],)
    assert Literal("Winter", language="nl") in set(described.objects(SKOS["prefLabel"]))
    assert [each.value for each in described.subjects(DCT["subject"])] == [
        "https://tiny.example/id/document/winters-meten"
    ]
    assert described.labels["https://tiny.example/id/conceptscheme/season"]["nl"] == "Jaargetijden"
    assert described.paths["https://tiny.example/id/conceptscheme/season"] == "/doc/conceptscheme/season"
    assert "http://other.example/winter" not in described.paths
    assert {"https://tiny.example/id/conceptscheme/season", WINTER} <= described.labels.keys()
    assert len(described.paths) == len(set(described.paths))


def test_a_document_is_kept_as_it_is_sent(opened: store.Store) -> None:
    document = opened.document("/doc/concept/season/winter")
    assert document is not None
    assert (document.iri.value, document.modified) == (WINTER, "2026-03-21T00:00:00+00:00")
    assert document.relations == (
        ("type", "http://www.w3.org/2004/02/skos/core#Concept"),
        ("collection", "https://tiny.example/id/conceptscheme/season"),
    )
    assert serialize(triples(document.quads), TURTLE) == document.turtle
    assert opened.document_about(document.iri) == document


def test_few_documents_are_in_memory_and_many_are_not_and_both_are_the_same(
    opened: store.Store, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "SMALL", 0)
    large = store.open(release)
    for path in ("/doc/concept/season/winter", "/doc/terms", "/doc/concept/season", "/doc/never"):
        assert large.document(path) == opened.document(path)
    large.close()


def test_a_release_of_an_earlier_program_is_refused_with_advice(tmp_path: Path) -> None:
    release = published(copy("tiny", tmp_path))
    with sqlite3.connect(release.documents) as connection:
        connection.execute("ALTER TABLE resource RENAME COLUMN turtle TO statements")
    connection.close()
    with pytest.raises(ReleaseDamaged, match="no such column: turtle; run `publisher publish`"):
        store.open(release)


def test_a_description_keeps_the_spelling_of_numbers(opened: store.Store) -> None:
    described = description(opened, "/doc/document/winters-meten")
    assert [each.value for each in described.objects(DCT["extent"])] == ["1.50"]


def test_hash_iris_share_a_document(opened: store.Store) -> None:
    described = description(opened, "/doc/terms")
    assert {str(quad.subject) for quad in described.quads} == {
        "<http://mirror.example/terms#leap>",
        "<http://mirror.example/terms#short>",
    }


def test_a_listing_is_cut_and_counted(opened: store.Store) -> None:
    listing = opened.listing("/doc/concept/season", offset=1, limit=2)
    assert listing is not None
    assert listing.total == 5
    assert [each.path.rpartition("/")[2] for each in listing.entries] == ["spring", "summer"]
    assert opened.listing("/doc/conc") is None


def test_any_described_iri_can_be_found(opened: store.Store) -> None:
    assert opened.find(WINTER) == "/doc/concept/season/winter"
    assert opened.find("http://other.example/winter") is None
    assert opened.describe(NamedNode("http://other.example/winter")) is None


def test_labels_are_given_for_what_has_one(opened: store.Store) -> None:
    labels = opened.labels([WINTER, "http://other.example/winter"])
    assert labels.keys() == {WINTER}
    assert labels[WINTER] == {"nl": "Winter", "en": "Winter"}


def test_who_names_a_resource_is_found_by_property(opened: store.Store) -> None:
    scheme = NamedNode("https://tiny.example/id/conceptscheme/season")
    names = [each.value.rpartition("/")[2] for each in opened.subjects(SKOS["topConceptOf"], scheme, 10)]
    assert names == ["autumn", "spring", "summer", "winter"]
    assert len(opened.subjects(SKOS["topConceptOf"], scheme, 2)) == 2


@pytest.fixture(scope="module")
def later(retired: Site) -> store.Store:
    """The store of a site with one season of each status, and aliases."""
    return retired.store


SEASONS = "https://tiny.example/id/concept/season/"


def test_a_document_tells_how_its_subject_stands(later: store.Store) -> None:
    found = {
        name: later.document(f"/doc/concept/season/{name}") for name in ("winter", "summer", "autumn", "spring")
    }
    assert {name: (each.status, each.successors) for name, each in found.items() if each} == {
        "winter": ("deprecated", (f"{SEASONS}spring",)),
        "summer": ("unfinished", ()),
        "autumn": ("withdrawn", ()),
        "spring": ("", ()),
    }


def test_what_is_retired_or_unfinished_is_listed_only_when_asked_for(later: store.Store) -> None:
    listing = later.listing("/doc/concept/season")
    everything = later.listing("/doc/concept/season", everything=True)
    assert listing
    assert everything
    assert [each.path.rpartition("/")[2] for each in listing.entries] == ["spring", "vorst.periode"]
    assert (listing.total, listing.others, everything.total, everything.others) == (2, 3, 5, 3)
    assert {each.path.rpartition("/")[2]: each.status for each in everything.entries} == {
        "autumn": "withdrawn",
        "spring": "",
        "summer": "unfinished",
        "vorst.periode": "",
        "winter": "deprecated",
    }


def test_the_current_ones_of_resources_are_found_in_their_order(later: store.Store) -> None:
    iris = [NamedNode(f"{SEASONS}{name}") for name in ("winter", "vorst.periode", "autumn", "spring")]
    assert later.current(iris) == (iris[1], iris[3])
    assert later.current([]) == ()


def test_the_paths_of_an_alias_are_found(later: store.Store) -> None:
    assert later.alias("/id/concept/season/lente") == "/id/concept/season/spring"
    assert later.alias("/doc/concept/season/lente") == "/doc/concept/season/spring"
    assert later.alias("/id/concept/season/spring") is None


def test_a_shared_document_is_gone_only_when_all_of_it_is(tmp_path: Path) -> None:
    folder = copy("tiny", tmp_path)
    terms = folder / "data" / "months.ttl"
    edit(terms, "t:leap a skos:Concept ;", "t:leap a skos:Concept ; adms:status status:Withdrawn ;")
    edit(terms, "@prefix", f"{STATUSES}@prefix")
    assert shared(folder).status == ""
    edit(terms, "t:short a skos:Concept ;", "t:short a skos:Concept ; adms:status status:Withdrawn ;")
    assert shared(folder).status == "withdrawn"


STATUSES = """\
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix status: <http://purl.org/adms/status/> .
"""


def shared(folder: Path) -> store.Document:
    opened = store.open(published(folder))
    document = opened.document("/doc/terms")
    opened.close()
    assert document is not None
    return document
