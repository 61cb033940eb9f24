"""HTML: one frozen dataclass for each page, made of a description and rendered by one template.

Templates only loop and ask whether something is there; every choice of words, order and links is made here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final
from urllib.parse import quote, unquote

from flask import render_template
from pyoxigraph import Literal, NamedNode

from publisher.description import Description, Term, choose, chosen_text
from publisher.formats import GRAPH_FORMATS
from publisher.iris import canonical_path
from publisher.namespaces import ADMS, DCAT, DCT, FOAF, OWL, SCHEMA, SKOS, SKOSXL, SPDX
from publisher.profiles import Profile, profile_for, profile_of
from publisher.profiles.dcat import DATASET, DISTRIBUTIONS, DOCUMENT
from publisher.profiles.skos import CONCEPT, IN_SCHEME, SCHEME
from publisher.release.edition import Property
from publisher.store import Entry, Listing
from publisher.store.embedded import MENTIONS
from publisher.web import Site
from publisher.web.reading import Reader, Row, Value, safe_path
from publisher.web.schema_org import data_block

PAGE: Final = 100
"""Entries on one page of a list."""
ENTRIES: Final = 100
"""Resources of one group that a page describes; the others are only counted."""
TREE: Final = 400
"""Concepts that a page shows as a whole hierarchy; of larger ones it shows the levels that fit."""
CARDS: Final = 12
RECENT: Final = 6
MENTIONED: Final = 20
"""Resources that link here which a page names, for each property."""
SCHEMES: Final = 20
EXCERPT: Final = 170
"""Characters of a definition in a list."""

PAGES_ABOUT: Final = (FOAF["page"], DCAT["landingPage"], FOAF["homepage"], SCHEMA["url"])
"""Properties that say where a document can be read."""

QUOTATION: Final = re.compile(r"(?P<origin>[^‘“:]+):\s*(?P<words>[‘“].+[’”])\.?", re.DOTALL)
"""A note that quotes: who is quoted, a colon, and the words in quotation marks."""

SHOWN_MENTIONS: Final = frozenset(
    (DCT["subject"], SKOSXL["prefLabel"], SKOSXL["altLabel"], SKOS["topConceptOf"], SKOS["hasTopConcept"])
)
"""Links from elsewhere that a page shows in another place, or that say again what the page says."""

DEPRECATED: Final = NamedNode("http://purl.org/adms/status/Deprecated")
COMPLETED: Final = NamedNode("http://purl.org/adms/status/Completed")


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same content in another syntax."""

    name: str
    href: str
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every page has around its content. `alternates` leaves out the page itself; `data` is schema.org."""

    lang: str
    texts: Mapping[str, str]
    site: str
    title: str
    summary: str
    canonical: str
    navigation: tuple[Value, ...]
    crumbs: tuple[Value, ...] = ()
    alternates: tuple[Alternate, ...] = ()
    data: str = ""
    publisher: str = ""
    email: str = ""
    versions: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One resource in a list or on a card; only `link` is sure to say something."""

    link: Value
    notation: str = ""
    excerpt: Value | None = None
    date: Value | None = None
    tags: tuple[Value, ...] = ()
    count: str = ""
    hue: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Resources under one heading; `more` links to the whole list when there are others."""

    heading: Value
    items: tuple[Item, ...]
    more: Value | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """A concept in a hierarchy; `count` tells how many are below it when they are not shown."""

    item: Item
    branches: tuple[Branch, ...] = ()
    count: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Properties under one heading."""

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Quotation:
    """Somebody else's words and where they are from."""

    words: str
    origin: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Download:
    """One file of a dataset."""

    link: Value
    format: str
    size: str
    checksum: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPage:
    """The page about one resource."""

    template = "document.html"
    frame: Frame
    kind: str
    hue: str
    title: Value
    notation: str
    iri: str
    address: str
    status: Value | None
    replacements: tuple[Value, ...]
    deprecated: bool
    date: Value | None
    lead: Value | None
    remarks: tuple[Value, ...]
    quotations: tuple[Quotation, ...]
    read_at: tuple[Value, ...]
    pageless: bool
    groups: tuple[Group, ...]
    tree: Group | None
    branches: tuple[Branch, ...]
    downloads: tuple[Download, ...]
    sections: tuple[Section, ...]
    mentions: tuple[Row, ...]
    citation: str


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """One page of the documents below a path."""

    template = "list.html"
    frame: Frame
    path: str
    heading: str
    range: str
    items: tuple[Item, ...]
    previous: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemPage:
    """What went wrong, and a way on."""

    template = "problem.html"
    frame: Frame
    status: int
    detail: str
    links: tuple[Value, ...]


