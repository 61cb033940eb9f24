"""What the editor proposes is what the release has."""

from __future__ import annotations

from flask.testing import FlaskClient

WINTER = "https://tiny.example/id/concept/season/winter"


def test_classes_and_properties_are_those_of_the_release(client: FlaskClient) -> None:
    answer = client.get("/sparql/terms")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    found = answer.json
    assert found is not None
    assert found["prefixes"]["skos"] == "http://www.w3.org/2004/02/skos/core#"
    assert "skos:Concept" in [short for short, _, _ in found["classes"]]
    names = {short: name for short, _, name in found["properties"]}
    assert names["skos:prefLabel"]
    assert "skos:hiddenLabel" not in names


def test_concepts_are_found_by_the_beginning_of_what_they_are_called(client: FlaskClient) -> None:
    found = client.get("/sparql/terms?q=wint").json
    assert found
    assert found[0] == [f"<{WINTER}>", WINTER, "Winter"]


def test_nothing_is_proposed_for_what_nothing_is_called(client: FlaskClient) -> None:
    assert client.get("/sparql/terms?q=qqqqqq").json == []


def test_proposals_are_remembered_by_whoever_asks(client: FlaskClient) -> None:
    tag = client.get("/sparql/terms").headers["ETag"]
    assert client.get("/sparql/terms", headers={"If-None-Match": tag}).status_code == 304
