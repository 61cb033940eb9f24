"""The process that all web processes ask: who may ask now, who waits for a worker, what was answered before.

It is one process with one thread, so there is one pool of workers and one budget for each client, however many
processes answer requests. It never parses a query. Web processes have connections to it, and on each of them one
question at a time. A question is a frame `Q` (a head in JSON, a line feed, the request for the worker), `M` (count
a mistake of a client) or `S` (state). The answer is a frame `A` (all of it), `F` (its size; a file with it comes
along) or `X` (error).

It ends when told to, or when nobody has been connected for a while.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket as sockets
import sys
import tempfile
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from socket import socket, socketpair
from typing import IO, Final

from publisher.config import Sparql
from publisher.errors import (
    AnswerTooLarge,
    ClientOverBudget,
    EngineBusy,
    EngineCrashed,
    EngineUnavailable,
    PublisherError,
    QueryError,
)
from publisher.sparql import nest
from publisher.sparql.admission import Admission
from publisher.sparql.cache import Cache
from publisher.sparql.pool import WATCH, Pool
from publisher.sparql.wire import CHUNK, Inbox, frame, user_of

_MIB: Final = 1 << 20
_QUARANTINE: Final = 600.0
"""Seconds for which a query that the engine died of is refused."""
_LONG: Final = 0.25
"""Seconds after which a query is long: there must always be a worker without one, for who has a short question."""
_OPENING: Final = 60.0
"""Seconds that the first queries may wait for the store to be opened."""
_ALONE: Final = 3.0
"""Seconds without any connection after which nobody will come again."""
_LONGEST: Final = 1 << 26
"""Bytes that one message of a web process may have."""
_HURRY: Final = 1.0
"""Seconds for which a web process may not read its answer before it is given up."""
_GARBAGE: Final = 50_000
"""Objects that may be made before cycles are looked for: a query makes some twenty."""


def main() -> None:
    """Serve the web processes that come. Arguments: listening socket, store, quads, file, settings."""
    descriptor, store, quads, statements, limits = sys.argv[1:]
    content = nest.Content(Path(store), int(quads), Path(statements) if statements else None)
    supervisor = Supervisor(socket(fileno=int(descriptor)), content, Sparql(**json.loads(limits)))
    signal.signal(signal.SIGTERM, lambda *_: supervisor.stop())
    # A signal becomes something to read: it also wakes who is only waiting.
    woken, wake = socketpair()
    wake.setblocking(False)
    signal.set_wakeup_fd(wake.fileno())
    supervisor.selector.register(woken, EVENT_READ, lambda: woken.recv(64))
    # Nothing here makes cycles but errors.
    gc.freeze()
    gc.set_threshold(_GARBAGE)
    supervisor.run()


@dataclass(slots=True, eq=False)
class _Question:
    """One query that a web process waits for."""

    connection: socket
    key: str
    request: bytes
    client: str
    deadline: float
    """Seconds that its evaluation may take."""
    kept: bool
    """Whether its answer is the same for all who ask the same, and may be kept."""
    until: float
    """The moment after which it waits no longer for a turn or for a worker."""


class _Evaluation:
    """One query in a worker, and the questions it answers: others may have asked the same meanwhile."""

    def __init__(self, supervisor: Supervisor, question: _Question) -> None:
        self.request = question.request
        self.deadline = question.deadline
        self.questions = [question]
        self.spool = _Spool(supervisor.limits.answer)
        self.repeated = False
        self._supervisor = supervisor

    def take(self, content: bytes) -> None:
        """Part of the answer."""
        self.spool.write(content)

    def finish(self, seconds: float) -> None:
        """All of it is there."""
        self._supervisor.finish(self, seconds)

    def again(self) -> bool:
        """Be the first to get another worker, once."""
        if self.repeated or self.spool.size:
            return False
        self.repeated = True
        self._supervisor.repeat(self)
        return True

    def fail(self, error: PublisherError, seconds: float, *, crashed: bool = False) -> None:
        """There will be none."""
        self._supervisor.fail(self, error, seconds, crashed=crashed)


class _Spool:
    """An answer as it grows: in memory at first, later in a file without a name."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._parts: list[bytes] = []
        self._file: IO[bytes] | None = None
        self.size = 0

    def write(self, content: bytes) -> None:
        """Add a part; raises `AnswerTooLarge`, `EngineUnavailable` when there is no room for it."""
        self.size += len(content)
        if self.size > self._most * _MIB:
            raise AnswerTooLarge(
                f"The answer has more than {self._most} MiB (setting `answer` in [sparql]); ask for less (LIMIT), "
                "or take the whole dataset from its downloads."
            )
        self._parts.append(content)
        if self.size > CHUNK:
            self._put_away()

    def _put_away(self) -> None:
        try:
            self._file = self._file or tempfile.TemporaryFile()  # noqa: SIM115
            self._file.write(b"".join(self._parts))
            self._file.flush()
        except OSError as error:
            raise EngineUnavailable(f"There is no room for the answer: {error.strerror}.") from None
        self._parts.clear()

    def content(self) -> bytes:
        """All of it."""
        if self._file is None:
            return b"".join(self._parts)
        return os.pread(self._file.fileno(), self.size, 0)

    @property
    def file(self) -> int | None:
        """The descriptor of its file, if it is not short."""
        return None if self._file is None else self._file.fileno()

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()


