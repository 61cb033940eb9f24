"""Limits are counted for the client, who is whoever a proxy that we trust says, and nobody else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from publisher.config import parse
from publisher.errors import ConfigError
from publisher.web.client import client as client_of

LOCAL = ("127.0.0.0/8", "::1")
INNER = (*LOCAL, "10.0.0.0/8")

CASES = {
    "IPv4": ("192.0.2.1", {}, LOCAL, "192.0.2.1"),
    "IPv6 is a network": ("2001:db8:1:2:3:4:5:6", {}, LOCAL, "2001:db8:1:2::/64"),
    "IPv4 in IPv6": ("::ffff:192.0.2.1", {}, LOCAL, "192.0.2.1"),
    "this machine": ("127.0.0.1", {}, LOCAL, ""),
    "this machine when nobody is trusted": ("127.0.0.1", {}, (), "127.0.0.1"),
    "a trusted proxy": ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, LOCAL, "192.0.2.7"),
    "a stranger says so": ("192.0.2.1", {"X-Forwarded-For": "198.51.100.9"}, LOCAL, "192.0.2.1"),
    "a stranger says so with Forwarded": ("192.0.2.1", {"Forwarded": "for=198.51.100.9"}, LOCAL, "192.0.2.1"),
    "the client made something up": ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1, 192.0.2.7"}, LOCAL, "192.0.2.7"),
    "two proxies": ("10.0.0.1", {"X-Forwarded-For": "203.0.113.5, 192.0.2.7, 10.0.0.2"}, INNER, "192.0.2.7"),
    "Forwarded": ("::1", {"Forwarded": 'for="[2001:db8::17]:4711";proto=https'}, LOCAL, "2001:db8::/64"),
    "Forwarded comes first": (
        "::1",
        {"Forwarded": "for=192.0.2.8;by=x, For=192.0.2.9", "X-Forwarded-For": "192.0.2.7"},
        LOCAL,
        "192.0.2.9",
    ),
    "with a port": ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7:80"}, LOCAL, "192.0.2.7"),
    "no address": ("127.0.0.1", {"X-Forwarded-For": "unknown"}, LOCAL, "unknown"),
    "hidden": ("127.0.0.1", {"Forwarded": "for=_hidden"}, LOCAL, "unknown"),
    "nonsense": ("127.0.0.1", {"Forwarded": "for=" * 2000}, LOCAL, "unknown"),
}


@pytest.mark.parametrize(("peer", "fields", "trusted", "expected"), CASES.values(), ids=CASES)
def test_who_asks(peer: str, fields: dict[str, str], trusted: tuple[str, ...], expected: str) -> None:
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in fields.items()}
    for _ in range(2):
        assert client_of({"REMOTE_ADDR": peer} | headers, trusted) == expected


DOUBTS = """
from publisher.web.client import client
for peer, trusted in (("192.0.2.1", ()), ("192.0.2.1", ()), ("192.0.2.2", ()), ("10.0.0.1", ("10.0.0.0/8",))):
    for field in ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_NONE"):
        client({"REMOTE_ADDR": peer, field: "for=198.51.100.9"}, trusted)
"""


@pytest.mark.parametrize(("text", "warnings"), [(DOUBTS, 1), (DOUBTS.replace("()", '("192.0.2.0/24",)'), 0)])
def test_whoever_speaks_for_others_and_is_not_trusted_is_worth_one_warning(text: str, warnings: int) -> None:
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(line["level"], line["peer"]) for line in lines] == [("warning", "192.0.2.1")] * warnings
    assert all("`trusted_proxies`" in line["warning"] for line in lines)


def test_a_proxy_is_an_address_or_a_network() -> None:
    text = (Path(__file__).parents[1] / "sites" / "tiny" / "publisher.toml").read_text("utf-8")
    with pytest.raises(ConfigError, match=r"IP addresses or networks, not 'proxy\.example'"):
        parse(text + '\n[server]\ntrusted_proxies = ["10.0.0.0/8", "proxy.example"]\n')


def test_who_is_over_its_budget_is_told_when_to_come_back(client: FlaskClient) -> None:
    def ask(query: str, client_: str) -> TestResponse:
        return client.get("/sparql", query_string={"query": query}, headers={"X-Forwarded-For": client_})

    answers = [ask(f"SELECT ?x{number} {{ ?s ?p }}", "192.0.2.77") for number in range(60)]
    assert {each.status_code for each in answers} == {400, 429}
    last = answers[-1]
    assert int(last.headers["Retry-After"]) >= 1
    assert last.headers["Cache-Control"] == "no-store"
    assert json.loads(last.data)["type"].endswith("#budget")
    assert ask("ASK {}", "192.0.2.78").status_code == 200
