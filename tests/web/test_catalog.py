"""The catalogue for harvesters, the front page, the context."""

from __future__ import annotations

import json

import pyoxigraph
import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode

from publisher.formats import GRAPH_FORMATS
from publisher.namespaces import DCAT, RDF, VOID


def statements(client: FlaskClient, suffix: str) -> set[pyoxigraph.Triple]:
    format = next(each for each in GRAPH_FORMATS if each.suffix == suffix)
    return {quad.triple for quad in pyoxigraph.parse(client.get(f"/catalog.{suffix}").data, format.engine)}


@pytest.mark.parametrize("suffix", ["nt", "jsonld", "rdf"])
def test_the_catalogue_says_the_same_in_every_syntax(client: FlaskClient, suffix: str) -> None:
    turtle = statements(client, "ttl")
    assert len(turtle) > 50
    assert statements(client, suffix) == turtle


def test_every_address_in_the_catalogue_on_this_site_answers(client: FlaskClient) -> None:
    found = {
        term.value
        for triple in statements(client, "nt")
        for term in (triple.subject, triple.object)
        if isinstance(term, NamedNode) and term.value.startswith("https://tiny.example/")
    }
    assert len(found) > 10
    for iri in sorted(found):
        answer = client.get(iri.removeprefix("https://tiny.example"), follow_redirects=True)
        assert answer.status_code == 200, iri


def test_the_well_known_address_leads_to_the_description_of_the_datasets(client: FlaskClient) -> None:
    answer = client.get("/.well-known/void", headers={"Accept": "text/turtle"}, follow_redirects=True)
    kinds = {
        quad.object
        for quad in pyoxigraph.parse(answer.data, pyoxigraph.RdfFormat.TURTLE)
        if quad.predicate == RDF["type"]
    }
    assert {DCAT["Dataset"], VOID["Dataset"]} <= kinds


def test_the_context_holds_what_stands_inline_in_every_document(client: FlaskClient) -> None:
    published = json.loads(client.get("/ns/context.jsonld").data)["@context"]
    for path in ("/catalog.jsonld", "/doc/concept/season/winter.jsonld", "/dataset/seasons/1.0.0.jsonld"):
        inline = json.loads(client.get(path).data)["@context"]
        assert inline.items() <= published.items()


def test_the_front_page_sends_programs_to_the_catalogue(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Accept": "application/rdf+xml"}, follow_redirects=True)
    assert (answer.status_code, answer.mimetype) == (200, "application/rdf+xml")
