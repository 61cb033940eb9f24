"""Reading content: every error of every file, and the same names every time."""

import pytest

from publisher import iris
from publisher.compiler.parse import Stated, parse
from publisher.report import Severity
from publisher.source import Source, SourceFile

POLICY = iris.policy("https://x.example")


def read(**files: str | bytes) -> Stated:
    """Parse files given as name_suffix=text."""
    content = tuple(
        SourceFile("data/" + name.replace("_", "."), text.encode() if isinstance(text, str) else text)
        for name, text in files.items()
    )
    return parse(Source(content), POLICY, lambda _: None)


def test_a_file_is_a_graph_named_after_it() -> None:
    stated = read(season_ttl="<id/a> <id/p> <id/b> .")
    assert {str(quad.graph_name) for quad in stated.quads} == {"<https://x.example/id/graph/season>"}


def test_every_syntax_error_of_a_turtle_file_is_reported_with_its_place() -> None:
    stated = read(a_ttl='<id/a> <id/p> oops .\n<id/b> <id/p> "fine" .\n<id/c> <id/p> <a b> .\n', b_ttl="x")
    places = [(each.path, each.line) for each in stated.findings]
    assert places == [("data/a.ttl", 1), ("data/a.ttl", 3), ("data/b.ttl", 1)]
    assert stated.findings[0].text == "<id/a> <id/p> oops ."
    assert "oops" in stated.findings[0].message


def test_blank_nodes_are_named_by_file_and_order() -> None:
    first, second = (list(read(a_ttl="[] <id/p> [] . _:x <id/p> 1 .", b_ttl="_:x <id/p> 1 .").quads) for _ in "ab")
    assert first == second
    assert len({quad.subject for quad in first}) == 3


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a_ttl", b'<id/a> <id/p> "caf\xe9" .', "not UTF-8"),
        ("a_rdf", "<!DOCTYPE x [<!ENTITY a 'b'>]><x/>", "document type declaration"),
        ("a_rdf", "<rdf:RDF", "."),
        ("a_jsonld", '{"@context": "https://schema.org/", "@id": "x"}', "."),
        ("a_jsonld", '{"@context": ', "."),
        ("a_nt", "<http://a> <http://b> .", "."),
    ],
    ids=["latin 1", "entities", "cut XML", "remote context", "cut JSON", "N-Triples"],
)
def test_what_cannot_be_read_is_a_violation(name: str, text: str | bytes, message: str) -> None:
    finding = read(**{name: text}).findings[0]
    assert finding.severity is Severity.VIOLATION
    assert message in finding.message + "."


def test_a_byte_order_mark_is_no_error() -> None:
    assert not read(a_ttl=b"\xef\xbb\xbf<id/a> <id/p> 1 .").findings
