"""A description of each resource, ready to be served: statements as they were written, labels and paths.

The SPARQL store would do, were it not lossy (it turns `"1.50"` into `"1.5"`). So documents come from here: as the
Turtle that is sent, which takes a third of the room of N-Quads, and which every other representation is read from.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from publisher.iris import Policy
from publisher.release.edition import Place
from publisher.release.resources import Resource

SCHEMA: Final = """
CREATE TABLE resource (
    iri TEXT PRIMARY KEY, thing TEXT, document TEXT, answer INTEGER, type TEXT,
    relations TEXT, modified TEXT, turtle BLOB
);
CREATE TABLE label (iri TEXT, language TEXT, text TEXT, PRIMARY KEY (iri, language)) WITHOUT ROWID;
"""
PLACES: Final = "CREATE TABLE place (iri TEXT PRIMARY KEY, path TEXT, line INTEGER) WITHOUT ROWID;"
INDEXES: Final = """
CREATE INDEX thing ON resource (thing);
CREATE INDEX document ON resource (document);
"""


def write_documents(resources: Iterable[Resource], policy: Policy, path: Path) -> None:
    """Write the descriptions of resources, each of which comes once."""
    path.parent.mkdir(parents=True)
    with sqlite3.connect(path) as connection:
        connection.executescript(SCHEMA)
        for each in resources:
            connection.execute("INSERT INTO resource VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _row(each, policy))
            labels = [(each.iri, *label) for label in each.labels.items()]
            connection.executemany("INSERT INTO label VALUES (?, ?, ?)", labels)
        connection.executescript(INDEXES)
    connection.close()


def write_places(places: Mapping[str, Place], path: Path) -> None:
    """Add where the source describes each resource to the file of their descriptions."""
    with sqlite3.connect(path) as connection:
        connection.executescript(PLACES)
        rows = [(iri, file, line) for iri, (file, line) in sorted(places.items())]
        connection.executemany("INSERT INTO place VALUES (?, ?, ?)", rows)
    connection.close()


def _row(resource: Resource, policy: Policy) -> tuple[object, ...]:
    iri = resource.iri
    return (
        iri,
        policy.path_of(iri),
        policy.document_path(iri),
        policy.answer_of(iri),
        resource.type,
        json.dumps(resource.relations, separators=(",", ":")),
        resource.modified,
        resource.turtle,
    )
