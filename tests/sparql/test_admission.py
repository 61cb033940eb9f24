"""One client leaves room for others: turns, processor time and mistakes are counted for each."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

import pytest

from publisher.config import Sparql
from publisher.errors import ClientOverBudget, DeadlineExceeded, EngineBusy, QuerySyntaxError
from publisher.formats import RESULTS_FORMATS
from publisher.sparql import Query
from publisher.sparql.admission import Admission
from publisher.sparql.supervisor import Supervisor

HERE, THERE = "192.0.2.1", "192.0.2.2"
JSON = RESULTS_FORMATS[0]
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


class Clock:
    """Seconds that pass when we say so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def spend(admission: Admission, client: str, seconds: float) -> None:
    with admission.visit(client) as visit:
        visit.seconds = seconds


def fail(admission: Admission, client: str, error: Exception) -> None:
    with contextlib.suppress(QuerySyntaxError, EngineBusy), admission.visit(client):
        raise error


def test_who_has_used_the_processor_too_long_waits_and_others_do_not(clock: Clock) -> None:
    admission = Admission(Sparql(cpu=60, cpu_burst=120), clock)
    spend(admission, HERE, 119)
    spend(admission, HERE, 11)
    with pytest.raises(ClientOverBudget, match="120 seconds of computing") as refused:
        spend(admission, HERE, 0)
    assert refused.value.retry == 10
    spend(admission, THERE, 1)
    clock.seconds += 9
    with pytest.raises(ClientOverBudget):
        spend(admission, HERE, 0)
    clock.seconds += 2
    spend(admission, HERE, 0)


def test_nobody_saves_more_than_the_burst(clock: Clock) -> None:
    admission = Admission(Sparql(cpu=60, cpu_burst=120), clock)
    spend(admission, HERE, 0)
    clock.seconds += 100_000
    spend(admission, HERE, 121)
    with pytest.raises(ClientOverBudget):
        spend(admission, HERE, 0)


def test_many_mistakes_are_too_many_until_time_has_passed(clock: Clock) -> None:
    admission = Admission(Sparql(errors=30), clock)
    for _ in range(30):
        fail(admission, HERE, QuerySyntaxError("mistake"))
    with pytest.raises(ClientOverBudget, match="30 of your queries failed"):
        spend(admission, HERE, 0)
    clock.seconds += 2
    spend(admission, HERE, 0)


def test_what_is_not_the_fault_of_a_query_is_no_mistake(clock: Clock) -> None:
    admission = Admission(Sparql(errors=1), clock)
    for _ in range(5):
        fail(admission, HERE, EngineBusy("not yours"))
    spend(admission, HERE, 0)


def test_a_client_has_two_turns_and_waits_for_the_next() -> None:
    admission = Admission(Sparql(turns=2, patience=30))
    go, inside = threading.Event(), threading.Semaphore(0)
    most: list[int] = []
    now = 0

    def ask() -> None:
        nonlocal now
        with admission.visit(HERE):
            now += 1
            most.append(now)
            inside.release()
            go.wait(30)
            now -= 1

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for each in threads:
        each.start()
    assert inside.acquire(timeout=30)
    assert inside.acquire(timeout=30)
    assert not inside.acquire(timeout=0.2)
    spend(admission, THERE, 0)
    go.set()
    for each in threads:
        each.join()
    assert (max(most), len(most)) == (2, 4)


def test_who_waits_too_long_or_with_too_many_is_refused() -> None:
    admission = Admission(Sparql(turns=1, patience=0.1))
    with admission.visit(HERE):
        with pytest.raises(ClientOverBudget, match="being evaluated"):
            spend(admission, HERE, 0)
        spend(admission, THERE, 0)
    spend(admission, HERE, 0)
    assert admission.state() == {"clients": 2, "refused": 1}


def test_the_operator_has_no_limits(clock: Clock) -> None:
    admission = Admission(Sparql(cpu_burst=1, errors=1), clock)
    for _ in range(5):
        spend(admission, "", 1000)
    assert admission.state()["clients"] == 0


def test_only_so_many_clients_are_remembered(clock: Clock) -> None:
    admission = Admission(Sparql(), clock)
    for number in range(10_100):
        spend(admission, str(number), 0)
    assert admission.state()["clients"] == 10_000


def ask(supervisor: Supervisor, query: Query, client: str) -> bytes:
    with supervisor.answer(query, JSON, client).content as file:
        return file.read()


def test_seconds_of_the_processor_are_counted_and_known_answers_cost_nothing(
    supervise: Callable[..., Supervisor], query: Callable[[str], Query]
) -> None:
    supervisor = supervise(cpu=1, cpu_burst=1, deadline=1.5, cache=1)
    small = query("SELECT ?o { <http://example.org/s1> ?p ?o }")
    first = ask(supervisor, small, HERE)
    with pytest.raises(DeadlineExceeded):
        ask(supervisor, query(ENDLESS), HERE)
    with pytest.raises(ClientOverBudget):
        ask(supervisor, query("ASK {}"), HERE)
    assert ask(supervisor, small, HERE) == first
    assert ask(supervisor, query("ASK {}"), THERE)
