"""Workers that nobody uses, and the queue of those who wait for one: first come, first served."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from typing import Generic, TypeVar

Worker = TypeVar("Worker")


class Idle(Generic[Worker]):
    """A stack of workers, and a queue in front of it. Its methods may be called from any thread."""

    def __init__(self) -> None:
        self._workers: list[Worker] = []
        self._waiting: deque[Future[Worker]] = deque()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._workers)

    def put(self, worker: Worker) -> None:
        """Hand a worker to who has waited longest; without anybody, it is the first to be taken."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set_result(worker)
            else:
                # The one that was busy last: what it needs is still near the processor.
                self._workers.append(worker)

    def remove(self, worker: Worker) -> None:
        """Offer this worker no more, if nobody has it."""
        with self._lock, suppress(ValueError):
            self._workers.remove(worker)

    @contextmanager
    def turn(self) -> Iterator[Future[Worker]]:
        """A place in the queue, whose result is a worker. Who leaves with an exception gives it back."""
        turn: Future[Worker] = Future()
        with self._lock:
            if self._workers:
                turn.set_result(self._workers.pop())
            else:
                self._waiting.append(turn)
        try:
            yield turn
        except BaseException:
            self._give_up(turn)
            raise

    def _give_up(self, turn: Future[Worker]) -> None:
        with self._lock:
            if not turn.done():
                self._waiting.remove(turn)
                return
        self.put(turn.result())
