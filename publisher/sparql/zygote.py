"""A process that has the whole store in memory and forks workers that have it too, in a few milliseconds.

It is exec'd, and it has one thread: forking a process with more would copy locks that nobody will open. For that
reason it never opens the store on disk, whose engine has threads; a child of its own does and tells the content.

Over its channel the supervisor sends, for each worker, three descriptors: the worker's channel, its standard error
and a report. On the report the zygote says the worker's number, and later how it ended; a supervisor that stops
writing to a report wants that worker killed. Only its parent knows for sure whose number it is.
"""

from __future__ import annotations

import gc
import gzip
import os
import selectors
import shutil
import signal
import socket as sockets
import struct
import sys
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from socket import socket, socketpair
from typing import IO, Final, Never

from pyoxigraph import RdfFormat, Store, parse

from publisher import sandbox
from publisher.sparql import worker
from publisher.sparql.wire import send

_NUMBER: Final = struct.Struct("<i")
_DESCRIPTORS: Final = 3


class Zygote:
    """The process, seen from its supervisor."""

    def __init__(self, store: Path, statements: Path | None, memory: int, seconds: int) -> None:
        """Start it; returns at once. It reads the statements, where there is a file of them, or else the store."""
        self.channel, theirs = socketpair()
        arguments = map(str, (os.getpid(), store, statements or "", memory, seconds))
        with theirs:
            self._process = sandbox.start(__name__, *arguments, channel=theirs)

    def hears(self) -> bool:
        """Read what it says: True that it has the store in memory, False that it is gone."""
        try:
            return bool(self.channel.recv(4096))
        except OSError:
            return False

    def fork(self, channel: socket) -> Forked:
        """A worker at the other end of this channel, as soon as it is forked; raises `OSError`."""
        report, theirs = socketpair()
        problem, said = os.pipe()
        try:
            with theirs:
                sockets.send_fds(self.channel, [b"F"], [channel.fileno(), said, theirs.fileno()])
        except OSError:
            report.close()
            os.close(problem)
            raise
        finally:
            os.close(said)
        return Forked(report, problem)

    def close(self) -> str:
        """End it, and with it its workers, and clean up; returns the last line that it said."""
        self._process.kill()
        self.channel.close()
        return sandbox.last_line(sandbox.bury(self._process))


class Forked:
    """A worker that is the zygote's child; to us it is what a child of our own would be."""

    def __init__(self, report: socket, problem: int) -> None:
        self.returncode: int | None = None
        self.stderr: IO[bytes] | None = os.fdopen(problem, "rb", buffering=0)
        self._report = report

    @cached_property
    def pid(self) -> int:
        """Its number, 0 when it was never forked; waits until it is."""
        return self._told(0)

    def kill(self) -> None:
        """Have the zygote kill it."""
        with suppress(OSError):
            self._report.shutdown(sockets.SHUT_WR)

    def wait(self) -> int:
        """Wait for its end; returns its code, negative for a signal."""
        with self._report:
            self.returncode = self._told(-signal.SIGKILL) if self.pid else -signal.SIGKILL
        return self.returncode

    def _told(self, otherwise: int) -> int:
        """The next number in the report; a zygote that was killed itself resets the connection."""
        try:
            told = self._report.recv(_NUMBER.size)
        except ConnectionError:
            told = b""
        return int(_NUMBER.unpack(told)[0]) if told else otherwise


def main() -> None:
    """Load, then fork until the supervisor hangs up. Arguments: socket, parent, store, file, MiB, seconds."""
    descriptor, parent, store, statements, memory, seconds = sys.argv[1:]
    channel = socket(fileno=int(descriptor))
    sandbox.die_with(int(parent))
    loaded = _load(partial(_unpack, statements) if statements else partial(_dump, store))
    # What is there now is never garbage; looking at it would only copy pages that are shared.
    gc.freeze()
    send(channel, b"R", b"{}")
    parent_of_all = os.getpid()

    def work(channel: socket) -> None:
        missing = sandbox.step_down(None, parent_of_all)
        worker.run(channel, lambda: loaded, int(memory) << 20, int(seconds), missing)

    _Nursery(channel, work).tend()


def _load(tell: Callable[[IO[bytes]], None]) -> Store:
    """What a child of ours tells in N-Quads, in memory."""
    source, sink = os.pipe()
    parent, child = os.getpid(), os.fork()
    if not child:
        # Else it would write for ever to itself when its parent is gone.
        os.close(source)
        sandbox.die_with(parent)
        _tell(tell, sink)
    os.close(sink)
    loaded = Store()
    with os.fdopen(source, "rb") as file:
        # Not `load`, which would give blank nodes other names than they have on disk.
        loaded.extend(parse(file, RdfFormat.N_QUADS))
    if os.waitpid(child, 0)[1]:
        raise SystemExit(1)
    return loaded


def _tell(tell: Callable[[IO[bytes]], None], sink: int) -> Never:
    try:
        with os.fdopen(sink, "wb") as file:
            tell(file)
    except (OSError, EOFError, zlib.error, RuntimeError) as error:
        print(error, file=sys.stderr, flush=True)
        os._exit(1)
    os._exit(0)


def _unpack(statements: str, sink: IO[bytes]) -> None:
    with gzip.open(statements) as file:
        shutil.copyfileobj(file, sink, 1 << 20)


def _dump(store: str, sink: IO[bytes]) -> None:
    Store.read_only(store).dump(sink, format=RdfFormat.N_QUADS)


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
