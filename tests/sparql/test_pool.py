"""A worker that no longer speaks as our program does is ended, and the supervisor lives on."""

from __future__ import annotations

import selectors
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from publisher import sandbox
from publisher.config import Sparql
from publisher.errors import EngineCrashed, PublisherError
from publisher.sparql.pool import Pool

ROOT = Path(__file__).parents[2]
GREETS = """
import sys, time
from socket import socket
from publisher.sparql.wire import receive, send
channel = socket(fileno=int(sys.argv[1]))
send(channel, b"R", b'{"missing": []}')
receive(channel)
"""


class Asked:
    """What became of one query."""

    request = b"{}"
    deadline = 5.0

    def __init__(self) -> None:
        self.error: PublisherError | None = None
        self.finished = False

    def take(self, content: bytes) -> None:
        """Nothing is expected."""

    def finish(self, seconds: float) -> None:
        self.finished = True

    def again(self) -> bool:
        return False

    def fail(self, error: PublisherError, seconds: float, *, crashed: bool = False) -> None:
        self.error = error


class Strange:
    """Where workers come from that say something else than they should, after they are asked."""

    kind = "strange"
    life = 10

    def __init__(self, says: str) -> None:
        self._program = f"{GREETS}{says}\ntime.sleep(60)\n"

    def open(self) -> bool:
        return True

    def start(self, channel: socket.socket) -> sandbox.Process:
        number = channel.fileno()
        arguments = [sys.executable, "-c", self._program, str(number)]
        return subprocess.Popen(arguments, pass_fds=[number], stderr=subprocess.PIPE, cwd=ROOT)

    def close(self) -> None:
        """Nothing to do."""


SAYS = {
    "another message": 'send(channel, b"E", b"soon")',
    "no message": 'channel.sendall(b"\\xff" * 100)',
    "endless": 'channel.sendall(b"D\\xff\\xff\\xff\\x7f" + bytes(1 << 20))',
    "an error of its own": 'send(channel, b"X", b"[]")',
    "nothing more": "channel.close()",
}


@pytest.mark.parametrize("says", SAYS.values(), ids=SAYS)
def test_a_worker_that_speaks_otherwise_is_replaced(says: str) -> None:
    selector = selectors.DefaultSelector()
    pool = Pool(lambda _: Strange(says), Sparql(), 1, selector, lambda: None)
    asked, given, end = Asked(), False, time.monotonic() + 30
    while asked.error is None or not pool.free:
        assert time.monotonic() < end
        for key, _ in selector.select(0.05):
            key.data()
        pool.look()
        given = given or pool.evaluate(asked)
    assert isinstance(asked.error, EngineCrashed)
    assert not asked.finished
    assert pool.state()["replaced"] == 1
    pool.close()
