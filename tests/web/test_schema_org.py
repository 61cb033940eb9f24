"""What pages tell search engines: JSON-LD that an RDF parser reads, of the type that fits, with what it needs."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from building import published
from flask.testing import FlaskClient
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat

from publisher.web import create_app, open_site

ROOT = Path(__file__).parents[2]
SCHEMA = "https://schema.org/"
BASE = "https://hefbomen.example"
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
LOCATION = re.compile(r"<loc>([^<]*)</loc>")

NEEDED = {
    "DefinedTerm": {"name", "url", "description", "inDefinedTermSet", "dateModified"},
    "DefinedTermSet": {"name", "url", "description", "hasDefinedTerm", "license"},
    "Article": {"name", "headline", "url", "datePublished", "about"},
    "Dataset": {"name", "url", "description", "license", "version", "dateModified", "creator", "distribution"},
    "DataCatalog": {"name", "url", "description", "dataset"},
    "DataDownload": {"contentUrl", "encodingFormat", "contentSize"},
    "Organization": {"name"},
}
"""What a thing of each type cannot do without here."""

KINDS = {
    "/doc/concept/.": "DefinedTerm",
    "/doc/conceptscheme/.": "DefinedTermSet",
    "/doc/kennisitem/.": "Article",
    "/doc/dataset/[^/]+$": "Dataset",
    "/doc/catalog/.": "DataCatalog",
}
"""Paths of documents -> the type of what they are about; a version of a dataset is told with its dataset."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """Every page of the content of this repository, by its path."""
    folder = tmp_path_factory.mktemp("content")
    for name in ("data", "ontology", "queries", "shapes"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "publisher.toml", folder)
    published(folder)
    site = open_site(folder)
    client = create_app(site).test_client()
    yield {path: client.get(path, headers={"Accept": "text/html"}).text for path in _paths(client)}
    site.queries.close()


def _paths(client: FlaskClient) -> list[str]:
    return [each.removeprefix(BASE) for each in LOCATION.findall(client.get("/sitemap.xml").text)]


def blocks(page: str) -> list[Any]:
    return [json.loads(each) for each in BLOCK.findall(page)]


def typed(value: object) -> Iterator[dict[str, Any]]:
    """Every object with a type, at any depth."""
    if isinstance(value, dict):
        if "@type" in value:
            yield value
        for each in value.values():
            yield from typed(each)
    elif isinstance(value, list):
        for each in value:
            yield from typed(each)


def test_each_kind_of_thing_says_its_type_on_each_page(pages: Mapping[str, str]) -> None:
    seen = set()
    for pattern, kind in KINDS.items():
        own = {path: page for path, page in pages.items() if re.match(pattern, path)}
        for path, page in own.items():
            assert [each["@type"] for each in blocks(page)][:1] == [kind], path
        seen |= {kind for _ in own}
    assert seen == set(KINDS.values())


def test_everything_has_what_its_type_needs_and_nothing_empty(pages: Mapping[str, str]) -> None:
    for path, page in pages.items():
        for thing in typed(blocks(page)):
            missing = NEEDED.get(thing["@type"], set()) - thing.keys()
            assert not missing, f"{path}: {thing['@type']} without {missing}"
            assert all(value not in ("", None, [], {}) for value in thing.values()), path


def test_the_address_is_the_one_that_lasts(pages: Mapping[str, str]) -> None:
    for path, page in pages.items():
        for block in blocks(page):
            if "@id" in block:
                own = re.sub(r"(\.[a-z]{2})?\.html$", "", path.partition("?")[0])
                assert block["url"] == block["@id"] == BASE + own.replace("/doc/", "/id/", 1), path


def test_a_parser_of_rdf_reads_it_and_dates_are_dates(pages: Mapping[str, str]) -> None:
    for path, page in pages.items():
        for block in BLOCK.findall(page):
            # The published context may not be fetched here; its vocabulary is all that is used of it.
            offline = block.replace('"@context": "https://schema.org"', f'"@context": {{"@vocab": "{SCHEMA}"}}')
            assert offline != block, path
            found = list(pyoxigraph.parse(offline, RdfFormat.JSON_LD))
            assert found, path
            assert all(isinstance(each.subject, (NamedNode, BlankNode)) for each in found)
            for each in found:
                if each.predicate.value in (f"{SCHEMA}datePublished", f"{SCHEMA}dateModified"):
                    assert isinstance(each.object, Literal)
                    assert re.match(r"\d{4}-\d{2}-\d{2}", each.object.value), path
