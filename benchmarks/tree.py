"""A server and all processes below it: their memory, their work, their end."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc")
QUIET: Final = 0.1
"""Seconds without work after which a server counts as idle."""


def spawn(command: Sequence[str | Path], log: Path) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own; what it prints goes into a file."""
    with log.open("ab") as file:
        return subprocess.Popen(
            list(map(str, command)),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
            cwd=log.parent,
        )


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server and whatever it started, kindly first."""
    rest = {each: _began(each) for each in members(process.pid)}
    process.terminate()
    try:
        process.wait(12)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for each, began in rest.items():
        if each != process.pid and began and _began(each) == began:
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)


def members(root: int) -> list[int]:
    """The processes of the session that begins with `root`, and those below them in sessions of their own."""
    parents = {each: int(fields[1]) for each in _all() if (fields := _fields(each))}
    found = {each for each in parents if _session(each) == root}
    while more := {each for each, parent in parents.items() if parent in found} - found:
        found |= more
    return sorted(found)


def memory(root: int) -> float:
    """MiB of a server with all its processes; what several share counts once (PSS)."""
    return sum(map(_proportional, members(root))) / 1024


def settle(root: int, seconds: float = 15) -> None:
    """Wait until a server no longer works on what nobody waits for any more."""
    deadline, before = time.monotonic() + seconds, -1
    while (work := _ticks(root)) != before and time.monotonic() < deadline:
        before = work
        time.sleep(QUIET)


def _all() -> list[int]:
    return [int(each.name) for each in PROC.iterdir() if each.name.isdigit()]


def _fields(process: int) -> list[str]:
    """The fields of /proc/N/stat after the name, which may hold blanks; none when the process has gone."""
    try:
        return (PROC / str(process) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _session(process: int) -> int:
    fields = _fields(process)
    return int(fields[3]) if fields else 0


def _began(process: int) -> str:
    """When a process began, which tells it from a later one of that number; nothing when it has gone."""
    fields = _fields(process)
    return fields[19] if fields else ""


def _ticks(root: int) -> int:
    return sum(int(fields[11]) + int(fields[12]) for each in members(root) if (fields := _fields(each)))


def _proportional(process: int) -> float:
    """KiB; without the right to look closely, the resident set, which counts shared memory as its own."""
    folder = PROC / str(process)
    try:
        found = re.search(r"^Pss:\s+(\d+)", (folder / "smaps_rollup").read_text(), re.MULTILINE)
        return float(found[1]) if found else 0
    except PermissionError:
        return int((folder / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024
    except OSError:
        return 0
