"""What was measured, as a page of Markdown."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from benchmarks.goals import (
    DOCUMENTS,
    GOALS,
    LARGE,
    NEW_QUERIES,
    REPEATED,
    RESTING,
    SEARCH,
    START,
    TRIPLES,
    USUAL,
    cost,
)
from benchmarks.load import CONNECTIONS
from benchmarks.questions import QUESTIONS, WARM, Question
from benchmarks.results import Cell, Results, short
from benchmarks.servers import DISK, FILES, GUESTS, MEMORY, OURS, Kind
from benchmarks.start import STARTS, STORES

NOTHING: Final = "–"

DOCUMENT_ROWS: Final = (
    ("Turtle, warm", "Turtle, warm"),
    ("Turtle, cold", "Turtle, warm"),
    ("other RDF, cold", "Turtle, warm"),
    ("HTML, warm", "HTML, warm"),
    ("HTML, cold", "HTML, warm"),
)
"""What we serve, and what of nginx it is compared with."""

INTRODUCTION: Final = """\
# Performance

Made by `make bench`; the reasons for what is missed stand in `benchmarks/goals.py` and come from short profiles of
other runs. Compare columns, never one page with another: the machine was {machine},
shared by the servers, what asks them and whatever else ran there (see the spread), and only ratios within one run
hold elsewhere.

- Data: {triples} triples of a made-up vocabulary (`benchmarks/vocabulary.py`), published and served with the
  default limits, the sandbox and the access log on. The peers have the same triples in one graph.
- Requests: wrk, {connections} connections kept open, as many clients (`X-Forwarded-For`); {seconds} s or more
  for each figure, half of it for repeated queries, in {rounds} round(s) in which the servers take turns. A
  figure is the median of the rounds in answers a second, in brackets the lowest and the highest. An answer is
  checked before it is timed; only good ones count, and what *failed* (an error status, such as 503 or 429, or
  no answer) is told beside.
- *Every query new*: each one has a name or number that no query had before, for all servers. *Repeated*: one query
  again and again. *Cost*: what a new query takes `oxigraph serve` in memory, which keeps all cores busy; kinds of
  a millisecond or more are those that cost so much in this run.
- *Warm*: {warm} documents again and again. *Cold*: each document once, after a start, until the time is over or
  each was asked for{cold}.
- *Search*: every question is a new one, a name or some of it; the peer looks for a name in all labels.
- *Start*: from the command to the first answer to a query, files being in the page cache; {starts} starts each.
- {guests} are measured in one short round, alone, to show where they stand; no goal is about them. What takes
  them more than a third of a second counts as often as it could be asked alone.

`make bench` takes what it finds: `oxigraph` and `rdflib-endpoint` come with the extra `bench`
(`pip install -e .[bench]`, which the command does itself); `wrk`, which it cannot do without, and `nginx` are
Debian's packages of that name, `virtuoso-t` and `isql-vt` are in Debian's `virtuoso-opensource-7-bin`, and
`trifid` comes with `npm install -g trifid@5.3.0`, which runs with Node 20. What is not on `PATH` is left out.

- `make bench SECONDS=1 ROUNDS=2` is quicker.
- `make bench LARGE=FOLDER` also starts with a million triples and takes the cold documents from there. They are
  published into that folder if they are not there yet, which takes minutes, and stay for the next time.
- `python -m benchmarks.start FOLDER …` measures only the start; what publishing takes by size:
  `python -m benchmarks.publish`.
