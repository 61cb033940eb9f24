"""Addresses: where the page of a path is in each language, and the sites that link there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from publisher.web import Site
from publisher.web.address import Pages
from publisher.web.frame import frame


@pytest.mark.parametrize(
    ("path", "query", "first", "other"),
    [
        ("/", "", "/", "/?lang=en"),
        ("/doc/season/winter", "", "/doc/season/winter.html", "/doc/season/winter.en.html"),
        ("/doc/season", "?all=1&page=2", "/doc/season.html?all=1&page=2", "/doc/season.en.html?all=1&page=2"),
        ("/resource", "?uri=a%3Ab", "/resource.html?uri=a%3Ab", "/resource.en.html?uri=a%3Ab"),
        ("/version", "", "/version.html", "/version.en.html"),
        ("/version/tiny/1.0.0", "", "/version/tiny/1.0.0.html", "/version/tiny/1.0.0.en.html"),
        ("/search", "q=x", "/search?q=x", "/search?q=x&lang=en"),
        ("/api/v1/queries#name", "", "/api/v1/queries#name", "/api/v1/queries?lang=en#name"),
    ],
    ids=["front", "document", "list", "any IRI", "versions", "version", "search", "fragment"],
)
def test_page_has_an_address_in_each_language(path: str, query: str, first: str, other: str) -> None:
    assert Pages("nl", "nl")(path, query) == first
    assert Pages("en", "nl")(path, query) == other


def test_site_speaks_each_of_its_languages(site: Site) -> None:
    assert site.release.languages == ("nl", "en")
    assert (site.language, site.languages) == ("nl", ("nl", "en"))
    english = site.speaking("en")
    assert (english.language, english.languages) == ("en", ("en", "nl"))
    assert english.page("/doc/season/winter") == "/doc/season/winter.en.html"
    assert english.speaking("nl").page("/doc/season/winter") == site.page("/doc/season/winter")


def test_what_is_remembered_is_of_one_language(site: Site) -> None:
    own = replace(site)
    names = [frame(each, "", path="/").navigation[0].text for each in (own, own.speaking("en"), own)]
    assert names == ["Overzicht", "Overview", "Overzicht"]
