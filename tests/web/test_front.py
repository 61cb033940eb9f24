"""The front changes no answer; it only gives it sooner."""

from __future__ import annotations

import html
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from test_http_contract import BROWSER, LIFE_CYCLE, TABLE, WINTER, accept, hosted, named
from werkzeug.test import Client, TestResponse

from publisher.web import Site, create_app, fronted
from publisher.web.assets import asset
from publisher.web.front import Front

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MIB = 1 << 20
REQUESTS = [{}, {"Accept-Encoding": "gzip, deflate, br"}, {"Accept-Encoding": "gzip, identity;q=0"}]


class Counted:
    """An application, with the paths that it was asked for."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self.asked: list[str] = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        self.asked.append(environ["PATH_INFO"])
        return self._application(environ, start_response)


@pytest.fixture(scope="module")
def plain(site: Site) -> Client:
    """A client of the application without a front."""
    return Client(create_app(site))


@pytest.fixture(scope="module")
def front(site: Site) -> Client:
    """A client of the application behind its front, which remembers what the tests before asked."""
    return Client(fronted(site))


@pytest.fixture
def behind(site: Site) -> Counted:
    """An application that tells what was asked of it."""
    return Counted(create_app(site))


def said(answer: TestResponse) -> tuple[str, list[tuple[str, str]], bytes]:
    return answer.status, list(answer.headers), answer.data


@pytest.mark.parametrize(("path", "wanted"), [row[:2] for row in TABLE if row[0] != "/health"])
def test_every_row_of_the_contract_is_the_same(
    plain: Client, front: Client, path: str, wanted: str | None
) -> None:
    for headers in REQUESTS:
        headers = accept(wanted) | headers
        expected = said(plain.get(path, headers=headers))
        for _ in range(3):
            assert said(front.get(path, headers=headers)) == expected
        assert said(front.head(path, headers=headers)) == said(plain.head(path, headers=headers))


@pytest.mark.parametrize(("path", "wanted"), [row[:2] for row in TABLE if row[2] in (200, 303, 406)])
@pytest.mark.parametrize(
    "condition",
    [
        {"If-None-Match": "*"},
        {"If-None-Match": '"other"'},
        {"If-Modified-Since": "Fri, 01 Jan 2038 00:00:00 GMT"},
        {"If-Modified-Since": "Thu, 01 Jan 2015 00:00:00 GMT"},
        {"If-Modified-Since": "yesterday"},
        {"If-Match": '"other"'},
        {"If-Unmodified-Since": "Thu, 01 Jan 2015 00:00:00 GMT"},
        {"Range": "bytes=1-3"},
        {"Range": "bytes=1-3", "If-Range": '"other"'},
        {"Host": "a.example,b.example"},
        {"Accept-Encoding": "*;q=0"},
    ],
    ids=str,
)
def test_what_is_asked_under_conditions_is_the_same(
    plain: Client, front: Client, path: str, wanted: str | None, condition: dict[str, str]
) -> None:
    front.get(path, headers=accept(wanted))
    headers = accept(wanted) | condition
    for method in ("GET", "HEAD"):
        options: dict[str, Any] = {"method": method, "headers": headers}
        if path not in ("/live", "/ready", "/health"):
            assert said(front.open(path, **options)) == said(plain.open(path, **options))


def test_a_client_that_has_the_bytes_of_its_coding_gets_304(plain: Client, front: Client) -> None:
    for headers in REQUESTS:
        tag = front.get(WINTER, headers=headers).headers["ETag"]
        asked = headers | {"If-None-Match": tag}
        answer = front.get(WINTER, headers=asked)
        assert answer.status_code == 304
        assert said(answer) == said(plain.get(WINTER, headers=asked))


@pytest.mark.parametrize("method", ["OPTIONS", "POST", "PUT", "DELETE"])
def test_other_methods_are_the_same(plain: Client, front: Client, method: str) -> None:
    for path in ("/", WINTER, "/catalog", "/sparql"):
        front.get(path)
        assert said(front.open(path, method=method)) == said(plain.open(path, method=method))


def test_a_crawl_finds_the_same_pages(plain: Client, front: Client) -> None:
    waiting, seen = {"/"}, set[str]()
    while waiting - seen:
        path = min(waiting - seen)
        seen.add(path)
        expected = said(plain.get(path, headers=accept(BROWSER)))
        assert [said(front.get(path, headers=accept(BROWSER))) for _ in range(2)] == [expected] * 2
        waiting |= {html.unescape(each.decode()) for each in re.findall(rb'(?:href|src)="(/[^"#]*)', expected[2])}
    assert len(seen) > 100


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (WINTER, {}),
        (WINTER, {"Accept": "application/ld+json"}),
        (WINTER + ".html", {"Accept-Encoding": "br"}),
        ("/id/concept/season/winter", {}),
        ("/doc/concept", {}),
        ("/catalog", {}),
        (asset("site.css"), {}),
        ("/dataset/seasons/1.0.0.ttl", {}),
        ("/", {"Accept": "text/turtle"}),
    ],
    ids=str,
)
def test_what_was_answered_is_not_asked_again(
    site: Site, behind: Counted, path: str, headers: dict[str, str]
) -> None:
    front = Front(site, behind, MIB)
    client = Client(front)
    client.get(path, headers=headers)
    known = front.size, len(behind.asked)
    assert front.size > 0
    for _ in range(3):
        client.get(path, headers=headers)
        client.head(path, headers=headers)
        client.get(path, headers=headers | {"If-None-Match": "*"})
    assert (front.size, len(behind.asked)) == known


@pytest.mark.parametrize(
    "path", ["/doc/never", "/catalog/", "/health", "/live", "/sparql?query=ASK%20%7B", "/.well-known/void"]
)
def test_what_may_change_or_is_wrong_is_asked_again(site: Site, behind: Counted, path: str) -> None:
    client = Client(Front(site, behind, MIB))
    for _ in range(2):
        client.get(path)
    assert len(behind.asked) == 2


def test_headers_that_come_to_the_same_are_one_request(site: Site, behind: Counted) -> None:
    client = Client(Front(site, behind, MIB))
    for wanted in (BROWSER, "*/*", "text/html", "text/html;q=0.3,text/turtle;q=0.1", None):
        client.get("/doc/concept", headers=accept(wanted))
    assert len(behind.asked) == 1
    for codings in ("gzip, br", "br;q=1.0, gzip;q=0.5", "deflate, br, gzip"):
        client.get("/doc/concept.ttl", headers={"Accept-Encoding": codings})
    assert len(behind.asked) == 2


ASK = "/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D"
ROWS = "/sparql?query=SELECT%20%2A%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20ORDER%20BY%20%3Fs%20%3Fp%20%3Fo"
GRAPH = "/sparql?query=CONSTRUCT%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20WHERE%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"

PATHS = [
    *(ASK, ROWS, f"{ROWS}&format=csv", f"{ASK}&timeout=5", "/sparql", "/sparql?x=1", "/sparql?query="),
    *(f"{ASK}&format=turtle", f"{ASK}&timeout=0", f"{ASK}&query=ASK%7B%7D", "/sparql?query=%FF"),
    *("/sparql?query=ASK%20%7B", "/sparqlx", "/sparql?update=CLEAR%20ALL", "/sparql/?query=ASK%7B%7D"),
    "/api/v1/queries/none",
]
ODD = ({"Host": "a,b"}, {"Range": "bytes=0-1"}, {"If-Match": "x"}, {"X-Forwarded-For": "192.0.2.200"})
CODINGS = ("gzip", "br, identity;q=0", "*;q=0")

QUESTIONS: list[tuple[str, str, dict[str, Any]]] = [
    *(("GET", path, {}) for path in PATHS),
    *(("GET", ROWS, {"headers": {"Accept": each}}) for each in ("text/csv", "application/json", "text/html")),
    *(("GET", GRAPH, {"headers": {"Accept": each}}) for each in ("*/*", "application/ld+json", "image/png")),
    *(("GET", ROWS, {"headers": {"Accept-Encoding": each}}) for each in CODINGS),
    *(("GET", ASK, {"headers": each}) for each in ODD),
    *(("HEAD", path, {}) for path in (ASK, "/sparql", "/sparql?query=ASK%20%7B")),
    ("POST", "/sparql", {"data": "query=ASK%7B%7D", "content_type": FORM}),
    ("POST", "/sparql", {"data": "ASK {}", "content_type": f"{DIRECT}; charset=utf-8"}),
    ("POST", "/sparql?format=xml", {"data": "ASK {}", "content_type": DIRECT}),
    ("POST", "/sparql", {"data": "ASK {}", "content_type": "text/plain"}),
    ("POST", "/sparql", {"data": "ASK {}", "content_type": DIRECT, "headers": {"Content-Encoding": "gzip"}}),
    ("POST", "/sparql", {"data": "ASK {", "content_type": DIRECT}),
    ("POST", "/sparql", {"data": "CLEAR ALL", "content_type": "application/sparql-update"}),
    ("POST", "/sparql", {"data": "", "content_type": FORM}),
    ("POST", "/api/v1/queries/none", {}),
    *((method, "/sparql", {}) for method in ("OPTIONS", "PUT", "DELETE")),
]


@pytest.mark.parametrize(("method", "path", "request_"), QUESTIONS, ids=str)
def test_every_question_has_the_same_answer(
    plain: Client, front: Client, method: str, path: str, request_: dict[str, Any]
) -> None:
    expected = said(plain.open(path, method=method, **request_))
    assert [said(front.open(path, method=method, **request_)) for _ in range(2)] == [expected] * 2


@pytest.mark.parametrize(("method", "path", "request_"), QUESTIONS, ids=str)
def test_who_answers_sees_whether_it_is_a_query(
    site: Site, behind: Counted, method: str, path: str, request_: dict[str, Any]
) -> None:
    answer = Client(Front(site, behind, MIB)).open(path, method=method, **request_)
    asks = "query" in path or "data" in request_
    plain = answer.status_code == 200 and "Host" not in request_.get("headers", {})
    assert behind.asked == ([] if asks and plain else [path.partition("?")[0]])


def test_an_answer_to_a_query_is_remembered_as_it_was_sent(site: Site, behind: Counted) -> None:
    front = Front(site, behind, MIB)
    client = Client(front)
    before = site.queries.state()["cache"]
    answers = [said(client.get(ROWS, headers={"Accept-Encoding": "gzip"})) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    after = site.queries.state()["cache"]
    asked = [state["hits"] + state["misses"] for state in (before, after)]  # type: ignore[index]
    assert asked[1] - asked[0] <= 1
    size = front.size
    assert size > 0
    client.get(ROWS, headers={"Accept-Encoding": "gzip", "Accept": "text/csv"})
    assert front.size > size


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"{ASK}&timeout=5"),
        ("GET", "/sparql?query=SELECT%20%28NOW%28%29%20AS%20%3Fnow%29%20%7B%7D"),
        ("GET", "/sparql?query=ASK%20%7B"),
        ("HEAD", ASK),
        ("POST", ASK.replace("/sparql?", "/sparql?x=")),
    ],
)
def test_what_may_be_answered_otherwise_another_time_is_not_remembered(
    site: Site, behind: Counted, method: str, path: str
) -> None:
    front = Front(site, behind, MIB)
    data = "query=ASK%7B%7D" if method == "POST" else None
    Client(front).open(path, method=method, data=data, content_type=FORM)
    assert front.size == 0


def test_HEAD_of_a_remembered_query_still_evaluates_nothing(plain: Client, front: Client) -> None:  # noqa: N802
    front.get(ASK)
    assert said(front.head(ASK)) == said(plain.head(ASK))


@pytest.mark.parametrize("asking", ["/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20{}%20%7D", "/search?q=lente&n={}"])
def test_new_questions_push_no_document_out(site: Site, behind: Counted, asking: str) -> None:
    front = Front(site, behind, 200_000)
    client = Client(front)
    client.get("/doc/concept.ttl")
    for number in range(100):
        client.get(asking.format(number))
    behind.asked.clear()
    client.get("/doc/concept.ttl")
    assert behind.asked == []
    assert front.size <= 200_000


def test_an_answer_that_depends_on_more_than_we_know_is_asked_again(site: Site) -> None:
    def greeting(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        headers = [("ETag", '"x"'), ("Cache-Control", "public, max-age=60, stale-while-revalidate=600")]
        start_response("200 OK", [*headers, ("Content-Length", "5"), ("Vary", "Accept-Encoding, Cookie")])
        return [b"hello"]

    behind = Counted(greeting)
    for _ in range(2):
        Client(Front(site, behind, MIB)).get("/")
    assert len(behind.asked) == 2


def documents(behind: Counted) -> list[str]:
    """The documents that the pages of lists link to."""
    lists = [Client(behind).get(path).text for path in ("/doc/concept.html", "/doc/concept/season.html")]
    behind.asked.clear()
    return list(dict.fromkeys(html.unescape(each) for each in re.findall(r'href="(/doc/[^"]*)', "".join(lists))))


def test_the_memory_is_bounded_and_keeps_what_was_asked_for_last(site: Site, behind: Counted) -> None:
    # Pages are too large for so small a memory, which keeps nothing that would take an eighth of it.
    paths = list(dict.fromkeys(re.sub(r"(\.en)?\.html(?=\?|$)", ".csv", path) for path in documents(behind)))
    everything = Front(site, behind, MIB)
    for path in paths:
        Client(everything).get(path)
    # One half is for documents, the other for answers to queries.
    front = Front(site, behind, everything.size)
    client = Client(front)
    for path in paths:
        client.get(path)
        assert 0 < front.size <= everything.size // 2
    behind.asked.clear()
    client.get(paths[-1])
    assert behind.asked == []
    client.get(paths[0])
    assert behind.asked == [paths[0]]


def test_what_would_push_everything_else_out_is_not_kept(site: Site, behind: Counted) -> None:
    front = Front(site, behind, 10_000)
    Client(front).get("/catalog.ttl")
    assert front.size == 0


def test_many_threads_get_the_same_answers_as_one(plain: Client, site: Site) -> None:
    paths = [row[0] for row in TABLE if row[2] == 200 and not row[0].startswith(("/live", "/ready", "/health"))]
    expected = {path: said(plain.get(path)) for path in paths}
    front = Front(site, create_app(site), 300_000)
    with ThreadPoolExecutor(8) as threads:
        found = threads.map(lambda path: (path, said(Client(front).get(path))), paths * 10)
        assert all(answer == expected[path] for path, answer in found)


def test_without_memory_nothing_is_remembered(site: Site) -> None:
    none = replace(site.config, server=replace(site.config.server, cache=0))
    front = fronted(replace(site, config=none))
    assert [Client(front).get(WINTER).status_code for _ in range(2)] == [200, 200]
    assert front.size == 0


@pytest.mark.parametrize("row", LIFE_CYCLE, ids=named)
def test_what_was_is_answered_the_same_and_no_host_gets_what_is_anothers(retired: Site, row: Any) -> None:
    path, host, wanted = row[:3]
    plain, front = Client(create_app(retired)), Client(fronted(retired))
    for headers in ({}, {"If-None-Match": "*"}, {"Accept-Encoding": "gzip"}):
        for each in (host, "tiny.example", "old.example", host):
            options = {"headers": hosted(wanted, each) | headers}
            if path != "/ready":
                assert said(front.get(path, **options)) == said(plain.get(path, **options))
                assert said(front.head(path, **options)) == said(plain.head(path, **options))
                assert said(front.post(path, **options)) == said(plain.post(path, **options))


def test_a_tombstone_and_an_alias_are_remembered(retired: Site) -> None:
    asked = Counted(create_app(retired))
    front = Front(retired, asked, MIB)
    client = Client(front)
    for path in ("/doc/concept/season/autumn.ttl", "/doc/concept/season/lente"):
        size = front.size
        client.get(path)
        assert front.size > size
        assert client.get(path, headers={"If-None-Match": "*"}).status_code in (410, 301)
