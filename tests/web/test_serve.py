"""The server starts where it can listen, says why where it cannot, and stops without a trace."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import free_port, wait_for

from publisher.config import Server
from publisher.errors import ServeError
from publisher.web import Site
from publisher.web.serve import serve


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
    port = free_port()
    command = [sys.executable, "-m", "publisher", "serve", str(folder), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
    try:
        wait_for(f"http://127.0.0.1:{port}/ready", process)
        members = group(process.pid)
        assert len(members) > 1
        process.send_signal(number)
        _, said = process.communicate(timeout=20)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 0
    assert f"http://127.0.0.1:{port}/".encode() in said
    assert b"Traceback" not in said
    assert [pid for pid in members if Path(f"/proc/{pid}").exists()] == []


def group(leader: int) -> list[int]:
    """The processes in the session of a process."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.getsid(int(path.name)) == leader:
                found.append(int(path.name))
    return found
