"""Answers read to their end by parsers that are not the engine's: rdflib's and those of Python's own library."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from typing import Any, Final
from xml.etree import ElementTree

import rdflib
from rdflib.util import from_n3

RESULTS: Final = "{http://www.w3.org/2005/sparql-results#}"
TERMS: Final = {"uri", "literal", "bnode", "triple"}
RDF: Final = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
    "application/ld+json": "json-ld",
    "application/trig": "trig",
    "application/n-quads": "nquads",
}


def count(content_type: str, body: bytes) -> int:
    """The solutions or statements in an answer, all of which were read; an answer to ASK counts as 1 or 0.

    Raises `AssertionError`, or an error of the parser, when anything in the body is not as its type has it.
    """
    media_type = content_type.partition(";")[0]
    return READERS[media_type](body) if media_type in READERS else statements(body, RDF[media_type])


def statements(body: bytes, format: str) -> int:
    """The statements in RDF, in any graph."""
    dataset = rdflib.Dataset().parse(data=body, format=format)
    return sum(len(graph) for graph in dataset.graphs())


def json_solutions(body: bytes) -> int:
    """SPARQL 1.1 Query Results JSON Format."""
    document: dict[str, Any] = json.loads(body)
    if "boolean" in document:
        assert document.keys() == {"head", "boolean"}
        return int(document["boolean"])
    assert document.keys() == {"head", "results"}
    names, rows = document["head"]["vars"], document["results"]["bindings"]
    for row in rows:
        assert row.keys() <= set(names)
        for term in row.values():
            assert term["type"] in TERMS
            assert term.keys() <= {"type", "value", "datatype", "xml:lang", "its:dir"}
    return len(rows)


def xml_solutions(body: bytes) -> int:
    """SPARQL Query Results XML Format (second edition)."""
    document = ElementTree.fromstring(body)
    assert document.tag == f"{RESULTS}sparql"
    boolean = document.find(f"{RESULTS}boolean")
    if boolean is not None:
        return {"true": 1, "false": 0}[str(boolean.text)]
    names = {each.get("name") for each in document.iterfind(f"{RESULTS}head/{RESULTS}variable")}
    rows = document.findall(f"{RESULTS}results/{RESULTS}result")
    for row in rows:
        for binding in row:
            [term] = binding
            assert binding.get("name") in names
            assert term.tag.removeprefix(RESULTS) in TERMS
    return len(rows)


def csv_solutions(body: bytes) -> int:
    """SPARQL 1.1 Query Results CSV Format; ASK, which it does not have, is one word."""
    head, *rows = csv.reader(io.StringIO(body.decode(), newline=""), strict=True)
    if not rows and head in (["true"], ["false"]):
        return int(head == ["true"])
    # A row of one variable without value is an empty line, which the reader of Python takes for nothing.
    assert all(len(row) == len(head) for row in rows if len(head) > 1)
    return len(rows)


def tsv_solutions(body: bytes) -> int:
    """SPARQL 1.1 Query Results TSV Format; each value is a term as Turtle writes it."""
    head, *rows = body.decode().removesuffix("\n").split("\n")
    if not rows and head in ("true", "false"):
        return int(head == "true")
    names = head.split("\t")
    assert all(name.startswith("?") for name in names)
    for row in rows:
        terms = row.split("\t")
        assert len(terms) == len(names)
        for term in filter(None, terms):
            assert from_n3(term) is not None
    return len(rows)


READERS: Final[Mapping[str, Callable[[bytes], int]]] = {
    "application/sparql-results+json": json_solutions,
    "application/json": json_solutions,
    "application/sparql-results+xml": xml_solutions,
    "text/csv": csv_solutions,
    "text/tab-separated-values": tsv_solutions,
}
