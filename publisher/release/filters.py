"""What lists can be narrowed by: the subjects, types, years and schemes of what is in them, worked out once.

Who is about a concept is about what is broader too: a list that is narrowed to a concept has what is about the
concepts below it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import Literal, NamedNode

from publisher.description import Term
from publisher.namespaces import DCAT, DCT, SKOS
from publisher.profiles import profile_for
from publisher.release.resources import Resource

YEAR: Final = re.compile(r"\d{4}(?=-|$)")

NAMES: Final = {
    DCT["subject"]: "tag",
    DCAT["theme"]: "tag",
    DCT["type"]: "type",
    DCT["issued"]: "year",
    SKOS["inScheme"]: "scheme",
}
"""What a list can be narrowed by, by the property that says it: a parameter of the address of a list."""

SCHEMA: Final = """
CREATE TABLE choice (id INTEGER PRIMARY KEY, name TEXT, value TEXT, scheme TEXT, UNIQUE (name, value));
CREATE TABLE chosen (
    choice INTEGER, resource INTEGER, stated INTEGER, PRIMARY KEY (choice, resource)
) WITHOUT ROWID;
"""
"""`scheme` is the scheme of a value that is a concept, or nothing; `resource` the number of a row of that table;
`stated` 1 where the resource says so itself, 0 where it names something narrower."""

INDEXES: Final = "CREATE INDEX resource_chosen ON chosen (resource, choice);"


@dataclass(slots=True)
class Filters:
    """Takes all resources of a release, in any order; then says what there is to be written."""

    _stated: dict[tuple[str, str], dict[int, None]] = field(default_factory=lambda: defaultdict(dict))
    _above: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _schemes: dict[str, str] = field(default_factory=dict)

    def add(self, number: int, resource: Resource) -> None:
        """A resource by the number of its row."""
        values, iri = resource.values, resource.iri
        for each in _iris(values.get(SKOS["broader"], ())):
            self._above[iri].add(each)
        for each in _iris(values.get(SKOS["narrower"], ())):
            self._above[each].add(iri)
        for each in _iris(values.get(SKOS["inScheme"], ())):
            self._schemes.setdefault(iri, each)
        for choice in _choices(values, profile_for(resource.types).filters):
            self._stated[choice][number] = None

    def tables(self) -> tuple[list[tuple[object, ...]], Iterator[tuple[object, ...]]]:
        """The rows of `choice` and of `chosen`."""
        found: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
        for (name, value), resources in self._stated.items():
            for above in self._broader(value):
                for each in resources:
                    found[name, above].setdefault(each, 0)
            found[name, value].update(dict.fromkeys(resources, 1))
        choices = dict(enumerate(sorted(found), 1))
        chosen = (
            (number, resource, stated)
            for number, choice in choices.items()
            for resource, stated in sorted(found[choice].items())
        )
        return [(number, *each, self._schemes.get(each[1], "")) for number, each in choices.items()], chosen

    def _broader(self, iri: str) -> set[str]:
        """All that is above a concept, itself left out, circles or not."""
        found: set[str] = set()
        waiting = [iri]
        while waiting:
            new = self._above.get(waiting.pop(), set()) - found
            found |= new
            waiting += new
        return found - {iri}


def _choices(
    values: Mapping[NamedNode, Iterable[Term]], properties: Iterable[NamedNode]
) -> Iterator[tuple[str, str]]:
    for each in properties:
        for value in values.get(each, ()):
            text = _year(value) if NAMES[each] == "year" else value.value if isinstance(value, NamedNode) else ""
            if text:
                yield NAMES[each], text


def _year(value: Term) -> str:
    found = YEAR.match(value.value) if isinstance(value, Literal) else None
    return found[0] if found else ""


def _iris(values: Iterable[Term]) -> Iterator[str]:
    return (each.value for each in values if isinstance(each, NamedNode))
