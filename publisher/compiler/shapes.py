"""A graph of SHACL shapes, read into what `constraints` evaluates.

Only what is exactly as SHACL says it is gets read. `Foreign` means that pySHACL has to make of it what it can: a
component or target that is not in our table, nonsense that it must report, recursion, its own way with some paths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from publisher.compiler.components import (
    ATTENDANT,
    COMPONENTS,
    LEADING,
    OF_PROPERTIES,
    REPEATABLE,
    Parameter,
    iri_in,
    truth,
)
from publisher.compiler.constraints import (
    Constraint,
    Foreign,
    Shape,
    Verdict,
    conforms,
    each,
    failing,
    failing_itself,
    undecided,
)
from publisher.compiler.statements import (
    NONE,
    Alternative,
    Inverse,
    Path,
    Repeated,
    Sequence,
    Statements,
    undirected,
)
from publisher.description import Term
from publisher.namespaces import OWL, RDF, RDFS, SH

Target = Callable[[Statements], Set[Term]]
"""The focus nodes that one target declaration gives."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A shape that has targets."""

    shape: Shape
    targets: tuple[Target, ...]

    def suspects(self, statements: Statements, node: Term) -> list[tuple[Term, Set[Term]]]:
        """The shape with the focus nodes that may fail it, and the same for each of its parts."""
        nodes = NONE.union(*(target(statements) for target in self.targets))
        parts = {} if self.shape.deactivated else self.shape.parts
        return [
            (node, _suspects(failing_itself, self.shape, statements, nodes)),
            *((name, _suspects(failing, part, statements, nodes)) for name, part in parts.items()),
        ]


Judge = Callable[[Shape, Statements, Set[Term]], Verdict]


def _suspects(judge: Judge, shape: Shape, statements: Statements, nodes: Set[Term]) -> Set[Term]:
    try:
        return judge(shape, statements, nodes).suspects
    except Foreign:
        return nodes


_TARGETS: Final[Mapping[NamedNode, Callable[[NamedNode], Target]]] = {
    SH["targetClass"]: lambda type: lambda statements: statements.instances(type),
    SH["targetSubjectsOf"]: lambda predicate: lambda statements: statements.objects(predicate).keys(),
    SH["targetObjectsOf"]: lambda predicate: lambda statements: statements.subjects(predicate).keys(),
}
_AIMING: Final = {SH["targetNode"], *_TARGETS}
_CLASSES: Final = {RDFS["Class"], OWL["Class"]}
_KINDS: Final = {SH["NodeShape"], SH["PropertyShape"]}
_TOLD: Final = {SH[name] for name in "message name description order group defaultValue".split()}
_SAID: Final = {SH[name] for name in "path property severity deactivated".split()} | _TOLD | _AIMING
"""What may stand on a shape besides the parameters in our table; what is told and aimed at, more than once."""

_DEPTH: Final = 8
"""pySHACL gives up at 15 shapes or 10 paths inside each other; well below that there is no difference."""


def aims(quad: Quad) -> bool:
    """Whether this is a statement by which a shape gets its focus nodes: a target, or that it is a class."""
    if quad.predicate == RDF["type"]:
        return quad.object not in _KINDS
    return quad.predicate == SH["targetNode"] or quad.predicate in _TARGETS


