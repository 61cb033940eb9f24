"""Versions: which there are, what each changed, every document as it was, and the lists of these (RFC 7089)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode, Triple

from publisher.errors import ResourceNotFound
from publisher.formats import TURTLE
from publisher.namespaces import DCAT
from publisher.profiles.status import Status
from publisher.release.dumps import serialize
from publisher.store import Document, VersionRow
from publisher.web import frozen, headers, memento, problems, site
from publisher.web.address import path_of
from publisher.web.headers import Link, accepted
from publisher.web.representations import HTML, OFFERS, SUFFIXES, Representation, alternates, row_of, suffixed
from publisher.web.version_pages import version_page, versions_page

blueprint: Final = Blueprint("versions", __name__)


@blueprint.get("/version")
@blueprint.get("/version.<suffix>")
def every(suffix: str = "") -> Response:
    """All versions of all datasets."""
    if suffix and suffix not in SUFFIXES:
        raise ResourceNotFound(f"There is nothing at {problems.echo(path_of(request.environ))}")
    return _list("/version", site().store.history.versions())


@blueprint.get("/version/<name>")
def of_dataset(name: str) -> Response:
    """All versions of one dataset."""
    dataset = (suffixed(name) or (name, None))[0]
    return _list(f"/version/{dataset}", site().store.history.versions(dataset))


@blueprint.get("/version/<dataset>/<name>")
def one(dataset: str, name: str) -> Response:
    """One version: what it changed; in RDF, what the catalogue says of it."""
    number = (suffixed(name) or (name, None))[0]
    version = _version(dataset, number)
    return _answer(
        f"/version/{dataset}/{number}",
        Document(NamedNode(_iri(version)), _turtle([version]), (), None),
        lambda: version_page(site(), version),
    )


@blueprint.get("/version/<dataset>/<number>/<path:_>")
def document(dataset: str, number: str, _: str) -> Response:
    """A document as it was in a version, which never changes."""
    version = _version(dataset, number)
    path = path_of(request.environ).removeprefix(f"/version/{dataset}/{number}")
    stem, row = path, None
    found = site().store.history.document(dataset, version.ordinal, stem)
    if found is None:
        stem, row = suffixed(path) or ("", None)
        found = site().store.history.document(dataset, version.ordinal, stem) if row else None
    if found is None:
        raise ResourceNotFound(f"There is no {problems.echo(path)} in {dataset} {number}.")
    return _frozen(version, stem, found, row)


@blueprint.get("/timemap/<path:_>")
def timemap(_: str) -> Response:
    """All that a document was, as a list of links."""
    path = path_of(request.environ).removeprefix("/timemap")
    versions = memento.versions_of(site(), path)
    if not versions:
        raise ResourceNotFound(f"No version has {problems.echo(path)}.")
    content = memento.timemap(site(), path, versions).encode()
    return headers.document(content, memento.LINK_FORMAT, modified=site().release.changed)


def _frozen(version: VersionRow, path: str, found: Document, row: Representation | None) -> Response:
    here = memento.address(version, path)
    chosen = row or row_of(accepted(OFFERS))
    if chosen is None:
        return problems.not_acceptable(list(alternates(here)))
    since = memento.since(version.date)
    page = chosen is HTML
    content = frozen.page(site(), found, version, path).encode() if page else chosen.document(site(), found, path)
    links = ", ".join(map(str, alternates(here, but=chosen)))
    around = memento.links_around(site(), path, memento.versions_of(site(), path), version)
    reply = headers.document_reply(
        request.environ,
        content,
        chosen.media_type,
        modified=site().release.changed if page else since,
        location=f"{here}.{chosen.suffix}",
        link=f"{links}, {around}",
        language=headers.page_language() if page else "",
        negotiated=row is None,
        status=410 if found.status == Status.WITHDRAWN else 200,
        # What goes around a page is of now, and may change with the program.
        cache_control=headers.FRESH if page else headers.IMMUTABLE,
    )
    dated = ("Memento-Datetime", memento.date_of(version))
    return headers.respond(replace(reply, headers=[*reply.headers, dated]))


def _list(path: str, versions: Sequence[VersionRow]) -> Response:
    if not versions:
        raise ResourceNotFound(f"There are no versions at {problems.echo(path)}.")
    document = Document(NamedNode(site().release.base + path), _turtle(versions), (), None)
    return _answer(path, document, lambda: versions_page(site(), versions, path))


def _answer(path: str, document: Document, page: Callable[[], str]) -> Response:
    """A document about versions, by its suffix or as the client likes it."""
    _, row = suffixed(path_of(request.environ)) or ("", None)
    chosen = row or row_of(accepted(OFFERS))
    if chosen is None:
        return problems.not_acceptable(list(alternates(path)))
    html = chosen is HTML
    return headers.document(
        page().encode() if html else chosen.document(site(), document, path),
        chosen.media_type,
        modified=site().release.changed,
        location=f"{path}.{chosen.suffix}",
        links=[Link(f"{site().release.base}{path}", "canonical"), *alternates(path, but=chosen)],
        language=headers.page_language() if html else "",
        negotiated=row is None,
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
        raise ResourceNotFound(f"There is no version {problems.echo(number)} of {problems.echo(dataset)}.")
    return found
