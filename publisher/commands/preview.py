"""`publisher preview`: the folder as it lies, served while it is worked on."""

from __future__ import annotations

import argparse
import dataclasses
import fcntl
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final

from publisher.commands.command import FOLDER, PORT, Command, configured, previous_release
from publisher.config import Config

BEGINNING: Final = "publisher-preview-"
LOCK: Final = ".lock-of-preview"
YOUNG: Final = 60.0
"""Seconds that a folder may be without its lock: somebody has just made it."""

FOLLOWED: Final = 0.25
"""Seconds between two looks of the server at which draft is the newest."""


def preview(options: argparse.Namespace) -> int:
    """Serve drafts of the folder until stopped; nothing is left of them."""
    from publisher.editing import drafts
    from publisher.web.serve import serve

    signal.signal(signal.SIGTERM, _stop)
    # What is in force stays what drafts are compared with, also while the settings cannot be read.
    published = partial(previous_release, configured(options))
    with _directory() as directory:
        settings = partial(_settings, options, directory)
        drafting = drafts.Drafting(settings, published, directory)
        watcher = drafts.begin(drafting)
        watcher.end_with_us()
        try:
            # The terminal is for what was found; nobody needs an access log of a preview.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            serve(settings, pause=FOLLOWED)
        finally:
            if not watcher.failed:
                watcher.stop()
    return 2 if watcher.failed else 0


def _stop(*_: object) -> None:
    raise SystemExit(0)


def _settings(options: argparse.Namespace, directory: Path) -> Config:
    """The settings of the folder, for one person on this machine."""
    config = configured(options)
    host, port = "127.0.0.1", options.port or config.server.port
    return dataclasses.replace(
        config,
        folder=config.folder.resolve(),
        public=f"http://{host}:{port}",
        release=dataclasses.replace(config.release, directory=str(directory)),
        server=dataclasses.replace(config.server, host=host, port=port, processes=1, metrics="off"),
        sparql=dataclasses.replace(config.sparql, workers=1),
        drafts=True,
    )


@contextmanager
def _directory() -> Iterator[Path]:
    """A folder for drafts that is gone afterwards; those of previews that were killed go first."""
    _sweep()
    directory = Path(tempfile.mkdtemp(prefix=BEGINNING))
    try:
        with (directory / LOCK).open("wb") as file:
            # Freed by the kernel when the last of our processes is gone.
            fcntl.flock(file, fcntl.LOCK_EX)
            yield directory
    finally:
        _remove(directory)


def _remove(directory: Path) -> None:
    """Remove the folder, again if something was still being written: who was killed ends a moment later."""
    for _ in range(50):
        shutil.rmtree(directory, ignore_errors=True)
        if not directory.exists():
            return
        time.sleep(0.02)


def _sweep() -> None:
    for each in Path(tempfile.gettempdir()).glob(f"{BEGINNING}*"):
        with suppress(OSError):
            if each.lstat().st_uid == os.getuid() and each.is_dir() and not each.is_symlink() and _is_left(each):
                shutil.rmtree(each)


def _is_left(directory: Path) -> bool:
    """Whether the preview that made this folder is no more."""
    try:
        with (directory / LOCK).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    except FileNotFoundError:
        return time.time() - directory.stat().st_mtime > YOUNG
    except BlockingIOError:
        return False


COMMANDS: Final = (
    Command(
        "preview",
        preview,
        (FOLDER, PORT),
        "Serve the folder as it lies, as a draft that follows every save",
        """\
Pages, documents and SPARQL on this machine only, marked as a draft. A page loads itself again after a save.
Content with errors is shown as far as it can be read; each page shows what was found about it, and /findings
shows all. Nothing is published, and nothing is left when it is stopped.

  publisher preview --port 8080
""",
    ),
)
