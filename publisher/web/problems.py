"""Errors as answers: one table from what went wrong to a status and a problem type (RFC 9457)."""

from __future__ import annotations

import json
import sqlite3
import sys
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge

from publisher import errors
from publisher.web import pages, site
from publisher.web.headers import NO_STORE, Link, content_type, present
from publisher.web.negotiation import choose

blueprint: Final = Blueprint("problems", __name__)

ECHO: Final = 200
"""Characters of what a client sent that we say back."""

LONGEST_DETAIL: Final = 1000

JSON: Final = "application/problem+json"
OFFERS: Final = (JSON, "text/html", "text/plain")


@dataclass(frozen=True, slots=True)
class Problem:
    """A row of the table: `title` is for programs, `words` for readers of a page.

    `explained` says whether the message of the error may be told; `retry` is in seconds, 0 says nothing.
    """

    error: type[Exception]
    status: int
    slug: str
    title: str
    words: str
    explained: bool = True
    retry: int = 0


STATUS_OF: Final = (
    Problem(errors.ResourceNotFound, 404, "not-found", "No such resource", "Niets gevonden op dit adres"),
    Problem(errors.NotAcceptable, 406, "not-acceptable", "No acceptable format", "Niet in die vorm te krijgen"),
    Problem(errors.BadRequest, 400, "bad-request", "The request is malformed", "De vraag klopt niet"),
    Problem(errors.QuerySyntaxError, 400, "syntax", "The query is not SPARQL 1.1", "De query is geen SPARQL 1.1"),
    Problem(errors.QueryTooComplex, 400, "too-complex", "The query is too complex", "De query is te ingewikkeld"),
    Problem(errors.QueryTooLong, 413, "too-long", "The query is too long", "De query is te lang"),
    Problem(errors.QueryNotAllowed, 403, "not-allowed", "Not allowed here", "Dat mag hier niet"),
    Problem(errors.QueryMediaType, 415, "media-type", "Unsupported media type", "Dat mediatype lezen we niet"),
    Problem(errors.DeadlineExceeded, 504, "deadline", "The query took too long", "De query duurde te lang"),
    Problem(errors.MemoryExceeded, 503, "memory-limit", "Too much memory", "De query vroeg te veel geheugen"),
    Problem(errors.AnswerTooLarge, 400, "too-large", "The answer is too large", "Het antwoord is te groot"),
    Problem(errors.EngineCrashed, 500, "engine-crash", "The engine crashed", "De query liep onverwacht stuk"),
    Problem(errors.EngineBusy, 503, "busy", "All workers are busy", "Het is nu te druk", retry=1),
    Problem(errors.EngineUnavailable, 503, "unavailable", "Unavailable", "Even niet beschikbaar", retry=5),
    Problem(errors.ReleaseError, 503, "unavailable", "Unavailable", "Even niet beschikbaar", False, 5),
    Problem(sqlite3.Error, 503, "unavailable", "Unavailable", "Even niet beschikbaar", False, 5),
    Problem(OSError, 503, "unavailable", "Unavailable", "Even niet beschikbaar", False, 5),
    Problem(NotFound, 404, "not-found", "No such resource", "Niets gevonden op dit adres", False),
    Problem(MethodNotAllowed, 405, "method", "Method not allowed", "Dat kan met dit adres niet", False),
    Problem(RequestEntityTooLarge, 413, "too-long", "The request is too long", "De vraag is te lang", False),
    Problem(HTTPException, 400, "bad-request", "The request is malformed", "De vraag klopt niet", False),
    Problem(Exception, 500, "internal", "Something went wrong here", "Er ging bij ons iets mis", False),
)
"""The first row whose error fits wins. Trouble with files is an outage (503), never an absence (404)."""


def answer(error: Exception) -> Response:
    """What to say about an error. Those that we cannot explain are logged, never told."""
    row = next(each for each in STATUS_OF if isinstance(error, each.error))
    if row.status >= 500 and not row.explained:
        _log(error)
    return respond(row, str(error) if row.explained else "", methods=_methods(error))


def not_acceptable(alternatives: Sequence[Link]) -> Response:
    """406 with the addresses of what there is, in body and header."""
    kinds = ", ".join(each.media_type for each in alternatives)
    row = next(each for each in STATUS_OF if each.error is errors.NotAcceptable)
    return respond(row, f"Available: {kinds}.", alternatives)


def respond(row: Problem, detail: str, alternatives: Sequence[Link] = (), methods: Iterable[str] = ()) -> Response:
    """The problem as problem document, page or text, whichever the client accepts."""
    kind = choose(request.headers.get("Accept"), OFFERS) or JSON
    write = {JSON: _json, "text/html": _html, "text/plain": _text}[kind]
    fields = {
        "Content-Type": content_type(kind),
        "Content-Language": site().release.languages[0] if kind == "text/html" else "en",
        "Cache-Control": NO_STORE,
        "Vary": "Accept",
        "Link": ", ".join(map(str, alternatives)),
        "Retry-After": str(row.retry or ""),
        "Allow": ", ".join(sorted(methods)),
    }
    return Response(write(row, detail[:LONGEST_DETAIL], alternatives), row.status, present(fields))


@blueprint.get("/ns/problem")
def types() -> Response:
    """What the types in problem documents mean."""
    lines = [f"#{each.slug}: {each.title} ({each.status})" for each in STATUS_OF]
    return Response("\n".join(dict.fromkeys(lines)) + "\n", mimetype="text/plain")


def type_of(row: Problem) -> str:
    """The IRI of a problem type."""
    return f"{site().release.base}/ns/problem#{row.slug}"


def echo(text: str) -> str:
    """What a client sent, short enough to be said back."""
    return text if len(text) <= ECHO else text[:ECHO] + "…"


def _json(row: Problem, detail: str, alternatives: Sequence[Link]) -> str:
    members = {
        "type": type_of(row),
        "title": row.title,
        "status": row.status,
        "detail": detail,
        "alternatives": [{"href": each.target, "type": each.media_type} for each in alternatives],
    }
    return json.dumps({name: value for name, value in members.items() if value}, ensure_ascii=False) + "\n"


def _html(row: Problem, detail: str, alternatives: Sequence[Link]) -> str:
    links = [(each.target, each.media_type) for each in alternatives]
    return pages.problem(site(), row.status, row.words, detail, links)


def _text(row: Problem, detail: str, alternatives: Sequence[Link]) -> str:
    lines = [f"{row.status} {row.title}", detail, *(f"{each.target} {each.media_type}" for each in alternatives)]
    return "\n".join(filter(None, lines)) + "\n"


def _methods(error: Exception) -> Iterable[str]:
    return (error.valid_methods or ()) if isinstance(error, MethodNotAllowed) else ()


def _log(error: Exception) -> None:
    """One line of JSON on standard error, with everything that the client must not see."""
    line = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "level": "error",
        "method": request.method,
        "path": request.path[:500],
        "error": "".join(traceback.format_exception(error)),
    }
    print(json.dumps(line), file=sys.stderr, flush=True)
