"""SHACL's constraint components over whole sets of nodes at once, as pySHACL judges them.

A verdict may be unsure: then pySHACL is asked. So nothing here needs to know every datatype; it needs to be right
where it is sure.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from publisher.compiler.statements import NONE, Path, Statements, Table, values
from publisher.description import Term
from publisher.namespaces import RDF, RDFS, SH, XSD


class Foreign(Exception):
    """Not ours to judge: pySHACL has to be asked about every node, and may give up."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which nodes surely fail and which perhaps do; no node is in both."""

    wrong: Set[Term] = NONE
    unsure: Set[Term] = NONE

    def __or__(self, other: Verdict) -> Verdict:
        """Nodes that fail the one or the other."""
        wrong = self.wrong | other.wrong
        return Verdict(wrong, (self.unsure | other.unsure) - wrong)

    @property
    def suspects(self) -> Set[Term]:
        """Every node that does not surely conform."""
        return self.wrong | self.unsure


FINE: Final = Verdict()

Check = Callable[[Statements, Set[Term]], Verdict]
"""Which of these value nodes fail."""

Constraint = Callable[[Statements, Set[Term], Table], Verdict]
"""Which of these focus nodes fail, given the value nodes of each."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape as read: `parts` are the property shapes of a node shape, which are judged by themselves too."""

    path: Path | None
    constraints: tuple[Constraint, ...]
    parts: Mapping[Term, Shape]
    deactivated: bool = False


def failing(shape: Shape, statements: Statements, nodes: Set[Term]) -> Verdict:
    """Which of these nodes do not conform to the shape."""
    parts = () if shape.deactivated else shape.parts.values()
    of_parts = (failing(part, statements, nodes) for part in parts)
    return reduce(Verdict.__or__, of_parts, failing_itself(shape, statements, nodes))


def failing_itself(shape: Shape, statements: Statements, nodes: Set[Term]) -> Verdict:
    """Which of these nodes break a constraint of the shape, its parts left out."""
    if shape.deactivated or not shape.constraints or not nodes:
        return FINE
    found: Table = {node: {node} for node in nodes}
    if shape.path is not None:
        found = values(shape.path, statements, nodes)
    verdicts = (constraint(statements, nodes, found) for constraint in shape.constraints)
    return reduce(Verdict.__or__, verdicts, FINE)


def undecided(statements: Statements, nodes: Set[Term], found: Table) -> Verdict:
    """The constraint that any node may fail."""
    return Verdict(unsure=nodes)


def harmless(statements: Statements, nodes: Set[Term], found: Table) -> Verdict:
    """The constraint that none fails."""
    return FINE


# --- Constraints on each value ---


def each(check: Check) -> Constraint:
    """The constraint that no value fails this check. All values are checked at once, whosever they are."""

    def constraint(statements: Statements, nodes: Set[Term], found: Table) -> Verdict:
        bad = check(statements, NONE.union(*found.values()))
        wrong = _touched(found, bad.wrong)
        return Verdict(wrong, _touched(found, bad.unsure) - wrong)

    return constraint


def _touched(found: Table, bad: Set[Term]) -> Set[Term]:
    """The nodes that have one of these values."""
    return {node for node, has in found.items() if not bad.isdisjoint(has)} if bad else NONE


def conforms(shape: Shape) -> Check:
    """Values that do not conform to a shape (sh:node, sh:property of a property shape)."""
    return lambda statements, nodes: failing(shape, statements, nodes)


def negated(shape: Shape) -> Check:
    """Values that do conform to it (sh:not)."""

    def check(statements: Statements, nodes: Set[Term]) -> Verdict:
        verdict = failing(shape, statements, nodes)
        return Verdict(nodes - verdict.suspects, verdict.unsure)

    return check


def conforms_to(shapes: Sequence[Shape], least: int, most: int) -> Check:
    """Values that conform to fewer or more of these shapes (sh:and, sh:or, sh:xone)."""

    def check(statements: Statements, nodes: Set[Term]) -> Verdict:
        verdicts = [failing(shape, statements, nodes) for shape in shapes]
        surely = Counter(node for verdict in verdicts for node in nodes - verdict.suspects)
        perhaps = Counter(node for verdict in verdicts for node in nodes - verdict.wrong)
        return _outside(nodes, surely, perhaps, least, most)

    return check


def _outside(
    nodes: Set[Term], surely: Mapping[Term, int], perhaps: Mapping[Term, int], least: int, most: int | None
) -> Verdict:
    """Nodes whose count, which lies between these two, is not in this range."""
    top = sys.maxsize if most is None else most
    wrong = {node for node in nodes if perhaps[node] < least or surely[node] > top}
    return Verdict(wrong, {node for node in nodes if surely[node] < least or perhaps[node] > top} - wrong)


def is_one_of(nodes: Set[Term]) -> Check:
    """sh:in."""
    return lambda _, found: Verdict(found - nodes)


