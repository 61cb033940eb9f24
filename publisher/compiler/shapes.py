"""A graph of SHACL shapes, read into what `constraints` evaluates.

Only what is exactly as SHACL says it is gets read. `Foreign` means that pySHACL has to make of it what it can: a
component or target that is not in our table, nonsense that it must report, recursion, its own way with some paths.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from publisher.compiler.constraints import (
    FINE,
    NODE_KINDS,
    Constraint,
    Foreign,
    Shape,
    Verdict,
    at_least,
    at_most,
    compared,
    conforms,
    conforms_to,
    disjoint,
    each,
    equals,
    failing,
    failing_itself,
    has_datatype,
    in_language,
    includes,
    is_a,
    is_kind,
    is_one_of,
    negated,
    one_per_language,
    only,
    ordered,
    qualified,
    satisfies,
    spelt,
)
from publisher.compiler.statements import (
    NONE,
    Alternative,
    Inverse,
    Path,
    Repeated,
    Sequence,
    Statements,
    Table,
    undirected,
)
from publisher.description import Term
from publisher.namespaces import OWL, RDF, RDFS, SH, XSD

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
            (node, failing_itself(self.shape, statements, nodes).suspects),
            *((name, failing(part, statements, nodes).suspects) for name, part in parts.items()),
        ]


_TARGETS: Final[Mapping[NamedNode, Callable[[NamedNode], Target]]] = {
    SH["targetClass"]: lambda type: lambda statements: statements.instances(type),
    SH["targetSubjectsOf"]: lambda predicate: lambda statements: statements.objects(predicate).keys(),
    SH["targetObjectsOf"]: lambda predicate: lambda statements: statements.subjects(predicate).keys(),
}
_KINDS: Final = {SH["NodeShape"], SH["PropertyShape"]}
_SAID: Final = {SH[name] for name in "path message name description order group defaultValue".split()} | {
    *(SH["severity"], SH["deactivated"], SH["targetNode"], *_TARGETS)
}
"""What may stand on a shape without being a constraint."""

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
        targets = [make(_iri(value)) for kind, make in _TARGETS.items() for value in self.all(node, kind)]
        if self._is_class(node):
            # pySHACL looks for classes among the shapes only; of others it has to decide itself.
            if not _KINDS.intersection(self.all(node, RDF["type"])):
                raise Foreign
            targets.append(_TARGETS[SH["targetClass"]](_iri(node)))
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
            deactivated=any(map(_truth, self.all(node, SH["deactivated"]))),
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
            return Shape(None, (_undecided,), {})

    def _stands_alone(self, node: Term) -> bool:
        """A property shape that is sound in itself and leads to no other shape."""
        said = self._said.get(node, {})
        return (
            len(said.get(SH["path"], ())) == 1
            and SH["NodeShape"] not in said.get(RDF["type"], ())
            and not said.keys() & _LEADING
        )

    def _refuse_unknown(self, node: Term) -> None:
        """Raise `Foreign` where a shape says what is not in our tables, or too often, or of the wrong kind."""
        said = self._said.get(node, {})
        terms = {predicate for predicate in said if predicate.value.startswith(SH)}
        unknown = terms - _SAID - COMPONENTS.keys() - ATTENDANT.keys()
        lonely = any(ATTENDANT[term] not in terms for term in terms & ATTENDANT.keys())
        several = any(len(said[term]) > 1 for term in terms - _REPEATABLE)
        misplaced = SH["path"] not in terms and terms & _OF_PROPERTIES
        wrong = SH["PropertyShape"] if SH["path"] not in terms else SH["NodeShape"]
        if unknown or lonely or several or misplaced or wrong in said.get(RDF["type"], ()):
            raise Foreign

    def _constraints(self, node: Term, around: tuple[Term, ...]) -> tuple[Constraint, ...]:
        said = self._said.get(node, {})
        return tuple(
            COMPONENTS[term](Parameter(self, node, around, value))
            for term in said
            if term in COMPONENTS and term != SH["property"]
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
        return Inverse(_iri(value))

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

# --- Values of parameters ---


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of a constraint parameter, and the shape it stands on; what it is not raises `Foreign`."""

    shapes: Shapes
    node: Term
    around: tuple[Term, ...]
    value: Term

    @property
    def iri(self) -> NamedNode:
        return _iri(self.value)

    @property
    def literal(self) -> Literal:
        return _literal(self.value)

    @property
    def number(self) -> int:
        return _number(self.value)

    @property
    def shape(self) -> Shape:
        return self.shapes.shape(self.value, self.around)

    @property
    def node_shape(self) -> Shape:
        if self.shapes.all(self.value, SH["path"]):
            raise Foreign
        return self.shape

    @property
    def listed(self) -> list[Term]:
        return self.shapes.members(self.value)

    @property
    def listed_shapes(self) -> list[Shape]:
        return [self.shapes.shape(each, self.around) for each in self.listed]

    def beside(self, name: str) -> Term | None:
        """The value of another parameter of the same shape."""
        return self.shapes.one(self.node, SH[name])


