"""`/api/v1/queries`: saved queries are listed and called; no value ever changes a query."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from building import copy, published
from conftest import serving
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse
from werkzeug.test import TestResponse

from publisher.namespaces import DCT, SCHEMA, SH
from publisher.web import Site, create_app, open_site

QUERIES = {
    "labels": """\
#+ title.nl: Namen van een begrip
#+ title.en: Names of a concept
#+ description.nl: De namen van één begrip in één taal.
#+ columns: label
#+ parameter concept: iri
#+ parameter concept.example: https://tiny.example/id/concept/season/winter
#+ parameter concept.description.nl: De IRI van het begrip.
#+ parameter lang: one of nl, en
#+ parameter lang.default: nl
SELECT ?label WHERE {
  #+ parameters
  ?concept <http://www.w3.org/2004/02/skos/core#prefLabel> ?label FILTER(LANG(?label) = ?lang)
}
""",
    "echo": """\
#+ title.nl: Echo
#+ description.nl: Geeft terug wat het krijgt.
#+ columns: text dutch number day iri
#+ parameter a: text
#+ parameter a.default: x
#+ parameter b: text@nl
#+ parameter b.default: x
#+ parameter c: integer
#+ parameter c.default: 1
#+ parameter d: date
#+ parameter d.default: 2026-01-01
#+ parameter e: iri
#+ parameter e.default: urn:x
SELECT ?text ?dutch ?number ?day ?iri WHERE {
  #+ parameters
  BIND(?a AS ?text) BIND(?b AS ?dutch) BIND(?c AS ?number) BIND(?d AS ?day) BIND(?e AS ?iri)
}
""",
    "concepts": """\
