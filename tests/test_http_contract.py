"""What every answer promises, as a table: path and Accept -> status, Content-Type, Vary, Link."""

from __future__ import annotations

import html
import http.client
import json
import re
import socket
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from publisher.formats import GRAPH_FORMATS
from publisher.web import Site, create_app

WINTER = "/doc/concept/season/winter"
SEASON = "/doc/conceptscheme/season"
OLD = f"/version/seasons/1.0.0{WINTER}"
HTML, TURTLE, N_TRIPLES = "text/html; charset=utf-8", "text/turtle; charset=utf-8", "application/n-triples"
JSON_LD, RDF_XML, PROBLEM = "application/ld+json", "application/rdf+xml", "application/problem+json"
TEXT, CSV = "text/plain; charset=utf-8", "text/csv; charset=utf-8"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
BOTH, CODING = "Accept, Accept-Encoding", "Accept-Encoding"
DATED = f"{BOTH}, Accept-Datetime"
NONE = None

TABLE = [
    # path, Accept, status, Content-Type, Vary, Location or Content-Location
    ("/", "*/*", 200, HTML, BOTH, NONE),
    ("/", "text/turtle", 303, TEXT, BOTH, "/catalog"),
    ("/id", "*/*", 303, TEXT, NONE, "/"),
    ("/doc", "*/*", 303, TEXT, NONE, "/"),
    ("/id/concept/season/winter", NONE, 303, TEXT, NONE, WINTER),
    ("/id/concept/season/winter", "text/turtle;q=0.9, application/ld+json", 303, TEXT, NONE, WINTER),
    ("/id/concept/season/winter", "application/pdf", 303, TEXT, NONE, WINTER),
    ("/id/conceptscheme/season", BROWSER, 303, TEXT, NONE, SEASON),
    (WINTER, NONE, 200, HTML, DATED, WINTER + ".html"),
    (WINTER, "", 200, HTML, DATED, WINTER + ".html"),
    (WINTER, "*/*", 200, HTML, DATED, WINTER + ".html"),
    (WINTER, BROWSER, 200, HTML, DATED, WINTER + ".html"),
    (WINTER, "text/turtle", 200, TURTLE, DATED, WINTER + ".ttl"),
    (WINTER, "application/n-triples", 200, N_TRIPLES, DATED, WINTER + ".nt"),
    (WINTER, "application/ld+json", 200, JSON_LD, DATED, WINTER + ".jsonld"),
    (WINTER, "application/rdf+xml", 200, RDF_XML, DATED, WINTER + ".rdf"),
    (WINTER, "text/turtle;q=0.9, application/ld+json", 200, JSON_LD, DATED, WINTER + ".jsonld"),
    (WINTER, "text/html;q=0, */*", 200, TURTLE, DATED, WINTER + ".ttl"),
    (WINTER, "application/pdf", 406, PROBLEM, DATED, NONE),
    (WINTER + ".html", "text/turtle", 200, HTML, CODING, WINTER + ".html"),
    (WINTER + ".ttl", "text/html", 200, TURTLE, CODING, WINTER + ".ttl"),
    (WINTER + ".nt", "*/*", 200, N_TRIPLES, CODING, WINTER + ".nt"),
    (WINTER + ".jsonld", "application/pdf", 200, JSON_LD, CODING, WINTER + ".jsonld"),
    (WINTER + ".rdf", BROWSER, 200, RDF_XML, CODING, WINTER + ".rdf"),
    (WINTER + ".csv", BROWSER, 200, CSV, CODING, WINTER + ".csv"),
    (WINTER, "text/csv", 200, CSV, DATED, WINTER + ".csv"),
    ("/doc/concept/season.csv", BROWSER, 200, CSV, CODING, "/doc/concept/season.csv"),
    (WINTER + ".pdf", "*/*", 404, PROBLEM, "Accept", NONE),
    (
        "/doc/concept/season/vorst.periode",
        "text/turtle",
        200,
        TURTLE,
        DATED,
        "/doc/concept/season/vorst.periode.ttl",
    ),
    ("/doc/concept/season/vorst.periode.nt", NONE, 200, N_TRIPLES, CODING, "/doc/concept/season/vorst.periode.nt"),
    (SEASON, "text/turtle", 200, TURTLE, DATED, SEASON + ".ttl"),
    ("/doc/document/winters-meten", "text/turtle", 200, TURTLE, DATED, "/doc/document/winters-meten.ttl"),
    ("/doc/dataset/seasons", "text/turtle", 200, TURTLE, BOTH, "/doc/dataset/seasons.ttl"),
    ("/id/concept/season/autum", BROWSER, 404, HTML, "Accept", NONE),
    ("/id/concept/season/autum", "text/turtle", 404, PROBLEM, "Accept", NONE),
    ("/doc/concept/season/autum", "text/plain", 404, TEXT, "Accept", NONE),
    ("/id/concept/season/winter.ttl", "*/*", 404, PROBLEM, "Accept", NONE),
    ("/id/concept", "*/*", 303, TEXT, NONE, "/doc/concept"),
    ("/id/concept/season", "*/*", 303, TEXT, NONE, "/doc/concept/season"),
    ("/doc/concept", BROWSER, 200, HTML, BOTH, "/doc/concept.html"),
    ("/doc/concept/season", "text/turtle", 200, TURTLE, BOTH, "/doc/concept/season.ttl"),
    ("/doc/concept/season.jsonld", NONE, 200, JSON_LD, CODING, "/doc/concept/season.jsonld"),
    ("/doc/concept", "application/pdf", 406, PROBLEM, BOTH, NONE),
    ("/doc/concept?page=2", "*/*", 404, PROBLEM, "Accept", NONE),
    ("/doc/concept?page=0", "*/*", 404, PROBLEM, "Accept", NONE),
    ("/doc/concept?page=two", "*/*", 400, PROBLEM, "Accept", NONE),
    ("/id/concept/season/winter/", "*/*", 301, TEXT, NONE, "/id/concept/season/winter"),
    ("/doc/concept/season/winter/?x=1", "*/*", 301, TEXT, NONE, WINTER + "?x=1"),
    ("/doc/concept/", "*/*", 301, TEXT, NONE, "/doc/concept"),
    ("/catalog/", "*/*", 301, TEXT, NONE, "/catalog"),
    ("/nothing/", "*/*", 404, PROBLEM, "Accept", NONE),
    ("/months", "*/*", 303, TEXT, NONE, "/doc/months"),
    ("/months/december", "*/*", 303, TEXT, NONE, "/doc/months/december"),
    ("/months/ao%C3%BBt", "*/*", 303, TEXT, NONE, "/doc/months/ao%C3%BBt"),
    ("/months/ao%c3%bbt", "*/*", 301, TEXT, NONE, "/months/ao%C3%BBt"),
    ("/doc/months/ao%C3%BBt", "text/turtle", 200, TURTLE, DATED, "/doc/months/ao%C3%BBt.ttl"),
    ("/terms", "*/*", 303, TEXT, NONE, "/doc/terms"),
    ("/doc/terms", "text/turtle", 200, TURTLE, DATED, "/doc/terms.ttl"),
    ("/resource?uri=http://mirror.example/months/december", "*/*", 303, TEXT, NONE, "/doc/months/december"),
    ("/resource?uri=http://mirror.example/months/never", "*/*", 404, PROBLEM, "Accept", NONE),
    ("/resource?uri=not+an+iri", "*/*", 404, PROBLEM, "Accept", NONE),
    ("/resource", "*/*", 400, PROBLEM, "Accept", NONE),
    ("/version", BROWSER, 200, HTML, BOTH, "/version.html"),
    ("/version.ttl", BROWSER, 200, TURTLE, CODING, "/version.ttl"),
    ("/version/seasons", "text/turtle", 200, TURTLE, BOTH, "/version/seasons.ttl"),
    ("/version/seasons/1.0.0", BROWSER, 200, HTML, BOTH, "/version/seasons/1.0.0.html"),
    ("/version/seasons/1.0.0.rdf", NONE, 200, RDF_XML, CODING, "/version/seasons/1.0.0.rdf"),
    ("/version/seasons/1.0.0", "application/pdf", 406, PROBLEM, BOTH, NONE),
    ("/version/seasons/0.0.1", NONE, 404, PROBLEM, "Accept", NONE),
    (OLD, BROWSER, 200, HTML, BOTH, OLD + ".html"),
    (OLD, "text/turtle", 200, TURTLE, BOTH, OLD + ".ttl"),
    (OLD, "application/pdf", 406, PROBLEM, BOTH, NONE),
    (OLD + ".csv", BROWSER, 200, CSV, CODING, OLD + ".csv"),
    (OLD + ".pdf", NONE, 404, PROBLEM, "Accept", NONE),
    (f"/timemap{WINTER}", "*/*", 200, "application/link-format", CODING, NONE),
    ("/catalog", "*/*", 200, TURTLE, BOTH, "/catalog.ttl"),
    ("/catalog", BROWSER, 200, TURTLE, BOTH, "/catalog.ttl"),
    ("/catalog", "application/rdf+xml", 200, RDF_XML, BOTH, "/catalog.rdf"),
    ("/catalog", "application/pdf", 406, PROBLEM, BOTH, NONE),
    ("/catalog.rdf", BROWSER, 200, RDF_XML, CODING, "/catalog.rdf"),
    ("/catalog.jsonld", "*/*", 200, JSON_LD, CODING, "/catalog.jsonld"),
    ("/catalog.nt", "*/*", 200, N_TRIPLES, CODING, "/catalog.nt"),
    ("/.well-known/void", "*/*", 302, TEXT, NONE, "/catalog"),
    ("/ns/context.jsonld", "*/*", 200, JSON_LD, CODING, NONE),
    ("/dataset/seasons/1.0.0.ttl", "*/*", 200, TURTLE, NONE, NONE),
    ("/dataset/seasons/1.0.0.nq", "*/*", 200, "application/n-quads", NONE, NONE),
    ("/dataset/seasons/1.0.0.csv", "*/*", 200, "text/csv; charset=utf-8", NONE, NONE),
    ("/dataset/seasons/SHA256SUMS", "*/*", 200, TEXT, NONE, NONE),
    ("/dataset/seasons/latest.ttl", "*/*", 307, TEXT, NONE, "/dataset/seasons/1.0.0.ttl"),
    ("/dataset/seasons/latest.pdf", "*/*", 404, PROBLEM, "Accept", NONE),
    ("/dataset/seasons/9.9.9.ttl", "*/*", 404, PROBLEM, "Accept", NONE),
    ("/dataset/winters/1.0.0.ttl", "*/*", 404, PROBLEM, "Accept", NONE),
    ("/dataset/seasons/..%2f..%2fmanifest.json", "*/*", 404, PROBLEM, "Accept", NONE),
    ("/static/../pages.py", "*/*", 404, PROBLEM, "Accept", NONE),
    ("/robots.txt", "*/*", 200, TEXT, CODING, NONE),
    ("/sitemap.xml", "*/*", 200, "application/xml", CODING, NONE),
    ("/sitemap.xml?part=1", "text/html", 200, "application/xml", CODING, NONE),
    ("/sitemap.xml?part=2", "*/*", 404, PROBLEM, "Accept", NONE),
    ("/sitemap.xml?part=x", "*/*", 400, PROBLEM, "Accept", NONE),
    ("/live", "*/*", 200, "application/json", NONE, NONE),
    ("/ready", "*/*", 200, "application/json", NONE, NONE),
    ("/health", "*/*", 200, "application/json", NONE, NONE),
]


