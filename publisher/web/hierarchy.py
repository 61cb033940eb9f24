"""The hierarchy of a concept scheme as nested lists: all of it, or the levels that fit in a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pyoxigraph import NamedNode

from publisher.description import Description
from publisher.namespaces import SKOS
from publisher.profiles import Profile
from publisher.profiles.skos import CONCEPT, SCHEME
from publisher.web import Site
from publisher.web.items import Group, Item, described, item_for, list_of, natural
from publisher.web.reading import Reader, Value

MOST: Final = 10_000
"""Concepts of one scheme that we count; beyond it we say that there are more."""

TREE: Final = 400
"""Concepts that a page shows as a whole hierarchy; of larger ones it shows the levels that fit."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A concept in a hierarchy; `count` tells how many are below it when they are not shown."""

    item: Item
    branches: tuple[Branch, ...] = ()
    count: str = ""


def tops_of(reader: Reader) -> tuple[NamedNode, ...]:
    """The top concepts of a scheme, from whichever side they are stated."""
    said = SCHEME.below(reader.description)
    return tuple(dict.fromkeys((*said, *_subjects(reader, SKOS["topConceptOf"]))))


def concepts_of(reader: Reader) -> tuple[NamedNode, ...]:
    """The concepts of a scheme, at most `MOST`."""
    return _subjects(reader, SKOS["inScheme"])


def branches_of(reader: Reader, profile: Profile) -> tuple[Branch, ...]:
    """The whole hierarchy, or the levels of it that fit in a page."""
    if profile is not SCHEME:
        return ()
    tops = _roots(reader)
    known = _levels(reader.site, tops[:TREE])
    shown: set[NamedNode] = set()
    return tuple(_branch(reader, each, known, shown) for each in _in_order(reader, tops[:TREE], known))


def _roots(reader: Reader) -> tuple[NamedNode, ...]:
    """Where the hierarchy begins: everything stands side by side in a scheme that names no top concepts."""
    return tops_of(reader) or concepts_of(reader)


def _subjects(reader: Reader, predicate: NamedNode) -> tuple[NamedNode, ...]:
    """Not from the description, which carries fewer mentions than a large scheme has concepts."""
    return reader.site.store.subjects(predicate, reader.description.iri, MOST)


def _levels(site: Site, tops: Sequence[NamedNode]) -> dict[NamedNode, Description]:
    """The concepts level by level, as long as whole levels fit."""
    known: dict[NamedNode, Description] = {}
    level = list(tops)
    while level and len(known) + len(level) <= TREE:
        known |= {each.iri: each for each in described(site, level, TREE)}
        below = (each for iri in level if iri in known for each in CONCEPT.below(known[iri]))
        level = [each for each in dict.fromkeys(below) if each not in known]
    return known


def _branch(
    reader: Reader, iri: NamedNode, known: Mapping[NamedNode, Description], shown: set[NamedNode]
) -> Branch:
    """A concept and what is below it; a concept with two places in the hierarchy unfolds in the first."""
    description = known[iri]
    item = replace(item_for(reader.of(description)), excerpt=None)
    below = CONCEPT.below(description)
    if iri in shown or not below:
        return Branch(item)
    shown.add(iri)
    if not all(each in known for each in below):
        return Branch(item, count=reader.texts["narrower_count"].format(number=len(below)))
    return Branch(item, tuple(_branch(reader, each, known, shown) for each in _in_order(reader, below, known)))


def _in_order(
    reader: Reader, iris: Iterable[NamedNode], known: Mapping[NamedNode, Description]
) -> list[NamedNode]:
    there = [each for each in iris if each in known]
    return sorted(there, key=lambda each: natural(item_for(reader.of(known[each]))))


def tree_heading(reader: Reader, branches: Sequence[Branch]) -> Group:
    """The heading of the hierarchy, and the list of all concepts where the page cannot show them."""
    roots = _roots(reader)
    whole = len(roots) <= TREE and all(not each.count for each in _flat(branches))
    href = list_of(reader, roots[0])
    more = None if whole or not href else Value(reader.texts["whole_list"], href)
    return Group(Value(reader.texts["tree" if whole else "tree_top"]), (), more)


def _flat(branches: Iterable[Branch]) -> Iterator[Branch]:
    for each in branches:
        yield each
        yield from _flat(each.branches)
