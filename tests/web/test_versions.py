"""Versions on the web: which there are, what each changed, and every document as it was."""

from __future__ import annotations

import hashlib
import json
import re

import pytest
from flask.testing import FlaskClient
from rdflib import Graph, Namespace, URIRef
from werkzeug.test import Client

from publisher.web import Site, fronted
from publisher.web.headers import IMMUTABLE

PEAR, CHERRY, POTATO = (f"/doc/concept/fruit/{name}" for name in ("peer", "kers", "aardappel"))
NUMBERS = ("1.0.0", "1.0.1", "1.1.0", "2.0.0", "2.1.0")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
RDF = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml"}
DATASET = "https://fruit.example/id/dataset/fruit"


def text_of(client: FlaskClient, path: str) -> str:
    """A page without its marks."""
    answer = client.get(path)
    assert answer.status_code in (200, 410), path
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.text.partition("<main")[2]))


def test_versions_are_drawn_in_the_order_of_time(fruit_client: FlaskClient) -> None:
    text = fruit_client.get("/version/fruit.html").text
    [picture] = re.findall(r'<svg class="timeline.*?</svg>', text, re.DOTALL)
    assert re.findall(r'href="/version/fruit/(.*?)\.html"', picture) == list(NUMBERS)


@pytest.mark.parametrize("path", ["/version", "/version/fruit"])
def test_all_versions_are_listed_newest_first(fruit_client: FlaskClient, path: str) -> None:
    text = fruit_client.get(f"{path}.html").text
    listed = text.partition('<ul class="news">')[2]
    places = [listed.index(f'href="/version/fruit/{number}.html"') for number in NUMBERS]
    assert places == sorted(places, reverse=True)
    assert "Tomaat weer in gebruik" in text
    assert '<time datetime="2026-05-04">4 mei 2026</time>' in text
    assert 'href="/dataset/fruit/1.0.0.ttl"' in text


@pytest.mark.parametrize("suffix", RDF)
@pytest.mark.parametrize("path", ["/version", "/version/fruit"])
def test_the_list_is_rdf_too(fruit_client: FlaskClient, path: str, suffix: str) -> None:
    graph = Graph().parse(data=fruit_client.get(f"{path}.{suffix}").data, format=RDF[suffix])
    versions = {str(each) for each in graph.objects(URIRef(DATASET), DCAT["hasVersion"])}
    assert versions == {f"{DATASET}/{number}" for number in NUMBERS}
    assert {str(each) for each in graph.objects(None, DCAT["version"])} == set(NUMBERS)


@pytest.mark.parametrize("suffix", RDF)
def test_a_version_is_what_the_catalogue_says_of_it(fruit_client: FlaskClient, suffix: str) -> None:
    graph = Graph().parse(data=fruit_client.get(f"/version/fruit/2.0.0.{suffix}").data, format=RDF[suffix])
    version = URIRef(f"{DATASET}/2.0.0")
    assert graph.value(version, DCAT["previousVersion"]) == URIRef(f"{DATASET}/1.1.0")
    assert str(graph.value(version, DCAT["version"])) == "2.0.0"


@pytest.mark.parametrize(
    "path", ["/version", "/version/fruit", "/version/fruit/2.0.0", f"/version/fruit/2.0.0{PEAR}"]
)
def test_versions_are_negotiated(fruit_client: FlaskClient, path: str) -> None:
    assert fruit_client.get(path).mimetype == "text/html"
    answer = fruit_client.get(path, headers={"Accept": "text/turtle"})
    assert (answer.mimetype, answer.headers["Vary"]) == ("text/turtle", "Accept, Accept-Encoding")
    assert answer.headers["Content-Location"] == f"{path}.ttl"
    refused = fruit_client.get(path, headers={"Accept": "application/pdf"})
    assert refused.status_code == 406
    assert f"<{path}.ttl>" in refused.headers["Link"]


def test_the_page_of_a_version_says_what_changed_in_words(fruit_client: FlaskClient) -> None:
    text = text_of(fruit_client, "/version/fruit/2.0.0.html")
    for words in (
        "Fruit, versie 2.0.0",
        "6 april 2026",
        "Kers anders omschreven, olijf verplaatst",
        "ingrijpend",
        "Vorige versie Fruit, versie 1.1.0",
        "Volgende versie Fruit, versie 2.1.0",
        "Ingetrokken 1 Aardappel",
        "Samengevoegd 1 Morel Opvolger: Kers Andere betekenis",
        "Andere code 1 Handpeer Code F1.2 werd F1.3",
        "Andere betekenis 1 Kers Definitie De vrucht van de kersenboom. werd De zoete vrucht van de kersenboom.",
        "Olijf Ruimer begrip weg: Steenvrucht Topbegrip van erbij: Fruit",
    ):
        assert words in text


