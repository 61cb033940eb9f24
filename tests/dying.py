"""Publishers that are killed: before a step that can be named, or at any moment."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from typing import NoReturn

Step = tuple[str, str]
"""What Python tells of before it does it (an audit event), and a part of the name of what it does it to."""

WRITING = os.O_WRONLY | os.O_RDWR


def beside(work: Callable[..., None], *arguments: object, before: Step | None = None, nth: int = 1) -> BaseProcess:
    """Start a process that has all that this one has; it kills itself before a step that it takes the nth time."""
    process = get_context("fork").Process(target=_run, args=(work, arguments, before, nth))
    process.start()
    return process


def _run(work: Callable[..., None], arguments: tuple[object, ...], before: Step | None, nth: int) -> None:
    if before:
        _die_before(*before, nth)
    work(*arguments)


def _die_before(step: str, part: str, nth: int) -> None:
    seen = 0

    def look(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if event == step and part in str(arguments) and (event != "open" or _writes(arguments)):
            seen += 1
            if seen == nth:
                _die()

    sys.addaudithook(look)


def _writes(arguments: tuple[object, ...]) -> bool:
    """Whether a file is opened to write to it; its mode and flags are the last arguments of the event."""
    return bool(isinstance(flags := arguments[2], int) and flags & WRITING)


def _die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError
