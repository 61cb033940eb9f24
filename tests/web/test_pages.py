"""Pages as a reader, a screen reader and a crawler meet them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from building import copy, edit, published
from flask.testing import FlaskClient

from publisher.web import Site, create_app, open_site
from publisher.web.reading import safe_path
from publisher.web.texts import size_in_words, texts

WINTER = "/doc/concept/season/winter"
KINDS = {
    "landing": "/",
    "concept": f"{WINTER}.html",
    "scheme": "/doc/conceptscheme/season.html",
    "document": "/doc/document/winters-meten.html",
    "dataset": "/doc/dataset/seasons.html",
    "distribution": "/doc/distribution/seasons-ttl.html",
    "list": "/doc/concept.html",
    "somebody else's": "/doc/months/december.html",
    "problem": "/nothing/here",
    "versions": "/version.html",
    "version": "/version/seasons/1.0.0.html",
    "as it was": f"/version/seasons/1.0.0{WINTER}.html",
    "SPARQL": "/sparql",
}
VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())


class Page(HTMLParser):
    """A page taken apart: its elements in order, the texts in them, and whether they close properly."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.elements, self.texts = text, list[tuple[str, dict[str, str]]](), dict[str, list[str]]()
        self.open, self.faults = list[str](), list[str]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        for tag in set(self.open):
            self.texts[tag][-1] += data

    def all(self, tag: str, **having: str) -> list[dict[str, str]]:
        """The attributes of every such element."""
        return [each for name, each in self.elements if name == tag and having.items() <= each.items()]

    @property
    def headings(self) -> list[int]:
        return [int(tag[1]) for tag, _ in self.elements if re.fullmatch("h[1-6]", tag)]


def page(client: FlaskClient, path: str, status: int = 200) -> Page:
    """The HTML at an address."""
    answer = client.get(path, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.mimetype) == (status, "text/html"), path
    return Page(answer.text)


@pytest.fixture(params=KINDS, ids=str)
def any_page(request: pytest.FixtureRequest, client: FlaskClient) -> Page:
    """Each kind of page in turn."""
    return page(client, KINDS[request.param], 404 if request.param == "problem" else 200)


def test_every_page_is_well_formed(any_page: Page) -> None:
    assert any_page.text.startswith("<!doctype html>")
    assert not any_page.faults
    assert not any_page.open


def test_every_page_says_its_language_and_what_it_is(any_page: Page) -> None:
    assert any_page.all("html") == [{"lang": "nl"}]
    assert any_page.texts["title"][0].strip()
    assert any_page.all("meta", name="description")[0]["content"]
    assert "width=device-width" in any_page.all("meta", name="viewport")[0]["content"]


def test_every_page_has_landmarks_and_a_way_past_the_menu(any_page: Page) -> None:
    for landmark in ("header", "main", "footer"):
        assert len(any_page.all(landmark)) == 1
    names = [each.get("aria-label") or each.get("aria-labelledby") for each in any_page.all("nav")]
    assert all(names)
    assert len(set(names)) == len(names)
    assert any_page.all("a", **{"class": "skip"})[0]["href"] == "#content"
    assert any_page.all("main")[0]["id"] == "content"


def test_headings_go_down_one_level_at_a_time(any_page: Page) -> None:
    assert any_page.headings[0] == 1
    assert any_page.headings.count(1) == 1
    steps = zip(any_page.headings, any_page.headings[1:], strict=False)
    assert all(later <= earlier + 1 for earlier, later in steps)


def test_no_page_has_a_script_or_style_within_or_asks_another_host(any_page: Page) -> None:
    assert not any_page.all("style")
    assert not [
        each for _, each in any_page.elements if any(name == "style" or name.startswith("on") for name in each)
    ]
    data = ("application/ld+json", "application/json")
    scripts = [each for each in any_page.all("script") if each.get("type") not in data]
    assert all(each.keys() == {"src", "defer"} for each in scripts)
    loaded = [*any_page.all("link", rel="stylesheet"), *any_page.all("link", rel="icon")]
    addresses = [*(each["href"] for each in loaded), *(each["src"] for each in scripts)]
    assert all(each.startswith("/static/") for each in addresses)
    assert not any_page.all("img")


def test_ids_are_unique(any_page: Page) -> None:
    ids = [each["id"] for _, each in any_page.elements if "id" in each]
    assert len(ids) == len(set(ids))


def test_every_link_of_every_page_answers(client: FlaskClient) -> None:
    """From the front page to all that can be reached on this host, data in every format included."""
    waiting, seen, dead = ["/"], set[str](), list[str]()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path, headers={"Accept": "text/html"}, follow_redirects=True)
        if answer.status_code != 200:
            dead.append(f"{answer.status_code} {path}")
        if answer.mimetype == "text/html":
            waiting += _links(Page(answer.text), path)
    assert not dead
    assert len(seen) > 100


