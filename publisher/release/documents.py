"""A description of each resource, ready to be served: statements as they were written, labels and paths.

The SPARQL store would do, were it not lossy (it turns `"1.50"` into `"1.5"`). So documents come from here: as the
Turtle that is sent, which takes a third of the room of N-Quads, and which every other representation is read from.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import closing
from pathlib import Path
from typing import Final

from publisher.errors import ReleaseDamaged
from publisher.iris import Policy
from publisher.release import filters
from publisher.release.edition import Place
from publisher.release.resources import Resource

SCHEMA: Final = """
CREATE TABLE resource (
    iri TEXT PRIMARY KEY, thing TEXT, document TEXT, answer INTEGER, type TEXT,
    relations TEXT, modified TEXT, status TEXT, successors TEXT, turtle BLOB
);
CREATE TABLE label (iri TEXT, language TEXT, text TEXT, PRIMARY KEY (iri, language)) WITHOUT ROWID;
CREATE TABLE alias (path TEXT PRIMARY KEY, target TEXT) WITHOUT ROWID;
"""
PLACES: Final = "CREATE TABLE place (iri TEXT PRIMARY KEY, path TEXT, line INTEGER) WITHOUT ROWID;"
INDEXES: Final = """
CREATE INDEX thing ON resource (thing);
CREATE INDEX document ON resource (document, status);
CREATE INDEX retired ON resource (iri) WHERE status != '';
"""


def write_documents(
    resources: Iterable[Resource],
    policy: Policy,
    path: Path,
    *,
    successors: Mapping[str, Set[str]],
    aliases: Mapping[str, str],
) -> None:
    """Write the descriptions of resources, each of which comes once.

    `successors` has what replaces each of them, `aliases` what IRIs that are not described stand for.
    """
    path.parent.mkdir(parents=True)
    with sqlite3.connect(path) as connection:
        # Nobody sees the file before it is whole, and it is synced with the others.
        connection.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {SCHEMA}")
        found = filters.Filters()
        for number, each in enumerate(resources, 1):
            row = _row(each, policy, sorted(successors.get(each.iri, ())))
            connection.execute(
                "INSERT INTO resource (rowid, iri, thing, document, answer, type, relations, modified, status, "
                "successors, turtle) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (number, *row),
            )
            found.add(number, each)
            labels = [(each.iri, *label) for label in each.labels.items()]
            connection.executemany("INSERT INTO label VALUES (?, ?, ?)", labels)
        connection.executemany("INSERT INTO alias VALUES (?, ?)", sorted(set(_aliases(aliases, policy))))
        _write_filters(connection, found)
        connection.executescript(INDEXES)
    connection.close()


def _write_filters(connection: sqlite3.Connection, found: filters.Filters) -> None:
    choices, chosen = found.tables()
    connection.executescript(filters.SCHEMA)
    connection.executemany("INSERT INTO choice VALUES (?, ?, ?, ?)", choices)
    connection.executemany("INSERT INTO chosen VALUES (?, ?, ?)", chosen)
    connection.executescript(filters.INDEXES)


def write_places(places: Mapping[str, Place], path: Path) -> None:
    """Add where the source describes each resource to the file of their descriptions."""
    with sqlite3.connect(path) as connection:
        connection.executescript(PLACES)
        rows = [(iri, file, line) for iri, (file, line) in sorted(places.items())]
        connection.executemany("INSERT INTO place VALUES (?, ?, ?)", rows)
    connection.close()


_encode: Final = json.JSONEncoder(separators=(",", ":")).encode


def _row(resource: Resource, policy: Policy, successors: list[str]) -> tuple[object, ...]:
    iri = resource.iri
    return (
        iri,
        policy.path_of(iri),
        policy.document_path(iri),
        policy.answer_of(iri),
        resource.type,
        _encode(resource.relations),
        resource.modified,
        str(resource.status),
        _encode(successors),
        resource.turtle,
    )


def _aliases(aliases: Mapping[str, str], policy: Policy) -> Iterator[tuple[str, str]]:
    """The path of each alias, and of the document that it had, each with that of what it stands for.

    They are the same path for what is served without a redirect.
    """
    for alias, target in aliases.items():
        for path_of in (policy.path_of, policy.document_path):
            path, canonical = path_of(alias), path_of(target)
            if path and canonical:
                yield path, canonical


def turtles(path: Path) -> dict[str, bytes]:
    """The Turtle about each resource. Raises `ReleaseDamaged` when the file cannot be read to its end."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            return dict(connection.execute("SELECT iri, turtle FROM resource ORDER BY iri"))
    except sqlite3.Error as error:
        raise ReleaseDamaged(f"{path} cannot be read: {error}") from None
