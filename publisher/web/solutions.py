"""The answer to a query as a page shows it: a table with labels and links, yes or no, or a graph as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, TypeAlias

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    parse_query_results,
)

from publisher.description import Description, Term
from publisher.namespaces import XSD, shorten
from publisher.sparql import Answer
from publisher.web import Site
from publisher.web.reading import Reader, Value

ROWS: Final = 1000
"""Rows that a page shows; a file has them all."""
TEXT: Final = 200_000
"""Bytes of a graph that a page shows."""
NUMERIC: Final = frozenset(XSD[name] for name in ("integer", "decimal", "double", "float"))
"""What the engine makes of every number."""
NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]{1,2})?")

Row: TypeAlias = Sequence[Term | None]


@dataclass(frozen=True, slots=True)
class Cell:
    """One value in a table; `share` is what it is of the largest one of its column, in hundredths, for a bar."""

    value: Value
    number: bool = False
    share: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An answer, as far as a page shows it: `more` says that there is more; one of the others says what it is."""

    more: bool = False
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell | None, ...], ...] = ()
    boolean: bool | None = None
    graph: str | None = None


def shown(site: Site, answer: Answer, *, gives_graph: bool) -> Shown:
    """The answer to read, which is closed; it is in the syntax that `protocol.FOR_PAGES` names."""
    with answer.content as content:
        if gives_graph:
            text = content.read(TEXT).decode("utf-8", "ignore")
            return Shown(graph=text, more=answer.size > TEXT)
        results = parse_query_results(content, format=QueryResultsFormat.JSON)
        if isinstance(results, QueryBoolean):
            return Shown(boolean=bool(results))
        return _table(site, results)


def _table(site: Site, solutions: QuerySolutions) -> Shown:
    found = [tuple(each) for each in islice(solutions, ROWS + 1)]
    rows, columns = found[:ROWS], tuple(each.value for each in solutions.variables)
    reader, numbers = _reader(site, rows), [[_number(term) for term in row] for row in rows]
    drawn = next((place for place in range(len(columns)) if _is_counted([row[place] for row in numbers])), -1)
    most = max((row[drawn] or 0.0 for row in numbers), default=0.0) if drawn >= 0 else 0.0
    cells = (
        tuple(
            _cell(reader, term, number, most if place == drawn else 0.0)
            for place, (term, number) in enumerate(zip(*row, strict=True))
        )
        for row in zip(rows, numbers, strict=True)
    )
    return Shown(columns=columns, rows=tuple(cells), more=len(found) > ROWS)


def _reader(site: Site, rows: Iterable[Row]) -> Reader:
    """Who knows the labels and the pages of everything in a table."""
    iris = {term.value for row in rows for term in row if isinstance(term, NamedNode)}
    paths = {iri: path for iri in iris if (path := site.store.find(iri))}
    return Reader(site, Description(NamedNode(site.release.base), (), site.store.labels(iris), paths=paths))


def _is_counted(numbers: Sequence[float | None]) -> bool:
    """Whether a column is worth bars: several numbers, none below zero, and nothing else."""
    return len(numbers) > 1 and all(each is not None and each >= 0 for each in numbers)


def _number(term: Term | None) -> float | None:
    """The number that a term is; None for anything else, and for those that no bar could be drawn for."""
    written = isinstance(term, Literal) and term.datatype in NUMERIC and NUMBER.fullmatch(term.value)
    return float(written[0]) if written else None


def _cell(reader: Reader, term: Term | None, number: float | None, most: float) -> Cell | None:
    if term is None:
        return None
    if isinstance(term, BlankNode):
        return Cell(Value(str(term), code=True))
    if isinstance(term, NamedNode):
        link = reader.link(term.value)
        # What it is called says nothing about which one it is.
        return Cell(link if link.code else replace(link, note=shorten(term.value).strip("<>")))
    share = round(100 * number / most) if number is not None and most else None
    return Cell(reader.value(term), number is not None, share)
