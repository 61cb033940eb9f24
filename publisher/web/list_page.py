"""One page of the list of the documents below a path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final
from urllib.parse import unquote

from publisher.iris import canonical_path
from publisher.profiles import Profile, profile_for
from publisher.profiles.dcat import DOCUMENT
from publisher.profiles.status import Status
from publisher.store import Entry, Listing
from publisher.web import Site
from publisher.web.filters import Facet, facets_of, list_query, named_choices
from publisher.web.frame import Frame, crumbs_of_path, frame, home, site_reader
from publisher.web.items import Item, described, item_for, mark_of
from publisher.web.reading import Reader, Value
from publisher.web.rendering import render

PAGE: Final = 100
"""Entries on one page of a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """One page of the documents below a path; `chosen` is what it is narrowed to, `whole` the list without it."""

    template = "list.html"
    frame: Frame
    path: str
    heading: str
    range: str
    items: tuple[Item, ...]
    previous: str
    next: str
    others: Value | None
    facets: tuple[Facet, ...]
    chosen: tuple[Value, ...]
    whole: str


def listing(site: Site, listing: Listing, page: int) -> str:
    """One page, from 1, of the documents below a path."""
    reader = site_reader(site)
    chosen = named_choices(reader, listing.chosen)
    heading = _heading(reader, listing)
    title = ": ".join(filter(None, (heading, ", ".join(each.text for each in chosen))))
    first = (page - 1) * PAGE + 1
    counts = {"first": first, "last": first + len(listing.entries) - 1, "total": listing.total}
    last = ceil(listing.total / PAGE)
    pages = (page, page - 1, page + 1)
    query, before, after = (list_query(each, listing.everything, listing.chosen) for each in pages)
    shown = ListPage(
        frame=replace(
            frame(site, title, path=listing.path, query=query),
            crumbs=(*home(reader), *crumbs_of_path(site, listing.path), Value(heading)),
            # Search engines have the whole list; of ways to narrow it there is no end.
            noindex=bool(chosen),
        ),
        path=unquote(listing.path),
        heading=heading,
        range=reader.say("list_count" if listing.entries else "list_none" if chosen else "list_empty", **counts),
        items=tuple(_entry_items(reader, listing.entries)),
        previous=site.page(listing.path, before) if page > 1 else "",
        next=site.page(listing.path, after) if page < last else "",
        others=_others(reader, listing),
        facets=tuple(facets_of(reader, listing)),
        chosen=chosen,
        whole=site.page(listing.path, list_query(1, listing.everything)) if chosen else "",
    )
    return render(shown.template, page=shown, frame=shown.frame)


def _others(reader: Reader, listing: Listing) -> Value | None:
    """The way to the list with what is retired or not finished, or back; None where there is no such thing."""
    if not listing.others:
        return None
    name = "show_current" if listing.everything else "show_all"
    href = reader.site.page(listing.path, list_query(1, not listing.everything, listing.chosen))
    return Value(reader.say(name, number=listing.others), href)


def _heading(reader: Reader, listing: Listing) -> str:
    """What is listed; what would be, of a list that nothing is left of."""
    whole = None if listing.entries else reader.site.store.listing(listing.path, 0, 1, everything=True)
    return list_heading(reader, (whole or listing).entries, listing.path)


def list_heading(reader: Reader, entries: Sequence[Entry], path: str) -> str:
    """The kind of what is listed when it is all of one kind, else the path."""
    kinds = {reader.kinds(profile) for profile in map(_profile, entries) if profile}
    return kinds.pop() if len(kinds) == 1 else f"{reader.texts['list_all']} {unquote(path).removeprefix('/doc/')}"


def _profile(entry: Entry) -> Profile | None:
    """What kind of thing an entry is; None for a tombstone that does not say what it was."""
    if entry.type is None:
        return None if entry.status == Status.WITHDRAWN else profile_for(())
    return profile_for((entry.type,))


def _entry_items(reader: Reader, entries: Sequence[Entry]) -> Iterator[Item]:
    """Entries as the store lists them; what they are is only said where they differ."""
    profiles = list(map(_profile, entries))
    mixed = len({each.name for each in profiles if each}) > 1
    for entry, profile in zip(entries, profiles, strict=True):
        name = reader.named(entry.iri.value, entry.labels)
        kind = reader.kind(profile) if mixed and profile else ""
        mark = mark_of(reader, entry.status)
        item = Item(link=replace(name, href=reader.site.page(canonical_path(entry.path))), count=kind, mark=mark)
        found = described(reader.site, [entry.iri]) if profile is DOCUMENT else []
        yield replace(item_for(reader.of(found[0])), excerpt=None, count=kind) if found else item
