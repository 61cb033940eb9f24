"""Is a release, a mirror or a download what was published, down to the statement, and by whom?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from publisher import iris
from publisher.audit import download, frozen, mirror
from publisher.audit.download import Download
from publisher.audit.fetch import fetch
from publisher.audit.parts import format_of
from publisher.audit.verdict import Key, Verdict
from publisher.compiler.guard import rehearse
from publisher.config import FILE_NAME, Config, Reading, load
from publisher.errors import ReleaseMissing, SourceError
from publisher.release import current, manifest
from publisher.release.activate import RELEASES
from publisher.release.contents import kept
from publisher.release.proof import SIGNATURE, SUFFIX
from publisher.report import Severity
from publisher.source import SourceFile

if TYPE_CHECKING:
    from publisher.release import Release

LARGEST: Final = 1 << 32
"""Bytes of a dump that is fetched."""

PROOF: Final = 1 << 20
"""Bytes of a proof that is fetched."""


@dataclass(frozen=True, slots=True)
class Auditor:
    """Who looks: the site that `folder` is, if it is one, is what things are compared with.

    `key` is a file with the public key to check signatures with, instead of that in the settings.
    """

    folder: Path
    key: Path | None
    progress: Callable[[str], None]

    def audit(self, what: str | None) -> Verdict:
        """Look at the release in force, or at what the text names: a release, a site, an address, a file."""
        if what is None:
            return self._release(current(load(self.folder).releases))
        if urlsplit(what).scheme in ("http", "https"):
            return self._address(what)
        path = Path(what)
        if (path / manifest.FILE_NAME).is_file() or (path.is_dir() and manifest.ID.fullmatch(path.name)):
            return self._release(path)
        if (path / FILE_NAME).is_file():
            return Auditor(path, self.key, self.progress).audit(None)
        if path.is_file():
            return self._download(Download(path, _beside(path, SUFFIX), _beside(path, SIGNATURE)))
        return self._release(self._named(what))

    def _named(self, id: str) -> Path:
        path = load(self.folder).releases / RELEASES / id
        if manifest.ID.fullmatch(id) and path.is_dir():
            return path
        ids = ", ".join(each.id for each in self._releases()) or "none"
        raise ReleaseMissing(f"{id}: no file, no folder, no address, and no release; those that are whole: {ids}")

    def _release(self, directory: Path) -> Verdict:
        return frozen.audit(directory, self._key(), self.progress)

    def _download(self, found: Download) -> Verdict:
        return download.audit(found, self._releases(), self._key(), self._unreadable)

    def _address(self, url: str) -> Verdict:
        parts = urlsplit(url)
        with TemporaryDirectory(prefix="publisher-") as folder:
            if "/dataset/" in parts.path:
                return self._dump(url, Path(folder))
            releases = self._releases()
            if not releases:
                raise SourceError(
                    f"{self.folder} has no releases to compare {url} with; give --folder, or one dump"
                )
            address = url.rstrip("/")
            return mirror.audit(address, releases, self._key(), self._unreadable, Path(folder), self.progress)

    def _dump(self, url: str, folder: Path) -> Verdict:
        """One dump of a site, with its proof, as if they had been downloaded."""
        stem, _, name = urlsplit(url).path.rpartition("/")
        dataset = stem.rpartition("/")[2]
        path = folder / f"{dataset}-{name}"
        self.progress(f"fetching {url}")
        if fetch(url, path, LARGEST) is None:
            raise SourceError(f"{url}: there is nothing")
        found = []
        for suffix in (SUFFIX, SIGNATURE):
            beside = folder / suffix
            fetched = fetch(f"{url.rpartition('.')[0]}.{suffix}", beside, PROOF)
            found.append(None if fetched is None else beside.read_bytes())
        return self._download(Download(path, *found))

    def _releases(self) -> tuple[Release, ...]:
        """Ours, that in force first; none where there is no site."""
        if not (self.folder / FILE_NAME).is_file():
            return ()
        directory = load(self.folder).releases
        found = tuple(kept(directory))
        return tuple(sorted(found, key=lambda each: each.directory != current(directory))) if found else ()

    def _key(self) -> Key | None:
        """The key that is given, or that in the settings: never one that comes with what is looked at."""
        from publisher.release.signature import checker

        if self.key:
            return checker(_text(self.key), str(self.key))
        config = self._config()
        known = config.release.public_key if config else ""
        return checker(known, "`public_key` in [release]") if known else None

    def _config(self) -> Config | None:
        return load(self.folder) if (self.folder / FILE_NAME).is_file() else None

    def _unreadable(self, path: Path) -> str:
        """What is wrong with a file of others: a child process reads it first, under limits."""
        format = format_of(path.name)
        if format is None:
            return ""
        config = self._config()
        policy = config.policy if config else iris.policy("https://nowhere.invalid")
        limits = config.reading if config else Reading()
        found = rehearse([SourceFile(f"it.{format.suffix}", path.read_bytes())], policy, limits, self.progress)
        return next((each.message for each in found if each.severity is Severity.VIOLATION), "")


def _beside(path: Path, suffix: str) -> bytes | None:
    beside = path.with_name(f"{path.name.rpartition('.')[0]}.{suffix}")
    return beside.read_bytes() if beside.is_file() else None


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path} cannot be read: {error}") from None
