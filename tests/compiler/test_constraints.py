"""Each constraint component: what conforms is known for sure, so that only the rest is left for pySHACL."""

from __future__ import annotations

import pytest
import shaping
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from publisher.compiler.screen import screen
from publisher.compiler.shapes import aims
from publisher.compiler.statements import Statements
from publisher.namespaces import SH


def turtle(text: str) -> list[Quad]:
    return list(parse((shaping.PREFIXES + text).encode(), RdfFormat.TURTLE, rename_blank_nodes=True))


def suspects(constraint: str, statements: str) -> set[str]:
    """The local names of what may fail a property shape about `ex:p`."""
    shapes = turtle(f"ex:S sh:targetSubjectsOf ex:here ; sh:path ex:p ; {constraint} .")
    content = turtle(f"ex:good ex:here true . ex:bad ex:here true . {statements}")
    aimed = [quad.object for quad in screen(Statements(content), shapes) if quad.predicate == SH["targetNode"]]
    return {node.value.rpartition("/")[2] for node in aimed if isinstance(node, NamedNode)}


@pytest.mark.parametrize(
    ("constraint", "good", "bad"),
    [
        ("sh:class ex:A", "ex:x", "ex:y"),
        ("sh:class ex:Above", "ex:x", '"x"'),
        ("sh:datatype xsd:integer", "1, -22", "1.0"),
        ("sh:datatype xsd:nonNegativeInteger", '"0"^^xsd:nonNegativeInteger', "0"),
        ("sh:datatype xsd:date", '"2024-02-29"^^xsd:date', '"2023-02-29"^^xsd:date'),
        (
            "sh:datatype xsd:dateTime",
            '"2026-11-23T12:00:00.250+01:00"^^xsd:dateTime',
            '"2026-11-23"^^xsd:dateTime',
        ),
        ("sh:datatype xsd:boolean", "true", '"ja"^^xsd:boolean'),
        ("sh:datatype xsd:decimal", "1.50", '"1,5"^^xsd:decimal'),
        ("sh:datatype rdf:langString", '"a"@nl', '"a"'),
        ("sh:datatype xsd:string", '"a"', '"a"@nl'),
        ("sh:nodeKind sh:IRI", "ex:x", "[]"),
        ("sh:nodeKind sh:BlankNodeOrLiteral", '[], "a"', "ex:x"),
        ("sh:minCount 2", "1, 2", "1"),
        ("sh:maxCount 1", "1", "1, 2"),
        ("sh:minInclusive 3", "3, 10", "2"),
        ("sh:minExclusive 3", "4", "3"),
        ("sh:maxInclusive 3", "3, -10", '"3"'),
        ('sh:maxExclusive "2026-01-01"^^xsd:date', '"2025-12-31"^^xsd:date', '"2026-01-01"^^xsd:date'),
        ("sh:minLength 2", '"ab", ex:x', '"a"'),
        ("sh:maxLength 2", '"ab"@nl', "[]"),
        ('sh:pattern "^H[0-9]"', '"H1"', '"h1"'),
        ('sh:pattern "^H[0-9]" ; sh:flags "i"', '"h1"', '"x h1"'),
        ('sh:languageIn ( "nl" "en" )', '"a"@nl, "b"@nl-BE', '"a"@fr'),
        ("sh:uniqueLang true", '"a"@nl, "b"@en, "c", "d"', '"a"@nl, "b"@nl'),
        ("sh:equals ex:q", "1 ; ex:q 1", "1 ; ex:q 2"),
        ("sh:disjoint ex:q", "1 ; ex:q 2", "1, 2 ; ex:q 2"),
        ("sh:lessThan ex:q", "1 ; ex:q 2, 3", "2 ; ex:q 2"),
        ("sh:lessThanOrEquals ex:q", '"2026-01-01"^^xsd:date ; ex:q "2026-01-01"^^xsd:date', "3 ; ex:q 2"),
        ("sh:not [ sh:class ex:A ]", "ex:y", "ex:x"),
        ("sh:and ( [ sh:class ex:A ] [ sh:nodeKind sh:IRI ] )", "ex:x", "ex:y"),
        ("sh:or ( [ sh:class ex:A ] [ sh:datatype xsd:integer ] )", "ex:x, 1", "ex:y"),
        ("sh:xone ( [ sh:class ex:A ] [ sh:nodeKind sh:IRI ] )", "ex:y", "ex:x"),
        ("sh:node [ sh:property [ sh:path rdf:type ; sh:minCount 1 ] ]", "ex:x", "ex:y"),
        ("sh:property [ sh:path rdf:type ; sh:minCount 1 ]", "ex:x", "ex:y"),
        ("sh:qualifiedValueShape [ sh:class ex:A ] ; sh:qualifiedMinCount 1", "ex:x, ex:y", "ex:y"),
        ("sh:qualifiedValueShape [ sh:class ex:A ] ; sh:qualifiedMaxCount 0", "ex:y", "ex:x, ex:y"),
        ("sh:closed true ; sh:ignoredProperties ( rdf:type )", "ex:x, ex:y", "ex:z"),
        ("sh:hasValue ex:x", "ex:x, ex:y", "ex:y"),
        ('sh:in ( ex:x 1 "a"@nl )', 'ex:x, 1, "a"@nl', '"01"^^xsd:integer'),
        ("sh:minCount 1 ; sh:maxLength 1 ; sh:deactivated true", '"a"', '"ab"'),
    ],
)
def test_only_what_fails_is_left(constraint: str, good: str, bad: str) -> None:
    things = "ex:x a ex:A . ex:A rdfs:subClassOf ex:Above . ex:z ex:q 1 ."
    found = suspects(constraint, f"ex:good ex:p {good} . ex:bad ex:p {bad} . {things}")
    assert found == ({"bad"} if "deactivated" not in constraint else set())