def landing(site: Site) -> str:
    """The front page: the concept schemes, the newest documents, the data."""
    reader = _reader(site)
    schemes = _described(site, site.store.instances(SCHEME.classes[0], SCHEMES))
    ordered = sorted(schemes, key=lambda each: -len(list(each.subjects(SKOS["inScheme"]))))
    groups = [_scheme_group(reader.of(each)) for each in ordered if each.iri.value in each.paths]
    title, summary = _text(site, site.config.title), _text(site, site.config.description)
    page = LandingPage(
        frame=frame(site, title, path="/", summary=summary),
        main=groups[0] if groups else None,
        others=tuple(groups[1:]),
        recent=_recent(reader),
        lead=summary,
        downloads=_dataset_links(reader),
        catalog=tuple(Value(each.name, f"/catalog.{each.suffix}") for each in GRAPH_FORMATS),
    )
    return _render(page)


def document(site: Site, description: Description, path: str) -> str:
    """The page about one resource, whatever it is; `path` is its document's, without suffix."""
    reader, profile = Reader(site, description), profile_of(description)
    title = reader.text(profile.titles) or reader.label(description.iri.value)
    downloads = _described(site, DISTRIBUTIONS.of(description)) if profile is DATASET else []
    lead = reader.text(profile.leads)
    level = _branches(reader, profile)
    quotations, quoted = _quotations(reader)
    shown = quoted | {_term_of(reader, profile.leads), _only_title(reader, profile)}
    page = DocumentPage(
        frame=replace(
            frame(site, title.text, path=path, query=_query(path, description), summary=lead.text if lead else ""),
            crumbs=_crumbs(reader, profile, path),
            data=data_block(reader, profile, title.text, downloads),
        ),
        kind=profile.kind[reader.interface],
        hue=_hue(description),
        title=title,
        notation=_notation(description),
        iri=description.iri.value,
        address=_address(site, path, _query(path, description)),
        status=next((reader.status(each) for each in description.objects(ADMS["status"])), None),
        replacements=reader.values(DCT["isReplacedBy"], description.objects(DCT["isReplacedBy"])),
        deprecated=DEPRECATED in description.objects(ADMS["status"])
        or any(getattr(each, "value", "") == "true" for each in description.objects(OWL["deprecated"])),
        date=_date(reader) if profile is DOCUMENT else None,
        lead=lead,
        remarks=_remarks(reader, profile),
        quotations=quotations,
        read_at=tuple(each for name in PAGES_ABOUT for each in reader.values(name, description.objects(name)))
        if profile is DOCUMENT
        else (),
        pageless=profile is DOCUMENT and not any(any(description.objects(each)) for each in PAGES_ABOUT),
        groups=tuple(_groups(reader, profile)),
        tree=_tree_frame(reader, level) if profile is SCHEME and level else None,
        branches=level,
        downloads=tuple(_download(reader.of(each)) for each in downloads),
        sections=tuple(_sections(reader, profile, shown)),
        mentions=tuple(_mentions(reader, profile)),
        citation=_citation(site, title.text, description.iri.value),
    )
    return _render(page)


