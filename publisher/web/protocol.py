"""The SPARQL 1.1 Protocol for queries, as a function from the environment of a request to its reply."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from werkzeug.http import parse_options_header
from werkzeug.wsgi import FileWrapper, get_input_stream

from publisher.errors import (
    AnswerTooLarge,
    BadRequest,
    NotAcceptable,
    QueryError,
    QueryMediaType,
    QueryNotAllowed,
    QueryParameterError,
    QuerySyntaxError,
    QueryTooLong,
)
from publisher.formats import FORMATS, RESULTS_FORMATS, TURTLE, Format, ResultsFormat
from publisher.sparql import Answer, Query, gate
from publisher.web.address import FIELDS
from publisher.web.client import client
from publisher.web.encoding import ON_THE_FLY, SMALL, gzipped
from publisher.web.headers import NEGOTIATED, always, content_type
from publisher.web.kept import kept
from publisher.web.negotiation import IDENTITY
from publisher.web.reply import Fields, Reply, Varies, accepted_codings, chosen

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from publisher.web import Site

PATH: Final = "/sparql"
FRESH: Final = "public, max-age=60"
FORM: Final = "application/x-www-form-urlencoded"
DIRECT: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
JSON: Final = "application/json"
"""What many clients ask for when they mean SPARQL results in JSON."""

PAGE: Final = "html"
"""The `format` of an answer that is a page with a table in it."""
FOR_PAGES: Final[Mapping[bool, Format | ResultsFormat]] = {False: RESULTS_FORMATS[0], True: TURTLE}
"""Whether a query gives a graph -> the syntax that a page shows, or reads."""

ENCODED: Final = 12
"""Bytes that one character can take in a form: four bytes in UTF-8, three characters for each."""
LARGEST: Final = 2 << 20
"""Bytes of an answer that is sent in one piece and may be remembered; a longer one stays in its file."""
PART: Final = 65_536

Parameters = Mapping[str, Sequence[str]]
Formats = Sequence[Format | ResultsFormat]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The media type of an answer, and the `offers` that it was chosen from; none if its address names it."""

    media_type: str
    offers: tuple[str, ...] = ()


def answered(site: Site, environ: WSGIEnvironment) -> Reply | None:
    """The answer to the query in the address or, by POST, in the body (§2.1); None where no query is asked."""
    read = READ.get(environ["REQUEST_METHOD"])
    if read is None or environ["PATH_INFO"] != PATH:
        return None
    parameters = read(site, environ)
    if read is _addressed and (not asks(parameters) or for_people(parameters)):
        return None
    query = _admitted(site, environ, parameters)
    kind = negotiated(environ, formats_of(query.form), parameters.get("format", ()))
    return replied(site, environ, query, kind, _timeout(parameters))


def replied(
    site: Site, environ: WSGIEnvironment, query: Query, kind: Chosen, timeout: float = inf, links: str = ""
) -> Reply:
    """The answer to an admitted query, whole; to HEAD only that it may be asked."""
    codings = accepted_codings(environ, ON_THE_FLY)
    if not codings:
        raise NotAcceptable(f"An answer can be sent as {', '.join(ON_THE_FLY)}; Accept-Encoding refuses them all.")
    if environ["REQUEST_METHOD"] == "HEAD":
        # Evaluating the query only to tell the length of the answer would be a waste.
        return Reply("200 OK", _fields(site, kind, IDENTITY, links), b"", asks=True)
    answer = _evaluated(site, environ, query, _engine_format(kind.media_type), timeout)
    coding = IDENTITY if answer.size < SMALL and IDENTITY in codings else codings[0]
    content, size = gzipped(answer.content) if coding == "gzip" else (answer.content, answer.size)
    fields = [("Content-Length", str(size)), *_fields(site, kind, coding, links)]
    if size > LARGEST:
        return Reply("200 OK", fields, FileWrapper(content, PART), asks=True)
    with content:
        # Another time, the same query may have another answer or take longer.
        varies = None if query.volatile or timeout < inf else Varies(kind.offers, True)
        return Reply("200 OK", fields, content.read(), varies, asks=True)


