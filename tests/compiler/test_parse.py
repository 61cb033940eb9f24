"""Reading content: every error of every file, and the same names every time."""

import gzip

import pytest

from publisher import iris
from publisher.compiler.parse import Stated, parse
from publisher.config import Reading
from publisher.report import Severity
from publisher.source import Source, SourceFile

POLICY = iris.policy("https://x.example")


SMALL = Reading(seconds=1, memory=256)


def read(limits: Reading = SMALL, /, **files: str | bytes) -> Stated:
    """Parse files given as name_suffix=text."""
    content = tuple(
        SourceFile("data/" + name.replace("_", "."), text.encode() if isinstance(text, str) else text)
        for name, text in files.items()
    )
    return parse(Source(content), POLICY, limits, lambda _: None)


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


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a_ttl", '\n<id/a> <id/p> "a\\u0000b" .', 2),
        ("a_ttl", '<id/a> <id/p> "\\b"@nl .', 1),
        ("a_ttl", '<id/a> <id/p> "\\U0000FFFE" .', 1),
        ("a_ttl", "<id/a> <id/p> '\x1b[2J' .", 1),
        ("a_ttl", "<id/a> <id/p> '\uffff' .", 1),
        ("a_ttl", "<id/a> <id/p> <<( <id/b> <id/p> '\\u0007' )>> .", 1),
        ("a_nt", '<http://a> <http://b> "\\u001F" .', 1),
        ("a_jsonld", '{"@id": "a:a",\n"a:b": "\\f"}', 2),
    ],
)
def test_a_text_that_no_xml_could_have_is_a_violation(name: str, text: str, line: int) -> None:
    [finding] = read(**{name: text}).findings
    assert (finding.severity, finding.line) == (Severity.VIOLATION, line)
    assert "which XML cannot hold; remove it" in finding.message


def test_what_only_looks_like_such_a_text_is_none() -> None:
    fine = '<id/a> <id/p> "a\\\\u0000", "\\t\\r\\n", "\\u00E9", "C:\\\\bin" . # \\u0000'
    assert not read(a_ttl=fine).findings


def test_a_byte_order_mark_is_no_error() -> None:
    assert not read(a_ttl=b"\xef\xbb\xbf<id/a> <id/p> 1 .").findings


RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="a:">'
MANY = 100_000


@pytest.mark.parametrize(
    ("suffix", "text", "line", "message"),
    [
        ("ttl", "\n<a:a> <a:b> " + "<<( <a:a> <a:b> " * MANY + "1" + ")>>" * MANY + " .", 2, "100,000 deep"),
        ("ttl", "<a:a> <a:b> " + "<<( <a:a> <a:b> " * 900 + "1" + ")>>" * 900 + " .", 1, "900 deep"),
        ("rdf", RDF + "\n" + "<a:a><a:b>" * MANY + "</a:b></a:a>" * MANY + "</rdf:RDF>", 2, "200,001 deep"),
        ("jsonld", '\n{"a:b":' * 60_000 + "1" + "}" * 60_000, 60_001, "60,000 deep"),
        ("jsonld", "[" * 200_000, 1, "65536"),
        ("ttl", f"@prefix a: <http://{'x' * (1 << 20)}> .\n" + "a:x a:y a:z .\n" * 3000, 1, "takes more than"),
        ("ttl", "\n<a:a> <a:b> '" + "x" * (17 << 20) + "' .", 2, "break it up"),
        ("nt", "# fine\n# " + "x" * (17 << 20), 2, "break it up"),
        ("ttl", gzip.compress(b" " * (100 << 20), 1), 1, "gzip"),
        ("jsonld", b"PK\x03\x04" + b"\0" * 100, 1, "zip"),
        ("ttl", "<a:a> <a:b> <a:c> .".encode("utf-16"), 1, "UTF-8"),
        ("ttl", b"\n<a:a> <a:b> '\xc0\xaf' .", 2, "UTF-8"),
        ("ttl", b"<a:a> <a:b> '\xed\xa0\x80' .", 1, "UTF-8"),
        ("ttl", "\n<a:a> <a:b> '\\uD800' .", 2, "uD800"),
        ("rdf", "<!DOCTYPE lolz [" + "<!ENTITY a '&b;&b;'>" * 9 + "]>" + RDF + "</rdf:RDF>", 1, "document type"),
        ("rdf", f'<!DOCTYPE r SYSTEM "file:///etc/passwd">{RDF}</rdf:RDF>', 1, "document type"),
        ("jsonld", '{"@context": "file:///etc/passwd", "@id": "a:a", "a:b": 1}', 0, "ontext"),
    ],
    ids=[
        "triple terms that overflow the stack",
        "triple terms too deep for what comes after",
        "deep elements",
        "deep objects",
        "deep arrays",
        "long prefix",
        "long text",
        "long comment",
        "gzip bomb",
        "zip",
        "UTF-16",
        "overlong UTF-8",
        "surrogate in UTF-8",
        "surrogate as escape",
        "billion laughs",
        "external DTD",
        "context from a file",
    ],
)
def test_a_bomb_is_a_finding_with_a_line_and_the_other_files_are_read(
    suffix: str, text: str | bytes, line: int, message: str
) -> None:
    stated = read(a_ttl="<id/a> <id/p> 1 .", **{f"b_{suffix}": text}, c_ttl="<id/c> <id/p> 1 .", d_ttl="oops")
    bomb, other = stated.findings
    assert (bomb.path, bomb.line, bomb.severity) == (f"data/b.{suffix}", line, Severity.VIOLATION)
    assert message in bomb.message
    assert len(bomb.message) + len(bomb.text) < 1000
    assert (other.path, other.line) == ("data/d.ttl", 1)
    assert [len(each.quads) for each in stated.files] == [1, 0, 1, 0]


