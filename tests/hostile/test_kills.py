"""Workers die KILLS times (an environment variable), in all the ways they can; nothing of them stays behind."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from hostile.target import Target, under_attack
from hostile.test_floods import endless

KILLS = int(os.environ.get("KILLS") or 200)
WORKERS = 4
LIMITS = (
    f"workers = {WORKERS}\ndeadline = 2.0\nmemory = 64\nanswer = 1\nturns = 8\n"
    "errors = 1_000_000\ncpu = 1e6\ncpu_burst = 1e6"
)

MORE_FILES, MORE_THREADS, MORE_BYTES = 4, 4, 8 << 20
"""What a process may have more in the end: what it happens to do at the moment, and the unrest of an allocator."""


@dataclass(frozen=True)
class Process:
    """A process that stays while workers come and go."""

    name: str
    files: int
    threads: int
    memory: int
    """Its share of physical memory (PSS), other programs that use the same libraries counted."""
    own: int
    """What of this is no file's, so that no other program matters."""

    def __str__(self) -> str:
        memory, own = self.memory / 1e6, self.own / 1e6
        return f"{self.files} files, {self.threads} threads, {memory:.1f} MB ({own:.1f} without files)"


def read(pid: int, name: str) -> str:
    """What /proc says; nothing of a process that is gone."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/{name}").read_text()
    return ""


def field(text: str, name: str) -> str:
    """A field of a status."""
    return next((line.split()[1] for line in text.splitlines() if line.startswith(f"{name}:")), "")


def workers(target: Target) -> set[int]:
    """The processes that have locked themselves down."""
    return {pid for pid in target.descendants() if field(read(pid, "status"), "Seccomp") == "2"}


def wait_until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    """Look again and again."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.002)


def household(target: Target) -> dict[int, Process]:
    """Every process but the workers, when all workers are there and nobody is half dead."""
    wait_until(lambda: len(workers(target)) == WORKERS)
    time.sleep(1.0)
    zombies = [pid for pid in target.descendants() if field(read(pid, "status"), "State") == "Z"]
    assert zombies == []
    lasting = {target.process.pid, *target.descendants()} - workers(target)
    return {pid: process(pid) for pid in sorted(lasting)}


def process(pid: int) -> Process:
    """What a process has."""
    status, shares = read(pid, "status"), read(pid, "smaps_rollup")
    module = next((each for each in read(pid, "cmdline").split("\0") if each.startswith("publisher")), "?")
    return Process(
        name=f"{module} {pid}",
        files=len(list(Path(f"/proc/{pid}/fd").iterdir())),
        threads=int(field(status, "Threads")),
        memory=int(field(shares, "Pss") or 0) * 1024,
        own=int(field(shares, "Pss_Anon") or 0) * 1024,
    )


def end(pids: set[int], signal: int) -> None:
    """Send a signal to all that still live."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal)


class Reaper:
    """Ends workers; `statuses` is what those who asked them were told."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.statuses: Counter[int] = Counter()
        self.deaths = 0
        self.asking = ThreadPoolExecutor(1)

    def reap(self, number: int) -> None:
        """Let one or more die in the way that has its turn."""
        wait_until(lambda: len(workers(self.target)) == WORKERS)
        before = workers(self.target)
        WAYS[number % len(WAYS)](self, number, before)
        wait_until(lambda: bool(before - workers(self.target)))
        self.deaths += len(before - workers(self.target))

    def ask(self, query: str, **more: str) -> None:
        """Ask, and note how it ended."""
        self.statuses[self.target.query(query, "reaper", **more).status] += 1

    def deadline(self, number: int, _: set[int]) -> None:
        """The supervisor ends a query that takes too long."""
        self.ask(endless(number), timeout="0.02")

    def memory(self, number: int, _: set[int]) -> None:
        """A query that asks for too much memory ends its worker, or the supervisor does."""
        doubled = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
        self.ask(f"SELECT ?x40 {{ BIND('{number:08}' AS ?x0) {doubled} }}")

    def kill(self, _: int, pids: set[int]) -> None:
        """Somebody else ends all who wait for a query."""
        end(pids, signal.SIGKILL)

    def crash(self, number: int, pids: set[int]) -> None:
        """The engine fails in the middle of a query."""
        asked = self.asking.submit(self.ask, endless(number))
        time.sleep(0.02)
        end(pids, (signal.SIGSEGV, signal.SIGABRT)[number % 2])
        asked.result()


WAYS = (Reaper.kill, Reaper.deadline, Reaper.kill, Reaper.crash, Reaper.kill, Reaper.memory)


@pytest.mark.parametrize(("store", "kills"), [("memory", KILLS), ("disk", KILLS // 10)])
@pytest.mark.timeout(60 + KILLS)
def test_nothing_grows_when_workers_die(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], store: str, kills: int
) -> None:
    """Row 55."""
    with under_attack(tmp_path, f'{LIMITS}\nstore = "{store}"') as target:
        reaper, number, begun = Reaper(target), 0, time.monotonic()
        counts: list[dict[int, Process]] = []
        for deaths in (kills // 10, kills):
            while reaper.deaths < deaths:
                reaper.reap(number)
                number += 1
            counts.append(household(target))
        first, last = counts
        with capsys.disabled():
            print(f"\n{reaper.deaths} deaths in {time.monotonic() - begun:.0f} s, store in {store}, statuses "
                  f"{dict(reaper.statuses)}; after a tenth, and after all:")  # fmt: skip
            for pid, process in first.items():
                print(f"  {process.name}: {process} -> {last.get(pid)}")
        assert first.keys() == last.keys()
        for pid, process in last.items():
            assert process.files <= first[pid].files + MORE_FILES
            assert process.threads <= first[pid].threads + MORE_THREADS
            assert process.own <= first[pid].own + MORE_BYTES
        assert set(reaper.statuses) <= {500, 503, 504}
        assert target.canary.small()[1]
