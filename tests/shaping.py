"""Shapes and content made at random, to compare what two readers make of them; the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

PREFIXES: Final = """
@prefix ex: <https://voorbeeld.example/id/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
NODES: Final = tuple("ex:n0 ex:n1 ex:n2 ex:n3 ex:n4 ex:n5 _:x _:y".split())
CLASSES: Final = ("ex:A", "ex:B", "ex:C")
PROPERTIES: Final = ("ex:p", "ex:q", "ex:r")
LITERALS: Final = tuple(
    """
    "" "a" "a"@nl "ab"@nl "a"@nl-BE "b"@en "1"^^xsd:integer "01"^^xsd:integer "5"^^xsd:integer "-3"^^xsd:integer
    "x"^^xsd:integer "5"^^xsd:nonNegativeInteger "-5"^^xsd:nonNegativeInteger "1.50"^^xsd:decimal
    "2020-01-01"^^xsd:date "2020-02-30"^^xsd:date "2021-01-01Z"^^xsd:date "2020-05-01T10:00:00"^^xsd:dateTime
    "2020-05-01T10:00:00Z"^^xsd:dateTime "2020-05-01T24:00:00Z"^^xsd:dateTime "true"^^xsd:boolean
    "TRUE"^^xsd:boolean "2020"^^xsd:gYear "a:b"^^xsd:anyURI "1e3"^^xsd:double "zz"^^ex:code
    """.split()
)
_XSD = "integer date string dateTime boolean decimal nonNegativeInteger gYear double".split()
DATATYPES: Final = (*(f"xsd:{name}" for name in _XSD), "rdf:langString", "rdfs:Literal", "ex:code")
KINDS: Final = ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
BOUNDS: Final = ("1", '"3"^^xsd:integer', '"2020-03-01"^^xsd:date', "1.5", '"2020-05-01T10:00:00Z"^^xsd:dateTime')
DEEPEST: Final = 2


def content(seed: int) -> str:
    """A few dozen statements about a few nodes, of every kind of literal."""
    chance = Random(seed)
    lines = [
        chance.choice(
            (
                f"{chance.choice(NODES)} a {chance.choice(CLASSES)} .",
                f"{chance.choice(NODES)} {chance.choice(PROPERTIES)} {chance.choice(NODES)} .",
                f"{chance.choice(NODES)} {chance.choice(PROPERTIES)} {chance.choice(LITERALS)} .",
            )
        )
        for _ in range(chance.randint(5, 40))
    ]
    subclasses = chance.sample(
        ("ex:B rdfs:subClassOf ex:A .", "ex:C rdfs:subClassOf ex:B ."), chance.randint(0, 2)
    )
    return PREFIXES + "\n".join([*lines, *subclasses])


def shapes(seed: int) -> str:
    """A few shapes, each with a target and with shapes inside of shapes."""
    chance = Random(seed)
    return PREFIXES + "\n".join(_top(chance, number) for number in range(chance.randint(1, 3)))


def _top(chance: Random, number: int) -> str:
    name, target = chance.choice(
        (
            (f"ex:Shape{number}", f"sh:targetClass {chance.choice(CLASSES)}"),
            (f"ex:Shape{number}", f"sh:targetNode {' , '.join(chance.sample((*NODES, *LITERALS), 4))}"),
            (f"ex:Shape{number}", f"sh:targetSubjectsOf {chance.choice(PROPERTIES)}"),
            (f"ex:Shape{number}", f"sh:targetObjectsOf {chance.choice(PROPERTIES)}"),
            (CLASSES[number], "a rdfs:Class"),
        )
    )
    kind, body = chance.choice((("Node", _node_shape), ("Property", _property_shape)))
    return f"{name} a sh:{kind}Shape ; {target} ; {body(chance, 0)} ."


def _node_shape(chance: Random, depth: int) -> str:
    return _body(chance, depth, NODE_COMPONENTS)


def _property_shape(chance: Random, depth: int) -> str:
    return f"sh:path {_path(chance, 0)} ; {_body(chance, depth, NODE_COMPONENTS | PROPERTY_COMPONENTS)}"


def _any_shape(chance: Random, depth: int) -> str:
    return chance.choice((_node_shape, _property_shape))(chance, depth)


