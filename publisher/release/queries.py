"""Saved queries: questions that the editors keep with the content, with parameters and a promise of columns.

The one way to put values into a query is `SavedQuery.text_with`: each value becomes a term of the parameter's
type, and the terms stand as the engine itself writes them in a `VALUES` block, on a line that the editors marked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from publisher.errors import QueryParameterError
from publisher.namespaces import XSD

MARK: Final = "#+ parameters"
"""The line of a query where the values of its parameters come; a comment, so the file is SPARQL as it stands."""

Texts = Mapping[str, str]
"""Language tag -> text."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable that the caller gives a value.

    `type` is a row of `TYPES`; `language` is that of a text, `values` are those of a choice. A parameter has
    either a `default` or an `example`; with an example it is required.
    """

    name: str
    type: str
    language: str = ""
    values: tuple[str, ...] = ()
    default: str | None = None
    example: str | None = None
    description: Texts = field(default_factory=dict)

    @property
    def required(self) -> bool:
        """Whether the caller must give it."""
        return self.default is None

    @property
    def sample(self) -> str:
        """A value with which the query can be tried."""
        return (self.default if self.example is None else self.example) or ""

    def term(self, value: str) -> NamedNode | Literal:
        """The term that this text is; raises `ValueError`, which says what is expected instead."""
        return TYPES[self.type](self, value)


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """One query: `title` and `description` by language, `form` as in SPARQL, `columns` in order (SELECT only)."""

    name: str
    title: Texts
    description: Texts
    text: str
    form: str = ""
    parameters: tuple[Parameter, ...] = ()
    columns: tuple[str, ...] = ()

    @property
    def samples(self) -> dict[str, str]:
        """A value for each parameter: its default or its example."""
        return {each.name: each.sample for each in self.parameters}

    def text_with(self, values: Mapping[str, str]) -> str:
        """The query in which each parameter has the one value given, or its default; lines stay where they are.

        Raises `QueryParameterError`, which names the parameter that is unknown, missing or not of its type.
        """
        known = {each.name for each in self.parameters}
        for name in values.keys() - known:
            among = f"it has {', '.join(sorted(known))}" if known else "it has none"
            raise QueryParameterError(f"The query {self.name} has no parameter `{name[:100]}`; {among}.")
        if not self.parameters:
            return self.text
        variables = " ".join(f"?{each.name}" for each in self.parameters)
        terms = " ".join(str(_term(each, values.get(each.name))) for each in self.parameters)
        block = f"VALUES ({variables}) {{ ({terms}) }}"
        return "\n".join(block if line.strip() == MARK else line for line in self.text.split("\n"))


def from_json(row: Mapping[str, Any]) -> SavedQuery:
    """The query that `asdict` and JSON made this of; raises `KeyError` or `TypeError` when it is none."""
    parameters = tuple(Parameter(**each | {"values": tuple(each["values"])}) for each in row["parameters"])
    return SavedQuery(**{**row, "parameters": parameters, "columns": tuple(row["columns"])})


def _term(parameter: Parameter, value: str | None) -> NamedNode | Literal:
    value = parameter.default if value is None else value
    if value is None:
        raise QueryParameterError(
            f"The parameter `{parameter.name}` is missing; for example {parameter.example!r}."
        )
    try:
        return parameter.term(value)
    except ValueError as error:
        raise QueryParameterError(f"The parameter `{parameter.name}` {error}, not {value[:100]!r}.") from None


def _iri(parameter: Parameter, value: str) -> NamedNode:
    try:
        return NamedNode(value)
    except ValueError:
        raise ValueError("must be an absolute IRI") from None


def _text(parameter: Parameter, value: str) -> Literal:
    try:
        return Literal(value, language=parameter.language or None)
    except ValueError:
        raise ValueError("must be a text of whole characters") from None


def _integer(parameter: Parameter, value: str) -> Literal:
    # Eighteen digits are what the engine reckons with.
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", value):
        raise ValueError("must be a whole number of at most 18 digits")
    return Literal(int(value))


def _date(parameter: Parameter, value: str) -> Literal:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            return Literal(date.fromisoformat(value).isoformat(), datatype=XSD["date"])
    except ValueError:
        pass
    raise ValueError("must be a date as in 2026-01-31")


def _choice(parameter: Parameter, value: str) -> Literal:
    if value not in parameter.values:
        raise ValueError(f"must be one of {', '.join(parameter.values)}")
    return Literal(value)


TYPES: Final[Mapping[str, Callable[[Parameter, str], NamedNode | Literal]]] = {
    "iri": _iri,
    "text": _text,
    "integer": _integer,
    "date": _date,
    "choice": _choice,
}
"""The types of parameters, and how a text becomes a term of each."""
