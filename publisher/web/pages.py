"""HTML: one frozen dataclass for each page, made of a description and rendered by one template.

Templates only loop and ask whether something is there; every choice of words, order and links is made here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final
from urllib.parse import unquote

from pyoxigraph import Literal, NamedNode

from publisher.description import Description
from publisher.formats import GRAPH_FORMATS
from publisher.iris import canonical_path
from publisher.namespaces import ADMS, DCAT, DCT, SKOS, SPDX
from publisher.profiles import Profile, Relation, profile_for, profile_of
from publisher.profiles.dcat import CATALOG, DATASET, DISTRIBUTIONS, DOCUMENT
from publisher.profiles.skos import COLLECTION, CONCEPT, IN_SCHEME, SCHEME
from publisher.profiles.status import REPLACED_BY, REPLACES, Status
from publisher.store import Entry, Listing
from publisher.web import Site
from publisher.web.editing import editing_links
from publisher.web.frame import (
    SCHEMES,
    Frame,
    address_of,
    citation_of,
    crumbs_of_path,
    crumbs_to,
    dataset_links,
    folders_of,
    frame,
    home,
    list_query,
    query_of,
    shelf,
    site_reader,
    site_text,
)
from publisher.web.hierarchy import MOST, Branch, below, branches_of, concepts_of, left_out, tops_of, tree_heading
from publisher.web.history import Chapter, history_of
from publisher.web.items import (
    ENTRIES,
    Group,
    Item,
    date_of,
    described,
    group_of,
    hue_of,
    item_for,
    mark_of,
    natural,
    newest_first,
    notation_of,
    status_in,
)
from publisher.web.memento import timemap_of
from publisher.web.properties import (
    PAGES_ABOUT,
    Quotation,
    Section,
    literal_for,
    mentions_of,
    only_title,
    quotations_in,
    remarks_on,
    sections_of,
)
from publisher.web.reading import Reader, Row, Value, safe_path
from publisher.web.rendering import render
from publisher.web.schema_org import data_block
from publisher.web.series import Download, Series, series_of

__all__ = ["PAGE", "Frame", "document", "frame", "landing", "listing", "problem", "tombstone"]

CITED: Final = (CONCEPT, SCHEME, COLLECTION, DATASET, CATALOG)
"""The profiles of what the publisher itself is the author of."""

PAGE: Final = 100
"""Entries on one page of a list."""
CARDS: Final = 12
RECENT: Final = 6
REPLACEMENT: Final = Relation(REPLACED_BY, REPLACES)
WHY: Final = (SKOS["changeNote"], SKOS["historyNote"], SKOS["editorialNote"], SKOS["note"])
"""Properties that say why something was withdrawn, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Banner:
    """What a page says when it is not about the present: what it is, that it was withdrawn, the way to now."""

    text: str
    gone: str
    now: Value | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPage:
    """The page about one resource."""

    template = "document.html"
    frame: Frame
    kind: str
    hue: str
    title: Value
    notation: str
    iri: str
    address: str
    status: Value | None
    replacements: tuple[Value, ...]
    deprecated: bool
    date: Value | None
    lead: Value | None
    remarks: tuple[Value, ...]
    quotations: tuple[Quotation, ...]
    read_at: tuple[Value, ...]
    pageless: bool
    groups: tuple[Group, ...]
    tree: Group | None
    branches: tuple[Branch, ...]
    left_out: Value | None
    downloads: tuple[Download, ...]
    sections: tuple[Section, ...]
    mentions: tuple[Row, ...]
    citation: str
    editing: tuple[Value, ...]
    banner: Banner | None = None
    history: tuple[Chapter, ...] = ()
    timemap: str = ""
    series: Series | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingPage:
    """The front page."""

    template = "landing.html"
    frame: Frame
    main: Group | None
    others: tuple[Group, ...]
    recent: Group | None
    lead: str
    downloads: tuple[Value, ...]
    catalog: tuple[Value, ...]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """One page of the documents below a path."""

    template = "list.html"
    frame: Frame
    path: str
    heading: str
    range: str
    items: tuple[Item, ...]
    previous: str
    next: str
    others: Value | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemPage:
    """What went wrong, and a way on."""

    template = "problem.html"
    frame: Frame
    status: int
    detail: str
    links: tuple[Value, ...]


