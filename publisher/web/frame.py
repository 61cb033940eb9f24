"""What every page has around its content: the menu, the way here, its one address and its other forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, unquote

from pyoxigraph import NamedNode

from publisher.description import Description, choose
from publisher.formats import GRAPH_FORMATS
from publisher.profiles import Profile
from publisher.profiles.dcat import DOCUMENT
from publisher.profiles.skos import COLLECTION, CONCEPT, IN_SCHEME, SCHEME
from publisher.web import Site
from publisher.web.address import Pages, translatable
from publisher.web.draft import Draft, draft_of
from publisher.web.items import excerpt_of
from publisher.web.kept import kept
from publisher.web.look import address
from publisher.web.own_names import own_name
from publisher.web.reading import Reader, Value
from publisher.web.texts import direction

SCHEMES: Final = 20

IN_SCHEMES: Final = (CONCEPT, COLLECTION)
"""The profiles of what people look for in its scheme."""


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same content in another syntax."""

    name: str
    href: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Translation:
    """The same page in one of the languages of the site; `name` is in that language, `canonical` with the base.

    Without `canonical` it is not quite the same page, only where to go on.
    """

    language: str
    name: str
    href: str
    canonical: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every page has around its content. `alternates` leaves out the page itself; `data` is schema.org.

    `here` is the address of the page without what it asks for.
    """

    lang: str
    direction: str
    texts: Mapping[str, str]
    site: str
    title: str
    summary: str
    canonical: str
    navigation: tuple[Value, ...]
    crumbs: tuple[Value, ...] = ()
    alternates: tuple[Alternate, ...] = ()
    translations: tuple[Translation, ...] = ()
    data: str = ""
    publisher: Value
    email: str = ""
    versions: tuple[Value, ...] = ()
    name: Value
    look: str = ""
    draft: Draft | None = None
    noindex: bool = False
    here: str = ""
    page: Pages
    """The address of the page of a path in the language of this one."""

    @property
    def menu(self) -> tuple[tuple[Value, str], ...]:
        """The entries of the menu, each with `page` where it is this page, `true` where this is in its section."""
        return tuple((each, self._current(each.href)) for each in self.navigation)

    def _current(self, href: str) -> str:
        if _bare(href) == self.here:
            return "page"
        # The front page has no section: all ways begin there.
        section = "" if href == self.page("/") else _bare(href)
        ending = self.page("/doc/").removeprefix("/doc/")
        way = [self.here, *(_bare(each.href) for each in self.crumbs)]
        below = f"{section.removesuffix(ending)}/"
        return "true" if section and any(each == section or each.startswith(below) for each in way) else ""


def frame(site: Site, title: str, *, path: str, query: str = "", summary: str = "") -> Frame:
    """What goes around a page; a page without a summary is summed up by the site's description."""
    common = _common(site)
    return replace(
        common,
        title=title,
        summary=excerpt_of(summary) if summary else common.summary,
        canonical=f"{site.release.base}{site.pages.canonical(path, query)}",
        translations=tuple(_translations(site, path, query)),
        alternates=tuple(_alternates(path, query)),
        draft=draft_of(site, path),
        here=_bare(site.page(path)),
    )


def _bare(href: str) -> str:
    return href.partition("?")[0]


def _translations(site: Site, path: str, query: str) -> Iterator[Translation]:
    """The page in each language; of a site with one language there is nothing to choose."""
    every = site.release.languages
    for each in every if len(every) > 1 else ():
        pages = Pages(each, every[0])
        if each == site.language or translatable(query):
            href, canonical = pages(path, query), f"{site.release.base}{pages.canonical(path, query)}"
        else:
            href, canonical = pages(path), ""
        yield Translation(each, own_name(each), href, canonical, each == site.language)


@kept(1)
def _common(site: Site) -> Frame:
    """What is around every page of a site."""
    reader = site_reader(site)
    return Frame(
        lang=reader.interface,
        direction=direction(reader.interface),
        texts=reader.texts,
        site=site_text(site, site.config.title),
        name=site_value(site, site.config.look.name or site.config.title),
        look=address(site.config.look),
        title="",
        summary=excerpt_of(site_text(site, site.config.description)),
        canonical="",
        navigation=tuple(_navigation(reader)),
        publisher=site_value(site, site.config.publisher.name),
        email=site.config.publisher.email,
        versions=dataset_links(reader),
        page=site.pages,
    )


def site_reader(site: Site) -> Reader:
    """A reader of nothing in particular: for texts of the site itself."""
    return Reader(site, Description(NamedNode(site.release.base), ()))


def site_text(site: Site, texts: Mapping[str, str]) -> str:
    best = choose(texts, site.languages)
    return best[0] if best else ""


def site_value(site: Site, texts: Mapping[str, str]) -> Value:
    """The same, marked where it is in another language than the interface."""
    return site_reader(site).named("", texts)


