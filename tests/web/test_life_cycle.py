"""What people see of what is retired, withdrawn or not finished."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from building import copy, edit, published, retire
from pyoxigraph import NamedNode, RdfFormat, parse
from werkzeug.test import Client

from publisher.namespaces import ADMS, RDFS, SKOS
from publisher.web import Site, create_app, open_site

SEASONS = "/doc/concept/season"
IRI = "https://tiny.example/id/concept/season/"
ACCEPTS = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def client(retired: Site) -> Client:
    return Client(create_app(retired))


def page(client: Client, path: str) -> str:
    """The text of a page, between `<main` and `</main>`."""
    found = re.search(r"<main.*</main>", client.get(path, headers=ACCEPTS).text, re.DOTALL)
    assert found
    return found[0]


def linked(text: str) -> set[str]:
    return set(re.findall(rf'href="{SEASONS}/([\w.]+)\.html"', text))


def test_a_list_leaves_out_what_is_not_in_use_and_leads_to_it(client: Client) -> None:
    text = page(client, SEASONS)
    assert linked(text) == {"spring", "vorst.periode"}
    assert f'href="{SEASONS}.html?all=1">Toon ook vervallen begrippen en wat nog niet af is (3)</a>' in text
    assert "1 tot 2 van 2" in text


def test_the_whole_list_marks_what_is_not_in_use_and_leads_back(client: Client) -> None:
    text = page(client, f"{SEASONS}?all=1")
    marks = re.findall(rf'{SEASONS}/(\w+)\.html"[^>]*>[^<]*</a> <small class="status">([^<]*)<', text)
    assert dict(marks) == {"winter": "Vervallen", "summer": "In ontwikkeling", "autumn": "Ingetrokken"}
    assert linked(text) == {"spring", "vorst.periode", "winter", "summer", "autumn"}
    assert f'href="{SEASONS}.html">Toon alleen wat nu geldt</a>' in text


@pytest.mark.parametrize(("query", "count"), [("", 2), ("?all=1", 5), ("?all=0", 2)])
def test_lists_as_data_follow_the_same_rule(client: Client, query: str, count: int) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get(f"{SEASONS}.csv{query}").text)))
    members = list(parse(client.get(f"{SEASONS}.ttl{query}").data, RdfFormat.TURTLE))
    assert len(rows) == count == sum(each.predicate == RDFS["member"] for each in members)
    said = {each.subject.value: each.object.value for each in members if each.predicate == ADMS["status"]}
    assert {each["resource"] for each in rows if each["status"]} == said.keys()
    if count == 5:
        assert said[f"{IRI}winter"] == "http://purl.org/adms/status/Deprecated"


def test_the_pages_of_a_whole_list_lead_to_each_other(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publisher.web.list_page.PAGE", 2)
    monkeypatch.setattr("publisher.web.resource.PAGE", 2)
    answer = client.get(f"{SEASONS}.html?all=1&page=2")
    assert f'<{SEASONS}.html?all=1>; rel="prev"' in answer.headers["Link"]
    assert f'<{SEASONS}.html?all=1&page=3>; rel="next"' in answer.headers["Link"]
    assert f'href="{SEASONS}.html?all=1&amp;page=3"' in answer.text


def test_a_list_of_which_nothing_is_in_use_is_empty_but_there(client: Client) -> None:
    assert client.get("/id/document").status_code == 303
    text = page(client, "/doc/document")
    assert "niets dat nu geldt" in text
    assert 'href="/doc/document.html?all=1"' in text
    assert client.get("/doc/document.csv").status_code == 200
    assert "Winters meten" in page(client, "/doc/document?all=1")


def test_a_hierarchy_shows_what_is_in_use_also_below_what_is_not(client: Client) -> None:
    text = page(client, "/doc/conceptscheme/season")
    [tree] = re.findall(r'<section class="tree">.*?</section>', text, re.DOTALL)
    assert linked(tree) == {"spring", "vorst.periode"}
    assert "Begrippen in gebruik" in tree
    assert (
        'href="/doc/conceptscheme/season.html?all=1">Toon ook de 3 begrippen die vervallen of nog niet af zijn</a>'
        in text
    )


def test_a_hierarchy_with_all_marks_what_is_not_in_use(client: Client) -> None:
    text = page(client, "/doc/conceptscheme/season?all=1")
    assert linked(text) >= {"winter", "spring", "summer", "autumn", "vorst.periode"}
    assert re.search(r'>Winter</a> <small class="status">Vervallen</small>', text)
    assert 'href="/doc/conceptscheme/season.html">Toon alleen wat nu geldt</a>' in text


def test_the_front_page_shows_and_counts_what_is_in_use(client: Client) -> None:
    text = page(client, "/")
    assert linked(text) == {"spring", "vorst.periode"}
    assert "(2 begrippen)" in text
    assert "winters-meten" not in text


def test_neighbours_of_a_concept_are_in_use(client: Client) -> None:
    assert "Verwante begrippen" not in page(client, f"{SEASONS}/spring")
    assert linked(page(client, f"{SEASONS}/vorst.periode")) >= {"winter"}


def test_a_deprecated_concept_says_so_first_and_names_what_replaces_it(client: Client) -> None:
    text = page(client, f"{SEASONS}/winter")
    notice = re.search(r'<div class="notice">.*?</div>', text, re.DOTALL)
    assert notice
    assert "Dit is vervallen." in notice[0]
    assert f'<a href="{SEASONS}/spring.html">Lente</a>' in notice[0]
    assert notice.start() < text.index("Het jaargetijde tussen herfst en lente.")


def test_a_tombstone_tells_the_name_the_reason_and_a_way_on(client: Client) -> None:
    text = page(client, f"{SEASONS}/autumn")
    assert "<h1>Herfst</h1>" in text
    assert '<span class="status">Ingetrokken</span>' in text
    assert "Dit is ingetrokken en wordt niet meer beschreven." in text
    assert "<p>Ingetrokken: te nat.</p>" in text
    assert f'<a href="{SEASONS}.html">Begrippen</a>' in text
    assert "Het jaargetijde tussen zomer en winter." not in text


def test_a_tombstone_speaks_the_language_of_the_site(tmp_path: Path) -> None:
    folder = copy("tiny", tmp_path)
    retire(folder)
    edit(folder / "publisher.toml", 'languages = ["nl", "en"]', 'languages = ["en", "nl"]')
    published(folder)
    site = open_site(folder)
    try:
        text = page(Client(create_app(site)), f"{SEASONS}/autumn")
    finally:
        site.queries.close()
    assert "<h1>Autumn</h1>" in text
    assert "This has been withdrawn and is described no more." in text
    assert '<p lang="nl">Ingetrokken: te nat.</p>' in text


def test_documents_as_data_leave_nothing_out(client: Client) -> None:
    said = list(parse(client.get("/doc/conceptscheme/season.ttl").data, RdfFormat.TURTLE))
    tops = {each.object for each in said if each.predicate == SKOS["hasTopConcept"]}
    assert NamedNode(f"{IRI}winter") in tops
    gone = list(parse(client.get(f"{SEASONS}/autumn.ttl").data, RdfFormat.TURTLE))
    assert {SKOS["changeNote"], SKOS["prefLabel"], ADMS["status"]} <= {each.predicate for each in gone}
