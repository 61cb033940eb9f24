"""`publisher serve`: one release behind granian, started only where it can listen and stopped without a trace."""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
import time
from functools import partial
from multiprocessing.util import Finalize
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from publisher.config import Config
from publisher.errors import ConfigError, PublisherError, ServeError
from publisher.web import logged, open_release, open_site

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

GRACE: Final = 10
"""Seconds that answers under way get when the server is told to stop."""

THREADS: Final = 16
FOR_PAGES: Final = 8
"""Threads that no query can take."""

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


def serve(config: Config) -> None:
    """Serve the release in force until SIGTERM or SIGINT.

    Raises `ReleaseError` when there is none that is whole and fits the settings, `ServeError` when the address
    cannot be listened on, `ConfigError` when queries could take all threads.
    """
    threads = threads_for(config)
    directory = open_release(config).directory
    host, port = config.server.host, config.server.port
    address = _free_address(host, port)
    place = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    server = Granian(
        "publisher.web:application",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=threads,
        websockets=False,
        # Its warnings are about the number of threads, which wait for query processes most of the time.
        log_level=LogLevels.error,
        log_dictconfig=LOGGING,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE,
    )
    server.serve(target_loader=partial(_load, config.folder, directory, place), wrap_loader=False)


def threads_for(config: Config) -> int:
    """How many requests are answered at the same time; raises `ConfigError` when queries could take them all."""
    # The supervisor gives each of its processes one request, and at most two that wait for their turn.
    queries = 3 * (config.sparql.workers or os.cpu_count() or 1)
    if 0 < config.server.threads <= queries:
        raise ConfigError(
            f"`threads = {config.server.threads}` in [server] leaves none for pages when queries take {queries}; "
            f"give at least {queries + 1}, or leave it out"
        )
    return config.server.threads or max(THREADS, queries + FOR_PAGES)


def _load(folder: Path, directory: Path, place: str) -> WSGIApplication:
    """What the serving process runs; it alone opens the store, since an open one does not survive a fork."""
    try:
        site = open_site(folder, directory)
    except PublisherError as error:
        print(f"publisher: {error}", file=sys.stderr, flush=True)
        raise SystemExit(2) from None
    # Processes of multiprocessing end without `atexit`; these are its own last words.
    Finalize(None, site.queries.close, exitpriority=10)
    Thread(target=_end_with, args=[os.getppid()], daemon=True).start()
    print(f"Serving release {site.release.id} at {place} (stop with Ctrl-C)", file=sys.stderr, flush=True)
    return logged(site)


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
