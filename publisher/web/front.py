"""Answers without Flask: what was answered before, said again, and the views that need none.

The memory, bounded in bytes, knows no address and decides nothing. An answer is remembered under its address and
what the request's headers came to in the negotiation that the view did; whatever is not known exactly is asked
again. It belongs to one application, hence to one release, in which an address keeps its answers.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from threading import Lock
from typing import TYPE_CHECKING, Final

from werkzeug.http import is_resource_modified, remove_entity_headers

from publisher.sparql import service
from publisher.web import Site, api, protocol, resource, search
from publisher.web.headers import FAILED, FRESH, IMMUTABLE, OFFERS, completed, wrong_host
from publisher.web.memento import ACCEPT_DATETIME
from publisher.web.metrics import QUERIES
from publisher.web.moved import moved
from publisher.web.reply import Reply, Varies, answering, whole

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PARTICULAR: Final = frozenset(
    ("HTTP_RANGE", "HTTP_IF_RANGE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE", ACCEPT_DATETIME)
)
"""Headers of requests that nothing is remembered for: moments are as many as there are seconds."""

VARIED: Final = frozenset(("Accept", "Accept-Encoding", "Accept-Datetime"))
"""Names in `Vary` that we can tell the meaning of."""

KEEPABLE: Final = (FRESH, IMMUTABLE)

LARGEST: Final = 1 << 20
"""Bytes of the longest answer that is remembered: dumps beyond it are the disk's."""

OVERHEAD: Final = 2_000
"""Bytes that an answer and its address take beside their texts, roughly (measured 1.7 kB)."""


@dataclass(slots=True)
class Answer:
    """One answer, ready to be sent: whole, to HEAD, and as 304."""

    whole: Reply
    tag: str | None
    modified: str | None
    size: int
    """Bytes that remembering it takes."""
    _unchanged: Reply | None = None

    def reply(self, environ: WSGIEnvironment) -> Reply:
        """The answer or, when the client has it, 304."""
        if self._is_with(environ):
            # Most answers are never asked for again.
            self._unchanged = self._unchanged or _unchanged(self.whole)
            return self._unchanged
        return self.whole if environ["REQUEST_METHOD"] == "GET" else replace(self.whole, body=b"")

    def _is_with(self, environ: WSGIEnvironment) -> bool:
        if self.tag is None or not ("HTTP_IF_NONE_MATCH" in environ or "HTTP_IF_MODIFIED_SINCE" in environ):
            return False
        # The common case, without 20 microseconds of parsing.
        if environ.get("HTTP_IF_NONE_MATCH") == self.tag:
            return True
        return not is_resource_modified(environ, self.tag, last_modified=self.modified)


@dataclass(slots=True)
class Address:
    """What is known of one address: what its answers depend on, and those that were given."""

    varies: Varies
    answers: dict[object, Answer] = field(default_factory=dict)
    size: int = 0


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
        return address.answers.get(address.varies.key(environ))

    def keep(self, name: object, environ: WSGIEnvironment, answer: Answer, varies: Varies) -> None:
        """Remember an answer at an address; forget what was asked for longest ago."""
        if answer.size > self._most // 8:
            return
        key = varies.key(environ)
        with self._lock:
            address = self._addresses.get(name)
            if address is None or address.varies != varies:
                self._forget(name)
                address = self._addresses[name] = Address(varies)
            added = answer.size - (address.answers[key].size if key in address.answers else 0)
            address.answers[key] = answer
            address.size += added
            self.size += added
            while self.size > self._most:
                self._forget(next(iter(self._addresses)))

    def _forget(self, name: object) -> None:
        address = self._addresses.pop(name, None)
        self.size -= address.size if address else 0


View = Callable[[Site, "WSGIEnvironment"], Reply | None]

READING: Final = ("GET", "HEAD")

VIEWS: Final[tuple[tuple[str, tuple[str, ...], View], ...]] = (
    (protocol.PATH, (*READING, "POST"), protocol.answered),
    (f"{service.QUERIES}/", READING, api.answered),
    *((each, READING, search.reply) for each in (search.PATH, search.SUGGEST, search.DESCRIPTION)),
    ("/doc/", READING, resource.reply),
    ("/id/", READING, resource.reply),
)
"""Beginning of a path, methods -> a view that needs no Flask; it answers None to what is Flask's all the same."""


ASKING: Final = (*QUERIES, search.PATH, search.SUGGEST)
"""Beginnings of the paths whose addresses have no end: each question is another."""


