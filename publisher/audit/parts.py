"""Parts of releases as statements, and the resources in which two differ that should say the same.

Whoever looks for damage wants a name, not a digest.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad, Triple

from publisher.compiler.changes import Change, Value, compare
from publisher.formats import Format, format_of_suffix
from publisher.namespaces import shorten
from publisher.release.dumps import Content, write_table
from publisher.release.order import ordered_triples
from publisher.release.spreadsheet import SUFFIX as WORKBOOK

SHOWN: Final = 5
"""Resources that are named; whoever damages a file often damages much of it."""


def format_of(name: str) -> Format | None:
    """The syntax of a file by its name."""
    return format_of_suffix(name.removesuffix(".gz").rpartition(".")[2])


def read(path: Path, format: Format) -> list[Quad]:
    """The statements of a file. Raises `SyntaxError`, `OSError` or `EOFError` where it is damaged."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(pyoxigraph.parse(content, format.engine))


def differing(path: Path, wanted: Sequence[Quad], *, graphs: bool = True) -> Iterator[str]:
    """In which resources a dump differs from what it should say; of a workbook we only know that it does."""
    format = format_of(path.name)
    if path.suffix == f".{WORKBOOK}":
        return
    if format is None:
        lines = [*table_differences(wanted, path.read_bytes())]
    else:
        lines = [*differences(wanted, read(path, format), graphs=graphs and format.holds_datasets)]
    yield from lines or ["  but it says the same in other bytes"]


def differences(wanted: Sequence[Quad], found: Sequence[Quad], *, graphs: bool) -> Iterator[str]:
    """A line for each property of the first resources that differ; without `graphs` these do not count."""
    if not graphs:
        wanted, found = _merged(wanted), _merged(found)
    resources = compare(wanted, found).resources
    for change in resources[:SHOWN]:
        yield from _lines(change)
    if len(resources) > SHOWN:
        yield f"  … and {len(resources) - SHOWN} more resources"


def table_differences(wanted: Sequence[Quad], found: bytes) -> Iterator[str]:
    """The same for the table of concepts (CSV)."""
    output = io.BytesIO()
    write_table(Content(wanted, ordered_triples(wanted), {}), output)
    before, after = _rows(output.getvalue()), _rows(found)
    iris = [each for each in sorted(before.keys() | after.keys()) if before.get(each) != after.get(each)]
    for iri in iris[:SHOWN]:
        old, new = before.get(iri, {}), after.get(iri, {})
        for column in [each for each in dict.fromkeys((*old, *new)) if old.get(each) != new.get(each)]:
            yield f"  <{iri}> {column}: {_both(repr(old.get(column, '')), repr(new.get(column, '')))}"


def _rows(content: bytes) -> Mapping[str, Mapping[str, str]]:
    rows = csv.DictReader(io.StringIO(content.decode("utf-8", "replace"), newline=""))
    return {row.get("iri") or "": {name: row[name] or "" for name in rows.fieldnames or ()} for row in rows}


def _merged(quads: Sequence[Quad]) -> list[Quad]:
    return [Quad(each.subject, each.predicate, each.object) for each in quads]


def _lines(change: Change) -> Iterator[str]:
    subject = f"<{change.iri}>" if change.iri else "a blank node"
    for each in change.differences:
        before, after = (", ".join(map(_spelt, values)) for values in (each.before, each.after))
        yield f"  {subject} {shorten(each.property.value)}: {_both(before, after)}"


def _both(before: str, after: str) -> str:
    return f"{after or 'nothing'} instead of {before or 'nothing'}"


def _spelt(value: Value) -> str:
    text = str(value) if isinstance(value, (NamedNode, Literal, Triple)) else f"[ {' '.join(value.split())} ]"
    return text if len(text) <= 200 else f"{text[:200]}…"
