"""The access log: one line of JSON for each request, put in words and written by a thread of its own."""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted
from multiprocessing.util import Finalize
from select import PIPE_BUF
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

LONGEST: Final = 500
"""Characters of path and query that are kept."""

PAUSE: Final = 0.1
"""Seconds that a line may wait for others, to be written with them."""

MOST: Final = 20_000
"""Lines that may wait; beyond it a request writes them itself, at the pace of who reads them."""

Entry = tuple[float, str, str, str, str, int, float, str]
"""Time of day, method, path, query, status, bytes, seconds, release: plain, since each request makes one."""


def to_standard_output(lines: str) -> None:
    """Write lines where a log is expected; several processes may do so at the same time."""
    for part in _parts(lines.encode()):
        os.write(sys.stdout.fileno(), part)


def _parts(lines: bytes) -> Iterator[bytes]:
    """Whole lines, of which no part is longer than what a pipe takes at once (pipe(7))."""
    begin = 0
    while len(lines) - begin > PIPE_BUF:
        end = lines.rfind(b"\n", begin, begin + PIPE_BUF) + 1 or lines.find(b"\n", begin) + 1
        yield lines[begin:end]
        begin = end
    yield lines[begin:]


class AccessLog:
    """Lines for `write`, many at a time; the last ones are written when the process ends."""

    def __init__(self, write: Callable[[str], object] = to_standard_output) -> None:
        self._write = write
        self._waiting = deque[Entry]()
        self._writing = Lock()
        Thread(target=self._write_on, name="access log", daemon=True).start()
        # Also in processes of multiprocessing, which end without `atexit`; after those that still answer.
        Finalize(None, self.flush, exitpriority=1)

    def note(self, environ: WSGIEnvironment, status: str, size: int, seconds: float, release: str) -> None:
        """Let a line be written soon; `status` begins with its three digits."""
        self._waiting.append(
            (
                time.time(),
                environ.get("REQUEST_METHOD", ""),
                environ.get("PATH_INFO", ""),
                environ.get("QUERY_STRING", ""),
                status,
                size,
                seconds,
                release,
            )
        )
        if len(self._waiting) > MOST:
            self.flush()

    def flush(self) -> None:
        """Write all that waits."""
        # Nobody reading it any more, or a full disk, is no reason to answer nobody.
        with self._writing, suppress(OSError):
            self._write("".join(map(_line, self._taken())))

    def _write_on(self) -> None:
        while True:
            time.sleep(PAUSE)
            if self._waiting:
                self.flush()

    def _taken(self) -> Iterator[Entry]:
        # Other threads append meanwhile; who holds the lock is the only one to take.
        for _ in range(len(self._waiting)):
            yield self._waiting.popleft()


def _line(entry: Entry) -> str:
    """One line; control characters are escaped by JSON, so one request is one line whatever it contains."""
    # Written by hand: it is on every request, and json.dumps of it all takes six times as long.
    now, method, path, query, status, size, seconds, release = entry
    second = int(now)
    return LINE % (
        _second(second),
        (now - second) * 1000,
        _asked(method, path, query),
        status[:3],
        seconds * 1000,
        size,
        _quoted(release),
    )


LINE: Final = '{"time": "%s.%03d+00:00", %s, "status": %s, "duration_ms": %.2f, "bytes": %d, "release": %s}\n'

_quoted: Final = lru_cache(8)(quoted)


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