def is_a(type: NamedNode) -> Check:
    """sh:class."""
    return lambda statements, found: Verdict(found - statements.instances(type))


def satisfies(test: Callable[[Term], bool]) -> Check:
    """Whatever one look at the value tells."""
    return lambda _, found: Verdict({term for term in found if not test(term)})


def in_language(ranges: Set[str]) -> Callable[[Term], bool]:
    """sh:languageIn: the whole tag, or the part before its first hyphen, is listed."""

    def test(term: Term) -> bool:
        tag = _language(term)
        return bool(tag) and ("*" in ranges or tag in ranges or tag.partition("-")[0] in ranges)

    return test


def spelt(test: Callable[[str], object]) -> Callable[[Term], bool]:
    """sh:pattern, sh:minLength, sh:maxLength: a blank node has no spelling, so it fails."""
    return lambda term: isinstance(term, (NamedNode, Literal)) and bool(test(term.value))


def _language(term: Term) -> str:
    return (term.language or "").lower() if isinstance(term, Literal) else ""


# --- Constraints on all values of a node together ---


def at_least(count: int) -> Constraint:
    """sh:minCount."""
    return lambda _, nodes, found: Verdict({node for node in nodes if len(found.get(node, NONE)) < count})


def at_most(count: int) -> Constraint:
    """sh:maxCount."""
    return lambda _, nodes, found: Verdict({node for node, has in found.items() if len(has) > count})


def includes(value: Term) -> Constraint:
    """sh:hasValue."""
    return lambda _, nodes, found: Verdict({node for node in nodes if value not in found.get(node, NONE)})


def one_per_language(_: Statements, nodes: Set[Term], found: Table) -> Verdict:
    """sh:uniqueLang."""

    def repeats(terms: Set[Term]) -> bool:
        tags = [tag for term in terms if (tag := _language(term))]
        return len(tags) != len(set(tags))

    return Verdict({node for node, has in found.items() if len(has) > 1 and repeats(has)})


def equals(predicate: NamedNode) -> Constraint:
    """sh:equals."""

    def constraint(statements: Statements, nodes: Set[Term], found: Table) -> Verdict:
        other = statements.objects(predicate)
        return Verdict({node for node in nodes if found.get(node, NONE) != other.get(node, NONE)})

    return constraint


def disjoint(predicate: NamedNode) -> Constraint:
    """sh:disjoint."""

    def constraint(statements: Statements, nodes: Set[Term], found: Table) -> Verdict:
        other = statements.objects(predicate)
        return Verdict({node for node, has in found.items() if not has.isdisjoint(other.get(node, NONE))})

    return constraint


def only(allowed: Set[NamedNode]) -> Check:
    """sh:closed."""

    def check(statements: Statements, nodes: Set[Term]) -> Verdict:
        others = (statements.objects(each) for each in statements.predicates - allowed - {RDF["type"]})
        wrong = NONE.union(*(nodes & table.keys() for table in others))
        # pySHACL forgives everybody for being an rdfs:Resource.
        types = {} if RDF["type"] in allowed else values(RDF["type"], statements, nodes)
        return Verdict(wrong | {node for node, has in types.items() if has != {RDFS["Resource"]}})

    return check


def qualified(shape: Shape, siblings: Sequence[Shape], least: int, most: int | None) -> Constraint:
    """sh:qualifiedValueShape: so many values conform to this shape and to none of its siblings."""

    def constraint(statements: Statements, nodes: Set[Term], found: Table) -> Verdict:
        everything = NONE.union(*found.values())
        verdict = failing(shape, statements, everything)
        others = [failing(sibling, statements, everything) for sibling in siblings]
        surely = everything.difference(verdict.suspects, *(everything - other.wrong for other in others))
        perhaps = everything.difference(verdict.wrong, *(everything - other.suspects for other in others))
        return _outside(nodes, _count(nodes, found, surely), _count(nodes, found, perhaps), least, most)

    return constraint


def _count(nodes: Set[Term], found: Table, counted: Set[Term]) -> dict[Term, int]:
    return {node: len(counted & found.get(node, NONE)) for node in nodes}


# --- What a literal says, where we are sure that pySHACL reads it in the same way ---

_INTEGER: Final = "[+-]?[0-9]{1,18}"
_DAY: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MOMENT: Final = _DAY + "T[0-9]{2}:[0-9]{2}:[0-9]{2}"
_WELL_FORMED: Final = {
    XSD["boolean"]: "true|false|1|0",
    XSD["integer"]: _INTEGER,
    XSD["nonNegativeInteger"]: "[0-9]{1,18}",
    XSD["positiveInteger"]: "[1-9][0-9]{0,17}",
    XSD["long"]: _INTEGER,
    XSD["int"]: "[+-]?[0-9]{1,9}",
    XSD["decimal"]: r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?",
    XSD["double"]: r"[+-]?[0-9]{1,9}(\.[0-9]{1,9})?([eE][+-]?[0-9]{1,2})?",
    XSD["gYear"]: "[1-9][0-9]{3}",
    XSD["gYearMonth"]: "[1-9][0-9]{3}-(0[1-9]|1[0-2])",
    XSD["date"]: _DAY,
    XSD["dateTime"]: _MOMENT + r"(\.[0-9]{3}|\.[0-9]{6})?(Z|[+-]0[0-9]:[0-5][0-9])?",
}
"""Spellings that are certainly right; others may be."""