class Shapes:
    """The graph to read from."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._said: dict[Term, dict[NamedNode, dict[Term, None]]] = {}
        for quad in quads:
            if not isinstance(value := quad.object, Triple):
                said = self._said.setdefault(quad.subject, {})
                said.setdefault(quad.predicate, {})[undirected(value)] = None

    @property
    def targeted(self) -> list[Term]:
        """Every shape that has targets, or may have."""
        return [node for node, said in self._said.items() if said.keys() & _AIMING or self._is_class(node)]

    @property
    def extended(self) -> bool:
        """Whether somebody brings constraint components of their own, which any shape may then use."""
        objects = (value for said in self._said.values() for values in said.values() for value in values)
        return SH["ConstraintComponent"] in objects

    def rule(self, node: Term) -> Rule:
        """A shape and its targets. Raises `Foreign`."""
        targets = [make(iri_in(value)) for kind, make in _TARGETS.items() for value in self.all(node, kind)]
        if self._is_class(node):
            # pySHACL looks for classes among the shapes only; of others it has to decide itself.
            if not _KINDS.intersection(self.all(node, RDF["type"])):
                raise Foreign
            targets.append(_TARGETS[SH["targetClass"]](iri_in(node)))
        named = frozenset(self.all(node, SH["targetNode"]))
        return Rule(self.shape(node, (), lenient=True), (*targets, lambda _: named))

    def _is_class(self, node: Term) -> bool:
        """Whether a shape is a class too; its instances are its focus nodes."""
        types = self.all(node, RDF["type"])
        speaks = any(predicate.value.startswith(SH) for predicate in self._said.get(node, ()))
        return speaks and any(
            type in _CLASSES or RDFS["Class"] in self.all(type, RDFS["subClassOf"]) for type in types
        )

    def all(self, node: Term, predicate: NamedNode) -> list[Term]:
        """The values of a property."""
        return list(self._said.get(node, {}).get(predicate, ()))

    def one(self, node: Term, predicate: NamedNode) -> Term | None:
        """The value of a property, if any. Raises `Foreign` if there are several."""
        found = self.all(node, predicate)
        if len(found) > 1:
            raise Foreign
        return found[0] if found else None

    def subjects(self, predicate: NamedNode, value: Term) -> list[Term]:
        """What has this value."""
        return [node for node, said in self._said.items() if value in said.get(predicate, ())]

    def members(self, head: Term | None) -> list[Term]:
        """What is in a list: one thing at least. Raises `Foreign` for what is no list."""
        found: list[Term] = []
        cells: set[Term] = set()
        while isinstance(head, BlankNode) and head not in cells:
            cells.add(head)
            found += self.all(head, RDF["first"])
            head = self.one(head, RDF["rest"])
        if head != RDF["nil"] or len(found) != len(cells) or not found:
            raise Foreign
        return found

    def shape(self, node: Term, around: tuple[Term, ...], *, lenient: bool = False) -> Shape:
        """A shape inside of others. Raises `Foreign`; if lenient, a part may be foreign that pySHACL can be asked
        about by itself.
        """
        if node in around or len(around) > _DEPTH or isinstance(node, Literal):
            raise Foreign
        self._refuse_unknown(node)
        path = self.one(node, SH["path"])
        inside = (*around, node)
        read = self._part if lenient and path is None else self._property_shape
        parts = {part: read(part, inside) for part in self.all(node, SH["property"])}
        shape = Shape(
            path=None if path is None else self.path(path),
            constraints=self._constraints(node, inside),
            parts={} if path is not None else parts,
            deactivated=any(map(truth, self.all(node, SH["deactivated"]))),
        )
        # The parts of a property shape are about its values, not about its focus nodes.
        of_values = () if path is None else tuple(each(conforms(part)) for part in parts.values())
        return replace(shape, constraints=(*shape.constraints, *of_values))

    def _property_shape(self, node: Term, around: tuple[Term, ...]) -> Shape:
        if self.one(node, SH["path"]) is None:
            raise Foreign
        return self.shape(node, around)

    def _part(self, node: Term, around: tuple[Term, ...]) -> Shape:
        """A property shape that pySHACL can be asked about by itself."""
        try:
            return self._property_shape(node, around)
        except Foreign:
            if not self._stands_alone(node):
                raise
            return Shape(None, (undecided,), {})

    def _stands_alone(self, node: Term) -> bool:
        """A property shape that is sound in itself and leads to no other shape."""
        said = self._said.get(node, {})
        return (
            len(said.get(SH["path"], ())) == 1
            and SH["NodeShape"] not in said.get(RDF["type"], ())
            and not said.keys() & LEADING
        )

    def _refuse_unknown(self, node: Term) -> None:
        """Raise `Foreign` where a shape says what is not in our tables, or too often, or of the wrong kind."""
        said = self._said.get(node, {})
        terms = {predicate for predicate in said if predicate.value.startswith(SH)}
        unknown = terms - _SAID - COMPONENTS.keys() - ATTENDANT.keys()
        lonely = any(ATTENDANT[term] not in terms for term in terms & ATTENDANT.keys())
        several = any(len(said[term]) > 1 for term in terms - REPEATABLE - _TOLD - _AIMING)
        misplaced = SH["path"] not in terms and terms & OF_PROPERTIES
        wrong = SH["PropertyShape"] if SH["path"] not in terms else SH["NodeShape"]
        if unknown or lonely or several or misplaced or wrong in said.get(RDF["type"], ()):
            raise Foreign

    def _constraints(self, node: Term, around: tuple[Term, ...]) -> tuple[Constraint, ...]:
        said = self._said.get(node, {})
        return tuple(
            COMPONENTS[term](Parameter(self, node, around, value))
            for term in said
            if term in COMPONENTS
            for value in said[term]
        )

    def path(self, node: Term, depth: int = 0) -> Path:
        """A property path. Raises `Foreign` for those that pySHACL follows in its own way."""
        if depth > _DEPTH:
            raise Foreign
        if isinstance(node, NamedNode):
            return node
        said = self._said.get(node, {}) if isinstance(node, BlankNode) else {}
        if said.keys() == {RDF["first"], RDF["rest"]}:
            steps = self.members(node)
            return Sequence(self._paths(steps, depth + len(steps)))
        if len(said) != 1 or (kind := next(iter(said))) not in _PATHS:
            raise Foreign
        value = self.one(node, kind)
        assert value is not None
        return _PATHS[kind](self, value, depth + 1)

    def _paths(self, members: list[Term], depth: int) -> tuple[Path, ...]:
        if len(members) < 2:
            raise Foreign
        return tuple(self.path(member, depth) for member in members)

    def inverse(self, value: Term, depth: int) -> Path:
        """pySHACL walks the inverse of a sequence forwards, so only that of a property is ours."""
        return Inverse(iri_in(value))

    def alternative(self, value: Term, depth: int) -> Path:
        """Any of a list."""
        return Alternative(self._paths(self.members(value), depth))

    def repeated(self, value: Term, depth: int, *, least: int, once: bool = False) -> Path:
        """The same path once or more often."""
        return Repeated(self.path(value, depth), least, once)


_PATHS: Final[Mapping[NamedNode, Callable[[Shapes, Term, int], Path]]] = {
    SH["inversePath"]: Shapes.inverse,
    SH["alternativePath"]: Shapes.alternative,
    SH["zeroOrMorePath"]: partial(Shapes.repeated, least=0),
    SH["oneOrMorePath"]: partial(Shapes.repeated, least=1),
    SH["zeroOrOnePath"]: partial(Shapes.repeated, least=0, once=True),
}
