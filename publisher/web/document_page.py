"""The page about one resource, whatever it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from markupsafe import Markup

from publisher.description import Description
from publisher.namespaces import ADMS
from publisher.profiles import Profile, profile_of
from publisher.profiles.dcat import DATASET, DISTRIBUTIONS, DOCUMENT
from publisher.profiles.skos import CONCEPT, IN_SCHEME, SCHEME
from publisher.profiles.status import Status
from publisher.web import Site
from publisher.web.cite import links_to
from publisher.web.citing import citation_of, in_words
from publisher.web.dataset_page import DatasetView, dataset_of
from publisher.web.distribution import Download, download_of, in_order
from publisher.web.editing import editing_links
from publisher.web.frame import Frame, address_of, crumbs_to, frame, query_of
from publisher.web.history import Chapter, history_of
from publisher.web.illustration import wheel_around
from publisher.web.items import (
    ENTRIES,
    Group,
    date_of,
    described,
    excerpt_of,
    hue_of,
    item_of,
    natural,
    notation_of,
    status_in,
)
from publisher.web.mappings import Mapping, mappings_of
from publisher.web.memento import timemap_of
from publisher.web.neighbours import groups_of
from publisher.web.properties import (
    PAGES_ABOUT,
    Quotation,
    Section,
    literal_for,
    mentions_of,
    only_title,
    quotations_in,
    remarks_on,
    replacements_of,
    sections_of,
)
from publisher.web.reading import Reader, Row, Value
from publisher.web.rendering import render
from publisher.web.schema_org import data_block
from publisher.web.scheme_page import SchemeView, scheme_of
from publisher.web.series import Series, series_of
from publisher.web.snippets import Snippet, snippets_for
from publisher.web.translations import Translation, translated, translations_of
from publisher.web.trust import Trust, trust_of

GLANCE: Final = 8
"""Narrower concepts that are named before all else is told of them."""

NOTICES: Final = {Status.UNFINISHED: "unfinished", Status.DEPRECATED: "deprecated"}
"""What a page says first of what is not in use."""


@dataclass(frozen=True, slots=True)
class Banner:
    """What a page says when it is not about the present: what it is, that it was withdrawn, the way to now."""

    text: str
    gone: str
    now: Value | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a concept stands, in a few links: what is above it, or else its scheme, and what is under it."""

    above: tuple[Value, ...]
    below: tuple[Value, ...]
    more: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPage:
    """The page about one resource; what it has from `place` on is about the present only."""

    template = "document.html"
    frame: Frame
    kind: str
    hue: str
    title: Value
    notation: str
    iri: str
    address: str
    status: Value | None
    date: Value | None
    lead: Value | None
    remarks: tuple[Value, ...]
    quotations: tuple[Quotation, ...]
    groups: tuple[Group, ...]
    mappings: tuple[Mapping, ...]
    translations: tuple[Translation, ...]
    sections: tuple[Section, ...]
    banner: Banner | None = None
    place: Place | None = None
    trust: Trust | None = None
    notice: str = ""
    replacements: tuple[Value, ...] = ()
    read_at: tuple[Value, ...] = ()
    pageless: bool = False
    scheme: SchemeView | None = None
    dataset: DatasetView | None = None
    downloads: tuple[Download, ...] = ()
    mentions: tuple[Row, ...] = ()
    snippets: tuple[Snippet, ...] = ()
    citation: str = ""
    citations: tuple[Value, ...] = ()
    editing: tuple[Value, ...] = ()
    history: tuple[Chapter, ...] = ()
    timemap: str = ""
    series: Series | None = None
    wheel: Markup | None = None


