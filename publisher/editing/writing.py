"""A file of the editor's, written over as a whole: whoever reads it sees the old text or the new one."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from publisher.errors import EditingError


def read(path: Path) -> str:
    """The text of a file with its line ends as they are. Raises `EditingError` when it cannot be read."""
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise EditingError(f"{path}: not UTF-8: {error.reason}; save it as UTF-8") from None
    except OSError as error:
        raise EditingError(f"{path}: cannot be read: {error.strerror}") from None


def write(path: Path, content: str | bytes) -> None:
    """Put this content in the place of a file, or make it; a link stays a link. Raises `EditingError`."""
    real = path.resolve()
    try:
        real.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
    except OSError as error:
        raise EditingError(f"{path}: cannot be written: {error.strerror}; nothing was changed") from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        _like(real, Path(name))
        Path(name).replace(real)
    except OSError as error:
        raise EditingError(f"{path}: cannot be written: {error.strerror}; nothing was changed") from None
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()


def _like(old: Path, new: Path) -> None:
    """Give a file the rights of the one whose place it takes, or those that any new file gets."""
    if old.exists():
        shutil.copymode(old, new)
        return
    mask = os.umask(0)
    os.umask(mask)
    new.chmod(0o666 & ~mask)
