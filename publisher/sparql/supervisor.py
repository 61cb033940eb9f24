"""Keeps worker processes on one store and lends them out, one query each; kills what takes too long or too much.

Each worker has a keeper: a thread that starts it, waits for its death and starts the next. The thread of a request
borrows a free worker, reads its answer and watches it meanwhile; all it does to a bad one is kill it.
"""

from __future__ import annotations

import json
import math
import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from select import select
from socket import socket, socketpair
from typing import IO, BinaryIO, Final, Protocol, cast

from publisher import sandbox
from publisher.config import Sparql
from publisher.errors import (
    AnswerTooLarge,
    DeadlineExceeded,
    EngineBusy,
    EngineCrashed,
    EngineUnavailable,
    MemoryExceeded,
    NotAcceptable,
    PublisherError,
    QuerySyntaxError,
)
from publisher.formats import Format, ResultsFormat
from publisher.sparql import Answer, Query
from publisher.sparql.admission import Admission, Visit
from publisher.sparql.cache import Cache
from publisher.sparql.idle import Idle
from publisher.sparql.worker import CHUNK, FRAME, receive, send
from publisher.sparql.zygote import Zygote

_MODULE: Final = "publisher.sparql.worker"
_MIB: Final = 1 << 20
_WATCH: Final = 0.05
"""Seconds between two looks at the memory of a worker."""
_IN_MEMORY: Final = _MIB
"""Bytes of an answer that are kept in memory; a longer one goes to a file without a name."""
_QUARANTINE: Final = 600.0
"""Seconds for which a query that the engine died of is refused."""
_OPENING: Final = 60.0
"""Seconds that a worker may take to open the store."""
_PLACES: Final = 3
"""Requests for each worker, waiting ones included: more would only take threads from the pages."""
_KEPT: Final = 4
"""A worker that keeps more than this part of a query's memory afterwards is replaced."""
_QUICK: Final = 0.01
"""Seconds in which no query takes so much memory that it would be worth looking."""
_QUAD: Final = 500
"""Bytes that a quad takes in memory."""
_SHARE: Final = 4
"""The store of all processes together may take one part in so many of the memory of the machine."""
_OUT_OF_MEMORY: Final = (b"memory allocation of", b"bad_alloc", b"MemoryError", b"Cannot allocate memory")

_ERRORS: Final[dict[str, type[PublisherError]]] = {
    "syntax": QuerySyntaxError,
    "memory": MemoryExceeded,
    "format": NotAcceptable,
    "engine": EngineCrashed,
}


