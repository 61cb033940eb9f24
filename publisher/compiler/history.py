"""What the history will say of each new version: every change since the version that was published before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from publisher.compiler import changes
from publisher.compiler.changes import Difference, compare
from publisher.compiler.previous import Previous
from publisher.compiler.versions import answered
from publisher.iris import Policy
from publisher.release.edition import Changed, Changes, EditionDataset


def changes_in(
    datasets: Sequence[EditionDataset],
    previous: Previous,
    compared: Mapping[str, changes.Changes],
    policy: Policy,
    aliases: Mapping[str, str],
) -> Mapping[str, Changes]:
    """The changes of each dataset whose version is new and has one before it, by its name.

    `compared` has what differs from the release in force, which nearly always has the version before; it has not
    when that was rolled back.
    """
    found = {}
    for dataset in datasets:
        last = previous.past.newest(dataset.name)
        if last and not previous.past.version(dataset.name, dataset.version):
            if last.number == previous.numbers.get(dataset.name):
                differs = compared.get(dataset.name, changes.Changes())
            else:
                before = previous.past.statements(last)
                differs = compare(before, dataset.quads, answered(policy), aliases)
            found[dataset.name] = recorded(differs)
    return found


def recorded(found: changes.Changes) -> Changes:
    """Changes as a release keeps them."""
    return Changes(found.verdict.name.lower(), tuple(map(_changed, found.resources)))


def _changed(change: changes.Change) -> Changed:
    kinds = {kind.value: level.name.lower() for kind, level in change.kinds.items()}
    return Changed(change.iri, change.labels, kinds, change.successors, tuple(map(_spelt, change.differences)))


def _spelt(difference: Difference) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    before, after = (tuple(map(str, values)) for values in (difference.before, difference.after))
    return difference.property.value, before, after
