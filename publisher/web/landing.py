"""The front page: the schemes, the main one as a wheel where it has few top concepts; new documents; the data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from markupsafe import Markup
from pyoxigraph import NamedNode

from publisher.formats import GRAPH_FORMATS
from publisher.namespaces import DCT
from publisher.profiles.dcat import DOCUMENT
from publisher.profiles.skos import COLLECTION, IN_SCHEME, SCHEME
from publisher.web import Site
from publisher.web.frame import (
    SCHEMES,
    Frame,
    dataset_links,
    frame,
    shelf,
    site_reader,
    site_text,
    site_value,
)
from publisher.web.hierarchy import MOST, TREE, below, tops_of
from publisher.web.items import ENTRIES, Group, Item, coloured, described, item_for, natural, newest_first
from publisher.web.pictures import SEGMENTS, wheel
from publisher.web.reading import Reader, Value
from publisher.web.rendering import render
from publisher.web.scheme_page import count_of, letters_of
from publisher.web.series import Issue, issue_of

CARDS: Final = 12

MANY: Final = 48
"""Top concepts of which the first few say nothing about the others."""

GROUPS: Final = 500
"""Collections of concepts that are gone through for those that are in no other."""

RECENT: Final = 6

DATASETS: Final = 4
"""Datasets whose files the front page has links to."""


@dataclass(frozen=True, slots=True)
class Files:
    """The newest version of a dataset, with its files."""

    name: Value
    issue: Issue


@dataclass(frozen=True, slots=True)
class Browse:
    """The ways into a scheme that has too many top concepts for cards: its outermost collections, its letters."""

    heading: str
    items: tuple[Item, ...]
    letters: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingPage:
    """The front page."""

    template = "landing.html"
    frame: Frame
    main: Group | None
    browse: Browse | None
    wheel: Markup | None
    others: tuple[Group, ...]
    recent: Group | None
    heading: Value
    lead: Value
    files: tuple[Files, ...]
    catalog: tuple[Value, ...]


def landing(site: Site) -> str:
    """The front page."""
    reader = site_reader(site)
    schemes = described(site, site.store.instances(SCHEME.classes[0], SCHEMES))
    # The scheme that most is said about comes first; counting its concepts would take longer (10 µs each).
    ordered = sorted(schemes, key=lambda each: -len(each.mentions))
    readers = [reader.of(each) for each in ordered if each.iri.value in each.paths]
    title = site_text(site, site.config.title)
    main = _main(readers[0], title) if readers else None
    page = LandingPage(
        frame=frame(site, title, path="/", summary=site_text(site, site.config.description)),
        main=main,
        browse=_browse(readers[0]) if main and len(tops_of(readers[0])) > MANY else None,
        wheel=_wheel(readers[0], main) if main else None,
        others=tuple(map(_scheme, readers[1:])),
        recent=_recent(reader),
        heading=site_value(site, site.config.title),
        lead=site_value(site, site.config.description),
        files=tuple(_files(reader)),
        catalog=tuple(Value(each.name, f"/catalog.{each.suffix}") for each in GRAPH_FORMATS),
    )
    return render(page.template, page=page, frame=page.frame)


def _main(reader: Reader, title: str) -> Group:
    """The main scheme with cards of its top concepts; a site that is called after it need not say so twice."""
    documents = frozenset(reader.site.store.instances(DOCUMENT.classes[0], MOST))
    group = _scheme(reader, partial(_card, documents))
    if group.heading.text != title:
        return group
    return replace(group, heading=Value(reader.texts["main_concepts"], note=group.heading.note))


def _scheme(reader: Reader, card: Callable[[Reader], Item] = item_for) -> Group:
    """A scheme with its top concepts, at most a page of cards."""
    readers = [reader.of(each) for each in described(reader.site, tops_of(reader))]
    shown = sorted(readers, key=lambda each: natural(item_for(each)))[:CARDS]
    heading = reader.link(reader.description.iri.value)
    lead = reader.text(SCHEME.leads)
    scheme = reader.site.store.schemes.find(reader.description.iri.value)
    words = count_of(reader, scheme.current) if scheme else ""
    return Group(
        replace(heading, note=lead.text if lead else words),
        tuple(coloured(card(each), place) for place, each in enumerate(shown)),
        Value(reader.texts["all_of"], heading.href, note=words),
    )


def _browse(reader: Reader) -> Browse:
    """The ways into a scheme with many top concepts."""
    found = described(reader.site, reader.site.store.instances(COLLECTION.classes[-1], GROUPS), GROUPS)
    members = {each.iri: COLLECTION.below(each) for each in found}
    inside = {each for group in members.values() for each in group}
    outer = [each for each in found if each.iri not in inside and reader.description.iri in IN_SCHEME.of(each)]
    cards = [_group_card(reader.of(each), members) for each in outer]
    return Browse(
        reader.kinds(COLLECTION),
        tuple(coloured(each, place) for place, each in enumerate(sorted(cards, key=natural)[:CARDS])),
        letters_of(reader),
    )


def _group_card(reader: Reader, members: Mapping[NamedNode, tuple[NamedNode, ...]]) -> Item:
    """A collection with how many concepts are in it, or in the collections in it."""
    concepts, seen, waiting = set[NamedNode](), set[NamedNode](), [reader.description.iri]
    while waiting:
        each = waiting.pop()
        seen.add(each)
        concepts |= set(members[each]) - members.keys()
        waiting += (set(members[each]) & members.keys()) - seen
    return replace(item_for(reader), count=count_of(reader, len(concepts)))


def _card(documents: frozenset[NamedNode], reader: Reader) -> Item:
    """A top concept with how much is below it, and how many documents are about that."""
    number = len(below(reader.site, reader.description))
    counts = [reader.say({0: "no_aspects", 1: "aspect"}.get(number, "aspects"), number=number)]
    if about := _about(reader, documents):
        counts.append(reader.say("document_count" if about > 1 else "document_count_one", number=about))
    return replace(item_for(reader), count=" · ".join(counts))


def _about(reader: Reader, documents: frozenset[NamedNode]) -> int:
    """How many documents are about a concept or what is below it; 0 where that is too much to go through."""
    waiting, seen, found = [reader.description], {reader.description.iri}, set[NamedNode]()
    while waiting and documents:
        each = waiting.pop()
        found.update(documents.intersection(reader.site.store.subjects(DCT["subject"], each.iri, MOST)))
        under = [iri for iri in below(reader.site, each) if iri not in seen]
        seen.update(under)
        if len(seen) > TREE:
            return 0
        waiting += described(reader.site, under, TREE)
    return len(found)


def _wheel(reader: Reader, main: Group) -> Markup | None:
    """The top concepts of the main scheme as a picture, if they are neither too few nor too many for it."""
    if len(tops_of(reader)) not in SEGMENTS or len(main.items) not in SEGMENTS or main.more is None:
        return None
    return wheel(main.items, reader.texts["main_concepts"], Value(main.more.note, main.more.href))


def _recent(reader: Reader) -> Group | None:
    found = described(reader.site, reader.site.store.instances(DOCUMENT.classes[0], ENTRIES))
    dated = [each for each in found if any(each.objects(DCT["issued"])) and each.iri.value in each.paths]
    if not dated:
        return None
    items = newest_first(reader, dated, tags=True)[:RECENT]
    whole = next(shelf(reader, DOCUMENT), None)
    more = Value(reader.texts["all_recent"], whole.href) if whole else None
    return Group(Value(reader.texts["recent"]), items, more)


def _files(reader: Reader) -> Iterator[Files]:
    """The newest versions of the first datasets."""
    published = reader.site.release.manifest.datasets[:DATASETS]
    for each, name in zip(published, dataset_links(reader), strict=False):
        version = reader.site.store.history.version(each.name, each.version)
        if version:
            yield Files(name, issue_of(reader, version))
