"""A resource as it was in one version: what was said of it then, with links that stay in that version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from pyoxigraph import NamedNode, Quad

from publisher.description import Description, Labels
from publisher.namespaces import ADMS, DCT
from publisher.profiles import Profile, profile_of
from publisher.profiles.dcat import DOCUMENT
from publisher.profiles.skos import SCHEME
from publisher.profiles.status import Status
from publisher.release.resources import Resource
from publisher.store import Document, VersionRow
from publisher.store.embedded import LookUp
from publisher.web import Site, memento
from publisher.web.document_page import Banner, DocumentPage
from publisher.web.frame import address_of, frame, home
from publisher.web.items import ENTRIES, Group, Item, date_of, hue_of, notation_of
from publisher.web.properties import literal_for, only_title, quotations_in, remarks_on, sections_of
from publisher.web.reading import Reader, Value
from publisher.web.rendering import render
from publisher.web.series import version_link


def description_of(site: Site, document: Document, version: VersionRow) -> Description:
    """A document of a version, with the labels that others had in it and the addresses that they have in it.

    What did not exist then has its present label and address; who mentioned it is not known any more.
    """
    quads = document.quads

    @cache
    def then(iri: str) -> Document | None:
        path = site.config.policy.document_path(iri)
        return site.store.history.document(version.dataset, version.ordinal, path) if path else None

    def labels(iri: str) -> Labels | None:
        found = then(iri)
        said = _labels_in(iri, found.quads) if found else {}
        return said or site.store.labels([iri]).get(iri)

    def path(iri: str) -> str | None:
        there = site.config.policy.document_path(iri)
        return memento.address(version, there) if there and then(iri) else site.store.find(iri)

    def named() -> Iterator[str]:
        terms = (term for quad in quads for term in (quad.subject, quad.predicate, quad.object))
        return iter(dict.fromkeys(term.value for term in terms if isinstance(term, NamedNode)))

    return Description(document.iri, quads, LookUp(labels, named), tuple, LookUp(path, named))


def _labels_in(iri: str, quads: tuple[Quad, ...]) -> Labels:
    about = [quad for quad in quads if quad.subject == NamedNode(iri)]
    return Resource(iri, about, b"").labels


def page(site: Site, document: Document, version: VersionRow, path: str) -> str:
    """The page about a resource as it was; `path` is that of its present document."""
    description = description_of(site, document, version)
    reader, profile = Reader(site, description), profile_of(description)
    here, words = memento.address(version, path), reader.texts
    title = reader.text(profile.titles) or reader.label(description.iri.value)
    lead = reader.text(profile.leads)
    quotations, quoted = quotations_in(reader)
    said = quoted | {literal_for(reader, profile.leads), only_title(reader, profile)}
    date = reader.date(version.date.isoformat())
    shown = DocumentPage(
        frame=replace(
            frame(site, f"{title.text} ({version.number})", path=here, summary=lead.text if lead else ""),
            crumbs=(
                *home(reader),
                Value(words["versions"], site.page("/version")),
                version_link(reader, version),
                title,
            ),
        ),
        kind=reader.kind(profile),
        hue=hue_of(description),
        title=title,
        notation=notation_of(description),
        iri=description.iri.value,
        address=address_of(site, here, ""),
        status=next((reader.status(each) for each in description.objects(ADMS["status"])), None),
        replacements=reader.values(DCT["isReplacedBy"], description.objects(DCT["isReplacedBy"])),
        deprecated=False,
        date=date_of(reader) if profile is DOCUMENT else None,
        lead=lead,
        remarks=remarks_on(reader, profile),
        quotations=quotations,
        read_at=(),
        pageless=False,
        groups=tuple(_groups(reader, profile)),
        scheme=None,
        downloads=(),
        sections=tuple(sections_of(reader, profile, said)),
        mentions=(),
        citation="",
        editing=(),
        banner=Banner(
            reader.say("frozen", number=version.number, date=date.text),
            words["frozen_gone"] if document.status == Status.WITHDRAWN else "",
            Value(words["frozen_now"], site.page(path))
            if site.store.document(path) or site.store.alias(path)
            else None,
        ),
    )
    return render(shown.template, page=shown, frame=shown.frame)


def _groups(reader: Reader, profile: Profile) -> Iterator[Group]:
    """The neighbours of a resource then: links only, since what else is known of them is of now."""
    words, description = reader.texts, reader.description
    below = words["tree_top"] if profile is SCHEME else words.get(f"below_{profile.name}", words["below"])
    subjects = [each for each in description.objects(DCT["subject"]) if isinstance(each, NamedNode)]
    neighbours = (
        (words.get(f"above_{profile.name}", words["above"]), profile.above(description)),
        (below, profile.below(description)),
        (words.get(f"beside_{profile.name}", words["beside"]), profile.related(description)),
        (reader.property_name(DCT["subject"].value, {}), subjects),
    )
    for heading, found in neighbours:
        items = sorted(
            (Item(link=reader.link(each.value)) for each in found[:ENTRIES]), key=lambda each: each.link.text
        )
        if items:
            yield Group(Value(heading), tuple(items))