#+ title.nl: Begrippen
#+ description.nl: Alle begrippen, als graaf.
CONSTRUCT { ?s a ?t } WHERE { ?s a ?t . FILTER(?t = <http://www.w3.org/2004/02/skos/core#Concept>) }
""",
}
WINTER = "https://tiny.example/id/concept/season/winter"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy("tiny", tmp_path_factory.mktemp("queries"))
    (folder / "queries").mkdir()
    for name, text in QUERIES.items():
        (folder / "queries" / f"{name}.rq").write_text(text, "utf-8")
    published(folder)
    return folder


@pytest.fixture(scope="module")
def client(asked: Path) -> Iterator[FlaskClient]:
    site = open_site(asked)
    yield create_app(site).test_client()
    site.queries.close()


def call(client: FlaskClient, name: str, accept: str = "*/*", **values: str) -> TestResponse:
    return client.get(f"/api/v1/queries/{name}", query_string=values, headers={"Accept": accept})


def rows(answer: TestResponse) -> list[dict[str, dict[str, str]]]:
    assert answer.status_code == 200, answer.data
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    solutions: list[dict[str, dict[str, str]]] = json.loads(answer.data)["results"]["bindings"]
    return solutions


def detail(answer: TestResponse, status: int = 400) -> str:
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    return str(answer.get_json(force=True)["detail"])


def test_the_list_says_what_each_query_takes_and_gives(client: FlaskClient) -> None:
    answer = client.get("/api/v1/queries")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["ETag"]
    queries = {each["name"]: each for each in answer.get_json()["queries"]}
    assert list(queries) == ["concepts", "echo", "labels"]
    labels = queries["labels"]
    assert labels["title"] == {"nl": "Namen van een begrip", "en": "Names of a concept"}
    assert labels["columns"] == ["label"]
    assert labels["link"] == "https://tiny.example/api/v1/queries/labels"
    assert labels["parameters"] == [
        {
            "name": "concept",
            "type": "iri",
            "required": True,
            "example": WINTER,
            "description": {"nl": "De IRI van het begrip."},
        },
        {"name": "lang", "type": "choice", "required": False, "values": ["nl", "en"], "default": "nl"},
    ]


@pytest.mark.parametrize("accept", ["text/turtle", "application/ld+json", "application/rdf+xml"])
def test_the_list_is_rdf_too_with_queries_that_can_be_run(client: FlaskClient, accept: str) -> None:
    answer = client.get("/api/v1/queries", headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, accept)
    assert "Accept" in answer.headers["Vary"]
    kind = RdfFormat.from_media_type(accept)
    assert kind is not None
    triples = {each.triple for each in parse(answer.data, kind)}
    labels = NamedNode("https://tiny.example/api/v1/queries/labels")
    endpoint = NamedNode("https://tiny.example/sparql")
    service = NamedNode("https://tiny.example/id/dataservice/sparql")
    assert Triple(service, DCT["references"], labels) in triples
    assert Triple(labels, SCHEMA["target"], endpoint) in triples
    assert Triple(labels, DCT["title"], Literal("Names of a concept", language="en")) in triples
    [text] = [
        str(each.object.value) for each in triples if (each.subject, each.predicate) == (labels, SH["select"])
    ]
    assert rows(client.get("/sparql", query_string={"query": text}))


def test_the_list_comes_in_no_other_form(client: FlaskClient) -> None:
    assert client.get("/api/v1/queries", headers={"Accept": "application/pdf"}).status_code == 406


def test_people_get_a_form_for_each_query(client: FlaskClient) -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    answer = client.get("/api/v1/queries", headers={"Accept": browser})
    assert (answer.status_code, answer.mimetype, answer.headers["Content-Language"]) == (200, "text/html", "nl")
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.text.count('<form action="/api/v1/queries/') == len(QUERIES)
    assert '<label for="labels-concept">De IRI van het begrip.</label>' in answer.text
    assert f'<input id="labels-concept" name="concept" type="url" value="{WINTER}" required>' in answer.text
    assert "<option selected>nl</option>" in answer.text
    identifiers = re.findall(r' id="([^"]+)"', answer.text)
    assert len(set(identifiers)) == len(identifiers)
    labelled = set(re.findall(r'<label for="([^"]+)"', answer.text))
    assert {name for name in identifiers if "-" in name} <= labelled


def test_the_service_description_leads_to_the_list(client: FlaskClient) -> None:
    answer = client.get("/sparql", headers={"Accept": "application/n-triples"})
    service, queries = "<https://tiny.example/id/dataservice/sparql>", "<https://tiny.example/api/v1/queries>"
    assert f"{service} <http://www.w3.org/2000/01/rdf-schema#seeAlso> {queries} ." in answer.text


def test_every_example_in_the_list_answers(client: FlaskClient) -> None:
    for each in client.get("/api/v1/queries").get_json()["queries"]:
        answer = client.get(each["example"].removeprefix("https://tiny.example"))
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Link"] == '</api/v1/queries>; rel="collection"; type="application/json"'


def test_a_query_is_answered_for_these_values(client: FlaskClient) -> None:
    [dutch] = rows(call(client, "labels", concept=WINTER))
    [english] = rows(call(client, "labels", concept=WINTER, lang="en"))
    assert dutch["label"]["xml:lang"] == "nl"
    assert english["label"]["xml:lang"] == "en"


@pytest.mark.parametrize(
    ("accept", "format", "media_type"),
    [
        ("*/*", "", "application/sparql-results+json"),
        ("application/json", "", "application/json"),
        ("text/csv", "", "text/csv"),
        ("text/csv;q=0.5, application/sparql-results+xml", "", "application/sparql-results+xml"),
        ("text/csv", "tsv", "text/tab-separated-values"),
    ],
)
def test_solutions_come_in_the_formats_of_sparql(
    client: FlaskClient, accept: str, format: str, media_type: str
) -> None:
    values = {"format": format} if format else {}
    answer = call(client, "labels", accept, concept=WINTER, **values)
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert answer.headers["Vary"] == ("Accept-Encoding" if format else "Accept, Accept-Encoding")
    head = client.head("/api/v1/queries/labels", query_string={"concept": WINTER}, headers={"Accept": accept})
    assert (head.status_code, head.data) == (200, b"")


@pytest.mark.parametrize("suffix", ["ttl", "nt", "rdf", "jsonld", "nq", "trig"])
def test_a_graph_comes_in_the_formats_of_rdf(client: FlaskClient, suffix: str) -> None:
    answer = call(client, "concepts", format=suffix)
    assert answer.status_code == 200
    kind = RdfFormat.from_media_type(answer.mimetype)
    assert kind is not None
    assert len(list(parse(answer.data, kind))) > 3


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "The parameter `concept` is missing"),
        ({"concept": "winter"}, "The parameter `concept` must be an absolute IRI, not 'winter'"),
        ({"concept": WINTER, "lang": "fr"}, "The parameter `lang` must be one of nl, en, not 'fr'"),
        ({"concept": WINTER, "lan": "nl"}, "no parameter `lan`; it has concept, lang"),
        ({"concept": WINTER, "format": "pdf"}, "The parameter `format` must be one of json, xml, csv, tsv"),
        ({"concept": WINTER, "query": "SELECT * {}"}, "no parameter `query`"),
    ],
    ids=["missing", "wrong type", "no choice", "unknown", "format", "foreign query"],
)
def test_a_wrong_parameter_is_named(client: FlaskClient, values: dict[str, str], message: str) -> None:
    assert message in detail(call(client, "labels", **values))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("concept=urn:a&concept=urn:b", "`concept` is given 2 times"),
        ("concept=%ff", "cannot be read"),
        ("concept", "cannot be read"),
        ("&".join(f"p{n}=" for n in range(2000)), "cannot be read"),
    ],
    ids=["twice", "not UTF-8", "no value", "too many"],
)
def test_an_address_that_is_no_list_of_values_is_refused(client: FlaskClient, query: str, message: str) -> None:
    assert message in detail(client.get(f"/api/v1/queries/labels?{query}"))


def test_a_reader_of_a_page_is_told_which_parameter(client: FlaskClient) -> None:
    answer = call(client, "labels", "text/html, */*;q=0.8", concept="winter")
    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert "The parameter `concept` must be an absolute IRI" in answer.text


def test_what_does_not_exist_says_so(client: FlaskClient) -> None:
    assert "/api/v1/queries lists" in detail(call(client, "nothing"), 404)
    assert call(client, "labels", "application/pdf", concept=WINTER).status_code == 406
    assert client.post("/api/v1/queries/labels").status_code == 405


HOSTILE = [
    '"',
    "'",
    "\\",
    '\\" } UNION { ?s ?p ?o',
    "} UNION {",
    '") } } SELECT * { ?s ?p ?o } #',
    "\\u0022 } UNION { ?s ?p ?o } #",
    "\n",
    "\r\n#+ parameters",
    '"""\n} UNION { ?s ?p ?o }',
    "x\x00y\x1f\x7f\u2028",
    "<urn:x> } UNION { ?s ?p ?o }",
    "?label",
    "SERVICE <http://example.org/> {}",
    "DELETE WHERE { ?s ?p ?o }",
    "%22%7D",
    "😀",
]


