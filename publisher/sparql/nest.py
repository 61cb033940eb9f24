"""Where workers come from: fresh processes that open the store on disk, or forks of one that has it in memory."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from selectors import EVENT_READ, BaseSelector
from socket import socket
from typing import Final, Protocol

from publisher import sandbox
from publisher.config import Sparql
from publisher.errors import EngineUnavailable
from publisher.sparql.zygote import Zygote

_MODULE: Final = "publisher.sparql.worker"
_QUAD: Final = 500
"""Bytes that a quad takes in memory."""
_SHARE: Final = 4
"""The store of all processes together may take one part in so many of the memory of the machine."""


@dataclass(frozen=True, slots=True)
class Content:
    """What queries are about: a store on disk with so many quads, and a file with the same in N-Quads if any."""

    store: Path
    quads: int = 0
    statements: Path | None = None


class Nest(Protocol):
    """Where workers come from."""

    kind: str
    life: int
    """Queries after which a worker is replaced."""

    def open(self) -> bool:
        """Whether workers can be started now, or not yet. Raises `EngineUnavailable` when they cannot."""

    def start(self, channel: socket) -> sandbox.Process:
        """A worker that has the other end of `channel`. Raises `OSError`."""

    def close(self) -> None:
        """Start no more, and end what is only there to start them."""


def in_memory(limits: Sparql, quads: int, workers: int) -> bool:
    """Whether workers have the store in memory: as the setting says, or if there is room for a copy in each."""
    if limits.store != "auto":
        return limits.store == "memory"
    return 0 < quads * _QUAD * (workers + 1) < sandbox.memory() // _SHARE


def choose(
    content: Content, limits: Sparql, workers: int, selector: BaseSelector, changed: Callable[[], None]
) -> Nest:
    """The nest that the settings want, or that fits the number of quads; `changed` when it has news."""
    if in_memory(limits, content.quads, workers):
        return InMemory(content, limits, selector, changed)
    return OnDisk(content.store, limits)


class OnDisk:
    """Each worker is a fresh process that opens the store by itself."""

    kind = "disk"
    # A fresh process takes as long as a thousand small queries.
    life = 20_000

    def __init__(self, store: Path, limits: Sparql) -> None:
        self._arguments = tuple(map(str, (os.getpid(), store, *_allowance(limits))))

    def open(self) -> bool:
        return True

    def start(self, channel: socket) -> sandbox.Process:
        return sandbox.start(_MODULE, *self._arguments, channel=channel)

    def close(self) -> None:
        """Nothing to do."""


class InMemory:
    """Each worker is forked from a process that has the store in memory, which is started anew when it is gone."""

    kind = "memory"
    life = 5_000

    def __init__(
        self, content: Content, limits: Sparql, selector: BaseSelector, changed: Callable[[], None]
    ) -> None:
        """Calls `changed` when `open` has something new to say."""
        self._arguments = (content.store, content.statements, *_allowance(limits))
        self._selector = selector
        self._changed = changed
        self._zygote: Zygote | None = None
        self._ready = False
        self._failure = ""

    def open(self) -> bool:
        if self._failure:
            failure, self._failure = self._failure, ""
            raise EngineUnavailable(failure)
        if self._zygote is None:
            self._zygote = Zygote(*self._arguments)
            self._selector.register(self._zygote.channel, EVENT_READ, self._hear)
        return self._ready

    def start(self, channel: socket) -> sandbox.Process:
        assert self._zygote is not None, "it is open"
        return self._zygote.fork(channel)

    def close(self) -> None:
        self._end()

    def _hear(self) -> None:
        """The store is loaded, or the process that has it is gone."""
        assert self._zygote is not None, "it speaks"
        if self._zygote.hears():
            self._ready = True
        else:
            what = "The process that forks workers has ended." if self._ready else "The store cannot be loaded."
            self._failure = f"{what} {self._end()}".strip()
        self._changed()

    def _end(self) -> str:
        """What it said last."""
        zygote, self._zygote, self._ready = self._zygote, None, False
        if zygote is None:
            return ""
        self._selector.unregister(zygote.channel)
        return zygote.close()


def _allowance(limits: Sparql) -> tuple[int, int]:
    """MiB and seconds that the kernel allows a worker."""
    # The address space also holds what is mapped and never used, so it may be twice the memory.
    return 2 * limits.memory, math.ceil(limits.deadline) + 1
