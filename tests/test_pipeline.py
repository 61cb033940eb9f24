"""Folder to answers, once, end to end: the real content under another base, and somebody else's vocabulary."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from building import edit, published
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, RdfFormat

from publisher.namespaces import RDF, SKOS
from publisher.web import Site, create_app, open_site

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus" / "vocab"
BASE = "https://second.example"

FOREIGN = """\
base = "https://catalog.example"
languages = ["en"]
title.en = "A mirrored vocabulary"
description.en = "Published under its own IRIs."
publisher = { name.en = "Mirror", email = "mirror@catalog.example" }
namespace = [{ iri = "%s", path = "%s" }]

[[dataset]]
name = "mirror"
title.en = "A mirrored vocabulary"
description.en = "Published under its own IRIs."
version = [{ number = "1.0.0", date = 2026-01-01 }]
"""

THESAURUS = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix t: <http://thesaurus.example/t/> .

<http://thesaurus.example/t> a skos:ConceptScheme ; skos:prefLabel "Thesaurus"@en ; skos:hasTopConcept t:c1 .
t:c1 a skos:Concept ; skos:prefLabel "One"@en ; skos:inScheme <http://thesaurus.example/t> .
t:c2 a skos:Concept ; skos:prefLabel "Two"@en ; skos:broader t:c1 ; skos:inScheme <http://thesaurus.example/t> .
t:mt5.15 a skos:Collection ; skos:prefLabel "Group 5.15"@en ; skos:member t:c1 , t:c2 .
"""


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The real content under a second base."""
    folder = tmp_path_factory.mktemp("second")
    for name in ("ontology", "data", "shapes"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "publisher.toml", folder)
    edit(folder / "publisher.toml", 'base = "https://hefbomen.example"', f'base = "{BASE}"')
    published(folder)
    yield from opened(folder)


def opened(folder: Path) -> Iterator[Site]:
    site = open_site(folder)
    yield site
    site.queries.close()


def resources(site: Site) -> list[NamedNode]:
    """Every IRI of the site's own that the store says something about."""
    store = pyoxigraph.Store.read_only(str(site.release.store))
    subjects = {quad.subject for quad in store if isinstance(quad.subject, NamedNode)}
    return sorted((each for each in subjects if site.config.policy.path_of(each.value)), key=str)


def assert_answers(client: FlaskClient, site: Site, iri: NamedNode) -> None:
    """The thing leads to a document that describes it."""
    path = site.config.policy.path_of(iri.value)
    assert path is not None
    turtle = {"Accept": "text/turtle"}
    answer = client.get(path, headers=turtle)
    if answer.status_code == 303:
        answer = client.get(answer.headers["Location"], headers=turtle)
    assert answer.status_code == 200, iri
    assert iri in {quad.subject for quad in pyoxigraph.parse(answer.data, RdfFormat.TURTLE)}


def test_a_second_base_leaves_no_trace_of_the_first(second: Site) -> None:
    text = second.release.dump("hefbomen", "1.0.0.nq")
    assert text is not None
    assert "https://hefbomen.example" not in text.read_text("utf-8")
    assert BASE in text.read_text("utf-8")


def test_every_resource_answers_under_its_own_iri(second: Site) -> None:
    client = create_app(second).test_client()
    own = resources(second)
    assert len(own) > 200
    for iri in own:
        assert_answers(client, second, iri)


def test_the_manifest_counts_what_the_store_holds(second: Site) -> None:
    store = pyoxigraph.Store.read_only(str(second.release.store))
    counts = {
        graph: sum(1 for _ in store.quads_for_pattern(None, None, None, NamedNode(graph)))
        for graph in second.release.manifest.graphs
    }
    assert counts == second.release.manifest.graphs
    assert sum(counts.values()) == second.release.manifest.quads


def test_somebody_elses_vocabulary_comes_out_as_it_went_in(tmp_path: Path) -> None:
    (tmp_path / "publisher.toml").write_text(FOREIGN % ("http://thesaurus.example/t", "/t"), "utf-8")
    (tmp_path / "thesaurus.ttl").write_text(THESAURUS, "utf-8")
    release = published(tmp_path)
    dump = release.dump("mirror", "1.0.0.nt")
    assert dump is not None
    read = {quad.triple for quad in pyoxigraph.parse(path=dump, format=RdfFormat.N_TRIPLES)}
    assert read == {quad.triple for quad in pyoxigraph.parse(THESAURUS, RdfFormat.TURTLE)}
    for site in opened(tmp_path):
        client = create_app(site).test_client()
        for iri in resources(site):
            assert_answers(client, site, iri)
        assert client.get("/t/c2").headers["Location"] == "/doc/t/c2"
        assert "Group 5.15" in client.get("/doc/t/mt5.15").text


VOCABULARIES = {
    "unesco": ("http://vocabularies.unesco.org/thesaurus", "/thesaurus"),
    "stw": ("http://zbw.eu/stw", "/stw"),
}


@pytest.mark.parametrize("name", VOCABULARIES)
def test_real_thesauri_publish_under_their_own_iris(name: str, tmp_path: Path) -> None:
    files = [path for path in CORPUS.rglob(f"*{name}*") if path.suffix in (".ttl", ".nt", ".rdf")]
    if not files:
        pytest.skip(f"{CORPUS.name}/ with {name} is not here")
    (tmp_path / "publisher.toml").write_text(FOREIGN % VOCABULARIES[name], "utf-8")
    shutil.copy(files[0], tmp_path)
    published(tmp_path)
    for site in opened(tmp_path):
        client = create_app(site).test_client()
        for iri in resources(site):
            if any(site.store.describe(iri).objects(RDF["type"])):  # type: ignore[union-attr]
                assert_answers(client, site, iri)
        assert any(
            kind == SKOS["Concept"] for iri in resources(site)[:50] for kind in site.store.describe(iri).types
        )  # type: ignore[union-attr]
