"""The measurements run, on a vocabulary so small that they say nothing about speed."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import goals, search, serve
from benchmarks.goals import NEW_QUERIES, SEARCH
from benchmarks.load import Load, Rate, available, rate_of
from benchmarks.questions import QUESTIONS
from benchmarks.results import Cell, Figure, Results
from benchmarks.servers import MEMORY, OURS, running
from benchmarks.start import STORES, start
from benchmarks.table import document

ASK = next(each for each in QUESTIONS if each.name == "ASK")

needs_wrk = pytest.mark.skipif(not available(), reason="`wrk`, which makes the requests, is not installed")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> serve.Bench:
    return serve.prepare(tmp_path_factory.mktemp("bench"), concepts=30, seconds=1)


@needs_wrk
def test_one_kind_of_query_is_measured(bench: serve.Bench):
    with running(OURS, bench.data, bench.folder / "ours") as server:
        serve.ask(bench, server, NEW_QUERIES, ASK)
    [rate] = bench.results.rates[Cell(NEW_QUERIES, "ASK", OURS.name)]
    assert rate.per_second > 0
    assert rate.broken == 0


def test_our_answers_are_found_right(bench: serve.Bench):
    with running(OURS, bench.data, bench.folder / "right") as server:
        assert {each.name: serve.check(bench, server, each) for each in QUESTIONS} == {
            each.name: "" for each in QUESTIONS
        }


def test_what_was_not_measured_is_said():
    results = Results(absent={"Trifid": "`trifid` is not installed (npm)"})
    page = document(results, seconds=1)
    assert "not measured" in page
    assert "- Trifid: `trifid` is not installed (npm)" in page


def test_queries_of_one_kind_differ(tmp_path: Path):
    for question in QUESTIONS:
        texts = {
            each.replace("NNNNNNNNN", str(number)) for number, each in enumerate(serve.queries(question, 300))
        }
        assert len(texts) == len(serve.queries(question, 300))


def rates(*numbers: float) -> list[Rate]:
    return [Rate(each) for each in numbers]


def test_a_kind_of_query_is_heavy_when_the_peer_takes_a_millisecond_for_it():
    cell = Cell(NEW_QUERIES, "ASK", MEMORY.name)
    assert goals.heavy(Results(rates={cell: rates(goals.CORES * 999)}), ASK)
    assert not goals.heavy(Results(rates={cell: rates(goals.CORES * 1001)}), ASK)


def test_ratios_are_taken_round_by_round():
    ours, peer = Cell("t", "row", OURS.name), Cell("t", "row", MEMORY.name)
    results = Results(rates={ours: rates(10, 30), peer: rates(10, 20)})
    assert results.ratio(ours, peer) == Figure(1.25, 1, 1.5)


def test_each_round_is_compared_with_the_one_figure_of_a_guest():
    ours, guest = Cell("t", "row", OURS.name), Cell("t", "row", "guest")
    assert Results(rates={ours: rates(10, 30), guest: rates(10)}).ratio(ours, guest) == Figure(2, 1, 3)


def test_answers_that_failed_are_told_and_do_not_count():
    answers = {"requests": 100, "refused": 40, "broken": 1, "microseconds": 1_000_000, "elapsed": 0, "p99": 0}
    assert rate_of(answers, Load([], "*/*", 1)) == Rate(60, 40, 1)


@needs_wrk
def test_each_kind_of_search_is_measured(bench: serve.Bench):
    found = [
        (name, rate)
        for name, server, rate in search.rates(bench.data.site, bench.folder / "search", 1)
        if server == OURS.name
    ]
    assert len(found) == 5
    for name, rate in found:
        assert rate.per_second > 0, name
        assert rate.refused == rate.broken == 0, name


def test_of_the_searches_the_slowest_counts():
    results = Results()
    results.rates[Cell(SEARCH, "a name", OURS.name)] = [Rate(100, p99=12)]
    results.rates[Cell(SEARCH, "a page", OURS.name)] = [Rate(50, p99=31)]
    results.rates[Cell(SEARCH, "a query", MEMORY.name)] = [Rate(3, p99=700)]
    page = document(results, seconds=1)
    assert "≤ 20 | 31.0, a page | **missed** |" in page
    assert "| a page | publisher | 50.0 | 31.0 |\n| a query | oxigraph, memory | 3.00 | 700 |" in page


def test_what_was_asked_once_counts_until_all_was_asked():
    answers = {"requests": 9, "refused": 1, "broken": 0, "microseconds": 9_000_000, "elapsed": 500_000, "p99": 0}
    assert rate_of(answers, Load(["/"] * 5, "*/*", 9, once=True)) == Rate(8, 1)


def test_the_start_is_measured_under_both_stores(bench: serve.Bench):
    for store in STORES:
        found = start(bench.data, store, bench.folder / "start")
        assert found.seconds > 0
        assert found.mebibytes > 0
