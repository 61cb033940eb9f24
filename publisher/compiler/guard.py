"""Reads foreign files in a child process first, under limits: a file can end its parser, or keep it for ever.

Ten to the fifth nested triple terms overflow the engine's stack, which ends the process; a prefix of a mebibyte,
used three thousand times, is gigabytes; nested objects in JSON-LD take time that grows with the square. What the
child has survived is safe to read again, which is cheaper than to send the statements over.

When the child dies, the file that it was at gets a finding, and another child goes on with the next.
"""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from socket import socketpair
from typing import BinaryIO, Final, cast

from publisher import sandbox
from publisher.compiler.reading import finding
from publisher.compiler.table import SUFFIXES
from publisher.config import Reading
from publisher.formats import RDF_XML
from publisher.iris import Policy
from publisher.report import Finding, Severity
from publisher.source import SourceFile

_MODULE: Final = "publisher.compiler.reader"

NO_MEMORY: Final = 10
TOO_DEEP: Final = 11
"""Codes with which the child ends itself; others are the kernel's."""

_MOST: Final = 1 << 20
"""Bytes that a child may say about one file."""

_DEEP: Final = 200
"""Brackets within each other that are worth a word when a file cannot be read."""

_ELEMENT: Final = re.compile(r"(?P<open><(?=[A-Za-z_]))|(?P<close></|/>)")
_BRACKET: Final = re.compile(r"(?P<open><<\(?|[(\[{])|(?P<close>\)?>>|[)\]}])")


def rehearse(
    files: Sequence[SourceFile], policy: Policy, limits: Reading, progress: Callable[[str], None]
) -> list[Finding]:
    """What is wrong with each file, in the order of the files; this process survives all of them."""
    findings: list[Finding] = []
    child: _Child | None = None
    for file in files:
        progress(f"reading {file.path}")
        child = child or _Child(policy, limits, _special(files))
        said = child.read(file)
        if said is None:
            findings.append(_deadly(file, child.end(), limits))
            child = None
        else:
            findings.extend(said)
    if child is not None:
        child.end()
    return findings


def _special(files: Sequence[SourceFile]) -> str:
    """The suffix that needs a library, if a file has it: a child can only load one before it is locked in."""
    return "xlsx" if any(each.suffix == "xlsx" for each in files) else ""


class _Child:
    """A process that reads files until we hang up or one of them ends it."""

    def __init__(self, policy: Policy, limits: Reading, suffix: str) -> None:
        ours, theirs = socketpair()
        arguments = (os.getpid(), policy.base, limits.memory, limits.seconds, suffix)
        with ours, theirs:
            self._process = sandbox.start(_MODULE, *map(str, arguments), channel=theirs)
            self._channel = cast(BinaryIO, ours.makefile("rwb"))

    def read(self, file: SourceFile) -> list[Finding] | None:
        """What the child says of a file; None when it died of it."""
        try:
            self._channel.write(json.dumps([file.path, len(file.content)]).encode() + b"\n")
            self._channel.write(file.content)
            self._channel.flush()
            said = self._channel.readline(_MOST)
        except OSError:
            return None
        return _findings(said) if said.endswith(b"\n") else None

    def end(self) -> int:
        """Hang up, and wait for its death; tells the code, negative for a signal."""
        # Closing flushes what a dead child can no longer take; a living one ends when it reads or writes.
        with suppress(OSError):
            self._channel.close()
        self._process.communicate()
        return self._process.returncode


def _findings(said: bytes) -> list[Finding]:
    rows = json.loads(said)
    return [Finding(**row | {"severity": Severity(row["severity"])}) for row in rows]


def _deadly(file: SourceFile, code: int, limits: Reading) -> Finding:
    """What to say of a file that ended its reader."""
    reasons = {
        -signal.SIGXCPU: f"reading it takes more than {limits.seconds} seconds (`seconds` in [reading])",
        -signal.SIGABRT: f"reading it takes more than {limits.memory} MiB of memory (`memory` in [reading])",
        NO_MEMORY: f"reading it takes more than {limits.memory} MiB of memory (`memory` in [reading])",
        TOO_DEEP: "its statements about statements are too deep in each other",
    }
    reason = reasons.get(code, "it ends the program that reads it")
    text = "" if file.suffix in SUFFIXES else file.content.decode("utf-8", errors="replace")
    depth, start = _deepest(text, _ELEMENT if file.suffix == RDF_XML.suffix else _BRACKET)
    if depth < _DEEP:
        return finding(file.path, text, 0, f"{reason}; split the file, and look for what is endless in it")
    return finding(
        file.path, text, start, f"{reason}; brackets or elements are {depth:,} deep here, write it flatter"
    )


def _deepest(text: str, bracket: re.Pattern[str]) -> tuple[int, int]:
    """How deep brackets or elements are in each other, roughly (strings count too), and where."""
    depth, most, where = 0, 0, 0
    for match in bracket.finditer(text):
        if match.lastgroup == "open":
            depth += 1
            if depth > most:
                most, where = depth, match.start()
        elif match.lastgroup == "close":
            depth = max(0, depth - 1)
    return most, where
