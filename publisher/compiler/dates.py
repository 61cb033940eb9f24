"""When each thing was made, published and last changed, for a dataset that asks to have this filled.

The day of the last change is that of the version in which anything else was said of a thing than in the version
before. So what does not change keeps its date, and all its bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from publisher.description import Term
from publisher.namespaces import DCT, RDF, SKOS, XSD
from publisher.release.canonical import canonical
from publisher.release.resources import by_subject, described

Graph = NamedNode | BlankNode | DefaultGraph
TYPE: Final = RDF["type"]
DATED: Final = (SKOS["Concept"], SKOS["ConceptScheme"])
MODIFIED: Final = DCT["modified"]
FILLED: Final = (DCT["created"], DCT["issued"], MODIFIED)

About = Mapping[object, Sequence[Quad]]
"""Statements by their subject."""


@dataclass(frozen=True, slots=True)
class Dates:
    """What is known of days, each None where it is not.

    `today` is the day of the version; `recorded` gives the one on which a resource was first published, as
    data/published.txt has it, `first` as the history has it. `before` is the content of the version to compare
    with: this one when it was published already, else the last one.
    """

    today: date
    recorded: Callable[[str], date | None]
    first: Callable[[str], date | None] = lambda _: None
    before: Sequence[Quad] = ()


def fill_dates(quads: Sequence[Quad], dates: Dates, minted: Callable[[str], bool]) -> list[Quad]:
    """The dates of concepts and schemes that the content does not state; `minted` says which are ours."""
    now, then = by_subject(quads), by_subject(dates.before)
    found: dict[Quad, None] = {}
    for node, graph in _dated(quads, minted):
        stated = {each.predicate for each in now[node]}
        missing = [each for each in FILLED if each not in stated]
        days = _days(node, missing, now, then, dates) if missing else {}
        found |= dict.fromkeys(Quad(node, name, day, graph) for name, values in days.items() for day in values)
    return list(found)


def _dated(quads: Iterable[Quad], minted: Callable[[str], bool]) -> Iterator[tuple[NamedNode, Graph]]:
    """What has dates, and in which graph."""
    for quad in quads:
        if quad.predicate == TYPE and quad.object in DATED:
            node = quad.subject
            if isinstance(node, NamedNode) and minted(node.value):
                yield node, quad.graph_name


def _days(
    node: NamedNode, missing: Sequence[NamedNode], now: About, then: About, dates: Dates
) -> Mapping[NamedNode, Sequence[Term]]:
    """The values of each date that is missing."""
    earlier = {name: [each.object for each in then.get(node, ()) if each.predicate == name] for name in missing}
    recorded = dates.recorded(node.value)
    first = [_literal(recorded or dates.first(node.value) or dates.today)]
    days = {name: first if recorded else earlier[name] or first for name in missing}
    if MODIFIED in days and dates.before:
        same = earlier[MODIFIED] and _said(node, now) == _said(node, then, missing)
        days[MODIFIED] = earlier[MODIFIED] if same else [_literal(dates.today)]
    return days


def _said(node: NamedNode, about: About, filled: Iterable[NamedNode] = ()) -> set[Triple]:
    """What is said of a resource, without what was filled, and whatever blank nodes are called."""
    quads, _ = described(node, lambda each: about.get(each, ()))
    own = [each for each in quads if each.subject != node or each.predicate not in filled]
    anonymous = any(isinstance(each.object, (BlankNode, Triple)) for each in own)
    return {each.triple for each in (canonical(own) if anonymous else own)}


def _literal(day: date) -> Literal:
    return Literal(day.isoformat(), datatype=XSD["date"])
