"""A child gives up what it does not need: seen from outside, in what the kernel says about a real worker."""

from __future__ import annotations

import ctypes
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


def has_landlock() -> bool:
    """Whether this kernel can close files and ports."""
    ask_version = (444, None, 0, 1)
    return sys.platform == "linux" and int(ctypes.CDLL(None).syscall(*ask_version)) >= 4


linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own account is Linux's")
filtered = pytest.mark.skipif(platform.machine() not in ("x86_64", "aarch64"), reason="no filter for this machine")
landlocked = pytest.mark.skipif(not has_landlock(), reason="this kernel has no Landlock of version 4")
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


FILES = """
import errno, os, socket, sys, threading
from pathlib import Path
from pyoxigraph import Store
from publisher import sandbox

folder = Path(sys.argv[1]) if sys.argv[1] else None
print(sandbox.step_down(folder, os.getppid()))

def attempt(name, call):
    try:
        call()
        print(name, "allowed")
    except OSError as error:
        print(name, errno.errorcode[error.errno])

def connect():
    with socket.socket() as connection:
        connection.connect(("127.0.0.1", 9))

def bind():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))

def attempts():
    store = Store.read_only(str(folder)) if folder else Store()
    attempt("connect", connect)
    attempt("bind", bind)
    print(sandbox.lock(1 << 30))
    for path in ("/etc/passwd", sys.executable, os.__file__, sandbox.__file__, "/proc/self/environ", "/dev/zero"):
        attempt("read", lambda: open(path).close())
    attempt("list", lambda: os.listdir("/"))
    for beneath in filter(None, ("/tmp", folder)):
        new = Path(beneath, f"made by {os.getpid()}")
        attempt("make", new.touch)
        attempt("make a folder", new.mkdir)
        attempt("link", lambda: new.symlink_to("/etc/passwd"))
        attempt("mode", lambda: os.chmod(beneath, 0o777))
    for path in folder.iterdir() if folder else ():
        attempt("of the store: read", lambda: open(path).close())
        attempt("of the store: write", lambda: open(path, "r+b").close())
        attempt("of the store: truncate", lambda: os.truncate(path, 0))
        attempt("of the store: remove", path.unlink)
        attempt("of the store: times", lambda: os.utime(path))
    print("labels", len(list(store.query("SELECT * { GRAPH ?g { ?s ?p ?o } }"))))
    try:
        store.query("ASK { SERVICE <http://127.0.0.1:9/> {} }")
    except OSError as error:
        print("service refused")

thread = threading.Thread(target=attempts)
thread.start()
thread.join()
"""


def attempts(store: Path | None) -> list[str]:
    """What a child that has stepped down says of its attempts."""
    command = [sys.executable, "-c", FILES, str(store or "")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1])
    assert done.stderr == ""
    return done.stdout.splitlines()


@landlocked
@filtered
@pytest.mark.parametrize("owned", [False, True], ids=["by a folder of everybody", "by a folder of its own"])
def test_a_child_on_disk_reads_its_store_and_nothing_else_and_answers(readable: Path, owned: bool) -> None:
    """In a folder of its own root stays root, so that it is the kernel's refusal, not the owner's."""
    if owned:
        readable.parent.chmod(0o700)
    files = len(list(readable.iterdir()))
    made = ["make EACCES", "make a folder EACCES", "link EACCES", "mode EPERM"]
    kept = ["read allowed", "write EACCES", "truncate EPERM", "remove EACCES", "times EPERM"]
    said = attempts(readable)
    assert (said[0] == "[]") is not (owned and os.geteuid() == 0)
    assert said[1:] == [
        "connect EACCES",
        "bind EACCES",
        "[]",
        *["read EACCES"] * 6,
        "list EACCES",
        *made * 2,
        *[f"of the store: {each}" for each in kept] * files,
        "labels 1",
        "service refused",
    ]


@landlocked
@filtered
def test_a_child_in_memory_reads_no_file_and_answers() -> None:
    made = ["make EACCES", "make a folder EACCES", "link EACCES", "mode EPERM"]
    expected = [
        "[]",
        "connect EACCES",
        "bind EACCES",
        "[]",
        *["read EACCES"] * 6,
        "list EACCES",
        *made,
        "labels 0",
    ]
    assert attempts(None) == [*expected, "service refused"]


@landlocked
def test_what_the_kernel_refuses_to_close_is_said() -> None:
    """It refuses to nest these rules more than sixteen deep, as another kernel refuses the first."""
    program = "import os; from publisher import sandbox\nfor _ in range(17): print(sandbox._close_files(None))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1]
    )
    assert done.stdout.splitlines() == ["[]"] * 16 + ["['a closed file system: Argument list too long']"]


@linux
@pytest.mark.timeout(60)
def test_the_kernel_ends_a_child_that_computes_too_long() -> None:
    program = "from publisher import sandbox; sandbox.allow_seconds(0)\nwhile True: pass"
    done = subprocess.run([sys.executable, "-c", program], check=False, cwd=Path(__file__).parents[1])
    assert done.returncode == -24
