"""A Release: a directory that never changes, opened for reading."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from stat import S_ISREG

from publisher.errors import ReleaseDamaged, ReleaseError, ReleaseMissing
from publisher.formats import Format
from publisher.release.edition import Property
from publisher.release.hold import READING, Hold, hold
from publisher.release.manifest import Manifest, read
from publisher.release.queries import SavedQuery, from_json
from publisher.release.schemes import FILE as SCHEMES
from publisher.release.search import FILE as SEARCH

STATEMENTS = "statements.nq.gz"
STORE = "store"


@dataclass(frozen=True, slots=True)
class Release:
    """What was frozen in `directory`; everything is looked up by name in its manifest.

    `queries` are the saved ones, by name and in that order.
    """

    directory: Path
    manifest: Manifest
    presentation: Mapping[str, tuple[Property, ...]]
    queries: Mapping[str, SavedQuery]

    @property
    def id(self) -> str:
        """Sequence and digest: `000042-ab12cd34`."""
        return self.manifest.id

    @property
    def base(self) -> str:
        """Scheme and host that its IRIs begin with."""
        return self.manifest.base

    @property
    def address(self) -> str:
        """Scheme and host of links that leave the site: those of the base, unless it is served elsewhere."""
        return self.manifest.address

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the site; pages are in the first."""
        return self.manifest.languages

    @property
    def changed(self) -> datetime:
        """When the content last changed, in UTC."""
        return self.manifest.changed_at

    @property
    def store(self) -> Path:
        """The directory of the SPARQL store."""
        return self.directory / STORE

    @property
    def statements(self) -> Path | None:
        """The file with all that is in the store, as N-Quads; None in a release from before there was one."""
        return self.directory / STATEMENTS if STATEMENTS in self.manifest.files else None

    @property
    def documents(self) -> Path:
        """The file with a description of each resource."""
        return self.directory / "documents" / "documents.sqlite"

    @property
    def search(self) -> Path | None:
        """The index that search is answered from; None in a release from before there was one."""
        return self.directory / SEARCH if SEARCH in self.manifest.files else None

    @property
    def schemes(self) -> Path | None:
        """The file with hierarchies and alphabetical indexes; None in a release from before there was one."""
        return self.directory / SCHEMES if SCHEMES in self.manifest.files else None

    def catalog(self, format: Format) -> bytes:
        """The whole catalogue in one of `formats.GRAPH_FORMATS`."""
        return (self.directory / "catalog" / f"catalog.{format.suffix}").read_bytes()

    def dump(self, dataset: str, name: str) -> Path | None:
        """The file of a dump, `1.0.0.ttl` or `SHA256SUMS`; None when the manifest has no such file."""
        path = f"dumps/{dataset}/{name}"
        return self.directory / path if path in self.manifest.files else None

    def refuse_draft(self) -> None:
        """Raise `ReleaseError` when this is a draft, which nobody may publish or serve."""
        if self.manifest.draft:
            raise ReleaseError(
                f"release {self.id} is a draft for a preview: its content was not held to any rule; publish it by "
                "`publisher publish`"
            )

    def hold(self) -> Hold:
        """Keep the release on disk as long as what this returns is alive. Raises `ReleaseMissing`."""
        held = hold(self.directory, READING)
        if held is None:
            raise ReleaseMissing(f"release {self.id} is being removed: newer ones have taken its place")
        return held


def open(directory: Path) -> Release:
    """Open a release whose files have the sizes of its manifest.

    Raises `ReleaseDamaged` and says which file is not as it was written. Digests are the work of `verify`.
    """
    manifest = read(directory)
    for folder in sorted({str(each) for path in manifest.files for each in PurePosixPath(path).parents}):
        if (directory / folder).is_symlink() and folder != ".":
            raise ReleaseDamaged(_advice(directory, f"{folder} is a symbolic link"))
    for path, fact in manifest.files.items():
        try:
            found = (directory / path).lstat()
        except OSError:
            raise ReleaseDamaged(_advice(directory, f"{path} is missing")) from None
        if not S_ISREG(found.st_mode):
            raise ReleaseDamaged(_advice(directory, f"{path} is not a plain file"))
        if found.st_size != fact.size:
            raise ReleaseDamaged(_advice(directory, f"{path} has {found.st_size} bytes instead of {fact.size}"))
    return Release(directory, manifest, _presentation(directory), _queries(directory, manifest))


def _presentation(directory: Path) -> Mapping[str, tuple[Property, ...]]:
    try:
        rows = json.loads((directory / "presentation.json").read_bytes())
        return {kind: tuple(Property(**each) for each in properties) for kind, properties in rows.items()}
    except (OSError, ValueError, TypeError) as error:
        raise ReleaseDamaged(_advice(directory, f"presentation.json cannot be read: {error}")) from None


def _queries(directory: Path, manifest: Manifest) -> Mapping[str, SavedQuery]:
    if "queries.json" not in manifest.files:
        return {}  # a release from before there were saved queries
    try:
        rows = json.loads((directory / "queries.json").read_bytes())
        return {each.name: each for each in map(from_json, rows)}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ReleaseDamaged(_advice(directory, f"queries.json cannot be read: {error}")) from None


def _advice(directory: Path, what: str) -> str:
    remedy = "go back with `publisher rollback`, or publish again"
    return f"release {directory.name} is damaged: {what}; {remedy}"
