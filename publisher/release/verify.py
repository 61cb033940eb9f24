"""Is a release still what its manifest says? Everything is read again, the store by a fresh process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
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
    done = in_fresh_process(__name__, str(path))
    if done.returncode < 0:
        raise ReleaseDamaged(f"{path} is damaged: reading it kills the engine")
    if done.returncode:
        raise ReleaseDamaged(f"{path} is damaged: {done.stderr.strip()}")
    return int(done.stdout)


def in_fresh_process(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a module of ours and wait for its end."""
    command = [sys.executable, "-W", "ignore", "-m", module, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _read_all(path: str) -> int:
    store = Store.read_only(path)
    count, every = 0, max(1, len(store) // SAMPLES)
    for quad in store:
        if count % every == 0:
            _look_up(store, quad)
        count += 1
    if count != len(store):
        raise RuntimeError(f"a scan finds {count} statements, the index {len(store)}")
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
