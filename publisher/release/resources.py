"""What is said about each resource, ready to be sent: by all statements, and by those of one dataset alone.

Turtle is written once where both say the same, which is nearly always: to write it takes most of the time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from publisher.description import Labels, Node, Term
from publisher.formats import TURTLE, triples
from publisher.namespaces import DCT, FOAF, RDF, RDFS, SKOS, SKOSXL, SPDX, VCARD
from publisher.profiles.status import Status, status_of
from publisher.release.canonical import canonical
from publisher.release.dumps import serialize
from publisher.release.order import ordered

LABELS: Final = (
    SKOS["prefLabel"],
    DCT["title"],
    FOAF["name"],
    VCARD["fn"],
    SKOSXL["literalForm"],
    RDFS["label"],
)
"""Properties that give a resource its label; the first that it has is taken."""

ATTACHED: Final = (
    SKOSXL["prefLabel"],
    SKOSXL["altLabel"],
    SKOSXL["hiddenLabel"],
    SPDX["checksum"],
)
"""Properties whose values are described together with the resource."""

RELATIONS: Final = {"type": RDF["type"], "collection": SKOS["inScheme"], "license": DCT["license"]}
"""What is told about a document beside its content, by the name of the relation between documents (IANA)."""

MODIFIED: Final = DCT["modified"]


@dataclass(frozen=True)
class Resource:
    """One resource: the statements about it, and the document with these and all that hangs on it.

    Blank nodes in the Turtle have names that follow from what is said about them, so that an edit of something
    else changes no byte of it.
    """

    iri: str
    statements: Sequence[Quad]
    turtle: bytes

    @cached_property
    def type(self) -> str | None:
        """Its principal class; None when it has none."""
        return next(iter(self._iris(RELATIONS["type"])), None)

    @property
    def types(self) -> tuple[NamedNode, ...]:
        """Its classes, the principal one first."""
        return tuple(each for each in self.values.get(RELATIONS["type"], ()) if isinstance(each, NamedNode))

    @cached_property
    def status(self) -> Status:
        """How it stands."""
        return status_of(self.statements)

    @property
    def labels(self) -> Labels:
        """Its label in each language."""
        for predicate in LABELS:
            literals = [each for each in self.values.get(predicate, ()) if isinstance(each, Literal)]
            if literals:
                return {each.language or "": each.value for each in reversed(literals)}
        return {}

    @cached_property
    def relations(self) -> list[tuple[str, str]]:
        """Names of relations between documents, each with the IRI at its other end."""
        return [(name, each) for name, predicate in RELATIONS.items() for each in self._iris(predicate)]

    @cached_property
    def modified(self) -> str | None:
        """The last change that it states, as an ISO 8601 date and time with its offset; None without any."""
        stated = self.values.get(MODIFIED, ())
        moments = [_moment(each.value) for each in stated if isinstance(each, Literal)]
        last = max((each for each in moments if each), default=None)
        return last.isoformat() if last else None

    def _iris(self, predicate: NamedNode) -> list[str]:
        """The values of a property that are IRIs, each once, in their order."""
        found = self.values.get(predicate, ())
        return list(dict.fromkeys(each.value for each in found if isinstance(each, NamedNode)))

    @cached_property
    def values(self) -> Mapping[NamedNode, Sequence[Term]]:
        """The values of each property, in their order."""
        found: dict[NamedNode, list[Term]] = defaultdict(list)
        for quad in self.statements:
            found[quad.predicate].append(quad.object)
        return found


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def resources(
    quads: Iterable[Quad], datasets: Mapping[str, Sequence[Quad]]
) -> Iterator[tuple[Resource, Mapping[str, Resource]]]:
    """Every IRI that is a subject, described by all statements and by those of each dataset that describes it.

    `quads` come in the order of `order.ordered` and hold those of `datasets`, which are in that order too.
    """
    about = by_subject(quads)
    parts = {name: _Part(own, about) for name, own in datasets.items()}
    for subject, statements in about.items():
        if isinstance(subject, NamedNode):
            about_it, nodes = described(subject, lambda node: about.get(node, ()))
            whole = Resource(subject.value, statements, _turtle(subject, about_it))
            found = {name: part.resource(subject, whole, nodes) for name, part in parts.items()}
            yield whole, {name: resource for name, resource in found.items() if resource}


class _Part:
    """The statements of one dataset among all: only what others speak of too is looked at by itself."""

    def __init__(self, quads: Sequence[Quad], about: Mapping[object, Sequence[Quad]]) -> None:
        self._quads = quads
        self._about = about
        self._counts: Counter[object] = Counter(quad.subject for quad in quads)

    def resource(self, subject: NamedNode, whole: Resource, nodes: Iterable[Node]) -> Resource | None:
        """What this dataset says about a resource; None when it says nothing."""
        if subject not in self._counts:
            return None
        if all(map(self._alone, nodes)):
            return whole
        found, _ = described(subject, self._own)
        return Resource(subject.value, self._own(subject), _turtle(subject, found))

    def _own(self, node: Node) -> Sequence[Quad]:
        return self._about.get(node, ()) if self._alone(node) else self._mixed.get(node, ())

    def _alone(self, node: object) -> bool:
        """Whether nobody else says anything about a node."""
        return self._counts[node] == len(self._about.get(node, ()))

    @cached_property
    def _mixed(self) -> Mapping[object, Sequence[Quad]]:
        """The statements about what others speak of too."""
        return by_subject(each for each in self._quads if not self._alone(each.subject))


def by_subject(quads: Iterable[Quad]) -> Mapping[object, list[Quad]]:
    """The statements about each node, in their order."""
    found: dict[object, list[Quad]] = defaultdict(list)
    for quad in quads:
        found[quad.subject].append(quad)
    return dict(found)


def described(subject: NamedNode, about: Callable[[Node], Sequence[Quad]]) -> tuple[list[Quad], set[Node]]:
    """The statements about a resource and what hangs on it, blank nodes and labels, each once; and these nodes."""
    found: dict[Quad, None] = {}
    seen: set[Node] = {subject}
    waiting: list[Node] = [subject]
    while waiting:
        for quad in about(waiting.pop()):
            found[quad] = None
            for node in _hanging(quad):
                if node not in seen:
                    seen.add(node)
                    waiting.append(node)
    return list(found), seen


def _hanging(quad: Quad) -> Iterator[Node]:
    node = quad.object
    if isinstance(node, BlankNode) or (isinstance(node, NamedNode) and quad.predicate in ATTACHED):
        yield node


def _turtle(subject: NamedNode, quads: Sequence[Quad]) -> bytes:
    """A description as it is sent."""
    if any(isinstance(quad.object, (BlankNode, Triple)) for quad in quads):
        about = by_subject(ordered(canonical(quads)))
        quads, _ = described(subject, lambda node: about.get(node, ()))
    return serialize(triples(quads), TURTLE)
