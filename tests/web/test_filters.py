"""Lists narrowed by plain links: by subject, with what is below it, type and year, in every representation."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

import pytest
from building import copy, published
from flask.testing import FlaskClient

from publisher.web import Site, create_app, open_site

LIST = "/doc/document.html"
SEASON = "https://tiny.example/id/concept/season"
WINTER, SUMMER = f"tag={SEASON}/winter", f"tag={SEASON}/summer"
DOCUMENTS = """
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<id/concept/season/ice> a skos:Concept ; skos:prefLabel "IJs"@nl ; skos:definition "Bevroren."@nl ;
    skos:inScheme <id/conceptscheme/season> ; skos:broader <id/concept/season/winter> .
<id/concept/kind/report> a skos:Concept ; skos:prefLabel "Verslag"@nl ; skos:definition "Een verslag."@nl ;
    skos:inScheme <id/conceptscheme/kind> .
<id/conceptscheme/kind> a skos:ConceptScheme ; skos:prefLabel "Soorten"@nl ; dct:title "Soorten"@nl ;
    dct:description "Soorten."@nl ; skos:hasTopConcept <id/concept/kind/report> .

<id/document/ijspret> a foaf:Document, dct:BibliographicResource ; dct:title "IJspret"@nl ;
    dct:issued "2019-01-05"^^xsd:date ; dct:subject <id/concept/season/ice> ; dct:type <id/concept/kind/report> .
<id/document/zon> a foaf:Document, dct:BibliographicResource ; dct:title "Zon"@nl ;
    dct:issued "2021"^^xsd:gYear ; dcat:theme <id/concept/season/summer> .
<id/document/oud> a foaf:Document, dct:BibliographicResource ; dct:title "Oud"@nl ;
    dct:issued "2019-01-05"^^xsd:date ; dct:subject <id/concept/season/winter> ;
    adms:status <http://purl.org/adms/status/Deprecated> .
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The tiny site with more documents, one of them retired, and a season with something below it."""
    folder = copy("tiny", tmp_path_factory.mktemp("library"))
    (folder / "data" / "library.ttl").write_text(DOCUMENTS, "utf-8")
    published(folder)
    site = open_site(folder)
    yield site
    site.queries.close()


@pytest.fixture
def reading(library: Site) -> FlaskClient:
    return create_app(library).test_client()


def found(client: FlaskClient, query: str) -> list[str]:
    """The names of what a list has."""
    rows = csv.reader(client.get(f"/doc/document.csv?{query}").text.splitlines()[1:])
    return [row[0].rpartition("/")[2] for row in rows]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["ijspret", "winters-meten", "zon"]),
        (f"{SUMMER}", ["zon"]),
        (f"{WINTER}", ["ijspret", "winters-meten"]),
        (f"{WINTER}&all=1", ["ijspret", "oud", "winters-meten"]),
        (f"{WINTER}&year=2019", ["ijspret"]),
        (f"{WINTER}&{SUMMER}", []),
        ("year=2021", ["winters-meten", "zon"]),
        (f"type={SEASON.replace('season', 'kind/report')}", ["ijspret"]),
        (f"tag={SEASON}/nothing", []),
        ("tag=", ["ijspret", "winters-meten", "zon"]),
        ("unknown=1", ["ijspret", "winters-meten", "zon"]),
    ],
    ids=lambda each: each.replace(SEASON, "") or "nothing chosen" if isinstance(each, str) else "",
)
def test_a_list_has_what_all_choices_hold_for(reading: FlaskClient, query: str, names: list[str]) -> None:
    assert found(reading, query) == names


@pytest.mark.parametrize("suffix", ["ttl", "nt", "jsonld", "rdf", "csv"])
def test_every_representation_is_narrowed_too(reading: FlaskClient, suffix: str) -> None:
    text = reading.get(f"/doc/document.{suffix}?{SUMMER}").text
    assert "id/document/zon" in text
    assert "id/document/ijspret" not in text


def test_a_page_links_its_own_choices_with_how_many_each_leaves(reading: FlaskClient) -> None:
    text = reading.get(LIST).text
    for query, words in (
        (WINTER, 'Winter</a> <small class="note">2<'),
        ("year=2019", '2019</a> <small class="note">1<'),
    ):
        assert re.search(rf'href="{re.escape(LIST)}\?{re.escape(query)}" rel="nofollow"[^>]*>{words}', text), query
    assert '<meta name="robots"' not in text


def test_choices_are_headed_by_the_scheme_that_they_are_from(reading: FlaskClient) -> None:
    headings = re.findall(r"<h3[^>]*>([^<]*)</h3>", reading.get(LIST).text)
    assert headings == ["Jaargetijden", "Type", "Jaar"]


def test_what_is_chosen_is_marked_and_can_be_lifted(reading: FlaskClient) -> None:
    text = reading.get(f"{LIST}?year=2019&{WINTER}").text
    assert "<strong>Winter</strong>" in text
    assert f'<a href="{LIST}?year=2019" rel="nofollow" aria-label="opheffen: Winter">' in text
    assert f'<a href="{LIST}?{WINTER}" rel="nofollow" aria-label="opheffen: 2019">' in text
    assert f'<a href="{LIST}">Toon de hele lijst</a>' in text
    assert "<title>Documenten: Winter, 2019 |" in text or "Winter, 2019" in text.partition("</title>")[0]


def test_an_empty_list_says_so_and_how_to_go_on(reading: FlaskClient) -> None:
    text = reading.get(f"{LIST}?{SUMMER}&year=1999").text
    assert "niets dat aan al deze keuzes voldoet" in text
    assert f'<a href="{LIST}?{SUMMER}"' in text
    assert reading.get(LIST).text.partition("<h1>")[2][:10] == text.partition("<h1>")[2][:10]


def test_search_engines_get_the_whole_list_only(reading: FlaskClient) -> None:
    answer = reading.get(f"{LIST}?{WINTER}")
    assert '<meta name="robots" content="noindex">' in answer.text
    assert f'<https://tiny.example/doc/document?{WINTER}>; rel="canonical"' in answer.headers["Link"]
    assert "Disallow: /doc" not in reading.get("/robots.txt").text


def test_one_list_has_one_canonical_address_however_it_is_asked_for(reading: FlaskClient) -> None:
    one, other = (
        reading.get(f"{LIST}?{query}") for query in (f"{WINTER}&year=2019", f"year=2019&{WINTER}&{WINTER}")
    )
    assert one.headers["Link"] == other.headers["Link"]
    assert one.data == other.data


def test_choices_are_kept_in_another_language(reading: FlaskClient) -> None:
    assert f'href="/doc/document.en.html?{WINTER}"' in reading.get(f"{LIST}?{WINTER}").text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("year=20x9", "four digits"),
        ("year=20190", "four digits"),
        ("&".join(f"tag=a:{n}" for n in range(9)), "at most 8"),
    ],
    ids=["no year", "five digits", "too many"],
)
def test_what_makes_no_sense_is_refused(reading: FlaskClient, query: str, words: str) -> None:
    answer = reading.get(f"/doc/document.ttl?{query}", headers={"Accept": "application/problem+json"})
    assert answer.status_code == 400
    assert words in answer.text


def test_a_list_that_is_not_there_stays_away_whatever_is_chosen(reading: FlaskClient) -> None:
    assert reading.get(f"/doc/nothing.html?{WINTER}").status_code == 404


def test_no_value_reaches_the_engine_as_its_language(reading: FlaskClient) -> None:
    assert found(reading, "tag=x') OR 1=1 --") == []
