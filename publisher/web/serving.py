"""Which release is answered from: one reference, replaced while requests are being answered.

A request keeps the release that it began with. What is sent afterwards needs no release but its own files, which a
body keeps for itself; so a client that reads slowly keeps no memory of an old release, only its place on disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from publisher.web import Site

if TYPE_CHECKING:
    from publisher.web.reply import Answering


@dataclass(slots=True, eq=False, weakref_slot=True)
class Served:
    """A site with what answers from it."""

    site: Site
    answer: Answering
    release: str
    """Its identifier."""
    answering: int = 0
    """Requests that are being answered from it at this moment."""

    @property
    def name(self) -> str:
        """The name of its directory, which the pointer has."""
        return self.site.release.directory.name


class Serving:
    """The site that requests are answered from at this moment."""

    def __init__(self, first: Served) -> None:
        self._now = first
        self._lock = Lock()

    @property
    def now(self) -> Served:
        """What the next request is answered from."""
        return self._now

    def enter(self) -> Served:
        """What a request that begins now is answered from; it calls `leave` when its answer is there."""
        with self._lock:
            served = self._now
            served.answering += 1
        return served

    def leave(self, served: Served) -> None:
        """A request has its answer."""
        with self._lock:
            served.answering -= 1

    def swap(self, served: Served) -> Served:
        """Answer from another one from now on; returns the one before, which nobody enters any more."""
        with self._lock:
            before, self._now = self._now, served
        return before
