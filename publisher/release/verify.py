"""Is a release still what its manifest says? Everything is read again, the store by a fresh process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from pyoxigraph import Quad, Store

from publisher.errors import ReleaseDamaged
from publisher.release.manifest import Manifest, fact, files_in
from publisher.release.release import Release

SAMPLES = 5


def verify(release: Release, progress: Callable[[str], None]) -> None:
    """Compare every file with its digest and read the whole store.

    Raises `ReleaseDamaged` naming the first file that differs, that is missing or that nobody wrote.
    """
    verify_files(release.directory, release.manifest, progress)
    progress("reading the store from its first statement to its last")
    count = count_store(release.store)
    if count != release.manifest.quads:
        found = f"its store has {count} statements instead of {release.manifest.quads}"
        raise ReleaseDamaged(f"release {release.id} is damaged: {found}")


def verify_files(directory: Path, manifest: Manifest, progress: Callable[[str], None]) -> None:
    """Compare every file with its size and digest."""
    present = dict(files_in(directory))
    for path in sorted(manifest.files.keys() ^ present.keys()):
        what = "is missing" if path in manifest.files else "does not belong to it"
        raise ReleaseDamaged(f"release {directory.name} is damaged: {path} {what}")
    for path, expected in manifest.files.items():
        progress(f"checking {path}")
        if fact(present[path]) != expected:
            raise ReleaseDamaged(f"release {directory.name} is damaged: {path} does not match its digest")


def count_store(path: Path) -> int:
    """The number of statements that a fresh process finds in a store after reading each of them.

    A damaged store may open without an error and be empty, or kill the process that reads it; hence the count,
    and hence the other process.
    """
    command = [sys.executable, "-W", "ignore", "-m", __name__, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode < 0:
        raise ReleaseDamaged(f"{path} is damaged: reading it kills the engine")
    if done.returncode:
        raise ReleaseDamaged(f"{path} is damaged: {done.stderr.strip()}")
    return int(done.stdout)


def _read_all(path: str) -> int:
    store = Store.read_only(path)
    count = sum(1 for _ in store)
    if count != len(store):
        raise RuntimeError(f"a scan finds {count} statements, the index {len(store)}")
    for quad in islice(store, 0, None, max(1, count // SAMPLES)):
        _look_up(store, quad)
    return count


def _look_up(store: Store, quad: Quad) -> None:
    """Find one statement again by its subject, its predicate and its object."""
    by_subject = store.quads_for_pattern(quad.subject, None, None, quad.graph_name)
    by_object = store.quads_for_pattern(None, None, quad.object, None)
    if quad not in store or quad not in by_subject or quad not in by_object:
        raise RuntimeError(f"an index has lost {quad}")


if __name__ == "__main__":  # the fresh process of `count_store`
    try:
        print(_read_all(sys.argv[1]))
    except (OSError, RuntimeError) as error:
        sys.exit(str(error))
