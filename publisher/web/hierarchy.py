"""The hierarchy of a concept scheme as nested lists: all of it, or the levels that fit in a page.

What does not fit is a link to a page of its own, which a script may put in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from pyoxigraph import NamedNode

from publisher.description import Description
from publisher.namespaces import SKOS
from publisher.profiles.skos import CONCEPT, SCHEME
from publisher.store.schemes import Place, Scheme
from publisher.web import Site
from publisher.web.items import described, hue_for, mark_of
from publisher.web.reading import Reader, Value
from publisher.web.texts import number_in_words

MOST: Final = 10_000
"""Top concepts of one scheme that we go through."""

TREE: Final = 250
"""Places of a hierarchy that a page shows: what a page may weigh has room for some more."""

SIDE_BY_SIDE: Final = 200
"""Of these, those that may be next to each other: the others are on the next page."""

SAFE: Final = "/:@!$'()*,;"
"""What may stand in the value of a parameter as it is, beside letters and digits."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A concept in a hierarchy.

    `more` leads to what is below it when the page does not show that; `elsewhere` says that it has other places.
    """

    link: Value
    notation: str = ""
    hue: str = ""
    mark: str = ""
    elsewhere: str = ""
    more: Value | None = None
    branches: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Part of the hierarchy of a scheme: below one concept or from the top, one page of what is side by side.

    `range` says which part, where it is not all; `others` leads to the same with what is retired or not finished
    too, or back.
    """

    branches: tuple[Branch, ...]
    range: str
    previous: str
    next: str
    whole: bool
    others: Value | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which part of a scheme a page shows: what is `below` a concept, or a `letter` of the index; else the top."""

    below: str = ""
    letter: str = ""
    everything: bool = False
    page: int = 1

    @property
    def query(self) -> str:
        """How its address says so."""
        said = (("below", self.below), ("letter", self.letter), ("all", "1" if self.everything else ""))
        page = (("page", str(self.page) if self.page > 1 else ""),)
        return "&".join(f"{name}={quote(value, safe=SAFE)}" for name, value in (*said, *page) if value)


@dataclass(frozen=True, slots=True)
class SchemePages:
    """A scheme and the addresses of its parts: `path` is that of its document, `query` what belongs to it."""

    reader: Reader
    scheme: Scheme
    path: str
    query: str = ""

    def href(self, part: Part) -> str:
        """The address of a part in the reader's language."""
        both = "&".join(filter(None, (self.query.removeprefix("?"), part.query)))
        return self.reader.site.page(self.path, both)


def tops_of(reader: Reader) -> tuple[NamedNode, ...]:
    """The top concepts of a scheme that are in use, whoever states them; its roots where nobody does."""
    site, iri = reader.site, reader.description.iri
    # The description carries fewer mentions than a large scheme has top concepts.
    mentions = site.store.subjects(SKOS["topConceptOf"], iri, MOST)
    if stated := dict.fromkeys((*SCHEME.below(reader.description), *mentions)):
        return in_use(site, stated)
    scheme = site.store.schemes.find(iri.value)
    places = site.store.schemes.places(scheme, site.language, most=MOST) if scheme else ()
    return tuple(NamedNode(each.iri) for each in places)


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


def hierarchy_of(pages: SchemePages, part: Part, above: int) -> Hierarchy:
    """What is below the concept with this number in the file, or at the top."""
    schemes, language = pages.reader.site.store.schemes, pages.reader.site.language
    total = schemes.count(pages.scheme, language, above, everything=part.everything)
    first = (part.page - 1) * SIDE_BY_SIDE
    level = schemes.places(
        pages.scheme, language, above, everything=part.everything, first=first, most=SIDE_BY_SIDE
    )
    under = _levels(pages, part, level)
    branches = _branches(pages, part, level, under)
    return Hierarchy(
        branches=branches,
        range=range_of(pages.reader, first, len(level), total) if total > len(level) else "",
        previous=pages.href(replace(part, page=part.page - 1)) if part.page > 1 else "",
        next=pages.href(replace(part, page=part.page + 1)) if first + len(level) < total else "",
        whole=total == len(level) and not _any_left(branches),
        others=_others(pages, part),
    )


def _levels(pages: SchemePages, part: Part, level: Sequence[Place]) -> Mapping[int, Sequence[Place]]:
    """What is below each concept, level by level, as long as whole levels fit."""
    found: dict[int, Sequence[Place]] = {}
    shown = len(level)
    while wanted := {each.id: each.below for each in level if each.below and each.id not in found}:
        shown += sum(wanted.values())
        if shown > TREE:
            break
        schemes, language = pages.reader.site.store.schemes, pages.reader.site.language
        new = schemes.below(pages.scheme, language, wanted, everything=part.everything)
        found |= new
        level = [each for places in new.values() for each in places]
    return found


def _branches(
    pages: SchemePages, part: Part, level: Sequence[Place], under: Mapping[int, Sequence[Place]]
) -> tuple[Branch, ...]:
    places = [*level, *(each for found in under.values() for each in found)]
    links = pages.reader.links(each.iri for each in places)
    unfolded: set[int] = set()

    def branch(place: Place) -> Branch:
        # A concept with two places unfolds in the first; in a circle too.
        unfolds = place.id in under and place.id not in unfolded
        unfolded.add(place.id)
        return Branch(
            link=links[place.iri],
            notation=place.notation,
            hue=hue_for(place.notation),
            mark=mark_of(pages.reader, place.status),
            elsewhere=pages.reader.texts["elsewhere"] if place.places > 1 else "",
            more=_more(pages, part, place) if place.below and not unfolds else None,
            branches=tuple(map(branch, under[place.id])) if unfolds else (),
        )

    return tuple(map(branch, level))


def _more(pages: SchemePages, part: Part, place: Place) -> Value:
    number = number_in_words(place.below, pages.reader.texts)
    href = pages.href(Part(below=place.iri, everything=part.everything))
    return Value(pages.reader.texts["narrower_count"].format(number=number), href)


def range_of(reader: Reader, first: int, shown: int, total: int) -> str:
    """Which entries a page shows, in words."""
    numbers = {"first": first + 1, "last": first + shown, "total": total}
    words = {name: number_in_words(each, reader.texts) for name, each in numbers.items()}
    return reader.texts["list_count"].format(**words)


def _others(pages: SchemePages, part: Part) -> Value | None:
    """The way to what is left out, or back; None where nothing is."""
    number = pages.scheme.every - pages.scheme.current
    if not number:
        return None
    name = "show_current" if part.everything else "left_out_one" if number == 1 else "left_out"
    words = pages.reader.texts[name].format(number=number_in_words(number, pages.reader.texts))
    return Value(words, pages.href(Part(below=part.below, everything=not part.everything)))


def _any_left(branches: Iterable[Branch]) -> bool:
    return any(each.more is not None or _any_left(each.branches) for each in branches)