@dataclass(slots=True)
class Supervisor:
    """One endpoint: its workers, its clients, its answers."""

    listener: socket
    content: nest.Content
    limits: Sparql
    connections: dict[socket, Inbox] = field(default_factory=dict)
    evaluations: set[_Evaluation] = field(default_factory=set)
    """All that have begun."""
    waiting: deque[_Evaluation] = field(default_factory=deque)
    """Those that have no worker yet: first come first served, but before who has spent more."""
    patient: deque[_Question] = field(default_factory=deque)
    """Those whose client has as many turns as it may."""
    under_way: dict[str, _Evaluation] = field(default_factory=dict)
    quarantined: dict[str, float] = field(default_factory=dict)
    stopping: bool = False
    selector: DefaultSelector = field(default_factory=DefaultSelector)
    cache: Cache = field(init=False)
    admission: Admission[_Question] = field(init=False)
    pool: Pool = field(init=False)

    def __post_init__(self) -> None:
        limits = self.limits
        self.cache = Cache(limits)
        self.admission = Admission(limits)
        self.selector.register(self.listener, EVENT_READ, self._accept)
        count = limits.workers or os.cpu_count() or 1
        source = partial(nest.choose, self.content, limits, count, self.selector)
        self.pool = Pool(source, limits, count, self.selector, self._proceed)

    def run(self) -> None:
        """Answer until told to stop, or until nobody asks any more."""
        look, alone = 0.0, time.monotonic() + _ALONE
        while not self.stopping:
            for key, _ in self.selector.select(WATCH if self._busy else _ALONE):
                key.data()
            now = time.monotonic()
            if now >= look:
                look = now + WATCH
                self._look(now)
            alone = now + _ALONE if self.connections else alone
            self.stopping |= now > alone
        self.listener.close()
        for connection in self.connections:
            connection.close()
        self.pool.close()

    def stop(self) -> None:
        """Make `run` return."""
        self.stopping = True

    @property
    def _busy(self) -> bool:
        return bool(self.waiting or self.patient or not self.pool.idle)

    def _look(self, now: float) -> None:
        """Do what is due: kill, start, and tell those who have waited long enough."""
        self.pool.look()
        for question in [each for each in self.patient if now > each.until]:
            self.patient.remove(question)
            self._say(question.connection, self.admission.give_up(question.client, question))
        if self.waiting:
            self.pool.reinforce()
            self._make_room()
        for evaluation in [each for each in self.waiting if now > each.questions[0].until]:
            self.waiting.remove(evaluation)
            evaluation.fail(_busy(), 0.0)

    def _make_room(self) -> None:
        """When too many long queries keep others waiting, end one whose client has asked most."""
        long = self.pool.long(_LONG)
        evaluations = [each for each in self.evaluations if each in long]
        if evaluations:
            self.pool.end(min(evaluations, key=self._standing), _in_the_way())

    def _standing(self, evaluation: _Evaluation) -> tuple[int, tuple[int, int]]:
        """Who has fewer queries here is served first, then who usually asks short ones."""
        client = evaluation.questions[0].client
        here = sum(each.questions[0].client == client for each in self.evaluations)
        return -here, self.admission.standing(client)

    def _accept(self) -> None:
        connection, _ = self.listener.accept()
        if not _is_ours(connection):
            connection.close()
            return
        connection.settimeout(_HURRY)
        self.connections[connection] = Inbox(_LONGEST)
        self.selector.register(connection, EVENT_READ, partial(self._hear, connection))

    def _hear(self, connection: socket) -> None:
        """Read what a web process asks."""
        try:
            data = connection.recv(CHUNK)
        except OSError:
            data = b""
        if not data:
            self._hang_up(connection)
            return
        for kind, content in self.connections[connection].frames(data):
            try:
                self._asked(connection, kind, content)
            except PublisherError as error:
                self._say(connection, error)

    def _hang_up(self, connection: socket) -> None:
        """A web process, or a thread of it, has ended; what it asked is of no use to anybody."""
        if self.connections.pop(connection, None) is None:
            return
        self.selector.unregister(connection)
        connection.close()
        for question in [each for each in self.patient if each.connection is connection]:
            self.patient.remove(question)
            self.admission.give_up(question.client, question)
        for evaluation in tuple(self.evaluations):
            if not any(each.connection in self.connections for each in evaluation.questions):
                self._forget(evaluation)

    def _asked(self, connection: socket, kind: bytes, content: bytes) -> None:
        if kind == b"S":
            self._send(connection, b"A", json.dumps(self.state()).encode())
        elif kind == b"M":
            self.admission.mistake(content.decode())
            self._send(connection, b"A", b"")
        else:
            self._ask(connection, content)

    def _ask(self, connection: socket, content: bytes) -> None:
        """Answer a query from what was answered before, or begin to find the answer; raises `PublisherError`."""
        head, _, request = content.partition(b"\n")
        key, client, timeout, kept = json.loads(head)
        if kept and (found := self.cache.find(key)) is not None:
            self._answer(connection, found)
            return
        self._refuse_quarantined(key)
        deadline = min(timeout or self.limits.deadline, self.limits.deadline)
        # Who has little time must not make others, who ask the same, fail too.
        kept = kept and deadline == self.limits.deadline
        until = time.monotonic() + self.limits.patience
        question = _Question(connection, key, request, client, deadline, kept, until)
        if self.admission.enter(client, question):
            self._begin(question)
            return
        self.patient.append(question)
        if len(self.patient) > self.limits.queue:
            self.patient.remove(question)
            raise self.admission.give_up(client, question)

    def _begin(self, question: _Question) -> None:
        """It is a client's turn: evaluate, unless somebody else is having the same evaluated."""
        if question.kept and question.key in self.under_way:
            self.under_way[question.key].questions.append(question)
            return
        # The first queries may come while the store is still being opened.
        question.until = time.monotonic() + (self.limits.wait if self.pool.opened else _OPENING)
        evaluation = _Evaluation(self, question)
        if question.kept:
            self.under_way[question.key] = evaluation
        self.evaluations.add(evaluation)
        self.waiting.append(evaluation)
        self._proceed()
        if len(self.waiting) > self.limits.queue:
            # Of equals the one that has waited longest: it has least time left.
            last = min(self.waiting, key=self._standing)
            self.waiting.remove(last)
            last.fail(_busy(), 0.0)

    def _in_order(self) -> Sequence[_Evaluation]:
        """Those who wait: first come first, but last come first when long queries leave no time for all of them.

        Otherwise all would wait nearly as long as anybody may, and most for nothing.
        """
        return [*reversed(self.waiting)] if self.pool.long(_LONG) else [*self.waiting]

    def _proceed(self) -> None:
        """Give free workers to those who wait."""
        while self.waiting and self.pool.free:
            # Mostly there is one, and then there is nothing to compare.
            first = max(self._in_order(), key=self._standing) if len(self.waiting) > 1 else self.waiting[0]
            if self.pool.evaluate(first):
                self.waiting.remove(first)
        if self.waiting and self.pool.failure and not self.pool.opened:
            self.waiting.popleft().fail(
                EngineUnavailable(f"Queries cannot be answered now: {self.pool.failure}"), 0.0
            )

    def repeat(self, evaluation: _Evaluation) -> None:
        """Evaluate it once more, before all others."""
        evaluation.questions[0].until = time.monotonic() + self.limits.wait
        self.waiting.appendleft(evaluation)

    def finish(self, evaluation: _Evaluation, seconds: float) -> None:
        """An answer is whole: keep it, give it to all who asked."""
        question, spool = evaluation.questions[0], evaluation.spool
        if question.kept:
            self.cache.missed()
            if self.cache.fits(spool.size):
                self.cache.keep(question.key, spool.content())
        for each in evaluation.questions:
            self._give(each.connection, spool)
        self._leave(evaluation, seconds, failed=False)

    def fail(self, evaluation: _Evaluation, error: PublisherError, seconds: float, *, crashed: bool) -> None:
        """There will be no answer: tell all who asked."""
        if crashed:
            self._quarantine(evaluation.questions[0].key)
        for each in evaluation.questions:
            self._say(each.connection, error)
        self._leave(evaluation, seconds, failed=isinstance(error, QueryError))

    def state(self) -> dict[str, object]:
        """What `/health` tells."""
        return self.pool.state() | {
            "quarantined": len(self.quarantined),
            "cache": self.cache.state(),
            "admission": self.admission.state(),
        }

    def _leave(self, evaluation: _Evaluation, seconds: float, *, failed: bool) -> None:
        """Charge who asked first for what it took, and let the next query of each client begin."""
        self.evaluations.discard(evaluation)
        evaluation.spool.close()
        first = evaluation.questions[0]
        if self.under_way.get(first.key) is evaluation:
            del self.under_way[first.key]
        for each in evaluation.questions:
            self._leave_turn(each, seconds if each is first else 0.0, failed=failed)

    def _leave_turn(self, question: _Question, seconds: float, *, failed: bool) -> None:
        following = self.admission.leave(question.client, seconds, failed=failed)
        if following is not None:
            self.patient.remove(following)
            self._begin(following)

    def _forget(self, evaluation: _Evaluation) -> None:
        """Nobody waits for this any more."""
        if evaluation in self.waiting:
            self.waiting.remove(evaluation)
            evaluation.fail(EngineUnavailable("Nobody waits for the answer."), 0.0)
        else:
            self.pool.end(evaluation, EngineUnavailable("Nobody waits for the answer."))

    def _refuse_quarantined(self, key: str) -> None:
        since = self.quarantined.get(key, -_QUARANTINE)
        if time.monotonic() - since < _QUARANTINE:
            raise EngineCrashed(
                f"The engine died of this query, which is refused for {_QUARANTINE / 60:.0f} minutes; "
                "write it otherwise."
            )

    def _quarantine(self, key: str) -> None:
        now = time.monotonic()
        self.quarantined = {
            each: since for each, since in self.quarantined.items() if now - since < _QUARANTINE
        } | {key: now}

    def _answer(self, connection: socket, content: bytes) -> None:
        if len(content) <= CHUNK:
            self._send(connection, b"A", content)
            return
        spool = _Spool(self.limits.answer)
        try:
            spool.write(content)
            self._give(connection, spool)
        except PublisherError as error:
            self._say(connection, error)
        finally:
            spool.close()

    def _give(self, connection: socket, spool: _Spool) -> None:
        if spool.file is None:
            self._send(connection, b"A", spool.content())
            return
        # Opened anew, since who has the same descriptor has the same place in the file.
        with Path(f"/proc/self/fd/{spool.file}").open("rb", buffering=0) as own:
            self._send(connection, b"F", str(spool.size).encode(), own.fileno())

    def _say(self, connection: socket, error: PublisherError) -> None:
        retry = error.retry if isinstance(error, ClientOverBudget) else 0
        self._send(connection, b"X", json.dumps([type(error).__name__, str(error), retry]).encode())

    def _send(self, connection: socket, kind: bytes, content: bytes, *files: int) -> None:
        if connection not in self.connections:
            return
        try:
            if files:
                sockets.send_fds(connection, [frame(kind, content)], files)
            else:
                connection.sendall(frame(kind, content))
        except OSError:
            self._hang_up(connection)


def _busy() -> EngineBusy:
    return EngineBusy("All places for queries are taken; try again in a moment.")


def _in_the_way() -> EngineBusy:
    return EngineBusy("Too many long queries are being evaluated; ask for less, or try again later.")


def _is_ours(connection: socket) -> bool:
    """Whether the process at the other end belongs to our user, or to the one who may do anything."""
    return user_of(connection) in (0, os.geteuid())


if __name__ == "__main__":
    main()
