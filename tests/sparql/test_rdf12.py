"""SPARQL 1.2 and RDF 1.2 as far as the engine goes: what is read, and what each format makes of it."""

from __future__ import annotations

import json
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

PREFIX = "PREFIX ex: <http://example.org/> "
S, P, OBJECT = (NamedNode(f"http://example.org/{each}") for each in "spo")
REIFIES = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies")
TERM = Triple(S, P, OBJECT)
XML = "{http://www.w3.org/2005/sparql-results#}"


def ask(served: str, query: str, accept: str) -> tuple[int, str]:
    """Status and body of the answer."""
    request = Request(f"{served}/sparql?{urlencode({'query': PREFIX + query})}", headers={"Accept": accept})
    try:
        with urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.status, error.read().decode()


def solutions(served: str, query: str) -> list[dict[str, object]]:
    status, body = ask(served, query, "application/sparql-results+json")
    assert status == 200, body
    found: list[dict[str, object]] = json.loads(body)["results"]["bindings"]
    return found


READ = {
    "version": "VERSION '1.2' SELECT (1 AS ?x) {}",
    "triple term": "SELECT (<<( ex:s ex:p ex:o )>> = TRIPLE(ex:s, ex:p, ex:o) AS ?x) {}",
    "triple term in a triple term": "SELECT (isTRIPLE(OBJECT(<<( ex:s ex:p <<( ex:s ex:p 1 )>> )>>)) AS ?x) {}",
    "triple term in values": "SELECT ?x { VALUES ?x { <<( ex:s ex:p ex:o )>> } }",
    "parts of a triple term": "SELECT (SUBJECT(?t) = ex:s AS ?x) { BIND(<<( ex:s ex:p ex:o )>> AS ?t) }",
    "pattern of a triple term": "SELECT (1 AS ?x) { OPTIONAL { ?r ex:p <<( ex:s ex:p ?y )>> } }",
    "reified triple": "SELECT (1 AS ?x) { OPTIONAL { << ex:s ex:p ex:o ~ ex:r >> ex:by ?y } }",
    "annotation": "SELECT (1 AS ?x) { OPTIONAL { ex:s ex:p ex:o ~ ex:r {| ex:by ?y |}, 2 {| ex:by ?z |} } }",
    "direction": "SELECT (LANGDIR('x'@ar--rtl) AS ?x) {}",
    "made direction": "SELECT (STRLANGDIR('x', 'ar', 'rtl') = 'x'@ar--rtl AS ?x) {}",
    "functions of language": "SELECT (hasLANG('x'@nl) && hasLANGDIR('x'@nl--ltr) AS ?x) {}",
}


@pytest.mark.parametrize("query", READ.values(), ids=READ)
def test_what_is_read(served: str, query: str) -> None:
    [row] = solutions(served, query)
    assert "x" in row
    assert row["x"] != {"type": "literal", "value": "false"}


REFUSED = {
    "reifier of a path": ("ASK { ?s ex:p/ex:q ?o ~ ex:r }", "Reifiers are not allowed on property paths"),
    "described triple term": ("DESCRIBE <<( ex:s ex:p ex:o )>>", "Syntax error at 1:"),
    "triple term never closed": ("ASK { ?s ?p <<( ex:s ex:p ex:o }", "`}` cannot close the `(` at 1:48"),
    "annotation never closed": ("ASK { ?s ?p ?o {| ex:p ex:o }", "`}` cannot close the `{|` at 1:49"),
    "annotation of nothing": ("ASK { {| ex:p ex:o |} }", "Syntax error at 1:"),
    "no such direction": ("ASK { ?s ?p 'x'@nl--up }", "Syntax error at 1:"),
}


