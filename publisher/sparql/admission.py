"""What one client may take: queries at the same time, processor time, mistakes.

Limits of a query hold for each query; these hold for whoever asks, so that one client leaves room for others. What
was asked before costs nothing. A client is a text that the web makes of an address; the empty one has no limits.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from publisher.config import Sparql
from publisher.errors import ClientOverBudget

_CLIENTS: Final = 10_000
"""Clients that we remember; of more, those that were not seen for longest are forgotten."""
_MINUTE: Final = 60.0
_SHORT: Final = 0.01
"""Seconds of processor time up to which all queries are alike."""
_MEMORY: Final = 4
"""The last query counts for one part in so many of what is usual."""
_STEP: Final = 0.5
"""Seconds of processor time that make a difference between two clients."""

Now = Callable[[], float]
Asked = TypeVar("Asked")


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

    def take(self, amount: float, now: float) -> None:
        self.level = self.left(now) - amount

    def seconds_to(self, level: float) -> int:
        """Whole seconds until there will be so much again."""
        return max(1, math.ceil((level - self.level) / self.rate))


@dataclass(slots=True)
class _Client(Generic[Asked]):
    seconds: _Bucket
    errors: _Bucket
    turns: int
    """How many more may be evaluated now."""
    waiting: deque[Asked] = field(default_factory=deque)
    usual: float = 0.1
    """Seconds of processor time that a query of this client takes, lately; at first a guess."""


class Admission(Generic[Asked]):
    """The clients of one endpoint, and what they asked that waits for a turn of theirs."""

    def __init__(self, limits: Sparql, now: Now = time.monotonic) -> None:
        """Begin with nobody; `now` is in seconds."""
        self._limits = limits
        self._now = now
        self._clients: OrderedDict[str, _Client[Asked]] = OrderedDict()
        self._refused = 0

    def enter(self, name: str, asked: Asked) -> bool:
        """Whether this client has a turn now; if not, what it asked waits until `leave` gives it one.

        Raises `ClientOverBudget` when it has asked too much already or too many of its queries wait.
        """
        if not name:
            return True
        client = self._find(name)
        self._refuse_over_budget(client)
        if client.turns:
            client.turns -= 1
            return True
        # As many wait as are evaluated: more would only take threads from the pages.
        if len(client.waiting) >= self._limits.turns:
            present = self._limits.turns + len(client.waiting)
            raise self._over(1, f"{present} queries of yours are being evaluated or wait")
        client.waiting.append(asked)
        return False

    def leave(self, name: str, seconds: float, *, failed: bool) -> Asked | None:
        """Charge for a query that is done; returns what the client asked next, whose turn it is now."""
        client = self._clients.get(name)
        if client is None:
            return None
        client.seconds.take(seconds, self._now())
        client.errors.take(failed, self._now())
        if seconds:
            client.usual += (seconds - client.usual) / _MEMORY
        if client.waiting:
            return client.waiting.popleft()
        client.turns += 1
        return None

    def give_up(self, name: str, asked: Asked) -> ClientOverBudget:
        """Let wait no longer what has no turn yet; returns what to tell the client."""
        self._clients[name].waiting.remove(asked)
        return self._over(1, f"{self._limits.turns} queries of yours are being evaluated")

    def mistake(self, name: str) -> None:
        """Count a query that could not even be evaluated; raises `ClientOverBudget` after too many."""
        client = self._find(name)
        self._refuse_over_budget(client)
        client.errors.take(1, self._now())

    def standing(self, name: str) -> tuple[int, int]:
        """Who has more comes first: the operator, who asks short questions, who has more time left.

        Both in rough steps, so that equals take turns.
        """
        client = self._clients.get(name)
        if client is None:
            return 1, 0
        return -round(math.log2(max(client.usual, _SHORT) / _SHORT)), round(
            client.seconds.left(self._now()) / _STEP
        )

    def state(self) -> dict[str, int]:
        """What `/health` tells."""
        return {"clients": len(self._clients), "refused": self._refused}

    def _refuse_over_budget(self, client: _Client[Asked]) -> None:
        limits, now = self._limits, self._now()
        if client.seconds.left(now) <= 0:
            wait = client.seconds.seconds_to(0.0)
            raise self._over(wait, f"your queries took more than {limits.cpu_burst:g} seconds of computing")
        if client.errors.left(now) < 1:
            wait = client.errors.seconds_to(1.0)
            raise self._over(wait, f"more than {limits.errors} of your queries failed within a minute")

    def _find(self, name: str) -> _Client[Asked]:
        """The client of this name; a new one has everything."""
        client = self._clients.get(name) or self._new()
        self._clients[name] = client
        self._clients.move_to_end(name)
        if len(self._clients) > _CLIENTS:
            self._forget()
        return client

    def _forget(self) -> None:
        """Forget who was not seen for longest and has nothing here."""
        for name, client in self._clients.items():
            if client.turns == self._limits.turns:
                del self._clients[name]
                return

    def _new(self) -> _Client[Asked]:
        limits, now = self._limits, self._now()
        return _Client(
            seconds=_Bucket(limits.cpu / _MINUTE, limits.cpu_burst, limits.cpu_burst, now),
            errors=_Bucket(limits.errors / _MINUTE, limits.errors, limits.errors, now),
            turns=limits.turns,
        )

    def _over(self, wait: int, reason: str) -> ClientOverBudget:
        self._refused += 1
        return ClientOverBudget(f"Try again in {wait} s: {reason}.", wait)
