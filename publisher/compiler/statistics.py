"""What can be counted in content, in the terms of VoID: https://www.w3.org/TR/void/#statistics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Quad

from publisher.iris import Policy
from publisher.namespaces import RDF, SKOS
from publisher.release.order import count_triples


@dataclass(frozen=True)
class Statistics:
    """What is counted in these statements, which come in the order of `order.ordered`.

    A hundred thousand are gone through twice, not for every question.
    """

    quads: Sequence[Quad]

    @cached_property
    def subjects(self) -> frozenset[str]:
        """Every IRI that something is said about."""
        found = {quad.subject for quad in self.quads}
        return frozenset(each.value for each in found if isinstance(each, NamedNode))

    @cached_property
    def triples(self) -> int:
        """How many there are, whatever graphs they stand in."""
        return count_triples(self.quads)

    @property
    def vocabularies(self) -> list[str]:
        """The namespaces of the properties and classes used, sorted."""
        classes = {quad.object for quad in self._by_predicate.get(RDF["type"], ())}
        terms = [*self._by_predicate, *(each for each in classes if isinstance(each, NamedNode))]
        ends = ((each.value, max(each.value.rfind("#"), each.value.rfind("/")) + 1) for each in terms)
        return sorted({iri[:end] for iri, end in ends} - {""})

    def covered(self, languages: Sequence[str]) -> tuple[str, ...]:
        """The first of these languages, and the others in which everything that has a label has one."""
        labelled: dict[str, set[object]] = defaultdict(set)
        for quad in self._by_predicate.get(SKOS["prefLabel"], ()):
            if isinstance(label := quad.object, Literal):
                labelled[primary(label.language or "")].add(quad.subject)
        everything = set[object]().union(*labelled.values())
        others = [each for each in languages[1:] if labelled.get(primary(each), set()) == everything]
        return (languages[0], *others)

    def uri_space(self, policy: Policy) -> str:
        """The namespace of the site that most subjects are in; empty when none is."""
        sizes = ((self.entities(each.iri), each.iri) for each in policy.namespaces)
        return max((each for each in sizes if each[0]), default=(0, ""))[1]

    def entities(self, space: str) -> int:
        """How many IRIs in this space something is said about."""
        return sum(each.startswith(space) for each in self.subjects)

    def examples(self, space: str) -> list[str]:
        """One resource of each class, the first by IRI."""
        first: dict[str, str] = {}
        for quad in self._by_predicate.get(RDF["type"], ()):
            kind, subject = quad.object, quad.subject
            if isinstance(kind, NamedNode) and isinstance(subject, NamedNode) and subject.value.startswith(space):
                first[kind.value] = min(subject.value, first.get(kind.value, subject.value))
        return sorted(set(first.values()))

    @cached_property
    def _by_predicate(self) -> Mapping[NamedNode, Sequence[Quad]]:
        found: dict[NamedNode, list[Quad]] = defaultdict(list)
        for quad in self.quads:
            found[quad.predicate].append(quad)
        return found


def primary(tag: str) -> str:
    """`nl` for `nl-BE`."""
    return tag.partition("-")[0].lower()
