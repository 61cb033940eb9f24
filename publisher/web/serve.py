"""`publisher serve`: one release behind granian, started only where it can listen and stopped without a trace."""

from __future__ import annotations

import errno
import gc
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context, set_start_method
from multiprocessing.util import Finalize
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

from publisher.config import Config
from publisher.errors import ConfigError, PublisherError, ReleaseError, ServeError
from publisher.web import assets, import_endpoints, logged, open_release, queries_of
from publisher.web.following import PAUSE, Following, Means, in_force_or_before, instead

if TYPE_CHECKING:
    from multiprocessing.queues import SimpleQueue

    from _typeshed.wsgi import WSGIApplication

    from publisher.release import Release
    from publisher.sparql.queries import Queries
    from publisher.web.metrics import Counts
    from publisher.web.serving import Serving

GRACE: Final = 10
"""Seconds that answers under way get when the server is told to stop."""

GARBAGE: Final = 5_000
"""Objects that may be made before cycles are looked for: some dozens of requests."""

FOR_PAGES: Final = 8
"""Threads of each process that no query can take."""

REASONS: Final = {
    errno.EADDRINUSE: "is occupied; stop what listens there, or choose another with `port` in [server]",
    errno.EACCES: "needs rights that you do not have; choose a port from 1024 with `port` in [server]",
    errno.EADDRNOTAVAIL: "is not on this machine; set `host` in [server] to one of its addresses",
}

# Standard output is the access log's; what granian has to say goes where people look for trouble.
LOGGING: Final[dict[str, Any]] = {
    "handlers": {
        name: {"class": "logging.StreamHandler", "formatter": "generic", "stream": "ext://sys.stderr"}
        for name in ("console", "access")
    }
}


def serve(settings: Callable[[], Config], directory: Path | None = None, pause: float = PAUSE) -> None:
    """Serve the release in force, and each that takes its place, until SIGTERM or SIGINT.

    `settings` are read again with every release. With a `directory` that release is served for good; `pause` is
    the seconds between two looks at which one is in force.

    Raises `ReleaseError` when there is none that is whole and fits the settings, `ServeError` when the address
    cannot be listened on or the assets were not built, `ConfigError` when queries could take all threads.
    """
    assets.names()
    config = settings()
    places = places_of(config)
    address = _free_address(config.server.host, config.server.port)
    release, wrong = in_force_or_before(config, directory, partial(open_release, config))
    said = instead(wrong, release.id) if wrong else ""
    if said:
        print(f"publisher: {said}", file=sys.stderr, flush=True)
    ask = partial(_queries_of, secrets.token_hex(16), places)
    # First of all, so that the store is loaded while we import what serves pages.
    queries = ask(release, config)
    means = Means(settings=settings, ask=ask, directory=directory, pause=pause)
    start = _Start(_place(config), queries, get_context("fork").SimpleQueue())
    try:
        _serve(config, address, start, partial(_load, config, means, said, start))
    finally:
        queries.close()


def _queries_of(server: str, places: int, release: Release, config: Config) -> Queries:
    """The queries to a release; all processes of a server ask the same supervisor."""
    return queries_of(release, config, f"{server}-{release.id}", places)


def places_of(config: Config) -> int:
    """How many queries each process asks at the same time; raises `ConfigError` when all threads are for pages."""
    if config.server.threads <= FOR_PAGES:
        raise ConfigError(
            f"`threads = {config.server.threads}` in [server] leaves none for queries: {FOR_PAGES} are for pages; "
            f"give at least {FOR_PAGES + 1}, or leave it out"
        )
    return config.server.threads - FOR_PAGES


def _serve(config: Config, address: str, start: _Start, load: Callable[..., WSGIApplication]) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from publisher.web.metrics import Counts

    # What is imported here is there in all processes, once: they are forks of this one.
    set_start_method("fork", force=True)
    import_endpoints()
    gc.freeze()
    # What is remembered is no garbage: with the usual 700, looking through it takes a part of a busy process.
    gc.set_threshold(GARBAGE)
    server = Granian(
        "publisher.web:application",
        address=address,
        port=config.server.port,
        interface=Interfaces.WSGI,
        workers=config.server.all_processes,
        blocking_threads=config.server.threads,
        websockets=False,
        # Its warnings are about the number of threads, which wait for query processes most of the time.
        log_level=LogLevels.error,
        log_dictconfig=LOGGING,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE,
    )
    Thread(target=start.attend, daemon=True).start()
    server.serve(target_loader=partial(load, Counts()), wrap_loader=False)
    if start.failure:
        raise ReleaseError(start.failure)


@dataclass(slots=True)
class _Start:
    """What the first process waits for, and what the serving processes tell it."""

    place: str
    queries: Queries
    told: SimpleQueue[tuple[str, str]]
    """Messages: the release that a process serves, or why it serves none."""
    failure: str = ""

    def attend(self) -> None:
        """Leave the queries to the first one that serves; end the server when that can serve nothing."""
        release, self.failure = self.told.get()
        if self.failure:
            os.kill(os.getpid(), signal.SIGTERM)
            return
        print(f"Serving release {release} at {self.place} (stop with Ctrl-C)", file=sys.stderr, flush=True)
        # We would keep the first release for as long as the server lives.
        self.queries.leave()
        while True:
            _, wrong = self.told.get()
            if wrong:
                print(f"publisher: {wrong}", file=sys.stderr, flush=True)


def _load(config: Config, means: Means, said: str, start: _Start, counts: Counts) -> WSGIApplication:
    """What each serving process runs; it alone opens the store, since an open one does not survive a fork."""
    # Not that of the process that we were forked from; the server's own comes when it serves.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    following = Following(config, means, counts, said)
    serving = _begun(following, start)
    # Processes of multiprocessing end without `atexit`; these are its own last words.
    Finalize(None, following.close, exitpriority=10)
    Thread(target=_end_with, args=[os.getppid()], daemon=True).start()
    # The connection that we were forked with; the supervisor would never be alone.
    start.queries.hang_up()
    return logged(serving, counts)


def _begun(following: Following, start: _Start) -> Serving:
    """What is served, as soon as a release can be: others, who have theirs in memory, may serve on without it."""
    while True:
        try:
            serving = following.begin()
        except PublisherError as error:
            start.told.put(("", str(error)))
            time.sleep(GRACE)
        else:
            start.told.put((serving.now.release, ""))
            return serving


def _place(config: Config) -> str:
    host = config.server.host
    return f"http://{f'[{host}]' if ':' in host else host}:{config.server.port}/"


def _end_with(parent: int) -> None:
    """Stop when the process that started us was killed, which could not stop us any more."""
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


def _free_address(host: str, port: int) -> str:
    """The numeric address to listen on, after trying; granian itself would share a port with another granian."""
    if not 1 <= port <= 65535:
        raise ServeError(f"{port} is not a port; choose one from 1024 to 65535 with `port` in [server]")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            attempt.bind(address)
    except OSError as error:
        reason = REASONS.get(error.errno or 0, f"cannot be listened on: {error}")
        raise ServeError(f"{host}:{port} {reason}") from None
    return str(address[0])