def test_a_page_names_its_one_address_and_its_other_forms(client: FlaskClient) -> None:
    shown = page(client, f"{WINTER}.html")
    assert shown.all("link", rel="canonical")[0]["href"] == f"https://tiny.example{WINTER}"
    alternates = {each["type"]: each["href"] for each in shown.all("link", rel="alternate") if "type" in each}
    assert alternates == {
        "text/turtle": f"{WINTER}.ttl",
        "application/n-triples": f"{WINTER}.nt",
        "application/ld+json": f"{WINTER}.jsonld",
        "application/rdf+xml": f"{WINTER}.rdf",
    }
    assert {each["href"] for each in shown.all("a") if "type" in each} == set(alternates.values())


def test_a_concept_shows_what_it_means_and_where_it_stands(client: FlaskClient) -> None:
    text = client.get(f"{WINTER}.html").text
    for expected in (
        "Winter</h1>",
        "https://tiny.example/id/concept/season/winter",
        '<p class="lead">Het jaargetijde tussen herfst en lente.</p>',
        "Onderliggende begrippen",
        'href="/doc/concept/season/vorst.periode.html"',
        'href="/doc/document/winters-meten.html"',
        '<th scope="row">Engels</th><td><span lang="en">Winter</span></td>',
        '<time datetime="2026-03-21">21 maart 2026</time>',
        'href="http://other.example/winter" rel="external"',
    ):
        assert expected in text


def test_a_concept_leads_up_to_its_scheme(client: FlaskClient) -> None:
    crumbs = page(client, "/doc/concept/season/vorst.periode.html").texts["ol"][0].split()
    assert crumbs == ["Overzicht", "Jaargetijden", "Winter", "Vorstperiode"]


def test_a_scheme_unfolds_its_whole_hierarchy(client: FlaskClient) -> None:
    text = client.get("/doc/conceptscheme/season.html").text
    tree = text[text.index('<section class="tree">') :]
    places = [tree.index(name) for name in ("Winter<", "Vorstperiode<", "Lente<", "Zomer ", "Herfst<")]
    assert places == sorted(places)


def test_a_vocabulary_that_states_one_direction_shows_both(client: FlaskClient) -> None:
    """The months say only which scheme they are in and which are on top."""
    assert "/doc/months/december.html" in client.get("/doc/months.html").text
    assert "/doc/months.html" in client.get("/doc/months/december.html").text


def test_a_document_without_an_address_says_so(client: FlaskClient) -> None:
    text = client.get("/doc/document/winters-meten.html").text
    assert "De bron gaf geen webadres." in text
    assert "mailto:redactie@tiny.example" in text
    assert "27 juni 2021" in text


def test_the_front_page_shows_concepts_and_recent_documents(client: FlaskClient) -> None:
    text = client.get("/").text
    for expected in (
        "Jaargetijden</h1>",
        "De vier jaargetijden.",
        ">S1</span>",
        "1 onderliggend begrip",
        "Winters meten",
    ):
        assert expected in text


def test_a_dataset_lists_its_files_with_size_and_checksum(client: FlaskClient, site: Site) -> None:
    text = client.get("/doc/dataset/seasons.html").text
    fact = site.release.manifest.files["dumps/seasons/1.0.0.ttl"]
    assert 'href="/dataset/seasons/1.0.0.ttl"' in text
    assert fact.sha256 in text
    assert size_in_words(fact.size, texts("nl")) in text


def test_labels_that_look_like_html_are_text(client: FlaskClient) -> None:
    text = client.get("/doc/concept/season/summer.html").text
    assert "Zomer &lt;warm&gt; &amp; &#34;licht&#34;</h1>" in text
    assert "<warm>" not in text


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (WINTER, "DefinedTerm"),
        ("/doc/conceptscheme/season", "DefinedTermSet"),
        ("/doc/document/winters-meten", "Article"),
        ("/doc/dataset/seasons", "Dataset"),
    ],
)
def test_search_engines_read_what_it_is(client: FlaskClient, path: str, kind: str) -> None:
    data = json.loads(page(client, f"{path}.html").texts["script"][0])
    assert data["@type"] == kind
    assert data["name"]
    assert data["@id"] == "https://tiny.example" + path.replace("/doc/", "/id/")


