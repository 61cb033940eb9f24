"""The pointer `current` and the lock: which release is in force, and who may change that."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from publisher.errors import ReleaseError, ReleaseLocked, ReleaseMissing
from publisher.release.release import Release

POINTER: Final = "current"
RELEASES: Final = "releases"


@contextmanager
def lock(directory: Path) -> Iterator[None]:
    """Hold the directory: one publisher at a time. The kernel frees the lock when the holder dies.

    Raises `ReleaseLocked` naming the holder, `ReleaseError` when the directory cannot be written.
    """
    path = directory / ".lock"
    with _writing(directory):
        (directory / RELEASES).mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o644)
    with os.fdopen(handle, "r+b", buffering=0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = file.read().decode(errors="replace").strip() or "another process"
            raise ReleaseLocked(f"{directory} is in use by {holder}; wait until it is done") from None
        with _writing(directory):
            file.truncate(0)
            file.write(f"process {os.getpid()} on {socket.gethostname()}\n".encode())
        yield
        file.seek(0)
        file.truncate(0)


@contextmanager
def _writing(directory: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = f"{directory} cannot be written: {error.strerror}"
        raise ReleaseError(f"{what}; check its owner and rights, and the room on its disk") from None


def activate(release: Release, directory: Path, *, drafts: bool = False) -> None:
    """Put a release in force. Renaming the pointer is the commit point: readers see the old one or the new.

    Raises `ReleaseError` for a draft, except in a directory of `drafts`.
    """
    if not drafts:
        release.refuse_draft()
    staged = directory / f".{POINTER}.new"
    with _writing(directory):
        staged.unlink(missing_ok=True)
        staged.symlink_to(Path(RELEASES) / release.directory.name)
        staged.rename(directory / POINTER)
        sync(directory)


def current(directory: Path) -> Path:
    """The directory of the release in force. Raises `ReleaseMissing` when nothing has been published."""
    target = pointed(directory)
    if not target.is_dir():
        pointer = directory / POINTER
        raise ReleaseMissing(
            f"{pointer} points to {target.name}, which is gone; run `publisher publish` or `publisher rollback`"
        )
    return target


def pointed(directory: Path) -> Path:
    """Where the release in force should be, there or not. Raises `ReleaseMissing`."""
    pointer = directory / POINTER
    if not pointer.is_symlink():
        raise ReleaseMissing(f"{directory}: nothing has been published yet; run `publisher publish` first")
    return directory / pointer.readlink()


def sync(path: Path) -> None:
    """Have a file or directory on disk before going on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
