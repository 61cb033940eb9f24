"""`publisher serve`: one release behind granian, started only where it can listen and stopped without a trace."""

from __future__ import annotations

import errno
import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from functools import partial
from multiprocessing import get_context, set_start_method
from multiprocessing.util import Finalize
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

from publisher.config import Config
from publisher.errors import ConfigError, PublisherError, ServeError
from publisher.web import import_endpoints, logged, open_release, queries_of, site_of

if TYPE_CHECKING:
    from multiprocessing.synchronize import Semaphore

    from _typeshed.wsgi import WSGIApplication

    from publisher.release import Release
    from publisher.web.metrics import Counts

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


def serve(config: Config, directory: Path | None = None) -> None:
    """Serve the release in force, or for good the one in `directory`, until SIGTERM or SIGINT.

    Raises `ReleaseError` when there is none that is whole and fits the settings, `ServeError` when the address
    cannot be listened on, `ConfigError` when queries could take all threads.
    """
    places = places_of(config)
    address = _free_address(config.server.host, config.server.port)
    release = open_release(config, directory)
    # First of all, so that the store is loaded while we import what serves pages.
    queries = queries_of(release, config)
    try:
        _serve(config, address, partial(_load, release, config, queries.address, places))
    finally:
        queries.close()


def places_of(config: Config) -> int:
    """How many queries each process asks at the same time; raises `ConfigError` when all threads are for pages."""
    if config.server.threads <= FOR_PAGES:
        raise ConfigError(
            f"`threads = {config.server.threads}` in [server] leaves none for queries: {FOR_PAGES} are for pages; "
            f"give at least {FOR_PAGES + 1}, or leave it out"
        )
    return config.server.threads - FOR_PAGES


def _serve(config: Config, address: str, load: Callable[..., WSGIApplication]) -> None:
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
    first = get_context("fork").Semaphore(1)
    server.serve(target_loader=partial(load, Counts(), first), wrap_loader=False)


def _load(
    release: Release, config: Config, address: str, places: int, counts: Counts, first: Semaphore
) -> WSGIApplication:
    """What each serving process runs; it alone opens the store, since an open one does not survive a fork."""
    try:
        site = site_of(release, config, queries_of(release, config, address, places))
    except PublisherError as error:
        print(f"publisher: {error}", file=sys.stderr, flush=True)
        raise SystemExit(2) from None
    # Processes of multiprocessing end without `atexit`; these are its own last words.
    Finalize(None, site.queries.close, exitpriority=10)
    Thread(target=_end_with, args=[os.getppid()], daemon=True).start()
    if first.acquire(block=False):
        print(f"Serving release {release.id} at {_place(config)} (stop with Ctrl-C)", file=sys.stderr, flush=True)
    return logged(site, counts)


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
