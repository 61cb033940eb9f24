"""What the page of a concept scheme has beside what every document has; and its parts, which are pages too.

A part is what stands below one concept, a letter of the alphabetical index, or a page of either.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from markupsafe import Markup
from pyoxigraph import NamedNode

from publisher.errors import BadRequest, ResourceNotFound
from publisher.profiles.skos import CONCEPT
from publisher.release.collation import DIGITS
from publisher.release.schemes import TOP
from publisher.store.schemes import Entry, Letter, Translation
from publisher.web.distribution import Download
from publisher.web.frame import Frame, dataset_links, frame, home, query_of
from publisher.web.hierarchy import Hierarchy, Part, SchemePages, hierarchy_of, range_of
from publisher.web.pictures import bar
from publisher.web.reading import Reader, Value
from publisher.web.rendering import render
from publisher.web.series import downloads_of
from publisher.web.texts import language_name, number_in_words

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

PAGE: Final = 200
"""Entries of an index on one page."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of all, in words and as a bar."""

    words: str
    bar: Markup


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a scheme is translated into one language; `reviewed` is None where no label says that it was."""

    language: str
    labelled: Share
    defined: Share
    reviewed: Share | None


@dataclass(frozen=True, slots=True)
class SchemeView:
    """What the page of a scheme shows of its concepts."""

    count: str
    heading: str
    hierarchy: Hierarchy
    letters: tuple[Value, ...]
    coverage: tuple[Coverage, ...]
    downloads: tuple[Download, ...]
    datasets: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A line of the index: a concept, or another label of it with the concept to see."""

    other: Value | None
    link: Value
    notation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPage:
    """The page of one part: of the hierarchy, below `concept` if it is not the top, or of the index.

    `range` says which entries, where that is not all; `above` are the parts in which the concept itself stands;
    `whole` is the page of the scheme.
    """

    template = "scheme_part.html"
    frame: Frame
    kind: str
    whole: Value
    range: str
    previous: str
    next: str
    concept: Value | None = None
    above: tuple[Value, ...] = ()
    hierarchy: Hierarchy | None = None
    letter: str = ""
    letters: tuple[Value, ...] = ()
    references: tuple[Reference, ...] = ()


def scheme_of(reader: Reader, path: str) -> SchemeView | None:
    """What a page shows of a scheme; None for what is none, and in a release from before this was kept."""
    pages = _pages(reader, path)
    if pages is None:
        return None
    hierarchy = hierarchy_of(pages, Part(), TOP)
    name = "tree_top" if not hierarchy.whole else "tree_in_use" if hierarchy.others else "tree"
    return SchemeView(
        count=count_of(reader, pages.scheme.current),
        heading=reader.texts[name],
        hierarchy=hierarchy,
        letters=tuple(_letters(pages)),
        coverage=tuple(_coverage(pages)),
        downloads=_downloads(reader),
        datasets=dataset_links(reader),
    )


def letters_of(reader: Reader) -> tuple[Value, ...]:
    """Links to the letters of the index of a scheme."""
    path = reader.site.store.find(reader.description.iri.value)
    pages = _pages(reader, path) if path else None
    return tuple(_letters(pages)) if pages else ()


def _downloads(reader: Reader) -> tuple[Download, ...]:
    """The files of the only dataset; where there are several, their own pages have them."""
    published = reader.site.release.manifest.datasets
    history = reader.site.store.history
    found = history.version(published[0].name, published[0].version) if len(published) == 1 else None
    return downloads_of(reader, found) if found else ()


def part_asked(environ: WSGIEnvironment) -> Part | None:
    """The part that the query of a request asks for; None when it asks for none. Raises `BadRequest`."""
    query = environ.get("QUERY_STRING", "")
    if not query:
        return None
    asked = parse_qs(query, encoding="utf-8", errors="replace")
    values = {name: asked[name][0] for name in ("below", "letter", "all", "page") if name in asked}
    if not values:
        return None
    page = values.get("page", "1")
    if not (page.isascii() and page.isdigit() and len(page) < 10 and int(page) > 0):
        raise BadRequest("`page` must be a number, from 1.")
    if values.get("all", "1") not in ("0", "1"):
        raise BadRequest("`all` must be 1 (what is retired or not finished too) or 0.")
    part = Part(
        below=values.get("below", ""),
        letter=values.get("letter", ""),
        everything=values.get("all") == "1",
        page=int(page),
    )
    return part if part != Part() else None


def part_page(reader: Reader, path: str, part: Part) -> str | None:
    """The page of a part of a scheme; None for what is no scheme. Raises `ResourceNotFound`."""
    pages = _pages(reader, path)
    if pages is None:
        return None
    shown = _index_page(pages, part) if part.letter else _hierarchy_page(pages, part)
    return render(shown.template, page=shown, frame=shown.frame)


def _pages(reader: Reader, path: str) -> SchemePages | None:
    scheme = reader.site.store.schemes.find(reader.description.iri.value)
    if scheme is None or not scheme.every:
        return None
    return SchemePages(reader, scheme, path, query_of(path, reader.description))