def accept(value: str | None) -> dict[str, str]:
    return {} if value is None else {"Accept": value}


def named(value: object) -> str:
    return "-" if value is None else str(value) or "empty"


@pytest.mark.parametrize(("path", "wanted", "status", "content_type", "vary", "location"), TABLE, ids=named)
def test_status_and_headers(
    client: FlaskClient,
    path: str,
    wanted: str | None,
    status: int,
    content_type: str,
    vary: str | None,
    location: str | None,
) -> None:
    answer = client.get(path, headers=accept(wanted))
    place = answer.headers.get("Location") or answer.headers.get("Content-Location")
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, content_type)
    assert (answer.headers.get("Vary"), place) == (vary, location)


@pytest.mark.parametrize("path", [*dict.fromkeys(row[0] for row in TABLE), "/sparql", "//evil.example/"])
def test_every_answer_may_be_read_by_any_page_and_names_its_release(client: FlaskClient, path: str) -> None:
    for method in ("GET", "HEAD", "DELETE", "OPTIONS"):
        answer = client.open(path, method=method)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        exposed = answer.headers["Access-Control-Expose-Headers"]
        assert exposed == "Link, ETag, Content-Location, Memento-Datetime, Repr-Digest, Retry-After, Release"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"]
        assert re.fullmatch(r"\d{6}-[0-9a-f]{8}", answer.headers["Release"])
        assert answer.status_code < 500


