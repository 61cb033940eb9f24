"""Whoever copies a snippet has a statement about the concept that every program can read."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat

from publisher.namespaces import DCAT, DCT, SKOS
from publisher.web.snippets import snippets_for

CONCEPT = NamedNode("https://tiny.example/id/concept/season/été")
LABEL = 'Zomer <warm> & "licht" \\ {x}\nof zo'


@pytest.fixture
def texts() -> dict[str, str]:
    return {each.name: each.text for each in snippets_for(CONCEPT, LABEL, "nl")}


def test_turtle_says_what_a_document_is_about(texts: dict[str, str]) -> None:
    [quad] = pyoxigraph.parse(texts["Turtle"].encode(), RdfFormat.TURTLE)
    assert (quad.predicate, quad.object) == (DCT["subject"], CONCEPT)


def test_dcat_gives_a_dataset_a_theme_with_its_label(texts: dict[str, str]) -> None:
    quads = list(pyoxigraph.parse(texts["DCAT (Turtle)"].encode(), RdfFormat.TURTLE))
    assert CONCEPT in [each.object for each in quads if each.predicate == DCAT["theme"]]
    assert Literal(LABEL, language="nl") in [each.object for each in quads if each.predicate == SKOS["prefLabel"]]


def test_csv_on_the_web_has_a_virtual_column(texts: dict[str, str]) -> None:
    table = json.loads(texts["CSV on the Web"])
    column = table["tableSchema"]["columns"][-1]
    assert (column["virtual"], column["propertyUrl"], column["valueUrl"]) == (True, "dct:subject", CONCEPT.value)


def test_html_is_one_link_with_the_label(texts: dict[str, str]) -> None:
    said, links = list[str](), list[dict[str, str | None]]()
    parser = HTMLParser()
    parser.handle_data = said.append  # type: ignore[method-assign]
    parser.handle_starttag = lambda tag, attrs: links.append(dict(attrs))  # type: ignore[method-assign]
    parser.feed(texts["HTML"])
    parser.close()
    assert "".join(said).strip() == LABEL
    assert links == [{"property": "dcterms:subject", "href": CONCEPT.value, "lang": "nl"}]
