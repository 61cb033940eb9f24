"""The processes behind an endpoint, as the kernel shows them."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

from publisher.sparql.queries import Queries


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)


def is_ready(queries: Queries) -> bool:
    state = queries.state()
    return bool(state["ready"] == state["free"] == state["workers"])


def supervisor_of(queries: Queries) -> int:
    """The process that these ask: who listens at their address."""
    lines = [each.split() for each in Path("/proc/net/unix").read_text().splitlines() if queries.address in each]
    [inode] = [each[6] for each in lines if each[3] == "00010000"]
    links = Path("/proc").glob("[0-9]*/fd/*")
    [found] = {int(each.parent.parent.name) for each in links if target(each) == f"socket:[{inode}]"}
    return found


def target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""


def command(process: int | str) -> set[bytes]:
    """The words of its command line."""
    try:
        return set(Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0"))
    except OSError:
        return set()


def processes_of(module: bytes, store: Path) -> list[int]:
    """The processes that run a module of ours on this store."""
    everybody = [int(each.name) for each in Path("/proc").glob("[0-9]*")]
    return [each for each in everybody if {module, str(store).encode()} <= command(each)]


def workers_of(store: Path) -> list[int]:
    return processes_of(b"publisher.sparql.worker", store)


def zygotes_of(store: Path) -> list[int]:
    return processes_of(b"publisher.sparql.zygote", store)


def children(parent: int, state: str = "") -> list[int]:
    """The children of a process, those in this state (`Z`: a zombie) if one is given."""
    found = []
    for each in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            is_in, of = each.read_text().rpartition(")")[2].split()[:2]
            if int(of) == parent and state in ("", is_in):
                found.append(int(each.parent.name))
    return found


def descriptors_of(process: int) -> int:
    return len(list(Path(f"/proc/{process}/fd").iterdir()))
