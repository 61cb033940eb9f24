"""The headers of our answers: those of every answer, those of documents, redirects."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from flask import Response, current_app, request
from werkzeug.datastructures import Headers
from werkzeug.http import HTTP_STATUS_CODES, http_date

from publisher.errors import BadRequest, NotAcceptable
from publisher.web import Site, site
from publisher.web.address import language_asked
from publisher.web.encoding import CODINGS, coding_for, compressible
from publisher.web.kept import kept
from publisher.web.negotiation import IDENTITY
from publisher.web.reply import Fields, Reply, Varies, chosen, whole
from publisher.web.texts import interface_language

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

ALWAYS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Link, ETag, Content-Location, Memento-Datetime, Repr-Digest, Retry-After, Release"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}
PREFLIGHT: Final = {
    # A wildcard alone is not understood by older browsers.
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-Modified-Since, If-None-Match, Range, *",
    "Access-Control-Max-Age": "86400",
}
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
)
FRESH: Final = "public, max-age=60, stale-while-revalidate=600"
IMMUTABLE: Final = "public, max-age=31536000, immutable"
NO_STORE: Final = "no-store"
NEGOTIATED: Final = "Accept, Accept-Encoding"
"""What the answer at an address without suffix depends on."""
DATED: Final = f"{NEGOTIATED}, Accept-Datetime"
"""The same, where there is a past to be asked for."""

NOTHING: Final[Mapping[str, bytes]] = {}

URI: Final = re.compile(r"[A-Za-z0-9/:?#\[\]@!$&'()*+,;=~._%-]*")

OFFERS: Final = "publisher.offers"
"""Key of the request's environment: what a view chose its media type from, for the front."""


FAILED: Final = "publisher.failed"
"""Key of the request's environment: what a view that needs no Flask raised, for the one table of errors."""


@dataclass(frozen=True, slots=True)
class Link:
    """One target of the `Link` header (RFC 8288)."""

    target: str
    relation: str
    media_type: str = ""
    language: str = ""

    def __str__(self) -> str:
        kind = f'; type="{self.media_type}"' if self.media_type else ""
        language = f'; hreflang="{self.language}"' if self.language else ""
        return f'<{as_uri(self.target)}>; rel="{self.relation}"{kind}{language}'


def refuse_or_tell_methods() -> Response | None:
    """Before every request: refuse a wrong Host, raise what a view without Flask raised, answer OPTIONS."""
    if wrong := wrong_host(request.environ):
        raise BadRequest(wrong)
    if (error := request.environ.get(FAILED)) is not None:
        raise error
    return _methods() if request.method == "OPTIONS" else None


def wrong_host(environ: WSGIEnvironment) -> str:
    """What is wrong with the Host header of a request (RFC 9112, section 3.2); empty when nothing is."""
    host = environ.get("HTTP_HOST", "")
    # The server joins repeated headers with a comma; two proxies could each believe in another host.
    if "," in host:
        return "There are two Host headers; send one."
    # It gives none and an empty one as the same, and no address of the web has an empty host.
    return "" if host or environ.get("SERVER_PROTOCOL") != "HTTP/1.1" else "There is no Host header; send one."


def complete(response: Response) -> Response:
    """After every request: what all answers carry, redirects and errors included."""
    response.headers.update(always(site(), response.mimetype or ""))
    return response


def completed(site: Site, environ: WSGIEnvironment, reply: Reply) -> Reply:
    """The same answer as Flask sends it: with what all answers carry, and to HEAD without its body."""
    content, (_, media_type) = whole(reply.body), reply.headers[0]
    length = ("Content-Length", str(len(content)))
    fields = [*reply.headers, length, *always(site, media_type.partition(";")[0])]
    return Reply(reply.status, fields, b"" if environ["REQUEST_METHOD"] == "HEAD" else content, reply.varies)


@kept(16)
def always(site: Site, media_type: str) -> Fields:
    """What an answer of some type carries, whatever it says."""
    fields = [*ALWAYS.items(), ("Release", site.release.id)]
    if media_type in ("text/html", "image/svg+xml"):
        fields.append(("Content-Security-Policy", CONTENT_SECURITY_POLICY))
    return fields


def accepted(offers: Sequence[str]) -> str | None:
    """The offer that this request's `Accept` likes best; None when it accepts none."""
    return accepted_by(request.environ, tuple(offers))


def accepted_by(environ: WSGIEnvironment, offers: tuple[str, ...]) -> str | None:
    """The same of a request that Flask may not know of."""
    environ[OFFERS] = offers
    return chosen(environ, offers)


def page_language() -> str:
    """The language of the page that is asked for; raises `BadRequest` where its address names none of ours."""
    language_asked(request.environ, site().release.languages)
    return language_of(site())


def language_of(site: Site) -> str:
    """The language that the pages of a site are in, as they say themselves."""
    return interface_language(site.languages)


