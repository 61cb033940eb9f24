"""What happened to resources from one version to the next, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pyoxigraph
from pyoxigraph import Literal, NamedNode, RdfFormat

from publisher.description import Term
from publisher.namespaces import DCT, SD
from publisher.store import Event, VersionRow
from publisher.web import memento
from publisher.web.properties import presentation_of
from publisher.web.reading import Reader, Value

WHOLE: Final = frozenset(("removed", "withdrawn", "added"))
"""Kinds of which the differences are all that there was or is to say."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one property lost and gained, in one language."""

    name: str
    before: tuple[Value, ...]
    after: tuple[Value, ...]

    @property
    def turned(self) -> bool:
        """Whether one text became another; what is linked comes and goes by itself."""
        both = (*self.before, *self.after)
        return len(self.before) == len(self.after) == 1 and not any(each.href or each.code for each in both)


@dataclass(frozen=True, slots=True)
class Chapter:
    """What happened in one version; `same` are the later ones in which nothing did; `gone`: it was withdrawn."""

    version: Value
    date: Value
    kinds: tuple[str, ...]
    successors: tuple[Value, ...]
    lines: tuple[Line, ...]
    gone: bool = False
    same: tuple[Value, ...] = ()

    @property
    def last(self) -> Value:
        """The last version in which it was so."""
        return (self.version, *self.same)[-1]


def history_of(reader: Reader, path: str) -> tuple[Chapter, ...]:
    """Each version in which something happened to a resource, newest first; empty without a past."""
    versions = memento.versions_of(reader.site, path)
    events = {
        (each.version.dataset, each.version.ordinal): each
        for each in reader.site.store.history.events(reader.description.iri.value)
    }
    chapters: list[Chapter] = []
    for dataset in dict.fromkeys(each.dataset for each in versions):
        found: list[Chapter] = []
        for version in (each for each in versions if each.dataset == dataset):
            event = events.get((version.dataset, version.ordinal))
            link = _version_link(reader, version, path)
            if event is None and found:
                found[-1] = replace(found[-1], same=(*found[-1].same, link))
            else:
                found.append(_chapter(reader, version, event, link))
        chapters += reversed(found)
    return tuple(chapters)


def _version_link(reader: Reader, version: VersionRow, path: str) -> Value:
    return Value(version.number, reader.site.page(memento.address(version, path)))


def _chapter(reader: Reader, version: VersionRow, event: Event | None, link: Value) -> Chapter:
    date = reader.date(version.date.isoformat())
    if event is None:
        return Chapter(link, date, (kind_in_words(reader, "added"),), (), ())
    return Chapter(
        link,
        date,
        tuple(kind_in_words(reader, each) for each in event.kinds),
        tuple(reader.link(each) for each in event.successors),
        lines_of(reader, event),
        "withdrawn" in event.kinds,
    )


def kind_in_words(reader: Reader, kind: str) -> str:
    """What happened; the name itself where an older or newer program wrote one that we have no words for."""
    return reader.texts.get(f"change_{kind}", kind)


def lines_of(reader: Reader, event: Event) -> tuple[Line, ...]:
    """The fields in which a resource differs from the version before."""
    if WHOLE & event.kinds.keys():
        return ()
    # That it changed, the date of the version says.
    others = [each for each in event.differences if each[0] != DCT["modified"].value]
    return tuple(line for each in others or event.differences for line in _lines(reader, *each))


def _lines(reader: Reader, name: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    lost, gained = list(map(_term, before)), list(map(_term, after))
    called = _called(reader, name)
    for language in sorted({_language(each) for each in (*lost, *gained)}):
        values = (
            _values(reader, name, (each for each in terms if _language(each) == language))
            for terms in (lost, gained)
        )
        yield Line(called, *values)


def _called(reader: Reader, name: str) -> str:
    if name == SD["namedGraph"].value:
        return reader.texts["graph"]
    return reader.property_name(name, presentation_of(reader.site, reader.description.types))


def _values(reader: Reader, name: str, terms: Iterable[Term | str]) -> tuple[Value, ...]:
    found = list(terms)
    spelt = tuple(Value(each, code=True) for each in found if isinstance(each, str))
    return (*reader.values(NamedNode(name), [each for each in found if not isinstance(each, str)]), *spelt)


def _term(text: str) -> Term | str:
    """A term as N-Triples has it; what a blank node says is in Turtle and stays as it is."""
    try:
        [quad] = pyoxigraph.parse(f"<a:a> <a:a> {text} .".encode(), RdfFormat.N_TRIPLES, lenient=True)
    except (SyntaxError, ValueError):
        return text
    term: Term = quad.object
    return term


def _language(value: Term | str) -> str:
    return value.language or "" if isinstance(value, Literal) else ""
