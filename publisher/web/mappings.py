"""What a concept is called in other vocabularies, as far as our own statements tell; nobody else is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from pyoxigraph import NamedNode

from publisher.namespaces import RDFS, SKOS
from publisher.profiles.skos import MATCHES
from publisher.web import Site
from publisher.web.kept import kept
from publisher.web.properties import presentation_of
from publisher.web.reading import Reader, Value

VOCABULARY: Final = (SKOS["inScheme"], RDFS["isDefinedBy"])
"""What leads from a concept to its vocabulary."""
CODE: Final = re.compile(r"[^/#]+$")
"""What an address ends with."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """The concepts that one relation leads to; the note of each is the vocabulary that it is from."""

    relation: Value
    targets: tuple[Value, ...]


def mappings_of(reader: Reader) -> Iterator[Mapping]:
    """The relations of a resource to concepts of other vocabularies, the closest first."""
    rows = presentation_of(reader.site, reader.description.types)
    for name in MATCHES:
        found = [each for each in reader.description.objects(name) if isinstance(each, NamedNode)]
        targets = [_target(reader, each) for each in found]
        if targets:
            ordered = sorted(targets, key=lambda each: (each.note, each.text.casefold()))
            yield Mapping(reader.property_label(name.value, rows), tuple(ordered))


def _target(reader: Reader, iri: NamedNode) -> Value:
    link, vocabulary = reader.link(iri.value), _vocabulary(reader.site, iri)
    if vocabulary is None:
        return link
    # Beside the name of its vocabulary, the last part of an address says more than the whole.
    text = CODE.search(iri.value) if link.code else None
    return replace(link, text=text[0] if text else link.text, note=vocabulary.text)


@kept(1_024)
def _vocabulary(site: Site, iri: NamedNode) -> Value | None:
    """The vocabulary of a concept, by the name that it has here; None when nobody says."""
    description = site.store.describe(iri)
    schemes = [each for name in VOCABULARY for each in description.objects(name)] if description else ()
    scheme = next((each for each in schemes if isinstance(each, NamedNode)), None)
    named = Reader(site, description).label(scheme.value) if description and scheme else None
    return None if named is None or named.code else named
