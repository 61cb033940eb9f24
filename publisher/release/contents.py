"""What a release holds, read again: the statements of its datasets and its catalogue; and which ones are kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pyoxigraph
from pyoxigraph import Quad

from publisher.errors import ReleaseDamaged
from publisher.formats import N_QUADS, N_TRIPLES
from publisher.release.activate import RELEASES
from publisher.release.manifest import Manifest, read
from publisher.release.release import Release, open  # noqa: A004


def statements(release: Release, dataset: str) -> list[Quad]:
    """The content of one dataset of a release; nothing when it has no such dataset."""
    versions = {each.name: each.version for each in release.manifest.datasets}
    path = release.dump(dataset, f"{versions.get(dataset)}.{N_QUADS.suffix}")
    return [] if path is None else list(pyoxigraph.parse(path=path, format=N_QUADS.engine))


def catalog(release: Release) -> list[Quad]:
    """The statements of its catalogue."""
    return list(pyoxigraph.parse(release.catalog(N_TRIPLES), N_TRIPLES.engine))


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