def listing(site: Site, listing: Listing, page: int) -> str:
    """One page, from 1, of the documents below a path."""
    reader = _reader(site)
    heading = _list_heading(reader, listing.entries, listing.path)
    first = (page - 1) * PAGE + 1
    counts = {"first": first, "last": first + len(listing.entries) - 1, "total": listing.total}
    last = ceil(listing.total / PAGE)
    shown = ListPage(
        frame=replace(
            frame(site, heading, path=listing.path, query=_page_query(page)),
            crumbs=(*_home(reader), *_crumbs_of_path(listing.path), Value(heading)),
        ),
        path=unquote(listing.path),
        heading=heading,
        range=reader.texts["list_count"].format(**counts),
        items=tuple(_entry_items(reader, listing.entries)),
        previous=f"{listing.path}.html{_page_query(page - 1)}" if page > 1 else "",
        next=f"{listing.path}.html{_page_query(page + 1)}" if page < last else "",
    )
    return _render(shown)


def problem(site: Site, status: int, title: str, detail: str, links: Sequence[tuple[str, str]]) -> str:
    """The page of an error; `links` are (address, media type) of what there is instead."""
    page = ProblemPage(
        frame=replace(frame(site, title, path="/"), canonical="", alternates=()),
        status=status,
        detail=detail,
        links=tuple(Value(name, safe_path(href)) for href, name in links),
    )
    return _render(page)


def frame(site: Site, title: str, *, path: str, query: str = "", summary: str = "") -> Frame:
    """What goes around a page; a page without a summary is summed up by the site's description."""
    reader = _reader(site)
    return Frame(
        lang=reader.interface,
        texts=reader.texts,
        site=_text(site, site.config.title),
        title=title,
        summary=_excerpt(summary or _text(site, site.config.description)),
        canonical=f"{site.release.base}{path}{query}",
        navigation=tuple(_navigation(reader)),
        alternates=tuple(_alternates(path, query)),
        publisher=_text(site, site.config.publisher.name),
        email=site.config.publisher.email,
        versions=_dataset_links(reader),
    )


def _render(page: DocumentPage | LandingPage | ListPage | ProblemPage) -> str:
    return render_template(page.template, page=page, frame=page.frame)


def _reader(site: Site) -> Reader:
    """A reader of nothing in particular: for texts of the site itself."""
    return Reader(site, Description(NamedNode(site.release.base), ()))


def _text(site: Site, texts: Mapping[str, str]) -> str:
    best = choose(texts, site.release.languages)
    return best[0] if best else ""


def _described(site: Site, iris: Iterable[NamedNode], most: int = ENTRIES) -> list[Description]:
    found = (site.store.describe(each) for each in list(iris)[:most])
    return [each for each in found if each is not None]


# --- Around the content


def _alternates(path: str, query: str) -> Iterator[Alternate]:
    """The catalogue stands for the front page, which is no document about a thing."""
    stem = "/catalog" if path == "/" else path
    # The SPARQL page and what is no document have no other syntaxes.
    if stem == "/catalog" or path.startswith(("/doc/", "/ns/", "/resource")):
        for each in GRAPH_FORMATS:
            yield Alternate(each.name, f"{stem}.{each.suffix}{query}", each.media_type)


def _navigation(reader: Reader) -> Iterator[Value]:
    words = reader.texts
    yield Value(words["home"], "/")
    yield from _shelf(reader, SCHEME)
    yield from _shelf(reader, DOCUMENT)
    for each in _dataset_links(reader)[:1]:
        yield Value(words["dataset"], each.href)
    yield Value(words["sparql"], "/sparql")


def _shelf(reader: Reader, profile: Profile) -> Iterator[Value]:
    """Where resources of a kind are listed: their common folder, or the document of the only one."""
    found = reader.site.store.instances(profile.classes[0], SCHEMES)
    paths = [each for each in (reader.site.store.find(iri.value) for iri in found) if each]
    folders = {each.rpartition("/")[0] for each in paths}
    if len(paths) > 1 and len(folders) == 1 and folders != {"/doc"}:
        yield Value(profile.kinds[reader.interface], f"{folders.pop()}.html")
    elif paths:
        yield Value(profile.kind[reader.interface], f"{paths[0]}.html")


