"""A thesaurus of others, published as it is: whatever is true of one with other words is not tested here."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from building import published
from flask.testing import FlaskClient
from thesaurus import write_site

from publisher.web import create_app, open_site

CONCEPT = "/doc/thesaurus/concept3"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A thousand concepts, of which fifty are at the top."""
    folder = write_site(tmp_path_factory.mktemp("thesaurus"), 1000)
    published(folder)
    site = open_site(folder)
    yield create_app(site).test_client()
    site.queries.close()


def crumbs(page: str) -> list[str]:
    [found] = re.findall(r'<nav class="crumbs.*?</nav>', page, re.DOTALL)
    return re.findall(r">([^<>\n]+)</(?:a|span)>", found)


def letters(client: FlaskClient, address: str) -> list[str]:
    [found] = re.findall(r'<ul class="letters">(.*?)</ul>', client.get(address).text)
    return re.findall(r">([^<>]+)</a>", found)


def test_page_in_a_language_without_catalogue_marks_every_text_in_it(client: FlaskClient) -> None:
    page = client.get(f"{CONCEPT}.ar.html").text
    assert '<html lang="en">' in page
    assert '<h1><span lang="ar" dir="rtl">تاريخ المياه في العالم</span></h1>' in page
    body = re.sub(r"<(title|script).*?</\1>", "", page, flags=re.DOTALL)
    # The lines of a picture have the language of what they are in; code to copy is in none.
    in_arabic = re.findall(r"<((?!tspan|pre)[^<>]+)>[^<>]*[\u0600-\u06ff]", body)
    assert [each for each in in_arabic if 'lang="ar"' not in each] == []


def test_text_of_the_interface_language_says_that_it_is_no_translation(client: FlaskClient) -> None:
    # Of every ninth concept there is no Arabic label.
    page = client.get("/doc/thesaurus/concept9.ar.html").text
    assert "<h1><span>Standards of water in the world</span>" in page
    assert "not translated: English" in page


def test_front_page_says_its_title_in_its_own_direction(client: FlaskClient) -> None:
    page = client.get("/?lang=ar").text
    assert '<h1><span lang="ar" dir="rtl">مكنز العالم</span></h1>' in page
    assert '<span lang="ar" dir="rtl">المكنز</span></a>' in page


def test_groups_are_shown_once_and_stand_where_they_belong(client: FlaskClient) -> None:
    domain = client.get("/doc/thesaurus/domain1.html").text
    group = client.get("/doc/thesaurus/mt1.00.html").text
    assert "skos-thes" not in domain + group
    assert "void:" not in domain + group
    assert crumbs(group) == ["Overview", "Thesaurus of the world", "Nature and surroundings", "Water"]


def test_every_member_of_a_group_is_linked(client: FlaskClient) -> None:
    page = client.get("/doc/thesaurus/mt1.00.html").text
    linked = set(re.findall(r'<li class="[^"]*"><div><a href="/doc/thesaurus/(concept\d+)\.html"', page))
    turtle = client.get("/doc/thesaurus/mt1.00.ttl").text
    assert linked == set(re.findall(r"concept\d+", turtle))


@pytest.mark.parametrize(
    ("tag", "alphabet"), [("en", r"[A-Z]"), ("ru", r"[\u0400-\u04ff]"), ("ar", r"[\u0600-\u06ff]")]
)
def test_index_begins_with_the_letters_of_the_language(client: FlaskClient, tag: str, alphabet: str) -> None:
    suffix = "" if tag == "en" else f".{tag}"
    found = letters(client, f"/doc/thesaurus{suffix}.html")
    own = [each for each in found if re.fullmatch(alphabet, each)]
    assert len(own) > 5
    assert found[: len(own)] == sorted(own)


def test_search_knows_every_script(client: FlaskClient) -> None:
    for tag, asked, wanted in (
        ("ar", "المياه", "المياه في الريف"),
        ("ru", "вода", "Вода в"),
        ("es", "economia", "Economía de"),
    ):
        found = client.get("/suggest", query_string={"q": asked, "lang": tag}).text
        assert wanted in found
