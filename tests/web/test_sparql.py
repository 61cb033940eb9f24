"""`/sparql` speaks the SPARQL 1.1 Protocol, describes itself, and has a form that works without scripts."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import quote, urlencode

import pytest
import rdflib
from building import copy, published
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, parse
from rdflib.namespace import RDF, VOID
from werkzeug.test import TestResponse

from publisher.formats import FORMATS, RESULTS_FORMATS
from publisher.web import Site, create_app, open_site

SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
CONCEPTS = "SELECT DISTINCT ?c { ?c a <http://www.w3.org/2004/02/skos/core#Concept> }"
ASK = "ASK { ?s ?p ?o }"
CONSTRUCT = "CONSTRUCT { ?s a <http://www.w3.org/2004/02/skos/core#Concept> } WHERE { ?s a ?t } LIMIT 1"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"


def get(client: FlaskClient, accept: str | None = None, **parameters: str) -> TestResponse:
    return client.get("/sparql", query_string=parameters, headers={"Accept": accept} if accept else {})


def problem(answer: TestResponse) -> str:
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    return str(json.loads(answer.data)["type"]).rpartition("#")[2]


def test_get_answers_with_length_and_headers(client: FlaskClient) -> None:
    answer = get(client, query=CONCEPTS)
    assert answer.status_code == 200
    assert answer.mimetype == "application/sparql-results+json"
    assert len(json.loads(answer.data)["results"]["bindings"]) > 0
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert answer.headers["Vary"] == "Accept, Accept-Encoding"
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_the_three_ways_to_ask_give_the_same_answer(client: FlaskClient) -> None:
    text = CONCEPTS + " ORDER BY ?c # é"
    answers = [
        get(client, query=text),
        client.post("/sparql", data=urlencode({"query": text}), content_type=FORM),
        client.post("/sparql", data=text.encode(), content_type=DIRECT),
        client.post("/sparql", data=text.encode(), content_type=f"{DIRECT}; charset=UTF-8"),
    ]
    assert {each.status_code for each in answers} == {200}
    assert len({each.data for each in answers}) == 1


@pytest.mark.parametrize("format", RESULTS_FORMATS, ids=lambda each: each.name)
@pytest.mark.parametrize("query", [CONCEPTS, ASK], ids=["SELECT", "ASK"])
def test_solutions_in_every_format_by_accept_and_by_name(client: FlaskClient, query: str, format: object) -> None:
    media_type, suffix = format.media_type, format.suffix  # type: ignore[attr-defined]
    ways = [
        get(client, media_type, query=query),
        get(client, "text/html", query=query, format=suffix),
        get(client, "text/html", query=query, format=media_type),
    ]
    for each in ways:
        assert (each.status_code, each.mimetype) == (200, media_type)
    assert len({each.data for each in ways}) == 1
    if media_type.startswith("text/"):
        assert ways[0].content_type == f"{media_type}; charset=utf-8"


@pytest.mark.parametrize("format", FORMATS, ids=lambda each: each.name)
def test_graphs_in_every_format(client: FlaskClient, format: object) -> None:
    answer = get(client, format.media_type, query=CONSTRUCT)  # type: ignore[attr-defined]
    assert answer.mimetype == format.media_type  # type: ignore[attr-defined]
    assert len(list(parse(answer.data, format=format.engine))) == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (CONCEPTS, None, "application/sparql-results+json"),
        (CONCEPTS, "*/*", "application/sparql-results+json"),
        (CONCEPTS, "text/html,application/xhtml+xml,*/*;q=0.8", "application/sparql-results+json"),
        (CONCEPTS, "application/json", "application/json"),
        (CONCEPTS, "text/csv;q=0.5, application/sparql-results+xml", "application/sparql-results+xml"),
        (CONCEPTS, "application/sparql-results+json;q=0, text/*", "text/csv"),
        (CONSTRUCT, None, "text/turtle"),
        (CONSTRUCT, "application/rdf+xml, */*;q=0.1", "application/rdf+xml"),
    ],
)
def test_negotiation(client: FlaskClient, query: str, accept: str | None, media_type: str) -> None:
    assert get(client, accept, query=query).mimetype == media_type


@pytest.mark.parametrize(
    ("query", "accept"),
    [(CONCEPTS, "text/turtle"), (CONSTRUCT, "application/sparql-results+json"), (CONCEPTS, "application/pdf")],
)
def test_a_type_that_does_not_fit_is_406(client: FlaskClient, query: str, accept: str) -> None:
    answer = get(client, accept, query=query)
    assert (answer.status_code, problem(answer)) == (406, "not-acceptable")
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize("format", ["", "pdf", "json"])
def test_a_format_that_does_not_fit_says_nothing(client: FlaskClient, format: str) -> None:
    answer = get(client, "application/rdf+xml", query=CONSTRUCT, format=format)
    assert (answer.status_code, answer.mimetype) == (200, "application/rdf+xml")


@pytest.mark.parametrize("accept", [None, "*/*", "text/html,application/xhtml+xml,*/*;q=0.8", "text/turtle"])
@pytest.mark.parametrize("format", ["ttl", "turtle", "pdf"])
def test_a_format_that_does_not_fit_is_refused_unless_accept_names_one_that_does(
    client: FlaskClient, accept: str | None, format: str
) -> None:
    answer = get(client, accept, query=CONCEPTS, format=format)
    assert answer.status_code == 400
    named = get(client, f"text/csv, {accept or '*/*'};q=0.1", query=CONCEPTS, format=format)
    assert (named.status_code, named.mimetype) == (200, "text/csv")


OUTCOMES = {
    "syntax error": ({"query": "SELECT * { ?s ?p }"}, 400, "syntax"),
    "empty query": ({"query": ""}, 400, "syntax"),
    "two queries": ({"query": [ASK, ASK]}, 400, "syntax"),
    "bomb": ({"query": "ASK " + "{" * 3000}, 400, "too-complex"),
    "too long": ({"query": ASK + " " * 600_000}, 413, "too-long"),
    "service": ({"query": "ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"}, 403, "not-allowed"),
    "update as a query": ({"query": "INSERT DATA { <http://a> <http://b> 1 }"}, 403, "not-allowed"),
    "update": ({"update": "CLEAR ALL"}, 403, "not-allowed"),
    "update beside a query": ({"update": "CLEAR ALL", "query": ASK}, 403, "not-allowed"),
    "graph without an IRI": ({"query": ASK, "default-graph-uri": "here"}, 400, "syntax"),
}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(("parameters", "status", "kind"), OUTCOMES.values(), ids=OUTCOMES)
def test_each_outcome_has_its_status(
    client: FlaskClient, method: str, parameters: dict[str, object], status: int, kind: str
) -> None:
    if method == "GET":
        answer = client.get("/sparql", query_string=parameters)
    else:
        answer = client.post("/sparql", data=urlencode(parameters, doseq=True), content_type=FORM)
    assert (answer.status_code, problem(answer)) == (status, kind)


@pytest.mark.parametrize(
    ("content_type", "headers", "status", "kind"),
    [
        ("application/sparql-update", {}, 403, "not-allowed"),
        ("text/plain", {}, 415, "media-type"),
        ("", {}, 415, "media-type"),
        ("multipart/form-data; boundary=x", {}, 415, "media-type"),
        (DIRECT, {"Content-Encoding": "gzip"}, 415, "media-type"),
        (f"{DIRECT}; charset=iso-8859-1", {}, 415, "media-type"),
        (FORM, {}, 400, "syntax"),
    ],
)
def test_what_is_posted_must_be_a_query(
    client: FlaskClient, content_type: str, headers: dict[str, str], status: int, kind: str
) -> None:
    answer = client.post("/sparql", data=ASK, content_type=content_type, headers=headers)
    assert (answer.status_code, problem(answer)) == (status, kind)


def test_an_answer_that_is_too_large_names_the_downloads(client: FlaskClient) -> None:
    answer = get(client, query="SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    assert (answer.status_code, problem(answer)) == (400, "too-large")
    downloads = json.loads(answer.data)["detail"].rpartition(" See ")[2]
    assert client.get("/" + downloads.split("/", 3)[3], headers={"Accept": "text/turtle"}).status_code == 200


def test_a_query_that_is_not_utf8_is_400(client: FlaskClient) -> None:
    assert client.post("/sparql", data=b"ASK { ?s ?p '\xff' }", content_type=DIRECT).status_code == 400
    assert client.get("/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20'%FF'%20%7D").status_code == 400


def test_a_direct_query_is_the_only_one(client: FlaskClient) -> None:
    answer = client.post(f"/sparql?query={quote(ASK)}", data=ASK, content_type=DIRECT)
    assert (answer.status_code, problem(answer)) == (400, "syntax")


def test_the_graphs_of_the_request_are_names_of_ours(client: FlaskClient, site: Site) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    graph, triples = next(iter(site.release.manifest.graphs.items()))
    rows = {
        name: next(iter(csv.reader(io.StringIO(answer.text.split("\n", 1)[1]))))
        for name in (graph, "http://127.0.0.1:9/elsewhere")
        for answer in [get(client, "text/csv", query=count, **{"default-graph-uri": name})]
    }
    assert rows == {graph: [str(triples)], "http://127.0.0.1:9/elsewhere": ["0"]}
    direct = client.post(
        f"/sparql?format=csv&default-graph-uri={quote(graph, safe='')}", data=count, content_type=DIRECT
    )
    assert direct.text.split()[1] == str(triples)


def test_head_checks_the_query_without_evaluating(client: FlaskClient) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r }"
    answer = client.head("/sparql", query_string={"query": endless}, headers={"Accept": "text/csv"})
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "text/csv", b"")
    assert "Content-Length" not in answer.headers
    assert client.head("/sparql", query_string={"query": "ASK {{"}).status_code == 400


def test_options_tells_the_methods(client: FlaskClient) -> None:
    answer = client.options("/sparql")
    assert answer.status_code == 204
    assert {"GET", "HEAD", "POST", "OPTIONS"} == set(answer.headers["Allow"].split(", "))
    assert client.put("/sparql").status_code == 405


@pytest.mark.parametrize("media_type", ["text/turtle", "application/rdf+xml", "application/ld+json"])
def test_the_service_describes_itself(client: FlaskClient, site: Site, media_type: str) -> None:
    answer = get(client, media_type)
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    graph = rdflib.Graph().parse(data=answer.data, format=media_type)
    service = graph.value(predicate=RDF.type, object=SD.Service)
    assert graph.value(service, SD.endpoint) == rdflib.URIRef(f"{site.release.address}/sparql")
    assert graph.value(service, SD.supportedLanguage) == SD.SPARQL11Query
    assert graph.value(service, SD.feature) == SD.UnionDefaultGraph
    assert {str(each) for each in graph.objects(service, SD.resultFormat)} == {
        each.iri for each in (*RESULTS_FORMATS, *FORMATS)
    }
    named = {
        str(graph.value(each, SD.name)): graph.value(graph.value(each, SD.graph), VOID.triples).toPython()  # type: ignore[union-attr]
        for each in graph.objects(graph.value(service, SD.defaultDataset), SD.namedGraph)
    }
    # The one for searching is met by queries only that name it.
    assert named == {
        name: size for name, size in site.release.manifest.graphs.items() if "/graph/search" not in name
    }


def test_the_description_is_the_same_bytes_each_time(client: FlaskClient) -> None:
    assert len({get(client, "text/turtle").data for _ in range(3)}) == 1


class Form(HTMLParser):
    """What a browser without scripts would send."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.attributes: dict[str, str | None] = {}
        self.options: list[str | None] = []
        self.links: list[str] = []
        self.labels: set[str | None] = set()
        self.fields: set[str | None] = set()
        self.query = ""
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._inside = tag == "textarea"
        if tag == "form" and given.get("action") == "/sparql":
            self.attributes = given
        if tag == "option":
            self.options.append(given.get("value"))
        if tag == "label":
            self.labels.add(given.get("for"))
        if tag in ("textarea", "select") and given.get("name") in ("query", "format"):
            self.fields.add(given.get("id"))
        if tag == "a" and "voorbeeld=" in (given.get("href") or ""):
            self.links.append(str(given["href"]))

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.query += data

    def handle_endtag(self, tag: str) -> None:
        self._inside = False


