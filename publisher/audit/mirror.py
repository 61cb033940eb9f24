"""A site that serves what we published, or says so: every dump, proof and the catalogue against our release."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from publisher.audit.download import Readable
from publisher.audit.fetch import fetch
from publisher.audit.frozen import proofs
from publisher.audit.parts import differing, format_of, read
from publisher.audit.verdict import Key, Verdict, forged, trust_in
from publisher.formats import N_QUADS, N_TRIPLES
from publisher.release import Release
from publisher.release.manifest import FileFact, fact

ADDRESSES: Final = (("dumps/", "/dataset/"), ("catalog/", "/"))
"""Where the files of a release are served: beginnings of paths in it, and of paths on the site."""

Progress = Callable[[str], None]


def audit(
    address: str,
    releases: Sequence[Release],
    key: Key | None,
    readable: Readable,
    folder: Path,
    progress: Progress,
) -> Verdict:
    """Compare a site with the release that it says it serves, or else with the first of ours.

    `folder` is for what is fetched. Raises `SourceError` when the site cannot be asked.
    """
    said = fetch(f"{address}/catalog.{N_TRIPLES.suffix}", folder / "catalog", MOST)
    release = next((each for each in releases if each.id == said), releases[0])
    mirror = _Mirror(address, release, readable, folder)
    files = [path for path in release.manifest.files if _address(path)]
    wrong = [line for path in files for line in mirror.compared(path, progress)]
    if said and said != release.id:
        wrong.insert(0, f"{address} serves release {said}, which is not here; compared with {release.id}")
    found = [*proofs(release.directory, release.manifest)]
    wrong += forged(found, key)
    if wrong:
        return Verdict(f"{address} differs from release {release.id}", tuple(wrong))
    summary = f"{address} serves what release {release.id} has: {len(files)} files"
    return Verdict(summary, trust=trust_in(found, key))


MOST: Final = 1 << 30
"""Bytes of the catalogue that is fetched to learn of which release it is."""


@dataclass(frozen=True, slots=True)
class _Mirror:
    """A site, and the release that it is compared with."""

    address: str
    release: Release
    readable: Readable
    folder: Path

    def compared(self, path: str, progress: Progress) -> Iterator[str]:
        """What is wrong with one file of the release on the site."""
        url, expected = f"{self.address}{_address(path)}", self.release.manifest.files[path]
        progress(f"fetching {url}")
        fetched = self.folder / path.rpartition("/")[2]
        if fetch(url, fetched, 2 * expected.size + (1 << 20)) is None:
            yield f"{url} is missing"
        elif fact(fetched) != expected:
            yield f"{url} does not match its digest"
            yield from self._named(path, fetched)

    def _named(self, path: str, fetched: Path) -> Iterator[str]:
        """The resources in which a file that was fetched differs from ours."""
        stem, _, suffix = path.rpartition(".")
        reference = f"{stem}.{(N_TRIPLES if stem.startswith('catalog/') else N_QUADS).suffix}"
        ours = self.release.directory / reference
        if format_of(path) is None and suffix != "csv":
            return
        if why := self.readable(fetched):
            yield f"  and cannot be read: {why}"
        elif self._expected(reference) == fact(ours) and (format := format_of(reference)):
            yield from differing(fetched, read(ours, format))

    def _expected(self, path: str) -> FileFact | None:
        return self.release.manifest.files.get(path)


def _address(path: str) -> str:
    """The path on the site of a file in a release; empty for what is not served."""
    return next((there + path.removeprefix(here) for here, there in ADDRESSES if path.startswith(here)), "")
