"""Values go into a saved query as terms: whatever they contain, the query stays the one that was saved."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from publisher.errors import QueryParameterError
from publisher.namespaces import XSD
from publisher.release.queries import Parameter, SavedQuery, from_json

HOSTILE = [
    "",
    '"',
    "'",
    "\\",
    '\\"',
    '"@nl) } #',
    "\\u0022 } UNION { ?s ?p ?o }",
    "\\\\u0022",
    '") } ?s ?p ?o . VALUES (?x) { ("',
    "} UNION {",
    '"""',
    "'''",
    "\n",
    "\r\n#+ parameters\r\n",
    "\t\b\f\v\x00\x01\x1f\x7f\x85\u2028\u2029",
    "#",
    "<http://example.org/>",
    "?x",
    "$x",
    "😀 é \u0301 \ufeff\ufffe",
    "a" * 10_000,
]

QUERY = SavedQuery(
    name="echo",
    title={"nl": "Echo"},
    description={"nl": "Geeft terug wat het krijgt."},
    text="SELECT ?given\nWHERE {\n  #+ parameters\n  BIND(?value AS ?given)\n}\n",
)


def echo(value: str, type: str = "text", language: str = "", **more: object) -> object:
    """What the engine makes of a value of this type; it must be the one solution."""
    query = SavedQuery(**asdict(QUERY) | {"parameters": (Parameter("value", type, language),)})
    results = Store().query(query.text_with({"value": value}))
    assert isinstance(results, QuerySolutions)
    assert [each.value for each in results.variables] == ["given"]
    [solution] = results
    return solution["given"]


@pytest.mark.parametrize("value", HOSTILE, ids=ascii)
def test_a_text_arrives_as_it_was_sent(value: str) -> None:
    assert echo(value) == Literal(value)
    assert echo(value, language="nl") == Literal(value, language="nl")


@pytest.mark.parametrize("value", [each for each in HOSTILE if not each.startswith("a")], ids=ascii)
@pytest.mark.parametrize("type", ["iri", "integer", "date", "choice"])
def test_no_hostile_value_is_of_another_type(value: str, type: str) -> None:
    with pytest.raises(QueryParameterError, match="`value`"):
        echo(value, type)


@pytest.mark.parametrize(
    ("type", "value", "term"),
    [
        ("iri", "https://example.org/é?a=b&c='d'#e", NamedNode("https://example.org/é?a=b&c='d'#e")),
        ("iri", "urn:x:y", NamedNode("urn:x:y")),
        ("integer", "-007", Literal(-7)),
        ("integer", "+42", Literal(42)),
        ("date", "2026-02-28", Literal("2026-02-28", datatype=XSD["date"])),
    ],
)
def test_a_value_becomes_a_term_of_its_type(type: str, value: str, term: object) -> None:
    assert echo(value, type) == term


@pytest.mark.parametrize(
    ("type", "value"),
    [
        ("iri", "concept/1"),
        ("iri", "http://example.org/>"),
        ("iri", "http://example.org/> } UNION { ?s ?p <x:"),
        ("iri", "http://example.org/\\u003e"),
        ("iri", "http://example.org/ "),
        ("iri", "\ud800:x"),
        ("text", "\ud800"),
        ("integer", "1.0"),
        ("integer", "1e3"),
        ("integer", "٣"),
        ("integer", "9" * 19),
        ("integer", "1\n"),
        ("date", "2026-02-30"),
        ("date", "2026-1-1"),
        ("date", "20260101"),
        ("date", "2026-01-01\n"),
        ("date", "２０２６-01-01"),
    ],
    ids=ascii,
)
def test_a_value_of_another_type_is_refused_by_name(type: str, value: str) -> None:
    with pytest.raises(QueryParameterError, match="The parameter `value` must be"):
        echo(value, type)


def test_a_choice_is_one_of_its_values() -> None:
    parameter = Parameter("taal", "choice", values=("nl", "en"))
    assert parameter.term("en") == Literal("en")
    with pytest.raises(ValueError, match="must be one of nl, en"):
        parameter.term("EN")


def test_unknown_and_missing_parameters_are_named() -> None:
    required = Parameter("since", "date", example="2026-01-01")
    query = SavedQuery(**asdict(QUERY) | {"parameters": (required,)})
    with pytest.raises(QueryParameterError, match="`since` is missing"):
        query.text_with({})
    with pytest.raises(QueryParameterError, match="no parameter `sinds`; it has since"):
        query.text_with({"sinds": "2026-01-01", "since": "2026-01-01"})
    with pytest.raises(QueryParameterError, match="it has none"):
        QUERY.text_with({"x": "y"})


def test_lines_stay_where_they_are() -> None:
    query = SavedQuery(**asdict(QUERY) | {"parameters": (Parameter("value", "text"),)})
    bound = query.text_with({"value": "a\nb\u2028c"})
    assert bound.split("\n")[3:] == QUERY.text.split("\n")[3:]


def test_json_gives_the_same_query() -> None:
    parameters = (
        Parameter("a", "choice", values=("x", "y"), default="x", description={"nl": "Een keuze."}),
        Parameter("b", "text", language="nl", example="y"),
    )
    query = SavedQuery(**asdict(QUERY) | {"parameters": parameters, "columns": ("given",), "form": "SELECT"})
    assert from_json(json.loads(json.dumps(asdict(query)))) == query