def test_a_browser_gets_a_form_whose_examples_work(client: FlaskClient) -> None:
    answer = get(client, "text/html,application/xhtml+xml,*/*;q=0.8")
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    form = Form(answer.text)
    assert form.attributes["method"] == "get"
    assert form.fields <= form.labels
    assert set(form.options) >= {"html", *(each.suffix for each in (*RESULTS_FORMATS, *FORMATS))}
    assert len(form.links) == 5
    queries = {Form(client.get(link, headers={"Accept": "text/html"}).text).query for link in form.links}
    assert len(queries) == 5
    for query in queries:
        assert get(client, query=query, format="csv").status_code == 200


def test_the_form_never_shows_markup_from_the_address(client: FlaskClient) -> None:
    page = client.get("/sparql?voorbeeld=<script>alert(1)</script>", headers={"Accept": "text/html"}).text
    assert "alert(1)" not in page


def test_what_is_neither_page_nor_rdf_is_406(client: FlaskClient) -> None:
    assert get(client, "application/pdf").status_code == 406


def test_turtle_of_an_answer_has_prefixes(client: FlaskClient) -> None:
    data = get(client, "text/turtle", query=CONSTRUCT).data
    assert b"skos:Concept" in data
    assert len(list(parse(data, format=RdfFormat.TURTLE))) == 1


