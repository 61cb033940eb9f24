"""A release, wherever it lies: every file against its digest, the store against its statements, the proofs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph
from pyoxigraph import NamedNode, Quad

from publisher.audit.parts import differences, differing, format_of, read
from publisher.audit.verdict import Key, Signed, Verdict, forged, trust_in
from publisher.errors import ReleaseDamaged, ReleaseError
from publisher.formats import FORMATS, N_QUADS, N_TRIPLES, TURTLE
from publisher.iris import SEARCH, policy
from publisher.release import manifest as manifests
from publisher.release.documents import turtles
from publisher.release.hold import READING, Hold, hold
from publisher.release.manifest import Manifest
from publisher.release.order import ordered
from publisher.release.proof import SIGNATURE, SUFFIX, from_json, matches
from publisher.release.release import STATEMENTS
from publisher.release.resources import resources
from publisher.release.verify import Damage, damages
from publisher.release.words import words_of

DOCUMENTS: Final = "documents/documents.sqlite"
UNREADABLE: Final = (SyntaxError, ValueError, OSError, EOFError, ReleaseDamaged)
"""What reading a damaged file may raise."""

Progress = Callable[[str], None]


def audit(directory: Path, key: Key | None, progress: Progress) -> Verdict:
    """Look at everything in a release."""
    name = f"release {directory.name}"
    try:
        manifest = manifests.read(directory)
    except ReleaseDamaged as error:
        return Verdict(f"{name} is damaged", (str(error),))
    held = _held(directory)
    audited = _Audited(directory, manifest, tuple(damages(directory, manifest, progress)), held)
    found = tuple(audited.proofs())
    wrong = (*audited.damage(), *audited.unproven(progress), *forged(found, key))
    if wrong:
        return Verdict(f"{name} is damaged", wrong)
    datasets = ", ".join(f"{each.name} {each.version} ({each.triples} triples)" for each in manifest.datasets)
    counts = f"{len(manifest.files)} files, {datasets}; {manifest.quads} statements in the store"
    return Verdict(f"{name} is whole: {counts}", trust=trust_in(found, key))


def _held(directory: Path) -> Hold | None:
    """A hold that keeps it from being pruned meanwhile, where it lies on a disk that has locks."""
    try:
        return hold(directory, READING)
    except ReleaseError:
        return None


@dataclass(frozen=True, slots=True)
class _Audited:
    """A release with all that is wrong with its files."""

    directory: Path
    manifest: Manifest
    damages: tuple[Damage, ...]
    held: Hold | None

    def damage(self) -> Iterator[str]:
        """What is wrong, each with the resources that it is about."""
        for each in self.damages:
            yield str(each)
            if (self.directory / each.path).is_file() and each.path in self.manifest.files:
                yield from self._named(each.path)

    def proofs(self) -> Iterator[Signed]:
        """The proofs that are whole."""
        damaged = {each.path for each in self.damages}
        return (
            each for each in proofs(self.directory, self.manifest) if f"dumps/{each.name}.{SUFFIX}" not in damaged
        )

    def unproven(self, progress: Progress) -> Iterator[str]:
        """Dumps that are as the manifest says but not as their proof does: then both were written anew."""
        for each in self.proofs():
            stem = f"dumps/{each.name}"
            proof = from_json(each.proof, f"{stem}.{SUFFIX}")
            folder = stem.rpartition("/")[0]
            for name, expected in proof.files.items():
                if self.manifest.files.get(f"{folder}/{name}") != expected:
                    yield f"{folder}/{name} is not what its proof says"
            progress(f"proving {each.name}")
            path = f"{stem}.{N_QUADS.suffix}"
            if self._whole(path) and not matches(read(self.directory / path, N_QUADS), proof.content):
                yield f"{path} has other statements than its proof says"

    def _whole(self, path: str) -> bool:
        return path in self.manifest.files and path not in {each.path for each in self.damages}

    def _named(self, path: str) -> Iterator[str]:
        """The resources in which a damaged file differs from a whole one that says the same."""
        try:
            if path == DOCUMENTS:
                yield from self._documents()
            elif (reference := self._reference(path)) is not None:
                yield from self._statements(path, reference)
        except UNREADABLE as error:
            yield f"  and cannot be read any more: {error}"

    def _statements(self, path: str, wanted: list[Quad]) -> Iterator[str]:
        yield from differing(self.directory / path, wanted, graphs=path != STATEMENTS)

    def _reference(self, path: str) -> list[Quad] | None:
        """The statements that a file should have, from files that are whole; None when there are none."""
        if path == STATEMENTS:
            dumps = [f"dumps/{each.name}/{each.version}.{N_QUADS.suffix}" for each in self.manifest.datasets]
            return self._with_words(self._read_all([*dumps, f"catalog/catalog.{N_TRIPLES.suffix}"]))
        stem, _, suffix = path.rpartition(".")
        if not stem.startswith(("dumps/", "catalog/")) or (format_of(path) is None and suffix != "csv"):
            return None
        # What has graphs first, since it serves for all.
        for format in sorted(FORMATS, key=lambda each: not each.holds_datasets):
            if self._whole(f"{stem}.{format.suffix}"):
                return read(self.directory / f"{stem}.{format.suffix}", format)
        return None

    def _read_all(self, paths: list[str]) -> list[Quad] | None:
        if not all(map(self._whole, paths)):
            return None
        formats = ((path, format_of(path)) for path in paths)
        return [each for path, format in formats if format for each in read(self.directory / path, format)]

    def _described(self) -> Iterator[Quad]:
        """All statements but those that only search needs."""
        apart = NamedNode(policy(self.manifest.base).graph(SEARCH))
        return (each for each in read(self.directory / STATEMENTS, N_QUADS) if each.graph_name != apart)

    def _with_words(self, quads: list[Quad] | None) -> list[Quad] | None:
        """The same statements, with those that queries find names by if the release has them."""
        own = policy(self.manifest.base)
        if quads is None or own.graph(SEARCH) not in self.manifest.graphs:
            return quads
        return [*quads, *words_of(ordered(quads), own)]

    def _documents(self) -> Iterator[str]:
        if not self._whole(STATEMENTS):
            return
        quads = ordered(self._described())
        wanted = {each.iri: each.turtle for each, _ in resources(quads, {})}
        found = turtles(self.directory / DOCUMENTS)
        for iri in sorted(wanted.keys() | found.keys()):
            before, after = wanted.get(iri, b""), found.get(iri, b"")
            if before != after:
                yield from differences(_parsed(before), _parsed(after), graphs=False)


def proofs(directory: Path, manifest: Manifest) -> Iterator[Signed]:
    """The proofs of a release with their signatures."""
    for path in manifest.files:
        if path.endswith(f".{SUFFIX}") and (directory / path).is_file():
            stem = path.removesuffix(f".{SUFFIX}")
            signature = directory / f"{stem}.{SIGNATURE}"
            signed = signature.read_bytes() if signature.is_file() else None
            yield Signed(stem.removeprefix("dumps/"), (directory / path).read_bytes(), signed)


def _parsed(turtle: bytes) -> list[Quad]:
    return list(pyoxigraph.parse(turtle, TURTLE.engine))
