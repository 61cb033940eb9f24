"""Is each version number high enough for what changed since the last one?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from publisher.compiler.changes import Changes, Level, compare
from publisher.compiler.previous import Previous
from publisher.compiler.wording import Account
from publisher.config import FILE_NAME
from publisher.iris import Policy
from publisher.release.edition import EditionDataset
from publisher.report import Finding, Severity

REMEDY = """\
[[dataset.version]]
number = "{least}"
date = YYYY-MM-DD
notes.{language} = "…"
"""


def compare_datasets(
    datasets: Sequence[EditionDataset], previous: Previous, policy: Policy, aliases: Mapping[str, str]
) -> Mapping[str, Changes]:
    """What happened to each dataset that changed since it was in force, by its name."""
    changed = (each for each in datasets if each.name in previous.numbers and each.name not in previous.unchanged)
    return {
        each.name: compare(previous.content[each.name], each.quads, answered(policy), aliases) for each in changed
    }


def check_versions(
    datasets: Sequence[EditionDataset],
    previous: Previous,
    compared: Mapping[str, Changes],
    base: str,
    languages: Sequence[str],
) -> Iterator[Finding]:
    """A violation for each dataset that has changed more than its number says.

    A number that people have may not stand for other content, and one that is raised too little promises them
    that nothing they rely on has changed.
    """
    for dataset in datasets:
        if dataset.name in compared:
            number = previous.numbers[dataset.name]
            account = Account(dataset.name, number, dataset.version, compared[dataset.name], base, languages)
            taken = dataset.name in previous.taken
            if taken or _numbers(dataset.version) < _numbers(_least(account)):
                yield _refused(account, taken, languages[0])


def answered(policy: Policy) -> Callable[[str], bool]:
    """Whether we answer for an IRI, minted by us or not."""
    return lambda iri: policy.path_of(iri) is not None


def _least(account: Account) -> str:
    """The lowest number for other bytes: one more even where only blank nodes have other names."""
    return max(account.changes.verdict, Level.PATCH).after(account.before or "0.0.0")


def _refused(account: Account, taken: bool, language: str) -> Finding:
    least = _least(account)
    if taken:
        least = max(least, Level.PATCH.after(account.after or least), key=_numbers)
    what = "is published already with other content" if taken else f"is too low after {account.before}"
    why = f"{max(account.changes.verdict, Level.PATCH).name.lower()}: {account.reasons()}"
    advice = f"add a [[dataset.version]] with number {least} or higher" if taken else f"make it {least} or higher"
    message = f"{account.dataset} {account.after} {what} ({why}); {advice}; `publisher diff` shows all changes"
    remedy = REMEDY.format(least=least, language=language) if taken else ""
    return Finding(FILE_NAME, 0, 0, Severity.VIOLATION, message, "version", remedy=remedy)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
