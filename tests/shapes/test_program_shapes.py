"""One good and one bad example of every shape that comes with the program: good/RULE.ttl, bad/RULE[.PART].ttl.

The rules about content see what follows from an example, as in the pipeline. The queries at the end say the
integrity conditions of SKOS once more, in SPARQL and over the bare example.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, Store, parse

from publisher.compiler.entail import semantics
from publisher.compiler.validate import OURS, program_shapes, validate
from publisher.namespaces import PREFIXES, SH
from publisher.report import Finding, Severity

HERE = Path(__file__).parent
GOOD = sorted(HERE.glob("good/*.ttl"))
BAD = sorted(HERE.glob("bad/*.ttl"))
INTEGRITY = ("S9", "S13", "S14", "S27", "S37", "S46")
CATALOGUE = tuple(f"A{number}" for number in range(1, 9))
SHAPES = sorted(
    quad.subject.value.removeprefix(OURS)
    for file in program_shapes("skos.ttl", "dcat-ap.ttl")
    for quad in parse(file.content, RdfFormat.TURTLE)
    if quad.predicate == SH["severity"]
)


def rule_of(path: Path) -> str:
    return path.stem.partition(".")[0]


def quads_of(path: Path) -> list[Quad]:
    return list(parse(path.read_bytes(), RdfFormat.TURTLE))


def findings_about(path: Path) -> list[Finding]:
    if rule_of(path) in CATALOGUE:
        return validate(quads_of(path), program_shapes("dcat-ap.ttl"))
    return validate(semantics(quads_of(path)), program_shapes("skos.ttl"))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good_example_has_no_findings(path: Path) -> None:
    assert findings_about(path) == []


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad_example_breaks_its_rule_and_no_other(path: Path) -> None:
    rule = rule_of(path)
    severity = Severity.VIOLATION if rule in (*INTEGRITY, *CATALOGUE) else Severity.WARNING
    assert {(each.rule, each.severity) for each in findings_about(path)} == {(rule, severity)}


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_finding_is_about_a_thing_of_ours_and_says_what_to_do(path: Path) -> None:
    for each in findings_about(path):
        assert each.focus.startswith("https://voorbeeld.example/id/")
        assert each.message


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_has_a_good_and_a_bad_example(shape: str) -> None:
    assert shape.replace("/", ".") in {path.stem for path in BAD}
    assert shape.partition("/")[0] in {path.stem for path in GOOD}


@pytest.mark.parametrize("file", program_shapes("skos.ttl", "dcat-ap.ttl"), ids=lambda file: file.name)
def test_every_shape_speaks_dutch_and_english(file) -> None:
    quads = list(parse(file.content, RdfFormat.TURTLE))
    for shape in {quad.subject for quad in quads if quad.predicate == SH["severity"]}:
        messages = [quad.object for quad in quads if quad.subject == shape and quad.predicate == SH["message"]]
        assert sorted(each.language for each in messages) == ["en", "nl"], shape


UP = "(skos:broader|^skos:narrower|skos:broadMatch|^skos:narrowMatch)"
BESIDE = "(skos:related|^skos:related|skos:relatedMatch|^skos:relatedMatch)"
BETWEEN_CONCEPTS = (
    "skos:broader|skos:narrower|skos:related|skos:broadMatch|skos:narrowMatch|skos:relatedMatch|skos:closeMatch|"
    "skos:exactMatch"
)
IS_CONCEPT = f"""{{ ?x a skos:Concept }} UNION {{ ?x {BETWEEN_CONCEPTS}|skos:topConceptOf ?any }}
                 UNION {{ ?any {BETWEEN_CONCEPTS}|skos:hasTopConcept ?x }}"""
IS_SCHEME = """{ ?x a skos:ConceptScheme } UNION { ?x skos:hasTopConcept ?any }
               UNION { ?any skos:inScheme|skos:topConceptOf ?x }"""
IS_COLLECTION = "{ ?x a skos:Collection } UNION { ?x a skos:OrderedCollection } UNION { ?x skos:member ?any }"
BROKEN = {
    "S9": f"ASK {{ {{ {IS_SCHEME} }} {{ {IS_CONCEPT} }} }}",
    "S13": """ASK { ?x ?one ?label . ?x ?other ?label
                    VALUES (?one ?other) { (skos:prefLabel skos:altLabel) (skos:prefLabel skos:hiddenLabel)
                                           (skos:altLabel skos:hiddenLabel) } }""",
    "S14": """ASK { ?x skos:prefLabel ?one , ?other
                    FILTER (?one != ?other && LCASE(LANG(?one)) = LCASE(LANG(?other))) }""",
    "S27": f"ASK {{ ?x {UP}+ ?y . ?x {BESIDE} ?y }}",
    "S37": f"ASK {{ {{ {IS_COLLECTION} }} {{ {{ {IS_CONCEPT} }} UNION {{ {IS_SCHEME} }} }} }}",
    "S46": """ASK { ?x skos:exactMatch|^skos:exactMatch ?y
                    { ?x skos:broadMatch|skos:narrowMatch|skos:relatedMatch ?y }
                    UNION { ?y skos:broadMatch|skos:narrowMatch|skos:relatedMatch ?x } }""",
}


@pytest.mark.parametrize(
    "path",
    [path for path in (*GOOD, *BAD) if rule_of(path) not in CATALOGUE],
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)
def test_shapes_and_queries_agree_on_integrity(path: Path) -> None:
    store = Store()
    store.extend(quads_of(path))
    by_query = {rule for rule, query in BROKEN.items() if bool(store.query(query, prefixes=PREFIXES))}
    by_shape = {each.rule for each in findings_about(path) if each.rule in INTEGRITY}
    assert by_query == by_shape
