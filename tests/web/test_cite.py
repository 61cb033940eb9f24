"""A citation can be downloaded for programs that manage references."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient

WINTER = "https://tiny.example/id/concept/season/winter"


@pytest.mark.parametrize(
    ("name", "media_type", "suffix"),
    [
        ("bibtex", "application/x-bibtex", "bib"),
        ("csl-json", "application/vnd.citationstyles.csl+json", "json"),
        ("text", "text/plain", "txt"),
    ],
)
def test_citation_comes_as_a_file_of_its_type(
    client: FlaskClient, name: str, media_type: str, suffix: str
) -> None:
    answer = client.get("/cite", query_string={"uri": WINTER, "format": name})
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="winter-1.0.0.{suffix}"'
    assert WINTER in answer.text


def test_citation_of_a_dataset_has_its_own_version(client: FlaskClient) -> None:
    iri = "https://tiny.example/id/dataset/seasons"
    [item] = json.loads(client.get("/cite", query_string={"uri": iri, "format": "csl-json"}).text)
    assert (item["type"], item["version"]) == ("dataset", "1.0.0")
    assert "container-title" not in item


def test_page_of_a_concept_links_to_its_citations(client: FlaskClient) -> None:
    text = client.get("/doc/concept/season/winter.html").text
    found = [each.replace("&amp;", "&") for each in re.findall(r'href="(/cite[^"]*)"', text)]
    assert len(found) == 2
    assert all(client.get(each).status_code == 200 for each in found)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"uri": WINTER, "format": "endnote"}, 400),
        ({"format": "bibtex"}, 400),
        ({"uri": "https://tiny.example/id/nothing"}, 404),
        ({"uri": "not an IRI <>"}, 404),
        ({"uri": "http://mirror.example/months/december"}, 404),
        ({"uri": "https://tiny.example/id/document/winters-meten"}, 404),
    ],
    ids=["another format", "nothing", "unknown", "no IRI", "somebody else's concept", "somebody else's document"],
)
def test_what_cannot_be_cited_is_told(client: FlaskClient, query: dict[str, str], status: int) -> None:
    assert client.get("/cite", query_string=query).status_code == status