def test_search_engines_find_the_downloads_and_the_licence(client: FlaskClient) -> None:
    data = json.loads(page(client, "/doc/dataset/seasons.html").texts["script"][0])
    assert data["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert data["version"] == "1.0.0"
    urls = {each["contentUrl"]: each["encodingFormat"] for each in data["distribution"]}
    assert urls["https://tiny.example/dataset/seasons/1.0.0.ttl"] == "text/turtle"


HOSTILE = """
season:evil a skos:Concept ;
    skos:prefLabel "</script><script>alert(1)</script>"@nl, "Evil"@en ;
    skos:definition "\\"><img src=x onerror=alert(2)>"@nl ;
    skos:notation "S9" ;
    skos:closeMatch <javascript:alert(3)>, <data:text/html,alert(4)> ;
    skos:editorialNote "كلمة"@ar ;
    skos:topConceptOf <id/conceptscheme/season> .
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A site whose content tries to be a program, served at another address than its base."""
    folder = copy("tiny", tmp_path_factory.mktemp("hostile"))
    content = folder / "data" / "season.ttl"
    content.write_text(content.read_text("utf-8") + HOSTILE, "utf-8")
    edit(
        folder / "publisher.toml",
        'base = "https://tiny.example"',
        'base = "https://tiny.example"\npublic = "http://127.0.0.1:9"',
    )
    published(folder)
    site = open_site(folder)
    yield create_app(site).test_client()
    site.queries.close()


def test_content_cannot_become_a_program(hostile: FlaskClient) -> None:
    for path in ("/", "/doc/concept/season/evil.html", "/doc/conceptscheme/season.html", "/doc/concept.html"):
        shown = page(hostile, path)
        assert not [each for each in shown.all("script") if not each.keys() & {"src", "type"}]
        assert not shown.all("img")
        assert not [each for each in shown.all("a") if each["href"].startswith(("javascript:", "data:"))]
        assert not shown.faults
    data = page(hostile, "/doc/concept/season/evil.html").texts["script"][0]
    assert json.loads(data)["name"] == "</script><script>alert(1)</script>"


def test_scripts_of_other_directions_say_so(hostile: FlaskClient) -> None:
    assert 'lang="ar" dir="rtl"' in hostile.get("/doc/concept/season/evil.html").text


def test_a_page_tells_where_it_is_when_that_is_not_its_canonical_address(hostile: FlaskClient) -> None:
    text = hostile.get(f"{WINTER}.html").text
    assert f'<link rel="canonical" href="https://tiny.example{WINTER}">' in text
    assert f"<code>http://127.0.0.1:9{WINTER}</code>" in text


def test_a_vocabulary_in_another_language_has_pages_in_english(tmp_path: Path) -> None:
    folder = copy("tiny", tmp_path)
    edit(folder / "publisher.toml", 'languages = ["nl", "en"]', 'languages = ["en", "nl"]')
    published(folder)
    site = open_site(folder)
    client = create_app(site).test_client()
    shown = page(client, f"{WINTER}.html")
    missing = client.get("/nowhere", headers={"Accept": "text/html"}).text
    site.queries.close()
    assert "No such resource" in missing
    assert "Niets gevonden" not in missing
    assert shown.all("html") == [{"lang": "en"}]
    assert "Narrower concepts" in shown.text
    assert '<p class="lead"><span lang="nl">' in shown.text
    assert "21 March 2026" in shown.text


def test_a_large_scheme_shows_its_top_and_counts_the_rest(tmp_path: Path) -> None:
    """More concepts than a description carries mentions of, and than a page can unfold."""
    folder = copy("tiny", tmp_path)
    concept = (
        'm:c{0} a skos:Concept ; skos:prefLabel "C{0}"@en ; skos:inScheme <http://mirror.example/months> ; {1} .'
    )
    below = (
        "skos:topConceptOf <http://mirror.example/months>" if n < 9 else f"skos:broader m:c{n % 9}"
        for n in range(1200)
    )
    added = "\n".join(concept.format(number, said) for number, said in enumerate(below))
    months = folder / "data" / "months.ttl"
    months.write_text(f"{months.read_text('utf-8')}\n{added}\n", "utf-8")
    published(folder)
    site = open_site(folder)
    client = create_app(site).test_client()
    scheme, front = client.get("/doc/months.html").text, client.get("/").text
    site.queries.close()
    assert all(f"/doc/months/c{number}.html" in scheme for number in range(9))
    assert "Bovenste begrippen" in scheme
    assert "133 onderliggend" in scheme
    assert "1.204 begrippen" in front


def test_a_path_never_leads_to_another_host() -> None:
    assert safe_path("//evil.example/x y") == "/evil.example/x%20y"


def _links(page: Page, path: str) -> list[str]:
    """The addresses on this host that a page links to."""
    targets = [*page.all("a"), *page.all("link", rel="alternate"), *page.all("link", rel="stylesheet")]
    urls = (urlsplit(urljoin(f"http://here{path}", each["href"])) for each in targets)
    return [f"{url.path}{'?' * bool(url.query)}{url.query}" for url in urls if url.netloc == "here"]


@pytest.mark.parametrize(
    ("path", "cited"),
    [
        (WINTER, True),
        ("/doc/dataset/seasons", True),
        ("/doc/document/winters-meten", False),
        ("/doc/months/december", False),
    ],
)
def test_only_what_the_publisher_made_is_cited_as_its_work(client: FlaskClient, path: str, cited: bool) -> None:
    assert ("Citeren" in page(client, f"{path}.html").text) is cited
