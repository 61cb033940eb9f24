"""The one order of statements, so that the same content gives the same bytes.

Graph, subject, then `rdf:type` (the profile's principal type first of all), predicate, object. With the type
first RDF/XML has typed nodes, which portals look for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final, TypeVar, cast

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


def merged(parts: Iterable[Sequence[Quad]]) -> tuple[Quad, ...]:
    """What `ordered` gives for all these, each in that order already; a graph that one alone has is not sorted."""
    graphs: dict[object, list[Sequence[Quad]]] = defaultdict(list)
    for part in parts:
        for graph, quads in graphs_of(part):
            graphs[graph].append(quads)
    return tuple(chain.from_iterable(_merged(graphs[graph]) for graph in sorted(graphs, key=str)))


def _merged(parts: Sequence[Sequence[Quad]]) -> Iterable[Quad]:
    return parts[0] if len(parts) == 1 else _by_subject(dict.fromkeys(chain.from_iterable(parts)))


def graphs_of(quads: Sequence[Quad]) -> Iterator[tuple[NamedNode, Sequence[Quad]]]:
    """Each graph and its statements; `quads` come in the order of `ordered`."""
    start = 0
    while start < len(quads):
        name = quads[start].graph_name
        end = bisect_right(quads, str(name), start, key=lambda quad: str(quad.graph_name))
        # Nothing that we order is in the default graph or in one named by a blank node.
        yield cast(NamedNode, name), quads[start:end]
        start = end


def count_triples(quads: Sequence[Quad]) -> int:
    """How many distinct triples there are in all graphs; `quads` come in the order of `ordered`."""
    *others, largest = sorted((own for _, own in graphs_of(quads)), key=len) or [()]
    few = {quad.triple for own in others for quad in own}
    subjects = {triple.subject for triple in few}
    if not few:
        return len(largest)
    # Only a subject that others speak of too can have a triple in common with them.
    return len(few) + sum(quad.subject not in subjects or quad.triple not in few for quad in largest)


def ordered_triples(quads: Iterable[Quad]) -> list[Triple]:
    """The triples of all graphs together, each once, by subject, type, predicate and object."""
    return list(_by_subject(dict.fromkeys(quad.triple for quad in quads)))


def triples_of(quads: Sequence[Quad]) -> list[Triple]:
    """The same, when the quads come in their order: those of one graph need not be sorted again."""
    alone = len([*graphs_of(quads)]) == 1
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
