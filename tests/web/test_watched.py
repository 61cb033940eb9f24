"""Whatever is answered is counted, and logged once it is sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from werkzeug.test import Client

from publisher.web import Site
from publisher.web.access_log import AccessLog
from publisher.web.metrics import Counts
from publisher.web.reply import Reply, answering
from publisher.web.serving import Served, Serving
from publisher.web.watched import watched


def hello(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("203 Fine", [("Content-Type", "text/plain")])
    return iter([b"hello", b" world"])


def failing(environ: dict[str, Any]) -> Reply:
    raise RuntimeError("broken")


class Watched:
    """A watched application, with what it counts and the lines of its log."""

    def __init__(self, site: Site, answer: Callable[[dict[str, Any]], Reply]) -> None:
        self.counts = Counts()
        self._texts: list[str] = []
        self._log = AccessLog(self._texts.append)
        self.application = watched(Serving(Served(site, answer, "000001-ab")), self.counts, self._log)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What has been logged."""
        self._log.flush()
        return [json.loads(line) for line in "".join(self._texts).splitlines()]


def test_a_body_that_is_all_there_stays_in_one_piece_and_is_logged_at_once(site: Site) -> None:
    each = Watched(site, lambda environ: Reply("200 OK", [], b"hello"))
    body = each.application({"REQUEST_METHOD": "GET", "PATH_INFO": "/"}, lambda *_: lambda _: None)
    assert body == [b"hello"]
    (line,) = each.lines
    assert (line["status"], line["bytes"], line["release"]) == (200, 5, "000001-ab")
    assert each.counts.total("requests", "GET", "2") == 1


def test_another_body_is_logged_when_it_is_closed_and_once(site: Site) -> None:
    each = Watched(site, answering(hello))
    assert Client(each.application).get("/", buffered=True).data == b"hello world"
    body = each.application({"REQUEST_METHOD": "GET", "PATH_INFO": "/"}, lambda *_: lambda _: None)
    assert len(each.lines) == 1
    body.close()  # type: ignore[attr-defined]
    body.close()  # type: ignore[attr-defined]
    assert [(line["status"], line["bytes"]) for line in each.lines] == [(203, 11), (203, 0)]


def test_a_crash_is_counted_and_logged_too(site: Site) -> None:
    each = Watched(site, failing)
    with pytest.raises(RuntimeError):
        Client(each.application).get("/")
    assert [line["status"] for line in each.lines] == [500]
    assert each.counts.total("requests", "GET", "5") == 1


def test_what_is_sent_is_nobody_elses(site: Site) -> None:
    reply = Reply("200 OK", [("X", "y")], b"")
    sent: list[list[tuple[str, str]]] = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/"}
    Watched(site, lambda environ: reply).application(environ, lambda status, headers: sent.append(headers))  # type: ignore[arg-type, return-value]
    sent[0].clear()
    assert reply.headers == [("X", "y")]
