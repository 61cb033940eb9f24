"""Shapes that say little over content that says less: what a finding tells, and what broken shapes do."""

from __future__ import annotations

from itertools import product

import pytest
import rdflib
from pyoxigraph import Quad, RdfFormat, parse

from publisher.compiler.statements import Statements
from publisher.compiler.validate import PROGRAM_SHAPES, as_rdflib, graph_over, program_shapes, validate
from publisher.report import Finding, Severity
from publisher.source import SourceFile

PREFIXES = """
@prefix ex: <https://voorbeeld.example/id/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def turtle(text: str) -> list[Quad]:
    return list(parse(PREFIXES + text, RdfFormat.TURTLE))


def shapes(text: str, path: str = "shapes/huis.ttl") -> SourceFile:
    return SourceFile(path, (PREFIXES + text).encode())


def only(findings: list[Finding]) -> Finding:
    assert len(findings) == 1, findings
    return findings[0]


NOTED = shapes("""
ex:Notatie a sh:NodeShape ; sh:targetClass skos:Concept ;
    sh:property [ sh:path skos:notation ; sh:maxLength 2 ; sh:severity sh:Warning ;
        sh:message "De code is te lang."@nl , "The code is too long."@en ] .
""")
LONG_CODE = turtle('ex:a a skos:Concept ; skos:notation "H1.1" .')


def test_finding_says_which_resource_property_and_value_are_meant() -> None:
    finding = only(validate(LONG_CODE, [NOTED]))
    assert finding.focus == "https://voorbeeld.example/id/a"
    assert finding.message == 'De code is te lang. (skos:notation "H1.1")'
    assert finding.severity is Severity.WARNING
    assert (finding.path, finding.line) == ("", 0)


@pytest.mark.parametrize(
    ("languages", "message"),
    [
        (("en", "nl"), "The code is too long."),
        (("fr", "nl"), "De code is te lang."),
        (("fr",), "The code is too long."),
    ],
    ids=["first wanted", "second wanted", "any"],
)
def test_message_is_in_the_first_language_that_the_shape_speaks(languages, message) -> None:
    assert only(validate(LONG_CODE, [NOTED], languages=languages)).message.startswith(message)


def test_rule_of_a_nameless_shape_is_the_shape_that_it_is_part_of() -> None:
    assert only(validate(LONG_CODE, [NOTED])).rule == "https://voorbeeld.example/id/Notatie"


def test_rule_of_a_shape_of_ours_is_its_short_name() -> None:
    named = shapes(
        "<urn:publisher:shape:H7/code> sh:targetClass skos:Concept ; sh:path skos:notation ; sh:maxLength 2 ."
    )
    assert only(validate(LONG_CODE, [named])).rule == "H7"


def test_relative_iris_in_shapes_are_those_of_the_site() -> None:
    relative = shapes("<id/Vorm> sh:targetNode <id/a> ; sh:property [ sh:path skos:notation ; sh:maxLength 2 ] .")
    finding = only(validate(LONG_CODE, [relative], "https://voorbeeld.example"))
    assert finding.rule == "https://voorbeeld.example/id/Vorm"


def test_blank_node_is_written_as_turtle_writes_it() -> None:
    finding = only(validate(turtle('_:b a skos:Concept ; skos:notation "H1.1" .'), [NOTED]))
    assert finding.focus.startswith("_:")


@pytest.mark.parametrize(
    ("written", "accepted"),
    [
        ('"1"^^xsd:integer', True),
        ('"01"^^xsd:integer', False),
        ('"1"^^xsd:decimal', False),
        ('"een"^^xsd:integer', False),
    ],
)
def test_literals_are_compared_as_they_are_written(written: str, accepted: bool, capfd) -> None:
    one = shapes(
        "ex:Een a sh:NodeShape ; sh:targetClass skos:Concept ; sh:property [ sh:path rdf:value ; sh:in ( 1 ) ] ."
    )
    findings = validate(turtle(f"ex:a a skos:Concept ; rdf:value {written} ."), [one])
    assert (findings == []) is accepted
    assert capfd.readouterr().err == ""


def test_strings_have_the_datatype_that_they_have_in_rdf() -> None:
    text = shapes(
        "ex:T sh:targetClass skos:Concept ; sh:property [ sh:path rdf:value ; sh:datatype xsd:string ] ."
    )
    assert validate(turtle('ex:a a skos:Concept ; rdf:value "plat", "ook plat"^^xsd:string .'), [text]) == []
    assert len(validate(turtle('ex:a a skos:Concept ; rdf:value "met taal"@nl .'), [text])) == 1


def test_syntax_error_in_shapes_stands_at_its_file_and_line_and_the_others_still_count() -> None:
    torn = SourceFile("shapes/stuk.ttl", b"@prefix ex: <https://voorbeeld.example/> .\nex:a ex:b .\n")
    syntax, code = sorted(validate(LONG_CODE, [torn, NOTED]), key=lambda each: each.rule != "syntax")
    assert (syntax.path, syntax.line, syntax.severity) == ("shapes/stuk.ttl", 2, Severity.VIOLATION)
    assert code.rule == "https://voorbeeld.example/id/Notatie"


@pytest.mark.parametrize(
    "nonsense",
    [
        "sh:property [ sh:path skos:notation , skos:prefLabel ; sh:minCount 1 ]",
        'sh:property [ sh:path skos:notation ; sh:minCount "veel" ]',
        'sh:property [ sh:path skos:notation ; sh:pattern "(" ]',
        'sh:property [ sh:path "notatie" ; sh:minCount 1 ]',
        "sh:or skos:notation",
    ],
    ids=["two paths", "count is a text", "pattern does not close", "path is a text", "no list"],
)
def test_shapes_that_make_no_sense_are_a_finding_at_their_file(nonsense: str) -> None:
    senseless = shapes(f"ex:Onzin a sh:NodeShape ; sh:targetClass skos:Concept ; {nonsense} .", "shapes/onzin.ttl")
    finding = only(validate(LONG_CODE, [NOTED, senseless]))
    assert (finding.path, finding.rule, finding.severity) == ("shapes/onzin.ttl", "shapes", Severity.VIOLATION)
    assert "\n" not in finding.message


def test_blank_nodes_of_two_files_of_shapes_stay_apart() -> None:
    one = shapes(
        "ex:Een sh:targetClass skos:Concept ; sh:property _:p . _:p sh:path skos:notation ; sh:maxLength 2 ."
    )
    two = shapes(
        "ex:Twee sh:targetClass skos:Concept ; sh:property _:p . _:p sh:path rdf:value ; sh:maxLength 2 ."
    )
    assert [each.rule[-3:] for each in validate(LONG_CODE, [one, two])] == ["Een"]


def test_undefined_skos_term_is_reported_once_with_the_term_that_was_meant() -> None:
    quads = turtle("ex:a skos:inscheme ex:s . ex:b skos:inscheme ex:s . ex:s a skos:ConceptScheme .")
    finding = only(validate(quads, []))
    assert (finding.rule, finding.severity) == ("S-term", Severity.WARNING)
    assert "skos:inScheme" in finding.message
    assert finding.focus == "https://voorbeeld.example/id/a"


def test_the_same_content_gives_the_same_findings_in_the_same_order() -> None:
    quads = turtle(
        "".join(f'ex:c{number} a skos:Concept ; skos:notation "H1.{number}" .\n' for number in range(20))
    )
    assert validate(quads, [NOTED]) == validate(reversed(quads), [NOTED])


@pytest.mark.parametrize("asked", list(product((True, False), repeat=3)), ids=str)
def test_graph_over_statements_finds_what_a_copy_finds(asked: tuple[bool, bool, bool]) -> None:
    quads = turtle(
        'ex:a skos:notation "1", "01"^^xsd:integer, "x"@nl ; skos:related ex:b, [] .'
        "ex:b skos:related ex:b ; a ex:C ."
    )
    looked_up, copied = graph_over(Statements(quads)), as_rdflib(quads)
    assert len(looked_up) == len(copied) == 7
    for triple in copied:
        pattern = tuple(term if asks else None for term, asks in zip(triple, asked, strict=True))
        assert set(looked_up.triples(pattern)) == set(copied.triples(pattern)) != set()


def test_graph_over_statements_finds_nothing_for_what_is_no_iri() -> None:
    statements = graph_over(Statements(turtle("ex:a a ex:C .")))
    assert list(statements.triples((rdflib.URIRef("geen iri"), None, None))) == []


@pytest.mark.parametrize("name", PROGRAM_SHAPES)
def test_shapes_of_the_program_are_packaged(name: str) -> None:
    (file,) = program_shapes(name)
    assert file.path == f"publisher/shapes/{name}"
    assert list(parse(file.content, RdfFormat.TURTLE))