def test_nested_brackets_of_a_reasonable_file_are_no_bomb() -> None:
    deep = "<id/a> <id/p> " + "[ <id/p> ( 1 " * 50 + ") ]" * 50 + " ."
    triple = "<id/a> <id/p> " + "<<( <id/a> <id/p> " * 50 + "1" + ")>>" * 50 + " ."
    assert not read(a_ttl=deep, b_ttl=triple).findings


def test_blank_nodes_of_two_files_never_collide() -> None:
    a, b = (quad.subject for quad in read(a_ttl="_:x <id/p> 1 .", b_ttl="_:x <id/p> 1 .").quads)
    assert a != b


def test_a_file_whose_name_cannot_be_in_an_iri_is_told_so() -> None:
    [finding] = parse(Source((SourceFile("data/a b.ttl", b""),)), POLICY, SMALL, lambda _: None).findings
    assert "names a graph" in finding.message


def test_shapes_are_read_under_the_same_limits() -> None:
    source = Source(
        (SourceFile("a.ttl", b""),), shapes=(SourceFile("shapes/a.ttl", b"<a:a> <a:b> " + b"<<( " * 9),)
    )
    [finding] = parse(source, POLICY, SMALL, lambda _: None).findings
    assert finding.path == "shapes/a.ttl"


def test_a_large_file_is_read_though_its_statements_do_not_fit_into_the_memory_for_reading() -> None:
    """They would take 90 MiB; what reads first only wants to know whether there is something wrong."""
    lines = [
        f'<http://example.org/thing/{number}> <http://example.org/p> "{number}" .' for number in range(200_000)
    ]
    limits = Reading(seconds=20, memory=64)
    fine = read(limits, a_nt="\n".join(lines))
    assert not fine.findings
    assert len(fine.files[0].quads) == len(lines)
    broken = read(limits, a_nt="\n".join([*lines, "oops", lines[0], "oops <b> <c> ."]))
    assert {each.line for each in broken.findings} == {len(lines) + 1, len(lines) + 3}


def test_a_small_file_whose_statements_do_not_fit_is_a_violation() -> None:
    """A long name used often: a part of it at a time would fit."""
    text = f"@prefix a: <http://{'x' * 8_000}> .\n" + "a:a a:a a:a .\n" * 20_000
    [finding] = read(Reading(seconds=20, memory=64), a_ttl=text).findings
    assert "reading it takes more than 64 MiB of memory" in finding.message
