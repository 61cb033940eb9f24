"""A dump that somebody has, against its proof and against what our releases know of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode

from publisher.audit.parts import differing, format_of, read
from publisher.audit.verdict import Key, Signed, Verdict, forged, trust_in
from publisher.errors import SourceError
from publisher.formats import N_QUADS
from publisher.release import Release
from publisher.release.manifest import FileFact, fact
from publisher.release.proof import SIGNATURE, SUFFIX, Proof, from_json, matches

NAME: Final = re.compile(r"(?:(?P<dataset>[a-z0-9-]+)-)?(?P<version>\d+\.\d+\.\d+)\.(?P<suffix>[a-z]+)")
"""What dumps are called: `1.0.0.ttl`, saved by a browser as `seasons-1.0.0.ttl`."""

Readable = Callable[[Path], str]
"""Why a file of others cannot be read, empty when it can: it is tried where it does no harm."""


@dataclass(frozen=True, slots=True)
class Download:
    """A dump: where it lies, under the name of a dump or another; its proof and signature where they are known."""

    path: Path
    proof: bytes | None = None
    signature: bytes | None = None


def audit(download: Download, releases: Sequence[Release], key: Key | None, readable: Readable) -> Verdict:
    """Compare a dump with its proof, and with the dumps of our releases.

    Raises `SourceError` when there is nothing to compare it with.
    """
    found = fact(download.path)
    ours = _ours(download.path.name, found, releases)
    name = download.path.name
    if download.proof is None and ours is None:
        raise SourceError(
            f"{name}: nothing to compare it with: no release here has its digest, or a dump of that name "
            f"(`seasons-1.0.0.ttl`), and no {SUFFIX} lies beside it"
        )
    wrong = [*_unlike(name, found, download, ours)]
    if wrong:
        wrong += _named(download, ours, readable)
    download = _proven(download, ours)
    signed = [] if download.proof is None else [Signed(name, download.proof, download.signature)]
    wrong += forged(signed, key)
    if wrong:
        return Verdict(f"{name} is not what was published", tuple(wrong))
    return Verdict(f"{name} is what was published{_where(ours)}", trust=trust_in(signed, key))


@dataclass(frozen=True, slots=True)
class _Ours:
    """A dump of one of our releases, by its path there."""

    release: Release
    path: str

    @property
    def fact(self) -> FileFact:
        return self.release.manifest.files[self.path]

    @property
    def stem(self) -> str:
        """Its path without suffix, in the release."""
        return self.path.rpartition(".")[0]

    @property
    def statements(self) -> Path | None:
        """The dump of the same version that serves for all syntaxes, if it is whole."""
        path = f"{self.stem}.{N_QUADS.suffix}"
        whole = self.release.directory / path
        return whole if whole.is_file() and self.release.manifest.files.get(path) == fact(whole) else None


def _ours(name: str, found: FileFact, releases: Sequence[Release]) -> _Ours | None:
    """The dump with these bytes; else that of this name, if the name says enough."""
    dumps = [_Ours(each, path) for each in releases for path in each.manifest.files if path.startswith("dumps/")]
    same = next((each for each in dumps if each.fact == found), None)
    match = NAME.fullmatch(name)
    if same or match is None:
        return same
    ending = f"{match['version']}.{match['suffix']}"
    named = [each for each in dumps if each.path.endswith(f"/{ending}")]
    if match["dataset"]:
        named = [each for each in named if each.path == f"dumps/{match['dataset']}/{ending}"]
    return named[0] if len({each.path for each in named}) == 1 else None


def _proven(download: Download, ours: _Ours | None) -> Download:
    """The same with the proof of ours, where none came with it."""
    if download.proof is not None or ours is None:
        return download
    proof, signature = (ours.release.directory / f"{ours.stem}.{suffix}" for suffix in (SUFFIX, SIGNATURE))
    if not proof.is_file():
        return download
    return Download(download.path, proof.read_bytes(), signature.read_bytes() if signature.is_file() else None)


def _unlike(name: str, found: FileFact, download: Download, ours: _Ours | None) -> Iterator[str]:
    if download.proof is not None:
        proof = from_json(download.proof, f"the proof of {name}")
        expected = _expected(name, proof, found)
        if expected is None:
            yield f"{name} is not in its proof, which is of {proof.version}: {', '.join(proof.files)}"
        elif expected != found:
            yield f"{name} does not match the digest in its proof ({_facts(found)}, not {_facts(expected)})"
    if ours and ours.fact != found:
        yield f"{name} is not {ours.path} of release {ours.release.id} ({_facts(found)}, not {_facts(ours.fact)})"


def _expected(name: str, proof: Proof, found: FileFact) -> FileFact | None:
    """What a proof says of the dump of this name; of a file that goes by another name, what has its bytes."""
    named = (each for dump, each in proof.files.items() if name in (dump, f"-{dump}") or name.endswith(f"-{dump}"))
    return next(named, None) or next((each for each in proof.files.values() if each == found), None)


def _named(download: Download, ours: _Ours | None, readable: Readable) -> Iterator[str]:
    """The resources in which it differs from ours; where we have none, what its proof says of its statements."""
    if why := readable(download.path):
        yield f"  and cannot be read: {why}"
        return
    if ours and (whole := ours.statements):
        yield from differing(download.path, read(whole, N_QUADS))
    elif download.proof is not None:
        yield from _unproven(download.path, from_json(download.proof, "its proof"))


def _unproven(path: Path, proof: Proof) -> Iterator[str]:
    """Which graphs have other statements than a proof says; only of a file that has graphs."""
    format = format_of(path.name)
    if format is None or not format.holds_datasets:
        return
    quads = read(path, format)
    if matches(quads, proof.content):
        yield "  but it says the same in other bytes"
    for graph, expected in proof.graphs.items():
        if not matches([each.triple for each in quads if each.graph_name == NamedNode(graph)], expected):
            yield f"  the graph <{graph}> has other statements"


def _facts(each: FileFact) -> str:
    return f"{each.size} bytes, SHA-256 {each.sha256[:16]}…"


def _where(ours: _Ours | None) -> str:
    return f": {ours.path} of release {ours.release.id}" if ours else ", as its proof says"
