"""Statements by predicate and node: what a SHACL path leads to, and what is an instance of a class.

Nothing here knows a shape. Terms stay what they were written as: a store would make `"01"^^xsd:integer` and
`"1"^^xsd:nonNegativeInteger` one number, and shapes look at the spelling.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, Triple

from publisher.description import Term
from publisher.garbage import uncollected
from publisher.namespaces import RDF, RDFS

Table = Mapping[Term, Set[Term]]
"""Nodes, and for each the nodes at the other end; a node without any is not in it."""

NONE: Final[frozenset[Term]] = frozenset()
_NOTHING: Final[Table] = {}


class Statements:
    """The statements without their graphs; those with a triple term are left out, as pySHACL knows none."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._objects: dict[NamedNode, dict[Term, set[Term]]] = {}
        with uncollected():
            for quad in quads:
                if not isinstance(value := quad.object, Triple):
                    table = self._objects.setdefault(quad.predicate, {})
                    table.setdefault(quad.subject, set()).add(undirected(value))
        self._size = sum(len(objects) for table in self._objects.values() for objects in table.values())
        self._inverted: dict[NamedNode, Table] = {}
        self._instances: dict[NamedNode, Set[Term]] = {}

    def __len__(self) -> int:
        return self._size

    @property
    def predicates(self) -> Set[NamedNode]:
        """Every property that a statement has."""
        return self._objects.keys()

    def objects(self, predicate: NamedNode) -> Table:
        """For each subject of the property its objects."""
        return self._objects.get(predicate, _NOTHING)

    def matching(
        self, subject: Term | None, predicate: Term | None, value: Term | None
    ) -> Iterator[tuple[Term, Term, Term]]:
        """The statements with this subject, predicate and object, where None is any."""
        for each in self._objects if predicate is None else self._objects.keys() & {predicate}:
            if subject is not None:
                objects = self.objects(each).get(subject, NONE)
                yield from ((subject, each, found) for found in (objects if value is None else objects & {value}))
            elif value is not None:
                yield from ((found, each, value) for found in self.subjects(each).get(value, NONE))
            else:
                yield from ((node, each, found) for node, has in self.objects(each).items() for found in has)

    def subjects(self, predicate: NamedNode) -> Table:
        """For each object of the property its subjects."""
        if predicate not in self._inverted:
            self._inverted[predicate] = self._invert(predicate)
        return self._inverted[predicate]

    def instances(self, type: NamedNode) -> Set[Term]:
        """The SHACL instances of a class: those of its subclasses too."""
        if type not in self._instances:
            self._instances[type] = self._find_instances(type)
        return self._instances[type]

    def _invert(self, predicate: NamedNode) -> Table:
        table: dict[Term, set[Term]] = {}
        for subject, objects in self.objects(predicate).items():
            for value in objects:
                table.setdefault(value, set()).add(subject)
        return table

    def _find_instances(self, type: NamedNode) -> Set[Term]:
        subclasses = {type, *follow(Repeated(Inverse(RDFS["subClassOf"]), least=1), self, type)}
        typed = self.subjects(RDF["type"])
        return NONE.union(*(typed.get(each, NONE) for each in subclasses))


def undirected(term: Term) -> Term:
    """rdflib has no base direction, so pySHACL sees none."""
    if isinstance(term, Literal) and term.direction is not None:
        return Literal(term.value, language=term.language)
    return term


# --- Paths (SHACL, section 2.3.1) ---


@dataclass(frozen=True, slots=True)
class Inverse:
    """Against the direction of a property."""

    predicate: NamedNode


@dataclass(frozen=True, slots=True)
class Sequence:
    """One path after another."""

    steps: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Any of these paths."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """A path at least 0 or 1 times, and once or as often as there is more to find."""

    path: Path
    least: int
    once: bool = False


Path = NamedNode | Inverse | Sequence | Alternative | Repeated


def values(path: Path, statements: Statements, nodes: Set[Term]) -> Table:
    """What the path leads to from each of these nodes."""
    match path:
        case NamedNode():
            return _restricted(statements.objects(path), nodes)
        case Inverse():
            return _restricted(statements.subjects(path.predicate), nodes)
        case _:
            return {node: found for node in nodes if (found := follow(path, statements, node))}


def _restricted(table: Table, nodes: Set[Term]) -> Table:
    return {node: found for node in nodes if (found := table.get(node))}


def follow(path: Path, statements: Statements, node: Term) -> Set[Term]:
    """What the path leads to from one node."""
    match path:
        case NamedNode():
            return statements.objects(path).get(node, NONE)
        case Inverse():
            return statements.subjects(path.predicate).get(node, NONE)
        case Sequence():
            reached: Set[Term] = {node}
            for step in path.steps:
                reached = _followed(step, statements, reached)
            return reached
        case Alternative():
            return NONE.union(*(follow(each, statements, node) for each in path.paths))
        case Repeated():
            start = NONE if path.least else frozenset({node})
            once = follow(path.path, statements, node)
            return start | (once if path.once else _closed(path.path, statements, once))


def _followed(path: Path, statements: Statements, nodes: Iterable[Term]) -> Set[Term]:
    return NONE.union(*(follow(path, statements, node) for node in nodes))


def _closed(path: Path, statements: Statements, nodes: Set[Term]) -> Set[Term]:
    """These nodes and all that the path leads to from them, however often it is walked."""
    found, new = set(nodes), nodes
    while new:
        new = _followed(path, statements, new) - found
        found |= new
    return found
