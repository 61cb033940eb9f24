"""The one order of statements, so that the same content gives the same bytes.

Graph, subject, then `rdf:type` (the profile's principal type first of all), predicate, object. With the type
first RDF/XML has typed nodes, which portals look for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeVar

from pyoxigraph import NamedNode, Quad, Triple

from publisher.namespaces import RDF
from publisher.profiles import rank

Statement = TypeVar("Statement", Quad, Triple)

TYPE: Final = RDF["type"]
Key = tuple[bool, int, str, str]


def ordered(quads: Iterable[Quad]) -> tuple[Quad, ...]:
    """The quads, each once, by graph and then as `ordered_triples`."""
    graphs: dict[object, list[Quad]] = defaultdict(list)
    for quad in dict.fromkeys(quads):
        graphs[quad.graph_name].append(quad)
    return tuple(quad for graph in sorted(graphs, key=str) for quad in _by_subject(graphs[graph]))


def ordered_triples(quads: Iterable[Quad]) -> list[Triple]:
    """The triples of all graphs together, each once, by subject, type, predicate and object."""
    return list(_by_subject(dict.fromkeys(quad.triple for quad in quads)))


def triples_of(quads: Sequence[Quad]) -> list[Triple]:
    """The same, when the quads come in their order: those of one graph need not be sorted again."""
    alone = len({quad.graph_name for quad in quads}) == 1
    return [quad.triple for quad in quads] if alone else ordered_triples(quads)


# Subject by subject: whole keys begin alike, and to compare them takes three times as long.
def _by_subject(statements: Iterable[Statement]) -> Iterator[Statement]:
    about: dict[object, list[Statement]] = defaultdict(list)
    for each in statements:
        about[each.subject].append(each)
    for subject in sorted(about, key=str):
        yield from sorted(about[subject], key=_key)


def _key(statement: Quad | Triple) -> Key:
    predicate, value = statement.predicate, statement.object
    is_type = predicate == TYPE
    order = rank(value) if is_type and isinstance(value, NamedNode) else 0
    return not is_type, order, predicate.value, str(value)
