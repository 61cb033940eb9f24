"""A child gives up what it does not need: seen from outside, in what the kernel says about a real worker."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from socket import socketpair

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from publisher import sandbox
from publisher.sparql.worker import receive

linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own account is Linux's")
filtered = pytest.mark.skipif(platform.machine() not in ("x86_64", "aarch64"), reason="no filter for this machine")
root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
MEMORY = 512


def opened_store(folder: Path) -> Path:
    store = Store(str(folder / "store"))
    iri = NamedNode("http://example.org/x")
    store.add(Quad(iri, iri, Literal("x"), iri))
    store.flush()
    return folder / "store"


@pytest.fixture
def readable() -> Iterator[Path]:
    """A store that everybody can read; the folders of pytest are for their owner only."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield opened_store(folder)
    shutil.rmtree(folder)


class Child:
    """A worker that has opened its store and locked itself down."""

    def __init__(self, store: Path) -> None:
        self.ours, theirs = socketpair()
        with theirs:
            arguments = map(str, (os.getpid(), store, MEMORY, 5))
            self.process = sandbox.start("publisher.sparql.worker", *arguments, channel=theirs)
        self.missing = json.loads(receive(self.ours))["missing"]
        proc = Path(f"/proc/{self.process.pid}")
        self.status = dict(line.split(":\t", 1) for line in (proc / "status").read_text().splitlines())
        self.limits = {
            line[:26].strip(): line[26:].split()[0] for line in (proc / "limits").read_text().splitlines()
        }
        self.environment = (proc / "environ").read_bytes() if os.geteuid() == 0 else b""

    def end(self) -> None:
        self.ours.close()
        self.process.communicate(timeout=20)


@pytest.fixture
def child(readable: Path) -> Iterator[Child]:
    os.environ["SECRET_OF_THE_SERVER"] = "never told"
    child = Child(readable)
    yield child
    del os.environ["SECRET_OF_THE_SERVER"]
    child.end()


@linux
@filtered
def test_system_calls_are_filtered_in_every_thread(child: Child) -> None:
    assert child.missing == []
    for status in Path(f"/proc/{child.process.pid}/task").glob("*/status"):
        assert "Seccomp:\t2" in status.read_text()
        assert "NoNewPrivs:\t1" in status.read_text()


@linux
def test_limits_are_set(child: Child) -> None:
    assert child.limits["Max core file size"] == "0"
    assert child.limits["Max file size"] == "0"
    assert int(child.limits["Max open files"]) <= 1024
    space = int(child.limits["Max address space"])
    assert MEMORY << 20 < space < (MEMORY << 20) + (4 << 30)


@linux
@root
def test_root_becomes_nobody(child: Child) -> None:
    assert len(set(child.status["Uid"].split())) == 1
    assert child.status["Uid"].split()[0] != "0"
    assert child.status["Groups"].strip() == ""


@linux
@root
def test_root_stays_where_nobody_could_read_the_store_and_says_so(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    child = Child(opened_store(private))
    assert child.status["Uid"].split()[0] == "0"
    assert any("not readable for `nobody`" in each for each in child.missing)
    child.end()


@linux
@root
def test_a_child_knows_nothing_of_our_environment(child: Child) -> None:
    assert b"SECRET_OF_THE_SERVER" not in child.environment


def test_a_child_ends_when_its_channel_does(child: Child) -> None:
    child.ours.close()
    assert child.process.wait(20) == 0


@linux
def test_it_has_the_memory_that_the_kernel_says(child: Child) -> None:
    assert abs(sandbox.resident(child.process.pid) // 1024 - int(child.status["VmRSS"].split()[0])) < 20_000
    assert sandbox.resident(2**22 + 1) == 0


CALLS = """
import ctypes, errno, os, resource, socket, subprocess, sys, threading
from publisher import sandbox
print(sandbox.lock(1 << 30))
def attempt(name, call):
    try:
        call()
        print(name, "allowed")
    except OSError as error:
        print(name, errno.errorcode[error.errno])
attempt("socket", lambda: socket.socket())
attempt("socketpair", socket.socketpair)
attempt("exec", lambda: os.execv("/bin/true", ["true"]))
attempt("fork", os.fork)
attempt("kill", lambda: os.kill(os.getppid(), 0))
attempt("unshare", lambda: os.unshare(0) if hasattr(os, "unshare") else exec("raise PermissionError(1, '')"))
thread = threading.Thread(target=lambda: attempt("socket in a new thread", socket.socket))
thread.start()
thread.join()
try:
    bytearray(2 << 30)
    print("memory allowed")
except MemoryError:
    print("memory refused")
sys.stdout.flush()
os.abort()
"""


@linux
@filtered
def test_network_programs_processes_and_memory_are_refused_and_abort_still_aborts() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CALLS], capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1]
    )
    assert done.stdout.splitlines() == [
        "[]",
        "socket EPERM",
        "socketpair EPERM",
        "exec EPERM",
        "fork EPERM",
        "kill EPERM",
        "unshare EPERM",
        "socket in a new thread EPERM",
        "memory refused",
    ]
    assert done.returncode == -6


@linux
@pytest.mark.timeout(60)
def test_the_kernel_ends_a_child_that_computes_too_long() -> None:
    program = "from publisher import sandbox; sandbox.allow_seconds(0)\nwhile True: pass"
    done = subprocess.run([sys.executable, "-c", program], check=False, cwd=Path(__file__).parents[1])
    assert done.returncode == -24
