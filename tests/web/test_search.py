"""Search as people and programs meet it: pages, JSON, suggestions, and the description for browsers."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from werkzeug.test import Client

from publisher.web import Site, create_app, fronted
from publisher.web.marking import around, marked

if TYPE_CHECKING:
    from collections.abc import Mapping

OPENSEARCH = {"o": "http://a9.com/-/spec/opensearch/1.1/"}


@pytest.fixture
def retired_client(retired: Site) -> FlaskClient:
    return create_app(retired).test_client()


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def answers(client: FlaskClient, query: str) -> list[Mapping[str, Any]]:
    answer = client.get(f"/search?format=json&{query}")
    assert answer.status_code == 200, answer.text
    found: list[Mapping[str, Any]] = json.loads(answer.data)["results"]
    return found


def text_of(markup: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", markup)))


def test_page_without_a_question_is_a_form(client: FlaskClient) -> None:
    text = page(client, "/search")
    assert '<form class="search" role="search" action="/search" method="get">' in text
    assert text.count('name="q"') == 1


def test_answer_is_a_link_with_what_was_found_marked(client: FlaskClient) -> None:
    text = page(client, "/search?q=vorst")
    assert '<a href="/doc/concept/season/vorst.periode.html"><mark>Vorst</mark>periode</a>' in text
    assert "Dagen achtereen met <mark>vorst</mark>." in text
    assert 'value="vorst"' in text


def test_answer_by_another_label_says_so(client: FlaskClient) -> None:
    assert "ook: Koude tijd" in text_of(page(client, "/search?q=koude+tijd"))


def test_what_was_replaced_leads_to_its_successor(retired_client: FlaskClient) -> None:
    text = page(retired_client, "/search?q=winter")
    assert '<a href="/doc/concept/season/spring.html">Lente</a>' in text
    assert "vroeger: Winter" in text_of(text)
    everything = page(retired_client, "/search?q=winter&all=1")
    assert '<a href="/doc/concept/season/winter.html"><mark>Winter</mark></a>' in everything
    assert 'href="/search?q=winter"' in everything


def test_labels_in_another_language_are_marked(client: FlaskClient) -> None:
    text = page(client, "/search?q=august")
    assert '<a href="/doc/months/ao%C3%BBt.html" lang="en"><mark>August</mark></a>' in text
    assert "Engels" in text


def test_pages_keep_their_reader_in_the_language(client: FlaskClient) -> None:
    text = page(client, "/search?q=winter&lang=en")
    assert '<html lang="en">' in text
    assert 'href="/doc/concept/season/winter.en.html"' in text
    assert '<input type="hidden" name="lang" value="en">' in text
    assert 'data-suggest="/suggest?lang=en"' in text


def test_misspelling_is_told(client: FlaskClient) -> None:
    assert "Voor “wniter” is er niets; dit zijn de resultaten voor “winter”." in page(client, "/search?q=wniter")


def test_nothing_found_is_told(client: FlaskClient) -> None:
    assert "Niets gevonden voor “&lt;b&gt;xyzzy”." in page(client, "/search?q=%3Cb%3Exyzzy")


def test_facets_are_links_and_can_be_lifted(client: FlaskClient) -> None:
    text = page(client, "/search?q=jaargetijde")
    assert 'href="/search?q=jaargetijde&amp;kind=dataset"' in text
    restricted = page(client, "/search?q=jaargetijde&kind=dataset")
    assert restricted.count("<li><div>") == 1
    assert re.search(r'<a href="/search\?q=jaargetijde"[^>]*>opheffen</a>', restricted)


def test_answers_come_in_pages(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publisher.web.search.PAGE", 2)
    text = page(client, "/search?q=s")
    assert 'rel="next" href="/search?q=s&amp;page=2"' in text
    last = page(client, "/search?q=s&page=2")
    assert 'rel="prev" href="/search?q=s&amp;page=1"' in last
    assert client.get("/search?q=s&page=99").status_code == 404


def test_json_says_what_was_found_and_why(client: FlaskClient) -> None:
    [winter] = [each for each in answers(client, "q=koude") if each["notation"] == "S1"]
    assert winter == {
        "iri": "https://tiny.example/id/concept/season/winter",
        "page": "https://tiny.example/doc/concept/season/winter.html",
        "label": {"text": "Winter", "language": "nl"},
        "kind": "concept",
        "notation": "S1",
        "status": None,
        "schemes": ["https://tiny.example/id/conceptscheme/season"],
        "matched": {"text": "Koude tijd", "language": "nl", "as": "alternative"},
        "description": {"text": "Het jaargetijde tussen herfst en lente.", "language": "nl"},
    }


def test_json_is_negotiated(client: FlaskClient) -> None:
    answer = client.get("/search?q=winter", headers={"Accept": "application/json"})
    assert answer.mimetype == "application/json"
    assert answer.vary.to_header() == "Accept, Accept-Encoding"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["ETag"]
    assert client.get("/search?q=winter", headers={"Accept": "*/*"}).mimetype == "text/html"
    assert client.get("/search?q=winter", headers={"Accept": "image/png"}).status_code == 406


def test_suggestions_have_the_four_lists_of_opensearch(retired_client: FlaskClient) -> None:
    answer = retired_client.get("/suggest?q=koud")
    assert answer.mimetype == "application/x-suggestions+json"
    assert json.loads(answer.data) == [
        "koud",
        ["Lente"],
        ["Begrip · vroeger: Koude tijd"],
        ["https://tiny.example/doc/concept/season/spring.html"],
    ]


@pytest.mark.parametrize(
    ("query", "labels"),
    [
        ("q=", []),
        ("", []),
        ("q=wi", ["Winter", "Winters meten"]),
        ("q=wi&lang=en", ["Winter", "Winters meten"]),
        ("q=spri&lang=en", ["Spring"]),
        ("q=S1.1", ["Vorstperiode"]),
        ("q=vostper", ["Vorstperiode"]),
        ("q=xyzzy", []),
    ],
)
def test_suggestions_are_labels_in_the_language_of_the_page(
    client: FlaskClient, query: str, labels: list[str]
) -> None:
    assert json.loads(client.get(f"/suggest?{query}").data)[1] == labels


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (f"q={'a' * 201}", "at most 200"),
        (f"q={'%F0%9F%92%A7' * 201}", "at most 200"),
        ("q=a&q=b", "given 2 times"),
        ("q=%FF", "cannot be read"),
        ("q=a&lang=xx", "there are: nl, en"),
        ("q=a&page=0", "counted from 1"),
        ("q=a&page=-1", "counted from 1"),
        ("q=a&page=%D9%A1", "counted from 1"),
        ("q=a&format=xml", "html, json"),
    ],
)
def test_bad_requests_are_told_what_is_wrong(client: FlaskClient, query: str, said: str) -> None:
    answer = client.get(f"/search?{query}", headers={"Accept": "application/problem+json"})
    assert answer.status_code == 400
    assert said in json.loads(answer.data)["detail"]


@pytest.mark.parametrize(
    "text",
    [
        "%22",
        "%00",
        "a%00b",
        "%27%20OR%201%3D1--",
        "NEAR(a,b)",
        "%F0%9F%92%A7",
        "%D9%85%D9%8A%D8%A7%D9%87",
        "%E2%80%AEx",
    ],
)
@pytest.mark.parametrize("path", ["/search?q=", "/suggest?q=", "/search?format=json&q=", "/search?q=a&kind="])
def test_hostile_questions_are_answered(client: FlaskClient, path: str, text: str) -> None:
    assert client.get(path + text).status_code == 200


def test_description_lets_browsers_add_the_search(client: FlaskClient) -> None:
    assert '<link rel="search" type="application/opensearchdescription+xml" href="/opensearch.xml"' in page(
        client, "/"
    )
    answer = client.get("/opensearch.xml?lang=en")
    assert answer.mimetype == "application/opensearchdescription+xml"
    root = ElementTree.fromstring(answer.data)
    assert root.tag == "{http://a9.com/-/spec/opensearch/1.1/}OpenSearchDescription"
    for name, most in (("ShortName", 16), ("LongName", 48), ("Description", 1024)):
        assert 0 < len(root.findtext(f"o:{name}", "", OPENSEARCH)) <= most
    templates = {each.get("type"): each.get("template", "") for each in root.findall("o:Url", OPENSEARCH)}
    assert templates["text/html"] == "https://tiny.example/search?q={searchTerms}&lang=en"
    for media_type, template in templates.items():
        found = client.get(template.removeprefix("https://tiny.example").replace("{searchTerms}", "winter"))
        assert (found.status_code, found.mimetype) == (200, media_type)


def test_page_that_is_not_there_offers_a_search(client: FlaskClient) -> None:
    answer = client.get("/doc/nothing", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert 'role="search"' in answer.text


def test_front_changes_no_answer(site: Site) -> None:
    plain, front = Client(create_app(site)), Client(fronted(site))
    for path in (
        "/search?q=winter",
        "/suggest?q=wi",
        "/opensearch.xml",
        "/search?q=a&q=b",
        "/search?q=a&page=7",
        "/suggestion",
    ):
        for request in ({}, {"Accept": "application/json"}, {"Accept-Encoding": "br"}, {"If-None-Match": "*"}):
            expected = plain.get(path, headers=request)
            for _ in range(2):
                answer = front.get(path, headers=request)
                assert (answer.status, list(answer.headers), answer.data) == (
                    expected.status,
                    list(expected.headers),
                    expected.data,
                )
            assert front.head(path, headers=request).status == expected.status
    assert plain.options("/search").headers["Allow"] == "GET, HEAD, OPTIONS"
    assert front.post("/search").status_code == 405


def test_release_from_before_the_index_says_so(site: Site) -> None:
    release = site.release
    files = {path: fact for path, fact in release.manifest.files.items() if not path.startswith("search/")}
    store = type(site.store)(replace(release, manifest=replace(release.manifest, files=files)), site.store._engine)
    store.read_documents()
    client = create_app(replace(site, store=store)).test_client()
    answer = client.get("/search?q=a", headers={"Accept": "text/plain, application/json;q=0.1"})
    assert answer.status_code == 503
    assert "publisher publish" in answer.text
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("text", "asked", "expected"),
    [
        ("Lente", ["len"], [("Len", True), ("te", False)]),
        ("Groot-Waterstraße", ["waterstrass"], [("Groot-", False), ("Waterstraße", True)]),
        ("aou\u0302t", ["aout"], [("août", True)]),
        ("<b>", ["x"], [("<b>", False)]),
        ("a b a", ["a"], [("a", True), (" b ", False), ("a", True)]),
        ("", ["a"], []),
    ],
)
def test_words_are_marked(text: str, asked: list[str], expected: list[tuple[str, bool]]) -> None:
    assert list(marked(text, asked)) == expected


def test_long_text_is_shown_from_where_it_matters() -> None:
    text = "lang " * 100 + "naald " + "kort " * 100
    shown = around(text, ["naald"])
    assert "naald" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < 230
    assert around("kort", ["naald"]) == "kort"
    assert around("x" * 1000, ["naald"]).startswith("xxx")


def test_answers_are_not_to_be_indexed_and_the_form_may_be(client: FlaskClient) -> None:
    noindex = '<meta name="robots" content="noindex">'
    assert noindex in page(client, "/search?q=lente")
    assert noindex not in page(client, "/search")
