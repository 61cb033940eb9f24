"""Names for blank nodes that follow from what is said about them, whatever they were called.

Statements that differ in nothing but the names of their blank nodes come out the same, so that sets of them can
be compared. RDFC-1.0 would serve as well, but takes for ever on some small graphs
(https://www.w3.org/TR/rdf-canon/#dataset-poisoning); this is bounded, and where it gives up two equal graphs may
come out different. Two different graphs never come out the same: names are only exchanged one for one.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, cast

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from publisher.description import Node, Term

STEPS: Final = 200_000
"""Statements that are looked at for one group of blank nodes before names are given as they come."""

Colours = Mapping[BlankNode, str]
"""What is known of each blank node, as a digest: equal for those that we cannot tell apart."""


def canonical(quads: Iterable[Quad]) -> set[Quad]:
    """The same statements, with canonical names for their blank nodes."""
    plain: set[Quad] = set()
    anonymous: list[Quad] = []
    for quad in quads:
        # Asked of every statement, so without a call: nearly all have names only.
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, (NamedNode, Literal)):
            plain.add(quad)
        elif blank_nodes(quad):
            anonymous.append(quad)
        else:
            plain.add(quad)
    return plain | set(_renamed(anonymous))


def blank_nodes(statement: Quad | Triple) -> tuple[BlankNode, ...]:
    """The blank nodes of a statement, those of triples in it too."""
    return (*_blank_nodes(statement.subject), *_blank_nodes(statement.object))


def _blank_nodes(term: Term) -> tuple[BlankNode, ...]:
    if isinstance(term, Triple):
        return blank_nodes(term)
    return (term,) if isinstance(term, BlankNode) else ()


def _renamed(quads: Sequence[Quad]) -> Iterator[Quad]:
    """Group by group, those named first whose graphs come first: equal groups get numbers."""
    seen: Counter[str] = Counter()
    for group in sorted(_groups(quads), key=lambda group: sorted({str(quad.graph_name) for quad in group})):
        colours = _told_apart(group)
        order = {node: rank for rank, node in enumerate(sorted(colours, key=lambda node: colours[node]))}
        ranks = {node: str(rank) for node, rank in order.items()}
        name = _digest(sorted(_spelt_quad(quad, ranks) for quad in group))
        seen[name] += 1
        names = {node: BlankNode(f"b{name}{seen[name]:04d}{rank:06d}") for node, rank in order.items()}
        yield from (_with_names(quad, names) for quad in group)


def _groups(quads: Iterable[Quad]) -> Iterator[list[Quad]]:
    """Statements that share blank nodes, directly or through others."""
    leader: dict[BlankNode, BlankNode] = {}

    def find(node: BlankNode) -> BlankNode:
        while leader.setdefault(node, node) != node:
            leader[node] = node = leader[leader[node]]
        return node

    groups: dict[BlankNode, list[Quad]] = defaultdict(list)
    listed = list(quads)
    for first, *others in map(blank_nodes, listed):
        for other in others:
            leader[find(other)] = find(first)
    for quad in listed:
        groups[find(blank_nodes(quad)[0])].append(quad)
    yield from groups.values()


def _told_apart(group: Sequence[Quad]) -> Colours:
    """A colour of its own for each blank node of a group.

    Nodes are told apart by what is said about them, then by what is said about their neighbours, and so on. Of
    those that still look alike one is marked, and the others are told apart by it.
    """
    about: dict[BlankNode, list[Quad]] = defaultdict(list)
    for quad in group:
        for node in dict.fromkeys(blank_nodes(quad)):
            about[node].append(quad)
    colours: dict[BlankNode, str] = dict.fromkeys(about, "")
    steps = 0
    while steps < STEPS and len(set(colours.values())) < len(colours):
        finer = {node: _digest((colours[node], *_said(about[node], node, colours))) for node in about}
        steps += len(group)
        settled = len(set(finer.values())) == len(set(colours.values())) and "" not in colours.values()
        colours = finer
        if settled:
            _mark_one(colours)
    return {node: f"{colour} {number:09d}" for number, (node, colour) in enumerate(colours.items())}


def _said(quads: Sequence[Quad], node: BlankNode, colours: Colours) -> list[str]:
    """What statements say about one node, as texts in order."""
    seen = {**{other: colours[other] for quad in quads for other in blank_nodes(quad)}, node: "self"}
    return sorted(_spelt_quad(quad, seen) for quad in quads)


def _mark_one(colours: dict[BlankNode, str]) -> None:
    """Mark one of the first nodes that look alike."""
    counted = Counter(colours.values())
    first = min((colour for colour, count in counted.items() if count > 1), default=None)
    if first is not None:
        node = next(node for node, colour in colours.items() if colour == first)
        colours[node] = _digest((first, "marked"))


def _spelt_quad(quad: Quad, names: Colours) -> str:
    """A statement without its graph, so that moving it to another file does not rename its blank nodes."""
    return f"{_spelt(quad.subject, names)} {quad.predicate} {_spelt(quad.object, names)}"


def _spelt(term: Term, names: Colours) -> str:
    if isinstance(term, Triple):
        return f"<<({_spelt(term.subject, names)} {term.predicate} {_spelt(term.object, names)})>>"
    return f"_:{names[term]}" if isinstance(term, BlankNode) else str(term)


def _with_names(quad: Quad, names: Mapping[BlankNode, BlankNode]) -> Quad:
    subject = cast(Node, _with_name(quad.subject, names))
    return Quad(subject, quad.predicate, _with_name(quad.object, names), cast(NamedNode, quad.graph_name))


def _with_name(term: Term, names: Mapping[BlankNode, BlankNode]) -> Term:
    if isinstance(term, Triple):
        subject = cast(Node, _with_name(term.subject, names))
        return Triple(subject, term.predicate, _with_name(term.object, names))
    return names[term] if isinstance(term, BlankNode) else term


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:24]
