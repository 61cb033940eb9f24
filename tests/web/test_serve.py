"""The server starts where it can listen, says why where it cannot, and stops without a trace."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from building import copy, edit, published
from conftest import free_port, wait_for

from publisher.config import Config, Server, load
from publisher.errors import ConfigError, ReleaseError, ServeError
from publisher.web import Site
from publisher.web.serve import serve, threads_for


@contextlib.contextmanager
def occupied() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_an_occupied_port_is_named_with_what_to_do(site: Site) -> None:
    with occupied() as port, pytest.raises(ServeError, match=f"127.0.0.1:{port} is occupied; .*`port` in "):
        serve(replace(site.config, server=Server(port=port)))


@pytest.mark.parametrize(
    ("server", "message"),
    [
        (Server(host="192.0.2.1"), "is not on this machine"),
        (Server(host="nowhere.invalid"), "cannot be listened on"),
        (Server(port=70000), "is not a port"),
    ],
    ids=["address of others", "unknown host", "no such port"],
)
def test_an_impossible_address_is_explained(site: Site, server: Server, message: str) -> None:
    with pytest.raises(ServeError, match=message):
        serve(replace(site.config, server=server))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may bind every port")
def test_a_port_without_rights_is_explained(site: Site) -> None:
    with pytest.raises(ServeError, match="needs rights that you do not have"):
        serve(replace(site.config, server=Server(port=80)))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_it_stops_when_told_with_exit_code_0_and_leaves_no_process(folder: Path, number: signal.Signals) -> None:
    with started(folder) as (process, address):
        members = family(process.pid)
        assert len(members) > 1
        process.send_signal(number)
        _, said = process.communicate(timeout=20)
    assert process.returncode == 0
    assert address.encode() in said
    assert b"Traceback" not in said
    assert gone(members, 2)


def test_the_serving_process_ends_when_its_parent_is_killed(folder: Path) -> None:
    with started(folder) as (process, _):
        members = family(process.pid)
        process.kill()
        process.communicate(timeout=20)
        assert gone(members)


def test_a_serving_process_that_dies_is_replaced(folder: Path) -> None:
    with started(folder) as (process, address):
        (child,) = [pid for pid in family(process.pid) if parent(pid) == process.pid]
        os.kill(child, signal.SIGKILL)
        assert gone([child])
        wait_for(f"{address}ready", process)


@pytest.mark.parametrize(("threads", "workers", "given"), [(0, 1, 16), (0, 8, 32), (4, 1, 4), (25, 8, 25)])
def test_there_are_more_threads_than_queries_can_take(site: Site, threads: int, workers: int, given: int) -> None:
    assert threads_for(configured(site, threads, workers)) == given


def test_threads_that_queries_could_take_are_refused(site: Site) -> None:
    with pytest.raises(ConfigError, match=r"`threads = 24` .* give at least 25"):
        serve(configured(site, 24, 8))


def configured(site: Site, threads: int, workers: int) -> Config:
    return replace(
        site.config,
        server=replace(site.config.server, threads=threads),
        sparql=replace(site.config.sparql, workers=workers),
    )


def test_every_request_is_in_the_log_when_the_server_has_stopped(folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as output, started(folder, output) as (process, address):
        for number in range(50):
            with urllib.request.urlopen(f"{address}catalog?{number}") as answer:
                answer.read()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
    queries = [json.loads(line)["query"] for line in log.read_text().splitlines()]
    assert [each for each in queries if each] == [str(number) for number in range(50)]


def test_a_release_for_another_base_is_not_served(tmp_path: Path) -> None:
    folder = copy("tiny", tmp_path)
    published(folder)
    edit(folder / "publisher.toml", "https://tiny.example", "https://other.example")
    with pytest.raises(ReleaseError, match="publish again"):
        serve(load(folder))


@contextlib.contextmanager
def started(folder: Path, output: Any = subprocess.DEVNULL) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A server in a session of its own, with its address; whatever is left of it is killed."""
    port = free_port()
    command = [sys.executable, "-m", "publisher", "serve", str(folder), "--port", str(port)]
    process = subprocess.Popen(command, stdout=output, stderr=subprocess.PIPE, start_new_session=True)
    address = f"http://127.0.0.1:{port}/"
    try:
        wait_for(f"{address}ready", process)
        yield process, address
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def family(leader: int) -> list[int]:
    """A process and all that it started, and they started."""
    everybody = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    children = [pid for pid in everybody if parent(pid) == leader]
    return [leader, *(each for child in children for each in family(child))]


def living(processes: list[int]) -> list[int]:
    return [pid for pid in processes if (stat(pid) or ["Z"])[0] != "Z"]


def gone(processes: list[int], seconds: float = 20) -> bool:
    """Whether all of these end in time."""
    deadline = time.monotonic() + seconds
    while living(processes) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not living(processes)


def parent(pid: int) -> int:
    return int((stat(pid) or ["", "0"])[1])


def stat(pid: int) -> list[str]:
    """State, parent and more of a process (proc(5)); empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