def _body(chance: Random, depth: int, components: dict[str, Component]) -> str:
    names = [name for name in components if depth < DEEPEST or name not in LEADING]
    said = [components[name](chance, depth + 1) for name in sorted(set(chance.choices(names, k=3)))]
    also = chance.choice(("sh:severity sh:Warning", "sh:severity sh:Violation", "", "", "", "sh:deactivated true"))
    return " ; ".join(filter(None, (*said, also)))


def _path(chance: Random, depth: int) -> str:
    if depth > DEEPEST or chance.random() < 0.5:
        return chance.choice(PROPERTIES)
    steps = " ".join(_path(chance, depth + 1) for _ in range(chance.randint(2, 3)))
    one = _path(chance, depth + 1)
    return chance.choice(
        (
            f"( {steps} )",
            f"[ sh:alternativePath ( {steps} ) ]",
            f"[ sh:inversePath {one} ]",
            f"[ sh:zeroOrMorePath {one} ]",
            f"[ sh:oneOrMorePath {one} ]",
            f"[ sh:zeroOrOnePath {one} ]",
        )
    )


Component = Callable[[Random, int], str]


def _of(name: str, choices: tuple[str, ...]) -> dict[str, Component]:
    return {name: lambda chance, _: f"sh:{name} {chance.choice(choices)}"}


def _listed(name: str) -> dict[str, Component]:
    def component(chance: Random, depth: int) -> str:
        members = " ".join(f"[ {_any_shape(chance, depth)} ]" for _ in range(chance.randint(1, 3)))
        return f"sh:{name} ( {members} )"

    return {name: component}


def _qualified(chance: Random, depth: int) -> str:
    count = chance.choice(("sh:qualifiedMinCount 1", "sh:qualifiedMinCount 2", "sh:qualifiedMaxCount 0"))
    apart = chance.choice(("", " ; sh:qualifiedValueShapesDisjoint true"))
    return f"sh:qualifiedValueShape [ {_any_shape(chance, depth)} ] ; {count}{apart}"


LEADING: Final = {"not", "and", "or", "xone", "node", "property", "qualified"}
NODE_COMPONENTS: Final[dict[str, Component]] = {
    **_of("class", CLASSES),
    **_of("datatype", DATATYPES),
    **_of("nodeKind", tuple(f"sh:{kind}" for kind in KINDS)),
    **_of("minExclusive", BOUNDS),
    **_of("minInclusive", BOUNDS),
    **_of("maxExclusive", BOUNDS),
    **_of("maxInclusive", BOUNDS),
    **_of("minLength", ("0", "1", "2")),
    **_of("maxLength", ("1", "2", "40")),
    **_of("pattern", ('"^a"', '"A" ; sh:flags "i"', '"n[0-3]$"', '"^.$"')),
    **_of("languageIn", ('( "nl" )', '( "en" "nl-BE" )', '( "*" )')),
    **_of("equals", PROPERTIES),
    **_of("disjoint", PROPERTIES),
    **_of("hasValue", (*NODES[:4], *LITERALS)),
    **_of("in", (f"( {' '.join(NODES[:5])} )", f"( {' '.join(LITERALS[:9])} ex:n1 )")),
    **_of("closed", ("true", "true ; sh:ignoredProperties ( rdf:type ex:p )")),
    "not": lambda chance, depth: f"sh:not [ {_any_shape(chance, depth)} ]",
    "node": lambda chance, depth: f"sh:node [ {_node_shape(chance, depth)} ]",
    "property": lambda chance, depth: " ; ".join(
        f"sh:property [ {_property_shape(chance, depth)} ]" for _ in range(chance.randint(1, 2))
    ),
    **_listed("and"),
    **_listed("or"),
    **_listed("xone"),
}
PROPERTY_COMPONENTS: Final[dict[str, Component]] = {
    **_of("minCount", ("0", "1", "2")),
    **_of("maxCount", ("0", "1", "2")),
    **_of("uniqueLang", ("true",)),
    **_of("lessThan", PROPERTIES),
    **_of("lessThanOrEquals", PROPERTIES),
    "qualified": _qualified,
}