def _dataset_links(reader: Reader) -> tuple[Value, ...]:
    """The datasets with their versions, linked to their documents."""
    found = reader.site.release.manifest.datasets
    labels = reader.site.store.labels(each.iri for each in found)
    links = []
    for each in found:
        name = reader.named(each.iri, labels.get(each.iri, {}))
        path = reader.site.store.find(each.iri)
        links.append(replace(name, href=f"{path}.html" if path else "", note=each.version))
    return tuple(links)


def _home(reader: Reader) -> tuple[Value, ...]:
    return (Value(reader.texts["home"], "/"),)


def _crumbs(reader: Reader, profile: Profile, path: str) -> tuple[Value, ...]:
    """Home, the scheme or the list, what is above, and the page itself."""
    here = reader.text(profile.titles) or reader.label(reader.description.iri.value)
    schemes = [reader.link(each.value) for each in IN_SCHEME.of(reader.description)] if profile is CONCEPT else []
    above = _ancestors(reader, profile) if profile is CONCEPT else []
    lists = _crumbs_of_path(path)
    # The first segment of a path names the kind of thing; people have a better word for it.
    named = [replace(each, text=profile.kinds[reader.interface]) for each in lists[:1]]
    start = [each for each in schemes[:1] if each.href] or [*named, *lists[1:]]
    return (*_home(reader), *start, *above, here)


def _ancestors(reader: Reader, profile: Profile) -> list[Value]:
    """The way up by the first concept above each, from the top; it ends where it would turn in a circle."""
    way: list[Value] = []
    seen, here = {reader.description.iri}, reader
    while len(way) < 20:
        up = next((each for each in profile.above(here.description) if each not in seen), None)
        description = reader.site.store.describe(up) if up else None
        if up is None or description is None:
            break
        way.insert(0, here.link(up.value))
        seen.add(up)
        here = reader.of(description)
    return way


def _crumbs_of_path(path: str) -> list[Value]:
    """The lists that a document is in: `/doc/concept/x/y` is in `/doc/concept/x`, in `/doc/concept`."""
    segments = path.split("/")[2:-1]
    if not path.startswith("/doc/"):
        return []
    return [
        Value(unquote(segment), f"/doc/{'/'.join(segments[: number + 1])}.html")
        for number, segment in enumerate(segments)
    ]


def _query(path: str, description: Description) -> str:
    return f"?uri={quote(description.iri.value, safe='')}" if path == "/resource" else ""


def _page_query(page: int) -> str:
    return f"?page={page}" if page > 1 else ""


def _address(site: Site, path: str, query: str) -> str:
    """The address of this page where it differs from what its canonical address promises."""
    return "" if site.release.address == site.release.base else f"{site.release.address}{path}{query}"


def _citation(site: Site, title: str, iri: str) -> str:
    """Who, when, what, in which version, where; the version only where there is one to speak of."""
    publisher = _text(site, site.config.publisher.name)
    if len(site.config.dataset) != 1:
        return f"{publisher}. {title}. {iri}"
    dataset = site.config.dataset[0]
    words = _reader(site).texts["version"].lower()
    within = f"{_text(site, dataset.title)}, {words} {dataset.current.number}"
    return f"{publisher} ({dataset.current.date.year}). {title}. In: {within}. {iri}"


# --- One resource


def _hue(description: Description) -> str:
    """A colour by the first number of the notation, the same for a concept and all below it."""
    found = re.search(r"\d+", _notation(description))
    return f"hue-{(int(found[0]) - 1) % 6 + 1}" if found else "hue-0"


def _notation(description: Description) -> str:
    return next((each.value for each in description.objects(SKOS["notation"]) if isinstance(each, Literal)), "")


def _date(reader: Reader) -> Value | None:
    return next((reader.value(each) for each in reader.description.objects(DCT["issued"])), None)


def _excerpt(text: str) -> str:
    if len(text) <= EXCERPT:
        return text
    return text[:EXCERPT].rpartition(" ")[0].rstrip(",;:.") + " …"


