"""Clients that others wrote ask a real server over a real socket; a killed worker never makes a 200."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import rdflib
from rdflib.namespace import RDF, SKOS
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, GET, JSON, POST, POSTDIRECTLY, RDFXML, TURTLE, URLENCODED, XML, SPARQLWrapper

CONCEPTS = "SELECT ?c { ?c a <http://www.w3.org/2004/02/skos/core#Concept> } ORDER BY ?c"
CONSTRUCT = (
    "CONSTRUCT { ?c a <http://example.org/C> } WHERE { ?c a <http://www.w3.org/2004/02/skos/core#Concept> }"
)
TRICKLE = (
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l "
    "FILTER(STRSTARTS(SHA256(CONCAT(STR(?c), STR(?f), STR(?i), STR(?l))), '00')) }"
)
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"


def ask(
    endpoint: str, query: str, *, method: str = GET, how: str = URLENCODED, format: str = JSON
) -> SPARQLWrapper:
    wrapper = SPARQLWrapper(endpoint)
    wrapper.setQuery(query)
    wrapper.setMethod(method)
    wrapper.setRequestMethod(how)
    wrapper.setReturnFormat(format)
    return wrapper


@pytest.fixture(scope="module")
def endpoint(served: str) -> str:
    return f"{served}/sparql"


@pytest.fixture(scope="module")
def concepts(endpoint: str) -> list[str]:
    answer = ask(endpoint, CONCEPTS).queryAndConvert()
    return [row["c"]["value"] for row in answer["results"]["bindings"]]


@pytest.mark.parametrize(
    ("method", "how"),
    [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)],
    ids=["GET", "POST form", "POST direct"],
)
def test_sparqlwrapper_asks_in_its_three_ways(endpoint: str, concepts: list[str], method: str, how: str) -> None:
    answer = ask(endpoint, CONCEPTS, method=method, how=how).queryAndConvert()
    assert concepts
    assert [row["c"]["value"] for row in answer["results"]["bindings"]] == concepts


def test_sparqlwrapper_reads_every_format_that_it_knows(endpoint: str, concepts: list[str]) -> None:
    csv = ask(endpoint, CONCEPTS, format=CSV).queryAndConvert()
    assert csv.decode().split() == ["c", *concepts]
    document = ask(endpoint, CONCEPTS, format=XML).queryAndConvert()
    assert [each.firstChild.data for each in document.getElementsByTagName("uri")] == concepts
    assert ask(endpoint, "ASK { ?s ?p ?o }").queryAndConvert()["boolean"] is True
    graph = ask(endpoint, CONSTRUCT, format=RDFXML).queryAndConvert()
    assert {str(each) for each in graph.subjects()} == set(concepts)
    turtle = rdflib.Graph().parse(data=ask(endpoint, CONSTRUCT, format=TURTLE).queryAndConvert(), format="turtle")
    assert {str(each) for each in turtle.subjects()} == set(concepts)


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_reads_it_as_a_store(endpoint: str, concepts: list[str], method: str) -> None:
    graph = rdflib.Graph(SPARQLStore(endpoint, method=method))
    assert sorted(map(str, graph.subjects(RDF.type, SKOS.Concept))) == sorted(concepts)
    assert [str(row[0]) for row in graph.query(CONCEPTS)] == concepts
    label = graph.value(rdflib.URIRef(concepts[0]), SKOS.prefLabel)
    assert isinstance(label, rdflib.Literal)


def test_rdflib_asks_one_named_graph(endpoint: str) -> None:
    store = SPARQLStore(endpoint)
    names = [str(row[0]) for row in store.query("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g")]
    counts = {
        name: int(str(next(iter(rdflib.Graph(store, rdflib.URIRef(name)).query(COUNT)))[0])) for name in names
    }
    description = rdflib.Graph().parse(endpoint, format="turtle")
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    sizes = {int(str(each)) for each in description.objects(None, void.triples)}
    assert set(counts.values()) < sizes


COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

curl = shutil.which("curl") or ""
with_curl = pytest.mark.skipif(not curl, reason="curl is not installed")


def run_curl(*arguments: str) -> tuple[int, str, str]:
    """Status, content type and body."""
    done = subprocess.run(
        [curl, "-sS", "-w", "\n%{http_code} %{content_type}", *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    body, _, last = done.stdout.rpartition("\n")
    status, _, kind = last.partition(" ")
    return int(status), kind, body


@with_curl
@pytest.mark.parametrize(
    "arguments",
    [
        ["-G", "--data-urlencode", f"query={CONCEPTS}"],
        ["--data-urlencode", f"query={CONCEPTS}"],
        ["-H", "Content-Type: application/sparql-query", "--data-binary", CONCEPTS],
        [
            "-H",
            "Content-Type: application/sparql-query",
            "-H",
            "Transfer-Encoding: chunked",
            "--data-binary",
            CONCEPTS,
        ],
        ["--http1.0", "-H", "Content-Type: application/sparql-query", "--data-binary", CONCEPTS],
    ],
    ids=["GET", "POST form", "POST direct", "chunked", "HTTP/1.0"],
)
def test_curl_asks_in_every_way(endpoint: str, concepts: list[str], arguments: list[str]) -> None:
    status, kind, body = run_curl("-H", "Accept: text/csv", *arguments, endpoint)
    assert (status, kind) == (200, "text/csv; charset=utf-8")
    assert body.split() == ["c", *concepts]


@with_curl
def test_curl_sees_the_head_of_a_query(endpoint: str) -> None:
    assert run_curl("-I", "-G", "--data-urlencode", f"query={ENDLESS}", endpoint)[0] == 200


def workers_under(folder: Path) -> list[int]:
    """The processes on the releases of a site that evaluate queries, and the one that they are forked from."""
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = each.read_bytes()
        except OSError:
            continue
        evaluates = b"publisher.sparql.worker" in command or b"publisher.sparql.zygote" in command
        if evaluates and str(folder).encode() in command:
            found.append(int(each.parent.name))
    return found


def raw(address: str, target: str) -> bytes:
    """Everything that the server sends for one GET."""
    place = urlsplit(address)
    with socket.create_connection((str(place.hostname), place.port or 80), timeout=60) as connection:
        head = f"GET {target} HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\nConnection: close\r\n\r\n"
        connection.sendall(head.encode())
        received = b""
        while more := connection.recv(65_536):
            received += more
        return received


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds the workers in /proc")
def test_a_worker_killed_in_mid_answer_gives_a_whole_500(served: str, folder: Path) -> None:
    assert workers_under(folder)
    received: list[bytes] = []
    target = f"/sparql?query={quote(TRICKLE)}"
    thread = threading.Thread(target=lambda: received.append(raw(served, target)))
    thread.start()
    time.sleep(0.3)
    for each in workers_under(folder):
        os.kill(each, signal.SIGKILL)
    thread.join()
    head, _, body = received[0].partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 500")
    assert json.loads(body)["type"].endswith("#engine-crash")
    assert f"content-length: {len(body)}".encode() in head.lower()
    again = raw(served, f"/sparql?query={quote('ASK {}')}")
    assert again.startswith(b"HTTP/1.1 200")


def test_pages_are_answered_while_a_query_runs_to_its_deadline(served: str) -> None:
    outcome: list[bytes] = []
    thread = threading.Thread(target=lambda: outcome.append(raw(served, f"/sparql?query={quote(ENDLESS)}")))
    thread.start()
    time.sleep(0.1)
    assert raw(served, "/live").startswith(b"HTTP/1.1 200")
    assert raw(served, f"/sparql?query={quote(COUNT)}").startswith(b"HTTP/1.1 200")
    assert not outcome
    thread.join()
    head, _, body = outcome[0].partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 504")
    assert json.loads(body)["type"].endswith("#deadline")
