"""Pages of concept schemes of any size and shape: everything in them is found, by links alone."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from building import published
from flask.testing import FlaskClient

from publisher.web import create_app, open_site

BUDGET = 10_000
"""Bytes of a page as browsers get it."""

SETTINGS = """
base = "https://many.example"
languages = ["nl", "en"]
title.nl = "Veel"
description.nl = "Een lijst."
publisher.name.nl = "Niemand"
publisher.email = "n@many.example"

[[dataset]]
name = "many"
title.nl = "Veel"
description.nl = "Een lijst."

[[dataset.version]]
number = "1.0.0"
date = 2026-01-01
"""
HEAD = """
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix skosxl: <http://www.w3.org/2008/05/skos-xl#> .
@prefix status: <http://purl.org/adms/status/> .
@prefix c: <id/concept/c/> .
"""
MANY = 10_000
WIDE = 100
"""Concepts below each of those that have any."""


def scheme(name: str, label: str) -> str:
    return f'<id/conceptscheme/{name}> a skos:ConceptScheme ; skos:prefLabel "{label}"@nl .\n'


def many() -> Iterator[str]:
    """One top, a hundred below it, and below each of these a hundred but for one: ten thousand and one."""
    yield scheme("c", "Heel veel")
    for number in range(MANY + 1):
        above = (
            f" ; skos:broader c:{(number - 1) // WIDE}" if number else " ; skos:topConceptOf <id/conceptscheme/c>"
        )
        yield (
            f'c:{number} a skos:Concept ; skos:prefLabel "begrip {number:05}"@nl ;'
            f" skos:inScheme <id/conceptscheme/c>{above} .\n"
        )


SMALL = """
c:ijs a skos:Concept ; skos:prefLabel "IJs"@nl, "Ice"@en ; skos:altLabel "Bevroren water"@nl ;
    skos:definition "Bevroren."@nl ; skos:inScheme <id/conceptscheme/s> ; skos:broader c:water, c:koud ;
    skosxl:prefLabel <id/label/ijs> .
<id/label/ijs> a skosxl:Label ; skosxl:literalForm "Ice"@en ; adms:status status:Completed .
c:water a skos:Concept ; skos:prefLabel "Water"@nl ; skos:definition "Nat."@nl ;
    skos:inScheme <id/conceptscheme/s> .
c:koud a skos:Concept ; skos:prefLabel "Élke kou"@nl ; skos:definition "Koud."@nl ;
    skos:inScheme <id/conceptscheme/s> .