class Supervisor:
    """The workers of one store. Its methods may be called from any thread."""

    def __init__(self, store: Path, limits: Sparql, *, quads: int = 0) -> None:
        """Begin to start the workers; returns at once. Without the number of quads, `auto` means on disk."""
        count = limits.workers or os.cpu_count() or 1
        self._limits = limits
        self._nest = (_InMemory if in_memory(limits, quads, count) else _OnDisk)(store.resolve(), limits)
        self._cache = Cache(limits)
        self._admission = Admission(limits)
        self._idle = Idle[_Worker]()
        self._quarantined: dict[str, float] = {}
        self._closed = threading.Event()
        self._opened = threading.Event()
        self._alive: set[_Worker] = set()
        self._ended = 0
        self._failure = ""
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(_PLACES * count)
        self._keepers = [threading.Thread(target=self._keep, daemon=True) for _ in range(count)]
        for keeper in self._keepers:
            keeper.start()

    def answer(
        self, query: Query, format: Format | ResultsFormat, client: str = "", timeout: float = math.inf
    ) -> Answer:
        """The whole answer in this format, within `timeout` seconds if that is less than the deadline.

        `client` is whose limits count, empty for nobody's.

        Raises `QuerySyntaxError`, `DeadlineExceeded`, `MemoryExceeded`, `AnswerTooLarge`, `EngineCrashed`,
        `NotAcceptable` when the format cannot hold the answer, `EngineBusy` when no worker is free in time and
        `EngineUnavailable` when none can open the store, `ClientOverBudget` when the client has asked too much.
        """
        key = f"{format.media_type}\x1e{query.key}"
        if found := self._cache.find(key):
            return found
        self._refuse_quarantined(query)
        with self._admission.visit(client) as visit, self._place():
            # Who has little time must not make others, who ask the same, fail too.
            if query.volatile or timeout < self._limits.deadline:
                return self._evaluated(query, format, visit, timeout)
            return self._cache.share(key, lambda: self._evaluated(query, format, visit))

    def _evaluated(
        self, query: Query, format: Format | ResultsFormat, visit: Visit, timeout: float = math.inf
    ) -> Answer:
        limits = self._limits if timeout >= self._limits.deadline else replace(self._limits, deadline=timeout)
        request = json.dumps(
            {
                "text": query.text,
                "format": format.media_type,
                "dataset": query.dataset,
                "default": query.default_graphs,
                "named": query.named_graphs,
            }
        )
        with self._borrowed() as worker:
            try:
                content, size = worker.evaluate(request.encode(), limits)
            except EngineCrashed:
                if self._closed.is_set():
                    raise _closing() from None
                if worker.crashed:
                    self._quarantine(query)
                raise
            finally:
                visit.seconds = worker.seconds
        return Answer(content, size, format.media_type)

    def state(self) -> dict[str, object]:
        """What `/health` tells: how many workers there should be and are, and what their sandbox lacks."""
        with self._lock:
            alive = list(self._alive)
            return {
                "store": self._nest.kind,
                "workers": len(self._keepers),
                "ready": len(alive),
                "free": len(self._idle),
                "replaced": self._ended,
                "quarantined": len(self._quarantined),
                "cache": self._cache.state(),
                "admission": self._admission.state(),
                "missing": sorted({each for worker in alive for each in worker.missing}),
                "failure": self._failure,
            }

    def close(self) -> None:
        """End every worker, also in the middle of a query; returns when all are gone."""
        self._closed.set()
        with self._lock:
            alive = list(self._alive)
        for worker in alive:
            worker.kill()
        # Some may be waiting for a store that is being loaded.
        self._nest.close()
        for keeper in self._keepers:
            keeper.join()

    def _keep(self) -> None:
        """Have one worker at any time, until we are closed."""
        # The kernel kills a worker when the thread that started it ends: this one lives as long as we do.
        pause = 0.1
        while not self._closed.is_set():
            try:
                self._attend(_Worker.start(self._nest))
                pause = 0.1
            except (OSError, EngineUnavailable) as error:
                self._failure = str(error)
                self._closed.wait(pause)
                pause = min(2 * pause, 30.0)

    def _attend(self, worker: _Worker) -> None:
        """Offer a worker to requests and stay with it until it is dead."""
        with self._lock:
            self._alive.add(worker)
            self._failure = ""
        if self._closed.is_set():
            worker.kill()
        self._opened.set()
        self._idle.put(worker)
        worker.bury()
        self._idle.remove(worker)
        with self._lock:
            self._alive.discard(worker)
            self._ended += 1

    @contextmanager
    def _place(self) -> Iterator[None]:
        """One of the places for requests that wait or are evaluated."""
        if not self._places.acquire(blocking=False):
            raise _busy()
        try:
            yield
        finally:
            self._places.release()

    @contextmanager
    def _borrowed(self) -> Iterator[_Worker]:
        worker = self._wait_for_worker()
        try:
            yield worker
        finally:
            worker.busy.release()
            # Whoever takes it looks whether it lives.
            if not worker.killed:
                self._idle.put(worker)

    def _wait_for_worker(self) -> _Worker:
        """A live worker that is ours alone (`busy` is held), as soon as there is one."""
        # The first queries may come while the store is still being opened.
        until = time.monotonic() + (self._limits.wait if self._opened.is_set() else _OPENING)
        while True:
            with self._idle.turn() as turn:
                worker = self._wait(turn, until)
            worker.busy.acquire()
            if worker.lives():
                return worker
            worker.busy.release()

    def _wait(self, turn: Future[_Worker], until: float) -> _Worker:
        """The worker that our turn brings; looks now and then whether waiting still makes sense."""
        while not self._closed.is_set():
            if self._failure and not self._opened.is_set():
                raise EngineUnavailable(f"Queries cannot be answered now: {self._failure}")
            with suppress(TimeoutError):
                return turn.result(timeout=min(0.1, max(0.0, until - time.monotonic())))
            if time.monotonic() >= until:
                raise _busy()
        raise _closing()

    def _refuse_quarantined(self, query: Query) -> None:
        since = self._quarantined.get(query.key, -math.inf)
        if time.monotonic() - since < _QUARANTINE:
            raise EngineCrashed(
                f"The engine died of this query, which is refused for {_QUARANTINE / 60:.0f} minutes; "
                "write it otherwise."
            )

    def _quarantine(self, query: Query) -> None:
        now = time.monotonic()
        with self._lock:
            self._quarantined = {
                key: since for key, since in self._quarantined.items() if now - since < _QUARANTINE
            } | {query.key: now}


def in_memory(limits: Sparql, quads: int, workers: int) -> bool:
    """Whether workers have the store in memory: as the setting says, or if there is room for a copy in each."""
    if limits.store != "auto":
        return limits.store == "memory"
    return 0 < quads * _QUAD * (workers + 1) < sandbox.memory() // _SHARE


