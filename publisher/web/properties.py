"""The properties of a resource under the headings of its shapes, its quotations, and who links to it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from publisher.description import Term, chosen_text
from publisher.namespaces import DCAT, DCT, FOAF, SCHEMA, SKOS, SKOSXL, VOID
from publisher.profiles import Profile, Relation
from publisher.profiles.dcat import DOCUMENT
from publisher.profiles.skos import MATCHES
from publisher.profiles.status import REPLACED_BY, REPLACES
from publisher.release.edition import Property
from publisher.web import Site
from publisher.web.kept import kept
from publisher.web.reading import Reader, Row, Value

MENTIONED: Final = 20
"""Resources that link here which a page names, for each property."""
QUOTATION: Final = re.compile(r"(?P<origin>[^‘“:]+):\s*(?P<words>[‘“].+[’”])\.?", re.DOTALL)
"""A note that quotes: who is quoted, a colon, and the words in quotation marks."""
REPLACEMENT: Final = Relation(REPLACED_BY, REPLACES)
SHOWN_MENTIONS: Final = frozenset(
    (
        DCT["subject"],
        SKOSXL["prefLabel"],
        SKOSXL["altLabel"],
        SKOS["topConceptOf"],
        SKOS["hasTopConcept"],
        VOID["exampleResource"],
    )
)
"""Links from elsewhere that a page shows in another place, that say again what the page says, or nothing."""
PAGES_ABOUT: Final = (FOAF["page"], DCAT["landingPage"], FOAF["homepage"], SCHEMA["url"])
"""Properties that say where a document can be read."""


@dataclass(frozen=True, slots=True)
class Section:
    """Properties under one heading."""

    heading: Value
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Quotation:
    """Somebody else's words and where they are from."""

    words: str
    origin: str
    lang: str = ""


def sections_of(reader: Reader, profile: Profile, shown: frozenset[Term | None]) -> Iterator[Section]:
    """Every property that is not shown elsewhere, in the groups and the order of the shapes."""
    rows = presentation_of(reader.site, reader.description.types)
    elsewhere = profile.shown_apart | {*profile.remarks, *MATCHES}
    if profile is DOCUMENT:
        elsewhere |= set(PAGES_ABOUT)
    stated = {q.predicate for q in reader.description.quads if q.subject == reader.description.iri} - elsewhere
    sections: dict[Value, list[Row]] = defaultdict(list)
    for predicate in sorted(stated, key=lambda each: _place(rows.get(each.value), each)):
        values = _property_values(reader, predicate, shown)
        if values:
            heading = _heading(reader, rows.get(predicate.value))
            sections[heading].append(Row(reader.property_label(predicate.value, rows), values))
    for heading, found in sections.items():
        yield Section(heading, tuple(found))


@kept(100)
def presentation_of(site: Site, classes: tuple[NamedNode, ...]) -> Mapping[str, Property]:
    """How each property is shown: by the principal class first, then by the others, then as for any class."""
    rows: dict[str, Property] = {}
    for each in (*(each.value for each in classes), ""):
        for row in site.release.presentation.get(each, ()):
            rows.setdefault(row.iri, row)
    return rows


def _place(row: Property | None, predicate: NamedNode) -> tuple[float, float, str]:
    return (row.group_order, row.order, predicate.value) if row else (1e9, 1e9, predicate.value)


def _heading(reader: Reader, row: Property | None) -> Value:
    return reader.named("", row.group) if row and row.group else Value(reader.texts["others"])


def _property_values(reader: Reader, predicate: NamedNode, shown: frozenset[Term | None]) -> tuple[Value, ...]:
    """The values of one property, without what the page says already: its own IRI, its quotations."""
    iri = reader.description.iri.value
    here = (iri, reader.site.release.base + reader.description.paths.get(iri, "/"))
    found = [
        each
        for each in reader.description.objects(predicate)
        if each not in shown and getattr(each, "value", "") not in here
    ]
    return reader.values(predicate, found)


def replacements_of(reader: Reader) -> tuple[Value, ...]:
    """What is to be used instead of a resource, whichever of both says so."""
    return reader.values(REPLACED_BY, REPLACEMENT.of(reader.description))


def literal_for(reader: Reader, properties: Iterable[NamedNode]) -> Term | None:
    """The very literal that stands for these properties on the page."""
    found = (chosen_text(reader.description.objects(each), reader.languages) for each in properties)
    return next((each for each in found if each is not None), None)


def only_title(reader: Reader, profile: Profile) -> Term | None:
    """The title, where its property says nothing more: no other language, no other name."""
    title = literal_for(reader, profile.titles)
    said = {each for name in profile.titles for each in reader.description.objects(name)}
    return title if said == {title} else None


def remarks_on(reader: Reader, profile: Profile) -> tuple[Value, ...]:
    """What is said about the text that leads, in the page's language where there is a choice."""
    notes = [each for name in profile.remarks for each in reader.values(name, reader.description.objects(name))]
    return tuple(each for each in notes if not each.lang) or tuple(notes[:1])


def quotations_in(reader: Reader) -> tuple[tuple[Quotation, ...], frozenset[Term | None]]:
    """The scope notes that quote somebody, and those notes themselves, which need not be shown twice."""
    found, shown = [], []
    for note in reader.description.objects(SKOS["scopeNote"]):
        match = QUOTATION.fullmatch(note.value) if isinstance(note, Literal) else None
        if match and isinstance(note, Literal):
            found.append(Quotation(match["words"], match["origin"], reader.literal(note).lang))
            shown.append(note)
    return tuple(found), frozenset(shown)


def mentions_of(reader: Reader, profile: Profile) -> Iterator[Row]:
    """Who links here, by property, but for the links that the page shows already."""
    rows = presentation_of(reader.site, reader.description.types)
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


def _inverse_name(reader: Reader, predicate: NamedNode, rows: Mapping[str, Property]) -> Value:
    inverse = f"^{predicate.value}"
    if inverse in rows:
        return reader.property_label(inverse, rows)
    return Value(reader.say("mentioned_as", name=reader.property_name(predicate.value, rows)))
