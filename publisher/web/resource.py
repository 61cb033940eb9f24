"""Things and documents: every path that an IRI has here, its prefixes, and `/resource?uri=` for any other IRI."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from flask import Blueprint, Response, current_app, request
from pyoxigraph import NamedNode

from publisher.errors import BadRequest, ResourceNotFound
from publisher.profiles.status import RETIRED, Status
from publisher.store import Document, Listing, Relations, VersionRow
from publisher.web import Site, headers, memento, problems, site
from publisher.web.address import path_of, query_of, spelled_otherwise, with_language, without_language
from publisher.web.filters import chosen_in, list_query
from publisher.web.headers import Link, accepted_by, as_uri, language_of, redirect
from publisher.web.kept import kept
from publisher.web.list_page import PAGE
from publisher.web.memento import ACCEPT_DATETIME
from publisher.web.reading import Reader
from publisher.web.reply import Reply
from publisher.web.representations import (
    HTML,
    OFFERS,
    Reading,
    Representation,
    alternate_links,
    alternates,
    canonical_path,
    negotiated,
    readings,
    row_of,
    spoken,
    translation_links,
    translations,
)
from publisher.web.scheme_page import part_asked, part_page

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

blueprint: Final = Blueprint("resource", __name__)

SUCCESSORS: Final = 20
"""Links to what replaces a resource: proxies refuse headers that are too long, and the document names all."""

CONDITIONS: Final = frozenset(
    f"HTTP_{name}"
    for name in ("IF_MATCH", "IF_NONE_MATCH", "IF_MODIFIED_SINCE", "IF_UNMODIFIED_SINCE", "IF_RANGE", "RANGE")
)
"""Headers of requests for which the answer itself is not enough."""


@dataclass(frozen=True, slots=True)
class Unacceptable:
    """A document that the client accepts in none of its representations."""

    alternatives: Sequence[Link]
    vary: str = headers.NEGOTIATED


@blueprint.get("/id")
@blueprint.get("/doc")
def home() -> Response:
    """The top of our identifiers is the front page."""
    return redirect("/", 303)


@blueprint.get("/resource")
@blueprint.get("/resource.<suffix>")
def any_iri(suffix: str = "") -> Response:
    """The document about any IRI: a redirect where it has an address of its own, otherwise the document itself."""
    asked = request.args.get("uri", "")
    if not asked:
        raise BadRequest("Give the IRI to look up: /resource?uri=…")
    iri = site().config.current_iri(asked)
    path = site().store.find(iri) or _alias(iri)
    if path is not None:
        return redirect(site().pages.canonical(path), 303)
    document = _document_about(iri)
    if document is None:
        raise ResourceNotFound(f"Nothing is known here about {problems.echo(asked)}")
    meant = readings(f"/resource.{suffix}" if suffix else "/resource", site().release.languages)
    reading = next((each for each in meant if each.path == "/resource"), None)
    if reading is None:
        raise _not_found()
    query = f"?uri={quote(iri, safe='')}"
    return _answer(_document(site(), request.environ, reading, document, query=query))


@blueprint.get("/<path:_>")
def dereference(_: str) -> Response:
    """Whatever has this path; the one spelling of it when it came in another."""
    path = path_of(request.environ)
    answer = _resolve(path)
    if answer is None:
        return _other_spelling(path)
    return redirect(path + query_of(request.environ), 301) if spelled_otherwise(request.environ, path) else answer


def reply(site: Site, environ: WSGIEnvironment) -> Reply | None:
    """The answer to GET or HEAD of a thing or of its document, without Flask, which gives the same one.

    None for everything else, and for what only Flask answers: conditions, ranges, errors, other spellings.
    """
    if not CONDITIONS.isdisjoint(environ):
        return None
    path = path_of(environ)
    if spelled_otherwise(environ, path):
        return None
    found = _found(site, environ, path)
    return headers.completed(site, environ, found) if isinstance(found, Reply) else None


def _resolve(path: str) -> Response | None:
    """The answer at a canonical path. An exact identifier wins over a suffix, both over a list."""
    found = _found(site(), request.environ, path)
    if found is not None:
        return _answer(found)
    for find in (_list, _prefix_of_things):
        answer = find(path)
        if answer is not None:
            return answer
    return None


def _answer(found: Reply | Unacceptable) -> Response:
    if isinstance(found, Unacceptable):
        return problems.not_acceptable(found.alternatives, found.vary)
    return headers.respond(found)


def _found(site: Site, environ: WSGIEnvironment, path: str) -> Reply | Unacceptable | None:
    """The redirect from a thing to its document, or a document; None when there is neither at a canonical path."""
    # The settings keep `/doc/` free of things.
    thing = None if path.startswith("/doc/") else site.store.thing(path)
    if thing is not None and thing.answer == 303:
        # Always to the document without suffix: what the client accepts is decided there, once.
        return headers.redirection(with_language(thing.document, environ), 303)
    exact, *others = readings(thing.document if thing else path, site.release.languages)
    document = site.store.document(exact.path)
    if document is not None:
        return _document(site, environ, exact, document)
    if target := site.store.alias(path):
        return _merged(site, environ, path, target)
    found = (_suffixed(site, environ, each) for each in others)
    return next((each for each in found if each is not None), None)


def _merged(site: Site, environ: WSGIEnvironment, path: str, target: str) -> Reply:
    """The redirect from an alias to what it stands for; to what it was, at a moment when it was none yet."""
    versions = memento.versions_of(site, path)
    if versions and ACCEPT_DATETIME in environ:
        then, dataset = memento.moment(environ[ACCEPT_DATETIME]), versions[-1].dataset
        if (
            then < memento.since(versions[0].date)
            or memento.in_force(site.store.history.versions(dataset), then) in versions
        ):
            return _as_it_was(site, path, versions, environ[ACCEPT_DATETIME])
    past = (("Vary", headers.DATED), ("Link", memento.links_of_gate(site, path))) if versions else ()
    return headers.redirection(target + query_of(environ), 301, *past)


def _suffixed(site: Site, environ: WSGIEnvironment, reading: Reading) -> Reply | Unacceptable | None:
    """One representation of a document; of an alias the redirect to the same of what it stands for."""
    document = site.store.document(reading.path)
    if document is not None:
        return _document(site, environ, reading, document)
    target = site.store.alias(reading.path)
    # A thing has no representations, so that neither has an alias of it.
    if target is None or site.store.document(target) is None:
        return None
    return headers.redirection(f"{target}.{reading.suffix}{query_of(environ)}", 301)


def _document(
    site: Site,
    environ: WSGIEnvironment,
    reading: Reading,
    document: Document,
    *,
    query: str = "",
) -> Reply | Unacceptable:
    """A document in the representation of its suffix or, without one, the one that the client likes best."""
    path, row = reading.path, reading.row
    versions = () if query else memento.versions_of(site, path)
    gate = bool(versions) and row is None
    if gate and ACCEPT_DATETIME in environ:
        return _as_it_was(site, path, versions, environ[ACCEPT_DATETIME])
    chosen = row or row_of(accepted_by(environ, OFFERS))
    if chosen is None:
        return Unacceptable(list(alternates(path, query)), headers.DATED if gate else headers.NEGOTIATED)
    page, content = chosen is HTML, None
    if page:
        site = spoken(site, environ, reading)
        content = _part(site, environ, document, path)
        query = without_language(query_of(environ)) if content else query
    links = f'<{_base(site)}{canonical_path(site, path, query, chosen)}>; rel="canonical", '
    return headers.document_reply(
        environ,
        content or chosen.document(site, document, path),
        chosen.media_type,
        modified=_modified(document.modified) if document.modified else site.release.changed,
        location=site.page(path, query) if page else f"{path}.{chosen.suffix}{query}",
        link=links
        + alternate_links(path, query, but=chosen)
        + (translation_links(site, path, query) if page else "")
        + _relations(site, document.relations)
        + _successors(site, document)
        + _past(site, path, versions, row),
        language=language_of(site) if page else "",
        negotiated=row is None,
        status=410 if document.status == Status.WITHDRAWN else 200,
        dated=gate,
    )


def _as_it_was(site: Site, path: str, versions: Sequence[VersionRow], wanted: str) -> Reply:
    """To the document in the version that was in force (RFC 7089, pattern 1.1)."""
    version = memento.in_force(versions, memento.moment(wanted))
    link = memento.links_around(site, path, versions, version)
    return headers.redirection(memento.address(version, path), 302, ("Vary", headers.DATED), ("Link", link))


def _past(site: Site, path: str, versions: Sequence[VersionRow], row: Representation | None) -> str:
    if not versions:
        return ""
    return f", {memento.links_of_gate(site, path) if row is None else memento.links_at(site, path)}"


def _part(site: Site, environ: WSGIEnvironment, document: Document, path: str) -> bytes | None:
    """The page of the part that a query asks for; None when it asks for none, and of what has no parts."""
    part = part_asked(environ)
    page = part_page(Reader(site, site.store.description(document)), path, part) if part else None
    return page.encode() if page else None


@kept(1)
def _base(site: Site) -> str:
    return as_uri(site.release.base)


@kept(1_024)
def _relations(site: Site, relations: Relations) -> str:
    """The links to kinds, schemes and licence; without a licence of its own, the one that all datasets share."""
    shared = {dataset.licence for dataset in site.config.dataset}
    inherited = {("license", each) for each in shared} if len(shared) == 1 else set()
    stated = any(name == "license" for name, _ in relations)
    links = (*relations, *(() if stated else inherited))
    return "".join(f", {Link(iri, name)}" for name, iri in links)


def _successors(site: Site, document: Document) -> str:
    """The links from what is retired to the documents of what replaces it (RFC 5829)."""
    if document.status not in RETIRED:
        return ""
    found = (site.store.find(each) or each for each in document.successors[:SUCCESSORS])
    return "".join(f", {Link(each, 'successor-version')}" for each in found)


_modified: Final = lru_cache(1_024)(datetime.fromisoformat)


def _list(path: str) -> Response | None:
    meant = (each for each in readings(path, site().release.languages) if each.path.startswith(("/doc/", "/ns")))
    return next(filter(None, map(_listing, meant)), None)


def _prefix_of_things(path: str) -> Response | None:
    document = "/doc/" + path.removeprefix("/id/").removeprefix("/")
    return (
        redirect(with_language(document, request.environ), 303) if site().store.listing(document, 0, 1) else None
    )


def _listing(reading: Reading) -> Response | None:
    """A page of the list of what is below a path; None when nothing is."""
    path, page, everything = reading.path, _page_number(), _everything()
    narrowed = chosen_in(site(), dict(request.args.lists()))
    listing = site().store.listing(path, (page - 1) * PAGE, PAGE, everything=everything, chosen=narrowed)
    if listing is None:
        return None
    # Where all there is has been retired, or nothing is as it was chosen, the list is empty but there.
    last = max(1, ceil(listing.total / PAGE))
    if not 1 <= page <= last:
        raise ResourceNotFound(f"There is no page {page}; the last one is {last}.")
    query = list_query(page, everything, listing.chosen)
    chosen = reading.row or negotiated()
    if chosen is None:
        return problems.not_acceptable(list(alternates(path, query)))
    read = spoken(site(), request.environ, reading) if chosen is HTML else site()
    return headers.document(
        chosen.listing(read, listing, page),
        chosen.media_type,
        modified=site().release.changed,
        location=read.page(path, query) if chosen is HTML else f"{path}.{chosen.suffix}{query}",
        language=language_of(read) if chosen is HTML else "",
        negotiated=reading.row is None,
        links=_list_links(read, listing, page, last, chosen, reading),
    )


def _list_links(
    site: Site, listing: Listing, page: int, last: int, chosen: Representation, reading: Reading
) -> Iterator[Link]:
    pages = (page, page - 1, page + 1)
    query, before, after = (list_query(each, listing.everything, listing.chosen) for each in pages)
    yield Link(f"{site.release.base}{canonical_path(site, listing.path, query, chosen)}", "canonical")
    yield from alternates(listing.path, query, but=chosen)
    if chosen is HTML:
        yield from translations(site, listing.path, query)
    if page > 1:
        yield Link(reading.address + before, "prev")
    if page < last:
        yield Link(reading.address + after, "next")


def _alias(iri: str) -> str | None:
    """The path of the document about what an IRI stands for; None when it is no alias."""
    return site().store.alias(site().config.policy.document_path(iri) or "")


def _document_about(iri: str) -> Document | None:
    try:
        return site().store.document_about(NamedNode(iri))
    except ValueError:
        return None


def _other_spelling(path: str) -> Response:
    """301 to the path without a slash at the end where something is there, otherwise not found."""
    stripped = path.rstrip("/")
    if stripped != path and stripped and _exists(stripped):
        return redirect(stripped + query_of(request.environ), 301)
    raise _not_found()


def _exists(path: str) -> bool:
    """Whether a path has an answer: an endpoint of its own, or something with an IRI."""
    endpoint, arguments = current_app.url_map.bind("localhost").match(path, method="GET")
    return _resolve(path) is not None if endpoint == "resource.dereference" else not arguments


def _page_number() -> int:
    text = request.args.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadRequest("`page` must be a number, from 1.")
    return int(text)


def _everything() -> bool:
    text = request.args.get("all", "0")
    if text not in ("0", "1"):
        raise BadRequest("`all` must be 1 (what is retired or not finished too) or 0.")
    return text == "1"


def _not_found() -> ResourceNotFound:
    return ResourceNotFound(f"There is nothing at {problems.echo(request.path)}")
