"""A process that has the whole store in memory and forks workers that have it too, in a few milliseconds.

It is exec'd, and it has one thread: forking a process with more would copy locks that nobody will open. For that
reason it never opens the store on disk, whose engine has threads; a child of its own does and tells the content.

Over its channel the supervisor sends, for each worker, three descriptors: the worker's channel, its standard error
and a report. On the report the zygote says the worker's number, and later how it ended; a supervisor that stops
writing to a report wants that worker killed. Only its parent knows for sure whose number it is.
"""

from __future__ import annotations

import gc
import os
import selectors
import signal
import socket as sockets
import struct
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from socket import socket, socketpair
from typing import IO, Final, Never

from pyoxigraph import RdfFormat, Store, parse

from publisher import sandbox
from publisher.errors import EngineUnavailable
from publisher.sparql import worker
from publisher.sparql.worker import receive, send

_NUMBER: Final = struct.Struct("<i")
_DESCRIPTORS: Final = 3
_LOADING: Final = 300.0
"""Seconds that the store may take to load."""


class Zygote:
    """The process, seen from its supervisor. `fork` may be called from any thread."""

    def __init__(self, store: Path, memory: int, seconds: int) -> None:
        """Start it; returns at once."""
        self._channel, theirs = socketpair()
        self._lock = threading.Lock()
        arguments = map(str, (os.getpid(), store, memory, seconds))
        with theirs:
            self._process = sandbox.start(__name__, *arguments, channel=theirs)

    def wait(self) -> None:
        """Wait until it has the store in memory; raises `EngineUnavailable`, and ends it, when it cannot."""
        self._channel.settimeout(_LOADING)
        try:
            ready = receive(self._channel)
        except OSError:
            ready = b""
        if not ready:
            raise EngineUnavailable(f"The store cannot be loaded. {self.close()}".strip())

    def lives(self) -> bool:
        """Whether it can fork."""
        return self._process.poll() is None

    def fork(self, channel: socket) -> Forked:
        """A worker at the other end of this channel; raises `OSError`."""
        report, theirs = socketpair()
        problem, said = os.pipe()
        try:
            with theirs, self._lock:
                sockets.send_fds(self._channel, [b"F"], [channel.fileno(), said, theirs.fileno()])
            number = _NUMBER.unpack(report.recv(_NUMBER.size))[0]
        except (OSError, struct.error):
            report.close()
            os.close(problem)
            raise ConnectionError("The process that forks workers has ended.") from None
        finally:
            os.close(said)
        return Forked(number, report, problem)

    def kill(self) -> None:
        """End it, and with it its workers."""
        self._process.kill()

    def close(self) -> str:
        """End it and clean up; returns the last line that it said."""
        self.kill()
        self._channel.close()
        said = sandbox.bury(self._process)
        return said.decode(errors="replace").strip().rpartition("\n")[2]


class Forked:
    """A worker that is the zygote's child; to us it is what a child of our own would be."""

    def __init__(self, number: int, report: socket, problem: int) -> None:
        self.pid = number
        self.returncode: int | None = None
        self.stderr: IO[bytes] | None = os.fdopen(problem, "rb", buffering=0)
        self._report = report

    def kill(self) -> None:
        """Have the zygote kill it."""
        with suppress(OSError):
            self._report.shutdown(sockets.SHUT_WR)

    def wait(self) -> int:
        """Wait for its end; returns its code, negative for a signal."""
        status = b""
        # A zygote that was killed itself resets the connection.
        with self._report as report, suppress(ConnectionError):
            status = report.recv(_NUMBER.size)
        self.returncode = _NUMBER.unpack(status)[0] if status else -signal.SIGKILL
        return self.returncode


def main() -> None:
    """Load the store and fork until the supervisor hangs up. Arguments: socket, parent, store, MiB, seconds."""
    descriptor, parent, store, memory, seconds = sys.argv[1:]
    channel = socket(fileno=int(descriptor))
    sandbox.die_with(int(parent))
    loaded = _load(Path(store))
    # What is there now is never garbage; looking at it would only copy pages that are shared.
    gc.freeze()
    send(channel, b"R", b"{}")
    parent_of_all = os.getpid()

    def work(channel: socket) -> None:
        missing = sandbox.step_down(None, parent_of_all)
        worker.run(channel, lambda: loaded, int(memory) << 20, int(seconds), missing)

    _Nursery(channel, work).tend()


def _load(store: Path) -> Store:
    """The content of the store on disk, in memory."""
    source, sink = os.pipe()
    parent, child = os.getpid(), os.fork()
    if not child:
        # Else it would write for ever to itself when its parent is gone.
        os.close(source)
        sandbox.die_with(parent)
        _dump(store, sink)
    os.close(sink)
    loaded = Store()
    with os.fdopen(source, "rb") as file:
        # Not `load`, which would give blank nodes other names than they have on disk.
        loaded.extend(parse(file, RdfFormat.N_QUADS))
    if os.waitpid(child, 0)[1]:
        raise SystemExit(1)
    return loaded


def _dump(store: Path, sink: int) -> Never:
    try:
        with os.fdopen(sink, "wb") as file:
            Store.read_only(str(store)).dump(file, format=RdfFormat.N_QUADS)
    except (OSError, RuntimeError) as error:
        print(error, file=sys.stderr, flush=True)
        os._exit(1)
    os._exit(0)


class _Nursery:
    """The children of this process."""

    def __init__(self, channel: socket, work: Callable[[socket], None]) -> None:
        self._channel = channel
        self._work = work
        self._reports: dict[int, socket] = {}
        self._selector = selectors.DefaultSelector()
        # A signal becomes something to read, so that one thread waits for all there is.
        self._ended, wake = socketpair()
        wake.setblocking(False)
        self._wake = wake
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._selector.register(channel, selectors.EVENT_READ)
        self._selector.register(self._ended, selectors.EVENT_READ)

    def tend(self) -> None:
        """Fork, kill and bury until the supervisor hangs up."""
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._channel:
                    if not self._bear():
                        return
                elif key.fileobj is self._ended:
                    self._ended.recv(4096)
                    self._bury()
                elif key.data in self._reports:
                    self._kill(key.data)

    def _bear(self) -> bool:
        """Fork a child as asked; whether the supervisor is still there."""
        said, descriptors, _, _ = sockets.recv_fds(self._channel, 1, _DESCRIPTORS)
        if not said:
            return False
        channel, problem, report = socket(fileno=descriptors[0]), descriptors[1], socket(fileno=descriptors[2])
        child = os.fork()
        if not child:
            self._leave(report)
            os.dup2(problem, 2)
            os.close(problem)
            self._work(channel)
            os._exit(0)
        channel.close()
        os.close(problem)
        self._reports[child] = report
        self._selector.register(report, selectors.EVENT_READ, child)
        with suppress(OSError):
            report.sendall(_NUMBER.pack(child))
        return True

    def _leave(self, report: socket) -> None:
        """Close in the child what is its parent's."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._selector.close()
        for each in (*self._reports.values(), report, self._channel, self._ended, self._wake):
            each.close()

    def _kill(self, child: int) -> None:
        # It is ours and not buried, so the number is its own.
        self._selector.unregister(self._reports[child])
        os.kill(child, signal.SIGKILL)

    def _bury(self) -> None:
        """Report the children that have ended."""
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                child, status = ended
                with self._reports.pop(child) as report:
                    if report in (each.fileobj for each in self._selector.get_map().values()):
                        self._selector.unregister(report)
                    with suppress(OSError):
                        report.sendall(_NUMBER.pack(os.waitstatus_to_exitcode(status)))


if __name__ == "__main__":
    main()