@pytest.mark.parametrize("path", dict.fromkeys(row[0] for row in TABLE))
def test_HEAD_answers_as_GET_does(client: FlaskClient, path: str) -> None:  # noqa: N802
    get, head = client.get(path), client.head(path)
    assert (head.status, dict(head.headers)) == (get.status, dict(get.headers))
    assert int(head.headers["Content-Length"]) == len(get.data)
    assert head.data == b""


@pytest.mark.parametrize(
    "path",
    dict.fromkeys(row[0] for row in TABLE if row[2] == 200 and row[0] not in ("/live", "/ready", "/health")),
)
def test_documents_are_fresh_for_a_minute_and_answer_304_after_it(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    frozen = path.startswith(OLD) and first.mimetype != "text/html"
    immutable = frozen or (path.startswith("/dataset/") and "SHA256SUMS" not in path)
    fresh = "max-age=31536000, immutable" if immutable else "max-age=60, stale-while-revalidate=600"
    assert first.headers["Cache-Control"] == f"public, {fresh}"
    assert re.fullmatch(r'"[0-9a-f]{32}"', first.headers["ETag"])
    for condition in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-None-Match": f'"other", W/{first.headers["ETag"]}'},
        {"If-None-Match": "*"},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        again = client.get(path, headers=condition)
        assert (again.status_code, again.data) == (304, b"")
        for name in ("ETag", "Vary", "Cache-Control", "Content-Location", "Access-Control-Allow-Origin"):
            assert again.headers.get(name) == first.headers.get(name)
    for condition in ({"If-None-Match": '"other"'}, {"If-Modified-Since": "Thu, 01 Jan 2015 00:00:00 GMT"}):
        assert client.get(path, headers=condition).status_code == 200


def test_representations_have_different_entity_tags(client: FlaskClient) -> None:
    tags = {client.get(f"{WINTER}.{suffix}").headers["ETag"] for suffix in ("html", "ttl", "nt", "jsonld", "rdf")}
    assert len(tags) == 5


def test_the_last_change_is_that_of_the_resource(client: FlaskClient) -> None:
    assert client.get(WINTER).headers["Last-Modified"] == "Sat, 21 Mar 2026 00:00:00 GMT"


def links(answer: TestResponse) -> set[tuple[str, str, str]]:
    """The Link header as (relation, target, type)."""
    found = re.findall(r'<([^>]*)>; rel="([^"]*)"(?:; type="([^"]*)")?', answer.headers["Link"])
    return {(relation, target, kind) for target, relation, kind in found}


def test_a_document_links_to_what_there_is(client: FlaskClient) -> None:
    assert links(client.get(WINTER, headers=accept("text/turtle"))) == {
        ("canonical", "https://tiny.example" + WINTER, ""),
        ("alternate", WINTER + ".html", "text/html"),
        ("alternate", WINTER + ".nt", "application/n-triples"),
        ("alternate", WINTER + ".jsonld", "application/ld+json"),
        ("alternate", WINTER + ".rdf", "application/rdf+xml"),
        ("alternate", WINTER + ".csv", "text/csv"),
        ("type", "http://www.w3.org/2004/02/skos/core#Concept", ""),
        ("collection", "https://tiny.example/id/conceptscheme/season", ""),
        ("license", "https://creativecommons.org/licenses/by/4.0/", ""),
        ("original timegate", "https://tiny.example" + WINTER, ""),
        ("timemap", f"https://tiny.example/timemap{WINTER}", "application/link-format"),
    }


@pytest.mark.parametrize(
    "path", [WINTER, SEASON, "/doc/concept", "/doc/months/ao%C3%BBt", "/catalog", "/doc/terms"]
)
def test_every_alternate_is_served_as_the_type_it_is_linked_with(client: FlaskClient, path: str) -> None:
    alternates = [link for link in links(client.get(path)) if link[0] == "alternate"]
    assert len(alternates) >= len(GRAPH_FORMATS) - 1
    for _, target, kind in alternates:
        answer = client.get(target)
        assert (answer.status_code, answer.mimetype) == (200, kind)


@pytest.mark.parametrize("path", [WINTER, "/doc/concept", "/catalog"])
def test_406_lists_the_alternatives_in_body_and_header(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers=accept("application/pdf"))
    listed = {("alternate", each["href"], each["type"]) for each in answer.json["alternatives"]}
    assert listed == links(answer)
    assert len(listed) >= len(GRAPH_FORMATS)


def test_HTML_says_its_language_and_runs_nothing_from_elsewhere(client: FlaskClient) -> None:  # noqa: N802
    for path in ("/", WINTER, "/doc/concept"):
        answer = client.get(path)
        assert answer.headers["Content-Language"] == "nl"
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy


def test_OPTIONS_tells_the_methods_and_allows_what_follows(client: FlaskClient) -> None:  # noqa: N802
    for path, methods in (
        (WINTER, {"GET", "HEAD", "OPTIONS"}),
        ("/catalog", {"GET", "HEAD", "OPTIONS"}),
        ("/sparql", {"GET", "HEAD", "OPTIONS", "POST"}),
    ):
        answer = client.options(
            path, headers={"Origin": "https://x.example", "Access-Control-Request-Method": "GET"}
        )
        assert (answer.status_code, answer.data) == (204, b"")
        assert set(answer.headers["Allow"].split(", ")) == methods
        assert set(answer.headers["Access-Control-Allow-Methods"].split(", ")) == methods
        assert int(answer.headers["Access-Control-Max-Age"]) > 0
        assert "Content-Type" in answer.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "BREW"])
