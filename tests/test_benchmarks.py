"""The measurements run, on a vocabulary so small that they say nothing about speed."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import serve
from benchmarks.goals import NEW_QUERIES
from benchmarks.load import available
from benchmarks.questions import QUESTIONS
from benchmarks.results import Cell, Results
from benchmarks.servers import OURS, running
from benchmarks.table import document

ASK = next(each for each in QUESTIONS if each.name == "ASK")

needs_wrk = pytest.mark.skipif(not available(), reason="`wrk`, which makes the requests, is not installed")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> serve.Bench:
    return serve.prepare(tmp_path_factory.mktemp("bench"), concepts=30, seconds=1, connections=4)


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
    results.single["triples"].append(0)
    page = document(results, seconds=1, connections=16)
    assert "not measured" in page
    assert "- Trifid: `trifid` is not installed (npm)" in page


def test_queries_of_one_kind_differ(tmp_path: Path):
    for question in QUESTIONS:
        texts = {
            each.replace("NNNNNNNNN", str(number)) for number, each in enumerate(serve.queries(question, 300))
        }
        assert len(texts) == len(serve.queries(question, 300))
