"""Answers are given again, within a bound; the same question at the same time is evaluated once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from processes import is_ready, wait_until

from publisher.config import Sparql
from publisher.errors import DeadlineExceeded
from publisher.formats import RESULTS_FORMATS
from publisher.sparql import Answer, Query
from publisher.sparql.cache import Cache
from publisher.sparql.gate import admit
from publisher.sparql.queries import Queries

Supervise = Callable[..., Queries]
Admit = Callable[[str], Query]

JSON, XML, *_ = RESULTS_FORMATS
SMALL = "SELECT ?o { <http://example.org/s1> ?p ?o }"


def counters(supervisor: Queries) -> tuple[int, int]:
    state = supervisor.state()["cache"]
    assert isinstance(state, dict)
    return state["hits"], state["misses"]


def read(answer: Answer) -> bytes:
    with answer.content:
        return answer.content.read()


def test_an_answer_is_given_again_without_a_worker(supervise: Supervise, query: Admit) -> None:
    supervisor = supervise(cache=1)
    first = read(supervisor.answer(query(SMALL), JSON))
    again = [read(supervisor.answer(query(f"# other blanks\n {SMALL}"), JSON)) for _ in range(3)]
    assert again == [first] * 3
    assert counters(supervisor) == (3, 1)


def test_another_format_or_another_graph_is_another_answer(supervise: Supervise) -> None:
    supervisor = supervise(cache=1)
    graphs = [[], ["http://example.org/graph0"], ["http://example.org/graph1"]]
    answers = [
        read(supervisor.answer(admit(SMALL, Sparql(), default_graphs=each), format))
        for each in graphs
        for format in (JSON, XML)
    ]
    named = admit(SMALL, Sparql(), named_graphs=["http://example.org/graph1"])
    assert len(set(answers)) == 4
    assert b"value 1" not in read(supervisor.answer(named, JSON))
    assert counters(supervisor) == (0, 7)


@pytest.mark.parametrize("call", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()", "bnode('x')", "rand()"])
def test_what_differs_each_time_is_evaluated_each_time(supervise: Supervise, query: Admit, call: str) -> None:
    supervisor = supervise(cache=1)
    asked = query(f"SELECT ({call} AS ?x) {{}}")
    for _ in range(2):
        read(supervisor.answer(asked, JSON))
    assert asked.volatile
    assert counters(supervisor) == (0, 0)


def test_the_least_recently_asked_answer_goes_first() -> None:
    cache = Cache(Sparql(cache=1))
    for number in range(20):
        cache.keep(str(number), b"x" * 60_000)
        assert cache.find("0")
    assert cache.find("1") is None
    assert cache.find("19")
    assert 60_000 < cache.state()["bytes"] <= 1 << 20


def test_an_answer_that_is_kept_again_counts_once() -> None:
    cache = Cache(Sparql(cache=1))
    for content in (b"first", b"second"):
        cache.keep("key", content)
    assert cache.find("key") == b"second"
    assert cache.state()["answers"] == 1
    assert cache.state()["bytes"] < 1000


def test_a_large_answer_is_given_and_not_kept(supervise: Supervise, query: Admit) -> None:
    queries = supervise(cache=1)
    for _ in range(2):
        assert len(read(queries.answer(query("SELECT * { ?s ?p ?o } LIMIT 1000"), JSON))) > 1 << 16
    assert counters(queries) == (0, 2)


def at_the_same_time(count: int, ask: Callable[[], object]) -> list[object]:
    """What each of several threads gets when all ask before the first has its answer."""
    outcomes: list[object] = []

    def note() -> None:
        try:
            outcomes.append(ask())
        except DeadlineExceeded as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=note) for _ in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return outcomes


def test_the_same_question_at_the_same_time_is_evaluated_once(supervise: Supervise, query: Admit) -> None:
    queries = supervise(cache=1, workers=1)
    slow = query("PREFIX : <http://example.org/> SELECT (COUNT(*) AS ?n) { ?a :p0 ?c . ?d :p1 ?f }")
    answers = at_the_same_time(6, lambda: read(queries.answer(slow, JSON)))
    assert len(answers) == 6
    assert len(set(answers)) == 1
    assert counters(queries)[1] == 1


def test_the_same_question_at_the_same_time_fails_once_and_may_be_asked_again(
    supervise: Supervise, query: Admit
) -> None:
    queries = supervise(cache=1, workers=1, deadline=1.5)
    endless = query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
    assert at_the_same_time(6, lambda: read(queries.answer(endless, JSON))) == [DeadlineExceeded] * 6
    wait_until(lambda: is_ready(queries))
    assert queries.state()["replaced"] == 1
    with pytest.raises(DeadlineExceeded):
        queries.answer(endless, JSON)