@pytest.mark.parametrize("path", ["/", "/id/concept/season/winter", WINTER, "/catalog", "/never"])
def test_other_methods_are_405_and_told_which_are_allowed(client: FlaskClient, path: str, method: str) -> None:
    answer = client.open(path, method=method)
    assert (answer.status_code, answer.mimetype) == (405, PROBLEM)
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:81", "[::1]", "a b<c>"])
def test_nothing_is_made_of_the_host(client: FlaskClient, host: str) -> None:
    headers = {"Host": host, "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher"}
    for path in (
        "/id/concept/season/winter",
        "/doc/concept/",
        "/resource?uri=http://mirror.example/months",
        WINTER,
    ):
        answer = client.get(path, headers=headers)
        assert answer.status_code in (200, 301, 303)
        assert answer.headers.get("Location", "/")[:2] not in ("//", "ht")
        assert b"evil" not in answer.data
        assert "evil" not in str(answer.headers)


@pytest.mark.parametrize(
    "path",
    ["//evil.example/", "//evil.example/id/concept/", "///", "//id/concept/season/winter/", "/id//concept/"],
)
def test_no_path_redirects_to_another_host(client: FlaskClient, path: str) -> None:
    answer = client.get("/", environ_overrides={"PATH_INFO": path, "REQUEST_URI": path, "RAW_URI": path})
    location = answer.headers.get("Location", "/")
    assert location.startswith("/")
    assert not location.startswith("//")


