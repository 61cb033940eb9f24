"""The pages about versions: which there are, and what each of them changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from pyoxigraph import NamedNode

from publisher.description import Description
from publisher.store import Event, VersionRow
from publisher.store.embedded import LookUp
from publisher.web import Site, memento
from publisher.web.distribution import Download
from publisher.web.frame import Frame, frame, home, site_reader
from publisher.web.history import Line, kind_in_words, lines_of
from publisher.web.reading import Reader, Value
from publisher.web.rendering import render
from publisher.web.series import Issue, Series, downloads_of, issue_of, series_of, version_link
from publisher.web.texts import number_in_words

MOST: Final = 200
"""Resources that the page of one version tells of; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsPage:
    """All versions of one dataset, or of all of them."""

    template = "versions.html"
    frame: Frame
    heading: str
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A resource that differs, and in what; its own name in the list of all that the same happened to."""

    link: Value
    kinds: tuple[str, ...]
    successors: tuple[Value, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Happened:
    """What the same happened to; `total` counts also what is not listed."""

    kind: str
    total: int
    changes: tuple[Changed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionPage:
    """One version: what changed in it, and its files."""

    template = "version.html"
    frame: Frame
    heading: str
    issue: Issue
    statements: str
    checked: str
    downloads: tuple[Download, ...]
    first: bool
    happened: tuple[Happened, ...]
    previous: Value | None
    next: Value | None


def versions_page(site: Site, versions: Sequence[VersionRow], path: str) -> str:
    """The page at `path` about these versions."""
    reader, words = site_reader(site), site_reader(site).texts
    datasets = tuple(dict.fromkeys(each.dataset for each in versions))
    series = tuple(series_of(reader, name, versions) for name in datasets)
    one = path != "/version"
    heading = f"{words['versions']}: {series[0].heading.text}" if one else words["versions"]
    above = (
        (Value(words["versions"], site.page("/version")), series[0].heading)
        if one
        else (Value(words["versions"]),)
    )
    shown = VersionsPage(
        frame=replace(
            frame(site, heading, path=path, summary=words["versions_help"]), crumbs=(*home(reader), *above)
        ),
        heading=heading,
        series=series,
    )
    return render(shown.template, page=shown, frame=shown.frame)


def version_page(site: Site, version: VersionRow) -> str:
    """The page about one version."""
    reader, words = site_reader(site), site_reader(site).texts
    siblings = site.store.history.versions(version.dataset)
    place = siblings.index(version)
    heading, issue = version_link(reader, version).text, issue_of(reader, version)
    path, summary = f"/version/{version.dataset}/{version.number}", issue.note.text if issue.note else ""
    trail = Value(words["versions"], site.page("/version")), series_of(reader, version.dataset, ()).heading
    shown = VersionPage(
        frame=replace(
            frame(site, heading, path=path, summary=summary),
            crumbs=(*home(reader), *trail, Value(version.number)),
        ),
        heading=heading,
        issue=issue,
        statements=number_in_words(version.triples, words),
        checked=_checked(site, version),
        downloads=downloads_of(reader, version),
        first=place == 0,
        happened=tuple(_happened(reader, version, site.store.history.changes(version.dataset, version.number))),
        previous=version_link(reader, siblings[place - 1]) if place else None,
        next=version_link(reader, siblings[place + 1]) if place + 1 < len(siblings) else None,
    )
    return render(shown.template, page=shown, frame=shown.frame)


def _checked(site: Site, version: VersionRow) -> str:
    """What the checks said, where the release still knows: it has its own report only."""
    if not any(
        each.name == version.dataset and each.version == version.number for each in site.release.manifest.datasets
    ):
        return ""
    number = site.release.manifest.warnings
    words = {0: "checked_none", 1: "checked_one"}.get(number, "checked_some")
    return site_reader(site).say(words, number=number)


def _happened(reader: Reader, version: VersionRow, events: Sequence[Event]) -> Iterator[Happened]:
    """Changes under the first of their kinds, as many of each as there is room for."""
    room = MOST
    for kind, group in groupby(events, key=lambda each: next(iter(each.kinds), "")):
        found = list(group)
        shown = tuple(_changed(reader, version, each) for each in found[:room])
        room -= len(shown)
        yield Happened(kind_in_words(reader, kind), len(found), shown)


def _changed(reader: Reader, version: VersionRow, event: Event) -> Changed:
    """One resource; its fields are called as on its own page. Of what is gone there is nothing more to tell."""
    path = reader.site.config.policy.document_path(event.iri) or ""
    there = [each for each in memento.versions_of(reader.site, path) if each.dataset == version.dataset]
    last = next((each for each in reversed(there) if each.ordinal <= version.ordinal), None)
    described = reader.of(_described(reader.site, event))
    return Changed(
        reader.named(
            event.iri,
            event.labels,
            reader.site.page(memento.address(last, path)) if last else reader.href(event.iri),
        ),
        tuple(kind_in_words(reader, each) for each in list(event.kinds)[1:]),
        tuple(described.link(each) for each in event.successors),
        lines_of(described, event) if last == version or not path else (),
    )


def _described(site: Site, event: Event) -> Description:
    """What is needed of a resource to read its differences aloud: its classes, and the names of others."""
    try:
        document = site.store.document_about(NamedNode(event.iri))
    except ValueError:
        document = None
    names = LookUp(lambda iri: site.store.labels([iri]).get(iri), tuple)
    quads = document.quads if document else ()
    return Description(
        NamedNode(event.iri or site.release.base), quads, names, tuple, LookUp(site.store.find, tuple)
    )
