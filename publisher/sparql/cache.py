"""Answers that were given before, bounded in bytes.

The content of a release never changes, so an answer holds for as long as the workers on that release do.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from publisher.config import Sparql

_MIB: Final = 1 << 20
_ENTRY: Final = 512
"""Bytes that an entry takes beside its key and content."""
_PART: Final = 16
"""No answer may take more than this part of the cache: one would push out too many."""


class Cache:
    """The answers of one release."""

    def __init__(self, limits: Sparql) -> None:
        """Begin with nothing; `limits.cache` says how much may be kept."""
        self._most = limits.cache * _MIB
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = self._hits = self._misses = 0

    def find(self, key: str) -> bytes | None:
        """The answer that was given before."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            self._hits += 1
        return found

    def fits(self, size: int) -> bool:
        """Whether an answer of so many bytes may be kept."""
        return size * _PART <= self._most

    def keep(self, key: str, content: bytes) -> None:
        """Keep an answer that fits; the least recently asked go first."""
        if key in self._kept:
            self._bytes -= _cost(key, self._kept.pop(key))
        self._kept[key] = content
        self._bytes += _cost(key, content)
        while self._bytes > self._most:
            oldest, dropped = self._kept.popitem(last=False)
            self._bytes -= _cost(oldest, dropped)

    def missed(self) -> None:
        """Count an answer that had to be made."""
        self._misses += 1

    def state(self) -> dict[str, int]:
        """What `/health` tells."""
        return {
            "answers": len(self._kept),
            "bytes": self._bytes,
            "hits": self._hits,
            "misses": self._misses,
        }


def _cost(key: str, content: bytes) -> int:
    return len(key) + len(content) + _ENTRY
