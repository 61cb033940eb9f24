"""Content that was written to hurt whoever reads it: rows 25, 26, 28 and 31 of the threat table."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser

import pytest
from hostile.target import Target
from pyoxigraph import Literal, RdfFormat, parse

EVIL = "/doc/concept/chain/evil"
LABEL = "</title><script>alert(1)</script>"
NOTE = "line\r\nSet-Cookie: a=b\t\x7f\x85"
THING = "<https://tiny.example/id/concept/chain/evil>"
FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
SAFE = re.compile(r"(https?:|mailto:|[/#?.]|[\w-]+$|$)", re.IGNORECASE)
"""What an address on a page may begin with."""


class Page(HTMLParser):
    """What a browser would do with a page: the scripts it runs, the addresses it goes to, the handlers it sets."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.scripts: list[dict[str, str | None]] = []
        self.addresses: list[str] = []
        self.handlers: list[str] = []
        self.elements: set[str] = set()
        self.data: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        if tag == "script":
            self.scripts.append(dict(attributes))
        for name, value in attributes:
            if name in ("href", "src", "action", "formaction", "data", "poster", "srcset"):
                self.addresses.append(value or "")
            if name.startswith("on") or name in ("style", "srcdoc"):
                self.handlers.append(name)

    def handle_data(self, data: str) -> None:
        if self.lasttag == "script":
            self.data.append(data)


@pytest.mark.parametrize(
    "path",
    [
        EVIL + ".html",
        "/doc/concept/chain/0.html",
        "/doc/conceptscheme/chain.html",
        "/",
        "/doc/concept/%3Cscript%3Ealert(1)%3C/script%3E",
        "/sparql?query=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "/sparql?query=ASK%7B%7D&format=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "/resource?uri=javascript:alert(1)",
        "/resource?uri=%22onmouseover=alert(1)%20",
        "/dataset/%22%3E%3Csvg%20onload=alert(1)%3E",
        "/api/v1/queries/%3Cscript%3Ealert(1)%3C/script%3E",
    ],
)
def test_a_page_runs_nothing_and_leads_nowhere_else(target: Target, path: str) -> None:
    answer = target.ask(path, path, Accept="text/html")
    assert answer.headers["x-content-type-options"] == "nosniff"
    if not answer.headers["content-type"].startswith("text/html"):
        return
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    page = Page(answer.body.decode())
    for script in page.scripts:
        assert script.get("type") == "application/ld+json" or str(script["src"]).startswith("/static/")
    for address in page.addresses:
        assert SAFE.match(address), address
    assert page.handlers == []
    assert page.elements.isdisjoint({"img", "iframe", "object", "embed", "base"})
    for data in page.data:
        if data.strip():
            json.loads(data)


def test_a_template_in_a_text_stays_text(target: Target) -> None:
    assert b"1337" not in target.ask(EVIL + ".html", "template").body


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_syntax_gives_the_texts_back(target: Target, suffix: str) -> None:
    body = target.ask(f"{EVIL}.{suffix}", suffix).body
    texts = {each.object.value for each in parse(body, FORMATS[suffix]) if isinstance(each.object, Literal)}
    assert LABEL in texts
    assert '=HYPERLINK("http://evil.example")' in texts
    if suffix != "rdf":  # XML takes a line end for another
        assert NOTE in texts


def test_a_table_has_its_rows_whatever_is_in_them(target: Target) -> None:
    rows = list(csv.DictReader(io.StringIO(target.ask(f"{EVIL}.csv", "csv").body.decode(), newline="")))
    assert {len(row) for row in rows} == {5}
    assert {LABEL, NOTE, "+1"} <= {row["value"] for row in rows}


@pytest.mark.parametrize(
    "accept",
    ["application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"],
)
def test_every_format_of_answers_gives_the_texts_back(target: Target, accept: str) -> None:
    answer = target.query(f"SELECT ?o {{ {THING} ?p ?o FILTER(isLiteral(?o)) }}", accept, accept)
    assert answer.status == 200
    text = answer.body.decode()
    if "json" in accept:
        assert LABEL in {each["o"]["value"] for each in json.loads(text)["results"]["bindings"]}
    elif "xml" in accept:
        assert "&lt;/title&gt;&lt;script&gt;" in text
        assert "<script" not in text
    else:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "tab" in accept else ","))
        assert {len(line) for line in lines} == {1}
        assert any("<script>alert(1)</script>" in line[0] for line in lines)


def test_an_iri_with_a_comma_is_one_cell(target: Target) -> None:
    answer = target.query("SELECT (<http://evil.example/a,b> AS ?x) {}", "comma", "text/csv")
    assert list(csv.reader(io.StringIO(answer.body.decode(), newline="")))[1] == ["http://evil.example/a,b"]


@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "application/ld+json", "text/csv"])
@pytest.mark.parametrize("field", ["X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-URL", "X-Rewrite-URL"])
def test_no_header_that_caches_do_not_know_changes_an_answer(target: Target, accept: str, field: str) -> None:
    plain = target.ask(EVIL, "plain", Accept=accept)
    forged = target.ask(EVIL, "forged", Accept=accept, **{field: "evil.example"})
    assert (forged.status, forged.body, forged.headers.get("etag")) == (
        plain.status,
        plain.body,
        plain.headers.get("etag"),
    )


def test_each_representation_has_a_tag_of_its_own(target: Target) -> None:
    answers = [
        target.ask(EVIL + path, "tags", Accept=accept, Accept_Encoding=coding)
        for path, accept in [("", "text/html"), ("", "text/turtle"), (".ttl", "*/*"), ("", "text/csv")]
        for coding in ("identity", "gzip", "br")
    ]
    by_tag: dict[str, bytes] = {}
    for answer in answers:
        assert by_tag.setdefault(answer.headers["etag"], answer.body) == answer.body
    assert len(by_tag) >= 9


@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "application/pdf"])
def test_what_is_not_changed_depends_on_the_same(target: Target, accept: str) -> None:
    fresh = target.ask(EVIL, "vary", Accept=accept)
    again = target.ask(EVIL, "vary", Accept=accept, If_None_Match=fresh.headers.get("etag", '"none"'))
    assert again.status == (406 if fresh.status == 406 else 304)
    assert again.headers["vary"] == fresh.headers["vary"]
