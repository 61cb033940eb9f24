"""Lists with more than one page, things that answer at once, IRIs without an address of their own."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace

import pyoxigraph
import pytest
from building import copy, edit, published
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder

from publisher.formats import GRAPH_FORMATS
from publisher.web import Site, create_app, open_site
from publisher.web.resource import reply

DAYS = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<id/conceptscheme/day> a skos:ConceptScheme ; skos:prefLabel "Dagen"@nl .
<http://elsewhere.example/thing> a skos:Concept ; skos:prefLabel "Iets anders"@nl ;
    skos:inScheme <id/conceptscheme/day> .
"""
DAY = """
<id/concept/day/{0:03}> a skos:Concept ;
    skos:prefLabel "Dag {0}"@nl ; skos:topConceptOf <id/conceptscheme/day> .
"""


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """The tiny site with 250 days, where months answer at once."""
    folder = copy("tiny", tmp_path_factory.mktemp("days"))
    edit(folder / "publisher.toml", 'path = "/months"', 'path = "/months"\nanswer = 200')
    text = DAYS + "".join(DAY.format(number) for number in range(1, 251))
    (folder / "data" / "days.ttl").write_text(text, "utf-8")
    published(folder)
    site = open_site(folder)
    yield create_app(site).test_client()
    site.queries.close()


def links(value: str) -> dict[str, str]:
    """The pages before and after, of a Link header."""
    return {rel: target for target, rel in re.findall(r'<([^>]*)>; rel="(prev|next|canonical)"', value)}


@pytest.mark.parametrize(
    ("page", "members", "linked"),
    [
        ("", 100, {"canonical": "https://tiny.example/doc/concept/day", "next": "/doc/concept/day?page=2"}),
        (
            "?page=2",
            100,
            {
                "canonical": "https://tiny.example/doc/concept/day?page=2",
                "prev": "/doc/concept/day",
                "next": "/doc/concept/day?page=3",
            },
        ),
        (
            "?page=3",
            50,
            {"canonical": "https://tiny.example/doc/concept/day?page=3", "prev": "/doc/concept/day?page=2"},
        ),
    ],
    ids=["first", "middle", "last"],
)
def test_a_long_list_has_pages(days: FlaskClient, page: str, members: int, linked: dict[str, str]) -> None:
    answer = days.get("/doc/concept/day" + page, headers={"Accept": "application/n-triples"})
    assert answer.text.count("#member>") == members
    assert links(answer.headers["Link"]) == linked
    assert answer.headers["Content-Location"] == f"/doc/concept/day.nt{page}"


def test_the_pages_of_one_syntax_stay_in_it(days: FlaskClient) -> None:
    answer = days.get("/doc/concept/day.ttl?page=2")
    assert links(answer.headers["Link"])["next"] == "/doc/concept/day.ttl?page=3"


@pytest.mark.parametrize("page", ["4", "0", "999999999"])
def test_there_is_no_page_beyond_the_last(days: FlaskClient, page: str) -> None:
    assert days.get(f"/doc/concept/day?page={page}").status_code == 404


@pytest.mark.parametrize("page", ["-1", "1.5", "x", "", "²", "9" * 5000])
def test_a_page_is_a_number(days: FlaskClient, page: str) -> None:
    assert days.get(f"/doc/concept/day?page={page}").status_code == 400


def test_a_thing_may_answer_at_once_and_says_where_its_document_is(days: FlaskClient) -> None:
    answer = days.get("/months/december", headers={"Accept": "text/turtle"})
    assert (answer.status_code, answer.mimetype) == (200, "text/turtle")
    assert answer.headers["Content-Location"] == "/doc/months/december.ttl"
    assert answer.headers["Vary"] == "Accept, Accept-Encoding, Accept-Datetime"
    assert links(answer.headers["Link"])["canonical"] == "https://tiny.example/doc/months/december"
    refused = days.get("/months/december", headers={"Accept": "application/pdf"})
    assert (refused.status_code, refused.headers["Vary"]) == (406, "Accept, Accept-Encoding, Accept-Datetime")


def test_an_IRI_without_address_is_described_where_it_is_asked_for(days: FlaskClient) -> None:  # noqa: N802
    address = "/resource?uri=http%3A%2F%2Felsewhere.example%2Fthing"
    answer = days.get(address, headers={"Accept": "text/turtle"})
    assert answer.status_code == 200
    assert "<http://elsewhere.example/thing> a skos:Concept" in answer.text
    suffixed = answer.headers["Content-Location"]
    assert suffixed == address.replace("/resource?", "/resource.ttl?")
    assert days.get(suffixed).data == answer.data


