"""The screen and pySHACL together report what pySHACL reports alone: for our shapes and others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

import pyshacl
import pytest
import rdflib
import shaping
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from rdflib.namespace import SH as RESULT

from publisher.compiler.entail import semantics
from publisher.compiler.screen import screen
from publisher.compiler.statements import Statements
from publisher.compiler.validate import as_rdflib, graph_over, program_shapes
from publisher.namespaces import SH

ROOT = Path(__file__).parents[2]
BASE = "https://example.org/"
EXAMPLES = sorted((ROOT / "tests" / "shapes").rglob("*.ttl"))
GOOD = [path for path in EXAMPLES if path.parent.name == "good"]
TARGETS = {SH[f"target{kind}"] for kind in ("Class", "Node", "SubjectsOf", "ObjectsOf")}
TERMS = (
    RESULT.focusNode,
    RESULT.sourceShape,
    RESULT.sourceConstraintComponent,
    RESULT.resultSeverity,
    RESULT.resultPath,
    RESULT.value,
)


def turtle(text: str | bytes) -> list[Quad]:
    content = text if isinstance(text, bytes) else (shaping.PREFIXES + text).encode()
    return list(parse(content, RdfFormat.TURTLE, base_iri=BASE, rename_blank_nodes=True))


PROGRAM = [quad for file in program_shapes("skos.ttl", "dcat-ap.ttl") for quad in turtle(file.content)]
SITE = [quad for path in sorted((ROOT / "shapes").glob("*.ttl")) for quad in turtle(path.read_bytes())]


def report(content: rdflib.Graph, shapes: Sequence[Quad]) -> set[tuple[str, ...]] | type[Exception]:
    """What pySHACL finds, without the messages; or how it gives up. Paths that are blank nodes get other names."""
    try:
        _, found, _ = pyshacl.validate(content, shacl_graph=as_rdflib(shapes), inplace=True)
        results = found.objects(None, RESULT.result)
    except Exception as error:
        return type(error)
    return {tuple(written(found.value(each, term), term) for term in TERMS) for each in results}


def written(node: object, term: object) -> str:
    return "path" if term == RESULT.resultPath and isinstance(node, rdflib.BNode) else repr(node)


def assert_same_report(content: list[Quad], shapes: list[Quad]) -> None:
    statements = Statements(content)
    assert report(graph_over(statements), screen(statements, shapes)) == report(as_rdflib(content), shapes)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_our_shapes_report_the_same_of_their_examples(path: Path) -> None:
    shapes = SITE if path.parent.name == "site" else PROGRAM
    assert_same_report(semantics(turtle(path.read_bytes())), shapes)


@pytest.mark.parametrize("seed", range(40))
def test_shapes_made_at_random_report_the_same(seed: int) -> None:
    assert_same_report(turtle(shaping.content(seed).encode()), turtle(shaping.shapes(seed).encode()))


def changed(quads: list[Quad], seed: int) -> list[Quad]:
    """The same content with some statements left out, doubled at another node, or with another value."""
    chance = Random(seed)
    for _ in range(4):
        place = chance.randrange(len(quads))
        old, other = quads[place], chance.choice(quads)
        text = old.object.value if isinstance(old.object, (Literal, NamedNode)) else "x"
        new = chance.choice(
            (
                [],
                [old, Quad(other.subject, old.predicate, old.object)],
                [Quad(old.subject, old.predicate, other.object)],
                [Quad(old.subject, old.predicate, Literal(text))],
                [Quad(old.subject, old.predicate, Literal(text, language="fr")), old],
                [Quad(old.subject, other.predicate, old.object), old],
            )
        )
        quads = [*quads[:place], *new, *quads[place + 1 :]]
    return quads


@pytest.mark.parametrize("seed", range(12))
def test_content_changed_at_random_is_reported_the_same(seed: int) -> None:
    good = [*GOOD[seed % 3 :: 3], *(path for path in EXAMPLES if path.stem.endswith(".good"))]
    content = [quad for path in good for quad in turtle(path.read_bytes())]
    assert_same_report(semantics(changed(content, seed)), PROGRAM + SITE)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_content_that_conforms_leaves_nothing_to_look_at(path: Path) -> None:
    rules = "dcat-ap.ttl" if path.stem.startswith("A") else "skos.ttl"
    shapes = [quad for file in program_shapes(rules) for quad in turtle(file.content)]
    assert aims_of(screen(Statements(semantics(turtle(path.read_bytes()))), shapes)) == set()


def aims_of(shapes: Iterable[Quad]) -> set[tuple[str, str]]:
    """The local names of shapes and of the nodes that they are aimed at."""
    return {(name(quad.subject), name(quad.object)) for quad in shapes if quad.predicate in TARGETS}


def name(term: object) -> str:
    return term.value.rpartition("/")[2] if isinstance(term, NamedNode) else "_"


CONTENT = turtle('ex:a a ex:A ; ex:p "1", "2" . ex:b a ex:A ; ex:p "1" . ex:c a ex:A .')


def test_only_the_nodes_that_may_fail_are_left_to_look_at() -> None:
    shapes = turtle(
        "ex:S a sh:NodeShape ; sh:targetClass ex:A ; sh:property ex:P . ex:P sh:path ex:p ; sh:maxCount 1 ."
    )
    assert aims_of(screen(Statements(CONTENT), shapes)) == {("P", "a")}


@pytest.mark.parametrize(
    "foreign",
    [
        'sh:sparql [ sh:select "SELECT $this WHERE { $this a ex:A }" ]',
        "sh:node ex:S",
        "sh:property [ sh:path ex:p ; sh:node ex:S ]",
        "sh:minCount 1",
        'sh:pattern "("',
        "sh:property [ sh:path ex:p , ex:q ; sh:minCount 1 ]",
        "sh:property [ sh:path [ sh:inversePath ( ex:p ex:q ) ] ; sh:node [ sh:nodeKind sh:IRI ] ]",
        "sh:expression sh:this",
        "sh:datatype rdfs:Literal",
    ],
    ids=[
        "query",
        "itself",
        "itself below",
        "no path",
        "pattern",
        "two paths",
        "inverse",
        "unknown",
        "any literal",
    ],
)
def test_what_cannot_be_compiled_keeps_its_targets(foreign: str) -> None:
    shapes = turtle(f"ex:S a sh:NodeShape ; sh:targetClass ex:A ; {foreign} .")
    assert set(screen(Statements(CONTENT), shapes)) == set(shapes)


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("sh:lessThan ex:q", "[]"),
        ("sh:lessThanOrEquals ex:q", '"x"^^xsd:integer ; ex:q 1'),
        ("sh:minInclusive 1.5", '"NaN"^^xsd:double'),
    ],
    ids=["blank node", "no number", "not a number"],
)
def test_where_pyshacl_gives_up_it_still_does(constraint: str, values: str) -> None:
    shapes = turtle(f"ex:S sh:targetClass ex:A ; sh:not [ sh:path ex:p ; sh:maxCount 0 ; {constraint} ] .")
    content = turtle(f"ex:a a ex:A ; ex:p {values} .")
    assert isinstance(report(as_rdflib(content), shapes), type)
    assert_same_report(content, shapes)


def test_part_that_cannot_be_compiled_is_asked_about_at_every_node() -> None:
    shapes = turtle(
        "ex:S a sh:NodeShape ; sh:targetClass ex:A ; sh:property ex:P , ex:Q ."
        "ex:P sh:path ex:p ; sh:maxCount 1 ."
        'ex:Q sh:path ex:p ; sh:sparql [ sh:select "SELECT $this WHERE { $this ex:no $PATH }" ] .'
    )
    assert aims_of(screen(Statements(CONTENT), shapes)) == {("P", "a"), ("Q", "a"), ("Q", "b"), ("Q", "c")}


def test_constraint_components_of_others_leave_every_shape_as_it_is() -> None:
    shapes = turtle("ex:S sh:targetClass ex:A ; ex:limit 2 . ex:Limit a sh:ConstraintComponent .")
    assert screen(Statements(CONTENT), shapes) == shapes


def test_spelling_of_a_number_is_what_the_source_says() -> None:
    shapes = turtle(
        "ex:S sh:targetClass ex:A ; sh:path ex:size ; sh:datatype xsd:nonNegativeInteger ; sh:in ( 7 8 ) ."
    )
    content = turtle('ex:a a ex:A ; ex:size "7"^^xsd:nonNegativeInteger . ex:b a ex:A ; ex:size 7 .')
    assert aims_of(screen(Statements(content), shapes)) == {("S", "a"), ("S", "b")}
    assert_same_report(content, shapes)
