"""What was measured, as a page of Markdown."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from benchmarks.goals import DOCUMENTS, GOALS, NEW_QUERIES, REPEATED
from benchmarks.load import CONNECTIONS
from benchmarks.questions import QUESTIONS, WARM
from benchmarks.results import Cell, Results
from benchmarks.servers import DISK, FILES, GUESTS, MEMORY, OURS, Kind

NOTHING: Final = "–"

INTRODUCTION: Final = """\
# Performance

Made by `make bench`; the reasons for what is missed stand in `benchmarks/goals.py` and come from short profiles of
other runs. Compare columns, never one page with another: the machine was {machine},
shared by the servers, what asks them and whatever else ran there (see the spread), and only ratios within one run
hold elsewhere.

- Data: {triples} triples of a made-up vocabulary (`benchmarks/vocabulary.py`), published and served with the
  default limits, the sandbox and the access log on. The peers have the same triples in one graph.
- Requests: wrk, {connections} connections kept open ({asking} for queries), {seconds} s or more for each figure,
  {rounds} round(s) in which the servers take turns. A figure is the median of the rounds in answers a second, in
  brackets the lowest and the highest. An answer is checked before it is timed; only good ones count, and what
  *failed* (an error status, such as 503 when all places for queries are taken, or no answer) is told beside.
- The goals are meant for 16 queries at once (`CONNECTIONS=16`, the default). The server has three places for each
  query process, those that wait included, and answers 503 beyond them: of 16 at once on two cores, three of four
  were refused. With `CONNECTIONS=6` few are, and then the figures about queries say nothing about 16.
- *Every query new*: each one has a name or number that no query had before, for all servers. *Repeated*: one query
  again and again. *Warm*: {warm} documents again and again. *Cold*: each document once, right after a start.
- {guests} are measured in one round, to show where they stand; no goal is about them.
  What takes them more than a second counts as often as it could be asked alone.

`make bench` takes what it finds: `oxigraph` and `rdflib-endpoint` come with the extra `bench`
(`pip install -e .[bench]`, which the command does itself); `wrk`, which it cannot do without, and `nginx` are
Debian's packages of that name, `virtuoso-t` and `isql-vt` are in Debian's `virtuoso-opensource-7-bin`, and
`trifid` comes with `npm install -g trifid`. What is not on `PATH` is left out. `make bench SECONDS=1 ROUNDS=2` is
quicker, `CONCEPTS=85000` larger. What publishing takes by size: `python -m benchmarks.publish`.
"""


def document(results: Results, seconds: int, connections: int) -> str:
    """The whole page."""
    parts = (
        _introduction(results, seconds, connections),
        _goals(results),
        _held(results),
        _queries(results, NEW_QUERIES, (OURS, MEMORY, DISK, *GUESTS)),
        _queries(results, REPEATED, (OURS, MEMORY)),
        _documents(results),
        _memory(results),
        _absent(results),
    )
    return "\n\n".join(each.strip() for each in parts if each) + "\n"


def machine() -> str:
    """Cores and memory, in general terms."""
    total = re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())
    memory = f", {int(total[1]) / 2**20:.0f} GiB of memory" if total else ""
    return f"a Linux machine with {os.cpu_count()} cores{memory}"


def _introduction(results: Results, seconds: int, connections: int) -> str:
    return INTRODUCTION.format(
        machine=machine(),
        triples=f"{results.single['triples'][0]:,.0f}",
        connections=CONNECTIONS,
        asking=connections,
        seconds=seconds,
        rounds=results.rounds,
        warm=WARM,
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


def _queries(results: Results, table: str, kinds: Sequence[Kind]) -> str:
    here = [each for each in kinds if each.name not in results.absent]
    peers = [each for each in (MEMORY, DISK) if each in here]
    heads = ("", *(each.name for each in here), *(f"ratio to {each.name}" for each in peers))
    rows = [
        (
            row,
            *(_rate(results, Cell(table, row, each.name)) for each in here),
            *(_ratio(results, Cell(table, row, OURS.name), Cell(table, row, each.name)) for each in peers),
        )
        for row in (each.name for each in QUESTIONS)
    ]
    return f"## {table}\n\n{_table(heads, rows)}"


def _documents(results: Results) -> str:
    rows = []
    for name in ("Turtle", "HTML"):
        files = Cell(DOCUMENTS, f"{name}, warm", FILES.name)
        for row in (f"{name}, warm", f"{name}, cold"):
            cell = Cell(DOCUMENTS, row, OURS.name)
            rows.append((row, _rate(results, cell), _rate(results, files), _ratio(results, cell, files)))
    return f"## {DOCUMENTS}\n\n{_table(('', OURS.name, 'nginx, the same bytes', 'ratio'), rows)}"


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
