"""The front page: the concept schemes, the newest documents, the data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from publisher.formats import GRAPH_FORMATS
from publisher.namespaces import DCT
from publisher.profiles.dcat import DOCUMENT
from publisher.profiles.skos import SCHEME
from publisher.web import Site
from publisher.web.frame import SCHEMES, Frame, dataset_links, frame, shelf, site_reader, site_text
from publisher.web.hierarchy import MOST, below, concepts_of, tops_of
from publisher.web.items import ENTRIES, Group, Item, described, item_for, natural, newest_first
from publisher.web.reading import Reader, Value
from publisher.web.rendering import render

CARDS: Final = 12

RECENT: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingPage:
    """The front page."""

    template = "landing.html"
    frame: Frame
    main: Group | None
    others: tuple[Group, ...]
    recent: Group | None
    lead: str
    downloads: tuple[Value, ...]
    catalog: tuple[Value, ...]


def landing(site: Site) -> str:
    """The front page: the concept schemes, the newest documents, the data."""
    reader = site_reader(site)
    schemes = described(site, site.store.instances(SCHEME.classes[0], SCHEMES))
    # The scheme that most is said about comes first; counting its concepts would take longer (10 µs each).
    ordered = sorted(schemes, key=lambda each: -len(each.mentions))
    groups = [_scheme_group(reader.of(each)) for each in ordered if each.iri.value in each.paths]
    title, summary = site_text(site, site.config.title), site_text(site, site.config.description)
    page = LandingPage(
        frame=frame(site, title, path="/", summary=summary),
        main=groups[0] if groups else None,
        others=tuple(groups[1:]),
        recent=_recent(reader),
        lead=summary,
        downloads=dataset_links(reader),
        catalog=tuple(Value(each.name, f"/catalog.{each.suffix}") for each in GRAPH_FORMATS),
    )
    return render(page.template, page=page, frame=page.frame)


def _scheme_group(reader: Reader) -> Group:
    """A scheme with its top concepts, at most a page of cards."""
    tops = tops_of(reader)
    items = [_card(reader.of(each)) for each in described(reader.site, tops)]
    heading = reader.link(reader.description.iri.value)
    lead = reader.text(SCHEME.leads)
    words = _concept_count(reader)
    return Group(
        replace(heading, note=lead.text if lead else words),
        tuple(sorted(items, key=natural)[:CARDS]),
        Value(reader.texts["all_of"], heading.href, note=words),
    )


def _concept_count(reader: Reader) -> str:
    number = len(concepts_of(reader))
    return reader.say("concept_count" if number < MOST else "concept_count_least", number=number)


def _card(reader: Reader) -> Item:
    number = len(below(reader.site, reader.description))
    words = {0: "no_aspects", 1: "aspect"}.get(number, "aspects")
    count = reader.say(words, number=number)
    return replace(item_for(reader), count=count)


def _recent(reader: Reader) -> Group | None:
    found = described(reader.site, reader.site.store.instances(DOCUMENT.classes[0], ENTRIES))
    dated = [each for each in found if any(each.objects(DCT["issued"])) and each.iri.value in each.paths]
    if not dated:
        return None
    items = newest_first(reader, dated, tags=True)[:RECENT]
    whole = next(shelf(reader, DOCUMENT), None)
    more = Value(reader.texts["all_recent"], whole.href) if whole else None
    return Group(Value(reader.texts["recent"]), items, more)
