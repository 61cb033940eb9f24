"""What a version is, in figures that anybody can compute again.

The hash of its statements, whatever their order, their syntax and the names of their blank nodes; size and SHA-256
of each of its dumps. It is published beside them, and may be signed.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from pyoxigraph import DefaultGraph, Quad

from publisher.description import Node
from publisher.errors import ReleaseDamaged, ReleaseError
from publisher.release.canonical import canonical
from publisher.release.manifest import FileFact
from publisher.release.rdfc import (
    END,
    SECONDS,
    Canonicalizer,
    Statement,
    canonicalizer,
    separated,
    written,
)
from publisher.release.release import Release

SUFFIX: Final = "proof.json"
SIGNATURE: Final = "proof.sig"
LAYOUT: Final = 1

AT_ONCE: Final = 10_000
"""Lines that are hashed together."""

RDFC: Final = "RDFC-1.0"
REFINED: Final = "publisher-refined-1"
"""Our own canonical names (`canonical`), where RDFC-1.0 takes too long or knows no such statements."""


@dataclass(frozen=True, slots=True)
class Hash:
    """SHA-256 of statements as N-Quads in code point order, blank nodes named by `algorithm`."""

    statements: int
    algorithm: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What stands in `{version}.proof.json`.

    `content` is the hash of all statements with their graphs, `graphs` that of each graph by itself, its
    statements without its name; `files` has the dumps by name.
    """

    dataset: str
    version: str
    content: Hash
    graphs: Mapping[str, Hash]
    files: Mapping[str, FileFact]
    layout: int = LAYOUT

    def as_json(self) -> bytes:
        """The bytes of the file, which are what is signed."""
        text = json.dumps(dataclasses.asdict(self), indent=1, ensure_ascii=False, sort_keys=True)
        return f"{text}\n".encode()


def prove(iri: str, version: str, quads: Sequence[Quad], files: Mapping[str, FileFact]) -> Proof:
    """The proof of a version of the dataset with this IRI."""
    content, graphs = hashes(quads)
    return Proof(iri, version, content, graphs, files)


def is_signed(release: Release, sign: Callable[[bytes], bytes] | None) -> bool:
    """Whether the proof of each version in force has just this signature; always where none is wanted."""
    return sign is None or all(
        (proof := release.dump(each.name, f"{each.version}.{SUFFIX}"))
        and (signature := release.dump(each.name, f"{each.version}.{SIGNATURE}"))
        and signature.read_bytes() == sign(proof.read_bytes())
        for each in release.manifest.datasets
    )


@dataclass(slots=True)
class _Graph:
    """The statements of a graph: those with nothing but IRIs and literals as lines, and the others."""

    name: Node | DefaultGraph
    lines: list[bytes] = field(default_factory=list)
    anonymous: list[Quad] = field(default_factory=list)

    def hash(self, names: Canonicalizer) -> Hash:
        """The hash of its statements without its name."""
        end = len(END) + (0 if isinstance(self.name, DefaultGraph) else len(f" {self.name}".encode()))
        lines = [line[:-end] + END for line in self.lines]
        return _hash(lines, [each.triple for each in self.anonymous], names)


def hashes(quads: Sequence[Quad], seconds: int = SECONDS) -> tuple[Hash, dict[str, Hash]]:
    """The hash of distinct statements, and that of each graph; `seconds` is what naming blank nodes may take."""
    graphs = _graphs(quads)
    found = {}
    with canonicalizer(seconds) as names:
        # Easy ones first: what is used up at one is not there for the next.
        for each in sorted(graphs, key=lambda each: len(each.anonymous)):
            found[str(getattr(each.name, "value", ""))] = each.hash(names)
        lines = [line for each in graphs for line in each.lines]
        return _hash(lines, [quad for each in graphs for quad in each.anonymous], names), found


def _graphs(quads: Sequence[Quad]) -> list[_Graph]:
    graphs: dict[object, _Graph] = {}
    for name, together in groupby(quads, key=lambda each: each.graph_name):
        graph = graphs.setdefault(name, _Graph(name))
        lines, others = separated(together)
        graph.lines += lines
        graph.anonymous += others
    return list(graphs.values())


def matches(statements: Sequence[Statement], expected: Hash, seconds: int = 6 * SECONDS) -> bool:
    """Whether distinct statements have this hash. Raises `ReleaseError` when it takes too long to say."""
    lines, others = separated(statements)
    with canonicalizer(seconds) as names:
        named = names.named(others) if expected.algorithm == RDFC else refined(others)
    if named is None:
        raise ReleaseError(f"the {RDFC} hash takes more than {seconds} seconds here; try on a quicker machine")
    return len(statements) == expected.statements and _digest([*lines, *named]) == expected.sha256


def _hash(lines: Sequence[bytes], anonymous: Sequence[Statement], names: Canonicalizer) -> Hash:
    named, algorithm = names.named(anonymous), RDFC
    if named is None:
        named, algorithm = refined(anonymous), REFINED
    return Hash(len(lines) + len(named), algorithm, _digest([*lines, *named]))


def refined(statements: Iterable[Statement]) -> list[bytes]:
    """Lines of N-Quads with blank nodes named in our own way, which always comes to an end."""
    return sorted(written(canonical(map(_quad, statements))).splitlines(keepends=True))


def _quad(each: Statement) -> Quad:
    return each if isinstance(each, Quad) else Quad(each.subject, each.predicate, each.object)


def _digest(lines: list[bytes]) -> str:
    """SHA-256 of lines in code point order, which is that of their bytes."""
    lines.sort()
    digest = hashlib.sha256()
    for start in range(0, len(lines), AT_ONCE):
        digest.update(b"".join(lines[start : start + AT_ONCE]))
    return digest.hexdigest()


def from_json(content: bytes, where: str) -> Proof:
    """The proof in these bytes. Raises `ReleaseDamaged` when they are none."""
    try:
        return _proof(json.loads(content))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ReleaseDamaged(f"{where} is not a proof: {error}") from None


def _proof(values: dict[str, Any]) -> Proof:
    if values["layout"] != LAYOUT:
        raise ValueError(f"layout {values['layout']} was written by another version of the program")
    parts: dict[str, Any] = {
        "content": Hash(**values["content"]),
        "graphs": {name: Hash(**each) for name, each in values["graphs"].items()},
        "files": {name: FileFact(**each) for name, each in values["files"].items()},
    }
    return Proof(**(values | parts))
