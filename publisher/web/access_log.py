"""The access log: a WSGI layer that writes one line of JSON for each request, when its body is closed."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted
from multiprocessing.util import Finalize
from threading import Lock, Thread
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LONGEST: Final = 500
"""Characters of path and query that are kept."""

PAUSE: Final = 0.2
"""Seconds that a line may wait for others, to be written with them."""

MOST: Final = 2_000
"""Lines that may wait; beyond it a request writes them itself, at the pace of who reads them."""


class AccessLog:
    """A WSGI application that logs what the one inside answers.

    Control characters are escaped by JSON, so one request is one line whatever it contains.
    """

    def __init__(self, application: WSGIApplication, release: str, write: Callable[[str], object]) -> None:
        self._application = application
        self._release = quoted(release)
        self._write = write

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        started, status = perf_counter(), "500"

        def start(line: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            nonlocal status
            status = line
            return start_response(line, headers, exc_info)

        try:
            body = self._application(environ, start)
        except BaseException:
            self._log(environ, status, 0, started)
            raise
        if isinstance(body, list):
            # What is all there needs nobody to count it; the server sends it in one piece.
            self._log(environ, status, sum(map(len, body)), started)
            return body
        return _Body(body, lambda size: self._log(environ, status, size, started))

    def _log(self, environ: WSGIEnvironment, status: str, size: int, started: float) -> None:
        self._write(self._line(environ, status, size, perf_counter() - started))

    def _line(self, environ: WSGIEnvironment, status: str, size: int, seconds: float) -> str:
        # Written by hand: it is on every request, and json.dumps of it all takes four times as long.
        asked = _asked(
            environ.get("REQUEST_METHOD", ""), environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        )
        return (
            f'{{"time": "{_now()}", {asked}, "status": {status[:3]}, '
            f'"duration_ms": {seconds * 1000:.2f}, "bytes": {size}, "release": {self._release}}}'
        )


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


class StandardOutput:
    """Lines for standard output, many in one write; the last ones are written when the process ends."""

    def __init__(self) -> None:
        self._lines = deque[str]()
        self._writing = Lock()
        Thread(target=self._write_on, name="access log", daemon=True).start()
        # Also in processes of multiprocessing, which end without `atexit`; after those that still answer.
        Finalize(None, self._write_waiting, exitpriority=1)

    def write(self, line: str) -> None:
        """Let a line be written soon."""
        self._lines.append(line + "\n")
        if len(self._lines) > MOST:
            self._write_waiting()

    def _write_on(self) -> None:
        while True:
            time.sleep(PAUSE)
            if self._lines:
                self._write_waiting()

    def _write_waiting(self) -> None:
        # Nobody reading it any more, or a full disk, is no reason to answer nobody.
        with self._writing, suppress(OSError):
            sys.stdout.write("".join(self._taken()))
            sys.stdout.flush()

    def _taken(self) -> Iterator[str]:
        # Other threads append meanwhile; who holds the lock is the only one to take.
        for _ in range(len(self._lines)):
            yield self._lines.popleft()


def _now() -> str:
    now = time.time()
    return f"{_second(int(now))}.{int(now % 1 * 1000):03}+00:00"


@lru_cache(8)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


@lru_cache(1024)
def _asked(method: str, path: str, query: str) -> str:
    """What a request was for, in JSON without its braces."""
    return (
        f'"method": {quoted(method[:LONGEST])}, '
        f'"path": {quoted(_text(path)[:LONGEST])}, '
        f'"query": {quoted(query[:LONGEST])}'
    )


def _text(latin: str) -> str:
    """The characters of a path that WSGI hands over byte by byte."""
    return latin.encode("latin-1", "replace").decode("utf-8", "replace")
