"""What one client may take: queries at the same time, processor time, mistakes.

Limits of a query hold for each query; these hold for whoever asks, so that one client leaves room for others. What
was asked before costs nothing. A client is a text that the web makes of an address; the empty one has no limits.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from publisher.config import Sparql
from publisher.errors import ClientOverBudget, QueryError

_CLIENTS: Final = 10_000
"""Clients that we remember; of more, those that were not seen for longest are forgotten."""
_MINUTE: Final = 60.0

Now = Callable[[], float]


@dataclass(slots=True)
class _Bucket:
    """An allowance that fills up at a rate and may be overdrawn once."""

    rate: float
    most: float
    level: float
    since: float

    def left(self, now: float) -> float:
        """What is left at this moment."""
        self.level = min(self.most, self.level + (now - self.since) * self.rate)
        self.since = now
        return self.level

    def seconds_to(self, level: float) -> int:
        """Whole seconds until there will be so much again."""
        return max(1, math.ceil((level - self.level) / self.rate))


@dataclass(slots=True)
class _Client:
    seconds: _Bucket
    errors: _Bucket
    turns: threading.Semaphore
    """Wakes those who wait in the order in which they came."""
    present: int = 0
    """Requests that are evaluated or wait."""


@dataclass(slots=True)
class Visit:
    """One query of a client; whoever evaluates it writes down what it took."""

    seconds: float = field(default=0.0)
    """Of processor time."""


class Admission:
    """The clients of one endpoint. Its methods may be called from any thread."""

    def __init__(self, limits: Sparql, now: Now = time.monotonic) -> None:
        """Begin with nobody; `now` is in seconds."""
        self._limits = limits
        self._now = now
        self._clients: OrderedDict[str, _Client] = OrderedDict()
        self._refused = 0
        self._lock = threading.Lock()

    @contextmanager
    def visit(self, name: str) -> Iterator[Visit]:
        """A turn of this client; raises `ClientOverBudget` when it has none left or none comes in time."""
        if not name:
            yield Visit()
            return
        client = self._enter(name)
        try:
            if not client.turns.acquire(timeout=self._limits.patience):
                raise self._over(1, f"{self._limits.turns} queries of yours are being evaluated")
            try:
                yield from self._charged(client)
            finally:
                client.turns.release()
        finally:
            with self._lock:
                client.present -= 1

    def state(self) -> dict[str, int]:
        """What `/health` tells."""
        with self._lock:
            return {"clients": len(self._clients), "refused": self._refused}

    def _enter(self, name: str) -> _Client:
        limits = self._limits
        with self._lock:
            client = self._find(name)
            now = self._now()
            if client.seconds.left(now) <= 0:
                wait = client.seconds.seconds_to(0.0)
                raise self._over(wait, f"your queries took more than {limits.cpu_burst} seconds of computing")
            if client.errors.left(now) < 1:
                wait = client.errors.seconds_to(1.0)
                raise self._over(wait, f"more than {limits.errors} of your queries failed within a minute")
            # As many wait as are evaluated: more would only take threads from the pages.
            if client.present >= 2 * limits.turns:
                raise self._over(1, f"{client.present} queries of yours are being evaluated or wait")
            client.present += 1
            return client

    def _charged(self, client: _Client) -> Iterator[Visit]:
        visit = Visit()
        failed = 0
        try:
            yield visit
        except QueryError:
            failed = 1
            raise
        finally:
            with self._lock:
                now = self._now()
                client.seconds.level = client.seconds.left(now) - visit.seconds
                client.errors.level = client.errors.left(now) - failed

    def _find(self, name: str) -> _Client:
        """The client of this name; a new one has everything."""
        client = self._clients.get(name) or self._new()
        self._clients[name] = client
        self._clients.move_to_end(name)
        while len(self._clients) > _CLIENTS:
            self._clients.popitem(last=False)
        return client

    def _new(self) -> _Client:
        limits, now = self._limits, self._now()
        return _Client(
            seconds=_Bucket(limits.cpu / _MINUTE, limits.cpu_burst, limits.cpu_burst, now),
            errors=_Bucket(limits.errors / _MINUTE, limits.errors, limits.errors, now),
            turns=threading.Semaphore(limits.turns),
        )

    def _over(self, wait: int, reason: str) -> ClientOverBudget:
        self._refused += 1
        return ClientOverBudget(f"Try again in {wait} s: {reason}.", wait)
