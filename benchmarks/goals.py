"""What the server must reach, each as a ratio within one run, and what holds it where it does not."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.questions import QUESTIONS, Question
from benchmarks.results import Cell, Figure, Results
from benchmarks.servers import DISK, FILES, MEMORY, OURS, Kind

NEW_QUERIES: Final = "SPARQL, every query new"
REPEATED: Final = "SPARQL, one query repeated"
DOCUMENTS: Final = "Documents"
START: Final = "Start"
RESTING: Final = "Memory after the start"
TRIPLES: Final = "triples"
USUAL: Final = "usual"
LARGE: Final = "large"
"""The two sizes of data that a server is started with."""
REAL: Final = "memory of the site of this folder"
PUBLISH: Final = "publish"
CORES: Final = len(os.sched_getaffinity(0))
MILLISECOND: Final = 1.0


@dataclass(frozen=True, slots=True)
class Goal:
    """A row of the table; `held` is what holds it when it is missed."""

    title: str
    wanted: float
    measured: Callable[[Results], Figure | None]
    held: str
    most: bool = False

    def verdict(self, results: Results) -> str:
        """Met, missed, or not measured."""
        found = self.measured(results)
        if found is None:
            return "not measured"
        met = found.median <= self.wanted if self.most else found.median >= self.wanted
        return "met" if met else "**missed**"


def cost(results: Results, question: Question) -> float | None:
    """Milliseconds of a core that a new query of a kind takes `oxigraph serve` in memory, which keeps all busy."""
    found = results.rate(Cell(NEW_QUERIES, question.name, MEMORY.name))
    return CORES / found.median * 1000 if found and found.median else None


def heavy(results: Results, question: Question) -> bool:
    """Whether the engine has a millisecond of work or more: in quicker kinds the road to it weighs most."""
    return (cost(results, question) or 0) >= MILLISECOND


def _light(results: Results, question: Question) -> bool:
    return not heavy(results, question)


def _any(_: Results, __: Question) -> bool:
    return True


def _pairs(
    results: Results, table: str, peer: Kind, wanted: Callable[[Results, Question], bool] = _any
) -> Sequence[tuple[Cell, Cell]]:
    rows = [each.name for each in QUESTIONS if wanted(results, each)]
    return [(Cell(table, row, OURS.name), Cell(table, row, peer.name)) for row in rows]


def _documents(like: str, *rows: str) -> Callable[[Results], Figure | None]:
    return lambda results: results.lowest(
        [(Cell(DOCUMENTS, row, OURS.name), Cell(DOCUMENTS, like, FILES.name)) for row in rows]
    )


def _start(size: str, store: str) -> Callable[[Results], Figure | None]:
    return lambda results: results.number(Cell(START, size, store))


GOALS: Final = (
    Goal(
        "Turtle of a concept, asked before: of nginx",
        0.8,
        _documents("Turtle, warm", "Turtle, warm"),
        (
            "the bytes are found at once, but every request passes a Python callable under the one lock of "
            "the interpreter: of the samples of a profile, two thirds are the hand-over, log and counts "
            "around the look-up. nginx uses both cores."
        ),
    ),
    Goal(
        "page of a concept, asked before: of nginx",
        0.8,
        _documents("HTML, warm", "HTML, warm"),
        ("the same as for Turtle: one interpreter lock, log and counts on the way of each request."),
    ),
    Goal(
        "RDF of a concept, each document once after a start, the worst syntax: of nginx",
        0.3,
        _documents("Turtle, warm", "Turtle, cold", "other RDF, cold"),
        (
            "documents are made when they are first asked for, in one process: Flask, the store and the "
            "headers take two milliseconds of Python. Pages take more, and just after a start every thread "
            "compiles the templates."
        ),
    ),
    Goal(
        "query repeated, the worst kind: of `oxigraph serve` in memory",
        1.2,
        lambda results: results.lowest(_pairs(results, REPEATED, MEMORY)),
        (
            "an answer that is kept still goes through Flask, the checks of the protocol and the spool: 0.7 "
            "ms of Python in one process. What the engine does in less than a millisecond loses by it; the "
            "rest wins by far."
        ),
    ),
    Goal(
        "query new, the worst kind of a millisecond or more: of `oxigraph serve` in memory",
        0.8,
        lambda results: results.lowest(_pairs(results, NEW_QUERIES, MEMORY, heavy)),
        (
            "the way to the engine (Flask, gate, hand-over to a process, spooled answer) is a millisecond of "
            "one Python process for each query, which weighs most on the quickest of these kinds."
        ),
    ),
    Goal(
        "query new, geometric mean of these: of `oxigraph serve` in memory",
        1,
        lambda results: results.mean(_pairs(results, NEW_QUERIES, MEMORY, heavy)),
        (
            "the same way; where the engine itself takes ten milliseconds, we are between two thirds of the "
            "peer and ahead of it."
        ),
    ),
    Goal(
        "query new, the worst kind of microseconds: of `oxigraph serve` in memory",
        0.25,
        lambda results: results.lowest(_pairs(results, NEW_QUERIES, MEMORY, _light)),
        (
            "the web process is one Python interpreter: two thirds of its samples are Flask and the checks of "
            "the protocol, a fifth the hand-over to a query process, the rest log and counts."
        ),
    ),
    Goal(
        "query new, geometric mean of all: of `oxigraph serve-read-only`",
        1.5,
        lambda results: results.mean(_pairs(results, NEW_QUERIES, DISK)),
        ("the kinds of microseconds, as above: in the others we are level or ahead."),
    ),
    Goal(
        "start to the first answer to a query, this data in memory, seconds",
        1,
        _start(USUAL, "memory"),
        (
            "Python and its libraries are imported for the server, its web process and the query processes, "
            "one after the other, before the store is read."
        ),
        most=True,
    ),
    Goal(
        "start to the first answer to a query, the large data in memory, seconds",
        5,
        _start(LARGE, "memory"),
        ("the store is read from the disk into memory before the first query."),
        most=True,
    ),
    Goal(
        "memory of all processes with the site of this folder, MiB",
        150,
        lambda results: results.number(REAL),
        ("each query process is a Python interpreter with its own engine."),
        most=True,
    ),
    Goal(
        "publish: of a plain bulk load",
        8,
        lambda results: results.number(PUBLISH),
        (
            "a publish also reads in a child process, checks with shapes, writes seven dumps and the "
            "documents, and verifies; most of it is Python that goes over each statement."
        ),
        most=True,
    ),
)