@pytest.mark.parametrize("timeout", ["", "0", "-1", "nan", "1e9", "soon"])
def test_a_timeout_is_a_number_of_seconds(client: FlaskClient, timeout: str) -> None:
    assert get(client, query=ASK, timeout="1.5").status_code == 200
    answer = get(client, query=ASK, timeout=timeout)
    assert answer.status_code == 400
    assert problem(answer) == "bad-request"


SAVED = """\
#+ title.nl: Begrippen met een <naam>
#+ title.en: Concepts with a name
#+ description.nl: De begrippen die zo heten.
#+ description.en: The concepts of that name.
#+ columns: begrip
#+ parameter naam: text@nl
#+ parameter naam.example: Winter
#+ parameter naam.description.nl: De naam.
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?begrip WHERE {
  #+ parameters
  ?begrip skos:prefLabel ?naam
}
"""


@pytest.fixture(scope="module")
def keeping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of a site with a saved query."""
    folder = copy("tiny", tmp_path_factory.mktemp("saved"))
    (folder / "queries").mkdir()
    (folder / "queries" / "op-naam.rq").write_text(SAVED, "utf-8")
    published(folder)
    site = open_site(folder)
    yield create_app(site).test_client()
    site.queries.close()


def test_the_form_begins_with_a_saved_query_when_asked(keeping: FlaskClient) -> None:
    page = keeping.get("/sparql", headers={"Accept": "text/html"}).text
    assert '<a href="/sparql?bewaard=op-naam">Begrippen met een &lt;naam&gt;</a>' in page
    assert 'href="/api/v1/queries#op-naam"' in page
    assert 'id="op-naam"' in keeping.get("/api/v1/queries", headers={"Accept": "text/html"}).text
    form = Form(keeping.get("/sparql?bewaard=op-naam", headers={"Accept": "text/html"}).text)
    assert '"Winter"@nl' in form.query
    assert "#+" not in form.query
    answer = get(keeping, "text/csv", query=form.query)
    assert answer.text.split() == ["begrip", "https://tiny.example/id/concept/season/winter"]


def test_a_site_without_saved_queries_says_nothing_of_them(client: FlaskClient) -> None:
    page = client.get("/sparql?bewaard=op-naam", headers={"Accept": "text/html"}).text
    assert "Bewaarde vragen" not in page
    assert Form(page).query == Form(client.get("/sparql", headers={"Accept": "text/html"}).text).query


def test_mistakes_that_are_never_evaluated_count_for_who_makes_them(client: FlaskClient, site: Site) -> None:
    most, query = site.config.sparql.errors, {"query": "SELECT"}
    here = {"X-Forwarded-For": "203.0.113.99"}
    statuses = [client.get("/sparql", query_string=query, headers=here).status_code for _ in range(most + 2)]
    assert statuses[:most] == [400] * most
    assert statuses[-1] == 429
    there = {"X-Forwarded-For": "203.0.113.98"}
    assert client.get("/sparql", query_string=query, headers=there).status_code == 400
