"""Resources in lists and on cards: what each is called, its notation, an excerpt, and their order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from publisher.config import HUES
from publisher.description import Description
from publisher.namespaces import DCT, SKOS
from publisher.profiles import profile_of
from publisher.profiles.dcat import DOCUMENT
from publisher.profiles.skos import IN_SCHEME
from publisher.profiles.status import TERMS, Status, status_of
from publisher.web import Site
from publisher.web.kept import kept
from publisher.web.reading import Reader, Value

ENTRIES: Final = 100
"""Resources of one group that a page describes; when there are more, it only names them."""
NAMED: Final = 400
"""Resources of one group that a page names: what it may weigh has room for some more."""
EXCERPT: Final = 170
"""Characters of a definition in a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One resource in a list or on a card; only `link` is sure to say something.

    `mark` says that it is retired or not finished.
    """

    link: Value
    notation: str = ""
    excerpt: Value | None = None
    date: Value | None = None
    tags: tuple[Value, ...] = ()
    count: str = ""
    hue: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Resources under one heading; `more` links to the whole list when there are others."""

    heading: Value
    items: tuple[Item, ...]
    more: Value | None = None
    picture: Markup | None = None


def described(site: Site, iris: Iterable[NamedNode], most: int = ENTRIES) -> list[Description]:
    found = (site.store.describe(each) for each in list(iris)[:most])
    return [each for each in found if each is not None]


def group_of(reader: Reader, heading: str, iris: Sequence[NamedNode]) -> Group:
    if len(iris) > ENTRIES:
        shown = [Item(link=each) for each in reader.links(each.value for each in iris[:NAMED]).values()]
    else:
        shown = [item_of(reader, each) for each in iris]
    rest = len(iris) - len(shown)
    more = Value(reader.say("more", number=rest), list_of(reader, iris[0])) if rest else None
    return Group(Value(heading), tuple(sorted(shown, key=natural)), more)


def item_of(reader: Reader, iri: NamedNode) -> Item:
    """A resource that a description mentions, with what it says about itself when it is described here."""
    return _item(reader.site, iri) or Item(link=reader.link(iri.value))


@kept(1_024)
def _item(site: Site, iri: NamedNode) -> Item | None:
    """A resource in the lists of others; None when it is not described. What is broad is in many."""
    description = site.store.describe(iri)
    return item_for(Reader(site, description)) if description else None


def item_for(reader: Reader) -> Item:
    profile = profile_of(reader.description)
    lead = reader.text(profile.leads)
    return Item(
        link=reader.link(reader.description.iri.value),
        notation=notation_of(reader.description),
        hue=hue_of(reader.description),
        excerpt=replace(lead, text=excerpt_of(lead.text)) if lead else None,
        date=date_of(reader) if profile is DOCUMENT else None,
        tags=_tags(reader) if profile is DOCUMENT else (),
        mark=mark_of(reader, status_in(reader.description)),
    )


def status_in(description: Description) -> Status:
    """How the subject of a description stands."""
    return status_of(quad for quad in description.quads if quad.subject == description.iri)


def mark_of(reader: Reader, status: str) -> str:
    """A status in a word; nothing for what is in use."""
    return reader.texts[f"status_{TERMS[Status(status)]}"] if status else ""


def newest_first(reader: Reader, documents: Iterable[Description], *, tags: bool) -> tuple[Item, ...]:
    items = sorted((item_for(reader.of(each)) for each in documents), key=lambda each: each.link.text)
    dated = sorted(items, key=lambda each: each.date.datetime if each.date else "", reverse=True)
    return tuple(dated if tags else [replace(each, tags=()) for each in dated])


def _tags(reader: Reader) -> tuple[Value, ...]:
    return reader.values(DCT["subject"], reader.description.objects(DCT["subject"]))


def date_of(reader: Reader) -> Value | None:
    return next((reader.value(each) for each in reader.description.objects(DCT["issued"])), None)


def notation_of(description: Description) -> str:
    return next((each.value for each in description.objects(SKOS["notation"]) if isinstance(each, Literal)), "")


def hue_of(description: Description) -> str:
    """The colour of a concept."""
    return hue_for(notation_of(description))


def hue_for(notation: str) -> str:
    """A colour by the first number of a notation, the same for a concept and all below it."""
    found = re.search(r"\d+", notation)
    return hue(int(found[0]) - 1) if found else "hue-0"


def hue(place: int) -> str:
    """The colour of the first, second, … of a kind, from 0."""
    return f"hue-{place % HUES + 1}"


def coloured(item: Item, place: int) -> Item:
    """A top concept in the colour of its notation, or else of its place."""
    return item if item.notation else replace(item, hue=hue(place))


def excerpt_of(text: str) -> str:
    if len(text) <= EXCERPT:
        return text
    return text[:EXCERPT].rpartition(" ")[0].rstrip(",;:.") + " …"


def natural(item: Item) -> tuple[tuple[tuple[int, int | str], ...], str]:
    """By notation as people count (H2 before H10), then by name; what has no notation comes last."""
    parts = re.findall(r"\d+|\D+", item.notation or "\uffff")
    key = tuple((0, int(each)) if each.isascii() and each.isdigit() else (1, each) for each in parts)
    return key, item.link.text.casefold()


def list_of(reader: Reader, iri: NamedNode) -> str:
    """The address of the list that a resource is in, or else of the scheme that all of this is in."""
    path = reader.site.store.find(iri.value) or ""
    folder = path.rpartition("/")[0]
    # Where a scheme has the path of the folder, the scheme answers there, and nothing lists its concepts.
    listed = folder.startswith("/doc/") and reader.site.store.document(folder) is None
    if listed:
        return reader.site.page(folder)
    return next((reader.href(each.value) for each in IN_SCHEME.of(reader.description)), "")