def test_problems_say_what_and_are_never_stored(client: FlaskClient) -> None:
    answer = client.get("/doc/" + "x" * 5000)
    assert answer.headers["Cache-Control"] == "no-store"
    problem = answer.json
    assert (problem["status"], problem["title"]) == (404, "No such resource")
    assert len(problem["detail"]) < 300
    kind = urlsplit(problem["type"])
    assert f"#{kind.fragment}:" in client.get(kind.path).text


def test_a_foreign_text_in_a_page_of_an_error_is_text(client: FlaskClient) -> None:
    answer = client.get("/<script>alert(1)</script>", headers=accept("text/html"))
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text


def test_a_part_of_a_dump_can_be_had(client: FlaskClient) -> None:
    whole = client.get("/dataset/seasons/1.0.0.nt")
    assert whole.headers["Accept-Ranges"] == "bytes"
    part = client.get(
        "/dataset/seasons/1.0.0.nt", headers={"Range": "bytes=10-19", "If-Range": whole.headers["ETag"]}
    )
    assert (part.status_code, part.data) == (206, whole.data[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole.data)}"
    beyond = client.get("/dataset/seasons/1.0.0.nt", headers={"Range": "bytes=99999999-"})
    assert (beyond.status_code, beyond.mimetype) == (416, PROBLEM)
    assert beyond.headers["Content-Range"] == f"bytes */{len(whole.data)}"


def test_every_address_that_a_page_names_on_this_site_answers(client: FlaskClient) -> None:
    waiting, status = ["/"], dict[str, int]()
    while waiting:
        path = waiting.pop()
        answer = client.get(path, headers=accept(BROWSER), follow_redirects=True)
        status[path] = answer.status_code
        if answer.mimetype == "text/html":
            found = re.findall(r'(?:href|src|action)="(/[^"#]*)', answer.text)
            waiting += {html.unescape(each) for each in found} - status.keys() - set(waiting)
    assert len(status) > 100
    assert {path: code for path, code in status.items() if code != 200} == {}


# The same over a real socket, where servers like to differ.


def fetch(served: str, method: str, path: str, headers: dict[str, str]) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(urlsplit(served).netloc, timeout=10)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    return answer, answer.read()


@pytest.mark.parametrize(
    ("path", "wanted", "status", "content_type", "vary", "location"),
    # granian keeps the spelling of the percent-encoding to itself, so that row cannot be seen there.
    [row for row in TABLE[::2] if "%c3" not in row[0]],
    ids=named,
)
def test_the_table_over_a_socket(
    served: str, path: str, wanted: str, status: int, content_type: str, vary: str, location: str
) -> None:
    for method in ("GET", "HEAD"):
        answer, body = fetch(served, method, path, accept(wanted))
        place = answer.headers.get("Location") or answer.headers.get("Content-Location")
        assert (answer.status, answer.headers["Content-Type"]) == (status, content_type)
        assert (answer.headers.get("Vary"), place) == (vary, location)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert len(answer.headers.get_all("Date", [])) == 1
        if method == "GET":
            assert int(answer.headers["Content-Length"]) == len(body)
        else:
            assert answer.headers["Content-Length"].isdigit()
            assert body == b""


