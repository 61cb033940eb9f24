"""One document: what is said about a resource, as it is sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

import pyoxigraph
from pyoxigraph import NamedNode, Quad, QuadParser

from publisher.formats import TURTLE, Format, triples
from publisher.namespaces import PREFIXES
from publisher.profiles.status import Status
from publisher.release.dumps import serialize

Relations = tuple[tuple[str, str], ...]
"""Names of relations between documents (IANA), each with the IRI at its other end."""

DOCUMENT: Final = "iri, turtle, relations, modified, status, successors"
"""The columns of which a document is made."""


@dataclass(frozen=True, slots=True)
class Document:
    """What is said about `iri` and about what shares its document, as Turtle, the way it is sent.

    `modified` is the last change that it states, in ISO 8601 with an offset from UTC; `status` how its subject
    stands (`profiles.status`), `successors` the IRIs that replace it.
    """

    iri: NamedNode
    turtle: bytes
    relations: Relations
    modified: str | None
    status: str = Status.CURRENT
    successors: tuple[str, ...] = ()

    @property
    def quads(self) -> tuple[Quad, ...]:
        """The statements, each once, in the order of our dumps, without their graphs."""
        return tuple(_parse(self.turtle))

    def in_format(self, format: Format) -> bytes:
        """The statements in another syntax."""
        parser = _parse(self.turtle)
        statements = [quad.triple for quad in parser]
        # Its own prefixes are those that it uses.
        return serialize(
            statements, format, {name: PREFIXES[name] for name in PREFIXES if name in parser.prefixes}
        )


def document_of(rows: Sequence[tuple[Any, ...]]) -> Document | None:
    """What rows of the columns `DOCUMENT` are together; None when there are none."""
    if not rows:
        return None
    document = _document(*rows[0])
    return _shared(document, rows) if len(rows) > 1 else document


def _document(
    iri: str, turtle: bytes, relations: str, modified: str | None, status: str, successors: str
) -> Document:
    return Document(NamedNode(iri), turtle, _relations(relations), modified, status, _iris(successors))


# Those of one kind of thing are the same again and again.
@lru_cache(1024)
def _relations(text: str) -> Relations:
    return tuple((name, iri) for name, iri in json.loads(text))


@lru_cache(1024)
def _iris(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _shared(document: Document, rows: Sequence[tuple[Any, ...]]) -> Document:
    """What several resources share; it is gone only when all of them are."""
    standing = document.status != Status.WITHDRAWN or all(row[4] == Status.WITHDRAWN for row in rows)
    return replace(document, turtle=_together(rows), status=document.status if standing else Status.CURRENT)


def _together(rows: Iterable[tuple[Any, ...]]) -> bytes:
    """The statements of several resources, each once."""
    return serialize(triples(quad for _, turtle, *_ in rows for quad in _parse(turtle)), TURTLE)


def _parse(turtle: bytes) -> QuadParser:
    return pyoxigraph.parse(turtle, TURTLE.engine, lenient=True)
