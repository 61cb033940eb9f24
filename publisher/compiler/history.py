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
) -> Mapping[tuple[str, str], Changes]:
    """The changes of each version that no history tells of yet and that has one before it, by name and number.

    `compared` has what differs from the release in force, which nearly always has the version before; it has not
    when that was rolled back. Where the releases before were made without a history, all their versions are new.
    """
    past = previous.past
    found = {}
    for version in past.versions if past.history is None else ():
        if before := past.before(version):
            differs = compare(past.statements(before), past.statements(version), answered(policy))
            found[version.dataset, version.number] = recorded(differs)
    for dataset in datasets:
        last = past.newest(dataset.name)
        if last and not past.version(dataset.name, dataset.version):
            if last.number == previous.numbers.get(dataset.name):
                differs = compared.get(dataset.name, changes.Changes())
            else:
                differs = compare(past.statements(last), dataset.quads, answered(policy), aliases)
            found[dataset.name, dataset.version] = recorded(differs)
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
