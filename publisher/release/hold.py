"""Who reads a release holds it: a lock on its manifest, which the kernel frees when the reader dies.

Open files outlive their removal, but a process that starts later would not find them; so nothing is removed that
anybody holds.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Final
from weakref import finalize

from publisher.errors import ReleaseError, ReleaseMissing
from publisher.release.manifest import FILE_NAME

READING: Final = fcntl.LOCK_SH
REMOVING: Final = fcntl.LOCK_EX


class Hold:
    """A lock; it ends with `close`, with this object, or with the last process that was forked with it."""

    def __init__(self, descriptor: int) -> None:
        self.close = finalize(self, os.close, descriptor)


def hold(directory: Path, kind: int) -> Hold | None:
    """Lock a release `READING` or `REMOVING`, without waiting; None when others hold it the other way.

    Raises `ReleaseMissing` when it is gone, `ReleaseError` where files cannot be locked.
    """
    path = directory / FILE_NAME
    gone = ReleaseMissing(f"release {directory.name} is gone: newer ones have taken its place")
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        raise gone from None
    except OSError as error:
        raise ReleaseError(f"{path} cannot be opened: {error.strerror}") from None
    held = Hold(descriptor)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return None
    except OSError as error:
        raise ReleaseError(f"{path} cannot be locked: {error.strerror}; keep releases on another disk") from None
    # Between opening and locking it may have been moved away, to be removed.
    if not _is_at(path, descriptor):
        raise gone
    return held


def _is_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
