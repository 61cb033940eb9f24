"""A resource as it was in one version: what was said of it then, with links that stay in that version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from pyoxigraph import NamedNode, Quad

from publisher.description import Description, Labels
from publisher.namespaces import DCT
from publisher.profiles import Profile, profile_of
from publisher.profiles.skos import SCHEME
from publisher.profiles.status import Status
from publisher.release.resources import Resource
from publisher.store import Document, VersionRow
from publisher.store.embedded import LookUp
from publisher.web import Site, memento
from publisher.web.document_page import Banner, said_by, title_of
from publisher.web.frame import address_of, frame, home
from publisher.web.items import ENTRIES, Group, Item
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
    here, words, title = memento.address(version, path), reader.texts, title_of(reader, profile)
    shown = said_by(reader, profile, frame(site, f"{title.text} ({version.number})", path=here))
    date = reader.date(version.date.isoformat())
    there = site.store.document(path) or site.store.alias(path)
    shown = replace(
        shown,
        frame=replace(
            shown.frame,
            crumbs=(
                *home(reader),
                Value(words["versions"], site.page("/version")),
                version_link(reader, version),
                title,
            ),
        ),
        address=address_of(site, here, ""),
        groups=tuple(_groups(reader, profile)),
        banner=Banner(
            reader.say("frozen", number=version.number, date=date.text),
            words["frozen_gone"] if document.status == Status.WITHDRAWN else "",
            Value(words["frozen_now"], site.page(path)) if there else None,
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