@pytest.mark.parametrize("value", HOSTILE, ids=ascii)
def test_a_hostile_text_is_only_a_text(client: FlaskClient, value: str) -> None:
    [row] = rows(call(client, "echo", a=value, b=value))
    assert row["text"] == {"type": "literal", "value": value}
    assert row["dutch"] == {"type": "literal", "value": value, "xml:lang": "nl"}


@pytest.mark.parametrize("value", [*HOSTILE, "urn:x> } UNION { ?s ?p ?o . <urn:y", "http://a/\\u003E"], ids=ascii)
@pytest.mark.parametrize("name", ["c", "d", "e"])
def test_a_hostile_value_of_another_type_is_refused_by_name(client: FlaskClient, name: str, value: str) -> None:
    assert f"The parameter `{name}` must be" in detail(call(client, "echo", **{name: value}))


def test_a_value_too_long_for_a_query_is_refused(client: FlaskClient) -> None:
    assert call(client, "echo", a="x" * 600_000).status_code == 413


def test_a_release_without_queries_lists_none(site: Site) -> None:
    answer = create_app(site).test_client().get("/api/v1/queries")
    assert answer.get_json() == {"queries": []}


def test_a_client_calls_a_query_over_a_socket(asked: Path) -> None:
    with serving(asked) as address:
        values = urlencode({"concept": WINTER, "lang": "en", "format": "tsv"})
        with urllib.request.urlopen(f"{address}/api/v1/queries/labels?{values}", timeout=10) as answer:
            assert answer.headers["Content-Type"] == "text/tab-separated-values; charset=utf-8"
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            assert answer.read().decode().splitlines()[0] == "?label"