@pytest.mark.parametrize(
    ("constraint", "doubtful"),
    [
        ("sh:datatype xsd:duration", '"P1D"^^xsd:duration'),
        ("sh:minInclusive 1", "2.5"),
        ("sh:lessThan ex:q", '"2026-01-01T00:00:00Z"^^xsd:dateTime ; ex:q "2026-01-01T00:00:01"^^xsd:dateTime'),
        ("sh:not [ sh:minInclusive 1 ]", "0.5"),
        ("sh:qualifiedValueShape [ sh:minInclusive 1 ] ; sh:qualifiedMinCount 1", "2.5"),
        ("sh:or ( [ sh:minInclusive 1 ] [ sh:class ex:A ] )", "2.5"),
    ],
)
def test_what_is_doubtful_is_left_too(constraint: str, doubtful: str) -> None:
    assert suspects(constraint, f"ex:good ex:p {doubtful} .") >= {"good"}


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("ex:p", 1),
        ("[ sh:inversePath ex:p ]", 0),
        ("( ex:p ex:p )", 1),
        ("( ex:p ex:q )", 0),
        ("[ sh:alternativePath ( ex:p ex:here ) ]", 2),
        ("[ sh:zeroOrMorePath ex:p ]", 4),
        ("[ sh:oneOrMorePath ex:p ]", 3),
        ("[ sh:zeroOrOnePath ex:p ]", 2),
        ("( ex:p [ sh:inversePath ex:p ] )", 2),
    ],
)
def test_path_leads_to_so_many_nodes(path: str, count: int) -> None:
    shapes = turtle(
        f"ex:S a sh:PropertyShape ; sh:targetNode ex:a ; sh:path {path} ; "
        f"sh:maxCount {count} ; sh:minCount {count} ."
    )
    content = turtle(
        "ex:a ex:p ex:b ; ex:here 1 . ex:b ex:p ex:c . ex:c ex:p ex:d . ex:d ex:p ex:d . ex:e ex:p ex:b ."
    )
    assert not any(aims(quad) for quad in screen(Statements(content), shapes))
