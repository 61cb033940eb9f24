"""Does each alias in data/published.txt lead, in one step, to something that is there?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from pyoxigraph import Quad

from publisher.compiler.persistence import described, withdrawn
from publisher.compiler.published import Line, lines_of
from publisher.iris import Policy
from publisher.report import Finding, Severity
from publisher.source import PUBLISHED


def check_aliases(quads: Iterable[Quad], published: str | None, policy: Policy) -> Iterator[Finding]:
    """A violation, at its place, for each alias that would lead nowhere, twice, or away from what is described.

    `quads` are all statements to be published; `published` is the text of data/published.txt.
    """
    lines = list(lines_of(published, policy))
    if not any(each.target for each in lines):
        return
    quads = list(quads)
    content = _Content(described(quads), withdrawn(quads), policy, {each.iri for each in lines if each.target})
    first: dict[str, Line] = {}
    for line in lines:
        earlier = first.setdefault(line.iri, line)
        if earlier is not line and (line.target or earlier.target):
            yield _finding(line, 1, f"stands on line {earlier.number} already; keep one of both lines")
        elif line.target:
            yield from (_finding(line, column, what) for column, what in content.objections(line))


@dataclass(frozen=True, slots=True)
class _Content:
    """What an alias is held against."""

    described: Set[str]
    withdrawn: Set[str]
    policy: Policy
    aliases: Set[str]

    def objections(self, line: Line) -> Iterator[tuple[int, str]]:
        """What is wrong with one alias, and in which column of its line."""
        if self.policy.path_of(line.iri) is None or "#" in line.iri:
            yield 1, "cannot be an alias: only an address of this site, without `#`, can be sent on"
        if line.iri in self.described:
            yield 1, "is an alias here but is described in the content; take one of both away"
        if line.target in self.aliases:
            yield line.column, f"leads to <{line.target}>, an alias itself; write what that one stands for"
        elif line.target not in self.described or self.policy.path_of(line.target) is None:
            yield line.column, f"leads to <{line.target}>, which nothing here describes; correct or describe it"
        elif line.target in self.withdrawn:
            yield line.column, f"leads to <{line.target}>, which is withdrawn; choose another, or withdraw both"


def _finding(line: Line, column: int, what: str) -> Finding:
    message = f"<{line.iri}> {what}"
    return Finding(PUBLISHED, line.number, column, Severity.VIOLATION, message, "alias", line.iri, line.text)