def document(site: Site, description: Description, path: str) -> str:
    """The page about one resource, whatever it is; `path` is its document's, without suffix."""
    reader, profile, query = Reader(site, description), profile_of(description), query_of(path, description)
    page = said_by(reader, profile, frame(site, title_of(reader, profile).text, path=path, query=query))
    status = status_in(description)
    trust = None if query else trust_of(reader, profile, path, page.translations)
    downloads = described(site, DISTRIBUTIONS.of(description)) if profile is DATASET else []
    read_at = _addresses(reader) if profile is DOCUMENT else ()
    citation = None if query else citation_of(site, description, path)
    crumbs = crumbs_to(reader, profile, path)
    page = replace(
        page,
        frame=replace(
            page.frame,
            crumbs=crumbs,
            data=data_block(reader, profile, page.title.text, downloads),
            noindex=status == Status.UNFINISHED,
        ),
        address=address_of(site, path, query),
        place=_place(reader) if profile is CONCEPT else None,
        trust=trust,
        # Who may rely on it is told what the editors say of it too.
        remarks=() if trust else page.remarks,
        notice=reader.texts[NOTICES[status]] if status in NOTICES else "",
        replacements=replacements_of(reader),
        read_at=read_at,
        pageless=profile is DOCUMENT and not read_at,
        groups=tuple(groups_of(reader, profile)),
        wheel=wheel_around(reader, profile, crumbs),
        scheme=scheme_of(reader, path) if profile is SCHEME else None,
        dataset=dataset_of(reader, profile),
        downloads=in_order(download_of(reader.of(each)) for each in downloads),
        mentions=tuple(mentions_of(reader, profile)),
        snippets=_snippets(reader, page.title) if profile is CONCEPT else (),
        citation=in_words(site, citation) if citation else "",
        citations=links_to(site, description.iri.value) if citation else (),
        editing=tuple(editing_links(reader, page.title.text)),
        history=() if query else history_of(reader, path),
        timemap=timemap_of(path),
        series=_series(reader) if profile is DATASET else None,
    )
    return render(page.template, page=page, frame=page.frame)


def said_by(reader: Reader, profile: Profile, around: Frame) -> DocumentPage:
    """What a description says by itself, of now or of then."""
    description, lead = reader.description, reader.text(profile.leads)
    quotations, quoted = quotations_in(reader)
    translations = translations_of(reader, profile)
    said = quoted | {literal_for(reader, profile.leads), only_title(reader, profile)}
    said |= translated(reader, profile) if translations else set()
    return DocumentPage(
        frame=replace(around, summary=excerpt_of(lead.text) if lead else around.summary),
        kind=reader.kind(profile),
        hue=hue_of(description),
        title=title_of(reader, profile),
        notation=notation_of(description),
        iri=description.iri.value,
        address="",
        status=next((reader.status(each) for each in description.objects(ADMS["status"])), None),
        date=date_of(reader) if profile is DOCUMENT else None,
        lead=lead,
        remarks=remarks_on(reader, profile),
        quotations=quotations,
        groups=(),
        mappings=tuple(mappings_of(reader)),
        translations=translations,
        sections=tuple(sections_of(reader, profile, said)),
    )


def title_of(reader: Reader, profile: Profile) -> Value:
    """What a resource is called on its own page."""
    return reader.text(profile.titles) or reader.label(reader.description.iri.value)


def _place(reader: Reader) -> Place:
    above = CONCEPT.above(reader.description) or IN_SCHEME.of(reader.description)
    under = reader.site.store.current(CONCEPT.below(reader.description))
    below = sorted((item_of(reader, each) for each in under[:ENTRIES]), key=natural)
    rest = len(under) - GLANCE
    return Place(
        tuple(reader.link(each.value) for each in above),
        tuple(each.link for each in below[:GLANCE]),
        f"+ {rest}" if rest > 0 else "",
    )


def _snippets(reader: Reader, title: Value) -> tuple[Snippet, ...]:
    return snippets_for(reader.description.iri, title.text, title.lang or reader.interface)


def _series(reader: Reader) -> Series | None:
    """The versions of a dataset that we publish; None for any other, and before there was a first."""
    published = reader.site.release.manifest.datasets
    name = next((each.name for each in published if each.iri == reader.description.iri.value), "")
    found = series_of(reader, name, reader.site.store.history.versions(name)) if name else None
    return found if found and found.issues else None


def _addresses(reader: Reader) -> tuple[Value, ...]:
    """Where a document can be read."""
    return tuple(each for name in PAGES_ABOUT for each in reader.values(name, reader.description.objects(name)))