def _iri(term: Term) -> NamedNode:
    if not isinstance(term, NamedNode):
        raise Foreign
    return term


def _literal(term: Term) -> Literal:
    if not isinstance(term, Literal):
        raise Foreign
    return term


def _number(term: Term) -> int:
    literal = _literal(term)
    if literal.datatype != XSD["integer"] or not re.fullmatch("[0-9]{1,9}", literal.value):
        raise Foreign
    return int(literal.value)


def _truth(term: Term) -> bool:
    literal = _literal(term)
    if literal.datatype != XSD["boolean"] or literal.value not in ("true", "false"):
        raise Foreign
    return literal.value == "true"


def _text(term: Term) -> str:
    literal = _literal(term)
    if literal.datatype != XSD["string"]:
        raise Foreign
    return literal.value


# --- Constraint components (SHACL, section 4) ---


def _undecided(statements: Statements, nodes: Set[Term], found: Table) -> Verdict:
    return Verdict(unsure=nodes)


def _nothing(statements: Statements, nodes: Set[Term], found: Table) -> Verdict:
    return FINE


def _datatype(given: Parameter) -> Constraint:
    # To pySHACL every literal is of these two.
    if given.iri in (RDFS["Literal"], RDFS["Datatype"]):
        raise Foreign
    return each(has_datatype(given.iri))


def _node_kind(given: Parameter) -> Constraint:
    if given.value not in NODE_KINDS:
        raise Foreign
    return each(satisfies(is_kind(given.iri)))


def _pattern(given: Parameter) -> Constraint:
    flags = _text(given.beside("flags") or Literal("")).lower()
    try:
        pattern = re.compile(_text(given.value), (re.I if "i" in flags else 0) | (re.M if "m" in flags else 0))
    except (re.error, OverflowError, RecursionError) as error:
        raise Foreign from error
    return each(satisfies(spelt(pattern.search)))


def _min_length(given: Parameter) -> Constraint:
    least = given.number
    return each(satisfies(spelt(lambda text: len(text) >= least))) if least else _nothing


def _max_length(given: Parameter) -> Constraint:
    most = given.number
    return each(satisfies(spelt(lambda text: len(text) <= most)))


def _languages(given: Parameter) -> Constraint:
    return each(satisfies(in_language({_text(term).lower() for term in given.listed})))


def _closed(given: Parameter) -> Constraint:
    ignored = given.beside("ignoredProperties")
    allowed = {_iri(term) for term in given.shapes.members(ignored)} if ignored else set()
    for part in given.shapes.all(given.node, SH["property"]):
        path = given.shapes.one(part, SH["path"])
        allowed |= {path} if isinstance(path, NamedNode) else set()
    return each(only(allowed)) if _truth(given.value) else _nothing


def _qualified(given: Parameter) -> Constraint:
    least, most = given.beside("qualifiedMinCount"), given.beside("qualifiedMaxCount")
    apart = given.beside("qualifiedValueShapesDisjoint")
    if least is None and most is None:
        raise Foreign
    return qualified(
        given.shape,
        _siblings(given) if apart and _truth(apart) else [],
        least=_number(least) if least else 0,
        most=_number(most) if most else None,
    )


