"""What a list can be narrowed to, as plain links: each leaves something, what is chosen can be lifted again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final
from urllib.parse import quote

from markupsafe import Markup

from publisher.description import Labels
from publisher.errors import BadRequest
from publisher.release.filters import YEAR
from publisher.store import Choice, Chosen, Listing
from publisher.web import Site
from publisher.web.hierarchy import SAFE
from publisher.web.pictures import bar
from publisher.web.reading import Reader, Value

FILTERS: Final = {"tag": "search_tag", "type": "filter_type", "year": "filter_year", "scheme": "search_scheme"}
"""The parameters that narrow a list, in the order of a page, and what they are called."""

YEARS: Final = "year"

MOST: Final = 8
"""Choices that one address may make."""

SHOWN: Final = 10
"""Choices of one kind that a page shows at once; it has others folded away."""

OFFERED: Final = 100
"""Choices of one kind that a page has at all: the pages of the others lead to their lists."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: what it leads to, or without it how it is lifted; `bar` is its number beside the largest."""

    link: Value
    bar: Markup | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """What is chosen and what else can be, under one name; `more` is folded away."""

    name: Value
    chosen: tuple[Value, ...]
    options: tuple[Option, ...]
    more: tuple[Option, ...] = ()


def chosen_in(site: Site, given: Mapping[str, Sequence[str]]) -> Chosen:
    """What the parameters of an address choose, each once, in one order. Raises `BadRequest`.

    A value that nothing has is no mistake: whoever kept the address finds the list empty.
    """
    found = {(name, site.config.current_iri(each)) for name in FILTERS for each in given.get(name, ()) if each}
    if len(found) > MOST:
        raise BadRequest(f"A list can be narrowed by at most {MOST} choices; there are {len(found)}.")
    if any(name == YEARS and not YEAR.fullmatch(value) for name, value in found):
        raise BadRequest("`year` must be a year of four digits.")
    return _ordered(found)


def _ordered(chosen: Iterable[tuple[str, str]]) -> Chosen:
    return tuple(sorted(chosen, key=lambda each: (list(FILTERS).index(each[0]), each[1])))


def list_query(page: int, everything: bool = False, chosen: Chosen = ()) -> str:
    """The query of a page of a list, narrowed or not, with what is retired or not finished too or without."""
    parts = [f"{name}={quote(value, safe=SAFE)}" for name, value in chosen]
    parts += (["all=1"] if everything else []) + ([f"page={page}"] if page > 1 else [])
    return f"?{'&'.join(parts)}" if parts else ""


def named_choices(reader: Reader, chosen: Chosen) -> tuple[Value, ...]:
    """What is chosen, as people call it."""
    labels = reader.site.store.labels(value for _, value in chosen)
    return tuple(_named(reader, labels, name, value) for name, value in chosen)


def facets_of(reader: Reader, listing: Listing) -> Iterator[Facet]:
    """What a list is narrowed to and can be narrowed to: subjects by their schemes, then types, years, schemes."""
    found = reader.site.store.choices(listing)
    missing = set(listing.chosen) - {(each.name, each.value) for each in found}
    every = [*found, *(Choice(name, value, "", 0) for name, value in missing)]
    labels = reader.site.store.labels(iri for each in every for iri in (each.value, each.scheme) if iri)
    ordered = sorted(every, key=lambda each: (list(FILTERS).index(each.name), _scheme(each)))
    for (name, scheme), group in groupby(ordered, lambda each: (each.name, _scheme(each))):
        heading = reader.named(scheme, labels.get(scheme, {})) if scheme else Value(reader.texts[FILTERS[name]])
        yield _facet(reader, listing, heading, _in_order(reader, labels, name, group))


def _scheme(choice: Choice) -> str:
    """Of concepts that things are about the scheme tells more than that they are about them."""
    return choice.scheme if choice.name == "tag" else ""


def _in_order(
    reader: Reader, labels: Mapping[str, Labels], name: str, group: Iterable[Choice]
) -> list[tuple[Choice, Value]]:
    """Years from the newest; others by how many they leave, then by name."""
    named = [(each, _named(reader, labels, name, each.value)) for each in group]
    if name == YEARS:
        return sorted(named, key=lambda each: each[0].value, reverse=True)
    return sorted(named, key=lambda each: (-each[0].number, each[1].text.casefold()))


def _facet(reader: Reader, listing: Listing, heading: Value, named: Sequence[tuple[Choice, Value]]) -> Facet:
    chosen, options = [], []
    largest = max(each.number for each, _ in named)
    for each, value in named:
        pair = (each.name, each.value)
        if pair in listing.chosen:
            chosen.append(replace(value, href=_narrowed(reader, listing, set(listing.chosen) - {pair})))
            continue
        href = _narrowed(reader, listing, {*listing.chosen, pair})
        drawn = bar(each.number, largest) if each.name == YEARS and len(named) > 1 else None
        options.append(Option(replace(value, href=href, note=reader.number(each.number)), drawn))
    return Facet(heading, tuple(chosen), tuple(options[:SHOWN]), tuple(options[SHOWN:OFFERED]))


def _narrowed(reader: Reader, listing: Listing, chosen: Iterable[tuple[str, str]]) -> str:
    """The address of the first page of a list with other choices."""
    query = list_query(1, listing.everything, _ordered(chosen))
    return reader.site.page(listing.path, query)


def _named(reader: Reader, labels: Mapping[str, Labels], name: str, value: str) -> Value:
    return Value(value) if name == YEARS else reader.named(value, labels.get(value, {}))