def asks(parameters: Parameters) -> bool:
    """Whether a query, or what we do not answer, is asked for."""
    return not parameters.keys().isdisjoint(("query", "update"))


def for_people(parameters: Parameters) -> bool:
    """Whether the answer is wanted as a page, which is another view's."""
    return PAGE in parameters.get("format", ())


def shown(site: Site, environ: WSGIEnvironment, parameters: Parameters) -> tuple[Query, Answer | None]:
    """The query of an address with its answer in the syntax that `FOR_PAGES` names; to HEAD without one."""
    query = _admitted(site, environ, parameters)
    if environ["REQUEST_METHOD"] == "HEAD":
        return query, None
    return query, _evaluated(site, environ, query, FOR_PAGES[query.form.gives_graph], _timeout(parameters))


def negotiated(environ: WSGIEnvironment, formats: Formats, wanted: Sequence[str]) -> Chosen:
    """The media type for an answer that these formats can hold: `format` for people, `Accept` for programs.

    `format` is a suffix, name or media type. Programs send words of their own in it (SPARQLWrapper does), with an
    `Accept` that is right: where that names one of our types, a `format` that does not fit says nothing.
    """
    for word in filter(None, wanted):
        if named := _named(word.lower(), formats):
            return Chosen(named)
    offers = _offers(tuple(formats))
    media_type = chosen(environ, offers)
    if any(wanted) and (media_type is None or media_type not in environ.get("HTTP_ACCEPT", "").lower()):
        suffixes = ", ".join(each.suffix for each in formats)
        raise QueryParameterError(f"The parameter `format` must be one of {suffixes}, not {wanted[0][:100]!r}.")
    if media_type is None:
        raise NotAcceptable(f"This query can be answered as {', '.join(offers)}.")
    return Chosen(media_type, offers)


def formats_of(form: str) -> Formats:
    """The formats that can hold the answer to a query of this form."""
    return FORMATS if form in ("CONSTRUCT", "DESCRIBE") else RESULTS_FORMATS


def parameters_of(encoded: bytes) -> Parameters:
    """Each parameter with its values, from an address or a form."""
    try:
        return parse_qs(_text(encoded), keep_blank_values=True, errors="strict", max_num_fields=FIELDS)
    except ValueError as error:
        raise BadRequest(f"The parameters cannot be read: {error}") from None


def downloads(site: Site) -> str:
    """The path of the page from which everything can be downloaded."""
    return site.config.policy.document_path(site.release.manifest.datasets[0].iri) or "/"


def _addressed(site: Site, environ: WSGIEnvironment) -> Parameters:
    return parameters_of(environ.get("QUERY_STRING", "").encode("latin-1"))


def _posted(site: Site, environ: WSGIEnvironment) -> Parameters:
    """The parameters of a POST, those in its address included; a direct query becomes the parameter `query`."""
    kind, options = parse_options_header(environ.get("CONTENT_TYPE", ""))
    _refuse_encodings(environ.get("HTTP_CONTENT_ENCODING", ""), options.get("charset", ""))
    parameters = _addressed(site, environ)
    match kind.lower():
        case "application/x-www-form-urlencoded":
            return _merged(parameters, parameters_of(_body(site, environ)))
        case "application/sparql-query":
            return _merged(parameters, {"query": [_text(_body(site, environ))]})
        case "application/sparql-update":
            raise QueryNotAllowed("This endpoint only answers queries, no updates.")
    raise QueryMediaType(f"Send a query as {FORM} or {DIRECT}, not as {kind[:100] or 'nothing'}.")


READ: Final[Mapping[str, Callable[[Site, WSGIEnvironment], Parameters]]] = {
    "GET": _addressed,
    "HEAD": _addressed,
    "POST": _posted,
}
"""Method -> where the parameters are."""


