"""Every link of every page that links lead to, over a socket: all answer, and what is a format parses.

`make test` follows what is in force, in the first language; `make e2e` all languages and the past.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from xml.etree import ElementTree
from zipfile import ZipFile

import pyoxigraph
import pytest
from e2e.crawling import Found, crawl, read
from e2e.places import Places
from pyoxigraph import RdfFormat

BASES = {
    "content": "https://hefbomen.example",
    "past": "https://fruit.example",
    "mirror": "https://tiny.example",
}
WITHDRAWN = re.compile(r"/doc/concept/(fruit/aardappel|season/autumn)\b")
LATER = re.compile(r"\.(en|fr|de)\.html|[?&]lang=(en|fr|de)|/version/[^/]+/[^/]+/doc/|/timemap/")
"""What `make e2e` follows, and `make test` does not."""


def parse_csv(body: bytes) -> int:
    head, *rows = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True)
    assert all(len(row) == len(head) for row in rows)
    return len(head)


def parse_rdf(format: RdfFormat) -> Callable[[bytes], int]:
    return lambda body: sum(1 for _ in pyoxigraph.parse(body, format, base_iri="https://no.example/"))


def parse_xlsx(body: bytes) -> int:
    return len(ZipFile(io.BytesIO(body)).namelist())


PARSERS: dict[str, Callable[[bytes], object]] = {
    "text/turtle": parse_rdf(RdfFormat.TURTLE),
    "application/n-triples": parse_rdf(RdfFormat.N_TRIPLES),
    "application/n-quads": parse_rdf(RdfFormat.N_QUADS),
    "application/trig": parse_rdf(RdfFormat.TRIG),
    "application/rdf+xml": parse_rdf(RdfFormat.RDF_XML),
    "application/ld+json": parse_rdf(RdfFormat.JSON_LD),
    "application/json": json.loads,
    "application/sparql-results+json": json.loads,
    "text/csv": parse_csv,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": parse_xlsx,
    "application/sparql-results+xml": ElementTree.fromstring,
    "application/opensearchdescription+xml": ElementTree.fromstring,
    "image/svg+xml": ElementTree.fromstring,
}


def fault(found: Found) -> str | None:
    """What is wrong with an answer; None when it is what a link should lead to."""
    if found.status != 200 and not (found.status == 410 and WITHDRAWN.search(found.path)):
        return f"{found.status} at {found.path}, to which {found.on} links"
    try:
        PARSERS.get(found.media_type, bytes)(found.body)
    except (AssertionError, SyntaxError, ValueError, ElementTree.ParseError) as error:
        return f"{found.path} is no {found.media_type}: {error}"
    if found.is_page():
        reader = read(found.body)
        dead = {each for each in reader.links if each.startswith("#")} - {f"#{each}" for each in reader.ids}
        return f"{found.path} has nothing at {', '.join(sorted(dead))}" if dead else None
    return None


@pytest.mark.slow
@pytest.mark.parametrize(
    "everything",
    [pytest.param(False, id="in force"), pytest.param(True, id="everything", marks=pytest.mark.matrix)],
)
@pytest.mark.parametrize("place", BASES)
def test_every_link_leads_somewhere(places: Places, place: str, everything: bool) -> None:
    answers = crawl(places.address(place), BASES[place], lambda path: everything or not LATER.search(path))
    faults = list(filter(None, map(fault, answers)))
    assert not faults, "\n".join(faults)
