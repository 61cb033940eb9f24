"""Changes in words, for the person who made them: as text, as JSON and as a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, Quad

from publisher.compiler.changes import Change, Changes, Difference, Kind, Level, Value
from publisher.description import Labels, choose
from publisher.namespaces import SD, shorten

PHRASES: Final[Mapping[Kind, str]] = {
    Kind.REMOVED: "is gone",
    Kind.WITHDRAWN: "is withdrawn",
    Kind.MERGED: "is merged into {into}",
    Kind.SPLIT: "is split into {into}",
    Kind.DEPRECATED: "is deprecated",
    Kind.REINSTATED: "is in use again",
    Kind.REDEFINED: "means something else",
    Kind.RENUMBERED: "has another notation",
    Kind.MOVED: "has another place",
    Kind.ADDED: "is new",
    Kind.RELABELLED: "has other labels",
    Kind.CHANGED: "says other things",
}

REASONS: Final = 3
"""Of the reasons for a verdict, as many as a reader takes in at once."""

NOTHING: Final = "no changes"

WHOLE: Final = (Kind.REMOVED, Kind.WITHDRAWN, Kind.ADDED)
"""Kinds of which the differences are all that there was or is to say, as with what became an alias (merged, and
major): only files for programs list them."""


@dataclass(frozen=True, slots=True)
class Account:
    """What happened to one dataset between two versions, each None where there was none; and whose words to use.

    IRIs that begin with `base` are written without it, as editors write them.
    """

    dataset: str
    before: str | None
    after: str | None
    changes: Changes
    base: str
    languages: Sequence[str]

    @property
    def least(self) -> str:
        """The lowest number that the second version may have; empty when there was none before."""
        return self.changes.verdict.after(self.before) if self.before else ""

    def name(self, iri: str, labels: Labels) -> str:
        """A resource as a person knows it: its label, and its IRI as it is written in the files."""
        chosen = choose(labels, self.languages)
        local = f"<{iri.removeprefix(f'{self.base}/')}>" if iri else "a blank node"
        return f"“{chosen[0]}” {local}" if chosen else local

    def sentence(self, change: Change, kind: Kind) -> str:
        """What happened to one resource, in one sentence without its full stop."""
        into = ", ".join(self.name(each, self.changes.labels.get(each, {})) for each in change.successors)
        return f"{self.name(change.iri, change.labels)} {PHRASES[kind].format(into=into)}"

    def reasons(self) -> str:
        """What the verdict is for, the first few in words and the others counted."""
        said = [self.sentence(change, kind) for change, kind in self.changes.reasons]
        more = [f"and {len(said) - REASONS} more"] if len(said) > REASONS else []
        return ", ".join([*said[:REASONS], *more]) or "the same is said in other statements"

    def differences(self, change: Change) -> list[str]:
        """The fields in which a resource differs, a line each."""
        if change.kind in WHOLE or change.kinds.get(Kind.MERGED) is Level.MAJOR:
            return []
        return [line for each in change.differences for line in self._lines(each)]

    def _lines(self, difference: Difference) -> Iterator[str]:
        property = "graph" if difference.property == SD["namedGraph"] else shorten(difference.property.value)
        for language in sorted({_language(each) for each in (*difference.before, *difference.after)}):
            before, after = (
                ", ".join(self._shown(each) for each in values if _language(each) == language)
                for values in (difference.before, difference.after)
            )
            name = f"{property} ({language})" if language else property
            yield f"{name}: {_turned(before, after)}"

    def _shown(self, value: Value) -> str:
        if isinstance(value, NamedNode):
            labels = self.changes.labels.get(value.value, {})
            short = shorten(value.value)
            return short if short[0] != "<" else self.name(value.value, labels)
        return f"“{value.value}”" if isinstance(value, Literal) else str(value)


def _turned(before: str, after: str) -> str:
    if before and after:
        return f"{before} is now {after}"
    return f"{after} is new" if after else f"{before} is gone"


def _language(value: Value) -> str:
    return value.language or "" if isinstance(value, Literal) else ""


def _headed(changes: Iterable[Change]) -> Iterator[tuple[str, list[Change]]]:
    """Changes by the first of their kinds, under a heading with their number."""
    for kind, group in groupby(changes, key=lambda each: each.kind):
        listed = list(group)
        yield f"{kind} ({len(listed)})", listed


def _title(account: Account) -> str:
    return f"{account.dataset}: {account.before or 'nothing'} → {account.after or 'nothing'}"


def _verdict(account: Account) -> str:
    """The closing sentence."""
    because = f"{account.changes.verdict.name.lower()}: {account.reasons()}"
    return f"{because}; after {account.before} comes {account.least} or higher" if account.before else because


def as_text(accounts: Sequence[Account]) -> str:
    """For a terminal."""
    return "\n\n".join("\n".join(_text(each)) for each in accounts) + "\n" if accounts else f"{NOTHING}\n"


def _text(account: Account) -> Iterator[str]:
    yield _title(account)
    for heading, changes in _headed(account.changes.resources):
        yield f"  {heading}"
        for each in changes:
            also = [kind for kind in each.kinds if kind is not each.kind]
            yield f"    {account.sentence(each, each.kind)}{''.join(f', {kind}' for kind in also)}"
            yield from (f"        {line}" for line in account.differences(each))
    yield f"  {_verdict(account)}"


def as_json(accounts: Iterable[Account]) -> dict[str, Any]:
    """For programs: terms are written as in N-Triples, blank nodes in differences as in Turtle."""
    return {"datasets": [_values(each) for each in accounts]}


def _values(account: Account) -> dict[str, Any]:
    changes = account.changes
    return {
        "dataset": account.dataset,
        "before": account.before,
        "after": account.after,
        "verdict": changes.verdict.name.lower(),
        "least": account.least,
        "reasons": [{"iri": change.iri, "kind": str(kind)} for change, kind in changes.reasons],
        "resources": [
            {
                "iri": each.iri,
                "labels": dict(each.labels),
                "kinds": {str(kind): level.name.lower() for kind, level in each.kinds.items()},
                "successors": list(each.successors),
                "differences": [
                    {
                        "property": difference.property.value,
                        "before": [str(value) for value in difference.before],
                        "after": [str(value) for value in difference.after],
                    }
                    for difference in each.differences
                ],
            }
            for each in changes.resources
        ],
        "removed": _lines_of(changes.removed),
        "added": _lines_of(changes.added),
    }


def _lines_of(quads: Iterable[Quad]) -> list[str]:
    return sorted(f"{each} ." for each in quads)


PAGE: Final = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Changes</title>
<style>body {{ font: 1rem/1.5 sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }}</style>
<h1>Changes</h1>
{body}</html>
"""


def as_html(accounts: Sequence[Account]) -> str:
    """A page by itself, to be sent to a colleague: no page of the site, which the compiler knows nothing of."""
    lines = [line for each in accounts for line in _html(each)] or [f"<p>{NOTHING}</p>"]
    return PAGE.format(body="".join(f"{line}\n" for line in lines))


def _html(account: Account) -> Iterator[str]:
    yield f"<h2>{escape(_title(account))}</h2>"
    yield f"<p><strong>{escape(_verdict(account))}</strong></p>"
    for heading, changes in _headed(account.changes.resources):
        yield f"<h3>{escape(heading)}</h3>"
        yield "<ul>"
        for each in changes:
            lines = "".join(f"<li>{escape(line)}</li>" for line in account.differences(each))
            inner = f"<ul>{lines}</ul>" if lines else ""
            yield f"<li>{escape('; '.join(account.sentence(each, kind) for kind in each.kinds))}{inner}</li>"
        yield "</ul>"
