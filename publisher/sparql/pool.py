"""The workers: started, lent out for one query each, watched, killed for taking too long or too much, replaced."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from select import select
from selectors import EVENT_READ, BaseSelector
from socket import socket, socketpair
from typing import Any, Final, Protocol

from publisher import sandbox
from publisher.config import Sparql
from publisher.errors import (
    DeadlineExceeded,
    EngineCrashed,
    EngineUnavailable,
    MemoryExceeded,
    NotAcceptable,
    PublisherError,
    QuerySyntaxError,
)
from publisher.sparql.nest import Nest
from publisher.sparql.wire import CHUNK, HEAD, Inbox, send

WATCH: Final = 0.05
"""Seconds between two looks at the clock and at the memory of a worker."""

_MIB: Final = 1 << 20
_OPENING: Final = 60.0
"""Seconds that a worker may take to open the store."""
_LONGEST: Final = 1 << 20
"""Bytes that one message of a worker may have."""
_HURRY: Final = 1.0
"""Seconds for which a worker may not read what it is sent, before it is given up."""
_INNOCENT: Final = 0.1
"""Seconds before which a query has nothing to do with the end of its worker, if that was killed."""
_KEPT: Final = 4
"""A worker that keeps more than this part of a query's memory afterwards is replaced."""
_QUICK: Final = 0.01
"""Seconds in which no query takes so much memory that it would be worth looking."""
_RESERVE: Final = 2
"""Times as many workers as usual may be there while queries wait and all workers are busy."""
_REST: Final = 10.0
"""Seconds after which workers that are more than usual are ended, when nobody needed them."""
_PAUSES: Final = (0.1, 30.0)
"""Seconds until the next try when none can be started: the first time and at most."""
_OUT_OF_MEMORY: Final = (b"memory allocation of", b"bad_alloc", b"MemoryError", b"Cannot allocate memory")

_TOLD: Final[dict[str, type[PublisherError]]] = {
    "syntax": QuerySyntaxError,
    "memory": MemoryExceeded,
    "format": NotAcceptable,
    "engine": EngineCrashed,
}
"""Errors that a worker tells and survives."""


class Evaluation(Protocol):
    """One query in a worker; exactly one of `finish` and `fail` is called, once, at the end."""

    request: bytes
    deadline: float
    """Seconds that it may take."""

    def take(self, content: bytes) -> None:
        """The next part of the answer. Raises `PublisherError` when there can be no more."""

    def finish(self, seconds: float) -> None:
        """The answer is whole; it took so many seconds of processor time."""

    def again(self) -> bool:
        """Whether it waits for another worker, its own having been killed by others before it did anything."""

    def fail(self, error: PublisherError, seconds: float, *, crashed: bool = False) -> None:
        """There is no answer; `crashed` when the worker died without being told to."""


@dataclass(slots=True, eq=False)
class _Worker:
    """One child process. Until it has opened the store it has no footprint."""

    process: sandbox.Process
    channel: socket
    left: int
    """Queries until it is replaced, so that nothing small adds up."""
    since: float
    """When it was started, or its query."""
    inbox: Inbox = field(default_factory=lambda: Inbox(_LONGEST))
    footprint: int = 0
    """Bytes that it used when it had opened the store."""
    missing: list[str] = field(default_factory=list)
    evaluation: Evaluation | None = None
    killed: bool = False
    """Whether we have ended it; the process may live on for a moment."""

    def kill(self) -> None:
        """End it at once; its channel will say so."""
        self.killed = True
        self.process.kill()

    def lives(self) -> bool:
        """Whether it can take a query; a free worker says nothing, so what can be read is its end."""
        return not self.killed and not select([self.channel], [], [], 0)[0]


