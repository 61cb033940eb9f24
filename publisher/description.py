"""The one noun between store and web: what we say about one resource."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from publisher.namespaces import RDF

Term = NamedNode | BlankNode | Literal | Triple
Node = NamedNode | BlankNode

Labels = Mapping[str, str]
"""Language tag ("" for none) -> the label in that language."""


@dataclass(frozen=True, slots=True)
class Description:
    """What we say about `iri`: its statements in the order of our dumps, and labels of every IRI mentioned.

    `quads` holds the statements about the resource and about the blank nodes and labels that hang on it;
    `labels` has the labels of each IRI that occurs in it or refers to it; `mentions` the statements of other
    resources about this one, at most as many as asked for; `paths` the local document path of each IRI in
    `labels` or `quads` that has one.
    """

    iri: NamedNode
    quads: tuple[Quad, ...]
    labels: Mapping[str, Labels] = field(default_factory=dict)
    mentions: tuple[Quad, ...] = ()
    paths: Mapping[str, str] = field(default_factory=dict)

    @property
    def types(self) -> tuple[NamedNode, ...]:
        """The classes of the resource, its principal one first."""
        return tuple(each for each in self.objects(RDF["type"]) if isinstance(each, NamedNode))

    @property
    def triples(self) -> list[Triple]:
        """The statements without their graphs, each once."""
        return list(dict.fromkeys(quad.triple for quad in self.quads))

    def objects(self, predicate: NamedNode, subject: Node | None = None) -> Iterator[Term]:
        """The values of one property, each once, in the order of our dumps."""
        about = self.iri if subject is None else subject
        yield from dict.fromkeys(
            quad.object for quad in self.quads if quad.subject == about and quad.predicate == predicate
        )

    def subjects(self, predicate: NamedNode) -> Iterator[Node]:
        """The other resources that name this one as the value of a property, each once."""
        found = (quad.subject for quad in self.mentions if quad.predicate == predicate)
        yield from dict.fromkeys(node for node in found if isinstance(node, (NamedNode, BlankNode)))


def choose(labels: Labels, languages: Sequence[str]) -> tuple[str, str] | None:
    """The best label as (text, language): the first language wanted, else none at all, else any; None if empty."""
    for language in (*languages, ""):
        if language in labels:
            return labels[language], language
    return next(((text, language) for language, text in sorted(labels.items())), None)


def chosen_text(literals: Iterable[Term], languages: Sequence[str]) -> Literal | None:
    """The one literal to show of several in different languages, chosen as labels are."""
    found = [each for each in literals if isinstance(each, Literal)]
    by_language = {each.language or "": each for each in reversed(found)}
    best = choose({language: each.value for language, each in by_language.items()}, languages)
    return by_language[best[1]] if best else None
