"""The page about a resource that was withdrawn: what it was called, why it went, and a way on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from publisher.description import Description
from publisher.iris import canonical_path
from publisher.namespaces import DCT, SKOS
from publisher.profiles import profile_of
from publisher.profiles.status import Status
from publisher.web import Site
from publisher.web.frame import Frame, address_of, folders_of, frame, home, query_of
from publisher.web.history import Chapter, history_of
from publisher.web.items import mark_of
from publisher.web.list_page import list_heading
from publisher.web.memento import timemap_of
from publisher.web.properties import replacements_of
from publisher.web.reading import Reader, Value
from publisher.web.rendering import render

WHY: Final = (SKOS["changeNote"], SKOS["historyNote"], SKOS["editorialNote"], SKOS["note"])
"""Properties that say why something was withdrawn, the likeliest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TombstonePage:
    """What is left of a resource that was withdrawn: what it was called, why it went, and a way on."""

    template = "tombstone.html"
    frame: Frame
    title: Value
    status: str
    iri: str
    address: str
    reasons: tuple[Value, ...]
    date: Value | None
    replacements: tuple[Value, ...]
    ways: tuple[Value, ...]
    last: Value | None
    history: tuple[Chapter, ...]
    timemap: str


def tombstone(site: Site, description: Description, path: str) -> str:
    """The page about a resource that was withdrawn; `path` is that of the document that it had."""
    reader, profile = Reader(site, description), profile_of(description)
    title = reader.text(profile.titles) or reader.label(description.iri.value)
    query = query_of(path, description)
    lists = _lists(reader, path)
    chapters = () if query else history_of(reader, path)
    page = TombstonePage(
        frame=replace(
            frame(site, title.text, path=path, query=query, summary=reader.texts["withdrawn"]),
            crumbs=(*home(reader), *lists, title),
        ),
        title=title,
        status=mark_of(reader, Status.WITHDRAWN),
        iri=description.iri.value,
        address=address_of(site, path, query),
        reasons=_reasons(reader),
        date=next((reader.value(each) for each in description.objects(DCT["modified"])), None),
        replacements=replacements_of(reader),
        ways=(*lists, *home(reader)),
        last=next((each.last for each in chapters if not each.gone), None),
        history=chapters,
        timemap=timemap_of(path),
    )
    return render(page.template, page=page, frame=page.frame)


def _reasons(reader: Reader) -> tuple[Value, ...]:
    """Why it was withdrawn, in the page's language where there is a choice."""
    said = (reader.values(name, reader.description.objects(name)) for name in WHY)
    notes = next(filter(None, said), ())
    return tuple(each for each in notes if not each.lang) or notes


def _lists(reader: Reader, path: str) -> tuple[Value, ...]:
    """The nearest list that a document would be in, called after what is in it."""
    for each in folders_of(path)[::-1]:
        listing = reader.site.store.listing(canonical_path(each), 0, 1)
        if listing and listing.entries:
            return (Value(list_heading(reader, listing.entries, each), reader.site.page(each)),)
    return ()
