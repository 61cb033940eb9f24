"""What was published last, as far as what is published next has to agree with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Quad

from publisher.compiler.published import read_aliases
from publisher.iris import Policy
from publisher.release import Release
from publisher.release.contents import beside, catalog, kept, published, statements
from publisher.release.edition import EditionDataset
from publisher.release.past import Past, read_past
from publisher.release.write import content_digest


@dataclass(frozen=True, slots=True)
class Previous:
    """Each dataset's number and statements by its name, and of all releases that are kept what their catalogues
    say and what each alias stood for.

    All is empty when nothing was published.
    `unchanged` names the datasets that are published again as they are, `taken` those whose number stands for
    other content in a version that was published. `past` is what the newest release tells of every version: that
    is the one in force, unless it was rolled back.
    """

    numbers: Mapping[str, str] = field(default_factory=dict)
    content: Mapping[str, Sequence[Quad]] = field(default_factory=dict)
    catalog: Sequence[Quad] = ()
    unchanged: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = field(default_factory=dict)
    past: Past = field(default_factory=Past)


def past_of(release: Release | None, base: str) -> Past:
    """What the releases that are kept beside this one tell; nothing when nothing was published."""
    return read_past(release.directory.parents[1], base) if release else Past()


def read_previous(
    release: Release | None, past: Past, datasets: Sequence[EditionDataset], policy: Policy
) -> Previous:
    """What a release holds. Under another base everything has other addresses: nothing can be compared."""
    if release is None or release.base != policy.base:
        return Previous()
    digests = {each.name: each.digest for each in release.manifest.datasets}
    ours = {each.name: content_digest(each) for each in datasets}
    same = {each.name: each.quads for each in datasets if digests.get(each.name) == ours[each.name]}
    numbers = {(each.name, each.version) for each in datasets}
    kin = (each for each in kept(release.directory.parents[1]) if each.base == policy.base)
    every = {each.id: each for each in (*kin, release)}.values()
    others = (each for one in beside(release) if one.base == policy.base for each in one.datasets)
    known = [(each.name, each.version, each.digest) for each in others]
    known += [(each.dataset, each.number, each.digest) for each in past.versions]
    taken = {name for name, number, digest in known if (name, number) in numbers and digest != ours[name]}
    return Previous(
        {each.name: each.version for each in release.manifest.datasets},
        {name: same.get(name) or statements(release, name) for name in digests},
        list(dict.fromkeys(quad for each in every for quad in catalog(each))),
        frozenset(same),
        frozenset(taken),
        {iri: target for each in every for iri, target in read_aliases(published(each), policy).items()},
        past,
    )
