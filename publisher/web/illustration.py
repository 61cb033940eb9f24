"""The pictures on a page about a concept: where it is in its scheme, and what is around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup
from pyoxigraph import NamedNode

from publisher.profiles import Profile
from publisher.profiles.skos import CONCEPT, IN_SCHEME
from publisher.web import Site
from publisher.web.hierarchy import tops_of
from publisher.web.items import Group, Item, coloured, described, item_for, natural
from publisher.web.kept import kept
from publisher.web.pictures import MOST, SEGMENTS, family, small_wheel
from publisher.web.reading import Reader, Value


def wheel_around(reader: Reader, profile: Profile, way: Sequence[Value]) -> Markup | None:
    """The wheel of the scheme of a concept, where that has one; `way` are the links down to the concept."""
    scheme = next(iter(IN_SCHEME.of(reader.description)), None) if profile is CONCEPT else None
    tops = _tops(reader.site, scheme) if scheme else ()
    if not tops:
        return None
    here = reader.href(reader.description.iri.value)
    passed = {here, *(each.href for each in way)}
    current = next((each.link.href for each in tops if each.link.href in passed), "")
    return small_wheel(tops, reader.texts["main_concepts"], current)


@kept(64)
def _tops(site: Site, scheme: NamedNode) -> tuple[Item, ...]:
    """The top concepts of a scheme, if a wheel can show them."""
    description = site.store.describe(scheme)
    found = tops_of(Reader(site, description)) if description else ()
    if len(found) not in SEGMENTS:
        return ()
    items = (item_for(Reader(site, each)) for each in described(site, found))
    return tuple(coloured(each, place) for place, each in enumerate(sorted(items, key=natural)))


def with_family(reader: Reader, below: Group) -> Group:
    """What is below a concept, with a picture of that and of what is above it, unless it would leave most out."""
    others = len(below.items) - MOST
    if others > MOST:
        return below
    here = replace(item_for(reader), link=replace(reader.label(reader.description.iri.value), href=""))
    above = described(reader.site, list(CONCEPT.above(reader.description))[:1])
    picture = family(
        here,
        below.items,
        f"{here.link.text}: {below.heading.text}",
        above=item_for(reader.of(above[0])) if above else None,
        rest=reader.say("more_changes", number=others) if others > 0 else "",
    )
    return replace(below, picture=picture)
