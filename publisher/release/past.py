"""What a release takes over from the newest one before it: its history, and the dumps of every version."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

from pyoxigraph import Quad

from publisher.release import history
from publisher.release.contents import newest, statements
from publisher.release.dumps import DUMPS
from publisher.release.history import VersionRow
from publisher.release.manifest import FileFact
from publisher.release.release import Release

CHECKSUMS = "SHA256SUMS"


@dataclass(frozen=True, slots=True)
class Past:
    """The newest whole release of a site, None when there is none, and the versions that it tells of."""

    release: Release | None = None
    versions: tuple[VersionRow, ...] = ()

    @property
    def history(self) -> Path | None:
        """The file with the history; None when nothing was published, or by a program that kept none."""
        release = self.release
        return release.directory / history.FILE if release and history.FILE in release.manifest.files else None

    @property
    def dumps(self) -> Mapping[str, FileFact]:
        """The files of every version, by their paths in the release."""
        files = self.release.manifest.files if self.release else {}
        return {path: fact for path, fact in files.items() if path.startswith("dumps/") and not _is_sums(path)}

    def statements(self, version: VersionRow) -> list[Quad]:
        """The content of one of its versions."""
        return statements(self.release, version.dataset, version.number) if self.release else []

    def version(self, dataset: str, number: str) -> VersionRow | None:
        """One version; None when it was never published."""
        return next((each for each in self.versions if (each.dataset, each.number) == (dataset, number)), None)

    def newest(self, dataset: str) -> VersionRow | None:
        """The version of a dataset that was published last; None when there is none."""
        return next((each for each in reversed(self.versions) if each.dataset == dataset), None)


def read_past(directory: Path, base: str) -> Past:
    """The past of the site whose releases are in `directory`; under another base it has none."""
    found = Past(newest(directory, base))
    return Past(found.release, history.read_versions(found.history)) if found.history else found


def take_over(past: Past, stage: Path) -> Mapping[str, FileFact]:
    """Share the dumps of every version with the release that has them; what is known of each, by its path."""
    for path in past.dumps:
        assert past.release
        share(past.release.directory / path, stage / path)
    return past.dumps


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


def _is_sums(path: str) -> bool:
    return PurePath(path).name == CHECKSUMS
