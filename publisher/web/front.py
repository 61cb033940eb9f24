"""What Flask answered before, said again without it: a WSGI layer that remembers documents, bounded in bytes.

It knows no address and decides nothing. An answer is remembered under its address and what the request's headers
came to in the negotiation that the view did; whatever is not known exactly goes to Flask. It belongs to one
application, hence to one release, in which an address keeps its answers.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from werkzeug.http import is_resource_modified, remove_entity_headers

from publisher.web.encoding import codings
from publisher.web.headers import FRESH, IMMUTABLE, OFFERS
from publisher.web.negotiation import LONGEST, choose

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Fields = list[tuple[str, str]]

PARTICULAR: Final = frozenset(("HTTP_RANGE", "HTTP_IF_RANGE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE"))
"""Headers of requests that are Flask's."""

VARIED: Final = frozenset(("Accept", "Accept-Encoding"))
"""Names in `Vary` that we can tell the meaning of."""

KEEPABLE: Final = (FRESH, IMMUTABLE)

LARGEST: Final = 1 << 20
"""Bytes of the longest answer that is remembered: dumps beyond it are the disk's."""

OVERHEAD: Final = 2_000
"""Bytes that an answer and its address take beside their texts, roughly (measured 1.7 kB)."""

# Values of headers are few; whoever sends ever new ones only makes these forget.
_chosen: Final = lru_cache(1024)(choose)
_codings: Final = lru_cache(1024)(codings)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, ready to be sent; `unchanged` are its headers as 304."""

    status: str
    headers: Fields
    unchanged: Fields
    tag: str | None
    modified: str | None
    content: bytes

    def send(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """The answer or, when the client has it, 304."""
        if self._is_with(environ):
            start_response("304 NOT MODIFIED", self.unchanged.copy())
            return []
        start_response(self.status, self.headers.copy())
        return [self.content] if environ["REQUEST_METHOD"] == "GET" else []

    def _is_with(self, environ: WSGIEnvironment) -> bool:
        if self.tag is None or not ("HTTP_IF_NONE_MATCH" in environ or "HTTP_IF_MODIFIED_SINCE" in environ):
            return False
        # The common case, without 20 microseconds of parsing.
        if environ.get("HTTP_IF_NONE_MATCH") == self.tag:
            return True
        return not is_resource_modified(environ, self.tag, last_modified=self.modified)

    @property
    def size(self) -> int:
        """Bytes that remembering it takes."""
        fields = (*self.headers, *self.unchanged)
        return OVERHEAD + len(self.content) + sum(len(name) + len(value) for name, value in fields)


@dataclass(slots=True)
class Address:
    """What is known of one address: what its answers depend on, and those that were given.

    `offers` are the media types that its view chooses from, `encoded` says whether the coding is chosen too.
    """

    offers: tuple[str, ...]
    encoded: bool
    answers: dict[object, Answer] = field(default_factory=dict)
    size: int = 0

    def key(self, environ: WSGIEnvironment) -> object:
        """What the headers of a request come to."""
        return (
            _chosen(_value(environ, "HTTP_ACCEPT"), self.offers) if self.offers else None,
            _codings(_value(environ, "HTTP_ACCEPT_ENCODING")) if self.encoded else None,
        )


class Memory:
    """The addresses that were asked for lately, as many as fit in `most` bytes. Safe for threads."""

    def __init__(self, most: int) -> None:
        self.size = 0
        self._most = most
        self._addresses = OrderedDict[object, Address]()
        self._lock = Lock()

    def find(self, name: object, environ: WSGIEnvironment) -> Answer | None:
        """The answer to this request; None when it is not known."""
        with self._lock:
            address = self._addresses.get(name)
            if address is None:
                return None
            self._addresses.move_to_end(name)
        return address.answers.get(address.key(environ))

    def keep(self, name: object, environ: WSGIEnvironment, answer: Answer, like: Address) -> None:
        """Remember an answer at an address that varies as `like` does; forget what was asked for longest ago."""
        if answer.size > self._most // 8:
            return
        with self._lock:
            address = self._addresses.get(name)
            if address is None or (address.offers, address.encoded) != (like.offers, like.encoded):
                self._forget(name)
                address = self._addresses[name] = like
            key = address.key(environ)
            added = answer.size - (address.answers[key].size if key in address.answers else 0)
            address.answers[key] = answer
            address.size += added
            self.size += added
            while self.size > self._most:
                self._forget(next(iter(self._addresses)))

    def _forget(self, name: object) -> None:
        address = self._addresses.pop(name, None)
        self.size -= address.size if address else 0


class Front:
    """A WSGI application that answers for the one inside what that answered before; `most` in bytes."""

    def __init__(self, application: WSGIApplication, most: int) -> None:
        self._application = application
        self._memory = Memory(most)

    @property
    def size(self) -> int:
        """Bytes that are taken by what is remembered."""
        return self._memory.size

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not _is_plain(environ):
            return self._application(environ, start_response)
        answer = self._memory.find(_address(environ), environ)
        return answer.send(environ, start_response) if answer else self._ask(environ, start_response)

    def _ask(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """What the application answers; remembered where it may be."""
        status, headers = "", Fields()

        def start(line: str, fields: Fields, exc_info: Any = None) -> Any:
            nonlocal status, headers
            status, headers = line, fields.copy()
            return start_response(line, fields, exc_info)

        body = self._application(environ, start)
        named = {name.title(): value for name, value in headers}
        like = _variation(named, environ.get(OFFERS, ()))
        if environ["REQUEST_METHOD"] != "GET" or like is None or not _is_lasting(status, named):
            return body
        content = _whole(body)
        self._memory.keep(_address(environ), environ, _answer(status, headers, named, content), like)
        return [content]


def _is_plain(environ: WSGIEnvironment) -> bool:
    return (
        environ["REQUEST_METHOD"] in ("GET", "HEAD")
        and PARTICULAR.isdisjoint(environ)
        and "," not in environ.get("HTTP_HOST", "")
    )


def _address(environ: WSGIEnvironment) -> object:
    """Path and query, and the path as it was spelt where the server tells: it may need a redirect."""
    spelt = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    return environ["PATH_INFO"], environ.get("QUERY_STRING", ""), spelt


def _value(environ: WSGIEnvironment, name: str) -> str | None:
    value: str | None = environ.get(name)
    # What stands behind is not read by the negotiation either.
    return value and value[: LONGEST + 1]


def _variation(headers: Mapping[str, str], offers: tuple[str, ...]) -> Address | None:
    """What an answer depends on, as its `Vary` says; None when we cannot tell."""
    names = {each.strip().title() for each in headers.get("Vary", "").split(",") if each.strip()}
    if not names <= VARIED or ("Accept" in names and not offers):
        return None
    return Address(offers if "Accept" in names else (), "Accept-Encoding" in names)


def _is_lasting(status: str, headers: Mapping[str, str]) -> bool:
    """A document as long as the release lasts, short enough to be kept, or the redirect from a thing."""
    if status.startswith("303 "):
        return True
    length = headers.get("Content-Length", "")
    document = "Etag" in headers and headers.get("Cache-Control") in KEEPABLE and length.isdigit()
    return status.startswith("200 ") and document and int(length) <= LARGEST


def _answer(status: str, headers: Fields, named: Mapping[str, str], content: bytes) -> Answer:
    unchanged = headers.copy()
    remove_entity_headers(unchanged)
    return Answer(status, headers, unchanged, named.get("Etag"), named.get("Last-Modified"), content)


def _whole(body: Iterable[bytes]) -> bytes:
    try:
        return b"".join(body)
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()
