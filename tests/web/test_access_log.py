"""One line of JSON for each request."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder

from publisher.web.access_log import AccessLog

RELEASE = "000001-ab"


def written(*entries: dict[str, Any], status: str = "200 OK", size: int = 0, seconds: float = 0.0) -> list[str]:
    """The lines for requests with these environments, each with its end."""
    texts: list[str] = []
    log = AccessLog(texts.append)
    for environ in entries:
        log.note(environ, status, size, seconds, RELEASE)
    log.flush()
    return "".join(texts).splitlines(keepends=True)


def test_a_line_says_what_was_asked_and_answered() -> None:
    environ = EnvironBuilder("/café?x=1").get_environ()
    (line,) = map(json.loads, written(environ, status="203 Fine", size=11, seconds=0.01234))
    assert (line["method"], line["path"], line["query"], line["status"]) == ("GET", "/café", "x=1", 203)
    assert (line["bytes"], line["release"], line["duration_ms"]) == (11, RELEASE, 12.34)
    assert datetime.fromisoformat(line["time"]).timestamp() == pytest.approx(time.time(), abs=60)


@pytest.mark.parametrize("path", ["/a\nb", '/a"b', "/a\x1b[31mb", "/a\x00b", "/\xff\xfe"])
def test_nothing_in_a_path_makes_a_second_line(path: str) -> None:
    (line,) = written({"PATH_INFO": path, "QUERY_STRING": "\n\x07"})
    assert line.removesuffix("\n").isprintable()
    assert json.loads(line)["query"] == "\n\x07"


def test_an_endless_query_is_cut() -> None:
    (line,) = written({"QUERY_STRING": "x" * 5000})
    assert len(json.loads(line)["query"]) == 500


PROGRAM = """
import multiprocessing, sys, time
from publisher.web.access_log import AccessLog

def write(pause):
    log = AccessLog()
    for number in range(5_000):
        log.note({"PATH_INFO": str(number)}, "200", 0, 0.0, "")
    time.sleep(pause)
    log.note({"PATH_INFO": "last"}, "200", 0, 0.0, "")

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
    assert paths(done.stdout) == [*map(str, range(5_000)), "last"]


def test_no_line_is_lost_among_threads() -> None:
    written: list[str] = []
    log = AccessLog(written.append)
    with ThreadPoolExecutor(8) as threads:
        numbers = map(str, range(30_000))
        list(threads.map(lambda number: log.note({"PATH_INFO": number}, "200", 0, 0.0, ""), numbers))
    log.flush()
    assert sorted(map(int, paths("".join(written)))) == list(range(30_000))


def paths(lines: str) -> list[str]:
    return [json.loads(line)["path"] for line in lines.splitlines()]


WRITES = """
import os, sys
from publisher.web.access_log import to_standard_output
for _ in range(3):
    os.fork()
to_standard_output("".join(f"{os.getpid()} {'x' * (number % 900)}\\n" for number in range(2_000)))
"""


def test_lines_of_several_processes_do_not_mix_in_a_pipe() -> None:
    with subprocess.Popen([sys.executable, "-c", WRITES], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = process.stdout.read().splitlines()
    assert len(lines) == 8 * 2_000
    assert all(each.partition(" ")[2].strip("x") == "" and each[0].isdigit() for each in lines)
