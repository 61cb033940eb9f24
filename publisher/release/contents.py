"""What a release holds, read again: the statements of its datasets and its catalogue; and which ones are kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path

import pyoxigraph
from pyoxigraph import NamedNode, Quad

from publisher.errors import ReleaseDamaged, ReleaseMissing
from publisher.formats import N_QUADS, N_TRIPLES
from publisher.release.activate import RELEASES, pointed
from publisher.release.history import FILE as HISTORY
from publisher.release.manifest import ID, Manifest, fact, read, sequence_of
from publisher.release.release import Release, open  # noqa: A004


def statements(release: Release, dataset: str, number: str = "") -> list[Quad]:
    """The content of one dataset of a release, now or in another version; nothing when it has no such."""
    versions = {each.name: each.version for each in release.manifest.datasets}
    path = release.dump(dataset, f"{number or versions.get(dataset)}.{N_QUADS.suffix}")
    return [] if path is None else list(pyoxigraph.parse(path=path, format=N_QUADS.engine))


def catalog(release: Release) -> list[Quad]:
    """The statements of its catalogue."""
    return list(pyoxigraph.parse(release.catalog(N_TRIPLES), N_TRIPLES.engine))


def published(release: Release) -> str | None:
    """The text of its data/published.txt; None when it was made without one."""
    path = release.directory / "source" / "data" / "published.txt"
    return path.read_text("utf-8") if path.is_file() else None


def ever(releases: Path, properties: Collection[NamedNode]) -> Iterator[Quad]:
    """The statements with one of these properties in any version that is kept; `releases` is the folder of `var`.

    Only the lines that have the property are parsed: a version of a million statements takes half a second.
    """
    names = [f" {each} ".encode() for each in properties]
    seen: set[str] = set()
    for release in kept(releases):
        dumps = [each for each in release.manifest.files if fnmatch(each, f"dumps/*.{N_QUADS.suffix}")]
        for name in sorted(set(dumps) - seen):
            seen.add(name)
            with (release.directory / name).open("rb") as file:
                lines = b"".join(line for line in file if any(each in line for each in names))
            found = pyoxigraph.parse(lines, N_QUADS.engine)
            yield from (quad for quad in found if quad.predicate in properties)


def beside(release: Release) -> Iterator[Manifest]:
    """What the releases that are kept with this one hold, itself included."""
    for path in release.directory.parent.glob("[0-9]*"):
        with suppress(ReleaseDamaged):
            yield read(path)


def kept(directory: Path) -> Iterator[Release]:
    """Every release that can be opened, the newest first."""
    folder = directory / RELEASES
    for path in sorted(folder.iterdir(), reverse=True) if folder.is_dir() else ():
        if path.name[0] != ".":
            with suppress(ReleaseDamaged):
                yield open(path)


def find(name: str, directory: Path) -> Release:
    """The release that has this id. Raises `ReleaseMissing` naming those that there are, `ReleaseDamaged`."""
    path = directory / RELEASES / name
    if ID.fullmatch(name) and path.is_dir():
        return open(path)
    there_are = ", ".join(each.id for each in kept(directory)) or "none"
    raise ReleaseMissing(f"{name}: no such release; those in {directory} that are whole: {there_are}")


def before(directory: Path) -> Release:
    """The release that was in force before the one that is; where that is gone or damaged, the newest older one.

    Raises `ReleaseMissing` when there is none.
    """
    in_force = pointed(directory)
    older = [each for each in kept(directory) if each.manifest.sequence < sequence_of(in_force.name)]
    previous = ""
    with suppress(ReleaseDamaged):
        previous = read(in_force).previous
    found = next((each for each in older if each.id == previous), next(iter(older), None))
    if found is None:
        raise ReleaseMissing(f"no older release than {in_force.name} is kept in {directory}")
    return found


def newest(directory: Path, base: str) -> Release | None:
    """The newest release of the site with this base whose history is as it was written; None without any."""
    return next((each for each in kept(directory) if each.base == base and _history_is_whole(each)), None)


def _history_is_whole(release: Release) -> bool:
    known = release.manifest.files.get(HISTORY)
    return known is None or known == fact(release.directory / HISTORY)
