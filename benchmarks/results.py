"""What was measured, and ratios of it: only these can be compared from one machine or day to another."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from benchmarks.load import Rate


class Cell(NamedTuple):
    """One place in a table: which table, what is asked, who answers."""

    table: str
    row: str
    server: str


@dataclass(frozen=True, slots=True)
class Figure:
    """The median of what the rounds gave, and the lowest and highest; `of` says whose it is."""

    median: float
    low: float
    high: float
    of: str = ""

    def __str__(self) -> str:
        spread = "" if self.low == self.high else f" ({short(self.low)}–{short(self.high)})"
        return f"{short(self.median)}{spread}{f', {self.of}' if self.of else ''}"


@dataclass(slots=True)
class Results:
    """Rates of each cell, one a round; figures that stand alone; words on cells and servers without figures."""

    rates: dict[Cell, list[Rate]] = field(default_factory=lambda: defaultdict(list))
    single: dict[str | Cell, list[float]] = field(default_factory=lambda: defaultdict(list))
    words: dict[Cell, str] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)
    rounds: int = 0

    def rate(self, cell: Cell) -> Figure | None:
        """Answers a second; None when it was not measured."""
        return figure(each.per_second for each in self.rates.get(cell, ()))

    def ratio(self, cell: Cell, other: Cell) -> Figure | None:
        """How much faster one cell was than another, round by round; than the one figure of a guest, each time."""
        return figure(self._ratios(cell, other))

    def mean(self, pairs: Iterable[tuple[Cell, Cell]]) -> Figure | None:
        """The geometric mean of ratios, round by round; None when one is missing."""
        columns = [self._ratios(*pair) for pair in pairs]
        rounds = zip(*columns, strict=False)
        return figure(statistics.geometric_mean(each) if all(each) else 0 for each in rounds)

    def lowest(self, pairs: Iterable[tuple[Cell, Cell]]) -> Figure | None:
        """The ratio of the pair that is worst off, and which that is if there are several."""
        known = list(pairs)
        ratios = [figure(self._ratios(*pair), pair[0].row if len(known) > 1 else "") for pair in known]
        there = [each for each in ratios if each]
        return min(there, key=lambda each: each.median, default=None) if len(there) == len(ratios) else None

    def slowest(self, table: str, server: str) -> Figure | None:
        """Milliseconds at p99 of the row of a table that takes a server longest."""
        cells = [each for each in self.rates if (each.table, each.server) == (table, server)]
        there = [found for each in cells if (found := self.waiting(each))]
        return max(there, key=lambda each: each.median, default=None)

    def waiting(self, cell: Cell) -> Figure | None:
        """Milliseconds at p99, and of what."""
        return figure((each.p99 for each in self.rates.get(cell, ())), cell.row)

    def number(self, name: str | Cell) -> Figure | None:
        """A figure that stands alone."""
        return figure(self.single.get(name, ()))

    def _ratios(self, cell: Cell, other: Cell) -> list[float]:
        ours, theirs = self.rates.get(cell, []), self.rates.get(other, [])
        pairs = zip(ours, theirs * len(ours) if len(theirs) == 1 else theirs, strict=False)
        return [one.per_second / two.per_second for one, two in pairs if two.per_second]


def figure(numbers: Iterable[float], of: str = "") -> Figure | None:
    """Median and spread; None of nothing."""
    known = list(numbers)
    return Figure(statistics.median(known), min(known), max(known), of) if known else None


def short(number: float) -> str:
    """Two or three digits that mean something."""
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 10 else f"{number:.2f}"
