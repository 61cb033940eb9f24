"""What a web process knows of the supervisor: it asks, and sees to it that there is one to be asked."""

from __future__ import annotations

import errno
import json
import math
import os
import secrets
import signal
import socket as sockets
import struct
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from socket import socket
from typing import Any, BinaryIO, Final

from publisher import errors, sandbox
from publisher.config import Sparql
from publisher.errors import ClientOverBudget, EngineBusy, EngineUnavailable, PublisherError
from publisher.formats import Format, ResultsFormat
from publisher.sparql import Answer, Query
from publisher.sparql.wire import CHUNK, HEAD, exactly, frame, user_of

PLACES: Final = 40
"""Queries of one process that may be asked at the same time: each takes a thread from the pages."""

_MODULE: Final = "publisher.sparql.supervisor"
_SLACK: Final = 90.0
"""Seconds beyond all its limits after which a supervisor that says nothing is given up."""
_TRIES: Final = 50
_PAUSE: Final = 0.02
"""Seconds between two tries to reach a supervisor that another process is just starting."""
_INTERVAL: Final = struct.Struct("ll")
_DESCRIPTOR: Final = struct.Struct("i")


class Queries:
    """The endpoint of one store. Its methods may be called from any thread, also after a fork.

    The supervisor is a process of its own. Whoever finds none starts one, and all who have the same `address` ask
    the same one.
    """

    def __init__(
        self,
        store: Path,
        limits: Sparql,
        *,
        quads: int = 0,
        statements: Path | None = None,
        graphs: Sequence[str] = (),
        address: str = "",
        places: int = PLACES,
    ) -> None:
        """Start the supervisor unless it runs; returns at once. Without `quads`, the store `auto` is on disk.

        `statements` is a file with what is in the store, as compressed N-Quads: it is read faster. `graphs` are
        those that queries read which name none, all if there are none; the others have to be asked for.
        """
        self._graphs = list(graphs)
        self.address = address or secrets.token_hex(16)
        content = (store.resolve(), quads, statements.resolve() if statements else "")
        self._arguments = (*map(str, content), json.dumps(asdict(limits)))
        self._patience = limits.patience + limits.wait + limits.deadline + _SLACK
        self._places = threading.BoundedSemaphore(places)
        self._idle: list[socket] = []
        self._process: sandbox.Process | None = None
        self._closed = False
        self._lock = threading.Lock()
        # The supervisor lives as long as somebody is connected.
        self._lifeline = self._connect()

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
        head = json.dumps([key, client, timeout if timeout < math.inf else None, not query.volatile])
        aimed = not query.sweeping or query.dataset or query.default_graphs or query.named_graphs
        request = json.dumps(
            {
                "text": query.text,
                "format": format.media_type,
                "dataset": query.dataset,
                "default": query.default_graphs or (() if aimed else self._graphs),
                "named": query.named_graphs or (() if aimed else self._graphs),
            }
        )
        with self._place():
            content, size = self._ask(b"Q", f"{head}\n{request}".encode())
        return Answer(content, size, format.media_type)

    def mistake(self, client: str) -> None:
        """Count a query that could not be evaluated; raises `ClientOverBudget` when there were too many."""
        if client:
            self._ask(b"M", client.encode())

    def state(self) -> dict[str, Any]:
        """What `/health` tells: how many workers there should be and are, and what their sandbox lacks."""
        try:
            content, _ = self._ask(b"S", b"")
        except EngineUnavailable as error:
            return {"failure": str(error), "missing": []}
        state: dict[str, Any] = json.load(content)
        return state

    def close(self) -> None:
        """Ask no more; who started the supervisor ends it, with every worker, also in the middle of a query."""
        self.hang_up()
        process, self._process = self._process, None
        if process is not None:
            # It may have ended by itself, and been heard of.
            if process.returncode is None:
                os.kill(process.pid, signal.SIGTERM)
            process.wait()

    def leave(self) -> None:
        """Ask no more; the supervisor ends when all others who ask it have left, too."""
        self.hang_up()
        if self._process is not None:
            # Somebody has to hear of its end, and nobody can say when that will be.
            threading.Thread(target=self._process.wait, name="end of queries", daemon=True).start()

    def hang_up(self) -> None:
        """Ask no more: for a process that was forked with connections that are another's to keep."""
        self._closed = True
        for each in (self._lifeline, *self._idle):
            each.close()

    @contextmanager
    def _place(self) -> Iterator[None]:
        """One of the places for queries."""
        if not self._places.acquire(blocking=False):
            raise EngineBusy("All places for queries are taken; try again in a moment.")
        try:
            yield
        finally:
            self._places.release()

    def _ask(self, kind: bytes, content: bytes) -> tuple[BinaryIO, int]:
        """The content of the answer and its size; raises the error that was answered."""
        connection = self._sent(frame(kind, content))
        try:
            told, answer, file = _reply(connection)
        except OSError:
            connection.close()
            raise self._gone() from None
        self._idle.append(connection)
        if file is not None:
            return os.fdopen(file, "rb"), int(answer)
        if told == b"X":
            raise _error(*json.loads(answer))
        return BytesIO(answer), len(answer)

    def _sent(self, question: bytes) -> socket:
        """A connection that nobody else uses, over which this was sent."""
        while not self._closed:
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = self._connect()
            try:
                connection.sendall(question)
            except OSError:
                # Its supervisor had ended before; there is another, or will be.
                connection.close()
            else:
                return connection
        raise self._gone()

    def _connect(self) -> socket:
        """A new connection, to a new supervisor if need be. Raises `EngineUnavailable`."""
        for _ in range(_TRIES):
            try:
                return self._dialled()
            except ConnectionRefusedError:
                with self._lock:
                    self._start()
            time.sleep(0 if self._process else _PAUSE)
        raise self._gone()

    def _dialled(self) -> socket:
        connection = socket(sockets.AF_UNIX)
        try:
            connection.connect(self._name)
            _refuse_others(connection)
            seconds = _INTERVAL.pack(int(self._patience), 0)
            connection.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVTIMEO, seconds)
        except OSError:
            connection.close()
            raise
        return connection

    def _start(self) -> None:
        """Start a supervisor, unless somebody has."""
        if self._closed:
            raise self._gone()
        with socket(sockets.AF_UNIX) as listener:
            try:
                # Only one can have the name: the kernel decides who starts it.
                listener.bind(self._name)
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    return
                raise EngineUnavailable(f"Queries cannot be answered now: {error.strerror}") from None
            listener.listen(128)
            if self._process is not None:
                self._process.wait()
            self._process = sandbox.start(_MODULE, *self._arguments, channel=listener, stderr=None)

    @property
    def _name(self) -> bytes:
        """An address that has no file: nothing to clean up, nothing too long, gone with who listens."""
        return b"\0publisher-" + self.address.encode()

    def _gone(self) -> EngineUnavailable:
        if self._closed:
            return EngineUnavailable("This server is closing; ask again in a moment.")
        return EngineUnavailable("The process that answers queries has ended; ask again in a moment.")


def _reply(connection: socket) -> tuple[bytes, bytes, int | None]:
    """Kind and content of the next frame, and the descriptor that came along. Raises `OSError`."""
    data, attached, _, _ = connection.recvmsg(CHUNK + HEAD.size, sockets.CMSG_SPACE(_DESCRIPTOR.size))
    file = _DESCRIPTOR.unpack_from(attached[0][2])[0] if attached else None
    if len(data) < HEAD.size:
        data += exactly(connection, HEAD.size - len(data)) if data else b""
    if len(data) < HEAD.size:
        raise ConnectionResetError
    kind, size = HEAD.unpack_from(data)
    content = data[HEAD.size :]
    if len(content) < size:
        rest = exactly(connection, size - len(content))
        if not rest:
            raise ConnectionResetError
        content += rest
    return kind, content, file


def _error(name: str, message: str, retry: int) -> PublisherError:
    kind: type[PublisherError] = getattr(errors, name)
    return ClientOverBudget(message, retry) if kind is ClientOverBudget else kind(message)


def _refuse_others(connection: socket) -> None:
    """A name without a file has no owner: only a process of our own user may have taken it."""
    if user_of(connection) != os.geteuid():
        connection.close()
        raise ConnectionRefusedError