class _Nest(Protocol):
    """Where workers come from."""

    kind: str
    life: int
    """Queries after which a worker is replaced."""

    def start(self, channel: socket) -> sandbox.Process:
        """A worker that has the other end of `channel`."""

    def close(self) -> None:
        """Start no more."""


class _OnDisk:
    """Each worker is a fresh process that opens the store by itself."""

    kind = "disk"
    # A fresh process takes as long as a thousand small queries.
    life = 20_000

    def __init__(self, store: Path, limits: Sparql) -> None:
        self._arguments = tuple(map(str, (os.getpid(), store, *_allowance(limits))))

    def start(self, channel: socket) -> sandbox.Process:
        return sandbox.start(_MODULE, *self._arguments, channel=channel)

    def close(self) -> None:
        """Nothing to do."""


class _InMemory:
    """Each worker is forked from a process that has the store in memory, which is started anew when it is gone."""

    kind = "memory"
    life = 1_000

    def __init__(self, store: Path, limits: Sparql) -> None:
        self._arguments = (store, *_allowance(limits))
        self._zygote: Zygote | None = None
        self._closed = False
        self._lock = threading.Lock()

    def start(self, channel: socket) -> sandbox.Process:
        # Called by keepers only, who live as long as we do: the zygote would die with the thread that started it.
        with self._lock:
            if self._zygote is not None and not self._zygote.lives():
                self._end()
            return (self._zygote or self._load()).fork(channel)

    def close(self) -> None:
        self._closed = True
        # Without the lock, which is held while the store is being loaded.
        if self._zygote is not None:
            self._zygote.kill()
        with self._lock:
            self._end()

    def _end(self) -> None:
        zygote, self._zygote = self._zygote, None
        if zygote is not None:
            zygote.close()

    def _load(self) -> Zygote:
        zygote = self._zygote = Zygote(*self._arguments)
        if self._closed:
            raise _closing()
        try:
            zygote.wait()
        except EngineUnavailable:
            self._zygote = None
            raise
        return zygote


def _allowance(limits: Sparql) -> tuple[int, int]:
    """MiB and seconds that the kernel allows a worker."""
    # The address space also holds what is mapped and never used, so it may be twice the memory.
    return 2 * limits.memory, math.ceil(limits.deadline) + 1


def _busy() -> EngineBusy:
    return EngineBusy("All places for queries are taken; try again in a moment.")


def _closing() -> EngineUnavailable:
    return EngineUnavailable("This server is closing; ask again in a moment.")


