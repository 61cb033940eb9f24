"""data/published.txt, extended: every address that is to be published and is not in it yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from publisher.compiler.persistence import described, held_here
from publisher.compiler.published import read_published
from publisher.editing.writing import read, write
from publisher.iris import Policy
from publisher.release.edition import Edition
from publisher.source import PUBLISHED

HEAD: Final = """\
# Every address that this site has ever published, relative to its base, a tab, and the first version that held it.
# Lines are never removed: others link to these addresses. What should no longer be used is marked as deprecated or
# withdrawn in the content and stays in this list; what has become another spelling of an address gets a tab and
# that address at the end of its line. `publisher record` adds what is new.
"""


def record(folder: Path, edition: Edition, policy: Policy) -> tuple[str, ...]:
    """Add the addresses of an edition, each with the version of its dataset; returns the lines that were added."""
    path = folder / PUBLISHED
    text = read(path) if path.exists() else HEAD
    known = read_published(text, policy)
    lines = tuple(sorted(f"{address}\t{version}" for address, version in _new(edition, policy, known)))
    if lines:
        write(path, "".join(f"{line}\n" for line in _merged(text.splitlines(), lines)))
    return lines


def _new(edition: Edition, policy: Policy, known: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The address and the version of everything that has one here and is not known."""
    seen = set(known)
    for iri, version in (*_described(edition, policy), *_catalogued(edition, policy)):
        if iri not in seen:
            seen.add(iri)
            yield iri.removeprefix(f"{policy.base}/"), version


def _described(edition: Edition, policy: Policy) -> Iterator[tuple[str, str]]:
    for dataset in edition.datasets:
        yield from ((iri, dataset.version) for iri in described(dataset.quads) if policy.path_of(iri) is not None)


def _catalogued(edition: Edition, policy: Policy) -> Iterator[tuple[str, str]]:
    """What the program mints; a dataset's own under its version, the rest under that of the first one."""
    first = edition.datasets[0].version
    own = {iri: each.version for each in edition.datasets for iri in (each.iri, *each.distributions.values())}
    versions = {each.iri + "/": each.version for each in edition.datasets}
    for iri in filter(policy.minted, described(edition.catalog) - held_here(edition.catalog)):
        below = (version for prefix, version in versions.items() if iri.startswith(prefix))
        yield iri, own.get(iri) or next(below, first)


def _merged(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The new lines at their place in a list that is in order, else at its end."""
    start = next((index for index, line in enumerate(old) if _is_address(line)), len(old))
    listed = old[start:]
    if not all(map(_is_address, listed)) or list(listed) != sorted(listed, key=_address):
        return [*old, *new]
    return [*old[:start], *sorted([*listed, *new], key=_address)]


def _address(line: str) -> str:
    return line.split("\t")[0]


def _is_address(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")
