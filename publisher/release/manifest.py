"""manifest.json: what a release holds, so that anything else is damage."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BufferedReader
from pathlib import Path
from typing import Any, Final

from publisher.errors import ReleaseDamaged

FILE_NAME: Final = "manifest.json"
LAYOUT: Final = 1
"""Raised when older programs can no longer read a release."""

ID: Final = re.compile(r"\d{6,}-[0-9a-f]{8}")
"""Sequence and digest: the id of a release, and the name of its directory."""

UNCOUNTED: Final = ("LOG", "LOCK")
"""Beginnings of the names of files that the engine rewrites at will."""


@dataclass(frozen=True, slots=True)
class FileFact:
    """Size in bytes and SHA-256 (hexadecimal) of one file."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ManifestDataset:
    """A dataset as published: `triples` counts distinct ones; `digest` is the SHA-256 of its N-Quads."""

    name: str
    version: str
    iri: str
    triples: int
    digest: str


@dataclass(frozen=True, slots=True)
class ManifestVersion:
    """A version whose dumps are in the release; `date` is that of its publication (ISO 8601)."""

    dataset: str
    number: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What stands in manifest.json.

    `address` is where people reach the site, scheme and host without a slash; `graphs` counts the distinct
    statements of each named graph, `triples` those of all graphs as one (0 where an older program did not count
    them), `quads` what the store holds; `files` has every file by its path in the release; `versions` are in the
    order of publication (empty where an older program kept the current ones only). `inputs` is a digest of all
    that went in: the same inputs give the same release. `committed` is the time of the commit or, outside git,
    empty; `created` is the clock's. A `draft` is for a preview only.
    """

    layout: int = LAYOUT
    sequence: int
    id: str
    base: str
    address: str
    languages: tuple[str, ...]
    datasets: tuple[ManifestDataset, ...]
    versions: tuple[ManifestVersion, ...] = ()
    graphs: Mapping[str, int]
    triples: int = 0
    quads: int
    files: Mapping[str, FileFact]
    inputs: str
    commit: str
    dirty: bool
    committed: str
    created: str
    changed: str
    program: str
    engine: str
    warnings: int
    previous: str
    draft: bool = False

    def as_json(self) -> str:
        """The text of manifest.json."""
        return json.dumps(dataclasses.asdict(self), indent=1, ensure_ascii=False, sort_keys=True) + "\n"

    @property
    def changed_at(self) -> datetime:
        """When the content last changed, in UTC."""
        return datetime.fromisoformat(self.changed)


def read(directory: Path) -> Manifest:
    """The manifest of a release. Raises `ReleaseDamaged` when it is missing or is not one."""
    path = directory / FILE_NAME
    try:
        with plain(path) as file:
            return _from_json(json.load(file))
    except FileNotFoundError:
        raise ReleaseDamaged(f"{path} is missing, so this release was never finished") from None
    except OSError as error:
        raise ReleaseDamaged(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ReleaseDamaged(f"{path} is not a manifest: {error}") from None


def _from_json(values: dict[str, Any]) -> Manifest:
    if values["layout"] != LAYOUT:
        raise ValueError(f"layout {values['layout']} was written by another version of the program")
    if wrong := [path for path in values["files"] if not _is_inside(path)]:
        raise ValueError(f"{wrong[0]!r} leads out of the release")
    parts: dict[str, Any] = {
        "languages": tuple(values["languages"]),
        "datasets": tuple(ManifestDataset(**each) for each in values["datasets"]),
        "versions": tuple(ManifestVersion(**each) for each in values.get("versions", ())),
        "files": {path: FileFact(**fact) for path, fact in values["files"].items()},
    }
    return Manifest(**(values | parts))


def _is_inside(path: str) -> bool:
    """Whether a path stays in the directory that it starts from, whatever that is."""
    return "\0" not in path and not {"", ".", ".."} & set(path.split("/"))


def sequence_of(id: str) -> int:
    """The number that a release has in the order of all."""
    return int(id.partition("-")[0])


def files_in(directory: Path) -> Iterator[tuple[str, Path]]:
    """Every file that a manifest counts, by its path in the release, in order."""
    for path in sorted(directory.rglob("*")):
        counted = path.name != FILE_NAME and not path.name.startswith(UNCOUNTED)
        if path.is_file() and not path.is_symlink() and counted:
            yield path.relative_to(directory).as_posix(), path


def fact(path: Path) -> FileFact:
    """Size and digest of a file."""
    with plain(path) as file:
        digest = hashlib.file_digest(file, "sha256")
        return FileFact(os.fstat(file.fileno()).st_size, digest.hexdigest())


def plain(path: Path) -> BufferedReader:
    """Open a file to read it, unless it is a symbolic link: nobody who publishes makes one in a release."""
    return open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NOFOLLOW))
