"""Terms of others that a catalogue refers to, described as far as a portal needs: types, labels, schemes.

The terms stand in `authority.ttl` beside this module: one place, in the language of the thing itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from publisher.namespaces import DCAT, DCT, RDF, SKOS

FILE: Final = Path(__file__).with_name("authority.ttl")

CHOSEN: Final = {
    DCT["license"]: DCT["LicenseDocument"],
    DCT["spatial"]: DCT["Location"],
    DCAT["theme"]: SKOS["Concept"],
    DCT["type"]: SKOS["Concept"],
}
"""Properties whose value a setting chooses -> what the value is, also where we have no description of it."""


def describe_terms(referring: Sequence[Triple], languages: Sequence[str]) -> Iterator[Triple]:
    """Types and labels of every term that these statements refer to, and of the schemes that the terms are in.

    Labels are in these languages, or in English, or else in any. A term chosen in the settings that is not in our
    file is labelled with the end of its IRI.
    """
    authority = _read(languages)
    terms = [each.object for each in referring if isinstance(each.object, NamedNode)]
    for term in _closure(terms, authority):
        yield from authority[term]
    for triple in referring:
        if triple.predicate in CHOSEN and triple.object not in authority:
            yield from _named_after_iri(triple.object, CHOSEN[triple.predicate], languages[0])


def _read(languages: Sequence[str]) -> Mapping[NamedNode, list[Triple]]:
    found: dict[NamedNode, list[Triple]] = {}
    for quad in parse(path=FILE, format=RdfFormat.TURTLE):
        if isinstance(quad.subject, NamedNode):
            found.setdefault(quad.subject, []).append(quad.triple)
    return {term: _in_languages(triples, languages) for term, triples in found.items()}


def _in_languages(triples: Sequence[Triple], languages: Sequence[str]) -> list[Triple]:
    tags = {each.object.language for each in triples if isinstance(each.object, Literal)}
    wanted = tags.intersection(languages) or tags.intersection({"en"}) or tags
    return [each for each in triples if not isinstance(each.object, Literal) or each.object.language in wanted]


def _closure(terms: Iterable[NamedNode], authority: Mapping[NamedNode, list[Triple]]) -> Iterable[NamedNode]:
    """The known ones of these terms, and what their descriptions refer to in turn."""
    found = dict.fromkeys(term for term in terms if term in authority)
    waiting = list(found)
    while waiting:
        objects = [each.object for each in authority[waiting.pop()]]
        new = [each for each in objects if isinstance(each, NamedNode) and each in authority and each not in found]
        found.update(dict.fromkeys(new))
        waiting.extend(new)
    return found


def _named_after_iri(term: object, kind: NamedNode, language: str) -> Iterator[Triple]:
    if isinstance(term, NamedNode):
        end = term.value.rstrip("/#").replace("#", "/").rpartition("/")[2]
        yield Triple(term, RDF["type"], kind)
        name = SKOS["prefLabel"] if kind == SKOS["Concept"] else DCT["title"]
        yield Triple(term, name, Literal(end or term.value, language=language))
