"""The page about one resource, whatever it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from markupsafe import Markup

from publisher.description import Description
from publisher.namespaces import ADMS
from publisher.profiles import Profile, Relation, profile_of
from publisher.profiles.dcat import CATALOG, DATASET, DISTRIBUTIONS, DOCUMENT
from publisher.profiles.skos import COLLECTION, CONCEPT, SCHEME
from publisher.profiles.status import REPLACED_BY, REPLACES, Status
from publisher.web import Site
from publisher.web.distribution import Download, download_of, in_order
from publisher.web.editing import editing_links
from publisher.web.frame import Frame, address_of, citation_of, crumbs_to, frame, query_of
from publisher.web.history import Chapter, history_of
from publisher.web.illustration import wheel_around
from publisher.web.items import Group, date_of, described, hue_of, notation_of, status_in
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
    sections_of,
)
from publisher.web.reading import Reader, Row, Value
from publisher.web.rendering import render
from publisher.web.schema_org import data_block
from publisher.web.scheme_page import SchemeView, scheme_of
from publisher.web.series import Series, series_of

CITED: Final = (CONCEPT, SCHEME, COLLECTION, DATASET, CATALOG)
"""The profiles of what the publisher itself is the author of."""

REPLACEMENT: Final = Relation(REPLACED_BY, REPLACES)


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
    scheme: SchemeView | None
    downloads: tuple[Download, ...]
    sections: tuple[Section, ...]
    mentions: tuple[Row, ...]
    citation: str
    editing: tuple[Value, ...]
    banner: Banner | None = None
    history: tuple[Chapter, ...] = ()
    timemap: str = ""
    series: Series | None = None
    wheel: Markup | None = None


def document(site: Site, description: Description, path: str) -> str:
    """The page about one resource, whatever it is; `path` is its document's, without suffix."""
    reader, profile = Reader(site, description), profile_of(description)
    title = reader.text(profile.titles) or reader.label(description.iri.value)
    lead = reader.text(profile.leads)
    downloads = described(site, DISTRIBUTIONS.of(description)) if profile is DATASET else []
    quotations, quoted = quotations_in(reader)
    said = quoted | {literal_for(reader, profile.leads), only_title(reader, profile)}
    query = query_of(path, description)
    crumbs = crumbs_to(reader, profile, path)
    read_at = _addresses(reader) if profile is DOCUMENT else ()
    page = DocumentPage(
        frame=replace(
            frame(site, title.text, path=path, query=query, summary=lead.text if lead else ""),
            crumbs=crumbs,
            data=data_block(reader, profile, title.text, downloads),
        ),
        kind=reader.kind(profile),
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
        groups=tuple(groups_of(reader, profile)),
        wheel=wheel_around(reader, profile, crumbs),
        scheme=scheme_of(reader, path) if profile is SCHEME else None,
        downloads=in_order(download_of(reader.of(each)) for each in downloads),
        sections=tuple(sections_of(reader, profile, said)),
        mentions=tuple(mentions_of(reader, profile)),
        citation=_citation(site, profile, title.text, description.iri.value),
        editing=tuple(editing_links(reader, title.text)),
        history=() if query else history_of(reader, path),
        timemap=timemap_of(path),
        series=_series(reader) if profile is DATASET else None,
    )
    return render(page.template, page=page, frame=page.frame)


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


def _addresses(reader: Reader) -> tuple[Value, ...]:
    """Where a document can be read."""
    return tuple(each for name in PAGES_ABOUT for each in reader.values(name, reader.description.objects(name)))