def raw(served: str, request: str) -> str:
    """The answer to exactly these bytes."""
    place = urlsplit(served)
    with socket.create_connection((place.hostname, place.port), timeout=10) as connection:
        connection.sendall(request.replace("\n", "\r\n").encode("latin-1"))
        with connection.makefile("rb") as answer:
            return answer.read().decode("latin-1")


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        ("GET /catalog HTTP/1.1\nConnection: close", 400),
        ("GET /catalog HTTP/1.1\nHost:\nConnection: close", 400),
        ("GET /sparql?query=ASK%7B%7D HTTP/1.1\nConnection: close", 400),
        ("GET http://a.example/catalog HTTP/1.1\nConnection: close", 200),
        ("GET /catalog HTTP/1.0", 200),
    ],
    ids=["none", "empty", "none with a query", "in the address", "none in HTTP 1.0"],
)
def test_a_request_names_its_host(served: str, request_line: str, status: int) -> None:
    for _ in range(2):
        raw(served, "GET /catalog HTTP/1.1\nHost: a.example\nConnection: close\n\n")
        answer = raw(served, f"{request_line}\n\n")
        assert answer.split(" ")[1] == str(status)
        assert "Access-Control-Allow-Origin: *".lower() in answer.lower()


def test_two_hosts_over_a_socket_are_refused(served: str) -> None:
    answer = raw(served, "GET /catalog HTTP/1.1\nHost: a.example\nHost: b.example\nConnection: close\n\n")
    assert answer.startswith("HTTP/1.1 400 ")
    assert "access-control-allow-origin: *" in answer


def test_an_absolute_request_line_does_not_change_the_redirect(served: str) -> None:
    request = "GET http://evil.example/id/concept/season/winter HTTP/1.1\nHost: a.example\nConnection: close\n\n"
    assert f"location: {WINTER}\r\n" in raw(served, request)


def test_two_slashes_over_a_socket_lead_nowhere_else(served: str) -> None:
    answer = raw(served, "GET //evil.example/id/concept/ HTTP/1.1\nHost: a.example\nConnection: close\n\n")
    assert answer.startswith("HTTP/1.1 404 ")
    assert "location:" not in answer


def test_304_over_a_socket_has_no_body(served: str) -> None:
    answer, _ = fetch(served, "GET", WINTER + ".ttl", {})
    again, body = fetch(served, "GET", WINTER + ".ttl", {"If-None-Match": answer.headers["ETag"]})
    assert (again.status, body, again.headers["ETag"]) == (304, b"", answer.headers["ETag"])


def test_health_over_a_socket_names_the_release(served: str) -> None:
    answer, body = fetch(served, "GET", "/health", {})
    assert json.loads(body)["release"] == answer.headers["Release"]


SEASONS = "/doc/concept/season"
WITHDRAWN, SPRING = f"{SEASONS}/autumn", f"{SEASONS}/spring"
NEW = "https://tiny.example"

