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
from urllib.parse import quote

import pytest
from building import copy, edit, published
from conftest import free_port, serving, wait_for

from publisher.config import Server, load
from publisher.errors import ConfigError, ReleaseError, ServeError
from publisher.release import lock, prune
from publisher.web import Site
from publisher.web.serve import places_of, serve


@contextlib.contextmanager
def occupied() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_an_occupied_port_is_named_with_what_to_do(site: Site) -> None:
    with occupied() as port, pytest.raises(ServeError, match=f"127.0.0.1:{port} is occupied; .*`port` in "):
        serve(lambda: replace(site.config, server=Server(port=port)))


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
        serve(lambda: replace(site.config, server=server))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may bind every port")
def test_a_port_without_rights_is_explained(site: Site) -> None:
    with pytest.raises(ServeError, match="needs rights that you do not have"):
        serve(lambda: replace(site.config, server=Server(port=80)))


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


@pytest.mark.slow
def test_the_serving_process_ends_when_its_parent_is_killed(folder: Path) -> None:
    with started(folder) as (process, _):
        members = family(process.pid)
        process.kill()
        process.communicate(timeout=20)
        assert gone(members)


@pytest.mark.parametrize("module", [b"serve", b"publisher.sparql.supervisor"], ids=["web", "supervisor"])
def test_a_process_that_dies_is_replaced(folder: Path, module: bytes) -> None:
    with started(folder) as (process, address):
        children = [pid for pid in family(process.pid) if parent(pid) == process.pid and module in command(pid)]
        for each in children:
            os.kill(each, signal.SIGKILL)
        assert gone(children)
        wait_for(f"{address}ready", process)
        wait_for(f"{address}sparql?query=ASK%7B%7D", process)


@pytest.mark.slow
def test_no_process_is_left_when_a_replaced_supervisor_was_started_by_another(folder: Path) -> None:
    with started(folder) as (process, address):
        [supervisor] = [pid for pid in family(process.pid) if b"publisher.sparql.supervisor" in command(pid)]
        os.kill(supervisor, signal.SIGKILL)
        wait_for(f"{address}sparql?query=ASK%7B%7D", process)
        members = family(process.pid)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
    assert gone(members, 5)


def test_all_processes_share_one_supervisor(folder: Path) -> None:
    with started(folder, processes=3) as (process, _):
        members = family(process.pid)
        serving = [pid for pid in members if parent(pid) == process.pid and b"serve" in command(pid)]
        assert len(serving) == 3
        assert len([pid for pid in members if b"publisher.sparql.supervisor" in command(pid)]) == 1


@pytest.mark.parametrize(("threads", "places"), [(48, 40), (9, 1)])
def test_some_threads_are_never_taken_by_queries(site: Site, threads: int, places: int) -> None:
    server = replace(site.config.server, threads=threads)
    assert places_of(replace(site.config, server=server)) == places


def test_threads_that_pages_need_alone_are_refused(site: Site) -> None:
    with pytest.raises(ConfigError, match=r"`threads = 8` .* give at least 9"):
        serve(lambda: replace(site.config, server=replace(site.config.server, threads=8)))


def test_every_request_is_in_the_log_when_the_server_has_stopped(folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as output, started(folder, output) as (process, address):
        for number in range(50):
            with urllib.request.urlopen(f"{address}catalog?{number}") as answer:
                answer.read()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
    queries = [json.loads(line)["query"] for line in log.read_text().splitlines()]
    assert sorted((each for each in queries if each), key=int) == [str(number) for number in range(50)]


def test_a_release_for_another_base_is_not_served(tmp_path: Path) -> None:
    folder = copy("tiny", tmp_path)
    published(folder)
    edit(folder / "publisher.toml", "https://tiny.example", "https://other.example")
    with pytest.raises(ReleaseError, match="publish again"):
        serve(lambda: load(folder))


def test_an_old_release_is_served_for_good_and_stays_as_long(tmp_path: Path) -> None:
    folder = copy("tiny", tmp_path)
    old = published(folder)
    edit(folder / "data" / "season.ttl", '"Lente"@nl', '"Voorjaar"@nl')
    edit(folder / "publisher.toml", 'number = "1.0.0"', 'number = "1.0.1"')
    published(folder)
    with serving(folder, "--release", old.id) as address:
        assert fetched(f"{address}/ready")["release"] == old.id
        query = quote('ASK { ?spring ?label "Lente"@nl }')
        assert fetched(f"{address}/sparql?format=json&query={query}")["boolean"] is True
        with lock(folder / "var"):
            fates = prune(folder / "var", 1)
        assert [each.reason for each in fates] == ["somebody reads it", "in force"]


def fetched(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return json.loads(answer.read())


@contextlib.contextmanager
def started(
    folder: Path, output: Any = subprocess.DEVNULL, processes: int = 2
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A server in a session of its own, with its address; whatever is left of it is killed."""
    settings = folder / "publisher.toml"
    text = settings.read_text("utf-8")
    settings.write_text(f"{text}\n[server]\nprocesses = {processes}\n")
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
        settings.write_text(text)


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


def command(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return []


def parent(pid: int) -> int:
    return int((stat(pid) or ["", "0"])[1])


def stat(pid: int) -> list[str]:
    """State, parent and more of a process (proc(5)); empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