def _hierarchy_page(pages: SchemePages, part: Part) -> PartPage:
    """What stands below a concept, or at the top."""
    reader, schemes = pages.reader, pages.reader.site.store.schemes
    number = schemes.concept(part.below) if part.below else TOP
    hierarchy = hierarchy_of(pages, part, number) if number is not None else None
    if hierarchy is None or not hierarchy.branches:
        raise ResourceNotFound("There is nothing in this part of the scheme.")
    concept = reader.links((part.below,))[part.below] if part.below else None
    above = tuple(_above(pages, part)) if part.below else ()
    here = replace(concept, href="") if concept else Value(reader.texts["tree"])
    return PartPage(
        frame=_frame(pages, part, here, above[:1]),
        kind=reader.texts["part_below" if concept else "tree"],
        whole=_whole(pages),
        range=hierarchy.range,
        previous=hierarchy.previous,
        next=hierarchy.next,
        concept=concept,
        above=above,
        hierarchy=hierarchy,
    )


def _above(pages: SchemePages, part: Part) -> Iterator[Value]:
    """The parts in which a concept itself stands, but for the top, which is the page of the scheme."""
    schemes, language = pages.reader.site.store.schemes, pages.reader.site.language
    found = pages.reader.site.store.describe(NamedNode(part.below))
    above = [each.value for each in CONCEPT.above(found)] if found else []
    links = pages.reader.links(above)
    for iri in above:
        number = schemes.concept(iri)
        if number and schemes.count(pages.scheme, language, number, everything=part.everything):
            yield replace(links[iri], href=pages.href(Part(below=iri, everything=part.everything)))


def _index_page(pages: SchemePages, part: Part) -> PartPage:
    """One letter of the alphabetical index."""
    reader, schemes = pages.reader, pages.reader.site.store.schemes
    letter = _letter(pages, part.letter)
    first = (part.page - 1) * PAGE
    if first and first >= letter.entries:
        raise ResourceNotFound("There is nothing on this page of the index.")
    entries = schemes.entries(pages.scheme, reader.site.language, letter, first=first, most=PAGE)
    last = first + len(entries)
    return PartPage(
        frame=_frame(pages, part, Value(letter.letter)),
        kind=reader.texts["index"],
        whole=_whole(pages),
        range=range_of(reader, first, len(entries), letter.entries) if len(entries) < letter.entries else "",
        previous=pages.href(replace(part, page=part.page - 1)) if part.page > 1 else "",
        next=pages.href(replace(part, page=part.page + 1)) if last < letter.entries else "",
        letter=letter.letter,
        letters=tuple(_letters(pages, letter)),
        references=tuple(_references(reader, entries)),
    )


def _letter(pages: SchemePages, asked: str) -> Letter:
    """A letter of the index, also one without entries: readers come from the same page in another language."""
    site = pages.reader.site
    letters = site.store.schemes.letters(pages.scheme, site.language)
    found = next((each for each in letters if each.letter.casefold() == asked.casefold()), None)
    if found is None and len(asked) > 1 and asked != DIGITS:
        raise ResourceNotFound("The index has no such letter.")
    return found or Letter(len(letters), asked.upper(), 0)


def _frame(pages: SchemePages, part: Part, here: Value, above: tuple[Value, ...] = ()) -> Frame:
    """What goes around a part. Search engines have the pages of the concepts themselves."""
    whole = _whole(pages)
    query = "&".join(filter(None, (pages.query.removeprefix("?"), part.query)))
    around = frame(pages.reader.site, f"{whole.text}: {here.text}", path=pages.path, query=f"?{query}")
    return replace(around, crumbs=(*home(pages.reader), whole, *above, here), alternates=(), noindex=True)


def _whole(pages: SchemePages) -> Value:
    scheme = pages.reader.label(pages.reader.description.iri.value)
    return replace(scheme, href=pages.href(Part()))


def _letters(pages: SchemePages, current: Letter | None = None) -> Iterator[Value]:
    """Links to the letters of the index; the one that is shown is none."""
    site = pages.reader.site
    for each in site.store.schemes.letters(pages.scheme, site.language):
        yield Value(each.letter, "" if each == current else pages.href(Part(letter=each.letter.lower())))


def _references(reader: Reader, entries: tuple[Entry, ...]) -> Iterator[Reference]:
    links = reader.links(each.iri for each in entries)
    for each in entries:
        other = reader.named(each.iri, {reader.site.language: each.text}) if each.text else None
        yield Reference(other, links[each.iri], each.notation)


def _coverage(pages: SchemePages) -> Iterator[Coverage]:
    """How far the scheme is translated, language by language."""
    reader, total = pages.reader, pages.scheme.current
    found = reader.site.store.schemes.translations(pages.scheme)
    stated = any(each.reviewed or each.unreviewed for each in found)
    for each in found if total else ():
        yield Coverage(
            language_name(each.language, reader.interface),
            _share(reader, each.labelled, total),
            _share(reader, each.defined, total),
            _reviewed(reader, each) if stated else None,
        )


def _reviewed(reader: Reader, translation: Translation) -> Share:
    """Of the labels that there are; a label that does not say was not reviewed as far as anybody knows."""
    return _share(reader, translation.reviewed, translation.labelled)


def _share(reader: Reader, number: int, total: int) -> Share:
    counts = {"number": number_in_words(number, reader.texts), "total": number_in_words(total, reader.texts)}
    return Share(reader.texts["share"].format(**counts), bar(number, total))


def count_of(reader: Reader, number: int) -> str:
    """So many concepts, in words."""
    words = reader.texts["concept_one" if number == 1 else "concept_count"]
    return words.format(number=number_in_words(number, reader.texts))
