"""A real server with small limits, a canary that keeps asking it, and clients that keep to no protocol."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from building import copy, edit, published
from conftest import free_port, wait_for

DEADLINE = 1.0
LIMITS = f"workers = 2\ndeadline = {DEADLINE}\nmemory = 256\nanswer = 1"
CHAIN = "".join(
    f'<id/concept/chain/{number}> a skos:Concept ; skos:prefLabel "Schakel {number}"@nl ; '
    + (
        f"skos:broader <id/concept/chain/{number - 1}> .\n"
        if number
        else "skos:topConceptOf <id/conceptscheme/chain> .\n"
    )
    for number in range(200)
)
CONTENT = (
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    '<id/conceptscheme/chain> a skos:ConceptScheme ; skos:prefLabel "Ketting"@nl .\n' + CHAIN
)
PAGE = "/doc/concept/season/winter.html"
SMALL = "SELECT ?label WHERE {{ <https://tiny.example/id/concept/season/winter> ?p ?label }} LIMIT {}"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Reply:
    """What came back: status 0 when the connection was closed without an answer."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 0.0

    @property
    def problem(self) -> str:
        """The slug of a problem document."""
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            return str(json.loads(self.body)["type"]).rpartition("#")[2]
        return ""


class Target:
    """The server under attack."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes], port: int, sink: Sink) -> None:
        self.folder, self.process, self.port, self.sink = folder, process, port, sink
        self.canary = Canary(self)
        self.web = self.children()

    def children(self) -> set[int]:
        """What the command itself has started: web process and the like, not the workers."""
        listing = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return {int(pid) for pid in listing.read_text().split()}

    def descendants(self) -> list[int]:
        """Every process below the command."""
        found, todo = [], [self.process.pid]
        while todo:
            pid = todo.pop()
            found.append(pid)
            with suppress(OSError):
                for task in Path(f"/proc/{pid}/task").iterdir():
                    todo += [int(each) for each in (task / "children").read_text().split()]
        return found[1:]

    def ask(
        self,
        path: str,
        client: str = "",
        body: bytes | None = None,
        method: str = "",
        timeout: float = 15.0,
        **headers: str,
    ) -> Reply:
        """One request on a connection of its own, from an address of its own for each `client`."""
        started = time.monotonic()
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=timeout, source_address=(address_of(client), 0)
        )
        try:
            fields = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method or ("GET" if body is None else "POST"), path, body, fields)
            answer = connection.getresponse()
            content = answer.read()
            return Reply(
                answer.status,
                {k.lower(): v for k, v in answer.headers.items()},
                content,
                time.monotonic() - started,
            )
        except (OSError, http.client.HTTPException):
            return Reply(0, seconds=time.monotonic() - started)
        finally:
            connection.close()

    def query(
        self, text: str, client: str = "", accept: str = "application/sparql-results+json", **more: str
    ) -> Reply:
        """A query in a form, as most clients send it."""
        body = urlencode({"query": text, **more}, errors="surrogatepass").encode()
        return self.ask("/sparql", client, body, Content_Type=FORM, Accept=accept)

    def raw(self, data: bytes, client: str = "", seconds: float = 5.0) -> bytes:
        """Send bytes; all that comes back until the server closes, or has said nothing for a while."""
        received = bytearray()
        with self.connect(client) as connection, suppress(OSError):
            connection.sendall(data)
            connection.settimeout(seconds)
            while more := connection.recv(65_536):
                received += more
                connection.settimeout(0.3)
        return bytes(received)

    def connect(self, client: str = "") -> socket.socket:
        """A connection from the address of a client."""
        return socket.create_connection(("127.0.0.1", self.port), 5, source_address=(address_of(client), 0))


def address_of(client: str) -> str:
    """An address on the loopback network: clients are counted by address."""
    number = zlib.crc32(client.encode()) if client else 0
    return f"127.{number >> 16 & 127 | 64}.{number >> 8 & 255}.{(number & 255) or 1}"


class Sink:
    """A port that must hear nothing: where forged requests would go."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.heard = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.heard += 1
                connection.close()


@dataclass
class Canary:
    """Asks for a page and a small query, each four times a second, and keeps what was wrong or late."""

    target: Target
    slowest: float = 0.0
    sung: int = 0
    wrong: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    patience: float = 1.0
    lenient: bool = False
    """Whether the small query may be told to come back: when more clients than workers ask for too much."""

    def start(self, patience: float) -> None:
        """Begin to sing."""
        self.patience = patience
        for song in (self.page, self.small):
            threading.Thread(target=self._sing, args=[song], daemon=True).start()

    def stop(self) -> None:
        """Be silent."""
        self.ended.set()

    def _sing(self, song) -> None:  # type: ignore[no-untyped-def]
        while not self.ended.is_set():
            begun, lenient = time.monotonic(), self.lenient and song == self.small
            patience = self.patience + lenient
            answer, right = song()
            right = right or (lenient and answer.status == 503 and "retry-after" in answer.headers)
            self.sung += 1
            self.seconds.append(answer.seconds)
            self.slowest = max(self.slowest, answer.seconds)
            if not right:
                self.wrong.append(f"{song.__name__}: {answer.status} {answer.body[:200]!r}")
            elif answer.seconds > patience:
                self.wrong.append(f"{song.__name__}: {answer.seconds:.2f} s")
            time.sleep(max(0.0, 0.25 - (time.monotonic() - begun)))

    def page(self) -> tuple[Reply, bool]:
        """A page."""
        answer = self.target.ask(PAGE, "canary")
        return answer, answer.status == 200 and b"Winter" in answer.body and answer.body.rstrip().endswith(
            b"</html>"
        )

    def small(self) -> tuple[Reply, bool]:
        """A query that no cache has."""
        answer = self.target.query(SMALL.format(1000 + self.sung), "canary")
        with suppress(ValueError, KeyError):
            rows = json.loads(answer.body)["results"]["bindings"]
            return answer, answer.status == 200 and any(row["label"]["value"] == "Winter" for row in rows)
        return answer, False


@contextmanager
def under_attack(folder: Path, limits: str = LIMITS) -> Iterator[Target]:
    """Publish the tiny site with a chain of concepts, serve it until the block ends; its access log is `log`."""
    site = copy("tiny", folder)
    edit(site / "publisher.toml", "workers = 2\ndeadline = 2.0\nmemory = 256\nanswer = 1", limits)
    (site / "data" / "chain.ttl").write_text(CONTENT, "utf-8")
    published(site)
    port = free_port()
    command = [sys.executable, "-m", "publisher", "serve", str(site), "--port", str(port)]
    with (folder / "log").open("wb") as log, (folder / "errors").open("wb") as errors:
        process = subprocess.Popen(command, stdout=log, stderr=errors, env=os.environ | {"PYTHONUNBUFFERED": "1"})
        try:
            wait_for(f"http://127.0.0.1:{port}/ready", process)
            yield Target(folder, process, port, Sink())
        finally:
            process.terminate()
            process.wait(20)
