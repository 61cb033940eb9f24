"""One line of JSON for each request."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from werkzeug.test import Client

from publisher.web.access_log import AccessLog


def hello(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("203 Fine", [("Content-Type", "text/plain")])
    return [b"hello", b" world"]


def failing(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    raise RuntimeError("broken")


def test_a_line_says_what_was_asked_and_answered() -> None:
    lines: list[str] = []
    Client(AccessLog(hello, "000001-ab", lines.append)).get("/café?x=1", buffered=True)
    (line,) = map(json.loads, lines)
    assert (line["method"], line["path"], line["query"], line["status"]) == ("GET", "/café", "x=1", 203)
    assert (line["bytes"], line["release"]) == (11, "000001-ab")
    assert line["duration_ms"] >= 0
    assert line["time"].endswith("+00:00")


def test_it_is_written_when_the_body_is_closed_and_once() -> None:
    lines: list[str] = []
    body = AccessLog(hello, "1", lines.append)({"PATH_INFO": "/"}, lambda *_: lambda _: None)
    assert not lines
    body.close()  # type: ignore[attr-defined]
    body.close()  # type: ignore[attr-defined]
    assert len(lines) == 1


@pytest.mark.parametrize("path", ["/a\nb", '/a"b', "/a\x1b[31mb", "/a\x00b", "/\xff\xfe"])
def test_nothing_in_a_path_makes_a_second_line(path: str) -> None:
    lines: list[str] = []
    environ = {"PATH_INFO": path, "QUERY_STRING": "\n\x07"}
    AccessLog(hello, "1", lines.append)(environ, lambda *_: lambda _: None).close()  # type: ignore[attr-defined]
    (line,) = lines
    assert line.isprintable()
    assert json.loads(line)["query"] == "\n\x07"


def test_an_endless_query_is_cut() -> None:
    lines: list[str] = []
    Client(AccessLog(hello, "1", lines.append)).get("/?" + "x" * 5000, buffered=True)
    assert len(json.loads(lines[0])["query"]) == 500


def test_a_crash_is_logged_too() -> None:
    lines: list[str] = []
    with pytest.raises(RuntimeError):
        Client(AccessLog(failing, "1", lines.append)).get("/")
    assert json.loads(lines[0])["status"] == 500