def test_what_is_gone_is_shown_as_it_was_last(fruit_client: FlaskClient) -> None:
    last = "/version/fruit/1.1.0/doc/concept/fruit/morel.html"
    assert f'<a href="{last}">Morel</a>' in fruit_client.get("/version/fruit/2.0.0.html").text
    page = fruit_client.get(last)
    assert page.status_code == 200
    assert "De zure vrucht van de kersenboom." in page.text


def test_the_first_version_has_nothing_to_be_compared_with(fruit_client: FlaskClient) -> None:
    text = text_of(fruit_client, "/version/fruit/1.0.0.html")
    assert "Dit is de eerste versie: alles erin is nieuw." in text
    assert "Vorige versie" not in text


def test_only_the_release_in_force_knows_what_its_checks_said(fruit_client: FlaskClient, fruit_site: Site) -> None:
    assert "Controle geen fouten" in text_of(fruit_client, "/version/fruit/2.1.0.html")
    assert "Controle geen fouten" not in text_of(fruit_client, "/version/fruit/2.0.0.html")


def test_every_version_is_to_be_had_with_its_checksum(fruit_client: FlaskClient) -> None:
    for number in NUMBERS:
        page = fruit_client.get(f"/version/fruit/{number}.html").text
        rows = re.findall(r"<dt>([^<]+)</dt><dd><code>([0-9a-f]{64})<", page)
        addresses = [each for each in re.findall(r'href="(/dataset/fruit/[^"]+)"', page) if number in each]
        assert {each.rpartition("/")[2] for each in addresses} == {name for name, _ in rows}
        assert len(rows) == 8
        for address, checksum in ((f"/dataset/fruit/{name}", checksum) for name, checksum in rows):
            assert hashlib.sha256(fruit_client.get(address).data).hexdigest() == checksum


def test_a_document_of_a_version_says_what_was_said_then(fruit_client: FlaskClient) -> None:
    then = Graph().parse(data=fruit_client.get(f"/version/fruit/1.0.0{PEAR}.ttl").data, format="turtle")
    now = Graph().parse(data=fruit_client.get(f"{PEAR}.ttl").data, format="turtle")
    assert {"Peer", "F1.2"} <= {str(each) for each in then.objects()}
    assert {"Handpeer", "F1.3"} <= {str(each) for each in now.objects()}


def test_a_document_of_a_version_never_changes(fruit_client: FlaskClient) -> None:
    answer = fruit_client.get(f"/version/fruit/1.0.0{PEAR}.ttl")
    assert answer.headers["Cache-Control"] == IMMUTABLE
    assert answer.headers["Last-Modified"] == "Mon, 05 Jan 2026 00:00:00 GMT"
    # What goes around a page is of now.
    assert "immutable" not in fruit_client.get(f"/version/fruit/1.0.0{PEAR}.html").headers["Cache-Control"]


def test_its_page_says_so_and_leads_to_the_present(fruit_client: FlaskClient) -> None:
    page = fruit_client.get(f"/version/fruit/1.0.0{PEAR}.html").text
    assert "zoals ze was in versie 1.0.0, van 5 januari 2026" in page
    assert f'<a href="{PEAR}.html">Naar de huidige beschrijving</a>' in page
    assert "<h1>Peer</h1>" in page
    assert f'<link rel="canonical" href="https://fruit.example/version/fruit/1.0.0{PEAR}">' in page
    assert f'href="/version/fruit/1.0.0{PEAR}.ttl"' in page


def test_its_links_stay_in_the_version(fruit_client: FlaskClient) -> None:
    page = fruit_client.get("/version/fruit/1.1.0/doc/conceptscheme/fruit.html").text.partition("<main")[2]
    inside = re.findall(r'href="(/version/fruit/1\.1\.0/doc/concept/fruit/[^"]*)"[^>]*>([^<]*)<', page)
    assert ("/version/fruit/1.1.0/doc/concept/fruit/framboos.html", "Framboos") in inside
    assert ("/version/fruit/1.1.0/doc/concept/fruit/aardappel.html", "Aardappel") in inside
    for href, _ in inside:
        assert fruit_client.get(href).status_code == 200


