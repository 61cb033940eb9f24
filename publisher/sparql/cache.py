"""Answers that were given before, bounded in bytes; a question that many ask at once is evaluated once.

The content of a release never changes, so an answer holds for as long as the workers on that release do.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from io import BytesIO
from typing import Final

from publisher.config import Sparql
from publisher.errors import PublisherError
from publisher.sparql import Answer

_MIB: Final = 1 << 20
_ENTRY: Final = 512
"""Bytes that an entry takes beside its key and content."""
_PART: Final = 16
"""No answer may take more than this part of the cache: one would push out too many."""

Evaluate = Callable[[], Answer]


class Cache:
    """The answers of one release. Its methods may be called from any thread."""

    def __init__(self, limits: Sparql) -> None:
        """Begin with nothing; `limits.cache` says how much may be kept."""
        self._most = limits.cache * _MIB
        self._kept: OrderedDict[str, tuple[bytes, str]] = OrderedDict()
        self._under_way: dict[str, Future[bool]] = {}
        self._lock = threading.Lock()
        self._bytes = self._hits = self._misses = 0

    def find(self, key: str) -> Answer | None:
        """The answer that was given before; the caller may close it as any other."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            self._hits += 1
        content, media_type = found
        return Answer(BytesIO(content), len(content), media_type)

    def share(self, key: str, evaluate: Evaluate) -> Answer:
        """The answer of `evaluate`, or of another thread that is evaluating the same; its error is ours too."""
        while True:
            with self._lock:
                other = self._under_way.get(key)
                if other is None:
                    mine = self._under_way[key] = Future()
                    break
            if not other.result():
                return evaluate()
            if found := self.find(key):
                return found
        return self._lead(key, evaluate, mine)

    def state(self) -> dict[str, int]:
        """What `/health` tells."""
        with self._lock:
            return {
                "answers": len(self._kept),
                "bytes": self._bytes,
                "hits": self._hits,
                "misses": self._misses,
            }

    def _lead(self, key: str, evaluate: Evaluate, mine: Future[bool]) -> Answer:
        """Evaluate for all who wait, and tell them whether the answer is kept or which error there was."""
        # Who came between the end of another evaluation and now finds its answer.
        if found := self.find(key):
            self._land(key, mine, True)
            return found
        try:
            answer = evaluate()
            kept = self._keep(key, answer)
        except BaseException as error:
            with self._lock:
                del self._under_way[key]
            if isinstance(error, PublisherError):
                mine.set_exception(error)
            else:
                mine.set_result(False)
            raise
        self._land(key, mine, kept)
        return answer

    def _land(self, key: str, mine: Future[bool], kept: bool) -> None:
        with self._lock:
            del self._under_way[key]
        mine.set_result(kept)

    def _keep(self, key: str, answer: Answer) -> bool:
        """Keep a copy, unless it is too large; the least recently asked go first."""
        with self._lock:
            self._misses += 1
        if answer.size * _PART > self._most:
            return False
        content = answer.content.read()
        answer.content.seek(0)
        with self._lock:
            self._kept[key] = (content, answer.media_type)
            self._bytes += _cost(key, content)
            while self._bytes > self._most:
                oldest, (dropped, _) = self._kept.popitem(last=False)
                self._bytes -= _cost(oldest, dropped)
        return True


def _cost(key: str, content: bytes) -> int:
    return len(key) + len(content) + _ENTRY