"""


def site(folder: Path, turtle: str) -> FlaskClient:
    """A client of a site with this content, published."""
    (folder / "data").mkdir()
    (folder / "publisher.toml").write_text(SETTINGS, "utf-8")
    (folder / "data" / "c.ttl").write_text(HEAD + turtle, "utf-8")
    published(folder)
    return create_app(open_site(folder)).test_client()


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return site(tmp_path_factory.mktemp("large"), "".join(many()))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return site(tmp_path_factory.mktemp("small"), scheme("s", "Klein") + SMALL)


def links(text: str) -> list[str]:
    """The addresses that the content of a page links to."""
    [main] = re.findall(r"<main.*?</main>", text, re.DOTALL)
    return [html.unescape(each) for each in re.findall(r'<a [^>]*?href="([^"]+)"', main)]


def walk(client: FlaskClient, start: str, follow: str) -> tuple[set[str], set[str]]:
    """The concepts that one comes upon from a page by links to its parts, and the pages gone through."""
    concepts, seen, waiting = set[str](), {start}, [start]
    while waiting:
        found = links(client.get(waiting.pop()).text)
        concepts.update(each for each in found if each.startswith("/doc/concept/c/"))
        new = {each for each in found if each.startswith(f"{start}?") and follow in each} - seen
        seen |= new
        waiting += new
    return concepts, seen


LARGE = "/doc/conceptscheme/c.html"
KLEIN = "/doc/conceptscheme/s.html"


@pytest.mark.slow
@pytest.mark.parametrize(
    "query", ["", "?below=https://many.example/id/concept/c/7", "?letter=b", "?letter=b&page=9"]
)
def test_page_of_ten_thousand_concepts_is_small_and_soon_there(large: FlaskClient, query: str) -> None:
    started = time.monotonic()
    answer = large.get(LARGE + query)
    assert answer.status_code == 200
    assert time.monotonic() - started < 1
    assert len(brotli.compress(answer.data)) < BUDGET


def test_every_concept_is_found_from_the_top_by_links(large: FlaskClient) -> None:
    concepts, pages = walk(large, LARGE, "below=")
    assert len(concepts) == MANY + 1
    assert len(pages) < 110


def test_every_concept_is_found_by_the_index(large: FlaskClient) -> None:
    concepts, pages = walk(large, LARGE, "letter=")
    assert len(concepts) == MANY + 1
    assert len(pages) < 60


def test_a_part_says_where_it_is_and_is_not_for_search_engines(large: FlaskClient) -> None:
    text = large.get(f"{LARGE}?below=https://many.example/id/concept/c/7").text
    assert "<h1><span>begrip 00007</span></h1>" in text
    assert '<a href="/doc/conceptscheme/c.html">Heel veel</a>' in text
    assert 'href="/doc/conceptscheme/c.html?below=https://many.example/id/concept/c/0"' in text
    assert '<meta name="robots" content="noindex">' in text
    assert '<meta name="robots"' not in large.get(LARGE).text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?letter=q", 200),
        ("?letter=qq", 404),
        ("?letter=q&page=2", 404),
        ("?letter=b&page=99999", 404),
        ("?below=https://many.example/id/concept/c/9999", 404),
        ("?below=nonsense%00", 404),
        ("?page=2", 404),
        ("?page=0", 400),
        ("?page=x", 400),
        ("?page=%C2%B2", 400),
        ("?all=2", 400),
        ("?utm_source=x", 200),
        ("?all=1", 200),
    ],
)
def test_parts_that_may_not_be_there(large: FlaskClient, query: str, status: int) -> None:
    assert large.get(LARGE + query).status_code == status


def test_a_concept_stands_below_each_that_is_above_it_and_says_so(small: FlaskClient) -> None:
    [tree] = re.findall(r'<section class="tree">.*?</section>', small.get(KLEIN).text, re.DOTALL)
    assert tree.count(">IJs</a>") == 2
    assert tree.count("staat ook elders") == 2


def test_the_index_is_in_the_language_of_the_page_and_refers_to_other_labels(small: FlaskClient) -> None:
    assert [each[-1] for each in links(small.get(KLEIN).text) if "letter=" in each] == ["b", "e", "i", "w"]
    text = " ".join(re.sub(r"<[^>]+>", " ", small.get(f"{KLEIN}?letter=b").text).split())
    assert "Bevroren water zie IJs" in text


def test_a_part_is_read_in_every_language(small: FlaskClient) -> None:
    text = small.get("/doc/conceptscheme/s.en.html?letter=i").text
    assert ">Ice</a>" in text
    assert 'href="/doc/conceptscheme/s.html"' in text
    assert "nothing under this letter" in small.get("/doc/conceptscheme/s.en.html?letter=x").text


def test_translations_are_counted_and_those_that_were_reviewed(small: FlaskClient) -> None:
    [table] = re.findall(r'<table class="coverage">.*?</table>', small.get(KLEIN).text, re.DOTALL)
    rows = [re.findall(r"<t[hd][^>]*>([^<]+?) *<", row) for row in re.findall(r"<tr>.*?</tr>", table)]
    assert rows == [
        ["Taal", "Benaming", "Benaming nagelezen", "Definitie"],
        ["Nederlands", "3 van 3", "0 van 3", "3 van 3"],
        ["Engels", "1 van 3", "1 van 1", "0 van 3"],
    ]


def test_a_document_that_is_no_scheme_has_no_parts(small: FlaskClient) -> None:
    assert small.get("/doc/concept/c/ijs.html?letter=b").text == small.get("/doc/concept/c/ijs.html").text