class Pool:
    """The workers on one store. Not for threads: whoever runs the selector calls everything here."""

    def __init__(
        self,
        nest: Callable[[Callable[[], None]], Nest],
        limits: Sparql,
        count: int,
        selector: BaseSelector,
        changed: Callable[[], None],
    ) -> None:
        """Begin to start `count` workers. Calls `changed` when one is free or when none can be had.

        `nest` makes where they come from, given what to call when that has news.
        """
        self._limits = limits
        self._usual = self._count = count
        self._needed = 0.0
        self._selector = selector
        self._changed = changed
        self._nest = nest(self.fill)
        self._workers: set[_Worker] = set()
        self._free: list[_Worker] = []
        self._again = 0.0
        self._pause = _PAUSES[0]
        self._ended = 0
        self.failure = ""
        """Why none can be started, if that is so."""
        self.opened = False
        """Whether there has ever been one that could answer."""
        self.fill()

    @property
    def free(self) -> bool:
        """Whether a worker waits for a query. The last one was busy last: what it needs is near the processor."""
        while self._free and not self._free[-1].lives():
            self._free.pop().kill()
        return bool(self._free)

    @property
    def idle(self) -> bool:
        """Whether nothing needs to be looked at from time to time."""
        return len(self._free) == len(self._workers) == self._usual

    def evaluate(self, evaluation: Evaluation) -> bool:
        """Give a query to the free worker that was busy last; whether there was one that took it."""
        while self.free:
            worker = self._free.pop()
            try:
                send(worker.channel, b"Q", evaluation.request)
            except OSError:
                worker.kill()
                continue
            worker.evaluation, worker.since = evaluation, time.monotonic()
            return True
        return False

    def end(self, evaluation: Evaluation, error: PublisherError) -> None:
        """End a query that a worker has, with this error."""
        for worker in self._workers:
            if worker.evaluation is evaluation:
                self._end(worker, error)

    def reinforce(self) -> None:
        """Somebody waits: have more workers than usual if all have something to do."""
        if sum(each.evaluation is not None for each in self._workers) >= self._usual:
            self._needed = time.monotonic()
            self._count = _RESERVE * self._usual
            self.fill()

    def long(self, seconds: float) -> Sequence[Evaluation]:
        """The queries that workers have had for so many seconds, if they are more than usual there are workers."""
        since = time.monotonic() - seconds
        found = [each.evaluation for each in self._workers if each.evaluation is not None and each.since < since]
        return found if len(found) > self._usual else ()

    def look(self) -> None:
        """End what takes too long or too much, start what is missing. Call it every `WATCH` seconds."""
        now = time.monotonic()
        for worker in [each for each in self._workers if not each.killed]:
            if worker.evaluation is not None:
                self._look_at(worker, worker.evaluation, now)
            elif not worker.footprint and now > worker.since + _OPENING:
                worker.kill()
        if now > self._needed + _REST:
            self._dismiss()
        if len(self._workers) < self._count and now >= self._again:
            self.fill()

    def fill(self) -> None:
        """Start the workers that are missing."""
        try:
            while self._nest.open() and len(self._workers) < self._count:
                self._start()
        except (OSError, EngineUnavailable) as error:
            self._fail(str(error))

    def state(self) -> dict[str, object]:
        """What `/health` tells."""
        ready = [each for each in self._workers if each.footprint and not each.killed]
        return {
            "store": self._nest.kind,
            "workers": self._count,
            "ready": len(ready),
            "free": len(self._free),
            "replaced": self._ended,
            "missing": sorted({each for worker in ready for each in worker.missing}),
            "failure": self.failure,
        }

    def close(self) -> None:
        """End every worker; returns when all are gone."""
        for worker in self._workers:
            worker.kill()
        self._nest.close()
        for worker in self._workers:
            sandbox.bury(worker.process)

    def _dismiss(self) -> None:
        """Have as many workers as usual again."""
        self._count = self._usual
        for _ in range(min(len(self._workers) - self._usual, len(self._free))):
            self._free.pop(0).kill()

    def _start(self) -> None:
        ours, theirs = socketpair()
        try:
            with theirs:
                process = self._nest.start(theirs)
        except BaseException:
            ours.close()
            raise
        ours.settimeout(_HURRY)
        worker = _Worker(process, ours, self._nest.life, time.monotonic())
        self._workers.add(worker)
        self._selector.register(ours, EVENT_READ, partial(self._hear, worker))

    def _fail(self, reason: str) -> None:
        """None can be started: try again after ever longer pauses."""
        self.failure = reason
        self._again = time.monotonic() + self._pause
        self._pause = min(2 * self._pause, _PAUSES[1])
        self._changed()

    def _hear(self, worker: _Worker) -> None:
        """Read what a worker says."""
        try:
            data = worker.channel.recv(CHUNK + HEAD.size)
        except OSError:
            data = b""
        if not data:
            self._bury(worker)
            return
        try:
            for kind, content in worker.inbox.frames(data):
                if not worker.killed:
                    self._told(worker, kind, content)
        except (ValueError, KeyError, TypeError):
            # It does not speak as our program does, so it no longer is our program.
            self._end(worker, EngineCrashed("The engine went wrong over this query. Write it otherwise."))

    def _told(self, worker: _Worker, kind: bytes, content: bytes) -> None:
        evaluation = worker.evaluation
        if evaluation is None:
            self._greeted(worker, kind, json.loads(content))
        elif kind == b"D":
            try:
                evaluation.take(content)
            except PublisherError as error:
                self._end(worker, error)
        elif kind == b"E":
            seconds = float(content)
            self._release(worker)
            evaluation.finish(seconds)
            self._changed()
        else:
            told: dict[str, Any] = json.loads(content)
            fault, seconds = _TOLD.get(told["kind"], EngineCrashed)(told["message"]), float(told["seconds"])
            self._release(worker)
            evaluation.fail(fault, seconds)
            self._changed()

    def _greeted(self, worker: _Worker, kind: bytes, greeting: dict[str, Any]) -> None:
        """A worker has opened the store, or says why it cannot."""
        if kind != b"R":
            worker.kill()
            self._fail(greeting["message"])
            return
        worker.missing = greeting["missing"]
        worker.footprint = max(1, sandbox.resident(worker.process.pid))
        self.failure, self.opened, self._pause = "", True, _PAUSES[0]
        self._free.append(worker)
        self._changed()

    def _release(self, worker: _Worker) -> None:
        """A query is done: the worker is free again, or replaced when it has had its time or keeps too much."""
        worker.evaluation = None
        worker.left -= 1
        slow = time.monotonic() - worker.since > _QUICK
        if not worker.left or (slow and self._uses(worker, self._limits.memory * _MIB // _KEPT)):
            worker.kill()
        else:
            self._free.append(worker)

    def _uses(self, worker: _Worker, more: int) -> bool:
        """Whether a worker has more memory than it began with and so many bytes."""
        return sandbox.resident(worker.process.pid) > worker.footprint + more

    def _look_at(self, worker: _Worker, evaluation: Evaluation, now: float) -> None:
        if now >= worker.since + evaluation.deadline:
            self._end(worker, _too_late(evaluation.deadline))
        elif self._uses(worker, self._limits.memory * _MIB):
            self._end(worker, self._over_memory())

    def _end(self, worker: _Worker, error: PublisherError) -> None:
        """Kill a worker for what its query does: there is no other way to make it stop."""
        worker.kill()
        evaluation, worker.evaluation = worker.evaluation, None
        if evaluation is not None:
            evaluation.fail(error, time.monotonic() - worker.since)

    def _bury(self, worker: _Worker) -> None:
        """A worker is dead, whoever killed it."""
        self._selector.unregister(worker.channel)
        worker.channel.close()
        self._workers.discard(worker)
        if worker in self._free:
            self._free.remove(worker)
        self._ended += 1
        # It may also have hung up and live on.
        worker.process.kill()
        said = sandbox.bury(worker.process)
        evaluation, seconds = worker.evaluation, time.monotonic() - worker.since
        # What a query does makes the engine abort; to be killed just when it came is the fate of others.
        killed = worker.process.returncode == -signal.SIGKILL
        if evaluation is not None and not (killed and seconds < _INNOCENT and evaluation.again()):
            error = self._why_dead(worker.process.returncode, said)
            evaluation.fail(error, seconds, crashed=isinstance(error, EngineCrashed) and not killed)
        if not worker.footprint and not worker.killed:
            self._fail(f"A process for queries ended at once. {sandbox.last_line(said)}".strip())
        elif not self.failure:
            self.fill()
        self._changed()

    def _why_dead(self, code: int | None, said: bytes) -> PublisherError:
        """What the death of a worker that nobody here killed says about its query."""
        if code == -signal.SIGXCPU:
            return DeadlineExceeded(f"No answer after {self._limits.deadline:g} seconds of computing.")
        if any(sign in said for sign in _OUT_OF_MEMORY):
            return self._over_memory()
        return EngineCrashed("The engine died of this query. Write it otherwise.")

    def _over_memory(self) -> MemoryExceeded:
        most = self._limits.memory
        return MemoryExceeded(
            f"The query needed more than {most} MiB of memory (setting `memory` in [sparql]); ask for less."
        )


def _too_late(deadline: float) -> DeadlineExceeded:
    return DeadlineExceeded(
        f"No answer within {deadline:g} seconds (setting `deadline` in [sparql], or `timeout`); ask for less."
    )