def _remarks(reader: Reader, profile: Profile) -> tuple[Value, ...]:
    """What is said about the text that leads, in the page's language where there is a choice."""
    notes = [each for name in profile.remarks for each in reader.values(name, reader.description.objects(name))]
    return tuple(each for each in notes if not each.lang) or tuple(notes[:1])


def _quotations(reader: Reader) -> tuple[tuple[Quotation, ...], frozenset[Term | None]]:
    """The scope notes that quote somebody, and those notes themselves, which need not be shown twice."""
    found, shown = [], []
    for note in reader.description.objects(SKOS["scopeNote"]):
        match = QUOTATION.fullmatch(note.value) if isinstance(note, Literal) else None
        if match and isinstance(note, Literal):
            found.append(Quotation(match["words"], match["origin"], reader.literal(note).lang))
            shown.append(note)
    return tuple(found), frozenset(shown)


def _groups(reader: Reader, profile: Profile) -> Iterator[Group]:
    """The neighbours of a resource: above, below, beside, and documents or tags."""
    words = reader.texts
    below = () if profile is SCHEME else profile.below(reader.description)
    for name, found in (
        ("above", profile.above(reader.description)),
        ("below", below),
        ("beside", profile.related(reader.description)),
    ):
        if found:
            yield _group(reader, words.get(f"{name}_{profile.name}", words[name]), found)
    yield from _subjects(reader)
    yield from _documents_about(reader)


def _group(reader: Reader, heading: str, iris: Sequence[NamedNode]) -> Group:
    shown = [_item_of(reader, each) for each in iris[:ENTRIES]]
    rest = len(iris) - len(shown)
    more = Value(reader.texts["more"].format(number=rest), _list_of(reader, iris[0])) if rest else None
    return Group(Value(heading), tuple(sorted(shown, key=_natural)), more)


def _item_of(reader: Reader, iri: NamedNode) -> Item:
    """A resource that a description mentions, with what it says about itself when it is described here."""
    description = reader.site.store.describe(iri)
    return Item(link=reader.link(iri.value)) if description is None else _item(reader.of(description))


def _item(reader: Reader) -> Item:
    profile = profile_of(reader.description)
    lead = reader.text(profile.leads)
    return Item(
        link=reader.link(reader.description.iri.value),
        notation=_notation(reader.description),
        hue=_hue(reader.description),
        excerpt=replace(lead, text=_excerpt(lead.text)) if lead else None,
        date=_date(reader) if profile is DOCUMENT else None,
        tags=_tags(reader) if profile is DOCUMENT else (),
    )


def _tags(reader: Reader) -> tuple[Value, ...]:
    return reader.values(DCT["subject"], reader.description.objects(DCT["subject"]))


def _natural(item: Item) -> tuple[tuple[tuple[int, int | str], ...], str]:
    """By notation as people count (H2 before H10), then by name; what has no notation comes last."""
    parts = re.findall(r"\d+|\D+", item.notation or "\uffff")
    key = tuple((0, int(each)) if each.isascii() and each.isdigit() else (1, each) for each in parts)
    return key, item.link.text.casefold()


def _subjects(reader: Reader) -> Iterator[Group]:
    """What a document is about, under the name of the scheme that each subject is from."""
    by_scheme: dict[str, list[Description]] = defaultdict(list)
    headings: dict[str, Value] = {}
    subjects = [each for each in reader.description.objects(DCT["subject"]) if isinstance(each, NamedNode)]
    for each in _described(reader.site, subjects):
        scheme = next(iter(IN_SCHEME.of(each)), None)
        key = scheme.value if scheme else ""
        headings[key] = reader.of(each).link(key) if key else Value(reader.texts["others"])
        by_scheme[key].append(each)
    for key, found in by_scheme.items():
        items = sorted((_item(reader.of(each)) for each in found), key=_natural)
        yield Group(headings[key], tuple(replace(each, excerpt=None) for each in items))


def _documents_about(reader: Reader) -> Iterator[Group]:
    """The documents that name this as their subject, newest first."""
    found = [each for each in reader.description.subjects(DCT["subject"]) if isinstance(each, NamedNode)]
    documents = [each for each in _described(reader.site, found) if profile_of(each) is DOCUMENT]
    if documents:
        yield Group(Value(DOCUMENT.kinds[reader.interface]), _newest(reader, documents, tags=False))


