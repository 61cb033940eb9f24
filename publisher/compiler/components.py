"""SHACL's constraint components by parameter, and how their values are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from publisher.compiler.constraints import (
    NODE_KINDS,
    Constraint,
    Foreign,
    Shape,
    at_least,
    at_most,
    compared,
    conforms,
    conforms_to,
    disjoint,
    each,
    equals,
    harmless,
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
from publisher.description import Term
from publisher.namespaces import RDFS, SH, XSD

if TYPE_CHECKING:  # shapes are made of components, and components of shapes
    from publisher.compiler.shapes import Shapes


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of a constraint parameter, and the shape it stands on; what it is not raises `Foreign`."""

    shapes: Shapes
    node: Term
    around: tuple[Term, ...]
    value: Term

    @property
    def iri(self) -> NamedNode:
        return iri_in(self.value)

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


def iri_in(term: Term) -> NamedNode:
    """The IRI that this has to be."""
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


def truth(term: Term) -> bool:
    """The boolean that this has to be."""
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
    return each(satisfies(spelt(lambda text: len(text) >= least))) if least else harmless


def _max_length(given: Parameter) -> Constraint:
    most = given.number
    return each(satisfies(spelt(lambda text: len(text) <= most)))


def _languages(given: Parameter) -> Constraint:
    return each(satisfies(in_language({_text(term).lower() for term in given.listed})))


def _closed(given: Parameter) -> Constraint:
    ignored = given.beside("ignoredProperties")
    allowed = {iri_in(term) for term in given.shapes.members(ignored)} if ignored else set()
    for part in given.shapes.all(given.node, SH["property"]):
        path = given.shapes.one(part, SH["path"])
        allowed |= {path} if isinstance(path, NamedNode) else set()
    return each(only(allowed)) if truth(given.value) else harmless


def _qualified(given: Parameter) -> Constraint:
    least, most = given.beside("qualifiedMinCount"), given.beside("qualifiedMaxCount")
    apart = given.beside("qualifiedValueShapesDisjoint")
    if least is None and most is None:
        raise Foreign
    return qualified(
        given.shape,
        _siblings(given) if apart and truth(apart) else [],
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
    SH["uniqueLang"]: lambda given: one_per_language if truth(given.value) else harmless,
    SH["equals"]: lambda given: equals(given.iri),
    SH["disjoint"]: lambda given: disjoint(given.iri),
    SH["lessThan"]: lambda given: ordered(given.iri, {-1}),
    SH["lessThanOrEquals"]: lambda given: ordered(given.iri, {-1, 0}),
    SH["not"]: lambda given: each(negated(given.shape)),
    SH["and"]: _listed(least=lambda count: count, most=lambda count: count),
    SH["or"]: _listed(least=lambda count: 1, most=lambda count: count),
    SH["xone"]: _listed(least=lambda count: 1, most=lambda count: 1),
    SH["node"]: lambda given: each(conforms(given.node_shape)),
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

LEADING: Final = {SH[name] for name in "property node not and or xone qualifiedValueShape".split()}
"""Parameters that lead to other shapes."""

OF_PROPERTIES: Final = {
    SH[name] for name in "minCount maxCount uniqueLang lessThan lessThanOrEquals qualifiedValueShape".split()
}
"""Parameters that only a property shape has."""

_SEVERAL: Final = (
    "class pattern equals disjoint lessThan lessThanOrEquals hasValue minExclusive minInclusive maxExclusive "
    "maxInclusive property node not and or xone"
)
REPEATABLE: Final = {SH[name] for name in _SEVERAL.split()}
"""Parameters that a shape may have several values of."""
