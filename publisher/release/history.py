"""The whole past in one file: every version of every dataset, what each resource was in it, and what changed.

A release has the file of the one before it, with what it adds. So an old release may be removed, and what a
resource was in any version is one look-up. A version stands in it once, however often it is published again.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from publisher.errors import ReleaseDamaged
from publisher.iris import Policy
from publisher.release.edition import Changed
from publisher.release.resources import Resource

FILE: Final = "history/history.sqlite"

SCHEMA: Final = """
CREATE TABLE version (
    dataset TEXT, ordinal INTEGER, number TEXT, date TEXT, notes TEXT, verdict TEXT, triples INTEGER, digest TEXT,
    release TEXT, UNIQUE (dataset, number)
);
CREATE TABLE state (
    dataset TEXT, iri TEXT, document TEXT, first INTEGER, last INTEGER, type TEXT, status TEXT,
    relations TEXT, modified TEXT, turtle BLOB
);
CREATE TABLE event (
    dataset TEXT, ordinal INTEGER, iri TEXT, labels TEXT, kinds TEXT, successors TEXT, differences TEXT
);
CREATE INDEX state_of ON state (iri, dataset);
CREATE INDEX state_at ON state (document);
CREATE INDEX event_of ON event (iri);
CREATE INDEX event_in ON event (dataset, ordinal);
"""
"""`first` and `last` are ordinals of versions; `last` is NULL as long as the newest version has the state."""

VERSION: Final = "dataset, number, date, notes, verdict, ordinal, release, triples, digest"
"""The columns of which a `VersionRow` is made."""


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a dataset, as it was published.

    `ordinal` counts the versions of the dataset from 1; `verdict` says how much changed since the one before
    ("major", "minor", "patch"; empty for the first); `release` is the id of the release that had it first;
    `digest` that of its content.
    """

    dataset: str
    number: str
    date: date
    notes: Mapping[str, str]
    verdict: str
    ordinal: int
    release: str
    triples: int
    digest: str


def read_versions(path: Path) -> tuple[VersionRow, ...]:
    """Every version in the file, in the order of publication."""
    return versions(_rows(path, f"SELECT {VERSION} FROM version ORDER BY rowid"))


def read_firsts(path: Path, dataset: str) -> Mapping[str, int]:
    """The ordinal of the first version of a dataset that describes each resource."""
    return dict(_rows(path, "SELECT iri, min(first) FROM state WHERE dataset = ? GROUP BY iri", dataset))


def read_addresses(path: Path) -> Mapping[str, str]:
    """Every resource that a version had with a type or a tombstone, and the last one that did: `fruit 1.0.0`."""
    query = """
        SELECT iri, state.dataset || ' ' || number FROM state JOIN version ON version.dataset = state.dataset
        AND ordinal = coalesce(last, (SELECT max(ordinal) FROM version WHERE dataset = state.dataset))
        WHERE type IS NOT NULL OR status = 'withdrawn' ORDER BY version.rowid
        """
    return dict(_rows(path, query))


def read_last(path: Path, iri: str) -> bytes:
    """What was last said of a resource, as Turtle; empty when nothing ever was."""
    query = "SELECT turtle FROM state WHERE iri = ? ORDER BY last IS NULL DESC, last DESC LIMIT 1"
    return next((bytes(turtle) for (turtle,) in _rows(path, query, iri)), b"")


def read_relabelled(path: Path, properties: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Every resource that had other values of one of these properties, with all that changed then, as JSON."""
    for each in properties:
        yield from _rows(path, "SELECT iri, differences FROM event WHERE instr(differences, ?)", f'"{each}"')


def _rows(path: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Raises `ReleaseDamaged` when the file cannot be read."""
    uri = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            return connection.execute(query, values).fetchall()
    except sqlite3.Error as error:
        raise ReleaseDamaged(f"{path} cannot be read: {error}") from None


def versions(rows: Iterable[tuple[Any, ...]]) -> tuple[VersionRow, ...]:
    """Rows of the columns `VERSION`."""
    return tuple(
        VersionRow(dataset, number, date.fromisoformat(day), json.loads(notes), *others)
        for dataset, number, day, notes, *others in rows
    )


@contextmanager
def extending(path: Path, earlier: Path | None, policy: Policy) -> Iterator[Recorder]:
    """Write the file of a release: that of the release before it, or an empty one, and what is recorded."""
    path.parent.mkdir()
    if earlier is not None:
        shutil.copyfile(earlier, path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # Nobody sees the file before it is whole, and it is synced with the others.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        if earlier is None:
            for statement in filter(str.strip, SCHEMA.split(";")):
                connection.execute(statement)
        yield Recorder(connection, policy)
        connection.execute("COMMIT")


class Recorder:
    """Adds versions to a history: each is begun, its resources are recorded in any order, and it is ended."""

    def __init__(self, connection: sqlite3.Connection, policy: Policy) -> None:
        self._connection = connection
        self._policy = policy
        self._ordinals: dict[str, int] = {}
        self._seen: dict[str, set[str]] = defaultdict(set)

    def begin(self, version: VersionRow) -> None:
        """Start on a version, which is newer than all that the history has of its dataset."""
        self._ordinals[version.dataset] = version.ordinal
        notes = _json(dict(version.notes))
        row = {name: getattr(version, name) for name in VERSION.split(", ")}
        row |= {"date": version.date.isoformat(), "notes": notes}
        named = ", ".join(f":{name}" for name in row)
        self._connection.execute(f"INSERT INTO version ({VERSION}) VALUES ({named})", row)

    def record(self, dataset: str, resource: Resource) -> None:
        """Keep what a resource is in the version that was begun, if it was something else before."""
        ordinal = self._ordinals[dataset]
        self._seen[dataset].add(resource.iri)
        if ordinal > 1:
            query = "SELECT rowid, turtle FROM state WHERE iri = ? AND dataset = ? AND last IS NULL"
            for row, turtle in self._connection.execute(query, (resource.iri, dataset)).fetchall():
                if turtle == resource.turtle:
                    return
                self._connection.execute("UPDATE state SET last = ? WHERE rowid = ?", (ordinal - 1, row))
        row = dataset, resource.iri, self._policy.document_path(resource.iri), ordinal, None, *_columns(resource)
        self._connection.execute(f"INSERT INTO state VALUES ({', '.join('?' * len(row))})", row)

    def end(self, dataset: str, changes: Iterable[Changed]) -> None:
        """What was not recorded is gone; the changes are kept in their order."""
        ordinal = self._ordinals.pop(dataset)
        seen = self._seen.pop(dataset, set())
        query = "SELECT rowid, iri FROM state WHERE dataset = ? AND last IS NULL"
        gone = [(ordinal - 1, row) for row, iri in self._connection.execute(query, (dataset,)) if iri not in seen]
        self._connection.executemany("UPDATE state SET last = ? WHERE rowid = ?", gone)
        rows = ((dataset, ordinal, *_event(each)) for each in changes)
        self._connection.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


def _columns(resource: Resource) -> tuple[object, ...]:
    return resource.type, str(resource.status), _json(resource.relations), resource.modified, resource.turtle


def _event(change: Changed) -> tuple[str, ...]:
    parts = dict(change.labels), dict(change.kinds), change.successors, change.differences
    return change.iri, *map(_json, parts)


# An encoder of its own for each value, as `json.dumps` makes for such settings, costs more than the value.
_json: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
