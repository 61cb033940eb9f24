"""data/published.txt: every address ever published, a line each, with its first version and what it stands for.

An address whose line has a third column is an alias: another spelling, or what was merged. It is described no
more, and leads for ever to the address in that column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from publisher.iris import Policy

LINE: Final = re.compile(r"(?P<address>[^\s#]\S*)\t(?P<version>\d+\.\d+\.\d+)(?:\t(?P<target>[^\s#]\S*))?")


@dataclass(frozen=True, slots=True)
class Line:
    """One address: the IRIs are whole; `target` is empty for what is no alias, `column` is where it stands."""

    number: int
    text: str
    iri: str
    version: str
    target: str
    column: int


def lines_of(text: str | None, policy: Policy) -> Iterator[Line]:
    """The lines that name an address; None is a file that is not there."""
    for number, line in enumerate((text or "").splitlines(), 1):
        if match := LINE.fullmatch(line.rstrip()):
            target = absolute(match["target"], policy) if match["target"] else ""
            column = match.start("target") + 1
            yield Line(number, line, absolute(match["address"], policy), match["version"], target, column)


def read_published(text: str | None, policy: Policy) -> dict[str, str]:
    """Every IRI ever published, with its first version."""
    return {each.iri: each.version for each in lines_of(text, policy)}


def read_aliases(text: str | None, policy: Policy) -> Mapping[str, str]:
    """The IRI that each alias stands for."""
    return {each.iri: each.target for each in lines_of(text, policy) if each.target}


def absolute(address: str, policy: Policy) -> str:
    """An address as it is written in the file, as an IRI."""
    return address if "://" in address else f"{policy.base}/{address}"
