"""What a release takes over from those before it: the history, and the dumps of every version."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePath
from typing import Final

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad

from publisher.formats import TURTLE
from publisher.namespaces import ADMS, DCT
from publisher.release import history
from publisher.release.contents import catalog, kept, newest, statements
from publisher.release.dumps import DUMPS
from publisher.release.history import VersionRow
from publisher.release.manifest import FileFact, ManifestDataset
from publisher.release.release import Release

CHECKSUMS: Final = "SHA256SUMS"

Key = tuple[str, str]
"""The name of a dataset and the number of a version."""


@dataclass(frozen=True, slots=True)
class Past:
    """Every version of a site that was published, in that order, and the release that has its dumps.

    `history` is the file that tells of them; None when nothing was published, or by programs that kept none.
    """

    versions: tuple[VersionRow, ...] = ()
    holders: Mapping[Key, Release] = field(default_factory=dict)
    history: Path | None = None
    _read: dict[Key, list[Quad]] = field(default_factory=dict, compare=False, repr=False)

    def version(self, dataset: str, number: str) -> VersionRow | None:
        """One version; None when it was never published."""
        return next((each for each in self.versions if (each.dataset, each.number) == (dataset, number)), None)

    def newest(self, dataset: str) -> VersionRow | None:
        """The version of a dataset that was published last; None when there is none."""
        return next((each for each in reversed(self.versions) if each.dataset == dataset), None)

    def before(self, version: VersionRow) -> VersionRow | None:
        """The version of the same dataset that was published before this one."""
        older = (each for each in self.versions if each.dataset == version.dataset)
        return next((each for each in older if each.ordinal == version.ordinal - 1), None)

    def statements(self, version: VersionRow) -> list[Quad]:
        """The content of a version, in the order of `order.ordered`; read once."""
        key = version.dataset, version.number
        if key not in self._read:
            self._read[key] = statements(self.holders[key], *key)
        return self._read[key]

    def first_days(self, dataset: str) -> Mapping[str, date]:
        """The day of the first version of a dataset that describes each resource."""
        days = {each.ordinal: each.date for each in self.versions if each.dataset == dataset}
        firsts = history.read_firsts(self.history, dataset) if self.history else {}
        return {iri: days[ordinal] for iri, ordinal in firsts.items()}

    def addresses(self) -> Mapping[str, str]:
        """Every resource that any version described or had a tombstone for, and the last one: `fruit 1.0.0`."""
        return history.read_addresses(self.history) if self.history else {}

    def last_said(self, iri: str) -> Iterable[Quad]:
        """The last statements of a resource that any version had."""
        turtle = history.read_last(self.history, iri) if self.history else b""
        return pyoxigraph.parse(turtle, TURTLE.engine, lenient=True)

    def dumps(self, dataset: str, number: str) -> Mapping[str, FileFact]:
        """The dumps of a version, by their suffixes; none when there are none."""
        start = f"dumps/{dataset}/{number}."
        holder = self.holders.get((dataset, number))
        files = holder.manifest.files if holder else {}
        found = ((suffix, files.get(f"{start}{suffix}")) for suffix, _, _ in DUMPS)
        return {suffix: fact for suffix, fact in found if fact}


def read_past(directory: Path, base: str) -> Past:
    """The past of the site whose releases are in `directory`; under another base it has none."""
    release = newest(directory, base)
    if release is None:
        return Past()
    path = release.directory / history.FILE
    if history.FILE not in release.manifest.files:
        return _folded(directory, base)
    versions = history.read_versions(path)
    return Past(versions, {(each.dataset, each.number): release for each in versions}, path)


def _folded(directory: Path, base: str) -> Past:
    """The past that releases tell that have their own versions only: those that are kept, the oldest first."""
    versions: list[VersionRow] = []
    holders: dict[Key, Release] = {}
    for each in reversed([one for one in kept(directory) if one.base == base]):
        for row in each.manifest.datasets:
            if (row.name, row.version) not in holders:
                ordinal = 1 + sum(version.dataset == row.name for version in versions)
                versions.append(_version(each, row, ordinal))
                holders[row.name, row.version] = each
    return Past(tuple(versions), holders)


def _version(release: Release, row: ManifestDataset, ordinal: int) -> VersionRow:
    """What a release tells of a version that it has; its day and notes stand in the catalogue."""
    about = [each for each in catalog(release) if each.subject == NamedNode(f"{row.iri}/{row.version}")]
    days = _texts(about, DCT["issued"]).values()
    day = next(map(date.fromisoformat, days), release.changed.date())
    notes = _texts(about, ADMS["versionNotes"])
    return VersionRow(row.name, row.version, day, notes, "", ordinal, release.id, row.triples, row.digest)


def _texts(quads: Iterable[Quad], predicate: NamedNode) -> Mapping[str, str]:
    """The values of a property by their language."""
    values = (each.object for each in quads if each.predicate == predicate)
    return {each.language or "": each.value for each in values if isinstance(each, Literal)}


def take_over(past: Past, stage: Path) -> Mapping[str, FileFact]:
    """Share the dumps of every version with the release that has them; what is known of each, by its path."""
    found = {}
    for (dataset, number), holder in past.holders.items():
        for path, fact in holder.manifest.files.items():
            if path.startswith(f"dumps/{dataset}/{number}."):
                share(holder.directory / path, stage / path)
                found[path] = fact
    return found


def share(file: Path, target: Path) -> None:
    """Have a file that never changes in two releases: as one on disk, where the disk can do that."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file, target)
    except OSError:
        shutil.copyfile(file, target)


def write_checksums(stage: Path, facts: Mapping[str, FileFact]) -> None:
    """One file for each dataset, over all its dumps, as `sha256sum --check` reads it."""
    suffixes = {f".{suffix}" for suffix, _, _ in DUMPS}
    dumps = {PurePath(path): fact for path, fact in sorted(facts.items()) if PurePath(path).suffix in suffixes}
    for folder in sorted({path.parent for path in dumps}):
        own = (f"{fact.sha256}  {path.name}\n" for path, fact in dumps.items() if path.parent == folder)
        (stage / folder / CHECKSUMS).write_text("".join(own))
