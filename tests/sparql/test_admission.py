"""One client leaves room for others: turns, processor time and mistakes are counted for each."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from publisher.config import Sparql
from publisher.errors import ClientOverBudget, DeadlineExceeded, PublisherError
from publisher.formats import RESULTS_FORMATS
from publisher.sparql import Query
from publisher.sparql.admission import Admission
from publisher.sparql.queries import Queries

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


def spend(admission: Admission[str], client: str, seconds: float) -> None:
    assert admission.enter(client, "a query")
    admission.leave(client, seconds, failed=False)


def test_who_has_used_the_processor_too_long_waits_and_others_do_not(clock: Clock) -> None:
    admission = Admission[str](Sparql(cpu=60, cpu_burst=120), clock)
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
    admission = Admission[str](Sparql(cpu=60, cpu_burst=120), clock)
    spend(admission, HERE, 0)
    clock.seconds += 100_000
    spend(admission, HERE, 121)
    with pytest.raises(ClientOverBudget):
        spend(admission, HERE, 0)


def test_many_mistakes_are_too_many_until_time_has_passed(clock: Clock) -> None:
    admission = Admission[str](Sparql(errors=30), clock)
    for _ in range(30):
        assert admission.enter(HERE, "a query")
        admission.leave(HERE, 0, failed=True)
    with pytest.raises(ClientOverBudget, match="30 of your queries failed"):
        spend(admission, HERE, 0)
    clock.seconds += 2
    spend(admission, HERE, 0)


def test_mistakes_that_are_never_evaluated_count_as_well(clock: Clock) -> None:
    admission = Admission[str](Sparql(errors=30), clock)
    for _ in range(30):
        admission.mistake(HERE)
    with pytest.raises(ClientOverBudget):
        admission.mistake(HERE)
    with pytest.raises(ClientOverBudget, match="30 of your queries failed"):
        spend(admission, HERE, 0)
    admission.mistake(THERE)


def test_a_client_has_two_turns_and_waits_for_the_next() -> None:
    admission = Admission[str](Sparql(turns=2))
    assert [admission.enter(HERE, each) for each in ("a", "b", "c", "d")] == [True, True, False, False]
    assert admission.enter(THERE, "e")
    assert [admission.leave(HERE, 0, failed=False) for _ in range(4)] == ["c", "d", None, None]
    assert admission.enter(HERE, "f")


def test_who_waits_with_too_many_or_too_long_is_refused() -> None:
    admission = Admission[str](Sparql(turns=1))
    assert admission.enter(HERE, "a")
    assert not admission.enter(HERE, "b")
    with pytest.raises(ClientOverBudget, match="2 queries of yours are being evaluated or wait"):
        admission.enter(HERE, "c")
    assert "being evaluated" in str(admission.give_up(HERE, "b"))
    assert admission.leave(HERE, 0, failed=False) is None
    assert admission.enter(HERE, "d")
    assert admission.state() == {"clients": 1, "refused": 2}


def test_who_has_spent_less_comes_first_and_who_has_no_limits_before_all(clock: Clock) -> None:
    admission = Admission[str](Sparql(cpu_burst=120), clock)
    for client, seconds in ((HERE, 30), (THERE, 1)):
        spend(admission, client, seconds)
    assert admission.standing("") > admission.standing(THERE) > admission.standing(HERE)


def test_who_asks_short_questions_comes_before_who_is_new_and_who_asks_long_ones(clock: Clock) -> None:
    admission = Admission[str](Sparql(), clock)
    for _ in range(20):
        spend(admission, HERE, 0.001)
        spend(admission, THERE, 0.5)
    clock.seconds += 1000
    assert admission.enter("new", "a query")
    assert admission.standing(HERE) > admission.standing("new") > admission.standing(THERE)
    assert admission.leave("new", 0.0, failed=False) is None
    assert admission.standing(HERE) > admission.standing("new")


def test_the_operator_has_no_limits(clock: Clock) -> None:
    admission = Admission[str](Sparql(cpu_burst=1, errors=1), clock)
    for _ in range(5):
        spend(admission, "", 1000)
    assert admission.state()["clients"] == 0


def test_only_so_many_clients_are_remembered(clock: Clock) -> None:
    admission = Admission[str](Sparql(), clock)
    for number in range(10_100):
        spend(admission, str(number), 0)
    assert admission.state()["clients"] == 10_000


def ask(supervisor: Queries, query: Query, client: str) -> bytes:
    with supervisor.answer(query, JSON, client).content as file:
        return file.read()


def test_seconds_of_the_processor_are_counted_and_known_answers_cost_nothing(
    supervise: Callable[..., Queries], query: Callable[[str], Query]
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


def test_a_query_waits_for_others_of_its_client_and_is_refused_in_the_end(
    supervise: Callable[..., Queries], query: Callable[[str], Query]
) -> None:
    queries = supervise(workers=2, turns=1, patience=0.5, deadline=3.0)
    outcomes: list[type] = []

    def endless() -> None:
        try:
            ask(queries, query(ENDLESS), HERE)
        except PublisherError as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=endless) for _ in range(2)]
    ask(queries, query("ASK {}"), HERE)
    for each in threads:
        each.start()
    assert ask(queries, query("ASK {}"), THERE)
    for each in threads:
        each.join()
    assert outcomes == [ClientOverBudget, DeadlineExceeded]
    assert ask(queries, query("ASK {}"), HERE)


def test_mistakes_of_a_client_are_counted_by_whoever_asks(
    supervise: Callable[..., Queries], query: Callable[[str], Query]
) -> None:
    queries = supervise(errors=2)
    for _ in range(2):
        queries.mistake(HERE)
    with pytest.raises(ClientOverBudget):
        ask(queries, query("ASK {}"), HERE)
    assert ask(queries, query("ASK {}"), THERE)
