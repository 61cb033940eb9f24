"""Does every file still have its digest? Asked by a server at work, so without haste."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Final

from publisher.errors import ReleaseDamaged
from publisher.release.release import Release

PART: Final = 1 << 18
"""Bytes that are read at a time."""


def compare(release: Release) -> None:
    """Read every file of an opened release and compare it with its digest, resting as long as it works.

    Raises `ReleaseDamaged` naming the first one that differs. `verify` also finds what does not belong there, and
    reads the store.
    """
    for path, expected in release.manifest.files.items():
        try:
            found = _sha256(release.directory / path)
        except OSError as error:
            raise ReleaseDamaged(
                f"release {release.id} is damaged: {path} cannot be read: {error.strerror}"
            ) from None
        if found != expected.sha256:
            raise ReleaseDamaged(f"release {release.id} is damaged: {path} does not match its digest")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while True:
            started = time.perf_counter()
            part = file.read(PART)
            if not part:
                return digest.hexdigest()
            digest.update(part)
            time.sleep(time.perf_counter() - started)
