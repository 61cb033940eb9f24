"""Things and documents: every path that an IRI has here, its prefixes, and `/resource?uri=` for any other IRI."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from math import ceil
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Response, current_app, request
from pyoxigraph import Literal, NamedNode

from publisher.description import Description
from publisher.errors import BadRequest, ResourceNotFound
from publisher.iris import canonical_path
from publisher.namespaces import DCT, SKOS
from publisher.store import Listing
from publisher.web import headers, problems, representations, site
from publisher.web.headers import Link, redirect
from publisher.web.pages import PAGE
from publisher.web.representations import HTML, Representation, alternates, negotiated, suffixed

blueprint: Final = Blueprint("resource", __name__)


@blueprint.get("/id")
@blueprint.get("/doc")
def home() -> Response:
    """The top of our identifiers is the front page."""
    return redirect("/", 303)


@blueprint.get("/resource")
@blueprint.get("/resource.<suffix>")
def any_iri(suffix: str = "") -> Response:
    """The document about any IRI: a redirect where it has an address of its own, otherwise the document itself."""
    iri = request.args.get("uri", "")
    if not iri:
        raise BadRequest("Give the IRI to look up: /resource?uri=…")
    document = site().store.find(iri)
    if document is not None:
        return redirect(document, 303)
    description = _described(iri)
    if description is None:
        raise ResourceNotFound(f"Nothing is known here about {problems.echo(iri)}")
    row = next((each for each in representations.REPRESENTATIONS if each.suffix == suffix), None)
    if suffix and row is None:
        raise _not_found()
    return _document("/resource", description, row, query=f"?uri={quote(iri, safe='')}")


@blueprint.get("/<path:_>")
def dereference(_: str) -> Response:
    """Whatever has this path; the one spelling of it when it came in another."""
    path = _path()
    answer = _resolve(path)
    if answer is None:
        return _other_spelling(path)
    return redirect(path + _query(), 301) if _spelled_otherwise(path) else answer


def _resolve(path: str) -> Response | None:
    """The answer at a canonical path. An exact identifier wins over a suffix, both over a list."""
    for find in (_thing, _document_at, _suffixed_document, _list, _suffixed_list, _prefix_of_things):
        answer = find(path)
        if answer is not None:
            return answer
    return None


def _thing(path: str) -> Response | None:
    thing = site().store.thing(path)
    if thing is None:
        return None
    # Always to the document without suffix: what the client accepts is decided there, once.
    return redirect(thing.document, 303) if thing.answer == 303 else _document_at(thing.document)


def _document_at(path: str) -> Response | None:
    description = site().store.document(path)
    return _document(path, description) if description else None


def _suffixed_document(path: str) -> Response | None:
    stem, row = suffixed(path) or ("", None)
    description = site().store.document(stem) if row else None
    return _document(stem, description, row) if description else None


def _list(path: str) -> Response | None:
    return _listing(path) if path.startswith(("/doc/", "/ns")) else None


def _suffixed_list(path: str) -> Response | None:
    stem, row = suffixed(path) or ("", None)
    return _listing(stem, row) if stem.startswith(("/doc/", "/ns")) else None


def _prefix_of_things(path: str) -> Response | None:
    document = "/doc/" + path.removeprefix("/id/").removeprefix("/")
    return redirect(document, 303) if site().store.listing(document, 0, 1) else None


def _document(path: str, description: Description, row: Representation | None = None, query: str = "") -> Response:
    """A document in the representation of its suffix or, without one, the one that the client likes best."""
    chosen = row or negotiated()
    if chosen is None:
        return problems.not_acceptable(list(alternates(path, query)))
    return headers.document(
        chosen.document(site(), description, path),
        chosen.media_type,
        modified=_modified(description),
        location=f"{path}.{chosen.suffix}{query}",
        language=headers.page_language() if chosen is HTML else "",
        negotiated=row is None,
        links=[
            Link(f"{site().release.base}{path}{query}", "canonical"),
            *alternates(path, query, but=chosen),
            *_relations(description),
        ],
    )


def _listing(path: str, row: Representation | None = None) -> Response | None:
    """A page of the list of what is below a path; None when nothing is."""
    page = _page_number()
    listing = site().store.listing(path, (page - 1) * PAGE, PAGE)
    if listing is None:
        return None
    last = ceil(listing.total / PAGE)
    if not 1 <= page <= last:
        raise ResourceNotFound(f"There is no page {page}; the last one is {last}.")
    chosen = row or negotiated()
    if chosen is None:
        return problems.not_acceptable(list(alternates(path, _page_query(page))))
    return headers.document(
        chosen.listing(site(), listing, page),
        chosen.media_type,
        modified=site().release.changed,
        location=f"{path}.{chosen.suffix}{_page_query(page)}",
        language=headers.page_language() if chosen is HTML else "",
        negotiated=row is None,
        links=_list_links(listing, page, last, chosen, row),
    )


def _list_links(
    listing: Listing, page: int, last: int, chosen: Representation, row: Representation | None
) -> Iterator[Link]:
    here = f"{listing.path}.{row.suffix}" if row else listing.path
    yield Link(f"{site().release.base}{listing.path}{_page_query(page)}", "canonical")
    yield from alternates(listing.path, _page_query(page), but=chosen)
    if page > 1:
        yield Link(here + _page_query(page - 1), "prev")
    if page < last:
        yield Link(here + _page_query(page + 1), "next")


def _relations(description: Description) -> Iterator[Link]:
    """What the description says about its kind, its scheme and its licence."""
    for kind in description.types:
        yield Link(kind.value, "type")
    for scheme in description.objects(SKOS["inScheme"]):
        if isinstance(scheme, NamedNode):
            yield Link(scheme.value, "collection")
    for licence in _licences(description):
        yield Link(licence, "license")


def _licences(description: Description) -> set[str]:
    """The licence stated, otherwise the one that all datasets of the site share."""
    stated = {each.value for each in description.objects(DCT["license"]) if isinstance(each, NamedNode)}
    shared = {dataset.licence for dataset in site().config.dataset}
    return stated or (shared if len(shared) == 1 else set())


def _modified(description: Description) -> datetime:
    """The last change that the resource states, otherwise that of all content."""
    stated = [_moment(each) for each in description.objects(DCT["modified"]) if isinstance(each, Literal)]
    return max((each for each in stated if each), default=site().release.changed)


def _moment(literal: Literal) -> datetime | None:
    try:
        moment = datetime.fromisoformat(literal.value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _described(iri: str) -> Description | None:
    try:
        return site().store.describe(NamedNode(iri))
    except ValueError:
        return None


def _path() -> str:
    """The canonical path of the request, whatever its bytes."""
    # WSGI hands over the decoded bytes as Latin-1; they are encoded again so that "%25" is decoded only once.
    return canonical_path(quote(request.environ["PATH_INFO"].encode("latin-1")))


def _spelled_otherwise(path: str) -> bool:
    """Whether the client spelt its percent-encoding in another way.

    Only some servers tell (granian does not; there, each spelling is answered as the canonical one).
    """
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or path
    return raw.startswith("/") and raw.partition("?")[0] != path


def _other_spelling(path: str) -> Response:
    """301 to the path without a slash at the end where something is there, otherwise not found."""
    stripped = path.rstrip("/")
    if stripped != path and stripped and _exists(stripped):
        return redirect(stripped + _query(), 301)
    raise _not_found()


def _exists(path: str) -> bool:
    """Whether a path has an answer: an endpoint of its own, or something with an IRI."""
    endpoint, arguments = current_app.url_map.bind("localhost").match(path, method="GET")
    return _resolve(path) is not None if endpoint == "resource.dereference" else not arguments


def _query() -> str:
    query = request.query_string.decode("latin-1")
    return f"?{query}" if query else ""


def _page_number() -> int:
    text = request.args.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadRequest("`page` must be a number, from 1.")
    return int(text)


def _page_query(page: int) -> str:
    return f"?page={page}" if page > 1 else ""


def _not_found() -> ResourceNotFound:
    return ResourceNotFound(f"There is nothing at {problems.echo(request.path)}")