def test_a_description_reads_back_the_same_in_every_syntax(days: FlaskClient) -> None:
    for path in ("/doc/concept/season/summer", "/doc/concept/day", "/doc/terms", "/doc/document/winters-meten"):
        graphs = [
            {quad.triple for quad in pyoxigraph.parse(days.get(f"{path}.{each.suffix}").data, each.engine)}
            for each in GRAPH_FORMATS
        ]
        assert graphs[0]
        assert all(graph == graphs[0] for graph in graphs)


def test_a_value_is_served_as_it_was_written(days: FlaskClient) -> None:
    assert '"1.50"^^<' in days.get("/doc/document/winters-meten.nt").text


def test_a_document_as_a_table_has_a_row_for_each_statement(client: FlaskClient) -> None:
    path = "/doc/concept/season/summer"
    rows = list(csv.DictReader(io.StringIO(client.get(f"{path}.csv").text)))
    statements = list(pyoxigraph.parse(client.get(f"{path}.nt").data, pyoxigraph.RdfFormat.N_TRIPLES))
    assert len(rows) == len(statements)
    assert {"value": 'Zomer <warm> & "licht"', "language": "nl"}.items() <= next(
        row for row in rows if row["property"].endswith("prefLabel") and row["language"] == "nl"
    ).items()


def test_a_list_as_a_table_has_a_row_for_each_resource(client: FlaskClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/doc/concept/season.csv").text)))
    assert [row["en"] for row in rows] == ["Autumn", "Spring", "Summer", "Freeze", "Winter"]


ENVIRONMENTS = {
    "no preference": {},
    "Turtle": {"HTTP_ACCEPT": "text/turtle"},
    "a browser": {"HTTP_ACCEPT": "text/html,*/*;q=0.8", "HTTP_ACCEPT_ENCODING": "gzip, br"},
    "JSON-LD, compressed": {"HTTP_ACCEPT": "application/ld+json", "HTTP_ACCEPT_ENCODING": "gzip"},
    "HEAD": {"REQUEST_METHOD": "HEAD", "HTTP_ACCEPT": "application/rdf+xml"},
}


@pytest.mark.parametrize("environ", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
@pytest.mark.parametrize(
    "path",
    [
        "/id/concept/season/winter",
        "/doc/concept/season/winter",
        "/doc/concept/season/summer.html",
        "/doc/concept/season/vorst.periode",
        "/doc/conceptscheme/season",
        "/doc/document/winters-meten.ttl",
        "/doc/dataset/seasons.csv",
        "/doc/terms.rdf",
        "/doc/months/ao%C3%BBt",
        "/months/december",
    ],
)
def test_the_answer_without_Flask_is_the_one_with_it(  # noqa: N802
    site: Site, client: FlaskClient, path: str, environ: dict[str, str]
) -> None:
    given = EnvironBuilder(path).get_environ() | environ
    found = reply(site, given)
    answer = client.open(path, method=given["REQUEST_METHOD"], environ_overrides=environ)
    assert found is not None
    assert (found.status, sorted(found.headers)) == (answer.status, sorted(answer.headers))
    assert found.body == answer.data


@pytest.mark.parametrize(
    ("path", "environ"),
    [
        ("/doc/concept/season/winter", {"HTTP_IF_NONE_MATCH": "*"}),
        ("/doc/concept/season/winter", {"HTTP_RANGE": "bytes=0-9"}),
        ("/doc/concept/season/winter", {"HTTP_ACCEPT": "application/pdf"}),
        ("/doc/concept/season/winter", {"RAW_URI": "/doc/concept/season/w%69nter"}),
        ("/doc/concept/season", {}),
        ("/doc/concept/season/never", {}),
        ("/id/concept/season/winter/", {}),
        ("/catalog", {}),
    ],
)
def test_conditions_lists_and_errors_are_left_to_Flask(  # noqa: N802
    site: Site, path: str, environ: dict[str, str]
) -> None:
    assert reply(site, EnvironBuilder(path).get_environ() | environ) is None


@pytest.mark.parametrize("first", ["nl", "en", "nl-BE", "fr"])
def test_the_header_names_the_language_that_the_page_says_it_is_in(site: Site, first: str) -> None:
    manifest = replace(site.release.manifest, languages=(first,))
    client = create_app(replace(site, release=replace(site.release, manifest=manifest))).test_client()
    for path in ("/", "/doc/concept/season/winter", "/doc/concept", "/doc/never"):
        answer = client.get(path, headers={"Accept": "text/html"})
        assert f'<html lang="{answer.headers["Content-Language"]}"' in answer.text
