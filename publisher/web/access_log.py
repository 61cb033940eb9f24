"""The access log: a WSGI layer that writes one line of JSON for each request, when its body is closed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LONGEST: Final = 500
"""Characters of path and query that are kept."""


class AccessLog:
    """A WSGI application that logs what the one inside answers.

    Control characters are escaped by JSON, so one request is one line whatever it contains.
    """

    def __init__(
        self, application: WSGIApplication, release: str, write: Callable[[str], object] | None = None
    ) -> None:
        self._application = application
        self._release = release
        self._write = write or _to_standard_output

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        started, status = perf_counter(), ["500"]

        def start(line: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            status[0] = line
            return start_response(line, headers, exc_info)

        def log(size: int) -> None:
            self._write(self._line(environ, status[0], size, perf_counter() - started))

        try:
            return _Body(self._application(environ, start), log)
        except BaseException:
            log(0)
            raise

    def _line(self, environ: WSGIEnvironment, status: str, size: int, seconds: float) -> str:
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "method": environ.get("REQUEST_METHOD", "")[:LONGEST],
            "path": _text(environ.get("PATH_INFO", ""))[:LONGEST],
            "query": environ.get("QUERY_STRING", "")[:LONGEST],
            "status": int(status[:3]),
            "duration_ms": round(seconds * 1000, 2),
            "bytes": size,
            "release": self._release,
        }
        return json.dumps(line)


class _Body:
    """A body that counts its bytes and tells when it is closed, once."""

    def __init__(self, body: Iterable[bytes], closed: Callable[[int], None]) -> None:
        self._body = body
        self._parts = iter(body)
        self._closed: Callable[[int], None] | None = closed
        self._size = 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        part = next(self._parts)
        self._size += len(part)
        return part

    def close(self) -> None:
        try:
            close = getattr(self._body, "close", None)
            if close is not None:
                close()
        finally:
            closed, self._closed = self._closed, None
            if closed is not None:
                closed(self._size)


def _text(latin: str) -> str:
    """The characters of a path that WSGI hands over byte by byte."""
    return latin.encode("latin-1", "replace").decode("utf-8", "replace")


def _to_standard_output(line: str) -> None:
    # One write for line and end, so that lines of several threads never mix. Nobody reading it any more, or a
    # full disk, is no reason to answer nobody.
    with suppress(OSError):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