def _siblings(given: Parameter) -> list[Shape]:
    shapes = given.shapes
    wholes = shapes.subjects(SH["property"], given.node)
    parts = {part for whole in wholes for part in shapes.all(whole, SH["property"])}
    others = {other for part in parts for other in shapes.all(part, SH["qualifiedValueShape"])} - {given.value}
    return [shapes.shape(other, given.around) for other in others]


def _listed(least: Callable[[int], int], most: Callable[[int], int]) -> Callable[[Parameter], Constraint]:
    """How many of the listed shapes a value conforms to, given their number."""

    def component(given: Parameter) -> Constraint:
        shapes = given.listed_shapes
        return each(conforms_to(shapes, least(len(shapes)), most(len(shapes))))

    return component


COMPONENTS: Final[Mapping[NamedNode, Callable[[Parameter], Constraint]]] = {
    SH["class"]: lambda given: each(is_a(given.iri)),
    SH["datatype"]: _datatype,
    SH["nodeKind"]: _node_kind,
    SH["minCount"]: lambda given: at_least(given.number),
    SH["maxCount"]: lambda given: at_most(given.number),
    SH["minExclusive"]: lambda given: each(compared(given.literal, {1})),
    SH["minInclusive"]: lambda given: each(compared(given.literal, {0, 1})),
    SH["maxExclusive"]: lambda given: each(compared(given.literal, {-1})),
    SH["maxInclusive"]: lambda given: each(compared(given.literal, {-1, 0})),
    SH["minLength"]: _min_length,
    SH["maxLength"]: _max_length,
    SH["pattern"]: _pattern,
    SH["languageIn"]: _languages,
    SH["uniqueLang"]: lambda given: one_per_language if _truth(given.value) else _nothing,
    SH["equals"]: lambda given: equals(given.iri),
    SH["disjoint"]: lambda given: disjoint(given.iri),
    SH["lessThan"]: lambda given: ordered(given.iri, {-1}),
    SH["lessThanOrEquals"]: lambda given: ordered(given.iri, {-1, 0}),
    SH["not"]: lambda given: each(negated(given.shape)),
    SH["and"]: _listed(least=lambda count: count, most=lambda count: count),
    SH["or"]: _listed(least=lambda count: 1, most=lambda count: count),
    SH["xone"]: _listed(least=lambda count: 1, most=lambda count: 1),
    SH["node"]: lambda given: each(conforms(given.node_shape)),
    SH["property"]: lambda given: each(conforms(given.shape)),
    SH["qualifiedValueShape"]: _qualified,
    SH["closed"]: _closed,
    SH["hasValue"]: lambda given: includes(given.value),
    SH["in"]: lambda given: each(is_one_of(frozenset(given.listed))),
}

ATTENDANT: Final = {
    SH["flags"]: SH["pattern"],
    SH["ignoredProperties"]: SH["closed"],
    SH["qualifiedMinCount"]: SH["qualifiedValueShape"],
    SH["qualifiedMaxCount"]: SH["qualifiedValueShape"],
    SH["qualifiedValueShapesDisjoint"]: SH["qualifiedValueShape"],
}
"""Parameters that stand beside another one."""

_CLASSES: Final = {RDFS["Class"], OWL["Class"]}
_AIMING: Final = {SH["targetNode"], *_TARGETS}
_LEADING: Final = {SH[name] for name in "property node not and or xone qualifiedValueShape".split()}
_OF_PROPERTIES: Final = {
    SH[name] for name in "minCount maxCount uniqueLang lessThan lessThanOrEquals qualifiedValueShape".split()
}
_REPEATABLE: Final = {
    *_AIMING,
    *(
        SH[name]
        for name in "message name description order group defaultValue property node not and or xone".split()
    ),
    *(SH[name] for name in "class pattern equals disjoint lessThan lessThanOrEquals hasValue".split()),
    *(SH[name] for name in "minExclusive minInclusive maxExclusive maxInclusive".split()),
}
