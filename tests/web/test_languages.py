"""A page in each language of the site: its address, its headers, what it says, and who links to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from building import copy, edit, published
from flask import Flask
from flask.testing import FlaskClient

from publisher.web import Site, create_app, fronted, open_site
from publisher.web.address import Pages
from publisher.web.own_names import own_name
from publisher.web.texts import texts

BASE = "https://tiny.example"
WINTER = "/doc/concept/season/winter"
OLD = f"/version/seasons/1.0.0{WINTER}"
BROWSER = {"Accept": "text/html"}
OF_DOCUMENTS = (WINTER, "/doc/conceptscheme/season", "/doc/concept/season", "/version", "/version/seasons", OLD)
OTHERS = ("/", "/sparql", "/api/v1/queries")


@pytest.mark.parametrize(
    ("address", "status", "language", "location"),
    [
        (f"{WINTER}.html", 200, "nl", f"{WINTER}.html"),
        (f"{WINTER}.nl.html", 200, "nl", f"{WINTER}.html"),
        (f"{WINTER}.en.html", 200, "en", f"{WINTER}.en.html"),
        (f"{WINTER}.xx.html", 404, "nl", None),
        (f"{WINTER}.EN.html", 404, "nl", None),
        (f"{WINTER}.en.ttl", 404, "nl", None),
        (f"{WINTER}.en", 404, "nl", None),
        (f"{WINTER}.en.en.html", 404, "en", None),
        (f"{WINTER}?lang=en", 200, "en", f"{WINTER}.en.html"),
        (f"{WINTER}?lang=nl", 200, "nl", f"{WINTER}.html"),
        (f"{WINTER}?lang=", 200, "nl", f"{WINTER}.html"),
        (f"{WINTER}?lang=xx", 400, "nl", None),
        (f"{WINTER}.html?lang=en", 200, "en", f"{WINTER}.en.html"),
        (f"{WINTER}.nl.html?lang=en", 200, "nl", f"{WINTER}.html"),
        (f"{WINTER}.html?lang=xx", 400, "nl", None),
        ("/doc/concept/season.en.html?page=1", 200, "en", "/doc/concept/season.en.html"),
        ("/doc/concept/season?lang=en", 200, "en", "/doc/concept/season.en.html"),
        ("/doc/concept/season?lang=xx", 400, "nl", None),
        ("/doc/concept/season.en.html?page=9", 404, "en", None),
        ("/doc/concept/season/vorst.periode.en.html", 200, "en", "/doc/concept/season/vorst.periode.en.html"),
        ("/version.en.html", 200, "en", "/version.en.html"),
        ("/version.xx.html", 404, "nl", None),
        ("/version?lang=en", 200, "en", "/version.en.html"),
        ("/version/seasons.en.html", 200, "en", "/version/seasons.en.html"),
        ("/version/seasons/1.0.0.en.html", 200, "en", "/version/seasons/1.0.0.en.html"),
        ("/version/seasons/1.0.0.xx.html", 404, "nl", None),
        (f"{OLD}.en.html", 200, "en", f"{OLD}.en.html"),
        (f"{OLD}?lang=en", 200, "en", f"{OLD}.en.html"),
        (f"{OLD}.xx.html", 404, "nl", None),
        ("/?lang=en", 200, "en", None),
        ("/?lang=xx", 400, "nl", None),
        ("/sparql?lang=en", 200, "en", None),
        ("/sparql?lang=xx", 400, "nl", None),
        ("/api/v1/queries?lang=en", 200, "en", None),
        ("/doc/never.en.html", 404, "en", None),
        ("/doc/never?lang=en", 404, "en", None),
    ],
)
def test_address_names_the_language_of_the_page(
    client: FlaskClient, site: Site, address: str, status: int, language: str, location: str | None
) -> None:
    answer = client.get(address, headers=BROWSER)
    assert (answer.status_code, answer.headers["Content-Language"]) == (status, language)
    assert answer.headers.get("Content-Location") == location
    assert f'<html lang="{language}">' in answer.text
    assert texts(language)["skip"] in answer.text
    environ = client.application.test_request_context(address, headers=BROWSER).request.environ
    assert fronted(replace(site)).reply(environ).status.startswith(str(status))


def test_page_in_each_language_has_a_tag_of_its_own(client: FlaskClient) -> None:
    tags = {client.get(f"{WINTER}{end}").headers["ETag"] for end in (".html", ".nl.html", ".en.html")}
    assert len(tags) == 2


def test_addresses_of_one_language_do_not_vary_on_it(client: FlaskClient) -> None:
    for address in (WINTER, f"{WINTER}.en.html", f"{WINTER}?lang=en", "/"):
        varies = client.get(address, headers=BROWSER | {"Accept-Language": "en"}).headers["Vary"]
        assert "Accept-Language" not in varies
    assert '<html lang="nl">' in client.get(WINTER, headers=BROWSER | {"Accept-Language": "en"}).text


@pytest.mark.parametrize(
    ("address", "document"),
    [
        ("/id/concept/season/winter", WINTER),
        ("/id/concept/season", "/doc/concept/season"),
        ("/months/december", "/doc/months/december"),
    ],
)
def test_redirect_keeps_the_language_that_was_asked_for(client: FlaskClient, address: str, document: str) -> None:
    plain = client.get(address).headers["Location"]
    asked = client.get(f"{address}?lang=en", headers=BROWSER)
    assert (asked.status_code, asked.headers["Location"]) == (303, f"{plain}?lang=en")
    assert plain == document
    assert '<html lang="en">' in client.get(asked.headers["Location"], headers=BROWSER).text


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("path", [*OF_DOCUMENTS, *OTHERS])
def test_pages_name_each_other_in_head_and_header(client: FlaskClient, path: str, language: str) -> None:
    suffixed = path in OF_DOCUMENTS
    own = {"nl": path, "en": f"{path}.en.html" if suffixed else f"{path}?lang=en"}
    answer = client.get(own[language], headers=BROWSER)
    head = Head(answer.text)
    assert head.canonical == f"{BASE}{own[language]}"
    assert head.translations == {"nl": BASE + own["nl"], "x-default": BASE + own["nl"], "en": BASE + own["en"]}
    if suffixed:
        other = {"nl": f"{path}.en.html", "en": f"{path}.html"}[language]
        tag = {"nl": "en", "en": "nl"}[language]
        assert f'<{other}>; rel="alternate"; type="text/html"; hreflang="{tag}"' in answer.headers["Link"]
    if suffixed and path != OLD:
        assert f'<{head.canonical}>; rel="canonical"' in answer.headers["Link"]
    menu = Head(answer.text).menu
    assert {tag: (each["lang"], "aria-current" in each) for tag, each in menu.items()} == {
        tag: (tag, tag == language) for tag in ("nl", "en")
    }
    assert all(own_name(tag) in str(each) for tag, each in menu.items())
    for tag, each in menu.items():
        assert client.get(each["href"], headers=BROWSER).headers["Content-Language"] == tag


def test_data_has_the_same_address_in_all_languages(client: FlaskClient) -> None:
    answer = client.get(WINTER, headers={"Accept": "text/turtle"})
    assert f'<{BASE}{WINTER}>; rel="canonical"' in answer.headers["Link"]
    assert "hreflang" not in answer.headers["Link"]
    assert "Content-Language" not in answer.headers


def test_links_of_a_page_keep_the_reader_in_its_language(client: FlaskClient) -> None:
    seen, waiting = set(), ["/?lang=en"]
    while waiting:
        address = waiting.pop()
        seen.add(address)
        answer = client.get(address, headers=BROWSER)
        assert (answer.status_code, answer.headers["Content-Language"]) == (200, "en"), address
        waiting += sorted({each for each in Head(answer.text).links if each not in seen} - set(waiting))
    assert f"{WINTER}.en.html" in seen
    assert f"{OLD}.en.html" in seen
    assert "/sparql?lang=en" in seen


def test_identifier_that_ends_like_a_language_wins(tmp_path: Path) -> None:
    folder = copy("tiny", tmp_path)
    about = '<https://tiny.example/id/concept/season/winter.en> a skos:Concept ; skos:prefLabel "Winteren"@nl ; '
    about += 'skos:definition "Winteren."@nl ; skos:broader <https://tiny.example/id/concept/season/winter> .\n'
    seasons = folder / "data" / "season.ttl"
    seasons.write_text(f"{seasons.read_text('utf-8')}\n{about}", "utf-8")
    published(folder)
    site = open_site(folder)
    client = create_app(site).test_client()
    answer = client.get(f"{WINTER}.en.html")
    assert (answer.headers["Content-Language"], answer.headers["Content-Location"]) == ("nl", f"{WINTER}.en.html")
    assert "Winteren" in answer.text
    assert client.get(f"{WINTER}.en.en.html").headers["Content-Language"] == "en"
    site.queries.close()


def test_fallback_is_marked_and_told_in_a_word(site: Site) -> None:
    client = speaking(site, "nl", "en", "fr").test_client()
    answer = client.get(f"{WINTER}.fr.html")
    assert '<html lang="fr">' in answer.text
    assert (
        '<h1><span lang="nl">Winter</span> <small class="note">non traduit : néerlandais</small></h1>'
        in answer.text
    )


@pytest.mark.parametrize(
    ("languages", "tag", "interface"),
    [(("nl", "ar"), "ar", "nl"), (("ru", "ar"), "ar", "en"), (("nl", "es"), "es", "nl")],
    ids=["the first of the site", "English", "left to right"],
)
def test_language_without_catalogue_has_labels_in_it_and_an_interface_in_another(
    tmp_path: Path, languages: tuple[str, ...], tag: str, interface: str
) -> None:
    folder = copy("tiny", tmp_path)
    edit(folder / "data" / "season.ttl", 'skos:prefLabel "Winter"@nl', f'skos:prefLabel "شتاء"@{tag}, "Winter"@nl')
    published(folder)
    found = open_site(folder)
    answer = speaking(found, *languages).test_client().get(f"{WINTER}.{tag}.html")
    found.queries.close()
    assert f'<html lang="{interface}">' in answer.text
    assert answer.headers["Content-Language"] == interface
    direction = ' dir="rtl"' if tag == "ar" else ""
    assert f'<h1><span lang="{tag}"{direction}>شتاء</span></h1>' in answer.text
    assert texts(interface)["skip"] in answer.text


def test_site_with_one_language_has_no_menu_of_languages(site: Site) -> None:
    text = speaking(site, "nl").test_client().get(f"{WINTER}.html").text
    assert "hreflang" not in text
    assert texts("nl")["languages"] not in text


SPOKEN = ("nl", "en", "fr", "de")
MARKED = re.compile(r'<(\w+)[^>]* lang="[^"]*"[^>]*>[^<]*</\1>|<script.*?</script>|<[^>]*>', re.DOTALL)
"""What is marked as being in another language, and what nobody reads."""


@pytest.mark.parametrize("language", SPOKEN)
def test_page_says_nothing_in_another_language_of_the_interface(site: Site, language: str) -> None:
    client, own = speaking(site, *SPOKEN).test_client(), texts(language)
    others = {each for tag in SPOKEN for each in texts(tag).values() if len(each) > 12} - set(own.values())
    for path in (
        *OF_DOCUMENTS,
        *OTHERS,
        "/doc/dataset/seasons",
        "/doc/document/winters-meten",
        "/search",
        "/doc/no",
    ):
        address = Pages(language, "nl")(path)
        body = client.get(address, headers=BROWSER).text.partition("<body>")[2]
        said = {unescape(each).strip() for each in MARKED.sub("\n", body).split("\n")}
        assert not said & others, address


def speaking(site: Site, *languages: str) -> Flask:
    """The application of a site as if it had these languages."""
    manifest = replace(site.release.manifest, languages=languages)
    return create_app(replace(site, release=replace(site.release, manifest=manifest)))


class Head(HTMLParser):
    """What a page says of its address, its translations, and the pages of this host that it links to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.canonical = ""
        self.translations: dict[str, str] = {}
        self.links: set[str] = set()
        self.menu: dict[str, dict[str, str]] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "link" and named["rel"] == "canonical":
            self.canonical = named["href"]
        if tag == "link" and "hreflang" in named:
            self.translations[named["hreflang"]] = named["href"]
        if tag == "a" and "hreflang" in named:
            self.menu[named["hreflang"]] = named
        if tag == "a" and "hreflang" not in named and "type" not in named:
            self.links.update(_page(named["href"]))


def _page(href: str) -> Iterator[str]:
    """A link to a page; addresses of data, and of the endpoint where they are said to programs, are none."""
    address = href.partition("#")[0]
    data = ("/dataset/", "/catalog.", "/timemap/", "/static/")
    if address.startswith("/") and not address.startswith(data) and address != "/sparql":
        yield address
