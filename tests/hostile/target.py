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
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from building import copy, edit, published
from conftest import free_port, wait_for

DEADLINE = 1.0
LIMITS = f"workers = 2\ndeadline = {DEADLINE}\nmemory = 256\nanswer = 1"
LINKS = 200
CHAIN = "".join(
    f'<id/concept/chain/{number}> a skos:Concept ; skos:prefLabel "Schakel {number}"@nl ; '
    + (
        f"skos:broader <id/concept/chain/{number - 1}> .\n"
        if number
        else "skos:topConceptOf <id/conceptscheme/chain> .\n"
    )
    for number in range(LINKS)
)
CONTENT = (
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    '<id/conceptscheme/chain> a skos:ConceptScheme ; skos:prefLabel "Ketting"@nl .\n' + CHAIN
)
PROXIES = '\n[server]\ntrusted_proxies = ["127.0.0.1/32"]\n'
"""Attackers come from other addresses of the loopback network, and are clients like any other."""

# Path, status, and what the answer holds; the number of a link of the chain makes each of them cold once.
PAGES = (
    ("/doc/concept/season/winter.html", 200, "Winter"),
    ("/doc/concept/chain/{}.html", 200, "Schakel {}"),
    ("/doc/concept/chain/{}.ttl", 200, "Schakel {}"),
    ("/", 200, "Jaargetijden"),
    ("/id/concept/chain/{}", 303, ""),
    ("/doc/concept/chain/{}.jsonld", 200, "Schakel {}"),
    ("/doc/conceptscheme/chain.html", 200, "Ketting"),
    ("/doc/concept/chain/{}.rdf", 200, "Schakel {}"),
    ("/sparql", 200, "<form"),
    ("/catalog.ttl", 200, "dcat:Catalog"),
    ("/dataset/seasons/1.0.0.ttl", 200, "Winter"),
    ("/doc/concept/chain/{}.html?not={}", 200, "Schakel {}"),
)
SMALL = "SELECT ?label WHERE {{ <https://tiny.example/id/concept/season/winter> ?p ?label }} LIMIT {}"
EVIL = r"""
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<id/concept/chain/evil> a skos:Concept ; skos:broader <id/concept/chain/0> ;
    skos:prefLabel "</title><script>alert(1)</script>"@nl ;
    skos:altLabel "\"><img src=x onerror=alert(1)>"@nl ;
    skos:hiddenLabel "' onmouseover='alert(1)"@nl, "--><svg/onload=alert(1)>"@nl ;
    skos:definition "{{ 7*191 }} {% raw %} ${7*191} </script><script>alert(1)</script> ]]> <!--"@nl ;
    skos:notation "=HYPERLINK(\"http://evil.example\")", "+1", "@SUM(A1)", "<b>" ;
    skos:changeNote "line\r\nSet-Cookie: a=b\t\u007F\u0085"@nl ;
    skos:historyNote "\u202Egnp.exe\u2066 \U0001F3F4"@nl ;
    rdfs:seeAlso <javascript:alert(1)>, <JaVaScRiPt:alert(1)>, <data:text/html,%3Cscript%3Ealert(1)%3C/script%3E>,
        <vbscript:alert(1)>, <http://evil.example/'onmouseover='alert(1)>,
        <http://evil.example/&quot;> , <file:///etc/passwd> .
"""
CANARY = "canary"
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
        self.forwards = True
        """Whether the canary comes by a proxy of its own that we trust; not where there is another."""

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
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        source = address_of(client)
        if client == CANARY and self.forwards:
            source, fields = "127.0.0.1", fields | {"X-Forwarded-For": "192.0.2.7"}
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=timeout, source_address=(source, 0)
        )
        try:
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
class Song:
    """What the canary asks again and again: `ask(number)` is the answer and whether it is right."""

    name: str
    ask: Callable[[int], tuple[Reply, bool]]
    pause: float
    answers: list[tuple[float, bool]] = field(default_factory=list)
    """Seconds until each, and whether it was right."""

    def unanswered(self, since: int = 0) -> int:
        """How many were not answered, or wrongly."""
        return sum(not right for _, right in self.answers[since:])

    def report(self, since: int = 0) -> str:
        """Figures to be quoted."""
        times = sorted(seconds for seconds, _ in self.answers[since:]) or [0.0]
        share = 100 * (1 - self.unanswered(since) / len(times))
        median, most = (times[int(len(times) * part)] * 1000 for part in (0.5, 0.99))
        return (
            f"{self.name}: {len(times)} asked, {share:.2f} % answered, median {median:.0f} ms, p99 {most:.0f} ms, "
            f"worst {times[-1] * 1000:.0f} ms"
        )


class Canary:
    """A client who asks for pages, ten a second, and small queries, four; keeps what is wrong or late."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.wrong: list[str] = []
        self.pages = Song("pages", self.page, 0.1)
        self.queries = Song("small queries", self.small, 0.25)
        self.patience = 1.0
        self.lenient = False
        """Whether a small query may be told to come back: where other tests use the machine."""
        self.ended = threading.Event()

    def start(self, patience: float) -> None:
        """Begin to sing, when each kind of page has been seen once."""
        self.patience = patience
        for number in range(len(PAGES)):
            self.page(number)
        for song in (self.pages, self.queries):
            threading.Thread(target=self._sing, args=[song], daemon=True).start()

    def stop(self) -> None:
        """Be silent."""
        self.ended.set()

    def _sing(self, song: Song) -> None:
        number = 0
        while not self.ended.is_set():
            begun, number = time.monotonic(), number + 1
            answer, right = song.ask(number)
            song.answers.append((answer.seconds, right))
            if self.lenient and song is self.queries and answer.status == 503 and "retry-after" in answer.headers:
                continue
            if not right:
                self.wrong.append(f"{song.name} {number}: {answer.status} {answer.body[:200]!r}")
            elif answer.seconds > self.patience:
                self.wrong.append(f"{song.name} {number}: {answer.seconds:.2f} s")
            self.ended.wait(max(0.0, song.pause - (time.monotonic() - begun)))

    def page(self, number: int) -> tuple[Reply, bool]:
        """A page of each kind in turn."""
        path, status, text = PAGES[number % len(PAGES)]
        link = number // len(PAGES) % LINKS
        answer = self.target.ask(path.format(link, number), CANARY)
        whole = int(answer.headers.get("content-length", -1)) == len(answer.body)
        return answer, answer.status == status and whole and text.format(link).encode() in answer.body

    def small(self, number: int = 0) -> tuple[Reply, bool]:
        """A query that no cache has."""
        answer = self.target.query(SMALL.format(1000 + number), CANARY)
        with suppress(ValueError, KeyError):
            rows = json.loads(answer.body)["results"]["bindings"]
            return answer, answer.status == 200 and any(row["label"]["value"] == "Winter" for row in rows)
        return answer, False


@contextmanager
def under_attack(folder: Path, limits: str = LIMITS) -> Iterator[Target]:
    """Publish the tiny site with a chain of concepts, serve it until the block ends; its access log is `log`."""
    site = copy("tiny", folder)
    edit(site / "publisher.toml", "workers = 2\ndeadline = 2.0\nmemory = 256\nanswer = 1", limits)
    with (site / "publisher.toml").open("a") as settings:
        settings.write(PROXIES)
    (site / "data" / "chain.ttl").write_text(CONTENT, "utf-8")
    (site / "data" / "evil.ttl").write_text(EVIL, "utf-8")
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
