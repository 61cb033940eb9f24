"""SPARQL 1.1 Protocol, exchange by exchange, with a real server over a real socket.

The rows cover what the protocol tests of the W3C cover: ways to ask, datasets, formats, and each thing that a
client can do wrong. Updates are refused (403): the data change when a release is published.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import parsers
import pytest

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Request:
    """One request to `/sparql`; `parameters` are those of its address, as pairs or as they are written there."""

    method: str = "GET"
    parameters: Pairs | str = ()
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def type(self) -> str:
        return self.headers.get("content-type", "")

    @property
    def problem(self) -> str:
        """The kind of problem of an error, which is told as RFC 9457 has it."""
        told = json.loads(self.body)
        assert self.type == "application/problem+json"
        assert told["status"] == self.status
        assert told["title"]
        assert self.headers["cache-control"] == "no-store"
        return str(told["type"]).rpartition("#")[2]


def get(query: str, *more: tuple[str, str], **headers: str) -> Request:
    return Request(parameters=[("query", query), *more], headers=headers)


def form(query: str, *more: tuple[str, str], **headers: str) -> Request:
    fields = [("query", query), *more]
    return Request("POST", headers={"Content-Type": FORM, **headers}, body=urlencode(fields).encode())


def posted(media_type: str | None, body: bytes, *parameters: tuple[str, str]) -> Request:
    return Request("POST", parameters, {"Content-Type": media_type} if media_type else {}, body)


def direct(query: str, *more: tuple[str, str], **headers: str) -> Request:
    return Request("POST", more, {"Content-Type": DIRECT, **headers}, query.encode())


Ask = Callable[..., Request]
Send = Callable[[Request], Reply]
WAYS: dict[str, Ask] = {"GET": get, "form": form, "direct": direct}
way = pytest.mark.parametrize("ask", WAYS.values(), ids=WAYS)


@pytest.fixture
def send(served: str) -> Iterator[Send]:
    connection = HTTPConnection(urlsplit(served).netloc, timeout=60)

    def exchange(request: Request) -> Reply:
        written = request.parameters
        target = "/sparql?" + (written if isinstance(written, str) else urlencode(written))
        connection.request(request.method, target, request.body, request.headers)
        response = connection.getresponse()
        body = response.read()
        reply = Reply(response.status, {name.lower(): value for name, value in response.getheaders()}, body)
        # Whatever happened, scripts in pages of others may read it.
        assert reply.headers["access-control-allow-origin"] == "*"
        return reply

    yield exchange
    connection.close()


SEASONS, MONTHS = "https://tiny.example/id/graph/season", "https://tiny.example/id/graph/months"
ELSEWHERE = "http://127.0.0.1:9/graph"
WINTER = "<https://tiny.example/id/concept/season/winter> ?p ?o"
DECEMBER = "<http://mirror.example/months/december> ?q ?r"
NAMED = f"GRAPH ?g {{ {WINTER} }}"


def default(*graphs: str) -> Pairs:
    return [("default-graph-uri", each) for each in graphs]


def named(*graphs: str) -> Pairs:
    return [("named-graph-uri", each) for each in graphs]


DATASETS: dict[str, tuple[str, Pairs, bool]] = {
    "no dataset: all graphs are one": (f"ASK {{ {WINTER} . {DECEMBER} }}", [], True),
    "no dataset: each graph has its name": (f"ASK {{ {NAMED} FILTER(?g = <{SEASONS}>) }}", [], True),
    "FROM": (f"ASK FROM <{SEASONS}> {{ {WINTER} }}", [], True),
    "FROM another graph": (f"ASK FROM <{MONTHS}> {{ {WINTER} }}", [], False),
    "FROM leaves nothing named": (f"ASK FROM <{SEASONS}> {{ {NAMED} }}", [], False),
    "FROM NAMED": (f"ASK FROM NAMED <{SEASONS}> {{ {NAMED} }}", [], True),
    "FROM NAMED leaves an empty default graph": (f"ASK FROM NAMED <{SEASONS}> {{ {WINTER} }}", [], False),
    "FROM a graph that we do not have": (f"ASK FROM <{ELSEWHERE}> {{ ?s ?p ?o }}", [], False),
    "one default graph": (f"ASK {{ {WINTER} }}", default(SEASONS), True),
    "another default graph": (f"ASK {{ {WINTER} }}", default(MONTHS), False),
    "two default graphs are merged": (f"ASK {{ {WINTER} . {DECEMBER} }}", default(SEASONS, MONTHS), True),
    "a default graph leaves nothing named": (f"ASK {{ {NAMED} }}", default(SEASONS), False),
    "one named graph": (f"ASK {{ {NAMED} }}", named(SEASONS), True),
    "another named graph": (f"ASK {{ {NAMED} }}", named(MONTHS), False),
    "a named graph leaves an empty default graph": (f"ASK {{ {WINTER} }}", named(SEASONS), False),
    "two named graphs": (
        f"ASK {{ GRAPH <{SEASONS}> {{ {WINTER} }} GRAPH <{MONTHS}> {{ {DECEMBER} }} }}",
        named(SEASONS, MONTHS),
        True,
    ),
    "default and named graphs": (
        f"ASK {{ {WINTER} . GRAPH <{MONTHS}> {{ {DECEMBER} }} MINUS {{ {WINTER} GRAPH ?g {{ {WINTER} }} }} }}",
        [*default(SEASONS), *named(MONTHS)],
        True,
    ),
    "the request overrules FROM": (f"ASK FROM <{MONTHS}> {{ {WINTER} }}", default(SEASONS), True),
    "the request overrules FROM for good": (f"ASK FROM <{SEASONS}> {{ {WINTER} }}", default(MONTHS), False),
    "the request overrules FROM NAMED": (f"ASK FROM NAMED <{MONTHS}> {{ {NAMED} }}", named(SEASONS), True),
    "named graphs of the request overrule FROM": (f"ASK FROM <{SEASONS}> {{ {WINTER} }}", named(SEASONS), False),
    "default graphs of the request overrule FROM NAMED": (
        f"ASK FROM NAMED <{SEASONS}> {{ {NAMED} }}",
        default(SEASONS),
        False,
    ),
    "an unknown default graph is empty": ("ASK { ?s ?p ?o }", default(ELSEWHERE), False),
    "an unknown named graph is empty": ("ASK { GRAPH ?g { ?s ?p ?o } }", named(ELSEWHERE), False),
    "an unknown graph beside a known one": (f"ASK {{ {WINTER} }}", default(ELSEWHERE, SEASONS), True),
    "a file is never read": ("ASK { ?s ?p ?o }", default("file:///etc/passwd"), False),
    "a graph named twice is the same graph": (
        f"ASK {{ {{ SELECT (COUNT(*) AS ?n) {{ {WINTER} }} }} {{ SELECT (COUNT(*) AS ?n) {{ {NAMED} }} }} }}",
        [*default(SEASONS, SEASONS), *named(SEASONS, SEASONS)],
        True,
    ),
}


@way
@pytest.mark.parametrize(("query", "graphs", "expected"), DATASETS.values(), ids=DATASETS)
def test_the_dataset(send: Send, ask: Ask, query: str, graphs: Pairs, expected: bool) -> None:
    reply = send(ask(query, *graphs))
    assert (reply.status, reply.type) == (200, "application/sparql-results+json")
    assert json.loads(reply.body)["boolean"] is expected


PREFIX = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
SUBJECT = "<https://tiny.example/id/concept/season/winter>"
SELECT = PREFIX + f"SELECT ?label ?other {{ {SUBJECT} skos:prefLabel ?label }}"
ASK = f"ASK {{ {WINTER} }}"
CONSTRUCT = PREFIX + f"CONSTRUCT {{ {SUBJECT} skos:altLabel ?label }} WHERE {{ {SUBJECT} skos:prefLabel ?label }}"
DESCRIBE = "DESCRIBE <http://mirror.example/terms#short>"

SOLUTIONS = {
    "application/sparql-results+json": "application/sparql-results+json",
    "application/json": "application/json",
    "application/sparql-results+xml": "application/sparql-results+xml",
    "text/csv": "text/csv; charset=utf-8",
    "text/tab-separated-values": "text/tab-separated-values; charset=utf-8",
}
GRAPHS = {
    "text/turtle": "text/turtle; charset=utf-8",
    "application/n-triples": "application/n-triples",
    "application/rdf+xml": "application/rdf+xml",
    "application/ld+json": "application/ld+json",
    "application/trig": "application/trig",
    "application/n-quads": "application/n-quads",
}
FORMS: dict[str, tuple[str, dict[str, str], int]] = {
    "SELECT": (SELECT, SOLUTIONS, 2),
    "ASK": (ASK, SOLUTIONS, 1),
    "CONSTRUCT": (CONSTRUCT, GRAPHS, 2),
    "DESCRIBE": (DESCRIBE, GRAPHS, 3),
}
ANSWERS = {
    f"{form} as {accept}": (query, accept, content_type, found)
    for form, (query, types, found) in FORMS.items()
    for accept, content_type in types.items()
}


@way
@pytest.mark.parametrize(("query", "accept", "content_type", "found"), ANSWERS.values(), ids=ANSWERS)
def test_every_form_in_every_format(
    send: Send, ask: Ask, query: str, accept: str, content_type: str, found: int
) -> None:
    reply = send(ask(query, Accept=accept))
    assert (reply.status, reply.type) == (200, content_type)
    assert reply.headers["content-length"] == str(len(reply.body))
    assert reply.headers["vary"] == "Accept, Accept-Encoding"
    assert parsers.count(reply.type, reply.body) == found


JSON, XML, CSV, TSV = (each for each in SOLUTIONS if each != "application/json")
TURTLE = "text/turtle"
NEGOTIATION: dict[str, tuple[str, str, str]] = {
    "anything": (SELECT, "*/*", JSON),
    "anything, for a graph": (CONSTRUCT, "*/*", TURTLE),
    "nothing said": (SELECT, "", JSON),
    "the better one": (SELECT, f"{JSON};q=0.5, {XML};q=0.6", XML),
    "the better one stands first": (SELECT, f"{XML};q=0.6, {JSON};q=0.5", XML),
    "three digits": (SELECT, f"{CSV};q=0.501, {TSV};q=0.502, {JSON};q=0.5", TSV),
    "a whole class": (SELECT, "text/*", CSV),
    "a class and an exception": (SELECT, f"text/*;q=0.8, {CSV};q=0.1", TSV),
    "all but the first": (SELECT, f"{JSON};q=0, application/json;q=0, */*", XML),
    "what we lack before what we have": (SELECT, f"application/x-binary, {CSV};q=0.2", CSV),
    "the other name of JSON": (ASK, f"application/json, {XML};q=0.9", "application/json"),
    "both names of JSON": (ASK, f"application/json, {JSON}", JSON),
    "a browser": (SELECT, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
    "upper case": (SELECT, XML.upper(), XML),
    "a parameter": (SELECT, f"{CSV};charset=utf-8", CSV),
    "a parameter that we lack": (
        CONSTRUCT,
        'application/ld+json;profile="http://example.org/"',
        "application/ld+json",
    ),
    "quoted commas": (SELECT, f'text/x;a="b, {JSON}", {CSV};q=0.3', CSV),
    "malformed members": (SELECT, f";;q, {CSV}, /, q=1", CSV),
    "the RDF that Jena asks for": (
        DESCRIBE,
        "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,*/*;q=0.3",
        TURTLE,
    ),
}


@pytest.mark.parametrize(("query", "accept", "media_type"), NEGOTIATION.values(), ids=NEGOTIATION)
def test_accept(send: Send, query: str, accept: str, media_type: str) -> None:
    reply = send(get(query, Accept=accept))
    assert (reply.status, reply.type.partition(";")[0]) == (200, media_type)


UNACCEPTABLE: dict[str, tuple[str, str, str]] = {
    "RDF for solutions": (SELECT, TURTLE, "text/csv"),
    "solutions for RDF": (CONSTRUCT, f"{JSON}, {CSV}", "application/n-triples"),
    "a picture": (ASK, "image/png", JSON),
    "nothing at all": (DESCRIBE, "*/*;q=0", TURTLE),
}


@way
@pytest.mark.parametrize(("query", "accept", "offered"), UNACCEPTABLE.values(), ids=UNACCEPTABLE)
def test_406_names_what_there_is(send: Send, ask: Ask, query: str, accept: str, offered: str) -> None:
    reply = send(ask(query, Accept=accept))
    assert (reply.status, reply.problem) == (406, "not-acceptable")
    assert offered in json.loads(reply.body)["detail"]
    assert "Accept" in reply.headers["vary"]


NAMES: dict[str, tuple[str, str, str]] = {
    name: (query, name, media_type)
    for query, media_type, names in (
        (SELECT, JSON, ("json", "JSON", JSON)),
        (SELECT, XML, ("xml", "XML", XML)),
        (ASK, CSV, ("csv", "CSV", CSV)),
        (ASK, TSV, ("tsv", "TSV", TSV)),
        (CONSTRUCT, TURTLE, ("ttl", "Turtle", "turtle", TURTLE)),
        (CONSTRUCT, "application/n-triples", ("nt", "N-Triples")),
        (CONSTRUCT, "application/rdf+xml", ("rdf", "RDF/XML")),
        (DESCRIBE, "application/ld+json", ("jsonld", "json-ld")),
        (DESCRIBE, "application/trig", ("trig", "TriG")),
        (DESCRIBE, "application/n-quads", ("nq", "N-Quads")),
    )
    for name in names
}


@way
@pytest.mark.parametrize(("query", "name", "media_type"), NAMES.values(), ids=NAMES)
def test_people_name_a_format_which_overrules_accept(
    send: Send, ask: Ask, query: str, name: str, media_type: str
) -> None:
    reply = send(ask(query, ("format", name), Accept="text/html,*/*;q=0.1"))
    assert (reply.status, reply.type.partition(";")[0]) == (200, media_type)


def test_a_link_to_an_answer_is_all_of_the_question(send: Send) -> None:
    """With plus signs or `%20`, and with parameters that others add to links."""
    link = urlencode([("query", SELECT), ("format", "csv"), *default(SEASONS)])
    links = [link, link.replace("+", "%20"), link + "&utm_source=mail&infer=true"]
    replies = [send(Request(parameters=each)) for each in links]
    assert {(each.status, each.type) for each in replies} == {(200, "text/csv; charset=utf-8")}
    assert {each.body for each in replies} == {send(form(SELECT, *default(SEASONS), Accept="text/csv")).body}


def test_an_iri_is_relative_to_the_base_of_the_query(send: Send) -> None:
    assert json.loads(send(get("BASE <https://tiny.example/id/> ASK { <concept/season/winter> ?p ?o }")).body)[
        "boolean"
    ]


CLEAR = "CLEAR ALL"
INSERT = "INSERT DATA { <http://example.org/a> <http://example.org/b> 1 }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
HUGE = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
WRONG: dict[str, tuple[Request, int, str]] = {
    "PUT": (Request("PUT", body=ASK.encode()), 405, "method"),
    "DELETE": (Request("DELETE"), 405, "method"),
    "PATCH": (Request("PATCH", body=ASK.encode()), 405, "method"),
    "PUT of a query": (Request("PUT", get(ASK).parameters), 405, "method"),
    "no query in a form": (posted(FORM, b""), 400, "syntax"),
    "no query in a body": (posted(DIRECT, b""), 400, "syntax"),
    "two queries": (get(ASK, ("query", SELECT)), 400, "syntax"),
    "the same query twice": (get(ASK, ("query", ASK)), 400, "syntax"),
    "two queries in a form": (form(ASK, ("query", SELECT)), 400, "syntax"),
    "a query in a form and one in the address": (
        Request("POST", get(ASK).parameters, {"Content-Type": FORM}, urlencode(get(ASK).parameters).encode()),
        400,
        "syntax",
    ),
    "a query in the body and one in the address": (direct(ASK, ("query", ASK)), 400, "syntax"),
    "a query as text": (posted("text/plain", ASK.encode()), 415, "media-type"),
    "a query as RDF": (posted("text/turtle", ASK.encode()), 415, "media-type"),
    "a query as a file": (posted("multipart/form-data; boundary=x", b"--x--"), 415, "media-type"),
    "a query as JSON": (posted("application/json", b'{"query": "ASK {}"}'), 415, "media-type"),
    "a form without its type": (posted(None, urlencode([("query", ASK)]).encode()), 415, "media-type"),
    "a query without its type": (posted(None, ASK.encode()), 415, "media-type"),
    "a form said to be a query": (posted(DIRECT, urlencode([("query", ASK)]).encode()), 400, "syntax"),
    "a query said to be a form": (posted(FORM, ASK.encode()), 400, "syntax"),
    "a query in UTF-16": (posted(DIRECT, ASK.encode("utf-16")), 400, "bad-request"),
    "a query in Latin-1": (posted(DIRECT, "ASK { ?s ?p 'août' }".encode("latin-1")), 400, "bad-request"),
    "a form in Latin-1": (posted(FORM, b"query=ASK%20%7B%20?s%20?p%20'ao%FBt'%7D"), 400, "bad-request"),
    "an address in Latin-1": (Request(parameters="query=ASK%20%7B%20?s%20?p%20'ao%FBt'%7D"), 400, "bad-request"),
    "a query that says it is Latin-1": (posted(f"{DIRECT}; charset=latin-1", ASK.encode()), 415, "media-type"),
    "a compressed query": (direct(ASK, **{"Content-Encoding": "gzip"}), 415, "media-type"),
    "a syntax error": (get("ASK { ?s ?p }"), 400, "syntax"),
    "a syntax error in a form": (form("SELECT ?s WHERE"), 400, "syntax"),
    "a syntax error in a body": (direct("ASK FROM { }"), 400, "syntax"),
    "an empty query": (get(""), 400, "syntax"),
    "a prefix without its IRI": (get("ASK { ?s a skos:Concept }"), 400, "syntax"),
    "a relative IRI without a base": (get("ASK { <winter> ?p ?o }"), 400, "syntax"),
    "a relative default graph": (get(ASK, *default("season")), 400, "syntax"),
    "a relative named graph": (form(ASK, *named("season")), 400, "syntax"),
    "a thousand parameters": (get(ASK, *[("x", "1")] * 1000), 400, "bad-request"),
    "a timeout that is none": (get(ASK, ("timeout", "soon")), 400, "bad-request"),
    "two timeouts": (get(ASK, ("timeout", "1"), ("timeout", "2")), 400, "bad-request"),
    "a bomb": (direct("ASK " + "{" * 100 + "}" * 100), 400, "too-complex"),
    "a text that is too long": (form(ASK + " " * 600_000), 413, "too-long"),
    "SERVICE": (get("ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"), 403, "not-allowed"),
    "an answer that is too large": (get(HUGE), 400, "too-large"),
    "less time than it takes": (get(ENDLESS, ("timeout", "0.2")), 504, "deadline"),
    "more time than there is": (form(ENDLESS, ("timeout", "3000")), 504, "deadline"),
    "an update in a form": (posted(FORM, urlencode([("update", CLEAR)]).encode()), 403, "not-allowed"),
    "an update in a body": (posted(UPDATE, CLEAR.encode()), 403, "not-allowed"),
    "an update with a dataset": (
        posted(UPDATE, INSERT.encode(), ("using-graph-uri", SEASONS)),
        403,
        "not-allowed",
    ),
    "an update with a conflict": (
        posted(UPDATE, b"DELETE { ?s ?p ?o } USING <http://a> WHERE {}", ("using-named-graph-uri", SEASONS)),
        403,
        "not-allowed",
    ),
    "an update by GET": (Request(parameters=[("update", CLEAR)]), 403, "not-allowed"),
    "an update by PUT": (Request("PUT", headers={"Content-Type": UPDATE}, body=CLEAR.encode()), 405, "method"),
    "two updates": (posted(FORM, urlencode([("update", CLEAR)] * 2).encode()), 403, "not-allowed"),
    "an update without its type": (posted(None, CLEAR.encode()), 415, "media-type"),
    "an update as text": (posted("text/plain", CLEAR.encode()), 415, "media-type"),
    "an update in UTF-16": (posted(UPDATE, CLEAR.encode("utf-16")), 403, "not-allowed"),
    "an update that is none": (posted(UPDATE, b"INSERT DATE {}"), 403, "not-allowed"),
    "an update and a query": (form(ASK, ("update", CLEAR)), 403, "not-allowed"),
    "an update beside a query in the body": (direct(ASK, ("update", CLEAR)), 403, "not-allowed"),
    "a query beside an update in the body": (posted(UPDATE, CLEAR.encode(), ("query", ASK)), 403, "not-allowed"),
    "an update said to be a query": (get(INSERT), 403, "not-allowed"),
    "an update said to be a query in a body": (direct(f"BASE <http://a/> {CLEAR}"), 403, "not-allowed"),
    "RDF for a graph store": (
        Request("PUT", [("graph", SEASONS)], {"Content-Type": TURTLE}, b"<http://a> <http://b> 1 ."),
        405,
        "method",
    ),
}


@pytest.mark.parametrize(("request_", "status", "kind"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_has_its_status_and_problem(send: Send, request_: Request, status: int, kind: str) -> None:
    reply = send(request_)
    assert (reply.status, reply.problem) == (status, kind)
    if status == 405:
        assert reply.headers["allow"] == "GET, HEAD, OPTIONS, POST"


DETAILS: dict[str, tuple[str, str]] = {
    "place of a syntax error": ("ASK {\n ?s ?p }", "Syntax error at 2:"),
    "missing prefix": ("ASK { ?s a skos:Concept }", "`skos:` needs PREFIX"),
    "missing base": ("ASK { <winter> ?p ?o }", "at 1:7: the relative IRI <winter> needs BASE"),
    "limit that was passed": ("ASK " + "{" * 100 + "}" * 100, "`depth` in [sparql]"),
    "place of SERVICE": ("ASK {\n SERVICE ?s {} }", "SERVICE at 2:2"),
    "where else to get it all": (HUGE, "/doc/dataset/seasons"),
}


@way
@pytest.mark.parametrize(("query", "detail"), DETAILS.values(), ids=DETAILS)
def test_an_error_says_what_helps(send: Send, ask: Ask, query: str, detail: str) -> None:
    assert detail in json.loads(send(ask(query)).body)["detail"]


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("text/html", "text/html; charset=utf-8"),
        ("text/plain", "text/plain; charset=utf-8"),
        (JSON, "application/problem+json"),
        ("application/problem+json", "application/problem+json"),
    ],
)
def test_an_error_is_told_as_the_client_reads(send: Send, accept: str, content_type: str) -> None:
    reply = send(get("ASK {", Accept=accept))
    assert (reply.status, reply.type) == (400, content_type)
    assert b"1:5" in reply.body


HEADS: dict[str, tuple[Request, int]] = {
    "a query": (get(SELECT, Accept=CSV), 200),
    "a query in a format for people": (get(SELECT, ("format", "csv")), 200),
    "a query that would never end": (get(ENDLESS, Accept=CSV), 200),
    "a syntax error that the gate sees": (get("ASK {{"), 400),
    "SERVICE": (get("ASK { SERVICE ?s {} }"), 403),
    "a type that we lack": (get(SELECT, Accept=TURTLE), 406),
    "no query": (Request(headers={"Accept": "text/turtle"}), 200),
}


@pytest.mark.parametrize(("request_", "status"), HEADS.values(), ids=HEADS)
def test_head_tells_without_evaluating(send: Send, request_: Request, status: int) -> None:
    reply = send(replace(request_, method="HEAD"))
    assert (reply.status, reply.body) == (status, b"")
    if status == 200:
        assert reply.type in ("text/csv; charset=utf-8", "text/turtle; charset=utf-8")
        assert "Accept" in reply.headers["vary"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_page_elsewhere_may_ask_before_it_asks(send: Send, method: str) -> None:
    asks = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": method}
    reply = send(Request("OPTIONS", headers=asks | {"Access-Control-Request-Headers": "content-type"}))
    assert (reply.status, reply.body) == (204, b"")
    assert method in reply.headers["access-control-allow-methods"].split(", ")
    assert "Content-Type" in reply.headers["access-control-allow-headers"].split(", ")
    assert int(reply.headers["access-control-max-age"]) >= 3600
    assert "Retry-After" in reply.headers["access-control-expose-headers"].split(", ")


INTRODUCTIONS: dict[str, tuple[str, str]] = {
    "a browser": ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
    "nobody in particular": ("*/*", "text/html; charset=utf-8"),
    **{accept: (accept, content_type) for accept, content_type in list(GRAPHS.items())[:4]},
}


@pytest.mark.parametrize(("accept", "content_type"), INTRODUCTIONS.values(), ids=INTRODUCTIONS)
def test_without_a_query_it_says_what_it_is(send: Send, accept: str, content_type: str) -> None:
    reply = send(Request(headers={"Accept": accept}))
    assert (reply.status, reply.type) == (200, content_type)
    if accept in parsers.RDF:
        assert parsers.count(reply.type, reply.body) > 20
