"""What a concept is called and how it is defined in each language, and whether somebody has read that over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from publisher.description import Description, Term
from publisher.namespaces import ADMS, SKOSXL
from publisher.profiles import Profile
from publisher.profiles.skos import COLLECTION, CONCEPT, SCHEME
from publisher.web.reading import Reader, Value
from publisher.web.texts import language_name

COMPLETED: Final = NamedNode("http://purl.org/adms/status/Completed")
TRANSLATED: Final = (CONCEPT, SCHEME, COLLECTION)
"""The profiles whose texts are compared language by language."""


@dataclass(frozen=True, slots=True)
class Translation:
    """One language. `labels` is empty where there is no label yet; `reviewed` is None where nobody says."""

    language: str
    labels: tuple[Value, ...]
    definitions: tuple[Value, ...]
    reviewed: bool | None


def translations_of(reader: Reader, profile: Profile) -> tuple[Translation, ...]:
    """A row for each language of the site and of the content, the page's first; nothing where there is one."""
    if profile not in TRANSLATED:
        return ()
    labels, definitions = (_by_language(reader, names) for names in (profile.titles, profile.leads))
    known = [each for each in reader.languages if each in labels or each in definitions]
    others = sorted((labels.keys() | definitions.keys()) - set(reader.languages))
    if len(known) + len(others) < 2:
        return ()
    return tuple(_translation(reader, each, labels, definitions) for each in (*reader.languages, *others))


def translated(reader: Reader, profile: Profile) -> frozenset[Term | None]:
    """The texts that the table of languages shows, which need not be shown twice."""
    texts = (_by_language(reader, names) for names in (profile.titles, profile.leads))
    return frozenset(each for found in texts for literals in found.values() for each in literals)


def _translation(
    reader: Reader, tag: str, labels: Mapping[str, list[Literal]], definitions: Mapping[str, list[Literal]]
) -> Translation:
    said = (_reviewed(reader.description, label) for label in labels.get(tag, ()))
    judged = [each for each in said if each is not None]
    return Translation(
        language=language_name(tag, reader.interface),
        labels=tuple(map(reader.literal, labels.get(tag, ()))),
        definitions=tuple(map(reader.literal, definitions.get(tag, ()))),
        reviewed=all(judged) if judged else None,
    )


def _by_language(reader: Reader, properties: tuple[NamedNode, ...]) -> Mapping[str, list[Literal]]:
    """The texts of the first of these properties that has any with a language."""
    for name in properties:
        found: dict[str, list[Literal]] = defaultdict(list)
        for each in reader.description.objects(name):
            if isinstance(each, Literal) and each.language:
                found[each.language].append(each)
        if found:
            return found
    return {}


def _reviewed(described: Description, label: Literal) -> bool | None:
    """Whether the facts of a label itself (SKOS-XL) say that it was reviewed; None when they say nothing."""
    for node in _label_nodes(described):
        statuses = set(described.objects(ADMS["status"], node))
        if statuses and label in described.objects(SKOSXL["literalForm"], node):
            return statuses == {COMPLETED}
    return None


def _label_nodes(described: Description) -> Iterator[NamedNode]:
    return (each for each in described.objects(SKOSXL["prefLabel"]) if isinstance(each, NamedNode))
