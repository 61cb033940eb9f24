"""Search: a page of answers or the same as JSON, suggestions while somebody types, and what browsers add it by.

All of it without Flask (`front.VIEWS`), and remembered like documents: in one release a question has one answer.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from html import escape
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlencode

import pyoxigraph
from flask import Blueprint, Response, request

from publisher.errors import BadRequest, EngineUnavailable, NotAcceptable, ResourceNotFound
from publisher.formats import GRAPH_FORMATS, TURTLE, triples
from publisher.iris import SEARCH
from publisher.profiles import PROFILES
from publisher.profiles.generic import ANYTHING
from publisher.release.dumps import serialize
from publisher.store.search import Hit, Question, Results, Role, Search
from publisher.web import Site, headers, problems, site
from publisher.web.assets import asset
from publisher.web.filters import Facet, Option
from publisher.web.frame import Frame, frame, home, site_reader, site_text
from publisher.web.headers import Link, document_reply
from publisher.web.items import mark_of
from publisher.web.marking import Piece, around, marked
from publisher.web.reading import Reader, Value
from publisher.web.rendering import render
from publisher.web.reply import Reply
from publisher.web.resource import CONDITIONS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

blueprint: Final = Blueprint("search", __name__)

PATH: Final = "/search"
SUGGEST: Final = "/suggest"
DESCRIPTION: Final = "/opensearch.xml"

HTML: Final = "text/html"
JSON: Final = "application/json"
SUGGESTIONS: Final = "application/x-suggestions+json"
OPENSEARCH: Final = "application/opensearchdescription+xml"
FORMATS: Final = {"html": HTML, "json": JSON}

TERMS: Final = Path(__file__).with_name("search.ttl")

LONGEST: Final = 200
"""Characters of a question: a title is shorter, and a text is no question."""

FIELDS: Final = 100
"""Parameters that one request may have."""

PAGE: Final = 20
SUGGESTED: Final = 10
CHOICES: Final = 8
"""Choices that each facet offers, those with the most answers."""

FACETS: Final = {"kind": "search_kind", "scheme": "search_scheme", "tag": "search_tag", "status": "search_status"}
"""What answers can be restricted by, and what that is called."""

MATCHED: Final = {
    Role.PREFERRED: "search_name",
    Role.NOTATION: "search_notation",
    Role.ALTERNATIVE: "search_alternative",
    Role.HIDDEN: "search_hidden",
    Role.FORMER: "search_former",
}
"""What the text is called that something was found by, where that is not its title."""

KINDS: Final = {each.name: each for each in (*PROFILES, ANYTHING)}


ONE: Final = ThreadPoolExecutor(1, "search")
"""The thread of each process that searches: several would only take the interpreter from each other, at every
row that SQLite gives, and some would be late each time."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked: a question, a page of its answers from 1, and the format, if it was named."""

    question: Question
    page: int
    format: str

    def query(self, **changed: object) -> str:
        """The query of the address of this, with some of it changed; the language is the site's to add."""
        parts = {
            "q": self.question.text,
            **{name: getattr(self.question, name) for name in FACETS},
            "all": 1 if self.question.everything else "",
            "page": "",
            **changed,
        }
        return "?" + urlencode({name: value for name, value in parts.items() if value not in ("", None)})


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it is shown; `note` says by what other text it was found."""

    link: Value
    title: tuple[Piece, ...]
    kind: str
    notation: str
    mark: str
    note: str
    found: Value | None
    found_pieces: tuple[Piece, ...]
    excerpt: Value | None
    excerpt_pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """The answers to a question, or only the form for one."""

    template = "search.html"
    frame: Frame
    asked: str
    summary: str
    instead: str
    answers: tuple[Answer, ...]
    facets: tuple[Facet, ...]
    previous: str
    next: str
    others: Value | None
    json: Value | None


def reply(site: Site, environ: WSGIEnvironment) -> Reply | None:
    """The answer to GET or HEAD of what this module answers; None for everything else, and for conditions."""
    if environ["PATH_INFO"] not in (PATH, SUGGEST, DESCRIPTION) or not CONDITIONS.isdisjoint(environ):
        return None
    return headers.completed(site, environ, _answered(site, environ))


@blueprint.get(PATH)
@blueprint.get(SUGGEST)
@blueprint.get(DESCRIPTION)
def search() -> Response:
    """The same for Flask."""
    return headers.respond(_answered(site(), request.environ))


def _answered(site: Site, environ: WSGIEnvironment) -> Reply:
    find = {PATH: _search, SUGGEST: _suggest, DESCRIPTION: _describe}[environ["PATH_INFO"]]
    values = _values(environ.get("QUERY_STRING", ""))
    language = values.get("lang", site.release.languages[0])
    if language not in site.release.languages:
        there_are = ", ".join(site.release.languages)
        raise BadRequest(
            f"There are no pages in the language `{problems.echo(language)}`; there are: {there_are}."
        )
    return ONE.submit(find, site.speaking(language), environ, values).result()


@blueprint.get(f"/ns/{SEARCH}")
def vocabulary() -> Response:
    """What the properties mean that queries find names by."""
    offers = [each.media_type for each in GRAPH_FORMATS]
    chosen = headers.accepted(offers)
    if chosen is None:
        raise NotAcceptable(f"The properties of search come as {', '.join(offers)}.")
    format = next(each for each in GRAPH_FORMATS if each.media_type == chosen)
    statements = pyoxigraph.parse(TERMS.read_bytes(), TURTLE.engine, base_iri=f"{site().release.base}/ns/{SEARCH}")
    content = serialize(triples(statements), format)
    return headers.document(content, chosen, modified=site().release.changed, negotiated=True)


def _values(text: str) -> dict[str, str]:
    """The parameters of the address, each given once."""
    try:
        given = parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=FIELDS)
    except ValueError as error:
        raise BadRequest(f"The parameters cannot be read: {error}") from None
    for name, values in given.items():
        if len(values) > 1:
            raise BadRequest(f"The parameter `{problems.echo(name)}` is given {len(values)} times; give it once.")
    return {name: value.strip() for name, [value] in given.items()}


def _asked(site: Site, values: Mapping[str, str]) -> Asked:
    text, page, format = values.get("q", ""), values.get("page", "1"), values.get("format", "")
    if len(text) > LONGEST:
        raise BadRequest(f"The question has {len(text)} characters; ask in at most {LONGEST}.")
    if not (page.isascii() and page.isdigit() and int(page[:9]) > 0):
        raise BadRequest(f"There is no page `{problems.echo(page)}`; pages are counted from 1.")
    if format not in ("", *FORMATS):
        raise BadRequest(f"There is no format `{problems.echo(format)}`; there are: {', '.join(FORMATS)}.")
    facets = {name: values.get(name, "") for name in FACETS}
    question = Question(text, site.language, values.get("all") == "1", **facets)
    return Asked(question, int(page[:9]), format)


def _index(site: Site) -> Search:
    if site.store.search is None:
        raise EngineUnavailable(
            f"Release {site.release.id} was made before there was a search index; "
            "the next `publisher publish` makes one."
        )
    return site.store.search


def _search(site: Site, environ: WSGIEnvironment, values: Mapping[str, str]) -> Reply:
    asked = _asked(site, values)
    chosen = FORMATS.get(asked.format) or headers.accepted_by(environ, (HTML, JSON))
    if chosen is None:
        raise NotAcceptable(f"Answers come as {HTML} and {JSON}.")
    results = _index(site).search(asked.question)
    last = max(1, ceil(len(results.hits) / PAGE))
    if asked.page > last:
        raise ResourceNotFound(f"There is no page {asked.page} of these answers; the last one is {last}.")
    said = {HTML: _page, JSON: _json}[chosen](site, asked, results)
    return document_reply(
        environ,
        said.encode(),
        chosen,
        modified=site.release.changed,
        location="",
        link=str(Link(site.page(PATH, asked.query(format="json")), "alternate", JSON)),
        language=site.language,
        negotiated=not asked.format,
    )


def _suggest(site: Site, environ: WSGIEnvironment, values: Mapping[str, str]) -> Reply:
    """The suggestions format of OpenSearch: what was typed, names, what these are, addresses."""
    asked = _asked(site, values)
    reader = site_reader(site)
    hits = _index(site).suggest(asked.question, SUGGESTED).hits
    labels = site.store.labels(each.thing.iri for each in hits)
    links = [_link(reader, each, labels) for each in hits]
    about = [_about(reader, hit, link) for hit, link in zip(hits, links, strict=True)]
    addresses = [f"{site.release.address}{each.href}" for each in links]
    content = json.dumps(
        [asked.question.text, [each.text for each in links], about, addresses], ensure_ascii=False
    )
    return _document(site, environ, content, SUGGESTIONS)


def _about(reader: Reader, hit: Hit, link: Value) -> str:
    """What a suggestion is, and by what other name it was found."""
    parts = [_kind(reader, hit)]
    if hit.text != link.text:
        parts.append(f"{_note(reader, hit)}: {hit.text}")
    return " · ".join(parts)


def _describe(site: Site, environ: WSGIEnvironment, values: Mapping[str, str]) -> Reply:
    """The description that browsers and other programs add this search by (OpenSearch 1.1)."""
    title, address = site_text(site, site.config.title), site.release.address
    templates = (
        (HTML, PATH, "results", ""),
        (SUGGESTIONS, SUGGEST, "suggestions", ""),
        (JSON, PATH, "results", "format=json"),
    )
    urls = (
        f'<Url type="{kind}" rel="{relation}" template="{escape(address + _template(site, path, more))}"/>'
        for kind, path, relation, more in templates
    )
    content = "\n".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">',
            f"<ShortName>{escape(_short(title, 16))}</ShortName>",
            f"<LongName>{escape(_short(title, 48))}</LongName>",
            f"<Description>{escape(_short(site_text(site, site.config.description), 1024))}</Description>",
            *urls,
            f'<Image type="image/svg+xml">{escape(address + asset("favicon.svg"))}</Image>',
            f"<Language>{escape(site.language)}</Language>",
            "<InputEncoding>UTF-8</InputEncoding>",
            "<OutputEncoding>UTF-8</OutputEncoding>",
            "</OpenSearchDescription>",
            "",
        )
    )
    return _document(site, environ, content, OPENSEARCH)


def _template(site: Site, path: str, more: str) -> str:
    # The name in braces is the specification's, so that it may not be encoded.
    return site.page(path, "&".join(filter(None, ("q={searchTerms}", more))))


def _short(text: str, most: int) -> str:
    """A text of at most so many characters, as the specification wants it, cut after a word."""
    return text if len(text) <= most else text[: most + 1].rpartition(" ")[0][:most] or text[:most]


def _document(site: Site, environ: WSGIEnvironment, content: str, media_type: str) -> Reply:
    return document_reply(
        environ,
        content.encode(),
        media_type,
        modified=site.release.changed,
        location="",
        link="",
        language=site.language,
        negotiated=False,
    )


def _page(site: Site, asked: Asked, results: Results) -> str:
    reader, question = site_reader(site), asked.question
    words = reader.texts
    first = (asked.page - 1) * PAGE
    shown = results.hits[first : first + PAGE]
    title = reader.say("search_title", query=question.text) if question.text else words["search"]
    around_it = frame(site, title, path=PATH, query=asked.query(page=asked.page if asked.page > 1 else ""))
    more = first + PAGE < len(results.hits)
    page = SearchPage(
        frame=replace(around_it, crumbs=(*home(reader), Value(words["search"])), noindex=bool(question.text)),
        asked=question.text,
        summary=_summary(reader, asked, results, first, len(shown)),
        instead=reader.say("search_instead", query=question.text, instead=results.instead)
        if results.instead
        else "",
        answers=tuple(_answers(reader, shown, results.words)),
        facets=tuple(_facets(reader, asked, results)),
        previous=site.page(PATH, asked.query(page=asked.page - 1)) if first else "",
        next=site.page(PATH, asked.query(page=asked.page + 1)) if more else "",
        others=_others(reader, asked) if question.text else None,
        json=Value("JSON", site.page(PATH, asked.query(format="json"))) if question.text else None,
    )
    return render(page.template, page=page, frame=page.frame)


def _summary(reader: Reader, asked: Asked, results: Results, first: int, shown: int) -> str:
    if not asked.question.text:
        return ""
    if not shown:
        return reader.say("search_none", query=asked.question.text)
    counts = {"first": first + 1, "last": first + shown, "total": len(results.hits)}
    return reader.say("search_best" if results.more else "list_count", **counts)


def _others(reader: Reader, asked: Asked) -> Value:
    """The way to the answers that are retired or not finished, or back."""
    everything = asked.question.everything
    href = reader.site.page(PATH, asked.query(all="" if everything else 1, status=""))
    return Value(reader.texts["search_current" if everything else "search_all"], href)


def _answers(reader: Reader, hits: Sequence[Hit], asked: Sequence[str]) -> Iterator[Answer]:
    """The answers of one page, with all that is looked up for them at once."""
    site = reader.site
    iris = [each.thing.iri for each in hits]
    labels, leads = site.store.labels(iris), _index(site).leads(iris, site.language)
    for hit in hits:
        link = _link(reader, hit, labels)
        named = hit.role != Role.LEAD and hit.text not in (link.text, hit.thing.notation)
        found = reader.named("", {hit.language: hit.text}) if named else None
        text, tag = (hit.text, hit.language) if hit.role == Role.LEAD else leads.get(hit.thing.iri, ("", ""))
        excerpt = reader.named("", {tag: around(text, asked)}) if text else None
        yield Answer(
            link=link,
            title=marked(link.text, asked),
            kind=_kind(reader, hit),
            notation=hit.thing.notation,
            mark=mark_of(reader, hit.thing.status),
            note=_note(reader, hit),
            found=found,
            found_pieces=marked(hit.text, asked) if found else (),
            excerpt=excerpt,
            excerpt_pieces=marked(excerpt.text, asked) if excerpt else (),
        )


def _link(reader: Reader, hit: Hit, labels: Mapping[str, Mapping[str, str]]) -> Value:
    iri = hit.thing.iri
    return reader.named(iri, labels.get(iri, {}), reader.site.page(hit.thing.path))


def _kind(reader: Reader, hit: Hit) -> str:
    return reader.kind(KINDS[hit.thing.kind])


def _note(reader: Reader, hit: Hit) -> str:
    """What the text is that something was found by."""
    role = Role.FORMER if hit.formerly else hit.role
    name = reader.texts[MATCHED[role]] if role in MATCHED else ""
    other = reader.named("", {hit.language: hit.text}).language
    # A title in another language is that, and nothing more needs to be said.
    return name if not other else other if role == Role.PREFERRED else f"{name} ({other})"


def _facets(reader: Reader, asked: Asked, results: Results) -> Iterator[Facet]:
    """What restricts the answers further, and what restricts them already; nothing that changes nothing."""
    for name, counts in results.facets.items():
        heading = Value(reader.texts[FACETS[name]])
        if now := getattr(asked.question, name):
            all_of_them = _restricted(reader, asked, name, "")
            yield Facet(heading, (replace(_called(reader, name, [now])(now), href=all_of_them),), ())
        elif len(counts) > 1:
            yield Facet(heading, (), tuple(_options(reader, asked, name, counts)))


def _options(reader: Reader, asked: Asked, name: str, counts: Counter[str]) -> Iterator[Option]:
    ranked = sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:CHOICES]
    called = _called(reader, name, [value for value, _ in ranked])
    for value, count in ranked:
        yield Option(replace(called(value), href=_restricted(reader, asked, name, value), note=str(count)))


def _restricted(reader: Reader, asked: Asked, name: str, value: str) -> str:
    return reader.site.page(PATH, asked.query(**{name: value}))


def _called(reader: Reader, facet: str, values: Sequence[str]) -> Callable[[str], Value]:
    """What the values of a facet are called."""
    if facet == "kind":
        return lambda value: Value(reader.kinds(KINDS[value]) if value in KINDS else value)
    if facet == "status":
        return lambda value: Value(mark_of(reader, value) or value)
    labels = reader.site.store.labels(values)
    return lambda value: reader.named(value, labels.get(value, {}))


def _json(site: Site, asked: Asked, results: Results) -> str:
    """The answers of one page for programs; addresses are whole."""
    reader, address = site_reader(site), site.release.address
    first = (asked.page - 1) * PAGE
    shown = results.hits[first : first + PAGE]
    labels = site.store.labels(each.thing.iri for each in shown)
    leads = _index(site).leads([each.thing.iri for each in shown], site.language)
    members: dict[str, Any] = {
        "query": asked.question.text,
        "language": site.language,
        "instead": results.instead,
        "total": len(results.hits),
        "more": results.more,
        "results": [_member(reader, each, labels, leads) for each in shown],
        "facets": {
            name: [{"value": value, "count": count} for value, count in counts.most_common(CHOICES)]
            for name, counts in results.facets.items()
        },
    }
    if first + PAGE < len(results.hits):
        members["next"] = address + site.page(PATH, asked.query(format="json", page=asked.page + 1))
    # Written without blanks: with them it takes ten times as long.
    return json.dumps(members, ensure_ascii=False) + "\n"


def _member(
    reader: Reader, hit: Hit, labels: Mapping[str, Mapping[str, str]], leads: Mapping[str, tuple[str, str]]
) -> dict[str, Any]:
    link = _link(reader, hit, labels)
    lead = leads.get(hit.thing.iri)
    return {
        "iri": hit.thing.iri,
        "page": reader.site.release.address + link.href,
        "label": {"text": link.text, "language": link.lang or reader.site.language},
        "kind": hit.thing.kind,
        "notation": hit.thing.notation or None,
        "status": hit.thing.status or None,
        "schemes": hit.thing.schemes,
        "matched": {
            "text": hit.text,
            "language": hit.language or None,
            "as": (Role.FORMER if hit.formerly else hit.role).name.lower(),
        },
        "description": {"text": lead[0], "language": lead[1] or None} if lead else None,
    }
