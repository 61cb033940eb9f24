"""Names are found by queries, and nobody else meets what they are found by."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from building import copy, edit, published
from flask.testing import FlaskClient

from publisher.errors import ReleaseError
from publisher.iris import SEARCH
from publisher.release import Release

PREFIXES = """
PREFIX search: <https://tiny.example/ns/search#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""


def asked(client: FlaskClient, query: str) -> list[dict[str, str]]:
    answer = client.get("/sparql", query_string={"query": PREFIXES + query, "format": "json"})
    assert answer.status_code == 200, answer.text
    rows = json.loads(answer.data)["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in rows]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("?thing search:word/search:prefix 'vorst'", {"vorst.periode"}),
        ("?thing search:word [ search:prefix 'aou' ]", {"août"}),
        ("?thing search:label 's1 1'", {"vorst.periode"}),
        ("?thing search:word/search:prefix 'koude', 'tijd'", {"winter"}),
        (
            "GRAPH <https://tiny.example/id/graph/search> { ?thing search:word/search:prefix 'freeze' }",
            {"vorst.periode"},
        ),
        ("?thing search:word/search:prefix 'xyzzy'", set()),
    ],
)
def test_things_are_found_by_beginnings_of_words(client: FlaskClient, condition: str, found: set[str]) -> None:
    rows = asked(client, f"SELECT ?thing {{ {condition} }}")
    assert {row["thing"].rpartition("/")[2] for row in rows} == found


def test_what_is_found_is_described_in_the_same_query(client: FlaskClient) -> None:
    rows = asked(
        client,
        "SELECT ?label { ?thing search:word/search:prefix 'vorst' ; skos:prefLabel ?label } ORDER BY LANG(?label)",
    )
    assert rows == [{"label": "Freeze"}, {"label": "Vorstperiode"}]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT DISTINCT ?p {{ ?s ?p ?o }}",
        "SELECT ?p {{ <{winter}> ?p ?o }}",
        "SELECT ?p {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        "SELECT ?p {{ ?s ?p 'winter' }}",
    ],
)
def test_other_queries_do_not_meet_them(client: FlaskClient, query: str) -> None:
    plain = query.format(winter="https://tiny.example/id/concept/season/winter")
    answer = client.get("/sparql", query_string={"query": plain, "format": "json"})
    assert "ns/search" not in answer.text


def test_description_of_a_thing_is_without_them(client: FlaskClient) -> None:
    query = "DESCRIBE <https://tiny.example/id/concept/season/winter>"
    answer = client.get("/sparql", query_string={"query": query, "format": "nt"})
    assert answer.status_code == 200
    assert "ns/search" not in answer.text


def test_all_graphs_without_them_are_counted_as_before(client: FlaskClient, release: Release) -> None:
    answer = client.get(
        "/sparql", query_string={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "format": "json"}
    )
    assert int(json.loads(answer.data)["results"]["bindings"][0]["n"]["value"]) == release.manifest.triples


def test_no_file_for_people_has_them(release: Release) -> None:
    apart = f"https://tiny.example/id/graph/{SEARCH}"
    assert release.manifest.graphs[apart] > 100
    for path in release.manifest.files:
        if path.startswith(("dumps/", "catalog/")) and not path.endswith("xlsx"):
            assert b"ns/search" not in (release.directory / path).read_bytes()


def test_properties_have_documents(client: FlaskClient) -> None:
    for media_type in ("text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml"):
        answer = client.get("/ns/search", headers={"Accept": media_type})
        assert answer.mimetype == media_type
        assert "https://tiny.example/ns/search#prefix" in answer.text or "<search#prefix" in answer.text
    assert client.get("/ns/search", headers={"Accept": "image/png"}).status_code == 406


def test_a_site_may_have_none(tmp_path: Path) -> None:
    folder = copy("tiny", tmp_path)
    edit(folder / "publisher.toml", "[sparql]\n", "[sparql]\nwords = 0\n")
    assert not [each for each in published(folder).manifest.graphs if each.endswith(SEARCH)]


def test_content_cannot_take_the_graph(tmp_path: Path) -> None:
    folder = copy("tiny", tmp_path)
    (folder / "data" / "season.ttl").rename(folder / "data" / "search.ttl")
    with pytest.raises(ReleaseError, match="another name"):
        published(folder)
