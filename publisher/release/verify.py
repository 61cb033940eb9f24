"""Is a release still what its manifest says? Everything is read again, the store by a fresh process."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import pyoxigraph
from pyoxigraph import Quad, Store

from publisher.errors import ReleaseDamaged
from publisher.formats import N_QUADS
from publisher.release.manifest import Manifest, fact, files_in
from publisher.release.release import STATEMENTS, STORE, Release

SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Damage:
    """A file of a release, or its store, that is not what the manifest says."""

    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path} {self.what}"


def verify(release: Release, progress: Callable[[str], None]) -> None:
    """Compare every file with its digest, and the whole store with the statements that it was loaded with.

    Raises `ReleaseDamaged` naming the first file that differs, that is missing or that nobody wrote.
    """
    _raise_first(release.directory, damages(release.directory, release.manifest, progress))


def verify_files(directory: Path, manifest: Manifest, progress: Callable[[str], None]) -> None:
    """Compare every file with its size and digest."""
    _raise_first(directory, damaged_files(directory, manifest, progress))


def damages(directory: Path, manifest: Manifest, progress: Callable[[str], None]) -> Iterator[Damage]:
    """All that is wrong with a release, files first."""
    wrong = set()
    for damage in damaged_files(directory, manifest, progress):
        wrong.add(damage.path)
        yield damage
    progress("reading the store from its first statement to its last")
    trusted = STATEMENTS in manifest.files and STATEMENTS not in wrong
    try:
        count = count_store(directory / STORE, directory / STATEMENTS if trusted else None)
    except ReleaseDamaged as error:
        yield Damage(STORE, str(error).removeprefix(f"{directory / STORE} "))
        return
    if count != manifest.quads:
        yield Damage(STORE, f"has {count} statements instead of {manifest.quads}")


def damaged_files(directory: Path, manifest: Manifest, progress: Callable[[str], None]) -> Iterator[Damage]:
    """Files that are missing, that nobody wrote, or that differ."""
    present = dict(files_in(directory))
    if link := next((each for each in sorted(directory.rglob("*")) if each.is_symlink()), None):
        name = link.relative_to(directory)
        raise ReleaseDamaged(f"release {directory.name} is damaged: {name} is a symbolic link")
    for path in sorted(manifest.files.keys() ^ present.keys()):
        yield Damage(path, "is missing" if path in manifest.files else "does not belong to it")
    for path in sorted(manifest.files.keys() & present.keys()):
        progress(f"checking {path}")
        if fact(present[path]) != manifest.files[path]:
            yield Damage(path, "does not match its digest")


def _raise_first(directory: Path, damages: Iterator[Damage]) -> None:
    for damage in damages:
        raise ReleaseDamaged(f"release {directory.name} is damaged: {damage}")


def count_store(path: Path, statements: Path | None = None) -> int:
    """The number of statements that a fresh process finds in a store after reading each of them.

    With a file of `statements`, the store must hold just those, as a store spells them.

    A damaged store may open without an error and be empty, or kill the process that reads it; hence the count,
    and hence the other process.
    """
    done = in_fresh_process(__name__, *map(str, [path, statements] if statements else [path]))
    if done.returncode < 0:
        raise ReleaseDamaged(f"{path} is damaged: reading it kills the engine")
    if done.returncode:
        raise ReleaseDamaged(f"{path} is damaged: {done.stderr.strip()}")
    return int(done.stdout)


def in_fresh_process(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a module of ours and wait for its end."""
    command = [sys.executable, "-W", "ignore", "-m", module, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _read_all(path: str, statements: str = "") -> int:
    store = Store.read_only(path)
    count, every = 0, max(1, len(store) // SAMPLES)
    for quad in store:
        if count % every == 0:
            _look_up(store, quad)
        count += 1
    if count != len(store):
        raise RuntimeError(f"a scan finds {count} statements, the index {len(store)}")
    if statements:
        _compare(store, statements)
    return count


def _compare(store: Store, statements: str) -> None:
    """Read the statements into another store, so that both spell numbers in the same way, and compare."""
    wanted = Store()
    with gzip.open(statements) as file:
        wanted.bulk_extend(cast(Iterable[Quad], pyoxigraph.parse(cast(IO[bytes], file), N_QUADS.engine)))
    lacking = next((each for each in wanted if each not in store), None)
    excess = next((each for each in store if each not in wanted), None)
    if lacking or excess:
        raise RuntimeError(f"it has {excess or 'nothing'} instead of {lacking or 'nothing'}")


def _look_up(store: Store, quad: Quad) -> None:
    """Find one statement again by its subject, its predicate and its object."""
    by_subject = store.quads_for_pattern(quad.subject, None, None, quad.graph_name)
    by_object = store.quads_for_pattern(None, None, quad.object, None)
    if quad not in store or quad not in by_subject or quad not in by_object:
        raise RuntimeError(f"an index has lost {quad}")


if __name__ == "__main__":  # the fresh process of `count_store`
    try:
        print(_read_all(*sys.argv[1:]))
    except (OSError, RuntimeError) as error:
        sys.exit(str(error))
