"""Errors as answers: one table from what went wrong to a status and a problem type (RFC 9457)."""

from __future__ import annotations

import json
import sqlite3
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.exceptions import (
    HTTPException,
    MethodNotAllowed,
    NotFound,
    RequestedRangeNotSatisfiable,
    RequestEntityTooLarge,
)

from publisher import errors
from publisher.web import problem_page, site
from publisher.web.headers import NEGOTIATED, NO_STORE, Link, content_type, document, language_of, present
from publisher.web.negotiation import choose
from publisher.web.texts import interface_language, texts

blueprint: Final = Blueprint("problems", __name__)

ECHO: Final = 200
"""Characters of what a client sent that we say back."""

LONGEST_DETAIL: Final = 1000

PROBLEM: Final = "publisher.problem"
"""Where the environment of a request has the slug of the problem that it was answered with."""

JSON: Final = "application/problem+json"
OFFERS: Final = (JSON, "text/html", "text/plain")


@dataclass(frozen=True, slots=True)
class Problem:
    """A row of the table; the catalogues say what a problem is called by `slug`, what to do by `advice`.

    `explained` says whether the message of the error may be told; `retry` is in seconds, 0 says nothing.
    """

    error: type[Exception]
    status: int
    slug: str
    advice: str = ""
    explained: bool = True
    retry: int = 0

    @property
    def title(self) -> str:
        """What it is called for programs."""
        return self.title_in("en")

    def title_in(self, language: str) -> str:
        """What it is called in a language of the interface."""
        return texts(language)[f"problem_{self.slug}"]

    def advice_in(self, language: str) -> str:
        """What to do about it."""
        return texts(language)[f"advice_{self.advice}"] if self.advice else ""


STATUS_OF: Final = (
    Problem(errors.ResourceNotFound, 404, "not-found", "nothing"),
    Problem(errors.NotAcceptable, 406, "not-acceptable", "choose"),
    Problem(errors.BadRequest, 400, "bad-request", "malformed"),
    Problem(errors.QuerySyntaxError, 400, "syntax"),
    Problem(errors.QueryTooComplex, 400, "too-complex", "shrink"),
    Problem(errors.QueryTooLong, 413, "too-long", "shrink"),
    Problem(errors.QueryNotAllowed, 403, "not-allowed"),
    Problem(errors.QueryParameterError, 400, "parameter"),
    Problem(errors.QueryMediaType, 415, "media-type"),
    Problem(errors.DeadlineExceeded, 504, "deadline", "shrink"),
    Problem(errors.MemoryExceeded, 503, "memory-limit", "shrink"),
    Problem(errors.AnswerTooLarge, 400, "too-large", "shrink"),
    Problem(errors.ClientOverBudget, 429, "budget", "later"),
    Problem(errors.EngineCrashed, 500, "engine-crash"),
    Problem(errors.EngineBusy, 503, "busy", "outage", retry=1),
    Problem(errors.EngineUnavailable, 503, "unavailable", "outage", retry=5),
    *(
        Problem(each, 503, "unavailable", "outage", False, 5)
        for each in (errors.ReleaseError, sqlite3.Error, OSError)
    ),
    Problem(NotFound, 404, "not-found", "nothing", False),
    Problem(MethodNotAllowed, 405, "method", "", False),
    Problem(RequestEntityTooLarge, 413, "too-long", "shrink", False),
    Problem(RequestedRangeNotSatisfiable, 416, "range", "", False),
    Problem(HTTPException, 400, "bad-request", "malformed", False),
    Problem(Exception, 500, "internal", "outage", False),
)
"""The first row whose error fits wins. Trouble with files is an outage (503), never an absence (404)."""


def answer(error: Exception) -> Response:
    """What to say about an error. Those that we cannot explain are logged, never told."""
    row = next(each for each in STATUS_OF if isinstance(error, each.error))
    if row.status >= 500 and not row.explained:
        _log(error)
    return respond(row, str(error) if row.explained else "", extra=_headers_of(error))


def not_acceptable(alternatives: Sequence[Link], vary: str = NEGOTIATED) -> Response:
    """406 with the addresses of what there is, in body and header; what is acceptable depends on `vary`."""
    kinds = ", ".join(each.media_type for each in alternatives)
    row = next(each for each in STATUS_OF if each.error is errors.NotAcceptable)
    return respond(row, f"Available: {kinds}.", alternatives, {"Vary": vary})


def respond(
    row: Problem, detail: str, alternatives: Sequence[Link] = (), extra: Mapping[str, str] = MappingProxyType({})
) -> Response:
    """The problem as problem document, page or text, whichever the client accepts."""
    request.environ[PROBLEM] = row.slug
    kind = choose(request.headers.get("Accept"), OFFERS) or JSON
    write = {JSON: _json, "text/html": _html, "text/plain": _text}[kind]
    fields = {
        "Content-Type": content_type(kind),
        "Content-Language": language_of(site()) if kind == "text/html" else "en",
        "Cache-Control": NO_STORE,
        "Vary": NEGOTIATED if row.status == 406 else "Accept",
        "Link": ", ".join(map(str, alternatives)),
        "Retry-After": str(row.retry or ""),
        **extra,
    }
    return Response(write(row, detail[:LONGEST_DETAIL], alternatives), row.status, present(fields))


@blueprint.get("/ns/problem")
def types() -> Response:
    """What the types in problem documents mean."""
    lines = [f"#{each.slug}: {each.title} ({each.status})" for each in STATUS_OF]
    content = "\n".join(dict.fromkeys(lines)) + "\n"
    return document(content.encode(), "text/plain", modified=site().release.changed)


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
    """The details are in English; those about what was asked help even those who read another language."""
    language = interface_language(site().languages)
    helps = language == "en" or issubclass(row.error, (errors.QueryError, errors.BadRequest))
    links = [(each.target, each.media_type) for each in alternatives]
    return problem_page.problem(
        site(), row.status, row.title_in(language), row.advice_in(language), detail if helps else "", links
    )


def _text(row: Problem, detail: str, alternatives: Sequence[Link]) -> str:
    lines = [f"{row.status} {row.title}", detail, *(f"{each.target} {each.media_type}" for each in alternatives)]
    return "\n".join(filter(None, lines)) + "\n"


def _headers_of(error: Exception) -> dict[str, str]:
    """What the specification has a status say: the methods with 405, the size with 416, the time with 429."""
    if isinstance(error, errors.ClientOverBudget):
        return {"Retry-After": str(error.retry)}
    if isinstance(error, MethodNotAllowed):
        return {"Allow": ", ".join(sorted(error.valid_methods or ()))}
    if isinstance(error, RequestedRangeNotSatisfiable):
        return {"Content-Range": f"{error.units} */{error.length}"}
    return {}


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