def landing(site: Site) -> str:
    """The front page: the concept schemes, the newest documents, the data."""
    reader = site_reader(site)
    schemes = described(site, site.store.instances(SCHEME.classes[0], SCHEMES))
    # The scheme that most is said about comes first; counting its concepts would take longer (10 µs each).
    ordered = sorted(schemes, key=lambda each: -len(each.mentions))
    groups = [_scheme_group(reader.of(each)) for each in ordered if each.iri.value in each.paths]
    title, summary = site_text(site, site.config.title), site_text(site, site.config.description)
    page = LandingPage(
        frame=frame(site, title, path="/", summary=summary),
        main=groups[0] if groups else None,
        others=tuple(groups[1:]),
        recent=_recent(reader),
        lead=summary,
        downloads=dataset_links(reader),
        catalog=tuple(Value(each.name, f"/catalog.{each.suffix}") for each in GRAPH_FORMATS),
    )
    return _render(page)


def document(site: Site, description: Description, path: str) -> str:
    """The page about one resource, whatever it is; `path` is its document's, without suffix."""
    reader, profile = Reader(site, description), profile_of(description)
    title = reader.text(profile.titles) or reader.label(description.iri.value)
    lead = reader.text(profile.leads)
    downloads = described(site, DISTRIBUTIONS.of(description)) if profile is DATASET else []
    quotations, quoted = quotations_in(reader)
    said = quoted | {literal_for(reader, profile.leads), only_title(reader, profile)}
    branches = branches_of(reader, profile)
    others = left_out(reader) if profile is SCHEME else None
    query = query_of(path, description)
    read_at = _addresses(reader) if profile is DOCUMENT else ()
    page = DocumentPage(
        frame=replace(
            frame(site, title.text, path=path, query=query, summary=lead.text if lead else ""),
            crumbs=crumbs_to(reader, profile, path),
            data=data_block(reader, profile, title.text, downloads),
        ),
        kind=profile.kind[reader.interface],
        hue=hue_of(description),
        title=title,
        notation=notation_of(description),
        iri=description.iri.value,
        address=address_of(site, path, query),
        status=next((reader.status(each) for each in description.objects(ADMS["status"])), None),
        replacements=reader.values(REPLACED_BY, REPLACEMENT.of(description)),
        deprecated=status_in(description) == Status.DEPRECATED,
        date=date_of(reader) if profile is DOCUMENT else None,
        lead=lead,
        remarks=remarks_on(reader, profile),
        quotations=quotations,
        read_at=read_at,
        pageless=profile is DOCUMENT and not read_at,
        groups=tuple(_groups(reader, profile)),
        tree=tree_heading(reader, branches, others) if branches else None,
        branches=branches,
        left_out=others,
        downloads=tuple(_download(reader.of(each)) for each in downloads),
        sections=tuple(sections_of(reader, profile, said)),
        mentions=tuple(mentions_of(reader, profile)),
        citation=_citation(site, profile, title.text, description.iri.value),
        editing=tuple(editing_links(reader, title.text)),
        history=() if query else history_of(reader, path),
        timemap=timemap_of(path),
        series=_series(reader) if profile is DATASET else None,
    )
    return _render(page)


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
        replacements=reader.values(REPLACED_BY, REPLACEMENT.of(description)),
        ways=(*lists, *home(reader)),
        last=next((each.last for each in chapters if not each.gone), None),
        history=chapters,
        timemap=timemap_of(path),
    )
    return _render(page)


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
            return (Value(_list_heading(reader, listing.entries, each), reader.site.page(each)),)
    return ()


