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
from publisher.web.frame import list_query
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
    """The top concepts of a scheme that are in use, from whichever side they are stated."""
    said = SCHEME.below(reader.description)
    return in_use(reader.site, dict.fromkeys((*said, *_subjects(reader, SKOS["topConceptOf"]))))


def concepts_of(reader: Reader) -> tuple[NamedNode, ...]:
    """The concepts of a scheme that are in use, at most `MOST`."""
    return reader.site.store.current(_subjects(reader, SKOS["inScheme"]))


def below(site: Site, description: Description) -> tuple[NamedNode, ...]:
    """What a hierarchy shows below a concept."""
    return in_use(site, CONCEPT.below(description))


def in_use(site: Site, iris: Iterable[NamedNode]) -> tuple[NamedNode, ...]:
    """Those of these concepts that are in use; in the place of the others what is below them and in use."""
    waiting, found, seen = list(iris), dict[NamedNode, None](), set[NamedNode]()
    while waiting:
        current = dict.fromkeys(site.store.current(waiting))
        found |= current
        retired = [each for each in waiting if each not in current and each not in seen]
        seen.update(retired)
        waiting = [each for one in described(site, retired, TREE) for each in CONCEPT.below(one)]
    return tuple(found)


def left_out(reader: Reader) -> Value | None:
    """Where the concepts of a scheme are listed that its hierarchy leaves out; None when it leaves out none."""
    every = _subjects(reader, SKOS["inScheme"])
    others = len(every) - len(reader.site.store.current(every))
    href = list_of(reader, every[0]) if others else ""
    text = reader.say("left_out_one" if others == 1 else "left_out", number=others)
    return Value(text, f"{href}{list_query(1, everything=True)}") if href else None


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
        next_one = (each for iri in level if iri in known for each in below(site, known[iri]))
        level = [each for each in dict.fromkeys(next_one) if each not in known]
    return known


def _branch(
    reader: Reader, iri: NamedNode, known: Mapping[NamedNode, Description], shown: set[NamedNode]
) -> Branch:
    """A concept and what is below it; a concept with two places in the hierarchy unfolds in the first."""
    description = known[iri]
    item = replace(item_for(reader.of(description)), excerpt=None)
    under = below(reader.site, description)
    if iri in shown or not under:
        return Branch(item)
    shown.add(iri)
    if not all(each in known for each in under):
        return Branch(item, count=reader.say("narrower_count", number=len(under)))
    return Branch(item, tuple(_branch(reader, each, known, shown) for each in _in_order(reader, under, known)))


def _in_order(
    reader: Reader, iris: Iterable[NamedNode], known: Mapping[NamedNode, Description]
) -> list[NamedNode]:
    there = [each for each in iris if each in known]
    return sorted(there, key=lambda each: natural(item_for(reader.of(known[each]))))


def tree_heading(reader: Reader, branches: Sequence[Branch], others: Value | None) -> Group:
    """The heading of the hierarchy, and the list of all concepts where the page cannot show them.

    `others` leads to those that it leaves out, if there are any.
    """
    roots = _roots(reader)
    whole = len(roots) <= TREE and all(not each.count for each in _flat(branches))
    href = list_of(reader, roots[0])
    name = "tree_top" if not whole else "tree_in_use" if others else "tree"
    more = None if whole or not href else Value(reader.texts["whole_list"], href)
    return Group(Value(reader.texts[name]), (), more)


def _flat(branches: Iterable[Branch]) -> Iterator[Branch]:
    for each in branches:
        yield each
        yield from _flat(each.branches)
