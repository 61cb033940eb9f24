"""What was published last, as far as what is published next has to agree with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Quad

from publisher.release import Release
from publisher.release.contents import catalog, statements
from publisher.release.edition import EditionDataset
from publisher.release.write import content_digest


@dataclass(frozen=True, slots=True)
class Previous:
    """Each dataset's number and statements by its name, and the catalogue; empty when nothing was published."""

    numbers: Mapping[str, str] = field(default_factory=dict)
    content: Mapping[str, Sequence[Quad]] = field(default_factory=dict)
    catalog: Sequence[Quad] = ()
    unchanged: frozenset[str] = frozenset()


def read_previous(release: Release | None, datasets: Sequence[EditionDataset], base: str) -> Previous:
    """What a release holds. Under another base everything has other addresses: nothing can be compared."""
    if release is None or release.base != base:
        return Previous()
    digests = {each.name: each.digest for each in release.manifest.datasets}
    same = {each.name: each.quads for each in datasets if digests.get(each.name) == content_digest(each)}
    return Previous(
        {each.name: each.version for each in release.manifest.datasets},
        {name: same.get(name) or statements(release, name) for name in digests},
        catalog(release),
        frozenset(same),
    )
