"""One table of what a document can be had as: offers, suffixes, links and pages are all read from it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from publisher.description import Term
from publisher.formats import GRAPH_FORMATS, TURTLE, Format
from publisher.namespaces import ADMS, RDF, RDFS
from publisher.profiles.status import Status, status_iri
from publisher.release.dumps import serialize
from publisher.store import Document, Listing
from publisher.web import Site
from publisher.web.address import Pages, language_asked, translatable
from publisher.web.document_page import document as document_page
from publisher.web.headers import Link, accepted
from publisher.web.list_page import listing as list_page
from publisher.web.tombstone import tombstone

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


@dataclass(frozen=True, slots=True)
class Representation:
    """A row of the table.

    `document` renders a Document for its path, `listing` one page (from 1) of a Listing.
    """

    suffix: str
    media_type: str
    document: Callable[[Site, Document, str], bytes]
    listing: Callable[[Site, Listing, int], bytes]


def negotiated() -> Representation | None:
    """The row that this request's `Accept` asks for; None when it accepts none."""
    return row_of(accepted(OFFERS))


def row_of(media_type: str | None) -> Representation | None:
    """The row of a media type."""
    return ROWS.get(media_type or "")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a path may ask for: the document at `path`, in a representation and a language where it names them."""

    path: str
    row: Representation | None = None
    language: str = ""

    @property
    def suffix(self) -> str:
        """What the address has after the path, without its dot."""
        return ".".join(filter(None, (self.language, self.row.suffix if self.row else "")))

    @property
    def address(self) -> str:
        """The path with its suffix."""
        return ".".join(filter(None, (self.path, self.suffix)))


def readings(path: str, languages: Sequence[str]) -> Iterator[Reading]:
    """What a path may ask for, the likeliest first: an identifier may end like a representation or language."""
    yield Reading(path)
    stem, _, suffix = path.rpartition(".")
    row = SUFFIXES.get(suffix)
    if row is None or not _names_something(stem):
        return
    yield Reading(stem, row)
    stem, _, tag = stem.rpartition(".")
    if row is HTML and tag in languages and _names_something(stem):
        yield Reading(stem, row, tag)


def _names_something(stem: str) -> bool:
    return bool(stem) and not stem.endswith("/")


def spoken(site: Site, environ: WSGIEnvironment, reading: Reading) -> Site:
    """The site in the language of a page: that of its suffix, or else that of its query."""
    return site.speaking(reading.language or language_asked(environ, site.release.languages))


def translations(site: Site, path: str, query: str = "") -> Iterator[Link]:
    """A link to the page in each other language."""
    every = site.release.languages
    for each in every:
        if each != site.language and translatable(query):
            yield Link(Pages(each, every[0])(path, query), "alternate", HTML.media_type, each)


def translation_links(site: Site, path: str, query: str = "") -> str:
    """The same to be added to a value of `Link`."""
    return "".join(f", {each}" for each in translations(site, path, query))


def canonical_path(site: Site, path: str, query: str, chosen: Representation) -> str:
    """The one address of a representation: pages in another language than the first have their own."""
    return site.pages.canonical(path, query) if chosen is HTML else f"{path}{query}"


def alternates(path: str, query: str = "", but: Representation | None = None) -> Iterator[Link]:
    """A link to each representation of the document at `path`, but for the one that is sent."""
    for each in REPRESENTATIONS:
        if each is not but:
            yield Link(f"{path}.{each.suffix}{query}", "alternate", each.media_type)


def alternate_links(path: str, query: str = "", but: Representation | None = None) -> str:
    """The same as the value of `Link`, for a path and query in the characters of URIs."""
    return _alternate_links(but).replace("$query", query).replace("$path", path)


@cache
def _alternate_links(but: Representation | None) -> str:
    return ", ".join(map(str, alternates("$path", "$query", but)))


def _page(site: Site, document: Document, path: str) -> bytes:
    write = tombstone if document.status == Status.WITHDRAWN else document_page
    return write(site, site.store.description(document), path).encode()


def _list_page(site: Site, listing: Listing, page: int) -> bytes:
    return list_page(site, listing, page).encode()


def _turtle(site: Site, document: Document, path: str) -> bytes:
    return document.turtle


def _statements(format: Format, site: Site, document: Document, path: str) -> bytes:
    return document.in_format(format)


def _members(format: Format, site: Site, listing: Listing, page: int) -> bytes:
    return serialize(list(_listed(site, listing)), format)


def _listed(site: Site, listing: Listing) -> Iterator[Triple]:
    """The list names its members; each says what it is, what it is called, and that it is retired when it is."""
    list_iri = NamedNode(site.release.base + listing.path)
    for entry in listing.entries:
        yield Triple(list_iri, RDFS["member"], entry.iri)
    for entry in listing.entries:
        if entry.type is not None:
            yield Triple(entry.iri, RDF["type"], entry.type)
        if entry.status:
            yield Triple(entry.iri, ADMS["status"], status_iri(Status(entry.status)))
        for language, text in sorted(entry.labels.items()):
            label = Literal(text, language=language) if language else Literal(text)
            yield Triple(entry.iri, RDFS["label"], label)


def _table(site: Site, document: Document, path: str) -> bytes:
    """A document as a table (RFC 4180): one row a statement."""
    rows = ((_text(each.subject), each.predicate.value, *_cells(each.object)) for each in document.quads)
    return _csv(("resource", "property", "value", "language", "datatype"), rows)


def _list_table(site: Site, listing: Listing, page: int) -> bytes:
    """A list as a table: one row a resource, a column for each language of the site, and its status last."""
    languages = site.release.languages
    rows = (
        (each.iri.value, _text(each.type), *(each.labels.get(name, "") for name in languages), each.status)
        for each in listing.entries
    )
    return _csv(("resource", "type", *languages, "status"), rows)


def _cells(term: Term) -> tuple[str, str, str]:
    if isinstance(term, Literal):
        return term.value, term.language or "", term.datatype.value
    return _text(term), "", ""


def _text(term: Term | None) -> str:
    """An IRI as it is, a blank node with its marks, nothing for nothing."""
    if term is None:
        return ""
    return term.value if isinstance(term, NamedNode) else str(term)


def _csv(header: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


HTML: Final = Representation("html", "text/html", _page, _list_page)

REPRESENTATIONS: Final = (
    HTML,
    # As it is kept; from it the others are made.
    Representation(TURTLE.suffix, TURTLE.media_type, _turtle, partial(_members, TURTLE)),
    *(
        Representation(each.suffix, each.media_type, partial(_statements, each), partial(_members, each))
        for each in GRAPH_FORMATS
        if each is not TURTLE
    ),
    Representation("csv", "text/csv", _table, _list_table),
)
OFFERS: Final = tuple(each.media_type for each in REPRESENTATIONS)
ROWS: Final = {each.media_type: each for each in REPRESENTATIONS}
SUFFIXES: Final = {each.suffix: each for each in REPRESENTATIONS}
