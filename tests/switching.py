"""Clients that ask all the time while releases are put in force, and that remember which release said what."""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from building import edit, published

from publisher.release import Release, activate

QUERY = quote('SELECT ?l { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?l FILTER(strstarts(?l, "Lente")) }')
NEVER_KEPT = quote("SELECT (NOW() AS ?n) ?l { ?s ?p ?l FILTER(strstarts(str(?l), 'Lente')) }")
PATHS = (
    "/doc/concept/season/spring.html",
    "/doc/concept/season/spring.ttl",
    "/doc/concept/season/spring.jsonld",
    "/doc/concept/season",
    f"/sparql?query={QUERY}",
    f"/sparql?query={NEVER_KEPT}",
)
"""Addresses whose answers say which release they are from: a page, documents, a list, queries."""

LABEL = re.compile(rb"Lente\d*")
HISTORY = re.compile(rb'<ol class="chapters">.*?</ol>', re.DOTALL)
"""Where a page tells what something was called before."""


@dataclass(frozen=True)
class Heard:
    """One answer: which release its header names, and what its body says; `status` 0 when there was none."""

    path: str
    status: int
    release: str
    labels: frozenset[bytes]


def label_of(number: int) -> bytes:
    """The name of spring in the release with this number."""
    return b"Lente%d" % number if number else b"Lente"


def publish(folder: Path, number: int) -> Release:
    """Publish the site with another name for spring."""
    rename(folder, number)
    return published(folder)


def rename(folder: Path, number: int) -> None:
    """Give spring the name that it has in the release with this number."""
    old, new = (f'"{label_of(each).decode()}"@nl' for each in (number - 1, number))
    edit(folder / "data" / "season.ttl", old, new)


def switch(folder: Path, release: Release) -> None:
    """Put a release in force that was written before."""
    activate(release, folder / "var")


@contextmanager
def asking(port: int, rate: float, threads: int = 4) -> Iterator[list[Heard]]:
    """Ask so many times a second until the block ends; every answer is added to the list."""
    heard: list[Heard] = []
    over = threading.Event()
    clients = [
        threading.Thread(target=ask_on, args=(port, threads / rate, number, heard, over))
        for number in range(threads)
    ]
    for each in clients:
        each.start()
    try:
        yield heard
    finally:
        over.set()
        for each in clients:
            each.join(30)


def ask_on(port: int, pause: float, number: int, heard: list[Heard], over: threading.Event) -> None:
    """One client, on a connection that it keeps, except for every tenth request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    next_time = time.monotonic()
    while not over.is_set():
        path = PATHS[number % len(PATHS)]
        number += 1
        if number % 10 == 0:
            connection.close()
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException) as error:
            heard.append(Heard(f"{path}: {error!r}", 0, "", frozenset()))
            connection.close()
        else:
            labels = frozenset(LABEL.findall(HISTORY.sub(b"", body)))
            heard.append(Heard(path, answer.status, answer.headers.get("Release", ""), labels))
        next_time += pause
        over.wait(max(0.0, next_time - time.monotonic()))
    connection.close()


def release_at(port: int) -> str:
    """The release that answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/ready")
        return str(connection.getresponse().headers["Release"])
    finally:
        connection.close()