def _newest(reader: Reader, documents: Iterable[Description], *, tags: bool) -> tuple[Item, ...]:
    items = sorted((_item(reader.of(each)) for each in documents), key=lambda each: each.link.text)
    dated = sorted(items, key=lambda each: each.date.datetime if each.date else "", reverse=True)
    return tuple(dated if tags else [replace(each, tags=()) for each in dated])


def _list_of(reader: Reader, iri: NamedNode) -> str:
    """The address of the list that a resource is in."""
    path = reader.site.store.find(iri.value) or ""
    folder = path.rpartition("/")[0]
    # Where a scheme has the path of the folder, the scheme answers there, and nothing lists its concepts.
    listed = folder.startswith("/doc/") and reader.site.store.document(folder) is None
    return f"{folder}.html" if listed else ""


# --- The hierarchy of a scheme


def _branches(reader: Reader, profile: Profile) -> tuple[Branch, ...]:
    """The whole hierarchy, or the levels of it that fit in a page."""
    if profile is not SCHEME:
        return ()
    tops = profile.below(reader.description) or tuple(
        each for each in reader.description.subjects(SKOS["inScheme"]) if isinstance(each, NamedNode)
    )
    known = _levels(reader.site, tops[:TREE])
    shown: set[NamedNode] = set()
    return tuple(_branch(reader, each, known, shown) for each in _in_order(reader, tops[:TREE], known))


def _levels(site: Site, tops: Sequence[NamedNode]) -> dict[NamedNode, Description]:
    """The concepts level by level, as long as whole levels fit."""
    known: dict[NamedNode, Description] = {}
    level = list(tops)
    while level and len(known) + len(level) <= TREE:
        known |= {each.iri: each for each in _described(site, level, TREE)}
        below = (each for iri in level if iri in known for each in CONCEPT.below(known[iri]))
        level = [each for each in dict.fromkeys(below) if each not in known]
    return known


def _branch(
    reader: Reader, iri: NamedNode, known: Mapping[NamedNode, Description], shown: set[NamedNode]
) -> Branch:
    """A concept and what is below it; a concept with two places in the hierarchy unfolds in the first."""
    description = known[iri]
    item = replace(_item(reader.of(description)), excerpt=None)
    below = CONCEPT.below(description)
    if iri in shown or not below:
        return Branch(item)
    shown.add(iri)
    if not all(each in known for each in below):
        return Branch(item, count=reader.texts["narrower_count"].format(number=len(below)))
    return Branch(item, tuple(_branch(reader, each, known, shown) for each in _in_order(reader, below, known)))


def _in_order(
    reader: Reader, iris: Iterable[NamedNode], known: Mapping[NamedNode, Description]
) -> list[NamedNode]:
    there = [each for each in iris if each in known]
    return sorted(there, key=lambda each: _natural(_item(reader.of(known[each]))))


def _tree_frame(reader: Reader, branches: Sequence[Branch]) -> Group:
    """The heading of the hierarchy, and the list of all concepts where the page cannot show them."""
    whole = all(not each.count for each in _flat(branches))
    first = next(iter(SCHEME.below(reader.description) or reader.description.subjects(SKOS["inScheme"])))
    href = _list_of(reader, first) if isinstance(first, NamedNode) else ""
    more = None if whole or not href else Value(reader.texts["whole_list"], href)
    return Group(Value(reader.texts["tree" if whole else "tree_top"]), (), more)


def _flat(branches: Iterable[Branch]) -> Iterator[Branch]:
    for each in branches:
        yield each
        yield from _flat(each.branches)


# --- Properties


