"""One line of JSON for each request."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from publisher.web.access_log import AccessLog, StandardOutput


def hello(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("203 Fine", [("Content-Type", "text/plain")])
    return iter([b"hello", b" world"])


def hello_in_one_piece(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [])
    return [b"hello"]


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


def test_a_body_that_is_all_there_stays_in_one_piece_and_is_logged_at_once() -> None:
    lines: list[str] = []
    body = AccessLog(hello_in_one_piece, "1", lines.append)({"PATH_INFO": "/"}, lambda *_: lambda _: None)
    assert body == [b"hello"]
    assert json.loads(lines[0])["bytes"] == 5


def test_an_endless_query_is_cut() -> None:
    lines: list[str] = []
    Client(AccessLog(hello, "1", lines.append)).get("/?" + "x" * 5000, buffered=True)
    assert len(json.loads(lines[0])["query"]) == 500


def test_a_crash_is_logged_too() -> None:
    lines: list[str] = []
    with pytest.raises(RuntimeError):
        Client(AccessLog(failing, "1", lines.append)).get("/")
    assert json.loads(lines[0])["status"] == 500


PROGRAM = """
import multiprocessing, sys, time
from publisher.web.access_log import StandardOutput

def write(pause):
    output = StandardOutput()
    for number in range(5_000):
        output.write(str(number))
    time.sleep(pause)
    output.write("last")

if __name__ == "__main__":
    if sys.argv[1] == "child":
        child = multiprocessing.get_context("fork").Process(target=write, args=(0.5,))
        child.start()
        child.join()
    else:
        write(0)
"""


@pytest.mark.parametrize("process", ["main", "child"])
def test_every_line_is_written_in_order_when_the_process_ends(process: str, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, program, process], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout.splitlines() == [*map(str, range(5_000)), "last"]


def test_no_line_is_lost_among_threads(capsys: pytest.CaptureFixture[str]) -> None:
    output = StandardOutput()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(output.write, map(str, range(20_000))))
    written, deadline = capsys.readouterr().out, time.monotonic() + 10
    while written.count("\n") < 20_000 and time.monotonic() < deadline:
        time.sleep(0.05)
        written += capsys.readouterr().out
    assert sorted(map(int, written.split())) == list(range(20_000))