def _alternates(path: str, query: str) -> Iterator[Alternate]:
    """The catalogue stands for the front page, which is no document about a thing."""
    stem = "/catalog" if path == "/" else path
    # The SPARQL page and what is no document have no other syntaxes.
    if stem == "/catalog" or path.startswith(("/doc/", "/ns/", "/resource", "/version")):
        for each in GRAPH_FORMATS:
            yield Alternate(each.name, f"{stem}.{each.suffix}{query}", each.media_type)


def _navigation(reader: Reader) -> Iterator[Value]:
    words = reader.texts
    yield Value(words["home"], reader.site.page("/"))
    yield from shelf(reader, SCHEME)
    yield from shelf(reader, DOCUMENT)
    for each in dataset_links(reader)[:1]:
        yield Value(words["dataset"], each.href)
    yield Value(words["sparql"], reader.site.page("/sparql"))


def shelf(reader: Reader, profile: Profile) -> Iterator[Value]:
    """Where resources of a kind are listed: their common folder, or the document of the only one."""
    found = reader.site.store.instances(profile.classes[0], SCHEMES)
    paths = [each for each in (reader.site.store.find(iri.value) for iri in found) if each]
    folders = {each.rpartition("/")[0] for each in paths}
    if len(paths) > 1 and len(folders) == 1 and folders != {"/doc"}:
        yield Value(reader.kinds(profile), reader.site.page(folders.pop()))
    elif paths:
        yield Value(reader.kind(profile), reader.site.page(paths[0]))


def dataset_links(reader: Reader) -> tuple[Value, ...]:
    """The datasets with their versions, linked to their documents."""
    found = reader.site.release.manifest.datasets
    labels = reader.site.store.labels(each.iri for each in found)
    links = []
    for each in found:
        name = reader.named(each.iri, labels.get(each.iri, {}))
        path = reader.site.store.find(each.iri)
        links.append(replace(name, href=reader.site.page(path) if path else "", note=each.version))
    return tuple(links)


def home(reader: Reader) -> tuple[Value, ...]:
    return (Value(reader.texts["home"], reader.site.page("/")),)


def crumbs_to(reader: Reader, profile: Profile, path: str) -> tuple[Value, ...]:
    """Home, the scheme or the list, what is above, and the page itself."""
    here = reader.text(profile.titles) or reader.label(reader.description.iri.value)
    placed = profile in IN_SCHEMES
    schemes = [reader.link(each.value) for each in IN_SCHEME.of(reader.description)] if placed else []
    above = _ancestors(reader, profile) if placed else []
    start = [each for each in schemes[:1] if each.href] or crumbs_of_path(reader.site, path, reader.kinds(profile))
    return (*home(reader), *start, *above, here)


def _ancestors(reader: Reader, profile: Profile) -> list[Value]:
    """The way up by the first one above each, from the top; it ends where it would turn in a circle."""
    way: list[Value] = []
    seen, above = {reader.description.iri}, _links(reader, profile.above(reader.description))
    while len(way) < 20:
        up, link = next((each for each in above if each[0] not in seen), (None, None))
        found = _above(reader.site, profile, up) if up else None
        if up is None or link is None or found is None:
            break
        way.insert(0, link)
        seen.add(up)
        above = found
    return way


@kept(4_096)
def _above(site: Site, profile: Profile, iri: NamedNode) -> tuple[tuple[NamedNode, Value], ...] | None:
    """What is above something, with links; None when it is not described. The top is above everything."""
    description = site.store.describe(iri)
    return _links(Reader(site, description), profile.above(description)) if description else None


def _links(reader: Reader, iris: Iterable[NamedNode]) -> tuple[tuple[NamedNode, Value], ...]:
    return tuple((each, reader.link(each.value)) for each in iris)


def folders_of(path: str) -> list[str]:
    """The paths of the lists that a document is in: of `/doc/concept/x/y` `/doc/concept` and `/doc/concept/x`."""
    segments = path.split("/")[2:-1]
    if not path.startswith("/doc/"):
        return []
    return [f"/doc/{'/'.join(segments[: number + 1])}" for number in range(len(segments))]


def crumbs_of_path(site: Site, path: str, kinds: str = "") -> list[Value]:
    """Links to these lists, by the last segments of their paths.

    The first segment names the kind of thing; `kinds` is what people call that. Where a document has the path of a
    list, such as that of a scheme, it is called as it calls itself.
    """
    found: list[Value] = []
    for folder in folders_of(path):
        document = site.store.document(folder)
        name = unquote(folder.rpartition("/")[2]) if found or not kinds else kinds
        crumb = site_reader(site).links([document.iri.value])[document.iri.value] if document else Value(name)
        found.append(replace(crumb, href=site.page(folder)))
    return found


def query_of(path: str, description: Description) -> str:
    return f"?uri={quote(description.iri.value, safe='')}" if path == "/resource" else ""


def address_of(site: Site, path: str, query: str) -> str:
    """The address of this page where it differs from what its canonical address promises."""
    return "" if site.release.address == site.release.base else f"{site.release.address}{path}{query}"