def _refuse_encodings(encoding: str, charset: str) -> None:
    if encoding.strip().lower() not in ("", "identity"):
        raise QueryMediaType(f"Send the query as it is, without Content-Encoding {encoding[:40]}.")
    if charset.lower() not in ("", "utf-8", "utf8", "us-ascii"):
        raise QueryMediaType(f"Send the query in UTF-8, not in {charset[:40]}.")


def _body(site: Site, environ: WSGIEnvironment) -> bytes:
    """The body, which is read no further than a query can be long."""
    most = site.config.sparql.characters * ENCODED
    body = get_input_stream(environ).read(most + 1)
    if len(body) > most:
        raise QueryTooLong(f"The request has more than {most:,} bytes (setting `characters` in [sparql]).")
    return body


def _merged(first: Parameters, second: Parameters) -> Parameters:
    return {name: [*first.get(name, ()), *second.get(name, ())] for name in {**first, **second}}


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"The query is not in UTF-8: {error.reason} at byte {error.start}.") from None


def _admitted(site: Site, environ: WSGIEnvironment, parameters: Parameters) -> Query:
    """The query, if it may be evaluated; if not, that is a mistake of the client as others are."""
    try:
        return _query(site, parameters)
    except QueryError:
        site.queries.mistake(client(environ, site.config.server.trusted_proxies))
        raise


def _query(site: Site, parameters: Parameters) -> Query:
    if "update" in parameters:
        raise QueryNotAllowed("This endpoint only answers queries; the data change when a release is published.")
    match parameters.get("query", ()):
        case [text]:
            return gate.admit(
                text,
                site.config.sparql,
                default_graphs=parameters.get("default-graph-uri", ()),
                named_graphs=parameters.get("named-graph-uri", ()),
            )
        case []:
            raise QuerySyntaxError("Give exactly one `query` parameter; there was none.")
        case _:
            raise QuerySyntaxError("Give exactly one `query` parameter; there were several.")


def _timeout(parameters: Parameters) -> float:
    """The seconds that the client is willing to wait; it may ask for fewer than the deadline, not for more."""
    match parameters.get("timeout", ()):
        case []:
            return inf
        case [text] if re.fullmatch(r"\d{1,6}(\.\d{1,6})?", text) and float(text) > 0:
            return float(text)
    raise BadRequest("Give `timeout` once, as a number of seconds.")


def _evaluated(
    site: Site, environ: WSGIEnvironment, query: Query, format: Format | ResultsFormat, timeout: float
) -> Answer:
    asking = client(environ, site.config.server.trusted_proxies)
    try:
        return site.queries.answer(query, format, asking, timeout)
    except AnswerTooLarge as error:
        raise AnswerTooLarge(f"{error} See {site.release.address}{downloads(site)}") from None


def _named(word: str, formats: Formats) -> str | None:
    for each in formats:
        if word in (each.suffix, each.name.lower(), each.media_type):
            return each.media_type
    return None


@lru_cache
def _offers(formats: tuple[Format | ResultsFormat, ...]) -> tuple[str, ...]:
    offers = tuple(each.media_type for each in formats)
    return offers if formats == FORMATS else (*offers, JSON)


@lru_cache
def _engine_format(media_type: str) -> Format | ResultsFormat:
    """The row of a media type; JSON by its other name is the same bytes."""
    known = (*RESULTS_FORMATS, *FORMATS)
    return next((each for each in known if each.media_type == media_type), RESULTS_FORMATS[0])


@kept(256)
def _fields(site: Site, kind: Chosen, coding: str, links: str) -> Fields:
    fields = {
        "Content-Type": content_type(kind.media_type),
        "Content-Encoding": "" if coding == IDENTITY else coding,
        "Cache-Control": FRESH,
        "Link": links,
        "Vary": NEGOTIATED if kind.offers else "Accept-Encoding",
    }
    return [*((name, value) for name, value in fields.items() if value), *always(site, kind.media_type)]