_FREE: Final = {
    RDF["langString"],
    *(XSD[name] for name in "string anyURI token normalizedString language".split()),
}
"""Where any spelling is."""

_CALENDAR: Final = {XSD["date"]: date.fromisoformat, XSD["dateTime"]: datetime.fromisoformat}
"""Where a spelling may be right and the day not exist."""


def has_datatype(datatype: NamedNode) -> Check:
    """sh:datatype: a literal of that type, and well-formed."""

    def check(_: Statements, nodes: Set[Term]) -> Verdict:
        literals = {term for term in nodes if isinstance(term, Literal) and term.datatype == datatype}
        free = datatype in _FREE
        return Verdict(nodes - literals, NONE if free else {term for term in literals if not _well_formed(term)})

    return check


def _well_formed(literal: Literal) -> bool:
    return _is_spelt(literal, _WELL_FORMED)


def _is_spelt(literal: Literal, patterns: Mapping[NamedNode, str]) -> bool:
    pattern = patterns.get(literal.datatype)
    if pattern is None or not re.fullmatch(pattern, literal.value):
        return False
    try:
        _CALENDAR.get(literal.datatype, str)(literal.value)
    except ValueError:
        return False
    return True


def compared(bound: Literal, accepted: Set[int]) -> Check:
    """sh:minInclusive and its like: the sign of value minus bound is one of these."""

    def check(_: Statements, nodes: Set[Term]) -> Verdict:
        signs = {term: _sign(term, bound) for term in nodes if isinstance(term, Literal)}
        unsure = {term for term, sign in signs.items() if sign is None}
        # pySHACL stops altogether where it has to compare with what is not a number.
        if any("nan" in term.value.lower() for term in (*unsure, bound)):
            raise Foreign
        wrong = {term for term, sign in signs.items() if sign is not None and sign not in accepted}
        return Verdict((nodes - signs.keys()) | wrong, unsure)

    return check


def ordered(predicate: NamedNode, accepted: Set[int]) -> Constraint:
    """sh:lessThan, sh:lessThanOrEquals: the same between every value and every value of another property."""

    def constraint(statements: Statements, nodes: Set[Term], found: Table) -> Verdict:
        other = statements.objects(predicate)
        signs = {node: _signs(has, other.get(node, NONE)) for node, has in found.items()}
        return Verdict({node for node, seen in signs.items() if not seen <= accepted})

    return constraint


def _signs(ones: Set[Term], others: Set[Term]) -> set[int]:
    # There are blank nodes and literals at which pySHACL stops altogether, whatever the shape around it would make
    # of a failure. The former even with nothing to compare them to.
    if any(isinstance(term, BlankNode) for term in ones):
        raise Foreign
    return {_certain(_sign(one, other)) for one in ones for other in others}


def _certain(sign: int | None) -> int:
    if sign is None:
        raise Foreign
    return sign


def _sign(one: Term, two: Term) -> int | None:
    """Whether the one comes before (-1) or after (1) the other; None where we would have to guess."""
    first, second = _place(one), _place(two)
    # rdflib has an order of its own for two spellings of one number.
    if first is None or second is None or first[:2] != second[:2] or (first == second and one != two):
        return None
    return (first > second) - (first < second)


def _place(term: Term) -> tuple[str, bool, int, str] | None:
    """What a literal is ordered by: only those with the same datatype, and with or without a zone, compare."""
    if not isinstance(term, Literal) or not _is_spelt(term, _ORDERED):
        return None
    number, text = (int(term.value), "") if term.datatype == XSD["integer"] else (0, term.value)
    return term.datatype.value, text.endswith("Z"), number, text


_ORDERED: Final = {XSD["integer"]: _INTEGER, XSD["date"]: _DAY, XSD["dateTime"]: _MOMENT + "Z?"}
"""Spellings that sort as what they mean does, numbers apart."""


def is_kind(kind: NamedNode) -> Callable[[Term], bool]:
    """sh:nodeKind."""
    classes = NODE_KINDS[kind]
    return lambda term: isinstance(term, classes)


NODE_KINDS: Final = {
    SH["IRI"]: (NamedNode,),
    SH["BlankNode"]: (BlankNode,),
    SH["Literal"]: (Literal,),
    SH["BlankNodeOrIRI"]: (BlankNode, NamedNode),
    SH["BlankNodeOrLiteral"]: (BlankNode, Literal),
    SH["IRIOrLiteral"]: (NamedNode, Literal),
}
