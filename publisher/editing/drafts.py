"""Drafts of the folder as it lies: one after each save, compiled in a process of its own, for a server to follow.

The watcher is a process that only looks and forks: what a compilation takes, and what it may break, goes with the
child. The watcher ends with the process that started it, the child with the watcher, whatever kills them.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from typing import Final

from publisher import compiler, release, sandbox
from publisher.compiler import validate  # noqa: F401 (half a second, once and not for each draft)
from publisher.config import FILE_NAME, Config
from publisher.errors import ConfigError, ContentError, PublisherError, SourceError
from publisher.release import Release
from publisher.release.activate import RELEASES
from publisher.release.edition import Edition
from publisher.release.hold import REMOVING, hold
from publisher.release.manifest import sequence_of
from publisher.report import Finding, Severity
from publisher.source import Source, read, stamps

PAUSE: Final = 0.5
"""Seconds between two looks at the folder."""

SETTLED: Final = 0.05
"""Seconds that the folder must stay as it is: some editors empty a file before they fill it."""

KEPT: Final = 3
"""Drafts that stay: the one that is served, the next one, and one for who is late."""

FINE: Final = 0
UNREAD: Final = 3
FAILED: Final = 4
"""How a child ended: with a draft of what lies there, of what lay there before, without any."""

_PLACE: Final = re.compile(r"(?P<path>[^\s:]+):(?P<line>\d+)(?::(?P<column>\d+))?: (?P<message>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote, with the settings that were beside it."""

    source: Source
    config: Config


@dataclass(frozen=True, slots=True)
class Drafting:
    """What drafts are made with: the settings as they are now, the release that they come after, where they go."""

    settings: Callable[[], Config]
    previous: Callable[[], Release | None]
    directory: Path


class Watcher:
    """The process that makes drafts."""

    def __init__(self, process: int) -> None:
        self._process = process
        self._stopping = False
        self.failed = False
        """Whether it ended before anybody told it to."""

    def end_with_us(self) -> None:
        """From now on stop this process, as SIGTERM does, when the watcher is gone: nobody would see a save."""
        self._waiting = Thread(target=self._wait, daemon=True)
        self._waiting.start()

    def stop(self) -> None:
        """Stop it and what it has started."""
        self._stopping = True
        os.killpg(self._process, signal.SIGKILL)
        self._waiting.join()

    def _wait(self) -> None:
        os.waitpid(self._process, 0)
        if not self._stopping:
            print("publisher: the folder is followed no more; start the preview again", file=sys.stderr)
            self.failed = True
            os.kill(os.getpid(), signal.SIGTERM)


def begin(drafting: Drafting) -> Watcher:
    """Start the watcher and wait for the first draft.

    Raises what `settings` raise, and `SourceError` when there is nothing that could be shown.
    """
    folder = drafting.settings().folder
    parent = os.getpid()
    watcher = os.fork()
    if not watcher:
        _end_in(lambda: _watch(folder, drafting, parent))
    # A group of its own: Ctrl-C is for us, and one signal ends the watcher and its child.
    os.setpgid(watcher, watcher)
    try:
        while not (drafting.directory / "current").is_symlink():
            if os.waitpid(watcher, os.WNOHANG)[0]:
                raise SourceError(f"{folder}: no preview can be made of this; see above")
            time.sleep(0.02)
    except (KeyboardInterrupt, SystemExit):
        os.killpg(watcher, signal.SIGKILL)
        os.waitpid(watcher, 0)
        raise
    return Watcher(watcher)


