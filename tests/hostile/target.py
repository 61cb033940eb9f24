"""A real server with small limits, and a canary that keeps asking it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from building import copy, edit, published
from conftest import free_port, wait_for
from hostile.client import CANARY, Client, Reply

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


class Target(Client):
    """The server under attack."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes], port: int, sink: Sink) -> None:
        super().__init__(port)
        self.folder, self.process, self.sink = folder, process, sink
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
