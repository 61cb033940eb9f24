"""The one noun between store and web: what we say about one resource."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from publisher.namespaces import RDF

Term = NamedNode | BlankNode | Literal | Triple
Node = NamedNode | BlankNode

Labels = Mapping[str, str]
"""Language tag ("" for none) -> the label in that language."""


@dataclass(frozen=True)
class Description:
    """What we say about `iri`: its statements in the order of our dumps, and labels of every IRI mentioned.

    `quads` holds the statements about the resource and about the blank nodes and labels that hang on it;
    `labels` has the labels of each IRI that occurs in it or refers to it; `paths` the local document path of each
    of them that has one; `heard` gives the statements of other resources about this one. What takes a look-up is
    only looked up when somebody asks.
    """

    iri: NamedNode
    quads: tuple[Quad, ...]
    labels: Mapping[str, Labels] = field(default_factory=dict)
    heard: Callable[[], tuple[Quad, ...]] = tuple
    paths: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def mentions(self) -> tuple[Quad, ...]:
        """The statements of other resources about this one, at most as many as a description may carry."""
        return self.heard()

    @cached_property
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
        return iter(self._objects.get((about, predicate), ()))

    def subjects(self, predicate: NamedNode) -> Iterator[Node]:
        """The other resources that name this one as the value of a property, each once."""
        found = (quad.subject for quad in self.mentions if quad.predicate == predicate)
        yield from dict.fromkeys(node for node in found if isinstance(node, (NamedNode, BlankNode)))

    @cached_property
    def _objects(self) -> Mapping[tuple[object, NamedNode], Mapping[Term, None]]:
        """The values by subject and property: a page asks for a hundred."""
        found: dict[tuple[object, NamedNode], dict[Term, None]] = defaultdict(dict)
        for quad in self.quads:
            found[quad.subject, quad.predicate][quad.object] = None
        return found


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
