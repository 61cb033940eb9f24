"""Requests on several connections at once, made by wrk."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

CONNECTIONS: Final = 16
"""Requests at the same time; as many clients take turns, which `load.lua` tells the servers."""
SCRIPT: Final = Path(__file__).with_name("load.lua")
PATIENCE: Final = 30
"""Seconds that one answer may take."""

ENOUGH: Final = 2 * CONNECTIONS
LONGEST: Final = 3
"""Answers below which we ask for longer, unless it took so many seconds already."""

FIRST: Final = 100_000_000
STEP: Final = 10_000_000
"""Numbers of one round begin here, and those of the next so much higher: no query comes twice."""
AGAIN: Final = STEP // 4
"""So much higher begin those of a longer attempt: what the short one asked may be remembered."""


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked for, one path after the other; numbers go up from `first`; `once`: until each was asked."""

    paths: Sequence[str]
    accept: str
    seconds: int
    once: bool = False
    first: int = FIRST


@dataclass(frozen=True, slots=True)
class Rate:
    """Good answers a second, answers with an error status, connections that failed, milliseconds at p99."""

    per_second: float
    refused: int = 0
    broken: int = 0
    p99: float = 0


def available() -> bool:
    """Whether wrk is installed."""
    return shutil.which("wrk") is not None


def measure(address: str, load: Load) -> Rate:
    """Put load on the server at an address, longer when too few answers come to count them."""
    rate = _measure(address, load)
    few = not load.once and rate.per_second * load.seconds < ENOUGH and load.seconds < LONGEST
    longer = replace(load, seconds=load.seconds * 3, first=load.first + AGAIN)
    return measure(address, longer) if few else rate


def _measure(address: str, load: Load) -> Rate:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(load.paths))
        file.flush()
        return rate_of(_wrk(address, load, file.name), load)


def _wrk(address: str, load: Load, paths: str) -> dict[str, int]:
    command = [
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{load.seconds}s",
        f"--timeout={PATIENCE}s",
        "-s",
        str(SCRIPT),
    ]
    arguments = [paths, str(load.first), load.accept, "once" if load.once else "again"]
    done = subprocess.run([*command, address, "--", *arguments], capture_output=True, text=True, check=True)
    result: dict[str, int] = json.loads(done.stdout.rpartition("RESULT ")[2])
    return result


def rate_of(result: dict[str, int], load: Load) -> Rate:
    """What the numbers that `load.lua` prints mean."""
    refused, broken = result["refused"], result["broken"]
    if result["elapsed"]:
        per_second = max(0, len(load.paths) - refused) / result["elapsed"] * 1e6
    else:
        per_second = (result["requests"] - refused) / result["microseconds"] * 1e6
    return Rate(per_second, refused, broken, result["p99"] / 1000)