LIFE_CYCLE = [
    # path, Host, Accept, status, Content-Type, Vary, Location or Content-Location
    ("/id/concept/season/winter", NONE, "*/*", 303, TEXT, NONE, WINTER),
    (WINTER, NONE, BROWSER, 200, HTML, DATED, WINTER + ".html"),
    (WINTER, NONE, "text/turtle", 200, TURTLE, DATED, WINTER + ".ttl"),
    ("/id/concept/season/summer", NONE, "*/*", 303, TEXT, NONE, f"{SEASONS}/summer"),
    (f"{SEASONS}/summer", NONE, BROWSER, 200, HTML, DATED, f"{SEASONS}/summer.html"),
    ("/id/concept/season/autumn", NONE, "*/*", 303, TEXT, NONE, WITHDRAWN),
    (WITHDRAWN, NONE, BROWSER, 410, HTML, DATED, WITHDRAWN + ".html"),
    (WITHDRAWN, NONE, "text/turtle", 410, TURTLE, DATED, WITHDRAWN + ".ttl"),
    (WITHDRAWN, NONE, "application/pdf", 406, PROBLEM, DATED, NONE),
    (WITHDRAWN + ".html", NONE, "text/turtle", 410, HTML, CODING, WITHDRAWN + ".html"),
    (WITHDRAWN + ".ttl", NONE, BROWSER, 410, TURTLE, CODING, WITHDRAWN + ".ttl"),
    (WITHDRAWN + ".nt", NONE, BROWSER, 410, N_TRIPLES, CODING, WITHDRAWN + ".nt"),
    (WITHDRAWN + ".jsonld", NONE, BROWSER, 410, JSON_LD, CODING, WITHDRAWN + ".jsonld"),
    (WITHDRAWN + ".rdf", NONE, BROWSER, 410, RDF_XML, CODING, WITHDRAWN + ".rdf"),
    (WITHDRAWN + ".csv", NONE, BROWSER, 410, CSV, CODING, WITHDRAWN + ".csv"),
    (WITHDRAWN + "/", NONE, BROWSER, 301, TEXT, NONE, WITHDRAWN),
    ("/id/concept/season/lente", NONE, "*/*", 301, TEXT, NONE, "/id/concept/season/spring"),
    ("/id/concept/season/lente", NONE, "application/pdf", 301, TEXT, NONE, "/id/concept/season/spring"),
    ("/id/concept/season/lente?x=1&y=%2F", NONE, "*/*", 301, TEXT, NONE, "/id/concept/season/spring?x=1&y=%2F"),
    ("/id/concept/season/lente/", NONE, "*/*", 301, TEXT, NONE, "/id/concept/season/lente"),
    ("/id/concept/season/lente.ttl", NONE, "*/*", 404, PROBLEM, "Accept", NONE),
    (f"{SEASONS}/lente", NONE, BROWSER, 301, TEXT, NONE, SPRING),
    (f"{SEASONS}/lente.ttl", NONE, BROWSER, 301, TEXT, NONE, SPRING + ".ttl"),
    (f"{SEASONS}/lente.csv?x=1", NONE, BROWSER, 301, TEXT, NONE, SPRING + ".csv?x=1"),
    (f"{SEASONS}/lente.pdf", NONE, BROWSER, 404, HTML, "Accept", NONE),
    (f"{SEASONS}/v1.0", NONE, BROWSER, 301, TEXT, NONE, SPRING),
    (f"{SEASONS}/v1.0.nt", NONE, BROWSER, 301, TEXT, NONE, SPRING + ".nt"),
    ("/months/ao%C3%BBt/eind", NONE, "*/*", 301, TEXT, NONE, "/id/concept/season/spring"),
    ("/months/ao%c3%bbt/eind", NONE, "*/*", 301, TEXT, NONE, "/months/ao%C3%BBt/eind"),
    ("/doc/months/ao%C3%BBt/eind.rdf", NONE, "*/*", 301, TEXT, NONE, SPRING + ".rdf"),
    (f"/resource?uri={NEW}/id/concept/season/lente", NONE, "*/*", 303, TEXT, NONE, SPRING),
    (f"/resource?uri={NEW}/id/concept/season/autumn", NONE, "*/*", 303, TEXT, NONE, WITHDRAWN),
    ("/resource?uri=https://old.example/id/concept/season/winter", NONE, "*/*", 303, TEXT, NONE, WINTER),
    ("/resource?uri=https://old.example/id/concept/season/lente", NONE, "*/*", 303, TEXT, NONE, SPRING),
    ("/resource?uri=https://old.example.org/id/concept/season/winter", NONE, "*/*", 404, PROBLEM, "Accept", NONE),
    ("/resource?uri=http://mirror.example/months/ao%C3%BBt/eind", NONE, "*/*", 303, TEXT, NONE, SPRING),
    (SEASONS, NONE, BROWSER, 200, HTML, BOTH, f"{SEASONS}.html"),
    (f"{SEASONS}?all=1", NONE, "text/csv", 200, CSV, BOTH, f"{SEASONS}.csv?all=1"),
    (f"{SEASONS}.ttl?all=1", NONE, BROWSER, 200, TURTLE, CODING, f"{SEASONS}.ttl?all=1"),
    (f"{SEASONS}?all=yes", NONE, "*/*", 400, PROBLEM, "Accept", NONE),
    (WINTER, "old.example", "*/*", 301, TEXT, NONE, NEW + WINTER),
    (WINTER, "OLD.example:443", "*/*", 301, TEXT, NONE, NEW + WINTER),
    (WINTER, "old.example:8080", "*/*", 301, TEXT, NONE, NEW + WINTER),
    (WINTER, "old.example:8081", "*/*", 200, HTML, DATED, WINTER + ".html"),
    (WINTER, "tiny.example", "*/*", 200, HTML, DATED, WINTER + ".html"),
    ("/", "old.example", "*/*", 301, TEXT, NONE, NEW + "/"),
    (
        "/id/concept/season/winter?x=%C3%BB",
        "old.example",
        "*/*",
        301,
        TEXT,
        NONE,
        f"{NEW}/id/concept/season/winter?x=%C3%BB",
    ),
    ("/months/ao%c3%bbt", "old.example", "*/*", 301, TEXT, NONE, f"{NEW}/months/ao%C3%BBt"),
    (f"{SEASONS}/lente?x=\u00fb%2F", NONE, "*/*", 301, TEXT, NONE, f"{SPRING}?x=%C3%BB%2F"),
    ("/never", "old.example", "*/*", 301, TEXT, NONE, f"{NEW}/never"),
    ("/dataset/seasons/1.0.0.ttl", "old.example", "*/*", 301, TEXT, NONE, f"{NEW}/dataset/seasons/1.0.0.ttl"),
    ("/sparql?query=ASK%20%7B%7D", "old.example", "*/*", 301, TEXT, NONE, f"{NEW}/sparql?query=ASK%20%7B%7D"),
    ("/static/site.css", "old.example", "*/*", 301, TEXT, NONE, f"{NEW}/static/site.css"),
    ("/ready", "old.example", "*/*", 200, "application/json", NONE, NONE),
]


