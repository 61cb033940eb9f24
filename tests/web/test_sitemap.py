"""The map of the site names every page of what is in use, once, with its translations."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from publisher.web import Site, create_app, sitemap

BASE = "https://tiny.example"
WINTER = "/doc/concept/season/winter"
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def locations(text: str) -> list[str]:
    found = [each.text or "" for each in ElementTree.fromstring(text).findall(".//s:loc", NAMES)]
    assert len(found) == len(set(found))
    return found


def alternates(text: str) -> Mapping[str, Mapping[str, str]]:
    return {
        url.findtext("s:loc", "", NAMES): {
            each.attrib["hreflang"]: each.attrib["href"] for each in url.findall("x:link", NAMES)
        }
        for url in ElementTree.fromstring(text)
    }


def test_robots_are_told_where_it_is(client: FlaskClient) -> None:
    assert f"Sitemap: {BASE}/sitemap.xml" in client.get("/robots.txt").text.splitlines()


def test_every_page_answers_and_calls_itself_the_same(client: FlaskClient) -> None:
    for address in locations(client.get("/sitemap.xml").text):
        url = urlsplit(address)
        answer = client.get(f"{url.path}?{url.query}", headers={"Accept": "text/html"})
        assert answer.status_code == 200, address
        assert f'<link rel="canonical" href="{address}">' in answer.text


def test_translations_name_each_other(client: FlaskClient) -> None:
    found = alternates(client.get("/sitemap.xml").text)
    winter, english = BASE + WINTER, f"{BASE}{WINTER}.en.html"
    assert found[winter] == {"nl": winter, "en": english, "x-default": winter}
    assert all(found[each] == named for named in found.values() for each in named.values())


def test_day_of_the_last_change_is_that_of_the_resource(client: FlaskClient) -> None:
    urls = ElementTree.fromstring(client.get("/sitemap.xml").text)
    changed = {url.findtext("s:loc", "", NAMES): url.findtext("s:lastmod", "", NAMES) for url in urls}
    assert changed[BASE + WINTER] == "2026-03-21"
    assert changed[f"{BASE}/"] == ""


def test_what_is_retired_or_not_finished_is_not_in_it(retired: Site) -> None:
    found = locations(create_app(retired).test_client().get("/sitemap.xml").text)
    for each in retired.store.listing("/doc/concept/season", 0, 100, everything=True).entries:  # type: ignore[union-attr]
        assert (f"{retired.release.base}{each.path}" in found) == (not each.status), each


def test_large_site_has_an_index_of_parts(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = locations(create_app(site).test_client().get("/sitemap.xml").text)
    monkeypatch.setattr(sitemap, "PART", 7)
    site.memory.clear()
    client = create_app(site).test_client()
    parts = locations(client.get("/sitemap.xml").text)
    assert parts[0] == f"{BASE}/sitemap.xml?part=1"
    assert len(parts) > 3
    named = [each for part in parts for each in locations(client.get(part.removeprefix(BASE)).text)]
    assert named == whole
    site.memory.clear()
