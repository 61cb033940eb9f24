"""The page of a concept: may I rely on it, what is it called elsewhere and in other languages, is it finished."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from building import copy, edit, published
from flask.testing import FlaskClient

from publisher.web import Site, create_app, open_site

ELSEWHERE = """
<http://other.example/winter>
    <http://www.w3.org/2000/01/rdf-schema#label> "Hiems"@la ;
    skos:inScheme <http://other.example/seasons> .

<http://fourth.example/w/2> <http://www.w3.org/2000/01/rdf-schema#isDefinedBy> <http://other.example/seasons> .

<http://other.example/seasons> <http://www.w3.org/2000/01/rdf-schema#label> "Tempora anni" .

<http://other.example/temp> <http://www.w3.org/2000/01/rdf-schema#label> "température"@fr .

season:winter
    <http://other.example/temp> "3 °C" ;
    skos:closeMatch <http://third.example/w1> , <http://fourth.example/w/2> ;
    adms:status <http://purl.org/adms/status/Completed> ;
    skos:editorialNote "Nagelezen door een weerman."@nl ;
    <http://www.w3.org/2008/05/skos-xl#prefLabel> <id/label/winter/nl> , <id/label/winter/en> .

<id/label/winter/nl> a <http://www.w3.org/2008/05/skos-xl#Label> ;
    <http://www.w3.org/2008/05/skos-xl#literalForm> "Winter"@nl ;
    adms:status <http://purl.org/adms/status/Completed> .

<id/label/winter/en> a <http://www.w3.org/2008/05/skos-xl#Label> ;
    <http://www.w3.org/2008/05/skos-xl#literalForm> "Winter"@en ;
    adms:status <http://purl.org/adms/status/UnderDevelopment> .
"""


@pytest.fixture(scope="module")
def winter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page of a concept of which everything is stated."""
    folder = copy("tiny", tmp_path_factory.mktemp("stated"))
    with (folder / "data" / "season.ttl").open("a", encoding="utf-8") as file:
        file.write(ELSEWHERE)
    site = _opened(folder)
    yield create_app(site).test_client().get("/doc/concept/season/winter.html").text
    site.queries.close()


def _opened(folder: Path) -> Site:
    published(folder)
    return open_site(folder)


def test_mapping_has_the_label_and_the_vocabulary_that_we_state(winter: str) -> None:
    assert 'rel="external" lang="la">Hiems</a>' in winter
    assert "Tempora anni</small>" in winter


def test_mapping_without_a_label_is_the_end_of_its_address_beside_its_vocabulary(winter: str) -> None:
    assert re.search(r'href="http://fourth.example/w/2"[^>]*>2</a> <small[^>]*>Tempora anni<', winter)


def test_mapping_of_which_nothing_is_stated_is_its_address(winter: str) -> None:
    assert 'class="iri">http://third.example/w1</a>' in winter


def test_mappings_stand_once_on_the_page(winter: str) -> None:
    assert winter.count('href="http://other.example/winter"') == 1


def test_trust_tells_status_version_review_and_promise(winter: str) -> None:
    box = winter[winter.index('<section class="trust">') : winter.index("</section>")]
    for expected in ("Vastgesteld", "U mag ernaar verwijzen.", "1.0.0", "Nagelezen door een weerman.", "1 van 2"):
        assert expected in box
    assert 'href="/policy"' in box


def test_translations_say_which_was_reviewed(winter: str) -> None:
    table = winter[winter.index('id="translations"') :]
    rows = table[: table.index("</table>")].split("<tr>")[2:]
    assert ["nog niet nagelezen" in each for each in rows] == [False, True]


def test_address_can_be_copied_and_is_text_all_the_same(winter: str) -> None:
    assert '<code id="uri">https://tiny.example/id/concept/season/winter</code>' in winter
    assert 'data-copy="uri"' in winter


def test_unfinished_concept_says_so_and_asks_not_to_be_indexed(tmp_path: Path) -> None:
    folder = copy("tiny", tmp_path)
    edit(
        folder / "data" / "season.ttl",
        'skos:notation "S2" ;',
        'skos:notation "S2" ; adms:status <http://purl.org/adms/status/UnderDevelopment> ;',
    )
    site = _opened(folder)
    client = create_app(site).test_client()
    text = client.get("/doc/concept/season/spring.html").text
    assert '<meta name="robots" content="noindex">' in text
    assert "Dit is nog niet af." in text
    assert "noindex" not in client.get("/doc/concept/season/winter.html").text
    site.queries.close()


def test_concept_shows_what_is_above_and_below_it(client: FlaskClient) -> None:
    text = client.get("/doc/concept/season/winter.html").text
    place = text[text.index('<dl class="place">') :]
    place = place[: place.index("</dl>")]
    assert "Jaargetijden" in place
    assert "Vorstperiode" in place


def test_name_of_a_property_says_its_language_where_that_is_another(winter: str) -> None:
    assert '<dt lang="fr">Température</dt>' in winter
    assert "<dt>Vast webadres (URI)</dt>" in winter