class Front:
    """Answers for an application, which answers the rest; remembers it in at most so many bytes."""

    def __init__(self, site: Site, application: WSGIApplication, most: int) -> None:
        self._site = site
        self._flask = answering(application)
        # Half of it each: whoever asks ever new questions pushes no document out.
        self._documents, self._queries = Memory(most // 2), Memory(most // 2)

    @property
    def size(self) -> int:
        """Bytes that are taken by what is remembered."""
        return self._documents.size + self._queries.size

    def reply(self, environ: WSGIEnvironment) -> Reply:
        """The answer to a request."""
        away = moved(self._site, environ)
        if away is not None:
            # The memory knows paths, not hosts.
            return completed(self._site, environ, away)
        memory = self._memory(environ)
        if memory is None:
            return self._asked(environ)
        name = _address(environ)
        answer = memory.find(name, environ)
        return answer.reply(environ) if answer else self._kept(memory, name, environ)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The same as a WSGI application."""
        reply = self.reply(environ)
        start_response(reply.status, reply.headers.copy())
        return [reply.body] if isinstance(reply.body, bytes) else reply.body

    def _memory(self, environ: WSGIEnvironment) -> Memory | None:
        """Where the answer to this request may be; None when it is never remembered."""
        asks = environ["PATH_INFO"].startswith(QUERIES)
        # HEAD does not have a query evaluated, so that its headers are others.
        if environ["REQUEST_METHOD"] not in (("GET",) if asks else READING):
            return None
        if wrong_host(environ) or not environ.keys().isdisjoint(PARTICULAR):
            return None
        return self._queries if environ["PATH_INFO"].startswith(ASKING) else self._documents

    def _kept(self, memory: Memory, name: object, environ: WSGIEnvironment) -> Reply:
        """What is answered; remembered where it may be."""
        reply = self._asked(environ)
        if environ["REQUEST_METHOD"] != "GET":
            return reply
        if reply.asks and reply.varies is not None:
            memory.keep(name, environ, _as_it_is(reply), reply.varies)
            return reply
        named = {name.title(): value for name, value in reply.headers}
        varies = reply.varies or _variation(reply.status, named, environ.get(OFFERS, ()))
        if varies is None:
            return reply
        reply = (
            reply
            if reply.varies and isinstance(reply.body, bytes)
            else Reply(reply.status, reply.headers, whole(reply.body), varies, reply.asks)
        )
        memory.keep(name, environ, _answer(reply, named), varies)
        return reply

    def _asked(self, environ: WSGIEnvironment) -> Reply:
        """What a view answers, or Flask: also what went wrong in the view, from the one table of errors."""
        view = _view(environ)
        if view is None or wrong_host(environ):
            return self._flask(environ)
        try:
            reply = view(self._site, environ)
        except Exception as error:
            environ[FAILED] = error
            reply = None
        return reply or self._flask(environ)


def _view(environ: WSGIEnvironment) -> View | None:
    for beginning, methods, view in VIEWS:
        if environ["PATH_INFO"].startswith(beginning) and environ["REQUEST_METHOD"] in methods:
            return view
    return None


def _address(environ: WSGIEnvironment) -> object:
    """Path and query, and the path as it was spelt where the server tells: it may need a redirect."""
    spelt = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    return environ["PATH_INFO"], environ.get("QUERY_STRING", ""), spelt


def _variation(status: str, named: Mapping[str, str], offers: tuple[str, ...]) -> Varies | None:
    """What an answer of Flask's depends on, as its `Vary` says; None when we cannot tell or it does not last."""
    names = {each.strip().title() for each in named.get("Vary", "").split(",") if each.strip()}
    if not _is_lasting(status, named) or not names <= VARIED or ("Accept" in names and not offers):
        return None
    return Varies(offers if "Accept" in names else (), "Accept-Encoding" in names)


def _is_lasting(status: str, named: Mapping[str, str]) -> bool:
    """A document as long as the release lasts, short enough to be kept, or the redirect from a thing."""
    if status.startswith("303 "):
        return True
    length = named.get("Content-Length", "")
    document = "Etag" in named and named.get("Cache-Control") in KEEPABLE and length.isdigit()
    return status.startswith("200 ") and document and int(length) <= LARGEST


def _as_it_is(reply: Reply) -> Answer:
    """An answer to a query: it has no tag, only GET gets it, and its headers are those of others."""
    return Answer(reply, None, None, OVERHEAD + len(whole(reply.body)))


def _answer(reply: Reply, named: Mapping[str, str]) -> Answer:
    # Conditions hold for what would be 200 (RFC 9110, section 13.2.1): who has a tombstone gets it again.
    conditional = reply.status.startswith("200 ")
    return Answer(
        whole=reply,
        tag=named.get("Etag") if conditional else None,
        modified=named.get("Last-Modified") if conditional else None,
        # Twice its headers: those of 304 are about as many.
        size=OVERHEAD + len(whole(reply.body)) + 2 * sum(map(len, chain.from_iterable(reply.headers))),
    )


def _unchanged(reply: Reply) -> Reply:
    fields = [each for each in reply.headers if each[0] != "Repr-Digest"]
    remove_entity_headers(fields)
    return replace(reply, status="304 NOT MODIFIED", headers=fields, body=b"")