def _series(reader: Reader) -> Series | None:
    """The versions of a dataset that we publish; None for any other, and before there was a first."""
    published = reader.site.release.manifest.datasets
    name = next((each.name for each in published if each.iri == reader.description.iri.value), "")
    found = series_of(reader, name, reader.site.store.history.versions(name)) if name else None
    return found if found and found.issues else None


def _citation(site: Site, profile: Profile, title: str, iri: str) -> str:
    """How to cite what the publisher made; others made the documents, sources and mirrored concepts."""
    own = profile in CITED and site.config.policy.minted(iri)
    return citation_of(site, title, iri) if own else ""


def listing(site: Site, listing: Listing, page: int) -> str:
    """One page, from 1, of the documents below a path."""
    reader = site_reader(site)
    heading = _list_heading(reader, listing.entries, listing.path)
    first = (page - 1) * PAGE + 1
    counts = {"first": first, "last": first + len(listing.entries) - 1, "total": listing.total}
    last = ceil(listing.total / PAGE)
    query, before, after = (list_query(each, listing.everything) for each in (page, page - 1, page + 1))
    shown = ListPage(
        frame=replace(
            frame(site, heading, path=listing.path, query=query),
            crumbs=(*home(reader), *crumbs_of_path(site, listing.path), Value(heading)),
        ),
        path=unquote(listing.path),
        heading=heading,
        range=reader.texts["list_count" if listing.entries else "list_empty"].format(**counts),
        items=tuple(_entry_items(reader, listing.entries)),
        previous=site.page(listing.path, before) if page > 1 else "",
        next=site.page(listing.path, after) if page < last else "",
        others=_others(reader, listing),
    )
    return _render(shown)


def _others(reader: Reader, listing: Listing) -> Value | None:
    """The way to the list with what is retired or not finished, or back; None where there is no such thing."""
    if not listing.others:
        return None
    name = "show_current" if listing.everything else "show_all"
    href = reader.site.page(listing.path, list_query(1, not listing.everything))
    return Value(reader.texts[name].format(number=listing.others), href)


def problem(site: Site, status: int, title: str, detail: str, links: Sequence[tuple[str, str]]) -> str:
    """The page of an error; `links` are (address, media type) of what there is instead."""
    page = ProblemPage(
        frame=replace(frame(site, title, path="/"), canonical="", alternates=()),
        status=status,
        detail=detail,
        links=tuple(Value(name, safe_path(href)) for href, name in links),
    )
    return _render(page)


def _render(page: DocumentPage | TombstonePage | LandingPage | ListPage | ProblemPage) -> str:
    return render(page.template, page=page, frame=page.frame)


def _addresses(reader: Reader) -> tuple[Value, ...]:
    """Where a document can be read."""
    return tuple(each for name in PAGES_ABOUT for each in reader.values(name, reader.description.objects(name)))


def _groups(reader: Reader, profile: Profile) -> Iterator[Group]:
    """The neighbours of a resource: above, below, beside, and documents or tags."""
    words = reader.texts
    down = () if profile is SCHEME else profile.below(reader.description)
    current = reader.site.store.current
    for name, found in (
        ("above", profile.above(reader.description)),
        ("below", current(down)),
        ("beside", current(profile.related(reader.description))),
    ):
        if found:
            yield group_of(reader, words.get(f"{name}_{profile.name}", words[name]), found)
    yield from _subjects(reader)
    yield from _documents_about(reader)


def _subjects(reader: Reader) -> Iterator[Group]:
    """What a document is about, under the name of the scheme that each subject is from."""
    by_scheme: dict[str, list[Description]] = defaultdict(list)
    headings: dict[str, Value] = {}
    subjects = [each for each in reader.description.objects(DCT["subject"]) if isinstance(each, NamedNode)]
    for each in described(reader.site, subjects):
        scheme = next(iter(IN_SCHEME.of(each)), None)
        key = scheme.value if scheme else ""
        headings[key] = reader.of(each).link(key) if key else Value(reader.texts["others"])
        by_scheme[key].append(each)
    for key, found in by_scheme.items():
        items = sorted((item_for(reader.of(each)) for each in found), key=natural)
        yield Group(headings[key], tuple(replace(each, excerpt=None) for each in items))


