"""Clients of the JavaScript world ask a real server: each reads the answers that Python reads.

They are in `tests/clients`, which `make test` installs; each is a program that reads queries and prints answers.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
import rdflib
import rdflib.query

CLIENTS = Path(__file__).parents[1] / "clients"
WINTER = "https://tiny.example/id/concept/season/winter"
PREFIXES = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX ex: <http://example.org/> "
QUERIES = {
    "select": PREFIXES + "SELECT ?c ?label { ?c a skos:Concept ; skos:prefLabel ?label } ORDER BY ?c ?label",
    "ask": "ASK { ?s ?p ?o }",
    "construct": PREFIXES + "CONSTRUCT { ?c a ex:Named } WHERE { ?c skos:prefLabel ?label }",
    "describe": f"DESCRIBE <{WINTER}>",
}
REFUSED = "ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"

node = shutil.which("node") or ""
pytestmark = [
    pytest.mark.skipif(not node, reason="node is not installed"),
    pytest.mark.skipif(
        not (CLIENTS / "node_modules").is_dir(), reason="`npm ci` has not been run in tests/clients"
    ),
]


def run(client: str, address: str, way: str, queries: dict[str, str]) -> dict[str, Any]:
    """What a client prints of these queries."""
    done = subprocess.run(
        [node, CLIENTS / f"{client}.mjs", address, way],
        input=json.dumps(queries),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


@pytest.fixture(scope="module")
def endpoint(served: str) -> str:
    return f"{served}/sparql"


@pytest.fixture(scope="module")
def expected(endpoint: str) -> dict[str, object]:
    """The answers as rdflib reads them."""

    def answer(form: str, format: str) -> bytes:
        with urlopen(f"{endpoint}?{urlencode({'query': QUERIES[form], 'format': format})}") as response:
            return bytes(response.read())

    def triples(form: str) -> list[list[str]]:
        return sorted([*map(str, each)] for each in rdflib.Graph().parse(data=answer(form, "nt"), format="nt"))

    solutions = rdflib.query.Result.parse(io.BytesIO(answer("select", "xml")), format="xml")
    return {
        "select": [[*map(str, row)] for row in solutions],
        "ask": json.loads(answer("ask", "json"))["boolean"],
        "construct": triples("construct"),
        "describe": triples("describe"),
    }


WAYS = [
    *(
        (client, way)
        for client in ("fetch-sparql-endpoint", "sparql-http-client")
        for way in ("GET", "form", "direct")
    ),
    ("comunica", "alone"),
    ("comunica", "forced"),
]


@pytest.mark.parametrize(("client", "way"), WAYS, ids=[" ".join(each) for each in WAYS])
def test_a_client_reads_what_we_answer(endpoint: str, expected: dict[str, object], client: str, way: str) -> None:
    answers = run(client, endpoint, way, QUERIES | {"wrong": REFUSED})
    assert "SERVICE at 1:7 is not allowed here" in answers.pop("wrong")
    assert answers | {form: sorted(answers[form]) for form in ("construct", "describe")} == expected


def test_comunica_joins_our_data_with_other_data(endpoint: str) -> None:
    """It then asks for counts, and for patterns with the values that it has found elsewhere."""
    queries = {
        "more": f"<http://example.org/me> <http://example.org/likes> <{WINTER}> .",
        "select": PREFIXES + "SELECT ?label { ?me ex:likes ?c . ?c skos:prefLabel ?label } ORDER BY ?label",
    }
    assert run("comunica", endpoint, "joined", queries)["select"] == [["Winter"], ["Winter"]]