@dataclass(slots=True, eq=False)
class _Worker:
    """One child process that has opened the store."""

    process: sandbox.Process
    channel: socket
    footprint: int
    """Bytes that it used when it had opened the store."""
    missing: list[str]
    left: int
    """Queries until it is replaced, so that nothing small adds up."""
    busy: threading.Lock = field(default_factory=threading.Lock)
    """Held by whoever uses the channel."""
    buried: threading.Event = field(default_factory=threading.Event)
    problem: bytes = b""
    """What it said when it died."""
    killed: bool = False
    """Whether we have ended it; the process may live on for a moment."""
    seconds: float = 0.0
    """Of processor time, that its last query took; of any time if it did not live to tell."""
    crashed: bool = False
    """Whether it died without being told to."""

    @classmethod
    def start(cls, nest: _Nest) -> _Worker:
        """Start a process and wait until it has opened the store; raises `EngineUnavailable` if it cannot."""
        ours, theirs = socketpair()
        try:
            with theirs:
                process = nest.start(theirs)
        except BaseException:
            ours.close()
            raise
        try:
            greeting = _greeting(ours)
            return cls(process, ours, sandbox.resident(process.pid), greeting["missing"], nest.life)
        except (OSError, EngineUnavailable) as error:
            process.kill()
            said = sandbox.bury(process)
            ours.close()
            last = said.decode(errors="replace").strip().rpartition("\n")[2]
            raise EngineUnavailable(f"{error} {last}".strip()) from None

    def lives(self) -> bool:
        """Whether it can take a query; a free worker says nothing, so what can be read is its end."""
        return not self.killed and not self.buried.is_set() and not select([self.channel], [], [], 0)[0]

    def kill(self) -> None:
        """End it at once; its keeper notices."""
        self.killed = True
        self.process.kill()

    def bury(self) -> None:
        """Wait for its death and clean up."""
        self.problem = sandbox.bury(self.process)
        self.buried.set()
        with self.busy:
            self.channel.close()

    def evaluate(self, request: bytes, limits: Sparql) -> tuple[BinaryIO, int]:
        """Spool the answer; returns it at its beginning, and its size.

        Whatever goes wrong but an error that the worker itself tells ends the worker: there is no other way to
        make it stop.
        """
        begin = time.monotonic()
        spool = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115
        try:
            size = self._spool(request, limits, spool)
        except BaseException as error:
            spool.close()
            if not isinstance(error, _Told):
                self.seconds = time.monotonic() - begin
                self.kill()
                raise
            self.seconds = error.seconds
            raise _ERRORS.get(error.kind, EngineCrashed)(str(error)) from None
        self.left -= 1
        if not self.left:
            self.kill()
        slow = time.monotonic() - begin > _QUICK
        if slow and sandbox.resident(self.process.pid) > self.footprint + limits.memory * _MIB // _KEPT:
            self.kill()
        spool.seek(0)
        return spool, size

    def _spool(self, request: bytes, limits: Sparql, spool: IO[bytes]) -> int:
        size = 0
        for data in self._frames(request, limits):
            size += len(data)
            if size > limits.answer * _MIB:
                raise AnswerTooLarge(
                    f"The answer has more than {limits.answer} MiB (setting `answer` in [sparql]); ask for less "
                    "(LIMIT), or take the whole dataset from its downloads."
                )
            spool.write(data)
        return size

    def _frames(self, request: bytes, limits: Sparql) -> Iterator[bytes]:
        """The data of the answer as it comes; raises when the worker tells an error, dies or must die."""
        watch = _Watch(self, limits)
        received = bytearray()
        try:
            self.channel.settimeout(limits.deadline)
            send(self.channel, b"Q", request)
            self.channel.settimeout(_WATCH)
            while True:
                watch.look()
                try:
                    more = self.channel.recv(CHUNK + FRAME.size)
                except TimeoutError:
                    continue
                if not more:
                    raise ConnectionResetError
                received += more
                for kind, content in _complete(received):
                    if kind == b"E":
                        self.seconds = float(content)
                        return
                    if kind == b"X":
                        raise _Told(**json.loads(content))
                    yield content
        except TimeoutError:
            raise watch.too_late() from None
        except ConnectionError:
            raise self._why_dead(limits) from None

    def _why_dead(self, limits: Sparql) -> PublisherError:
        """What the death of a worker that nobody here killed says about the query."""
        self.kill()
        self.buried.wait(10.0)
        code = self.process.returncode
        if code == -signal.SIGXCPU:
            return DeadlineExceeded(f"No answer after {limits.deadline:g} seconds of computing.")
        if any(sign in self.problem for sign in _OUT_OF_MEMORY):
            return _over_memory(limits)
        self.crashed = True
        return EngineCrashed("The engine died of this query. Write it otherwise.")


class _Told(Exception):
    """An error that the worker told and survived."""

    def __init__(self, kind: str, message: str, seconds: float) -> None:
        super().__init__(message)
        self.kind = kind
        self.seconds = seconds


class _Watch:
    """Looks at the clock, and every 50 ms at the memory."""

    def __init__(self, worker: _Worker, limits: Sparql) -> None:
        self._pid = worker.process.pid
        self._most = worker.footprint + limits.memory * _MIB
        self._limits = limits
        self._end = time.monotonic() + limits.deadline
        self._next = time.monotonic() + _WATCH

    def look(self) -> None:
        """Raise `DeadlineExceeded` or `MemoryExceeded` when it is time to."""
        now = time.monotonic()
        if now >= self._end:
            raise self.too_late()
        if now >= self._next:
            self._next = now + _WATCH
            if sandbox.resident(self._pid) > self._most:
                raise _over_memory(self._limits)

    def too_late(self) -> DeadlineExceeded:
        return DeadlineExceeded(
            f"No answer within {self._limits.deadline:g} seconds (setting `deadline` in [sparql], or `timeout`); "
            "ask for less."
        )


def _over_memory(limits: Sparql) -> MemoryExceeded:
    return MemoryExceeded(
        f"The query needed more than {limits.memory} MiB of memory (setting `memory` in [sparql]); ask for less."
    )


def _complete(received: bytearray) -> Iterator[tuple[bytes, bytes]]:
    """Take the frames that are whole off the beginning."""
    while len(received) >= FRAME.size:
        kind, size = FRAME.unpack_from(received)
        if len(received) < FRAME.size + size:
            return
        content = bytes(received[FRAME.size : FRAME.size + size])
        del received[: FRAME.size + size]
        yield kind, content


def _greeting(channel: socket) -> dict[str, list[str]]:
    channel.settimeout(_OPENING)
    greeting = json.loads(receive(channel) or b'{"message": "The process for queries ended at once."}')
    if "missing" not in greeting:
        raise EngineUnavailable(str(greeting["message"]))
    return cast(dict[str, list[str]], greeting)
