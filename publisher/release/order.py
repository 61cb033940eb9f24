"""The one order of statements, so that the same content gives the same bytes.

Graph, subject, then `rdf:type` (the profile's principal type first of all), predicate, object. With the type
first RDF/XML has typed nodes, which portals look for.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import NamedNode, Quad, Triple

from publisher.namespaces import RDF
from publisher.profiles import rank

TYPE = RDF["type"]
Key = tuple[str, bool, int, str, str]


def ordered(quads: Iterable[Quad]) -> tuple[Quad, ...]:
    """The quads, each once, by graph and then as `ordered_triples`."""
    return tuple(sorted(dict.fromkeys(quads), key=lambda quad: (str(quad.graph_name), *_key(quad))))


def ordered_triples(quads: Iterable[Quad]) -> list[Triple]:
    """The triples of all graphs together, each once, by subject, type, predicate and object."""
    return sorted(dict.fromkeys(quad.triple for quad in quads), key=_key)


def _key(statement: Quad | Triple) -> Key:
    is_type = statement.predicate == TYPE
    order = rank(statement.object) if is_type and isinstance(statement.object, NamedNode) else 0
    return str(statement.subject), not is_type, order, statement.predicate.value, str(statement.object)
