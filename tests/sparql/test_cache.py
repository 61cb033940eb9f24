"""Answers are given again, within a bound; the same question at the same time is evaluated once."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable

import pytest

from publisher.config import Sparql
from publisher.errors import DeadlineExceeded
from publisher.formats import RESULTS_FORMATS
from publisher.sparql import Answer, Query
from publisher.sparql.cache import Cache
from publisher.sparql.gate import admit
from publisher.sparql.supervisor import Supervisor

Supervise = Callable[..., Supervisor]
Admit = Callable[[str], Query]

JSON, XML, *_ = RESULTS_FORMATS
SMALL = "SELECT ?o { <http://example.org/s1> ?p ?o }"


def counters(supervisor: Supervisor) -> tuple[int, int]:
    state = supervisor.state()["cache"]
    assert isinstance(state, dict)
    return state["hits"], state["misses"]


def read(answer: Answer) -> bytes:
    with answer.content:
        return answer.content.read()


def given(content: bytes) -> Answer:
    return Answer(io.BytesIO(content), len(content), "text/plain")


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
        cache.share(str(number), lambda: given(b"x" * 60_000))
        assert cache.find("0")
    assert cache.find("1") is None
    assert cache.find("19")
    assert 60_000 < cache.state()["bytes"] <= 1 << 20


def test_a_large_answer_is_given_and_not_kept() -> None:
    cache = Cache(Sparql(cache=1))
    assert len(read(cache.share("large", lambda: given(b"x" * 70_000)))) == 70_000
    assert cache.find("large") is None
    assert cache.state()["bytes"] == 0


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


def test_the_same_question_at_the_same_time_is_evaluated_once() -> None:
    cache = Cache(Sparql(cache=1))
    evaluated: list[int] = []

    def evaluate() -> Answer:
        evaluated.append(1)
        threading.Event().wait(0.3)
        return given(b"once")

    assert at_the_same_time(8, lambda: read(cache.share("key", evaluate))) == [b"once"] * 8
    assert evaluated == [1]


def test_the_same_question_at_the_same_time_fails_once_and_may_be_asked_again() -> None:
    cache = Cache(Sparql(cache=1))
    evaluated: list[int] = []

    def evaluate() -> Answer:
        evaluated.append(1)
        threading.Event().wait(0.3)
        raise DeadlineExceeded("too late")

    assert at_the_same_time(8, lambda: cache.share("key", evaluate)) == [DeadlineExceeded] * 8
    assert evaluated == [1]
    assert read(cache.share("key", lambda: given(b"now"))) == b"now"


def test_an_answer_too_large_to_keep_is_evaluated_for_each() -> None:
    cache = Cache(Sparql(cache=0))
    answers = at_the_same_time(4, lambda: read(cache.share("key", lambda: given(b"each"))))
    assert answers == [b"each"] * 4