@pytest.mark.parametrize(("query", "detail"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_read_is_said(served: str, query: str, detail: str) -> None:
    status, body = ask(served, query, "*/*")
    assert status == 400
    assert detail in json.loads(body)["detail"]


SELECT = "SELECT (<<( ex:s ex:p 'a'@nl--ltr )>> AS ?t) (1 AS ?n) {}"
SOLUTIONS = {
    "application/sparql-results+json": (
        '{"type":"triple","value":{"subject":{"type":"uri","value":"http://example.org/s"},'
        '"predicate":{"type":"uri","value":"http://example.org/p"},'
        '"object":{"type":"literal","value":"a","xml:lang":"nl","its:dir":"ltr"}}}'
    ),
    "application/sparql-results+xml": (
        '<binding name="t"><triple><subject><uri>http://example.org/s</uri></subject>'
        "<predicate><uri>http://example.org/p</uri></predicate><object><literal "
    ),
    "text/tab-separated-values": '<<( <http://example.org/s> <http://example.org/p> "a"@nl--ltr )>>\t1',
    # CSV says what a value reads as, not what it is: of a triple term too.
    "text/csv": "http://example.org/s http://example.org/p a,1",
}


@pytest.mark.parametrize(("accept", "text"), SOLUTIONS.items(), ids=SOLUTIONS)
def test_solutions_with_a_triple_term(served: str, accept: str, text: str) -> None:
    status, body = ask(served, SELECT, accept)
    assert status == 200
    assert text in body


GRAPHS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/trig": RdfFormat.TRIG,
    "application/n-quads": RdfFormat.N_QUADS,
}
CONSTRUCTED = {
    "triple term": ("CONSTRUCT { ex:s ex:p <<( ex:s ex:p ex:o )>> } {}", {Triple(S, P, TERM)}),
    "triple term in a triple term": (
        "CONSTRUCT { ex:s ex:p <<( ex:s ex:p <<( ex:s ex:p ex:o )>> )>> } {}",
        {Triple(S, P, Triple(S, P, TERM))},
    ),
    "annotation": (
        "CONSTRUCT { ex:s ex:p ex:o ~ ex:o {| ex:p 'x' |} } {}",
        {TERM, Triple(OBJECT, REIFIES, TERM), Triple(OBJECT, P, Literal("x"))},
    ),
    "reified triple": (
        "CONSTRUCT { << ex:s ex:p ex:o ~ ex:s >> ex:p ex:o } {}",
        {TERM, Triple(S, REIFIES, TERM)},
    ),
}
DIRECTED = "CONSTRUCT { ex:s ex:p 'x'@ar--rtl } {}"


@pytest.mark.parametrize(("accept", "format"), GRAPHS.items(), ids=GRAPHS)
@pytest.mark.parametrize(("query", "expected"), CONSTRUCTED.values(), ids=CONSTRUCTED)
def test_a_graph_with_triple_terms(
    served: str, query: str, expected: set[Triple], accept: str, format: RdfFormat
) -> None:
    status, body = ask(served, query, accept)
    assert status == 200
    assert {each.triple for each in pyoxigraph.parse(body, format)} == expected


@pytest.mark.parametrize(
    ("accept", "format"), [*GRAPHS.items(), ("application/ld+json", RdfFormat.JSON_LD)], ids=lambda each: str(each)
)
def test_a_text_keeps_its_direction(served: str, accept: str, format: RdfFormat) -> None:
    [statement] = pyoxigraph.parse(ask(served, DIRECTED, accept)[1], format)
    assert isinstance(statement.object, Literal)
    assert (statement.object.language, str(statement.object.direction)) == ("ar", "rtl")


@pytest.mark.parametrize("query", [each for each, _ in CONSTRUCTED.values()], ids=CONSTRUCTED)
def test_json_ld_cannot_hold_a_triple_term_and_says_what_can(served: str, query: str) -> None:
    status, body = ask(served, query, "application/ld+json")
    problem = json.loads(body)
    assert (status, problem["type"].rpartition("#")[2]) == (406, "not-acceptable")
    assert "triple term" in problem["detail"]
    assert all(each in problem["detail"] for each in GRAPHS)


def test_xml_cannot_hold_every_character_and_says_what_can(served: str) -> None:
    status, body = ask(served, r"SELECT ('\u0001' AS ?x) {}", "application/sparql-results+xml")
    assert status == 406
    assert "application/sparql-results+json, text/csv, text/tab-separated-values" in json.loads(body)["detail"]
