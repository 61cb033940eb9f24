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
        "to be written",
    ),
    Goal(
        "page of a concept, asked before: of nginx",
        0.8,
        _document("HTML, warm", "HTML, warm"),
        "to be written",
    ),
    Goal(
        "Turtle of a concept, each once after a start: of nginx",
        0.3,
        _document("Turtle, cold", "Turtle, warm"),
        "to be written",
    ),
    Goal(
        "query repeated, the worst kind: of `oxigraph serve` in memory",
        1.2,
        lambda results: results.lowest(_pairs(REPEATED, MEMORY)),
        "to be written",
    ),
    Goal(
        "query new, the worst kind of a millisecond or more: of `oxigraph serve` in memory",
        0.8,
        lambda results: results.lowest(_pairs(NEW_QUERIES, MEMORY, _large)),
        "to be written",
    ),
    Goal(
        "query new, geometric mean of these: of `oxigraph serve` in memory",
        1,
        lambda results: results.mean(_pairs(NEW_QUERIES, MEMORY, _large)),
        "to be written",
    ),
    Goal(
        "query new, the worst kind of microseconds: of `oxigraph serve` in memory",
        0.25,
        lambda results: results.lowest(_pairs(NEW_QUERIES, MEMORY, _small)),
        "to be written",
    ),
    Goal(
        "query new, geometric mean of all: of `oxigraph serve-read-only`",
        1.5,
        lambda results: results.mean(_pairs(NEW_QUERIES, DISK)),
        "to be written",
    ),
    Goal(
        "start to the first answer to a query, seconds",
        1,
        lambda results: results.number(START),
        "to be written",
        most=True,
    ),
    Goal(
        "memory of all processes with the site of this folder, MiB",
        150,
        lambda results: results.number(REAL),
        "to be written",
        most=True,
    ),
    Goal(
        "publish: of a plain bulk load",
        8,
        lambda results: results.number(PUBLISH),
        "to be written",
        most=True,
    ),
)
