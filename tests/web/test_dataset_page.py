"""Pages of datasets and catalogues: what people ask before they use the data."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

DATASET = "/doc/dataset/seasons.html"
CATALOG = "/doc/catalog/seasons.html"


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_licence_is_linked_and_said_in_words(client: FlaskClient) -> None:
    page = client.get(DATASET).text
    assert 'href="https://creativecommons.org/licenses/by/4.0/"' in page
    assert "als u de bron vermeldt" in page


def test_version_leads_to_its_page(client: FlaskClient) -> None:
    assert 'href="/version/seasons/1.0.0.html"' in client.get(DATASET).text


def test_concept_schemes_are_listed_with_the_number_of_their_concepts(client: FlaskClient) -> None:
    page = client.get(DATASET).text
    assert re.search(r'href="/doc/conceptscheme/season.html">[^<]+</a> <small class="note">\d+ begrippen', page)


def test_what_most_people_look_for_comes_first_and_says_for_whom_it_is(client: FlaskClient) -> None:
    [table] = re.findall(r'<table class="files">.*?</table>', client.get(DATASET).text, re.DOTALL)
    assert re.findall(r"1\.0\.0\.(\w+)<", table) == ["xlsx", "csv", "ttl", "jsonld", "rdf", "nt", "trig", "nq"]
    assert "voor Excel of LibreOffice" in table


def test_programs_are_told_where_to_ask(client: FlaskClient) -> None:
    assert "<code>https://tiny.example/sparql</code>" in client.get(DATASET).text


def test_the_whole_catalogue_is_one_link_away(client: FlaskClient) -> None:
    page = client.get(CATALOG).text
    assert 'href="/catalog.rdf"' in page
    assert "als u de bron vermeldt" in page


@pytest.mark.parametrize("path", [DATASET, CATALOG])
def test_every_link_of_the_page_answers(client: FlaskClient, path: str) -> None:
    [main] = re.findall(r"<main.*?</main>", client.get(path).text, re.DOTALL)
    for address in set(re.findall(r'href="(/[^"#]*)', main)):
        assert client.get(address).status_code == 200, address


def test_everything_else_that_is_said_is_still_there(client: FlaskClient) -> None:
    assert "Volledige beschrijving (DCAT)" in text_of(client.get(DATASET).text)
