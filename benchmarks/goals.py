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
            "the bytes are found at once, but each request passes a Python callable under one lock of the "
            "interpreter, with the counts and the access log; nginx does the same on both cores. Of the "
            "samples of a profile, two thirds are the server's hand-over, log and counts, one third the look- "
            "up."
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
            "documents are made when they are first asked for: Flask, the description from the store and its "
            "headers are a millisecond or two of Python in one process. To make them ahead, at publish, is "
            "what would help."
        ),
    ),
    Goal(
        "query repeated, the worst kind: of `oxigraph serve` in memory",
        1.2,
        lambda results: results.lowest(_pairs(REPEATED, MEMORY)),
        (
            "an answer that is kept still goes through Flask, the protocol's checks and a spooled response: "
            "about half a millisecond of Python, where the engine needs a tenth of one. It is only the kinds "
            "of microseconds that lose."
        ),
    ),
    Goal(
        "query new, the worst kind of a millisecond or more: of `oxigraph serve` in memory",
        0.8,
        lambda results: results.lowest(_pairs(NEW_QUERIES, MEMORY, _large)),
        (
            "the road to the engine (Flask, gate, hand-over to the process, answer spooled) adds about a "
            "millisecond of one Python process to each query, which weighs most for the quickest of these "
            "kinds."
        ),
    ),
    Goal(
        "query new, geometric mean of these: of `oxigraph serve` in memory",
        1,
        lambda results: results.mean(_pairs(NEW_QUERIES, MEMORY, _large)),
        (
            "the same road; and what waits beyond the places for queries is refused, which costs as much as a "
            "small answer."
        ),
    ),
    Goal(
        "query new, the worst kind of microseconds: of `oxigraph serve` in memory",
        0.25,
        lambda results: results.lowest(_pairs(NEW_QUERIES, MEMORY, _small)),
        (
            "the web process is one Python interpreter: two thirds of its samples are Flask and the "
            "protocol's checks, a fifth the hand-over to a query process, the rest log and counts; the query "
            "processes are idle most of the time."
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
            "Python and its libraries are imported once for the server and once for the query processes, "
            "before the store is opened."
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
