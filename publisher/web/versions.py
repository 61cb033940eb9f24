"""Versions: which there are, what each changed, every document as it was, and the lists of these (RFC 7089)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode, Triple

from publisher.errors import ResourceNotFound
from publisher.formats import TURTLE
from publisher.namespaces import DCAT
from publisher.profiles.status import Status
from publisher.release.dumps import serialize
from publisher.store import Document, VersionRow
from publisher.web import Site, frozen, headers, memento, problems, site
from publisher.web.address import path_of
from publisher.web.headers import Link, accepted, language_of
from publisher.web.representations import (
    HTML,
    OFFERS,
    Reading,
    alternates,
    canonical_path,
    readings,
    row_of,
    spoken,
    translation_links,
    translations,
)
from publisher.web.version_pages import version_page, versions_page

blueprint: Final = Blueprint("versions", __name__)


@blueprint.get("/version")
@blueprint.get("/version.<suffix>")
def every(suffix: str = "") -> Response:
    """All versions of all datasets."""
    meant = readings(f"/version.{suffix}" if suffix else "/version", site().release.languages)
    reading = next((each for each in meant if each.path == "/version"), None)
    versions = site().store.history.versions()
    if reading is None or not versions:
        raise ResourceNotFound(f"There is nothing at {problems.echo(path_of(request.environ))}")
    return _list(reading, versions)


@blueprint.get("/version/<name>")
def of_dataset(name: str) -> Response:
    """All versions of one dataset."""
    for each in readings(f"/version/{name}", site().release.languages):
        versions = site().store.history.versions(each.path.removeprefix("/version/"))
        if versions:
            return _list(each, versions)
    raise ResourceNotFound(f"There are no versions at {problems.echo(f'/version/{name}')}.")


@blueprint.get("/version/<dataset>/<name>")
def one(dataset: str, name: str) -> Response:
    """One version: what it changed; in RDF, what the catalogue says of it."""
    for each in readings(f"/version/{dataset}/{name}", site().release.languages):
        version = site().store.history.version(dataset, each.path.rpartition("/")[2])
        if version is not None:
            described = Document(NamedNode(_iri(version)), _turtle([version]), (), None)
            return _answer(each, described, partial(version_page, version=version))
    raise _no_version(dataset, name)


@blueprint.get("/version/<dataset>/<number>/<path:_>")
def document(dataset: str, number: str, _: str) -> Response:
    """A document as it was in a version, which never changes."""
    version = _version(dataset, number)
    path = path_of(request.environ).removeprefix(f"/version/{dataset}/{number}")
    for each in readings(path, site().release.languages):
        found = site().store.history.document(dataset, version.ordinal, each.path)
        if found is not None:
            return _frozen(version, found, each)
    raise ResourceNotFound(f"There is no {problems.echo(path)} in {dataset} {number}.")


@blueprint.get("/timemap/<path:_>")
def timemap(_: str) -> Response:
    """All that a document was, as a list of links."""
    path = path_of(request.environ).removeprefix("/timemap")
    versions = memento.versions_of(site(), path)
    if not versions:
        raise ResourceNotFound(f"No version has {problems.echo(path)}.")
    content = memento.timemap(site(), path, versions).encode()
    return headers.document(content, memento.LINK_FORMAT, modified=site().release.changed)


def _frozen(version: VersionRow, found: Document, reading: Reading) -> Response:
    path, here = reading.path, memento.address(version, reading.path)
    chosen = reading.row or row_of(accepted(OFFERS))
    if chosen is None:
        return problems.not_acceptable(list(alternates(here)))
    since, page = memento.since(version.date), chosen is HTML
    read = spoken(site(), request.environ, reading) if page else site()
    content = frozen.page(read, found, version, path).encode() if page else chosen.document(read, found, path)
    links = ", ".join(map(str, alternates(here, but=chosen))) + (translation_links(read, here) if page else "")
    around = memento.links_around(site(), path, memento.versions_of(site(), path), version)
    reply = headers.document_reply(
        request.environ,
        content,
        chosen.media_type,
        modified=site().release.changed if page else since,
        location=read.page(here) if page else f"{here}.{chosen.suffix}",
        link=f"{links}, {around}",
        language=language_of(read) if page else "",
        negotiated=reading.row is None,
        status=410 if found.status == Status.WITHDRAWN else 200,
        # What goes around a page is of now, and may change with the program.
        cache_control=headers.FRESH if page else headers.IMMUTABLE,
    )
    dated = ("Memento-Datetime", memento.date_of(version))
    return headers.respond(replace(reply, headers=[*reply.headers, dated]))


def _list(reading: Reading, versions: Sequence[VersionRow]) -> Response:
    document = Document(NamedNode(site().release.base + reading.path), _turtle(versions), (), None)
    return _answer(reading, document, partial(versions_page, versions=versions, path=reading.path))


def _answer(reading: Reading, document: Document, page: Callable[[Site], str]) -> Response:
    """A document about versions, by its suffix or as the client likes it."""
    path, chosen = reading.path, reading.row or row_of(accepted(OFFERS))
    if chosen is None:
        return problems.not_acceptable(list(alternates(path)))
    html = chosen is HTML
    read = spoken(site(), request.environ, reading) if html else site()
    canonical = Link(f"{read.release.base}{canonical_path(read, path, '', chosen)}", "canonical")
    return headers.document(
        page(read).encode() if html else chosen.document(read, document, path),
        chosen.media_type,
        modified=read.release.changed,
        location=read.page(path) if html else f"{path}.{chosen.suffix}",
        links=[canonical, *alternates(path, but=chosen), *(translations(read, path) if html else ())],
        language=language_of(read) if html else "",
        negotiated=reading.row is None,
    )


def _turtle(versions: Sequence[VersionRow]) -> bytes:
    """What the catalogue says of these versions, and whose they are."""
    return serialize(list(dict.fromkeys(_statements(versions))), TURTLE)


def _statements(versions: Sequence[VersionRow]) -> Iterator[Triple]:
    for each in versions:
        iri = _iri(each)
        yield Triple(NamedNode(_dataset(each)), DCAT["hasVersion"], NamedNode(iri))
    for each in versions:
        found = site().store.document_about(NamedNode(_iri(each)))
        yield from (quad.triple for quad in found.quads) if found else ()


def _iri(version: VersionRow) -> str:
    return site().config.policy.thing("dataset", version.dataset, version.number)


def _dataset(version: VersionRow) -> str:
    return site().config.policy.thing("dataset", version.dataset)


def _version(dataset: str, number: str) -> VersionRow:
    """A version that was published."""
    found = site().store.history.version(dataset, number)
    if found is None:
        raise _no_version(dataset, number)
    return found


def _no_version(dataset: str, number: str) -> ResourceNotFound:
    return ResourceNotFound(f"There is no version {problems.echo(number)} of {problems.echo(dataset)}.")