def _end_in(work: Callable[[], int]) -> None:
    """Do this and end the process, which is a copy of another one and must not go on as if it were that."""
    code = FAILED
    try:
        code = work()
    except PublisherError as error:
        print(f"publisher: {error}", file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _watch(folder: Path, drafting: Drafting, parent: int) -> int:
    """Make a draft after each change, for ever; ends when not even the first one can be made."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if not sandbox.die_with(parent):
        return FAILED
    last: Written | None = None
    seen = None
    while True:
        now = _settled(folder)
        if now != seen:
            code, last = _drafted(last, drafting)
            if code == FAILED and seen is None:
                return FAILED
            seen = now
        time.sleep(PAUSE)


def _settled(folder: Path) -> object:
    """What the folder looks like when nobody is writing in it."""
    before, now = None, stamps(folder)
    while now != before:
        time.sleep(SETTLED)
        before, now = now, stamps(folder)
    return now


def _drafted(last: Written | None, drafting: Drafting) -> tuple[int, Written | None]:
    """Make a draft in a child; how it ended, and what was last readable as a whole."""
    troubles: list[Finding] = []
    try:
        config = drafting.settings()
        written = Written(read(config.folder, None, config.reading), config)
    except (ConfigError, SourceError) as error:
        if last is None:
            raise
        written, troubles = last, [_finding(error)]
    parent = os.getpid()
    child = os.fork()
    if not child:
        _end_in(lambda: _child(written, last, troubles, drafting, parent))
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code, last if code != FINE or troubles else written


def _finding(error: ConfigError | SourceError) -> Finding:
    """What kept us from reading at all, at its place if it has one."""
    rule = "settings" if isinstance(error, ConfigError) else "source"
    match = _PLACE.match(str(error))
    if match is None:
        return Finding(FILE_NAME if rule == "settings" else "", 0, 0, Severity.VIOLATION, str(error), rule)
    path, line, column = Path(match["path"]).name, int(match["line"]), int(match["column"] or 1)
    return Finding(path, line, column, Severity.VIOLATION, match["message"], rule)


def _child(
    written: Written, last: Written | None, troubles: Sequence[Finding], drafting: Drafting, parent: int
) -> int:
    """Compile, freeze and put in force one draft."""
    sandbox.die_with(parent)
    started = time.monotonic()
    previous = drafting.previous()
    code = FINE
    try:
        edition = _compiled(written, troubles, previous)
    except ContentError as error:
        code, wrong = UNREAD, [*troubles, *error.report.findings]
        edition = _compiled(last or _without(written, wrong), wrong, previous)
    directory = drafting.directory
    with release.lock(directory):
        made = release.write(edition, directory, written.config.policy, previous=None, progress=_silent)
        release.activate(made, directory, drafts=True)
        _remove_old(directory)
    report = edition.report
    counts = f"errors: {report.count(Severity.VIOLATION)}, warnings: {report.count(Severity.WARNING)}"
    print(f"draft {made.manifest.sequence}: {counts}; {time.monotonic() - started:.1f} s", file=sys.stderr)
    for each in report.findings:
        if each.severity is Severity.VIOLATION:
            print(f"    {each.place}: {each.message[:200]}", file=sys.stderr)
    return code


def _compiled(written: Written, troubles: Sequence[Finding], previous: Release | None) -> Edition:
    return compiler.compile(written.source, written.config, _silent, previous, draft=troubles)


def _without(written: Written, wrong: Sequence[Finding]) -> Written:
    """The same without the files that cannot be read: better than nothing, when there is nothing from before."""
    paths = {each.path for each in wrong}
    content = tuple(each for each in written.source.content if each.path not in paths)
    shapes = tuple(each for each in written.source.shapes if each.path not in paths)
    return replace(written, source=replace(written.source, content=content, shapes=shapes))


def _remove_old(directory: Path) -> None:
    """Remove old drafts that nobody reads."""
    drafts = sorted((directory / RELEASES).glob("[0-9]*"), key=lambda each: sequence_of(each.name))
    for each in drafts[:-KEPT]:
        if hold(each, REMOVING) is not None:
            shutil.rmtree(each, ignore_errors=True)


def _silent(_: str) -> None:
    """A draft is there sooner than its progress could be read."""
