"""`/policy`: what we promise about addresses and data. `/accessibility`: who can use these pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from flask import Blueprint, Response
from pyoxigraph import NamedNode

from publisher.web import Site, citing, headers, site
from publisher.web.frame import Frame, address_of, frame, home, site_reader
from publisher.web.headers import Link
from publisher.web.reading import Reader, Value
from publisher.web.rendering import render

blueprint: Final = Blueprint("policy", __name__)

POLICY: Final = "/policy"
ACCESSIBILITY: Final = "/accessibility"

TESTED: Final = "tested_axe tested_keyboard tested_narrow tested_scripts tested_colours tested_print".split()
UNTESTED: Final = "untested_person untested_readers untested_content".split()
"""The texts of what was tested, and of what was not."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The licence of a dataset, and how to cite it."""

    dataset: Value
    licence: Value
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPage:
    """What is promised; `example` is an address of ours that shows how they are made."""

    template = "policy.html"
    frame: Frame
    address: str
    terms: tuple[Terms, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessibilityPage:
    """The accessibility statement; `date` is None where the settings do not tell when the site was tested."""

    template = "accessibility.html"
    frame: Frame
    address: str
    date: Value | None
    tested: tuple[str, ...]
    untested: tuple[str, ...]


@blueprint.get(POLICY)
def policy() -> Response:
    """What we promise."""
    return _page(POLICY, policy_page)


@blueprint.get(ACCESSIBILITY)
def accessibility() -> Response:
    """Who can use these pages."""
    return _page(ACCESSIBILITY, accessibility_page)


def policy_page(site: Site) -> str:
    """What we promise about addresses, versions and data; the licences are those that the datasets state."""
    page = PolicyPage(
        frame=_frame(site, POLICY, "policy_title", "policy_lead"),
        address=address_of(site, POLICY, ""),
        terms=tuple(_terms(site)),
    )
    return render(page.template, page=page, frame=page.frame)


def accessibility_page(site: Site) -> str:
    """What was tested of these pages, and what was not yet."""
    reader, tested = site_reader(site), site.config.accessibility_tested
    page = AccessibilityPage(
        frame=_frame(site, ACCESSIBILITY, "accessibility_title", "accessibility_lead"),
        address=address_of(site, ACCESSIBILITY, ""),
        date=reader.date(tested.isoformat()) if tested else None,
        tested=tuple(reader.texts[each] for each in TESTED),
        untested=tuple(reader.texts[each] for each in UNTESTED),
    )
    return render(page.template, page=page, frame=page.frame)


def _terms(site: Site) -> Iterator[Terms]:
    for dataset in site.config.dataset:
        iri = site.config.policy.thing("dataset", dataset.name)
        path, described = site.store.find(iri), site.store.describe(NamedNode(iri))
        if path and described:
            reader = Reader(site, described)
            citation = citing.citation_of(site, described, path)
            yield Terms(
                reader.link(iri), reader.link(dataset.licence), citing.in_words(site, citation) if citation else ""
            )


def _frame(site: Site, path: str, title: str, lead: str) -> Frame:
    reader = site_reader(site)
    words = reader.texts
    around = frame(site, words[title], path=path, summary=words[lead])
    return replace(around, crumbs=(*home(reader), Value(words[title])))


def _page(path: str, write: Callable[[Site], str]) -> Response:
    return headers.document(
        write(site()).encode(),
        "text/html",
        modified=site().release.changed,
        language=headers.page_language(),
        links=[Link(f"{site().release.base}{path}", "canonical")],
    )
