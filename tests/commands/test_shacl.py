"""Findings for tools that read reports of SHACL validators."""

from __future__ import annotations

from rdflib import RDF, SH, BNode, Graph, Literal, URIRef

from publisher.commands.shacl import shacl
from publisher.report import Finding, Report, Severity


def graph_of(*findings: Finding) -> Graph:
    return Graph().parse(data=shacl(Report(findings)), format="turtle")


def finding(
    severity: Severity = Severity.VIOLATION, rule: str = "S14", focus: str = "https://x.example/a"
) -> Finding:
    return Finding("data/a.ttl", 3, 5, severity, "two labels", rule, focus)


def test_a_report_says_whether_the_content_conforms() -> None:
    for findings, conforms in (((), True), ((finding(Severity.WARNING),), True), ((finding(),), False)):
        graph = graph_of(*findings)
        report = graph.value(None, RDF.type, SH.ValidationReport)
        assert graph.value(report, SH.conforms) == Literal(conforms)
        assert len(list(graph.objects(report, SH.result))) == len(findings)


def test_a_result_has_what_shacl_asks() -> None:
    graph = graph_of(finding())
    result = graph.value(None, RDF.type, SH.ValidationResult)
    assert graph.value(result, SH.focusNode) == URIRef("https://x.example/a")
    assert graph.value(result, SH.resultSeverity) == SH.Violation
    assert graph.value(result, SH.resultMessage) == Literal("two labels")
    assert graph.value(result, SH.sourceShape) == URIRef("urn:publisher:rule:S14")


def test_a_shape_of_the_site_is_named_by_its_iri() -> None:
    graph = graph_of(finding(rule="https://x.example/shape"))
    assert list(graph.objects(None, SH.sourceShape)) == [URIRef("https://x.example/shape")]


def test_a_focus_without_an_iri_is_a_blank_node() -> None:
    graph = graph_of(finding(focus="_:b0"), finding(focus="_:b0"), finding(focus=""), finding(focus="no iri"))
    nodes = list(graph.objects(None, SH.focusNode))
    assert {type(each) for each in nodes} == {BNode}
    assert len(set(nodes)) == 3