"""

COLD_LARGE: Final = ", of a million triples"


def document(results: Results, seconds: int) -> str:
    """The whole page."""
    parts = (
        _introduction(results, seconds),
        _goals(results),
        _held(results),
        _queries(results, NEW_QUERIES, (MEMORY, DISK, *GUESTS)),
        _queries(results, REPEATED, (MEMORY,)),
        _documents(results),
        _search(results),
        _starts(results),
        _memory(results),
        _absent(results),
    )
    return "\n\n".join(each.strip() for each in parts if each) + "\n"


def machine() -> str:
    """Cores and memory, in general terms."""
    total = re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())
    memory = f", {int(total[1]) / 2**20:.0f} GiB of memory" if total else ""
    return f"a Linux machine with {os.cpu_count()} cores{memory}"


def _introduction(results: Results, seconds: int) -> str:
    return INTRODUCTION.format(
        machine=machine(),
        triples=_triples(results, USUAL),
        connections=CONNECTIONS,
        seconds=seconds,
        rounds=results.rounds,
        warm=WARM,
        cold=COLD_LARGE if _has(results, LARGE) else "",
        starts=STARTS,
        guests=", ".join(each.name for each in GUESTS),
    )


def _goals(results: Results) -> str:
    rows = [
        (
            each.title,
            f"{'≤' if each.most else '≥'} {each.wanted:g}",
            each.measured(results) or NOTHING,
            each.verdict(results),
        )
        for each in GOALS
    ]
    return f"## Goals\n\n{_table(('goal', 'wanted', 'measured', ''), rows)}"


def _held(results: Results) -> str:
    lines = [f"- {each.title}: {each.held}" for each in GOALS if each.verdict(results) == "**missed**"]
    return "## What holds those that are missed\n\n" + "\n".join(lines) if lines else ""


def _queries(results: Results, table: str, peers: Sequence[Kind]) -> str:
    """Two tables: what each gives, and ours as a ratio to it."""
    here = [each.name for each in peers if each.name not in results.absent]
    rates = [
        (
            each.name,
            _cost(results, each),
            *(_rate(results, Cell(table, each.name, one)) for one in (OURS.name, *here)),
        )
        for each in QUESTIONS
    ]
    ratios = [
        (
            each.name,
            *(_ratio(results, Cell(table, each.name, OURS.name), Cell(table, each.name, one)) for one in here),
        )
        for each in QUESTIONS
    ]
    return "\n\n".join(
        (
            f"## {table}",
            _table(("answers a second", "cost, ms", OURS.name, *here), rates),
            _table(("ratio of ours", *(f"to {each}" for each in here)), ratios),
        )
    )


def _cost(results: Results, question: Question) -> str:
    found = cost(results, question)
    return short(found) if found else NOTHING


def _documents(results: Results) -> str:
    rows = [
        (row, _rate(results, cell), _rate(results, files), _ratio(results, cell, files))
        for row, like in DOCUMENT_ROWS
        if (cell := Cell(DOCUMENTS, row, OURS.name)) and (files := Cell(DOCUMENTS, like, FILES.name))
    ]
    return f"## {DOCUMENTS}\n\n{_table(('answers a second', OURS.name, 'nginx, the same bytes', 'ratio'), rows)}"


def _search(results: Results) -> str:
    rows = [
        (cell.row, cell.server, _rate(results, cell), short(waiting.median))
        for cell in results.rates
        if cell.table == SEARCH and (waiting := results.waiting(cell))
    ]
    return f"## {SEARCH}\n\n{_table(('what is asked', 'of', 'answers a second', 'p99, ms'), rows)}" if rows else ""


def _starts(results: Results) -> str:
    rows = [
        (
            _triples(results, size),
            store,
            results.number(Cell(START, size, store)) or NOTHING,
            results.number(Cell(RESTING, size, store)) or NOTHING,
        )
        for size in (USUAL, LARGE)
        for store in STORES
        if _has(results, size)
    ]
    heads = ("triples", "store", "seconds to the first answer", "MiB of all processes after it (PSS)")
    return f"## {START}\n\n{_table(heads, rows)}" if rows else ""


def _has(results: Results, size: str) -> bool:
    return results.number(Cell(START, size, TRIPLES)) is not None


def _triples(results: Results, size: str) -> str:
    found = results.number(Cell(START, size, TRIPLES))
    return f"{found.median:,.0f}" if found else NOTHING


def _memory(results: Results) -> str:
    rows = [(name, f"{mebibytes:,.0f}") for name, mebibytes in results.memory.items()]
    return f"## Memory after all this\n\n{_table(('', 'MiB of all processes (PSS)'), rows)}"


def _absent(results: Results) -> str:
    lines = [f"- {name}: {reason}" for name, reason in results.absent.items()]
    return "## Absent\n\n" + "\n".join(lines) if lines else ""


def _rate(results: Results, cell: Cell) -> str:
    if cell in results.words:
        return results.words[cell]
    found = results.rate(cell)
    failed = sum(each.refused + each.broken for each in results.rates.get(cell, ()))
    return f"{found or NOTHING}{f' and {failed} failed' if failed else ''}"


def _ratio(results: Results, cell: Cell, other: Cell) -> str:
    found = results.ratio(cell, other)
    return str(found or NOTHING)


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(str, each))} |" for each in lines)