def _sections(reader: Reader, profile: Profile, shown: frozenset[Term | None]) -> Iterator[Section]:
    """Every property that is not shown elsewhere, in the groups and the order of the shapes."""
    rows = _presentation(reader)
    elsewhere = profile.shown_apart | {*profile.remarks}
    if profile is DOCUMENT:
        elsewhere |= set(PAGES_ABOUT)
    stated = dict.fromkeys(q.predicate for q in reader.description.quads if q.subject == reader.description.iri)
    sections: dict[str, list[Row]] = defaultdict(list)
    for predicate in sorted(stated, key=lambda each: _place(rows.get(each.value), each)):
        values = _property_values(reader, predicate, shown)
        if predicate not in elsewhere and values:
            heading = _heading(reader, rows.get(predicate.value))
            sections[heading].append(Row(reader.property_name(predicate.value, rows), values))
    for heading, found in sections.items():
        yield Section(heading, tuple(found))


def _presentation(reader: Reader) -> Mapping[str, Property]:
    """How each property is shown: by the principal class first, then by the others, then as for any class."""
    classes = [each.value for each in reader.description.types]
    rows: dict[str, Property] = {}
    for each in (*classes, ""):
        for row in reader.site.release.presentation.get(each, ()):
            rows.setdefault(row.iri, row)
    return rows


def _place(row: Property | None, predicate: NamedNode) -> tuple[float, float, str]:
    return (row.group_order, row.order, predicate.value) if row else (1e9, 1e9, predicate.value)


def _heading(reader: Reader, row: Property | None) -> str:
    best = choose(row.group, reader.languages) if row else None
    return best[0] if best else reader.texts["others"]


def _term_of(reader: Reader, properties: Iterable[NamedNode]) -> Term | None:
    """The very literal that stands for these properties on the page."""
    found = (chosen_text(reader.description.objects(each), reader.languages) for each in properties)
    return next((each for each in found if each is not None), None)


def _only_title(reader: Reader, profile: Profile) -> Term | None:
    """The title, where its property says nothing more: no other language, no other name."""
    title = _term_of(reader, profile.titles)
    said = {each for name in profile.titles for each in reader.description.objects(name)}
    return title if said == {title} else None


def _property_values(reader: Reader, predicate: NamedNode, shown: frozenset[Term | None]) -> tuple[Value, ...]:
    """The values of one property, without what the page says already: its own IRI, its quotations."""
    iri = reader.description.iri.value
    here = (iri, reader.site.release.base + reader.description.paths.get(iri, "/"))
    found = [
        each
        for each in reader.description.objects(predicate)
        if each not in shown and getattr(each, "value", "") not in here
    ]
    values = reader.values(predicate, found)
    return tuple(_with_review(reader, each) for each in values) if predicate == SKOS["prefLabel"] else values


def _with_review(reader: Reader, value: Value) -> Value:
    """A label, with a note where its own facts (SKOS-XL) say that it has not been reviewed."""
    described = reader.description
    for label in described.objects(SKOSXL["prefLabel"]):
        if not isinstance(label, NamedNode):
            continue
        form = Literal(value.text, language=value.lang or reader.interface)
        said = form in described.objects(SKOSXL["literalForm"], label)
        if said and set(described.objects(ADMS["status"], label)) - {COMPLETED}:
            return replace(value, note=reader.texts["draft"])
    return value


def _mentions(reader: Reader, profile: Profile) -> Iterator[Row]:
    """Who links here, by property, but for the links that the page shows already."""
    rows = _presentation(reader)
    shown = profile.shown_apart | SHOWN_MENTIONS
    by_property: dict[NamedNode, dict[NamedNode, None]] = defaultdict(dict)
    for quad in reader.description.mentions:
        if quad.predicate not in shown and isinstance(quad.subject, NamedNode):
            by_property[quad.predicate][quad.subject] = None
    for predicate, subjects in by_property.items():
        values = [reader.link(each.value) for each in list(subjects)[:MENTIONED]]
        rest = len(subjects) - len(values)
        counted = [Value(f"+ {rest}")] if rest else []
        yield Row(_inverse_name(reader, predicate, rows), (*values, *counted))


def _inverse_name(reader: Reader, predicate: NamedNode, rows: Mapping[str, Property]) -> str:
    inverse = f"^{predicate.value}"
    if inverse in rows:
        return reader.property_name(inverse, rows)
    return reader.texts["mentioned_as"].format(name=reader.property_name(predicate.value, rows))