def hosted(wanted: str | None, host: str | None) -> dict[str, str]:
    return accept(wanted) | ({"Host": host} if host else {})


@pytest.fixture
def later(retired: Site) -> FlaskClient:
    """A client of the site where some is retired, an alias, or under a former base."""
    return create_app(retired).test_client()


@pytest.mark.parametrize(
    ("path", "host", "wanted", "status", "content_type", "vary", "location"), LIFE_CYCLE, ids=named
)
def test_status_and_headers_of_what_was(
    later: FlaskClient,
    path: str,
    host: str | None,
    wanted: str | None,
    status: int,
    content_type: str,
    vary: str | None,
    location: str | None,
) -> None:
    headers = hosted(wanted, host)
    answer = later.get(path, headers=headers)
    place = answer.headers.get("Location") or answer.headers.get("Content-Location")
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, content_type)
    assert (answer.headers.get("Vary"), place) == (vary, location)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    head = later.head(path, headers=headers)
    assert (head.status, dict(head.headers), head.data) == (answer.status, dict(answer.headers), b"")


@pytest.mark.parametrize("suffix", ["", ".html", ".ttl", ".nt", ".jsonld", ".rdf", ".csv"])
def test_a_tombstone_has_the_headers_of_a_document_and_is_never_304(later: FlaskClient, suffix: str) -> None:
    answer = later.get(WITHDRAWN + suffix)
    assert answer.headers["Cache-Control"] == "public, max-age=60, stale-while-revalidate=600"
    assert ("canonical", NEW + WITHDRAWN, "") in links(answer)
    # Its other formats; the page is in another language too.
    others = 6 if answer.mimetype == "text/html" else 5
    assert len([each for each in links(answer) if each[0] == "alternate"]) == others
    for condition in ({"If-None-Match": answer.headers["ETag"]}, {"If-None-Match": "*"}):
        again = later.get(WITHDRAWN + suffix, headers=condition)
        assert (again.status_code, again.data) == (410, answer.data)


def test_what_is_deprecated_links_to_what_replaces_it(later: FlaskClient) -> None:
    for suffix in ("", ".ttl", ".csv"):
        assert ("successor-version", SPRING, "") in links(later.get(WINTER + suffix))
    assert "successor-version" not in later.get(SPRING).headers["Link"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_repeated_at_the_base_of_today(later: FlaskClient, method: str) -> None:
    answer = later.open("/sparql?x=1", method=method, data={"query": "ASK {}"}, headers={"Host": "old.example"})
    assert (answer.status_code, answer.headers["Location"]) == (308, f"{NEW}/sparql?x=1")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_preflight_is_answered_under_a_former_base(later: FlaskClient) -> None:
    headers = {"Host": "old.example", "Origin": "https://x.example", "Access-Control-Request-Method": "POST"}
    answer = later.options("/sparql", headers=headers)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]


def test_permanent_redirects_are_asked_again_after_a_while(later: FlaskClient) -> None:
    for path, host in ((f"{SEASONS}/lente", "tiny.example"), (WINTER, "old.example")):
        answer = later.get(path, headers={"Host": host})
        assert answer.headers["Cache-Control"] == "public, max-age=60, stale-while-revalidate=600"
