"""An answer as a value, which Flask and the views that need none give to whoever sends it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from flask import Response

from publisher.web.encoding import codings
from publisher.web.negotiation import LONGEST, choose

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

Fields = list[tuple[str, str]]

# Values of headers are few; whoever sends ever new ones only makes these forget.
_chosen: Final = lru_cache(1024)(choose)
_codings: Final = lru_cache(1024)(codings)


def chosen(environ: WSGIEnvironment, offers: tuple[str, ...]) -> str | None:
    """The offer that the `Accept` of a request likes best; None when it accepts none."""
    return _chosen(_value(environ, "HTTP_ACCEPT"), offers)


def accepted_codings(environ: WSGIEnvironment, offers: Sequence[str] | None = None) -> tuple[str, ...]:
    """The codings of ours, or of `offers`, that a request accepts, best first; empty when it refuses all."""
    found = _codings(_value(environ, "HTTP_ACCEPT_ENCODING"))
    return found if offers is None else tuple(each for each in found if each in offers)


@dataclass(frozen=True, slots=True)
class Varies:
    """What the answers at one address depend on.

    `offers` are the media types that the view chooses from, `encoded` says whether the coding is chosen too.
    """

    offers: tuple[str, ...] = ()
    encoded: bool = False

    def key(self, environ: WSGIEnvironment) -> object:
        """What the headers of a request come to."""
        return (
            _chosen(_value(environ, "HTTP_ACCEPT"), self.offers) if self.offers else None,
            _codings(_value(environ, "HTTP_ACCEPT_ENCODING")) if self.encoded else None,
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. Whoever sends it copies the headers first: a server may change the list that it is given.

    With `varies` it holds as long as the release and may be remembered; `asks` says that it answers a query.
    """

    status: str
    headers: Fields
    body: bytes | Iterable[bytes]
    varies: Varies | None = None
    asks: bool = False


Answering = Callable[["WSGIEnvironment"], Reply]


def answering(application: WSGIApplication) -> Answering:
    """A WSGI application, one that calls `start_response` before it returns, as a function to its answers."""

    def answer(environ: WSGIEnvironment) -> Reply:
        started: list[tuple[str, Fields]] = []

        def start(line: str, fields: Fields, exc_info: Any = None) -> Any:
            started.append((line, fields))

        body = application(environ, start)
        status, headers = started[-1]
        return Reply(status, headers, body)

    return answer


def response(reply: Reply) -> Response:
    """The same for Flask."""
    body = [reply.body] if isinstance(reply.body, bytes) else reply.body
    made = Response(body, reply.status, reply.headers, direct_passthrough=True)
    # Whoever made the reply has said what its length is, or had a reason not to.
    made.automatically_set_content_length = False
    return made


def whole(body: bytes | Iterable[bytes]) -> bytes:
    """All of a body, which is closed."""
    if isinstance(body, bytes):
        return body
    try:
        return b"".join(body)
    finally:
        close(body)


def close(body: object) -> None:
    """Tell a body that nobody reads on (PEP 3333)."""
    closing = getattr(body, "close", None)
    if closing is not None:
        closing()


class Measured:
    """A body that counts its bytes and tells when it is closed, once. Until then it keeps what is `held`."""

    def __init__(self, body: Iterable[bytes], closed: Callable[[int], None], held: object = None) -> None:
        self._body = body
        self._parts = iter(body)
        self._closed: Callable[[int], None] | None = closed
        self._held = held
        self._size = 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        part = next(self._parts)
        self._size += len(part)
        return part

    def close(self) -> None:
        """Close the body inside."""
        try:
            close(self._body)
        finally:
            closed, self._closed, self._held = self._closed, None, None
            if closed is not None:
                closed(self._size)


def _value(environ: WSGIEnvironment, name: str) -> str | None:
    value: str | None = environ.get(name)
    # What stands behind is not read by the negotiation either.
    return value if value is None or len(value) <= LONGEST else value[: LONGEST + 1]