def _download(reader: Reader) -> Download:
    """One distribution as a row of the table; an address that nobody may follow is only told."""
    described = reader.description
    urls = [each for name in (DCAT["downloadURL"], DCAT["accessURL"]) for each in described.objects(name)]
    url = next((each.value for each in urls if isinstance(each, NamedNode)), described.iri.value)
    formats = reader.values(DCT["format"], described.objects(DCT["format"]))
    sizes = reader.values(DCAT["byteSize"], described.objects(DCAT["byteSize"]))
    sums = (
        each.value
        for node in described.objects(SPDX["checksum"])
        if not isinstance(node, Literal)
        for each in described.objects(SPDX["checksumValue"], node)  # type: ignore[arg-type]
        if isinstance(each, Literal)
    )
    return Download(
        link=Value(url.rpartition("/")[2] or url, reader.href(url)),
        format=formats[0].text if formats else "",
        size=sizes[0].text if sizes else "",
        checksum=next(sums, ""),
    )


# --- Lists and the front page


def _scheme_group(reader: Reader) -> Group:
    """A scheme with its top concepts, at most a page of cards."""
    tops = SCHEME.below(reader.description)
    items = [_card(reader.of(each)) for each in _described(reader.site, tops)]
    heading = reader.link(reader.description.iri.value)
    lead = reader.text(SCHEME.leads)
    words = _concept_count(reader)
    return Group(
        replace(heading, note=lead.text if lead else words),
        tuple(sorted(items, key=_natural)[:CARDS]),
        Value(reader.texts["all_of"], heading.href, note=words),
    )


def _concept_count(reader: Reader) -> str:
    """How many concepts a scheme has, or at least has: a description carries no more than so many mentions."""
    whole = len(reader.description.mentions) < MENTIONS
    number = len(list(reader.description.subjects(SKOS["inScheme"])))
    return reader.texts["concept_count" if whole else "concept_count_least"].format(number=number)


def _card(reader: Reader) -> Item:
    number = len(CONCEPT.below(reader.description))
    words = {0: "no_aspects", 1: "aspect"}.get(number, "aspects")
    count = reader.texts[words].format(number=number)
    return replace(_item(reader), count=count)


def _recent(reader: Reader) -> Group | None:
    found = _described(reader.site, reader.site.store.instances(DOCUMENT.classes[0], ENTRIES))
    dated = [each for each in found if any(each.objects(DCT["issued"])) and each.iri.value in each.paths]
    if not dated:
        return None
    items = _newest(reader, dated, tags=True)[:RECENT]
    shelf = next(_shelf(reader, DOCUMENT), None)
    more = Value(reader.texts["all_recent"], shelf.href) if shelf else None
    return Group(Value(reader.texts["recent"]), items, more)


def _list_heading(reader: Reader, entries: Sequence[Entry], path: str) -> str:
    """The kind of what is listed when it is all of one kind, else the path."""
    kinds = {profile_for((each.type,) if each.type else ()).kinds[reader.interface] for each in entries}
    return kinds.pop() if len(kinds) == 1 else f"{reader.texts['list_all']} {unquote(path).removeprefix('/doc/')}"


def _entry_items(reader: Reader, entries: Sequence[Entry]) -> Iterator[Item]:
    """Entries as the store lists them; what they are is only said where they differ."""
    profiles = [profile_for((each.type,) if each.type else ()) for each in entries]
    mixed = len({each.name for each in profiles}) > 1
    for entry, profile in zip(entries, profiles, strict=True):
        name = reader.named(entry.iri.value, entry.labels)
        kind = profile.kind[reader.interface] if mixed else ""
        item = Item(link=replace(name, href=f"{canonical_path(entry.path)}.html"), count=kind)
        described = _described(reader.site, [entry.iri]) if profile is DOCUMENT else []
        yield replace(_item(reader.of(described[0])), excerpt=None, count=kind) if described else item
