"""A report as a SHACL validation report in Turtle (SHACL, section 3.6), for what reads those of validators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from publisher.description import Node, Term
from publisher.formats import TURTLE
from publisher.namespaces import RDF, RDFS, SH, XSD
from publisher.release.dumps import serialize
from publisher.report import Finding, Report, Severity

RULE: Final = "urn:publisher:rule:"
"""What the short names of our own rules follow."""

SEVERITIES: Final = {
    Severity.VIOLATION: SH["Violation"],
    Severity.WARNING: SH["Warning"],
    Severity.INFO: SH["Info"],
}


def shacl(report: Report) -> str:
    """The report; a result tells its place in the files as `rdfs:comment`, SHACL having no word for it."""
    return serialize(list(_statements(report)), TURTLE).decode()


def _statements(report: Report) -> Iterator[Triple]:
    node = BlankNode("report")
    conforms = Literal(str(report.conforms).lower(), datatype=XSD["boolean"])
    yield Triple(node, RDF["type"], SH["ValidationReport"])
    yield Triple(node, SH["conforms"], conforms)
    results = [(BlankNode(f"result{number}"), each) for number, each in enumerate(report.findings)]
    yield from (Triple(node, SH["result"], result) for result, _ in results)
    for result, finding in results:
        yield from (Triple(result, predicate, value) for predicate, value in _said(finding, result))


def _said(finding: Finding, result: BlankNode) -> Iterator[tuple[NamedNode, Term]]:
    yield RDF["type"], SH["ValidationResult"]
    yield SH["focusNode"], _focus(finding, result)
    yield SH["resultSeverity"], SEVERITIES[finding.severity]
    yield SH["resultMessage"], Literal(finding.message)
    yield SH["sourceShape"], _iri(finding.rule) or NamedNode(RULE + finding.rule)
    yield RDFS["comment"], Literal(finding.place)


def _focus(finding: Finding, result: BlankNode) -> Node:
    """Every result has a focus node: one without a name where the finding is about a file or a text in it."""
    name = finding.focus.removeprefix("_:")
    if name != finding.focus and re.fullmatch(r"\w+", name):
        return BlankNode(f"content-{name}")
    return _iri(finding.focus) or BlankNode(f"focus-{result.value}")


def _iri(text: str) -> NamedNode | None:
    try:
        return NamedNode(text)
    except ValueError:
        return None