def _documents_about(reader: Reader) -> Iterator[Group]:
    """The documents that name this as their subject, newest first."""
    found = [each for each in reader.description.subjects(DCT["subject"]) if isinstance(each, NamedNode)]
    current = reader.site.store.current(found)
    documents = [each for each in described(reader.site, current) if profile_of(each) is DOCUMENT]
    if documents:
        yield Group(Value(DOCUMENT.kinds[reader.interface]), newest_first(reader, documents, tags=False))


def _download(reader: Reader) -> Download:
    """One distribution as a row of the table; an address that nobody may follow is only told."""
    described = reader.description
    urls = [each for name in (DCAT["downloadURL"], DCAT["accessURL"]) for each in described.objects(name)]
    url = next((each.value for each in urls if isinstance(each, NamedNode)), described.iri.value)
    formats = reader.values(DCT["format"], described.objects(DCT["format"]))
    sizes = reader.values(DCAT["byteSize"], described.objects(DCAT["byteSize"]))
    sums = (
        each.value
        for node in described.objects(SPDX["checksum"])
        if not isinstance(node, Literal)
        for each in described.objects(SPDX["checksumValue"], node)  # type: ignore[arg-type]
        if isinstance(each, Literal)
    )
    return Download(
        link=Value(url.rpartition("/")[2] or url, reader.href(url)),
        format=formats[0].text if formats else "",
        size=sizes[0].text if sizes else "",
        checksum=next(sums, ""),
    )


def _scheme_group(reader: Reader) -> Group:
    """A scheme with its top concepts, at most a page of cards."""
    tops = tops_of(reader)
    items = [_card(reader.of(each)) for each in described(reader.site, tops)]
    heading = reader.link(reader.description.iri.value)
    lead = reader.text(SCHEME.leads)
    words = _concept_count(reader)
    return Group(
        replace(heading, note=lead.text if lead else words),
        tuple(sorted(items, key=natural)[:CARDS]),
        Value(reader.texts["all_of"], heading.href, note=words),
    )


def _concept_count(reader: Reader) -> str:
    number = len(concepts_of(reader))
    return reader.texts["concept_count" if number < MOST else "concept_count_least"].format(number=number)


def _card(reader: Reader) -> Item:
    number = len(below(reader.site, reader.description))
    words = {0: "no_aspects", 1: "aspect"}.get(number, "aspects")
    count = reader.texts[words].format(number=number)
    return replace(item_for(reader), count=count)


def _recent(reader: Reader) -> Group | None:
    found = described(reader.site, reader.site.store.instances(DOCUMENT.classes[0], ENTRIES))
    dated = [each for each in found if any(each.objects(DCT["issued"])) and each.iri.value in each.paths]
    if not dated:
        return None
    items = newest_first(reader, dated, tags=True)[:RECENT]
    whole = next(shelf(reader, DOCUMENT), None)
    more = Value(reader.texts["all_recent"], whole.href) if whole else None
    return Group(Value(reader.texts["recent"]), items, more)


def _list_heading(reader: Reader, entries: Sequence[Entry], path: str) -> str:
    """The kind of what is listed when it is all of one kind, else the path."""
    kinds = {profile.kinds[reader.interface] for profile in map(_profile, entries) if profile}
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
        kind = profile.kind[reader.interface] if mixed and profile else ""
        mark = mark_of(reader, entry.status)
        item = Item(link=replace(name, href=reader.site.page(canonical_path(entry.path))), count=kind, mark=mark)
        found = described(reader.site, [entry.iri]) if profile is DOCUMENT else []
        yield replace(item_for(reader.of(found[0])), excerpt=None, count=kind) if found else item
