"""An answer as a page: `format=html` shows what a file would have, with labels and links."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from publisher.web import solutions

SKOS = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
WINTER = "https://tiny.example/id/concept/season/winter"


def ask(client: FlaskClient, query: str, **parameters: str) -> TestResponse:
    asked = urlencode({"query": query, "format": "html"} | parameters)
    return client.get(f"/sparql?{asked}", headers={"Accept": BROWSER})


def cells(page: str) -> list[list[str]]:
    """What stands in each row of the table, without markup."""
    rows = re.findall(r"<tr><td.*?</tr>", page, re.DOTALL)
    return [[re.sub(r"<[^>]*>", "", each).strip() for each in re.findall(r"<td.*?</td>", row)] for row in rows]


def test_solutions_are_a_table_with_labels_and_links(client: FlaskClient) -> None:
    answer = ask(
        client, f"SELECT ?c ?n ?none {{ VALUES (?c ?n) {{ (<{WINTER}> 12) (<http://other.example/x> 3) }} }}"
    )
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert '<a href="/doc/concept/season/winter.html">Winter</a>' in answer.text
    assert WINTER in answer.text
    assert '<a href="http://other.example/x" rel="external" class="iri">http://other.example/x</a>' in answer.text
    assert [row[1:] for row in cells(answer.text)] == [["12", ""], ["3", ""]]
    assert re.findall(r'<rect width="(\d+)"', answer.text) == ["100", "25"]


def test_the_page_has_the_query_and_every_form_of_its_answer(client: FlaskClient) -> None:
    query = SKOS + "SELECT ?c { ?c a skos:Concept }"
    page = ask(client, query).text
    assert f"{query}</textarea>" in page.replace("&lt;", "<").replace("&gt;", ">")
    links = [each.replace("&amp;", "&") for each in re.findall(r'<a href="(/sparql\?query=[^"]*)" download', page)]
    assert [client.get(each).mimetype for each in links] == [
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    ]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("ASK { ?s ?p ?o }", "Ja"),
        ("ASK { ?s <http://example.org/never> ?o }", "Nee"),
        ("SELECT ?s { ?s <http://example.org/never> ?o }", "Er is niets"),
        (f"CONSTRUCT {{ <{WINTER}> ?p ?o }} WHERE {{ <{WINTER}> ?p ?o }}", f"&lt;{WINTER}&gt;"),
    ],
    ids=["yes", "no", "nothing", "graph"],
)
def test_every_kind_of_answer_is_shown(client: FlaskClient, query: str, said: str) -> None:
    assert said in ask(client, query).text


def test_what_is_longer_is_cut_and_says_so(client: FlaskClient) -> None:
    letters = " ".join(f'"{each}"' for each in range(11))
    values = "".join(f"VALUES ?{name} {{ {letters} }} " for name in "abc")
    page = ask(client, f"SELECT ?a ?b ?c {{ {values} }}").text
    assert len(cells(page)) == solutions.ROWS
    assert "een bestand heeft alles" in page


@pytest.mark.parametrize(
    "numbers", ["1e400 2.0", "-1 2", '1 "2"', '"x"^^<http://www.w3.org/2001/XMLSchema#integer> 2', "0 0", "7"]
)
def test_a_column_that_no_bars_can_be_drawn_for_has_none(client: FlaskClient, numbers: str) -> None:
    answer = ask(client, f"SELECT ?n {{ VALUES ?n {{ {numbers} }} }}")
    assert answer.status_code == 200
    assert "<rect" not in answer.text


def test_an_answer_never_becomes_markup(client: FlaskClient) -> None:
    text, iri = "</script><script>alert(1)</script>", "javascript:alert(2)"
    page = ask(client, f'SELECT ("{text}"@en AS ?x) (IRI("{iri}") AS ?a) {{}}')
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert 'href="javascript' not in page.text


def test_a_wrong_query_is_told_as_everywhere(client: FlaskClient) -> None:
    answer = ask(client, "SELECT ?s WHERE {\n ?s ?p }")
    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert "Syntax error at 2:" in answer.text
    assert ask(client, "SELECT ?s { SERVICE <http://example.org/> { ?s ?p ?o } }").status_code == 403


def test_only_what_never_changes_may_be_kept(client: FlaskClient) -> None:
    assert "max-age" in ask(client, "ASK {}").headers["Cache-Control"]
    assert ask(client, "SELECT (NOW() AS ?now) {}").headers["Cache-Control"] == "no-store"


def test_head_asks_only_whether_the_query_may_be_asked(client: FlaskClient) -> None:
    for query, status in (("ASK {}", 200), ("ASK {", 400)):
        path = "/sparql?" + urlencode({"query": query, "format": "html"})
        answer = client.head(path, headers={"Accept": BROWSER})
        assert (answer.status_code, answer.data) == (status, b"")


def test_graphs_of_the_request_are_kept_in_every_link(client: FlaskClient) -> None:
    graph = {"default-graph-uri": "https://tiny.example/id/graph/season"}
    page = ask(client, "SELECT ?s { ?s ?p ?o } LIMIT 1", **graph).text
    links = re.findall(r'<a href="(/sparql\?query=[^"]*)"', page)
    assert len(links) >= 5
    assert all("default-graph-uri=https%3A%2F%2Ftiny.example%2Fid%2Fgraph%2Fseason" in each for each in links)


def test_an_answer_is_the_same_question_in_every_language(client: FlaskClient) -> None:
    query = f"SELECT ?c {{ VALUES ?c {{ <{WINTER}> }} }}"
    page = ask(client, query).text
    assert '<meta name="robots" content="noindex">' in page
    (other,) = re.findall(r'<a href="(/sparql[^"]*)" lang="en"', page)
    english = client.get(other.replace("&amp;", "&"), headers={"Accept": BROWSER}).text
    assert '<html lang="en">' in english
    assert '<a href="/doc/concept/season/winter.en.html">Winter</a>' in english
    assert '<input type="hidden" name="lang" value="en">' in english
