"""Terms as people read them: labels instead of IRIs, dates in words, languages marked, only safe links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from pyoxigraph import BlankNode, Literal, NamedNode

from publisher.description import Description, Labels, Term, choose, chosen_text
from publisher.namespaces import ADMS, DCAT, XSD, shorten
from publisher.profiles import Profile
from publisher.release.edition import Property
from publisher.web import Site
from publisher.web.texts import (
    date_in_words,
    direction,
    interface_language,
    language_name,
    number_in_words,
    size_in_words,
    texts,
)

DATES: Final = frozenset(XSD[name] for name in ("date", "dateTime", "dateTimeStamp", "gYear", "gYearMonth"))
CODES: Final = frozenset((XSD["hexBinary"], XSD["base64Binary"]))
IDENTIFIERS: Final = ("id", "ns")
"""First segments of paths that stand for things; only those that we describe have an answer."""

DEPTH: Final = 3
"""How many blank nodes may hang on each other before we stop telling."""


@dataclass(frozen=True, slots=True)
class Row:
    """The values of one property."""

    name: Value
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """One value: what it says and what a page does with it.

    `href` is empty for what is no link; `lang` and `direction` are empty when they are the interface's;
    `language` names `lang` for people where the page is in another; `datetime` is a date as machines spell it;
    `rows` is what hangs on a blank node.
    """

    text: str
    href: str = ""
    external: bool = False
    lang: str = ""
    direction: str = ""
    language: str = ""
    datetime: str = ""
    code: bool = False
    note: str = ""
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one description aloud, in the languages of a site."""

    site: Site
    description: Description

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the site, the page's first."""
        return self.site.languages

    @property
    def interface(self) -> str:
        """The language of the interface."""
        return interface_language(self.languages)

    @property
    def texts(self) -> Mapping[str, str]:
        """The texts of the interface."""
        return texts(self.interface)

    def say(self, key: str, **values: object) -> str:
        """A text of the interface with these values in it, numbers as its language writes them."""
        said = {name: self.number(each) if isinstance(each, int) else each for name, each in values.items()}
        return self.texts[key].format(**said)

    def number(self, number: int) -> str:
        """A number as the language of the interface writes it."""
        return number_in_words(number, self.texts)

    def kind(self, profile: Profile) -> str:
        """What a thing of this profile is called."""
        return self.texts[f"kind_{profile.name}"]

    def kinds(self, profile: Profile) -> str:
        """What several things of this profile are called."""
        return self.texts[f"kinds_{profile.name}"]

    def of(self, description: Description) -> Reader:
        """A reader of another description on the same site."""
        return Reader(self.site, description)

    def text(self, properties: Iterable[NamedNode]) -> Value | None:
        """The best text of the first of these properties that has one."""
        for each in properties:
            found = chosen_text(self.description.objects(each), self.languages)
            if found is not None:
                return self.literal(found)
        return None

    def label(self, iri: str) -> Value:
        """What a resource is called, without a link; its IRI when nobody says."""
        return self.named(iri, self.description.labels.get(iri, {}))

    def named(self, iri: str, labels: Labels, href: str = "") -> Value:
        """The best of these labels, or the IRI, as a link if there is an address."""
        best = choose(labels, self.languages)
        external = href.startswith(("http:", "https:"))
        if best is None:
            # Anything but a known prefix is said in full: angle brackets mean nothing to most people.
            return Value(shorten(iri).strip("<>"), href, external, code=True)
        text, tag = best
        return self._in_language(text, tag, href, external)

    def property_label(self, iri: str, rows: Mapping[str, Property]) -> Value:
        """What a property is called: by the shapes, by its own label, or by its IRI."""
        row, plain = rows.get(iri), iri.removeprefix("^")
        found = self.named(plain, row.names if row else self.description.labels.get(plain, {}))
        return found if found.code else replace(found, text=found.text[:1].upper() + found.text[1:])

    def property_name(self, iri: str, rows: Mapping[str, Property]) -> str:
        """The same, where no language can be marked."""
        return self.property_label(iri, rows).text

    def values(self, predicate: NamedNode, terms: Iterable[Term]) -> tuple[Value, ...]:
        """The values of one property, the page's language first."""
        said = SAYINGS.get(predicate, Reader.value)
        found = [said(self, each) for each in sorted(terms, key=self._place)]
        return tuple(each for each in found if each.text or each.rows)

    def value(self, term: Term, depth: int = DEPTH) -> Value:
        """One term as people read it."""
        if isinstance(term, Literal):
            return self.literal(term)
        if isinstance(term, NamedNode):
            return self.link(term.value)
        if isinstance(term, BlankNode):
            return Value("", rows=tuple(self._nested(term, depth)))
        return Value(str(term), code=True)

    def literal(self, literal: Literal) -> Value:
        """A text with its language where it is not the page's, a date in words, or the value as it is."""
        if literal.language:
            return self._in_language(literal.value, literal.language)
        if literal.datatype in DATES:
            return self.date(literal.value)
        return Value(literal.value, code=literal.datatype in CODES)

    def date(self, value: str) -> Value:
        """`2021-06-27` in words; anything that is no date as it is."""
        found = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?)?)?Z?", value)
        if found is None or not 1 <= int(found[2] or 1) <= 12:
            return Value(value)
        return Value(date_in_words(found[1], found[2] or "", found[3] or "", self.texts), datetime=value)

    def link(self, iri: str) -> Value:
        """A resource by its label, linked to its document here, or else to wherever its IRI leads."""
        return self.named(iri, self.description.labels.get(iri, {}), self.href(iri))

    def links(self, iris: Iterable[str]) -> Mapping[str, Value]:
        """Resources by their labels, linked to their documents, in two look-ups for all of them."""
        wanted = list(dict.fromkeys(iris))
        labels, paths = self.site.store.labels(wanted), self.site.store.paths(wanted)
        hrefs = {each: self.site.page(paths[each]) if each in paths else self.href(each) for each in wanted}
        return {each: self.named(each, labels.get(each, {}), hrefs[each]) for each in wanted}

    def href(self, iri: str) -> str:
        """The address to link to; empty for IRIs that a browser should not or could not follow."""
        if iri in self.description.paths:
            return self.site.page(self.description.paths[iri])
        for origin in (self.site.release.address, self.site.release.base):
            if iri.startswith(f"{origin}/"):
                path = iri.removeprefix(origin)
                if path == "/":
                    return self.site.page(path)
                return "" if path.split("/")[1] in IDENTIFIERS else safe_path(path)
        return iri if iri.startswith(("http://", "https://", "mailto:")) else ""

    def status(self, term: Term) -> Value:
        """A status as a word."""
        name = re.split(r"[/#]", str(getattr(term, "value", term)))[-1]
        word = self.texts.get(f"status_{name}")
        return Value(word) if word else replace(self.value(term), href="")

    def size(self, term: Term) -> Value:
        """A number of bytes in the unit that people expect."""
        value = self.value(term)
        if not value.text.isascii() or not value.text.isdigit():
            return value
        return Value(size_in_words(int(value.text), self.texts))

    def _in_language(self, text: str, tag: str, href: str = "", external: bool = False) -> Value:
        """A text, marked where it is not in the language of the interface; named where not in the page's."""
        page = self.site.language
        if not tag or tag.lower() == self.interface == page.partition("-")[0].lower():
            return Value(text, href, external)
        name = "" if tag == page else language_name(tag, self.interface)
        if tag.lower() == self.interface:
            return Value(text, href, external, language=name)
        other = "" if direction(tag) == direction(self.interface) else direction(tag) or "ltr"
        return Value(text, href, external, tag, other, name)

    def _nested(self, node: BlankNode, depth: int) -> Iterator[Row]:
        if not depth:
            return
        predicates = dict.fromkeys(quad.predicate for quad in self.description.quads if quad.subject == node)
        for each in predicates:
            terms = self.description.objects(each, node)
            yield Row(self.property_label(each.value, {}), tuple(self.value(term, depth - 1) for term in terms))

    def _place(self, term: Term) -> tuple[int, str]:
        """Our languages in their order, then the others; terms without a language as they come."""
        tag = term.language if isinstance(term, Literal) else None
        if tag is None:
            return (0, "")
        known = self.languages.index(tag) if tag in self.languages else len(self.languages)
        return (known, tag)


SAYINGS: Final[Mapping[NamedNode, Callable[[Reader, Term], Value]]] = {
    ADMS["status"]: Reader.status,
    DCAT["byteSize"]: Reader.size,
}
"""Properties whose values are said in a way of their own."""


def safe_path(path: str) -> str:
    """A path of this host, escaped, that no browser takes for another host."""
    return "/" + quote(path, safe="/:?#[]@!$&'()*+,;=~-._%").lstrip("/")
