"""A concept scheme as its files have it: its concepts, how addresses and notations go, and what was ever used."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from publisher.compiler.notations import beside
from publisher.compiler.published import read_published
from publisher.editing.content import Content
from publisher.errors import EditingError
from publisher.namespaces import RDF, SKOS
from publisher.release.contents import ever

NUMBERED: Final = re.compile(r"(?P<stem>.*?)(?P<number>\d+)")
"""What ends in a number."""

TYPE: Final = RDF["type"]
BROADER: Final = SKOS["broader"]
NOTATION: Final = SKOS["notation"]
IN_SCHEME: Final = SKOS["inScheme"]
TOP_OF: Final = SKOS["topConceptOf"]
HAS_TOP: Final = SKOS["hasTopConcept"]


@dataclass(frozen=True)
class Scheme:
    """A concept scheme of a folder."""

    content: Content
    iri: str

    @cached_property
    def parents(self) -> Mapping[str, str]:
        """The broader concept of each concept that has one."""
        return dict(_links(self.content.quads, (BROADER,)))

    @cached_property
    def members(self) -> Sequence[str]:
        """Its concepts in the order of the files."""
        here = {below for below, above in _links(self.content.quads, (IN_SCHEME, TOP_OF)) if above == self.iri}
        here |= {below for above, below in _links(self.content.quads, (HAS_TOP,)) if above == self.iri}
        concepts = (each for each in self.content.about if is_a(self.content, each, "Concept"))
        return [each for each in concepts if any(above in here for above in self.line(each))]

    def line(self, concept: str) -> Iterator[str]:
        """A concept, that above it, and so on; ends where a circle closes."""
        seen: set[str] = set()
        while concept and concept not in seen:
            yield concept
            seen.add(concept)
            concept = self.parents.get(concept, "")

    @cached_property
    def namespace(self) -> str:
        """What the addresses of its concepts begin with: as most do, or else after its own."""
        counted = Counter(map(beside, self.members))
        if counted:
            return counted.most_common(1)[0][0]
        base = f"{self.content.config.base}/id"
        if self.iri.startswith(f"{base}/conceptscheme/"):
            return f"{base}/concept/{self.iri.removeprefix(f'{base}/conceptscheme/')}/"
        return self.iri if self.iri.endswith(("/", "#")) else f"{self.iri}/"

    @cached_property
    def past(self) -> Sequence[Quad]:
        """Types and notations that any version had, and all that is said now."""
        return [*ever(self.content.config.releases, (TYPE, NOTATION)), *self.content.quads]

    @cached_property
    def used(self) -> set[str]:
        """Every address that is or was somebody's."""
        recorded = read_published(self.content.published, self.content.config.policy)
        now_or_then = {each.subject.value for each in self.past if isinstance(each.subject, NamedNode)}
        return now_or_then | recorded.keys()

    @cached_property
    def locals(self) -> Sequence[str]:
        """The last part of every address that is or was beside those of its concepts."""
        return [each.removeprefix(self.namespace) for each in self.used if each.startswith(self.namespace)]

    @cached_property
    def notations(self) -> Mapping[str, str]:
        """The notation that each of its concepts has."""
        here = set(self.members)
        return {iri: text for iri, text in _texts(self.content.quads, NOTATION) if iri in here}

    @property
    def has_top(self) -> bool:
        """Whether concepts say that they are at its top; those of a new scheme should."""
        return not self.members or any(each.predicate in (TOP_OF, HAS_TOP) for each in self.content.quads)

    @property
    def says_in_scheme(self) -> bool:
        """Whether concepts say that they are in it; where none does, the program may add that."""
        said = any(scheme == self.iri for _, scheme in _links(self.content.quads, (IN_SCHEME,)))
        return said or not any(each.entail for each in self.content.config.dataset)

    def next_notation(self, broader: str) -> str:
        """The notation after the last that was ever given here; empty where the scheme has no pattern for it."""
        stem = self._stem(broader)
        if stem is None:
            return ""
        had = {text for iri, text in _texts(self.past, NOTATION) if iri.startswith(self.namespace)}
        return next_number(stem, had)

    def _stem(self, broader: str) -> str | None:
        """What comes before the number in notations at this place."""
        above = self.notations.get(broader, "")
        if broader and not above:
            return None
        alike = ((iri, text) for iri, text in self.notations.items() if (iri in self.parents) == bool(broader))
        stems = Counter(stem for iri, text in alike if (stem := self._own(iri, text)) is not None)
        return above + stems.most_common(1)[0][0] if stems else None

    def _own(self, iri: str, notation: str) -> str | None:
        """What a notation has between that of the concept above it and its number; None when it is no such one."""
        above = self.notations.get(self.parents.get(iri, ""), "")
        match = NUMBERED.fullmatch(notation.removeprefix(above)) if notation.startswith(above) else None
        return match["stem"] if match else None


def find_scheme(content: Content, name: str, broader: str) -> Scheme:
    """The scheme that is meant: by its name or the end of its address, or that of the broader, or the only one.

    Raises `EditingError` with those that there are.
    """
    schemes = [Scheme(content, each) for each in content.about if is_a(content, each, "ConceptScheme")]
    if name:
        ends = [each for each in schemes if last_part(each.iri) == name]
        found = ends if len(ends) == 1 else [each for each in schemes if each.iri == content.iri(name)]
    else:
        found = [each for each in schemes if not broader or broader in each.members]
    if len(found) == 1:
        return found[0]
    there_are = ", ".join(content.shown(each.iri) for each in schemes) or "none; describe one first"
    raise EditingError(f"name the concept scheme with --scheme; there are: {there_are}")


def next_number(stem: str, used: Iterable[str]) -> str:
    """A text of this stem and the number above all that were used, with as many zeros before it as they have."""
    numbers = [each.removeprefix(stem) for each in used if re.fullmatch(rf"{re.escape(stem)}\d+", each)]
    width = max((len(each) for each in numbers if each.startswith("0")), default=1)
    return stem + str(max(map(int, numbers), default=0) + 1).zfill(width)


def is_a(content: Content, iri: str, kind: str) -> bool:
    """Whether a resource is a `skos:Concept`, a `skos:ConceptScheme` …"""
    return any(each.predicate == TYPE and each.object == SKOS[kind] for each in content.about[iri])


def last_part(iri: str) -> str:
    """What an IRI ends in, behind its last slash or hash."""
    return re.split(r"[/#]", iri.rstrip("/#"))[-1]


def _links(quads: Iterable[Quad], properties: Collection[NamedNode]) -> Iterator[tuple[str, str]]:
    for each in quads:
        if each.predicate not in properties:
            continue
        if isinstance(each.subject, NamedNode) and isinstance(each.object, NamedNode):
            yield each.subject.value, each.object.value


def _texts(quads: Iterable[Quad], property: NamedNode) -> Iterator[tuple[str, str]]:
    for each in quads:
        if each.predicate != property:
            continue
        if isinstance(each.subject, NamedNode) and isinstance(each.object, Literal):
            yield each.subject.value, each.object.value
