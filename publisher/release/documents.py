"""A description of each resource, ready to be served: statements as they were written, labels and paths.

The SPARQL store would do, were it not lossy (it turns `"1.50"` into `"1.5"`). So documents come from here: as the
Turtle that is sent, which takes a third of the room of N-Quads, and which every other representation is read from.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from publisher.description import Labels, Node
from publisher.formats import TURTLE, triples
from publisher.iris import Policy
from publisher.namespaces import DCT, FOAF, RDF, RDFS, SKOS, SKOSXL, SPDX, VCARD
from publisher.release.dumps import serialize
from publisher.release.order import ordered

LABELS: Final = (
    SKOS["prefLabel"],
    DCT["title"],
    FOAF["name"],
    VCARD["fn"],
    SKOSXL["literalForm"],
    RDFS["label"],
)
"""Properties that give a resource its label; the first that it has is taken."""

ATTACHED: Final = (
    SKOSXL["prefLabel"],
    SKOSXL["altLabel"],
    SKOSXL["hiddenLabel"],
    SPDX["checksum"],
)
"""Properties whose values are described together with the resource."""

RELATIONS: Final = {"type": RDF["type"], "collection": SKOS["inScheme"], "license": DCT["license"]}
"""What is told about a document beside its content, by the name of the relation between documents (IANA)."""

SCHEMA: Final = """
CREATE TABLE resource (
    iri TEXT PRIMARY KEY, thing TEXT, document TEXT, answer INTEGER, type TEXT,
    relations TEXT, modified TEXT, turtle BLOB
);
CREATE TABLE label (iri TEXT, language TEXT, text TEXT, PRIMARY KEY (iri, language)) WITHOUT ROWID;
"""
INDEXES: Final = """
CREATE INDEX thing ON resource (thing);
CREATE INDEX document ON resource (document);
"""


def write_documents(quads: Iterable[Quad], policy: Policy, path: Path) -> None:
    """Write the descriptions of every IRI that is a subject."""
    by_subject: dict[object, list[Quad]] = defaultdict(list)
    for quad in ordered(quads):
        by_subject[quad.subject].append(quad)
    subjects = [each for each in by_subject if isinstance(each, NamedNode)]
    path.parent.mkdir(parents=True)
    with sqlite3.connect(path) as connection:
        connection.executescript(SCHEMA)
        connection.executemany(
            "INSERT INTO resource VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (_row(subject, by_subject, policy) for subject in subjects),
        )
        connection.executemany(
            "INSERT INTO label VALUES (?, ?, ?)",
            (
                (subject.value, language, text)
                for subject in subjects
                for language, text in labels_in(by_subject[subject]).items()
            ),
        )
        connection.executescript(INDEXES)
    connection.close()


def labels_in(quads: Sequence[Quad]) -> Labels:
    """The label of a resource in each language, read from its own statements."""
    for predicate in LABELS:
        found = [quad.object for quad in quads if quad.predicate == predicate]
        literals = [each for each in found if isinstance(each, Literal)]
        if literals:
            return {each.language or "": each.value for each in reversed(literals)}
    return {}


def _row(subject: NamedNode, by_subject: dict[object, list[Quad]], policy: Policy) -> tuple[object, ...]:
    iri, quads = subject.value, by_subject[subject]
    types = _iris(quads, RDF["type"])
    relations = [(name, each) for name, predicate in RELATIONS.items() for each in _iris(quads, predicate)]
    return (
        iri,
        policy.path_of(iri),
        policy.document_path(iri),
        policy.answer_of(iri),
        next(iter(types), None),
        json.dumps(relations, separators=(",", ":")),
        _modified(quads),
        serialize(triples(_described(subject, by_subject)), TURTLE),
    )


def _iris(quads: Iterable[Quad], predicate: NamedNode) -> list[str]:
    """The values of a property that are IRIs, each once, in their order."""
    found = (quad.object for quad in quads if quad.predicate == predicate)
    return list(dict.fromkeys(each.value for each in found if isinstance(each, NamedNode)))


def _modified(quads: Iterable[Quad]) -> str | None:
    """The last change that a resource states, as an ISO 8601 date and time with its offset; None without any."""
    stated = (quad.object for quad in quads if quad.predicate == DCT["modified"])
    moments = [_moment(each.value) for each in stated if isinstance(each, Literal)]
    last = max((each for each in moments if each), default=None)
    return last.isoformat() if last else None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _described(subject: NamedNode, by_subject: dict[object, list[Quad]]) -> list[Quad]:
    """The statements about a resource, the blank nodes below it and what is attached to it, each once."""
    found: dict[Quad, None] = {}
    seen: set[Node] = {subject}
    waiting: list[Node] = [subject]
    while waiting:
        for quad in by_subject.get(waiting.pop(), ()):
            found[quad] = None
            for node in _hanging(quad, by_subject):
                if node not in seen:
                    seen.add(node)
                    waiting.append(node)
    return list(found)


def _hanging(quad: Quad, by_subject: dict[object, list[Quad]]) -> Iterator[Node]:
    node = quad.object
    if isinstance(node, BlankNode) or (isinstance(node, NamedNode) and quad.predicate in ATTACHED):
        yield node
