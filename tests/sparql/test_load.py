"""Many clients at once, asking for everything in every format: each answer that says 200 is whole."""

from __future__ import annotations

import gzip
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode, urlsplit

import parsers
import pytest

from publisher.formats import FORMATS, RESULTS_FORMATS
from publisher.release import Release

CLIENTS = 6
ROUNDS = 3
STRANGE = (
    *("'a,b'", r"'tab\tand \"quote\"'", r"'two\nlines\r\n'", r"'<&>\u00e9\U0001F600'", "''", "' x '"),
    *("'x'@nl", "1.50", "1e3", "true"),
)
NUMBERS = " ".join(map(str, range(60)))
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
HUGE = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
TERM = "CONSTRUCT { ?s ?p <<( ?s ?p ?o )>> } WHERE { ?s ?p ?o }"


@dataclass(frozen=True, slots=True)
class Question:
    """A query in one format, and what must come of it: this status, and with 200 so many rows or statements."""

    query: str
    accept: str
    status: int
    found: int = 0
    timeout: str = ""


def questions(release: Release) -> Iterator[Question]:
    """Every kind in every format; the limits differ each time, so that not all answers are remembered ones."""
    met = {name: size for name, size in release.manifest.graphs.items() if not name.endswith("/graph/search")}
    statements, quads = release.manifest.triples, sum(met.values())
    solutions = {
        "SELECT * { ?s ?p ?o }": statements,
        "SELECT * { GRAPH ?g { ?s ?p ?o } }": quads,
        "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g": len(met),
        f"SELECT * {{ VALUES ?x {{ {NUMBERS} }} VALUES ?y {{ {NUMBERS} }} }}": 3600,
        f"SELECT ?x ?y {{ VALUES ?x {{ {NUMBERS} }} OPTIONAL {{ VALUES ?x {{ 1 }} BIND('y' AS ?y) }} }}": 60,
        f"SELECT ?x ?y {{ VALUES ?x {{ 1 2 }} VALUES ?y {{ {' '.join(STRANGE)} }} }}": 20,
        "SELECT ?x ?y { FILTER(false) }": 0,
    }
    graphs = {
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }": statements,
        f"CONSTRUCT {{ <http://example.org/a> <http://example.org/b> {', '.join(STRANGE)} }} WHERE {{}}": 10,
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(false) }": 0,
        "DESCRIBE <http://mirror.example/terms#short>": 3,
    }
    for number in range(ROUNDS):
        for form, formats in ((solutions, RESULTS_FORMATS), (graphs, FORMATS)):
            for format in formats:
                for query, found in form.items():
                    yield Question(f"{query} LIMIT {100_000 + number}", format.media_type, 200, found)
        for format in RESULTS_FORMATS:
            yield Question("ASK { ?s ?p ?o }", format.media_type, 200, 1)
            yield Question("ASK { FILTER(false) }", format.media_type, 200, 0)
            yield Question(HUGE, format.media_type, 400)
            yield Question(ENDLESS, format.media_type, 504, timeout=f"0.{number + 1}")
        yield Question("ASK { ?s ?p }", "*/*", 400)
        yield Question("ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "*/*", 403)
        yield Question(TERM, "application/ld+json", 406)


def exchange(connection: HTTPConnection, question: Question, chance: random.Random) -> tuple[HTTPResponse, bytes]:
    """Ask in one of the ways there are, and again while all workers are busy, as the server says."""
    coding = chance.choice(("identity", "gzip"))
    fields = {"query": question.query, **({"timeout": question.timeout} if question.timeout else {})}
    headers = {"Accept": question.accept, "Accept-Encoding": coding}
    for _ in range(20):
        if chance.random() < 0.5:
            connection.request("GET", f"/sparql?{urlencode(fields)}", headers=headers)
        else:
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", "/sparql", urlencode(fields), headers | form)
        response = connection.getresponse()
        body = response.read()
        assert response.headers["Content-Length"] == str(len(body))
        if response.status != 503:
            return response, body
        time.sleep(float(response.headers["Retry-After"]))
    raise AssertionError(f"all workers were busy all the time: {question}")


def check(served: str, questions: list[Question], seed: int) -> Counter[int]:
    """Ask these questions over one connection and read each answer to its end."""
    chance, seen = random.Random(seed), Counter[int]()
    connection = HTTPConnection(urlsplit(served).netloc, timeout=60)
    for each in questions:
        response, body = exchange(connection, each, chance)
        seen[response.status] += 1
        assert response.status == each.status, (each, body[:500])
        plain = gzip.decompress(body) if response.headers["Content-Encoding"] == "gzip" else body
        if each.status == 200:
            assert parsers.count(response.headers["Content-Type"], plain) == each.found, each
        else:
            assert json.loads(plain)["status"] == each.status
    connection.close()
    return seen


@pytest.mark.timeout(120)
def test_every_200_is_read_to_its_end(served: str, release: Release) -> None:
    asked = list(questions(release))
    random.Random(1).shuffle(asked)
    with ThreadPoolExecutor(CLIENTS) as clients:
        told = [clients.submit(check, served, asked[number::CLIENTS], number) for number in range(CLIENTS)]
        seen = sum((each.result() for each in told), Counter[int]())
    assert seen == Counter(each.status for each in asked)