def document(
    content: bytes,
    media_type: str,
    *,
    modified: datetime,
    location: str = "",
    links: Iterable[Link] = (),
    language: str = "",
    negotiated: bool = False,
    cache_control: str = FRESH,
    encoded: Mapping[str, bytes] = NOTHING,
) -> Response:
    """A document that caches may keep and ask about again; 304 when the client has these very bytes.

    It is compressed as the client likes it. Raises `NotAcceptable` when the client refuses even plain bytes.
    """
    return respond(
        document_reply(
            request.environ,
            content,
            media_type,
            modified=modified,
            location=location,
            link=", ".join(map(str, links)),
            language=language,
            negotiated=negotiated,
            cache_control=cache_control,
            encoded=encoded,
        )
    )


def document_reply(
    environ: WSGIEnvironment,
    content: bytes,
    media_type: str,
    *,
    modified: datetime,
    location: str,
    link: str,
    language: str,
    negotiated: bool,
    status: int = 200,
    dated: bool = False,
    cache_control: str = FRESH,
    encoded: Mapping[str, bytes] = NOTHING,
) -> Reply:
    """A document, whole, as the headers of a request ask for it; `link` is the value of the header.

    `dated` says that another `Accept-Datetime` may have another answer; `encoded` are copies made before.
    """
    coding = _coding(environ, content, media_type)
    body = encoded[coding] if coding in encoded else CODINGS[coding](content)
    fields = [
        ("Content-Type", content_type(media_type)),
        ("Content-Encoding", "" if coding == IDENTITY else coding),
        ("Content-Location", as_uri(location)),
        ("Content-Language", language),
        ("Cache-Control", cache_control),
        ("Link", link),
        ("Vary", _vary(media_type, negotiated, dated)),
        ("Last-Modified", _date(modified)),
        ("ETag", f'"{hashlib.sha256(body).hexdigest()[:32]}"'),
    ]
    offers = environ.get(OFFERS, ()) if negotiated else ()
    varies = Varies(offers, compressible(media_type)) if offers or not negotiated else None
    return Reply(status_line(status), [each for each in fields if each[1]], body, varies)


def _vary(media_type: str, negotiated: bool, dated: bool) -> str:
    if dated:
        return DATED
    return NEGOTIATED if negotiated else "Accept-Encoding" if compressible(media_type) else ""


def _date(modified: datetime) -> str:
    # RFC 9110, section 8.8.2.1: never later than now, whatever the content states.
    now = datetime.now(UTC)
    return http_date(now) if modified > now else _http_date(modified)


_http_date: Final = lru_cache(1024)(http_date)


def _coding(environ: WSGIEnvironment, content: bytes, media_type: str) -> str:
    if not compressible(media_type):
        return IDENTITY
    coding = coding_for(content, environ.get("HTTP_ACCEPT_ENCODING"))
    if coding is None:
        raise NotAcceptable(f"This can be sent as {', '.join(CODINGS)}; Accept-Encoding refuses them all.")
    return coding


def respond(reply: Reply) -> Response:
    """An answer by way of Flask: the same, or 304 (or 412) as the request's conditions have it."""
    response = Response(whole(reply.body), reply.status, Headers(reply.headers))
    return conditional(response) if reply.status.startswith("200 ") else response


def conditional(response: Response) -> Response:
    """The same answer, or 304 (or 412) as the request's conditions have it."""
    response.make_conditional(request)
    # The server states the date by itself; two would be one too many.
    response.headers.pop("Date", None)
    return response


def redirect(location: str, status: int) -> Response:
    """A redirect to a path on this host, whatever the host is called."""
    return respond(redirection(location, status))


def redirection(location: str, status: int, *others: tuple[str, str]) -> Reply:
    """The same as a value, with other headers."""
    return relocation("/" + as_uri(location).lstrip("/"), status, *others)


def relocation(address: str, status: int, *others: tuple[str, str]) -> Reply:
    """A redirect to any address."""
    place = as_uri(address)
    fields = [("Content-Type", content_type("text/plain")), ("Location", place), *others]
    if status in (301, 308):
        # Clients may keep these for ever; what is retired now may be in use again.
        fields.append(("Cache-Control", FRESH))
    return Reply(status_line(status), fields, f"{place}\n".encode(), Varies())


def status_line(status: int) -> str:
    """A status as WSGI wants it."""
    return f"{status} {HTTP_STATUS_CODES[status].upper()}"


def content_type(media_type: str) -> str:
    """The value of Content-Type: text says that it is UTF-8."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def as_uri(iri: str) -> str:
    """An IRI or path in the ASCII that headers carry."""
    return iri if URI.fullmatch(iri) else quote(iri, safe="/:?#[]@!$&'()*+,;=~-._%")


def present(fields: Mapping[str, str]) -> Headers:
    """The headers that have something to say."""
    return Headers({name: value for name, value in fields.items() if value})


def _methods() -> Response:
    allowed = ", ".join(sorted(current_app.url_map.bind("localhost").allowed_methods(request.path)))
    answer = Response(status=204, headers={"Allow": allowed, "Access-Control-Allow-Methods": allowed, **PREFLIGHT})
    del answer.headers["Content-Type"]
    return answer
