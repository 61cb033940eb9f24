"""What the server must reach, each as a ratio within one run, and what holds it where it does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.questions import QUESTIONS, Question
from benchmarks.results import Cell, Figure, Results
from benchmarks.servers import DISK, FILES, MEMORY, OURS, Kind

NEW_QUERIES: Final = "SPARQL, every query new"
REPEATED: Final = "SPARQL, one query repeated"
DOCUMENTS: Final = "Documents"
START: Final = "start"
REAL: Final = "memory of the site of this folder"
PUBLISH: Final = "publish"


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


def _pairs(
    table: str, peer: Kind, wanted: Callable[[Question], bool] = lambda _: True
) -> Sequence[tuple[Cell, Cell]]:
    rows = [each.name for each in QUESTIONS if wanted(each)]
    return [(Cell(table, row, OURS.name), Cell(table, row, peer.name)) for row in rows]


def _document(row: str, like: str) -> Callable[[Results], Figure | None]:
    return lambda results: results.ratio(Cell(DOCUMENTS, row, OURS.name), Cell(DOCUMENTS, like, FILES.name))


def _small(question: Question) -> bool:
    return question.small


def _large(question: Question) -> bool:
    return not question.small


GOALS: Final = (
    Goal(
        "Turtle of a concept, asked before: of nginx",
        0.8,
        _document("Turtle, warm", "Turtle, warm"),
        (
            "the bytes are found at once, but every request passes a Python callable under the one lock of "
            "the interpreter: of the samples of a profile, two thirds are the hand-over, log and counts "
            "around the look-up. nginx uses both cores."
        ),
    ),
    Goal(
        "page of a concept, asked before: of nginx",
        0.8,
        _document("HTML, warm", "HTML, warm"),
        ("the same as for Turtle: one interpreter lock, log and counts on the way of each request."),
    ),
    Goal(
        "Turtle of a concept, each once after a start: of nginx",
        0.3,
        _document("Turtle, cold", "Turtle, warm"),
        (
            "documents are made when they are first asked for, in one process: Flask, the store and the "
            "headers take two milliseconds of Python. Pages take more, and just after a start every thread "
            "compiles the templates."
        ),
    ),
    Goal(
        "query repeated, the worst kind: of `oxigraph serve` in memory",
        1.2,
        lambda results: results.lowest(_pairs(REPEATED, MEMORY)),
        (
            "an answer that is kept still goes through Flask, the checks of the protocol and the spool: 0.7 "
            "ms of Python in one process. What the engine does in less than a millisecond loses by it; the "
            "rest wins by far."
        ),
    ),
    Goal(
        "query new, the worst kind of a millisecond or more: of `oxigraph serve` in memory",
        0.8,
        lambda results: results.lowest(_pairs(NEW_QUERIES, MEMORY, _large)),
        (
            "the way to the engine (Flask, gate, hand-over to a process, spooled answer) is a millisecond of "
            "one Python process for each query, which weighs most on the quickest of these kinds."
        ),
    ),
    Goal(
        "query new, geometric mean of these: of `oxigraph serve` in memory",
        1,
        lambda results: results.mean(_pairs(NEW_QUERIES, MEMORY, _large)),
        (
            "the same way; where the engine itself takes ten milliseconds, we are between two thirds of the "
            "peer and ahead of it."
        ),
    ),
    Goal(
        "query new, the worst kind of microseconds: of `oxigraph serve` in memory",
        0.25,
        lambda results: results.lowest(_pairs(NEW_QUERIES, MEMORY, _small)),
        (
            "the web process is one Python interpreter: two thirds of its samples are Flask and the checks of "
            "the protocol, a fifth the hand-over to a query process, the rest log and counts."
        ),
    ),
    Goal(
        "query new, geometric mean of all: of `oxigraph serve-read-only`",
        1.5,
        lambda results: results.mean(_pairs(NEW_QUERIES, DISK)),
        ("the kinds of microseconds, as above: in the others we are level or ahead."),
    ),
    Goal(
        "start to the first answer to a query, seconds",
        1,
        lambda results: results.number(START),
        (
            "Python and its libraries are imported for the server, its web process and the query processes, "
            "one after the other, before the store is read."
        ),
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
