"""Queries are answered by workers that are lent out, watched, killed and replaced; each outcome has its error."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from processes import children, descriptors_of, is_ready, supervisor_of, wait_until, workers_of
from pyoxigraph import RdfFormat, parse

from publisher.config import Sparql
from publisher.errors import (
    AnswerTooLarge,
    DeadlineExceeded,
    EngineBusy,
    EngineCrashed,
    EngineUnavailable,
    MemoryExceeded,
    NotAcceptable,
    PublisherError,
    QuerySyntaxError,
)
from publisher.formats import FORMATS, N_TRIPLES, RDF_XML, RESULTS_FORMATS, TURTLE, Format, ResultsFormat
from publisher.sparql import Form, Query
from publisher.sparql.queries import Queries

Admit = Callable[[str], Query]
Supervise = Callable[..., Queries]

JSON, XML, CSV, TSV = RESULTS_FORMATS
SMALL = "SELECT ?o { <http://example.org/s1> ?p ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
STREAM = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
DOUBLING = (
    'SELECT (STRLEN(?x30) AS ?n) { BIND("0123456789abcdef" AS ?x0) '
    + " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(30))
    + " }"
)


def content(queries: Queries, query: Query, format: Format | ResultsFormat = JSON) -> bytes:
    answer = queries.answer(query, format)
    with answer.content:
        read = answer.content.read()
    assert len(read) == answer.size
    return read


def values(queries: Queries, query: Query) -> list[str]:
    bindings = json.loads(content(queries, query))["results"]["bindings"]
    return sorted(each["value"] for row in bindings for each in row.values())


def test_a_select_is_answered(shared: Queries, query: Admit) -> None:
    assert values(shared, query(SMALL)) == ["value 1"]


@pytest.mark.parametrize("form", ["SELECT", "ASK"])
def test_solutions_come_in_every_format(shared: Queries, query: Admit, form: str) -> None:
    asked = query(SMALL if form == "SELECT" else "ASK { ?s ?p 'value 1' }")
    json_, xml, csv_, tsv = (content(shared, asked, each).decode() for each in RESULTS_FORMATS)
    if form == "ASK":
        assert (json.loads(json_)["boolean"], csv_, tsv) == (True, "true", "true")
        assert "<boolean>true</boolean>" in xml
    else:
        assert list(csv.reader(io.StringIO(csv_))) == [["o"], ["value 1"]]
        assert tsv.splitlines() == ["?o", '"value 1"']
        assert "<literal>value 1</literal>" in xml


@pytest.mark.parametrize("format", FORMATS, ids=lambda each: each.name)
def test_a_graph_comes_in_every_format(shared: Queries, query: Admit, format: Format) -> None:
    asked = query("CONSTRUCT { <http://example.org/x> ?p 'y' } { <http://example.org/both> ?p ?o }")
    read = content(shared, asked, format)
    assert len(set(parse(read, format=format.engine))) == 3
    graph = rdflib.Dataset(default_union=True)
    graph.parse(data=read, format=format.media_type)
    assert len(graph) == 3


def test_a_graph_has_each_triple_once(shared: Queries, query: Admit) -> None:
    asked = query("CONSTRUCT { <http://example.org/x> <http://example.org/y> ?p } { ?s ?p ?o }")
    assert len(list(parse(content(shared, asked, N_TRIPLES), format=RdfFormat.N_TRIPLES))) == 3


def test_each_value_is_one_cell_of_the_table_whatever_is_in_it(shared: Queries, query: Admit) -> None:
    asked = query(
        "SELECT ?iri ?text ?none ?triple { VALUES (?iri ?text ?none)"
        " { (<http://example.org/a,b> 'q\"x, y\\r\\nz' UNDEF) (<http://example.org/c> 'é'@nl UNDEF) }"
        " BIND(<<( ?iri <http://example.org/p> 'a,1' )>> AS ?triple) } ORDER BY ?iri"
    )
    rows = list(csv.reader(io.StringIO(content(shared, asked, CSV).decode(), newline="")))
    assert rows == [
        ["iri", "text", "none", "triple"],
        ["http://example.org/a,b", 'q"x, y\r\nz', "", "http://example.org/a,b http://example.org/p a,1"],
        ["http://example.org/c", "é", "", "http://example.org/c http://example.org/p a,1"],
    ]


def test_a_resource_is_described(shared: Queries, query: Admit) -> None:
    asked = query("DESCRIBE <http://example.org/s7>")
    assert b'"value 7"' in content(shared, asked, TURTLE)


GRAPHS = {
    "all graphs as one": (SMALL, (), (), ["value 1"]),
    "a graph": ("SELECT ?g { GRAPH ?g { ?s ?p 'value 1' } }", (), (), ["http://example.org/graph1"]),
    "FROM": ("SELECT ?o FROM <http://example.org/graph0> { <http://example.org/s1> ?p ?o }", (), (), []),
    "FROM nowhere": ("SELECT ?o FROM <http://example.org/none> { ?s ?p ?o }", (), (), []),
    "FROM NAMED alone": ("SELECT ?o FROM NAMED <http://example.org/graph1> { ?s ?p ?o }", (), (), []),
    "default-graph-uri": (SMALL, ["graph1"], (), ["value 1"]),
    "another default-graph-uri": (SMALL, ["graph0"], (), []),
    "two default graphs": (SMALL, ["graph0", "graph1"], (), ["value 1"]),
    "named-graph-uri alone": (SMALL, (), ["graph1"], []),
    "the request overrules FROM": (
        "SELECT ?o FROM <http://example.org/graph0> { <http://example.org/s1> ?p ?o }",
        ["graph1"],
        (),
        ["value 1"],
    ),
    "other graphs are hidden": ("SELECT ?g { GRAPH ?g { ?s ?p 'value 1' } }", ["graph0"], ["graph0"], []),
    "no named graphs": ("SELECT ?g { GRAPH ?g { ?s ?p ?o } }", ["graph0"], (), []),
}


@pytest.mark.parametrize(("text", "default", "named", "expected"), GRAPHS.values(), ids=GRAPHS)
def test_a_query_sees_the_graphs_it_should(
    shared: Queries, query: Admit, text: str, default: list[str], named: list[str], expected: list[str]
) -> None:
    asked = query(text)
    graphs = [tuple(f"http://example.org/{each}" for each in names) for names in (default, named)]
    assert values(shared, Query(asked.text, asked.form, asked.dataset, "", *graphs)) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * { ?s ?p }", r"^Syntax error at 1:1\d"),
        ("SELECT * { ?s ?p ?o } LIMIT many", "^Syntax error at 1:29, before `many`"),
        ("SELECT *\n{ ?s nope:p ?o }", "^Syntax error at 2:6: the prefix `nope:` needs PREFIX"),
        ("SELECT * { :s ?p ?o }", "at 1:12: the prefix `:` needs PREFIX : <…>"),
        ("ASK { FILTER(<http://example.org/f>(1)) }", "custom function <http://example.org/f> is not supported"),
        ("SELECT (1 AS ?x) { BIND(2 AS ?x) }", "Syntax error at 1:"),
    ],
    ids=["incomplete", "not a number", "unknown prefix", "empty prefix", "unknown function", "variable set twice"],
)
def test_what_the_engine_refuses_is_explained(shared: Queries, query: Admit, text: str, message: str) -> None:
    with pytest.raises(QuerySyntaxError, match=message):
        content(shared, query(text))


def test_an_answer_that_a_format_cannot_hold_is_refused(shared: Queries, query: Admit) -> None:
    asked = query("SELECT ('\\u0001' AS ?x) {}")
    assert json.loads(content(shared, asked))["results"]["bindings"][0]["x"]["value"] == "\x01"
    with pytest.raises(NotAcceptable, match="XML"):
        content(shared, asked, XML)
    graph = query("CONSTRUCT { <http://example.org/x> <http://example.org/1> '\\u0001' } {}")
    with pytest.raises(NotAcceptable, match="RDF/XML"):
        content(shared, graph, RDF_XML)


def test_an_endless_query_ends_at_the_deadline_while_others_are_answered(
    supervise: Supervise, query: Admit
) -> None:
    queries = supervise(deadline=3.0)
    outcome: list[object] = []

    def ask() -> None:
        try:
            outcome.append(content(queries, query(ENDLESS)))
        except PublisherError as error:
            outcome.append(error)

    wait_until(lambda: is_ready(queries))
    begin = time.monotonic()
    thread = threading.Thread(target=ask)
    thread.start()
    assert values(queries, query(SMALL)) == ["value 1"]
    assert not outcome
    thread.join()
    assert isinstance(outcome[0], DeadlineExceeded)
    assert "3 seconds (setting `deadline`" in str(outcome[0])
    assert time.monotonic() - begin >= 3.0
    assert values(queries, query(SMALL)) == ["value 1"]


@pytest.mark.parametrize(
    "text",
    [DOUBLING, f"{STREAM} ORDER BY ?c ?f ?i"],
    ids=["text", "sort"],
)
def test_a_greedy_query_ends_at_the_memory_limit(supervise: Supervise, query: Admit, text: str) -> None:
    queries = supervise(memory=128, answer=10_000)
    with pytest.raises(MemoryExceeded, match="128 MiB"):
        content(queries, query(text))
    assert values(queries, query(SMALL)) == ["value 1"]


def test_an_answer_ends_at_the_cap(supervise: Supervise, query: Admit) -> None:
    queries = supervise(answer=3)
    with pytest.raises(AnswerTooLarge, match=r"3 MiB .*`answer`.*downloads"):
        content(queries, query(STREAM))
    assert values(queries, query(SMALL)) == ["value 1"]


def test_a_long_answer_is_whole(supervise: Supervise, query: Admit) -> None:
    read = content(supervise(), query("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 50000"))
    assert len(read) > 2 << 20
    assert len(json.loads(read)["results"]["bindings"]) == 50_000


def test_a_worker_that_dies_in_mid_answer_gives_no_answer_and_quarantines_the_query(
    supervise: Supervise, query: Admit, store: Path
) -> None:
    queries = supervise(workers=1, answer=10_000)
    wait_until(lambda: is_ready(queries))
    before = workers_of(store)
    killer = threading.Timer(0.3, lambda: [os.kill(each, signal.SIGSEGV) for each in before])
    killer.start()
    with pytest.raises(EngineCrashed):
        content(queries, query(STREAM))
    killer.join()
    with pytest.raises(EngineCrashed, match="refused for 10 minutes"):
        content(queries, query(f"# the same with other blanks\n{STREAM}  "))
    assert values(queries, query(SMALL)) == ["value 1"]
    assert queries.state()["quarantined"] == 1


def test_a_free_worker_that_dies_is_replaced_and_nobody_notices(
    supervise: Supervise, query: Admit, store: Path
) -> None:
    others = set(workers_of(store))
    queries = supervise(workers=1)
    wait_until(lambda: is_ready(queries))
    for _ in range(5):
        for each in set(workers_of(store)) - others:
            os.kill(each, signal.SIGKILL)
        time.sleep(0.05)
        assert values(queries, query(SMALL)) == ["value 1"]


def asked_by_many(queries: Queries, query: Admit, clients: int) -> tuple[list[threading.Thread], list[object]]:
    """As many clients, each with an endless query of its own, and what becomes of them."""
    outcomes: list[object] = []

    def ask(number: int) -> None:
        try:
            queries.answer(query(f"{ENDLESS} OFFSET {number}"), JSON, f"192.0.2.{number}")
        except PublisherError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(clients)]
    for each in threads:
        each.start()
    return threads, outcomes


@pytest.mark.slow
def test_a_short_query_is_answered_while_long_ones_have_all_workers(supervise: Supervise, query: Admit) -> None:
    queries = supervise(workers=1, deadline=6.0, wait=3.0)
    wait_until(lambda: is_ready(queries))
    threads, outcomes = asked_by_many(queries, query, 1)
    wait_until(lambda: queries.state()["free"] == 0)
    assert values(queries, query(SMALL)) == ["value 1"]
    assert not outcomes
    for each in threads:
        each.join()
    assert [type(each) for each in outcomes] == [DeadlineExceeded]
    wait_until(lambda: queries.state()["workers"] == 1 and is_ready(queries))


@pytest.mark.slow
def test_of_too_many_long_queries_some_end_so_that_others_are_answered(supervise: Supervise, query: Admit) -> None:
    queries = supervise(workers=1, deadline=6.0, wait=3.0)
    wait_until(lambda: is_ready(queries))
    threads, outcomes = asked_by_many(queries, query, 4)
    for number in range(10):
        assert values(queries, query(f"SELECT ?o {{ <http://example.org/s{number}> ?p ?o }}")) == [
            f"value {number}"
        ]
    for each in threads:
        each.join()
    assert [type(each) for each in outcomes].count(EngineBusy) >= 2
    assert "long queries" in "".join(map(str, outcomes))
    assert {type(each) for each in outcomes} <= {EngineBusy, DeadlineExceeded}


def kill_all(parent: int) -> None:
    for each in children(parent):
        with contextlib.suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)


def test_a_query_whose_worker_is_killed_by_others_as_it_comes_is_answered_by_another(
    supervise: Supervise, query: Admit
) -> None:
    queries = supervise(workers=1, store_kind="memory")
    wait_until(lambda: is_ready(queries))
    [zygote] = children(supervisor_of(queries))
    for number in range(20):
        killer = threading.Thread(target=kill_all, args=(zygote,))
        killer.start()
        assert values(queries, query(f"SELECT ?o {{ <http://example.org/s{number}> ?p ?o }}")) == [
            f"value {number}"
        ]
        killer.join()
    assert queries.state()["quarantined"] == 0


@pytest.mark.slow
def test_who_finds_no_free_worker_in_time_is_told_so(supervise: Supervise, query: Admit) -> None:
    queries = supervise(workers=1, wait=0.04, deadline=4.0)
    wait_until(lambda: is_ready(queries))
    threads, _ = asked_by_many(queries, query, 1)
    wait_until(lambda: queries.state()["free"] == 0)
    with pytest.raises(EngineBusy, match="try again"):
        content(queries, query(SMALL))
    for each in threads:
        each.join()


@pytest.mark.slow
def test_when_the_queue_is_full_who_has_spent_most_leaves_it(supervise: Supervise, query: Admit) -> None:
    queries = supervise(workers=1, queue=1, deadline=3.0, wait=3.0)
    with pytest.raises(DeadlineExceeded):
        queries.answer(query(ENDLESS), JSON, "192.0.2.0")
    threads, outcomes = asked_by_many(queries, query, 3)
    wait_until(lambda: bool(outcomes))
    assert isinstance(outcomes[0], EngineBusy)
    for each in threads:
        each.join()


def test_who_finds_no_place_in_its_process_does_not_wait(supervise: Supervise, query: Admit) -> None:
    queries = supervise(workers=1, wait=60.0, deadline=3.0, places=3)
    wait_until(lambda: is_ready(queries))
    outcomes: list[type] = []

    def ask(number: int) -> None:
        try:
            content(queries, query(f"{ENDLESS} OFFSET {number}"))
        except PublisherError as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for each in threads:
        each.start()
    wait_until(lambda: bool(outcomes))
    assert outcomes == [EngineBusy]
    queries.close()
    for each in threads:
        each.join()


def test_a_store_that_cannot_be_opened_is_said_at_once(supervise: Supervise, query: Admit, tmp_path: Path) -> None:
    queries = supervise(store=tmp_path / "nothing")
    with pytest.raises(EngineUnavailable, match="cannot be answered now"):
        content(queries, query(SMALL))
    assert queries.state()["failure"]


@pytest.mark.slow
def test_a_hundred_killed_workers_leave_nothing_behind(supervise: Supervise, query: Admit) -> None:
    queries = supervise(answer=0)
    wait_until(lambda: is_ready(queries))
    process = supervisor_of(queries)
    descriptors = [descriptors_of(each) for each in (os.getpid(), process)]
    for _ in range(100):
        with pytest.raises(AnswerTooLarge):
            content(queries, query(SMALL))
    wait_until(lambda: is_ready(queries) and queries.state()["replaced"] == 100)
    assert [descriptors_of(each) for each in (os.getpid(), process)] == descriptors
    assert not children(process, "Z")


def test_closing_ends_every_worker_in_the_middle_of_a_query_too(
    supervise: Supervise, query: Admit, store: Path
) -> None:
    before = set(workers_of(store))
    queries = supervise()
    wait_until(lambda: is_ready(queries))
    errors: list[PublisherError] = []

    def ask() -> None:
        try:
            content(queries, query(ENDLESS))
        except PublisherError as error:
            errors.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    wait_until(lambda: queries.state()["free"] == 1)
    queries.close()
    thread.join()
    assert [type(each) for each in errors] == [EngineUnavailable]
    assert set(workers_of(store)) <= before
    assert not children(os.getpid(), "Z")
    with pytest.raises(EngineUnavailable):
        content(queries, query(SMALL))


ORPHAN = """
import sys, time
from pathlib import Path
from publisher.config import Sparql
from publisher.formats import RESULTS_FORMATS
from publisher.sparql.gate import admit
from publisher.sparql.queries import Queries
queries = Queries(Path(sys.argv[1]), Sparql(workers=1, deadline=600))
queries.answer(admit("ASK {}", Sparql()), RESULTS_FORMATS[0])
print("ready", flush=True)
queries.answer(admit(sys.argv[2], Sparql()), RESULTS_FORMATS[0])
"""


def test_workers_die_with_a_parent_that_is_killed(store: Path) -> None:
    before = set(workers_of(store))
    arguments = [sys.executable, "-c", ORPHAN, str(store), ENDLESS]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        assert set(workers_of(store)) - before
        parent.kill()
    wait_until(lambda: set(workers_of(store)) <= before)


def test_a_query_that_gets_past_the_gate_reaches_no_other_machine(shared: Queries) -> None:
    with socket.socket() as sink:
        sink.bind(("127.0.0.1", 0))
        sink.listen()
        sink.settimeout(0.5)
        address = f"http://127.0.0.1:{sink.getsockname()[1]}/"
        with pytest.raises(PublisherError, match="not permitted"):
            content(shared, Query(f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}", Form.SELECT))
        silent = Query(f"SELECT * {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}", Form.SELECT)
        assert json.loads(content(shared, silent))["results"]["bindings"] in ([], [{}])
        with pytest.raises(TimeoutError):
            sink.accept()


BOMBS = {
    "braces": "ASK " + "{" * 200_000,
    "functions": "ASK { FILTER(" + "STR(" * 100_000 + "1" + ")" * 100_001 + " }",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_a_bomb_that_gets_past_the_gate_kills_a_worker_only(supervise: Supervise, query: Admit, text: str) -> None:
    queries = supervise()
    with pytest.raises((EngineCrashed, MemoryExceeded, DeadlineExceeded)):
        content(queries, Query(text, Form.ASK))
    assert values(queries, query(SMALL)) == ["value 1"]


EDGES = {
    "braces": "ASK " + "{" * 64 + "}" * 64,
    "functions": "ASK { FILTER(" + "STR(" * 62 + "1" + ")" * 63 + " }",
    "exists": "ASK { " + "FILTER EXISTS { " * 63 + "} " * 64,
    "subqueries": "SELECT * " + "{ SELECT * " * 63 + "{} " + "}" * 63,
    "unions": "ASK { {} " + "UNION {} " * 990 + "}",
    "filters": "ASK { " + "FILTER(1) " * 990 + "}",
    "conjunctions": "ASK { FILTER(1" + "&&1" * 990 + ") }",
    "negations": "ASK { FILTER(" + "!" * 990 + "1) }",
    "optionals": "ASK { " + "OPTIONAL { ?s ?p ?o } " * 80 + "}",
    "path": "ASK { ?s <http://p>" + "/<http://p>" * 99 + " ?o }",
    "patterns": "ASK { " + "?s ?p ?o . " * 79 + "}",
    "values": "SELECT * { VALUES ?x { " + "1 " * 90_000 + "} }",
    "members": "ASK { FILTER(1 IN (" + "2," * 45_000 + "1)) }",
    "text": "ASK { FILTER('" + "x" * 500_000 + "' = '') }",
}


@pytest.mark.parametrize("text", EDGES.values(), ids=EDGES)
def test_what_the_gate_just_lets_through_crashes_no_worker(supervise: Supervise, query: Admit, text: str) -> None:
    queries = supervise(workers=1, deadline=10.0)
    with contextlib.suppress(DeadlineExceeded):
        assert content(queries, query(text))


def test_a_query_of_another_form_than_it_seems_is_refused(shared: Queries) -> None:
    with pytest.raises(QuerySyntaxError, match="another query form"):
        content(shared, Query(SMALL, Form.CONSTRUCT), TURTLE)


def test_many_threads_share_few_workers(supervise: Supervise, query: Admit) -> None:
    queries = supervise()
    wrong: list[object] = []

    def ask(number: int) -> None:
        for each in range(number, number + 20):
            found = values(queries, query(f"SELECT ?o {{ <http://example.org/s{each}> ?p ?o }}"))
            if found != [f"value {each}"]:
                wrong.append(found)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(0, 120, 20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not wrong


def test_a_client_may_have_less_time_than_the_deadline_and_never_more(supervise: Supervise, query: Admit) -> None:
    queries = supervise(deadline=2.0, cache=1)
    for timeout, expected in ((0.5, "0.5 seconds"), (60.0, "2 seconds")):
        with pytest.raises(DeadlineExceeded, match=expected):
            queries.answer(query(ENDLESS), JSON, timeout=timeout)


@pytest.mark.slow
def test_a_forked_worker_is_replaced_after_some_thousand_queries(supervise: Supervise, query: Admit) -> None:
    queries = supervise(store_kind="memory", workers=1)
    asked = query("ASK {}")
    for _ in range(5001):
        assert content(queries, asked)
    assert queries.state()["replaced"] == 1


def test_a_supervisor_that_dies_is_replaced_with_its_workers(
    supervise: Supervise, query: Admit, store: Path
) -> None:
    queries = supervise(workers=1)
    wait_until(lambda: is_ready(queries))
    first = supervisor_of(queries)
    workers = children(first)
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: not set(workers) & set(workers_of(store)))
    assert values(queries, query(SMALL)) == ["value 1"]
    assert supervisor_of(queries) != first


def test_who_waits_for_a_supervisor_that_dies_is_told_and_asks_again(supervise: Supervise, query: Admit) -> None:
    queries = supervise(workers=1)
    wait_until(lambda: is_ready(queries))
    killer = threading.Timer(0.3, lambda: os.kill(supervisor_of(queries), signal.SIGKILL))
    killer.start()
    with pytest.raises(EngineUnavailable, match="ask again"):
        content(queries, query(ENDLESS))
    killer.join()
    assert values(queries, query(SMALL)) == ["value 1"]


def test_an_answer_that_finds_no_room_is_an_outage_and_no_answer(store: Path, query: Admit) -> None:
    # Files of the supervisor may have no more bytes than that.
    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, most[1]))
    try:
        queries = Queries(store, Sparql(workers=1, wait=30.0))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
    try:
        with pytest.raises(EngineUnavailable, match="no room"):
            content(queries, query("SELECT * { ?s ?p ?o }"))
        assert values(queries, query(SMALL)) == ["value 1"]
    finally:
        queries.close()


def test_processes_with_one_address_share_workers_and_what_was_answered(
    supervise: Supervise, query: Admit, store: Path
) -> None:
    queries = supervise(workers=1, cache=1)
    other = supervise(workers=1, cache=1, address=queries.address)
    wait_until(lambda: is_ready(queries))
    assert supervisor_of(other) == supervisor_of(queries)
    assert values(queries, query(SMALL)) == values(other, query(SMALL))
    assert other.state()["cache"]["hits"] == 1
    other.close()
    assert values(queries, query(SMALL)) == ["value 1"]


def test_a_query_that_nobody_waits_for_any_more_is_ended(supervise: Supervise, query: Admit, store: Path) -> None:
    queries = supervise(workers=1)
    wait_until(lambda: is_ready(queries))
    program = ORPHAN.replace("deadline=600)", f"deadline=600), address={queries.address!r}")
    arguments = [sys.executable, "-c", program, str(store), ENDLESS]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"ready\n"
        wait_until(lambda: queries.state()["free"] == 0)
        other.kill()
    wait_until(lambda: is_ready(queries) and queries.state()["replaced"] == 1)


def test_a_long_answer_comes_again_and_to_all_who_asked_meanwhile(supervise: Supervise, query: Admit) -> None:
    queries = supervise(workers=1, cache=64)
    asked = query("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 10000")
    wait_until(lambda: is_ready(queries))
    answers: list[bytes] = []
    threads = [threading.Thread(target=lambda: answers.append(content(queries, asked))) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    answers.append(content(queries, asked))
    assert len(answers) == 5
    assert len(set(answers)) == 1
    assert len(json.loads(answers[0])["results"]["bindings"]) == 10_000
    assert queries.state()["cache"]["misses"] == 1
