"""Many clients, slow clients, clients that leave: the others are answered all the same."""

from __future__ import annotations

import os
import resource
import shutil
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from hostile.client import FORM
from hostile.queries import CROSS
from hostile.target import DEADLINE, Target
from proxying import nginx, proxying


def endless(number: int) -> str:
    """A query that never ends, and is another for each number."""
    return f"SELECT (COUNT(*) AS ?n) {{ {CROSS} FILTER(STRLEN(CONCAT(STR(?a), STR(?o))) < {number - 1_000_000}) }}"


HEAD = b"Host: x\r\nContent-Type: application/sparql-query\r\n"


def hold(target: Target, count: int, first: bytes, drip: bytes, seconds: float) -> None:
    """Open connections, send their beginning, and then a little now and then."""
    with ExitStack() as stack:
        connections = []
        for number in range(count):
            with suppress(OSError):
                connections.append(stack.enter_context(target.connect(f"slow {number % 20}")))
        until = time.monotonic() + seconds
        for each in connections:
            with suppress(OSError):
                each.sendall(first)
        while time.monotonic() < until:
            for each in connections if drip else ():
                with suppress(OSError):
                    each.send(drip)
            time.sleep(0.2)


SLOW = {
    "36 slow headers": (200, b"GET / HTTP/1.1\r\nHost: x\r\n", b"X"),
    "36 slow bodies": (200, b"POST /sparql HTTP/1.1\r\n" + HEAD + b"Content-Length: 100000\r\n\r\n", b" "),
    "36 slow chunks": (
        100,
        b"POST /sparql HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
        b"1\r\n \r\n",
    ),
    "36 bodies that never come": (100, b"POST /sparql HTTP/1.1\r\n" + HEAD + b"Content-Length: 6\r\n\r\n", b""),
    "36 bodies that nobody asked for": (100, b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n", b" "),
    "36 idle": (300, b"", b""),
    "36 idle after an answer": (200, b"GET /live HTTP/1.1\r\nHost: x\r\n\r\n", b""),
    "36 readers who do not read": (60, b"GET /dataset/seasons/1.0.0.ttl HTTP/1.1\r\nHost: x\r\n\r\n" * 20, b""),
    "38 very many": (3_000, b"", b""),
}


@pytest.fixture(scope="module")
def proxied(server: Target, patient: float) -> Iterator[Target]:
    """The server behind the nginx that we recommend: slow clients are the proxy's work."""
    if shutil.which("nginx") is None or os.geteuid() != 0:
        pytest.skip("nginx is not installed, or may not be started")
    with proxying(nginx, f"127.0.0.1:{server.port}") as port:
        target = Target(server.folder, server.process, port, server.sink)
        target.forwards = False
        target.canary.start(patient)
        yield target
        target.canary.stop()


@pytest.mark.parametrize("name", SLOW)
def test_slow_clients_behind_a_proxy_keep_nobody_waiting(target: Target, proxied: Target, name: str) -> None:
    count, first, drip = SLOW[name]
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8_000, hard), hard))
    hold(proxied, count, first, drip, 4)
    assert proxied.canary.wrong == []


def in_parallel(count: int, act: Callable[[int], object]) -> list[object]:
    """What so many threads return."""
    results: list[object] = []
    threads = [
        threading.Thread(target=lambda number=number: results.append(act(number))) for number in range(count)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return results


@pytest.mark.parametrize("clients", [1, 30], ids=["one client", "thirty clients"])
def test_a_flood_of_endless_queries_is_bounded(target: Target, clients: int) -> None:
    """Rows 7 and 39."""
    found = Counter(
        in_parallel(30, lambda n: target.query(endless(n), f"flood {clients} {n % clients}", timeout="1").status)
    )
    assert set(found) <= {429, 503, 504}, found


def test_a_flood_of_small_queries_from_one_client_is_answered_or_told_to_wait(target: Target) -> None:
    """Row 39."""

    def ask_for_three_seconds(number: int) -> Counter[tuple[int, bool]]:
        until, seen = time.monotonic() + 3, Counter[tuple[int, bool]]()
        while time.monotonic() < until:
            answer = target.query(f"SELECT * {{ ?s ?p {number} }} LIMIT {len(seen) + 1}", "small flood")
            seen[answer.status, "retry-after" in answer.headers] += 1
        return seen

    for seen in in_parallel(8, ask_for_three_seconds):
        assert isinstance(seen, Counter)
        assert set(seen) <= {(200, False), (429, True), (503, True)}, seen


def test_clients_that_leave_free_what_they_held(target: Target) -> None:
    """Row 37."""
    for number in range(20):
        body = f"query={endless(-number - 1)}".replace(" ", "+").encode()
        with target.connect(f"gone {number}") as connection:
            head = (
                f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            connection.sendall(head.encode() + body)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    time.sleep(DEADLINE * 3)
    assert target.query("ASK { ?s ?p 12345 }", "after").status == 200


def test_a_query_that_is_stopped_again_and_again_is_no_loop(target: Target) -> None:
    """Row 54."""
    statuses = {target.query(endless(4321), "again").status for _ in range(5)}
    assert statuses <= {429, 500, 503, 504}
    assert target.query("ASK { ?s ?p 54 }", "after again").status == 200


def test_files_and_processes_are_no_more_after_many_kills(target: Target) -> None:
    """Row 55."""

    def open_files() -> int:
        return sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in target.web)

    time.sleep(3 * DEADLINE)
    before = len(target.descendants()), open_files()
    for round in range(6):
        in_parallel(4, lambda n, round=round: target.query(endless(10_000 + 10 * round + n), f"kill {round} {n}"))
    time.sleep(3 * DEADLINE)
    after = len(target.descendants()), open_files()
    assert after[0] <= before[0] + 2
    assert after[1] <= before[1] + 20
    for pid in target.descendants():
        with suppress(OSError):
            assert "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
