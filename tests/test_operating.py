"""The proxy configurations that we ship, in front of a real server: real nginx, real Caddy."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import pytest
from conftest import serving
from proxying import Command, caddy, nginx, proxying

from publisher.web import Site

SLOW = 5.0
"""Seconds that both files give a client to send its headers."""


@dataclass(frozen=True)
class Proxy:
    """A proxy that runs."""

    name: str
    port: int

    def ask(
        self, method: str, path: str, body: str | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.headers.items()}, content


@pytest.fixture(scope="module", params=[nginx, caddy], ids=["nginx", "caddy"])
def proxy(request: pytest.FixtureRequest, served: str) -> Iterator[Proxy]:
    with before(request.param, served) as proxy:
        yield proxy


@contextmanager
def before(command: Command, served: str) -> Iterator[Proxy]:
    """A proxy before a server; skips where there is none."""
    name = command.__name__
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    if os.geteuid() != 0:
        pytest.skip(f"{name} of the distribution writes where only root may")
    with proxying(command, served.removeprefix("http://")) as port:
        yield Proxy(name, port)


def test_a_page(proxy: Proxy) -> None:
    status, headers, body = proxy.ask("GET", "/doc/concept/season/winter.html", Accept_Encoding="identity")
    assert status == 200
    assert b"Winter" in body
    assert headers["etag"].startswith('"')
    assert proxy.ask("GET", "/doc/concept/season/winter.html", If_None_Match=headers["etag"])[0] == 304


def test_a_thing_redirects_to_its_document(proxy: Proxy) -> None:
    status, headers, _ = proxy.ask("GET", "/id/concept/season/winter")
    assert (status, headers["location"]) == (303, "/doc/concept/season/winter")
    assert headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("accept", ["text/turtle", "application/ld+json", "text/html"])
def test_negotiation_is_kept_by_the_cache(proxy: Proxy, accept: str) -> None:
    status, headers, _ = proxy.ask("GET", "/doc/concept/season/spring", Accept=accept)
    assert status == 200
    assert headers["content-type"].startswith(accept)


def test_head(proxy: Proxy) -> None:
    path = "/doc/concept/season/winter.ttl"
    whole = proxy.ask("GET", path, Accept_Encoding="identity")
    status, headers, body = proxy.ask("HEAD", path, Accept_Encoding="identity")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) == len(whole[2])


def test_queries_by_get_and_post(proxy: Proxy) -> None:
    query = "ASK { ?s ?p ?o }"
    form = {"Content_Type": "application/x-www-form-urlencoded", "Accept": "text/csv"}
    for status, _, body in (
        proxy.ask("GET", f"/sparql?query={quote(query)}", Accept="text/csv"),
        proxy.ask("POST", "/sparql", urlencode({"query": query}), **form),
        proxy.ask("POST", "/sparql", query, Content_Type="application/sparql-query", Accept="text/csv"),
    ):
        assert (status, body.strip()) == (200, b"true")


def test_problems_come_through(proxy: Proxy) -> None:
    for path, expected in (("/doc/nothing", 404), ("/sparql?query=SERVICE", 403), ("/sparql?query=x", 400)):
        status, headers, _ = proxy.ask("GET", path)
        assert status == expected
        assert headers["cache-control"] == "no-store"


def test_an_iri_with_two_slashes_is_not_made_another(proxy: Proxy) -> None:
    assert proxy.ask("GET", "/id//concept/season/winter")[0] == 404


@pytest.mark.slow
def test_large_bodies_are_refused(proxy: Proxy) -> None:
    with socket.create_connection(("127.0.0.1", proxy.port), 30) as connection:
        kind = "Content-Type: application/sparql-query"
        head = f"POST /sparql HTTP/1.1\r\nHost: x\r\n{kind}\r\nContent-Length: 99999999\r\n\r\n"
        connection.sendall(head.encode() + b"x" * 100_000)
        # Caddy reads as much as is allowed before it says no.
        assert connection.recv(100).startswith(b"HTTP/1.1 413") or proxy.name == "caddy"


def test_metrics_are_not_for_strangers(proxy: Proxy) -> None:
    assert proxy.ask("GET", "/metrics")[0] == 403


def test_two_hosts_are_refused(proxy: Proxy) -> None:
    with socket.create_connection(("127.0.0.1", proxy.port), 10) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 400")


@pytest.mark.slow
@pytest.mark.parametrize(
    "beginning", [b"GET / HTTP/1.1\r\nHost: x\r\n", b"GET / HT"], ids=["headers", "request line"]
)
def test_a_client_that_never_ends_its_headers_is_cut(proxy: Proxy, beginning: bytes) -> None:
    with socket.create_connection(("127.0.0.1", proxy.port), 30) as connection:
        connection.sendall(beginning)
        connection.settimeout(0.5)
        started = time.monotonic()
        while time.monotonic() - started < 30:
            try:
                connection.send(b"X")
                if not connection.recv(1000):
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        assert time.monotonic() - started < SLOW + 5
    assert proxy.ask("GET", "/live")[0] == 200


@pytest.mark.parametrize("command", [nginx, caddy], ids=["nginx", "caddy"])
def test_a_former_base_is_led_on_and_kept_apart(command: Command, retired: Site) -> None:
    path = "/doc/concept/season/winter.ttl"
    with serving(retired.config.folder) as address, before(command, address) as proxy:
        for _ in range(2):
            status, headers, _ = proxy.ask("GET", path, Host="old.example")
            assert (status, headers["location"]) == (301, f"https://tiny.example{path}")
            assert proxy.ask("GET", path, Host="tiny.example")[0] == 200
        assert proxy.ask("POST", "/sparql", "ASK {}", Host="old.example")[0] == 308