def test_every_link_of_the_pages_about_versions_answers(fruit_client: FlaskClient) -> None:
    seen, waiting = set[str](), ["/version.html", f"{PEAR}.html", f"{POTATO}.html", "/doc/dataset/fruit.html"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = fruit_client.get(path)
        # Withdrawn or merged is an answer too.
        assert answer.status_code in (200, 301, 303, 410), path
        if path.startswith(("/version", "/doc/dataset/fruit.html")) and answer.mimetype == "text/html":
            waiting += [each for each in re.findall(r'href="(/[^"#]*)', answer.text) if each not in seen]
    assert len(seen) > 100


@pytest.mark.parametrize("accept", ["text/html", "application/problem+json", "text/plain"])
@pytest.mark.parametrize(
    "path",
    [
        "/version/fruit/9.9.9",
        "/version/vegetables",
        "/version/vegetables/1.0.0",
        "/version.pdf",
        f"/version/fruit/9.9.9{PEAR}",
        f"/version/fruit/1.0.0{PEAR}.pdf",
        "/version/fruit/1.0.0/doc/concept/fruit/braam",
        "/version/fruit/1.0.0/",
    ],
)
def test_what_no_version_has_is_not_found(fruit_client: FlaskClient, path: str, accept: str) -> None:
    answer = fruit_client.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (404, accept)


@pytest.mark.parametrize("suffix", ["", ".ttl", ".html", ".jsonld", ".rdf", ".nt", ".csv"])
def test_a_version_in_which_something_was_withdrawn_says_so(fruit_client: FlaskClient, suffix: str) -> None:
    assert fruit_client.get(f"/version/fruit/1.1.0{POTATO}{suffix}").status_code == 200
    gone = fruit_client.get(f"/version/fruit/2.0.0{POTATO}{suffix}")
    assert gone.status_code == 410
    assert "Ingetrokken in 2.0.0: geen fruit." in gone.text.encode().decode(
        "unicode_escape" if suffix == ".nt" else "utf-8"
    )


def test_a_page_tells_the_history_of_its_resource_newest_first(fruit_client: FlaskClient) -> None:
    text = text_of(fruit_client, f"{PEAR}.html")
    history = text[text.index("Geschiedenis") :]
    for words in (
        "Versie 2.0.0 6 april 2026 Andere code Code F1.2 werd F1.3 Ook zo in versie 2.1.0 .",
        "Versie 1.1.0 2 maart 2026 Andere gegevens Exacte overeenkomst erbij: http://other.example/pear",
        "Versie 1.0.1 2 februari 2026 Andere benaming",
        "Versie 1.0.0 5 januari 2026 Nieuw",
    ):
        assert words in history
    places = [history.index(f"Versie {number}") for number in NUMBERS[:-1]]
    assert places == sorted(places, reverse=True)
    page = fruit_client.get(f"{PEAR}.html").text
    for number in NUMBERS:
        assert f'href="/version/fruit/{number}{PEAR}.html"' in page
    assert f'href="/timemap{PEAR}"' in page


def test_a_history_names_successors_and_languages(fruit_client: FlaskClient) -> None:
    split = text_of(fruit_client, "/doc/concept/fruit/bes.html")
    assert re.search(r"Vervallen.*Opvolger: Braam , Framboos", split)
    assert "De vrucht van de kersenboom. werd De zoete vrucht" in text_of(fruit_client, f"{CHERRY}.html")
    assert "erbij: The fruit of the cherry tree. Engels" in text_of(fruit_client, f"{CHERRY}.html")


def test_what_was_withdrawn_has_a_history_and_leads_to_how_it_was(fruit_client: FlaskClient) -> None:
    page = fruit_client.get(f"{POTATO}.html").text
    assert "Geschiedenis" in page
    assert f'laatste beschrijving staat in versie <a href="/version/fruit/1.1.0{POTATO}.html">1.1.0</a>' in page


def test_a_dataset_lists_its_versions_with_their_files(fruit_client: FlaskClient) -> None:
    page = fruit_client.get("/doc/dataset/fruit.html").text
    for number in NUMBERS:
        assert f'href="/version/fruit/{number}.html"' in page
        assert f'href="/dataset/fruit/{number}.ttl"' in page
    assert "Teksten verbeterd." in page


def test_pages_about_versions_come_from_the_front_as_from_flask(
    fruit_site: Site, fruit_client: FlaskClient
) -> None:
    front = Client(fronted(fruit_site))
    for path in (
        "/version",
        "/version/fruit/2.0.0.ttl",
        f"/version/fruit/1.0.0{PEAR}",
        f"/version/fruit/2.0.0{POTATO}",
    ):
        for _ in range(2):
            ours, theirs = front.get(path), fruit_client.get(path)
            assert (ours.status_code, ours.data) == (theirs.status_code, theirs.data)
            assert dict(ours.headers) == dict(theirs.headers)


def test_a_version_knows_no_other_methods(fruit_client: FlaskClient) -> None:
    answer = fruit_client.post("/version/fruit/1.0.0", headers={"Accept": "application/problem+json"})
    assert answer.status_code == 405
    assert json.loads(answer.data)["status"] == 405
