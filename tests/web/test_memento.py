"""Documents as they were: RFC 7089, sections 2, 4 and 5, as tables."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from werkzeug.test import Client, TestResponse

from publisher.errors import BadRequest
from publisher.web import Site, fronted, memento

ORIGIN = "https://fruit.example"
NAMES = ("peer", "aardappel", "braam", "kers")
PEAR, POTATO, BLACKBERRY, CHERRY = (f"/doc/concept/fruit/{name}" for name in NAMES)
DATED = "Accept, Accept-Encoding, Accept-Datetime"
LINK = re.compile(r'<([^>]*)>((?:; [a-z]+="[^"]*")*)')
DATES = {
    "1.0.0": "Mon, 05 Jan 2026 00:00:00 GMT",
    "1.0.1": "Mon, 02 Feb 2026 00:00:00 GMT",
    "1.1.0": "Mon, 02 Mar 2026 00:00:00 GMT",
    "2.0.0": "Mon, 06 Apr 2026 00:00:00 GMT",
    "2.1.0": "Mon, 04 May 2026 00:00:00 GMT",
}


@pytest.fixture(params=["Flask", "front"])
def asked(request: pytest.FixtureRequest, fruit_site: Site, fruit_client: FlaskClient) -> Client:
    """A client of the application, with and without the layer that remembers answers."""
    return fruit_client if request.param == "Flask" else Client(fronted(fruit_site))


def links(text: str) -> dict[str, dict[str, str]]:
    """Relation -> what is said of its link, for links of which there is one of a kind."""
    found = {}
    for target, parameters in LINK.findall(text):
        said = dict(re.findall(r'([a-z]+)="([^"]*)"', parameters))
        for relation in said["rel"].split():
            found[relation] = said | {"target": target}
    return found


def frozen(number: str, path: str = PEAR) -> str:
    return f"/version/fruit/{number}{path}"


THEN = [
    ("Sat, 01 Jan 2000 00:00:00 GMT", "1.0.0"),
    ("Sun, 04 Jan 2026 23:59:59 GMT", "1.0.0"),
    ("Mon, 05 Jan 2026 00:00:00 GMT", "1.0.0"),
    ("Sun, 01 Feb 2026 23:59:59 GMT", "1.0.0"),
    ("Mon, 02 Feb 2026 00:00:00 GMT", "1.0.1"),
    ("Thu, 05 Mar 2026 12:30:00 GMT", "1.1.0"),
    ("Mon, 04 May 2026 00:00:00 GMT", "2.1.0"),
    ("Sat, 01 Jan 2050 00:00:00 GMT", "2.1.0"),
    ("Thu, 02 Feb 2026 00:00:00 GMT", "1.0.1"),
    ("mon, 02 feb 2026 00:00:00 gmt", "1.0.1"),
    ("Sun, 01 Feb 2026 23:59:60 GMT", "1.0.0"),
]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("then", "number"),
    THEN,
    ids=[
        "long before the first",
        "a second before the first",
        "exactly the first",
        "a second before the second",
        "exactly the second",
        "between two",
        "exactly the last",
        "after the last",
        "on another weekday",
        "in small letters",
        "in a leap second",
    ],
)
def test_a_document_leads_to_the_version_that_was_in_force(
    asked: Client, method: str, then: str, number: str
) -> None:
    answer = asked.open(PEAR, method=method, headers={"Accept-Datetime": then})
    assert (answer.status_code, answer.headers["Location"]) == (302, frozen(number))
    assert answer.headers["Vary"] == DATED
    assert "Memento-Datetime" not in answer.headers
    said = links(answer.headers["Link"])
    assert said["original"]["target"] == said["timegate"]["target"] == ORIGIN + PEAR
    assert said["timemap"]["target"] == f"{ORIGIN}/timemap{PEAR}"
    assert (said["first"]["datetime"], said["last"]["datetime"]) == (DATES["1.0.0"], DATES["2.1.0"])


MALFORMED = [
    "",
    "yesterday",
    "2026-02-02T00:00:00Z",
    "Mon, 02 Feb 2026 00:00:00 +0100",
    "Mon, 02 Feb 2026 00:00:00",
    "Mon, 2 Feb 2026 00:00:00 GMT",
    "Mon, 30 Feb 2026 00:00:00 GMT",
    "Mon, 02 Feb 2026 24:00:00 GMT",
    "Mon, 02 Feb 0000 00:00:00 GMT",
    "Monday, 02-Feb-26 00:00:00 GMT",
    "Mon Feb  2 00:00:00 2026",
    "Mon, ０2 Feb 2026 00:00:00 GMT",
]


@pytest.mark.parametrize("then", MALFORMED)
def test_what_is_no_moment_is_refused(then: str) -> None:
    with pytest.raises(BadRequest):
        memento.moment(then)


def test_a_malformed_moment_is_answered_400(asked: Client) -> None:
    answer = asked.get(PEAR, headers={"Accept-Datetime": "yesterday", "Accept": "application/problem+json"})
    assert answer.status_code == 400
    assert "Accept-Datetime must be like" in (answer.json or {})["detail"]


def test_a_moment_is_in_universal_time() -> None:
    assert memento.moment(DATES["1.0.1"]) == datetime(2026, 2, 2, tzinfo=UTC)


def test_without_a_moment_a_document_is_the_present_one_and_its_own_timegate(asked: Client) -> None:
    for accept, name in (("text/turtle", "ttl"), ("text/html", "html")):
        answer = asked.get(PEAR, headers={"Accept": accept})
        assert (answer.status_code, answer.headers["Vary"]) == (200, DATED)
        assert answer.headers["Content-Location"] == f"{PEAR}.{name}"
        assert "Memento-Datetime" not in answer.headers
        said = links(answer.headers["Link"])
        assert said["original"] == said["timegate"] == {"rel": "original timegate", "target": ORIGIN + PEAR}
        assert said["timemap"]["target"] == f"{ORIGIN}/timemap{PEAR}"


def test_every_answer_of_a_timegate_names_the_moment_in_vary(asked: Client) -> None:
    tag = asked.get(PEAR).headers["ETag"]
    unchanged = asked.get(PEAR, headers={"If-None-Match": tag})
    refused = asked.get(PEAR, headers={"Accept": "application/pdf"})
    assert [(each.status_code, each.headers["Vary"]) for each in (unchanged, refused)] == [
        (304, DATED),
        (406, DATED),
    ]


def test_a_moment_comes_before_what_the_client_has_or_accepts(asked: Client) -> None:
    tag = asked.get(PEAR).headers["ETag"]
    headers = {"If-None-Match": tag, "Accept": "application/pdf", "Accept-Datetime": DATES["1.0.1"]}
    assert asked.get(PEAR, headers=headers).headers["Location"] == frozen("1.0.1")


def test_an_answer_of_now_is_never_given_for_then(asked: Client) -> None:
    for _ in range(2):
        assert asked.get(PEAR).status_code == 200
        assert asked.get(PEAR, headers={"Accept-Datetime": DATES["1.0.0"]}).status_code == 302
        assert asked.get(PEAR, headers={"Accept-Datetime": DATES["1.1.0"]}).headers["Location"] == frozen("1.1.0")


def test_a_suffix_has_no_past_of_its_own_but_tells_whose_it_is(asked: Client) -> None:
    answer = asked.get(f"{PEAR}.ttl", headers={"Accept-Datetime": DATES["1.0.0"]})
    assert (answer.status_code, answer.headers["Vary"]) == (200, "Accept-Encoding")
    said = links(answer.headers["Link"])
    assert said["timegate"]["target"] == ORIGIN + PEAR
    assert "original" not in said


@pytest.mark.parametrize("path", ["/doc/dataset/fruit", "/doc/concept/fruit", "/version/fruit", "/", "/catalog"])
def test_what_belongs_to_no_version_knows_no_moments(asked: Client, path: str) -> None:
    answer = asked.get(path, headers={"Accept-Datetime": "nonsense"})
    assert answer.status_code == 200
    assert "Accept-Datetime" not in answer.headers["Vary"]
    assert "timegate" not in answer.headers["Link"]


def test_a_thing_leads_to_its_document_whatever_the_moment(asked: Client) -> None:
    answer = asked.get("/id/concept/fruit/peer", headers={"Accept-Datetime": DATES["1.0.0"]})
    assert (answer.status_code, answer.headers["Location"]) == (303, PEAR)


def test_what_was_withdrawn_still_has_its_past(asked: Client) -> None:
    now = asked.get(POTATO)
    assert (now.status_code, now.headers["Vary"]) == (410, DATED)
    assert links(now.headers["Link"])["timegate"]["target"] == ORIGIN + POTATO
    before = asked.get(POTATO, headers={"Accept-Datetime": DATES["1.1.0"]})
    assert asked.get(before.headers["Location"]).status_code == 200
    after = asked.get(POTATO, headers={"Accept-Datetime": DATES["2.0.0"]})
    memento = asked.get(after.headers["Location"])
    assert (memento.status_code, memento.headers["Memento-Datetime"]) == (410, DATES["2.0.0"])


MERGED = [
    (None, 301, CHERRY),
    ("Sat, 01 Jan 2000 00:00:00 GMT", 302, "/version/fruit/1.0.0/doc/concept/fruit/morel"),
    ("Thu, 05 Mar 2026 00:00:00 GMT", 302, "/version/fruit/1.1.0/doc/concept/fruit/morel"),
    ("Mon, 06 Apr 2026 00:00:00 GMT", 301, CHERRY),
    ("Sat, 01 Jan 2050 00:00:00 GMT", 301, CHERRY),
]


@pytest.mark.parametrize(("then", "status", "location"), MERGED, ids=str)
def test_what_was_merged_is_what_it_was_as_long_as_it_was(
    asked: Client, then: str | None, status: int, location: str
) -> None:
    headers = {"Accept-Datetime": then} if then else {}
    answer = asked.get("/doc/concept/fruit/morel", headers=headers)
    assert (answer.status_code, answer.headers["Location"], answer.headers["Vary"]) == (status, location, DATED)
    assert links(answer.headers["Link"])["timegate"]["target"] == f"{ORIGIN}/doc/concept/fruit/morel"


def test_what_came_later_begins_with_its_first_version(asked: Client) -> None:
    answer = asked.get(BLACKBERRY, headers={"Accept-Datetime": DATES["1.0.0"]})
    assert answer.headers["Location"] == frozen("1.1.0", BLACKBERRY)


@pytest.mark.parametrize("suffix", ["", ".ttl", ".html", ".jsonld", ".rdf", ".nt", ".csv"])
def test_a_memento_says_when_it_was_and_of_what(asked: Client, suffix: str) -> None:
    answer = asked.get(frozen("1.0.1") + suffix)
    assert (answer.status_code, answer.headers["Memento-Datetime"]) == (200, DATES["1.0.1"])
    assert answer.headers["Vary"] == ("Accept-Encoding" if suffix else "Accept, Accept-Encoding")
    said = links(answer.headers["Link"])
    assert said["original"]["target"] == said["timegate"]["target"] == ORIGIN + PEAR
    places = {relation: said[relation]["target"].split("/")[5] for relation in ("first", "prev", "next", "last")}
    assert places == {"first": "1.0.0", "prev": "1.0.0", "next": "1.1.0", "last": "2.1.0"}


def test_a_memento_is_no_timegate(asked: Client) -> None:
    answer = asked.get(frozen("1.0.1"), headers={"Accept-Datetime": DATES["2.0.0"]})
    assert (answer.status_code, answer.headers["Memento-Datetime"]) == (200, DATES["1.0.1"])


def test_the_memory_keeps_the_moment_of_a_memento(asked: Client) -> None:
    first, again = asked.get(f"{frozen('1.0.1')}.ttl"), asked.get(f"{frozen('1.0.1')}.ttl")
    assert first.headers["Memento-Datetime"] == again.headers["Memento-Datetime"] == DATES["1.0.1"]
    tag = first.headers["ETag"]
    unchanged = asked.get(f"{frozen('1.0.1')}.ttl", headers={"If-None-Match": tag})
    assert (unchanged.status_code, unchanged.headers["Memento-Datetime"]) == (304, DATES["1.0.1"])


def test_a_timemap_lists_every_memento(asked: Client) -> None:
    answer = asked.get(f"/timemap{PEAR}")
    assert (answer.status_code, answer.mimetype) == (200, "application/link-format")
    said = links(answer.text)
    assert said["original"] == said["timegate"] == {"rel": "original timegate", "target": ORIGIN + PEAR}
    assert said["self"] == {
        "rel": "self",
        "type": "application/link-format",
        "from": DATES["1.0.0"],
        "until": DATES["2.1.0"],
        "target": f"{ORIGIN}/timemap{PEAR}",
    }
    mementos = re.findall(r'<([^>]*)>; rel="((?:first |last )?memento)"; datetime="([^"]*)"', answer.text)
    assert mementos == [
        (ORIGIN + frozen(number), {"1.0.0": "first memento", "2.1.0": "last memento"}.get(number, "memento"), date)
        for number, date in DATES.items()
    ]
    for target, _, date in mementos:
        assert asked.get(target.removeprefix(ORIGIN)).headers["Memento-Datetime"] == date


def test_one_version_is_both_first_and_last(client: FlaskClient) -> None:
    said = links(client.get("/timemap/doc/concept/season/winter").text)
    assert said["first"] == said["last"]
    assert said["first"]["rel"] == "first last memento"


@pytest.mark.parametrize(
    "path", ["/timemap/doc/concept/fruit/vijg", f"/timemap{PEAR}.ttl", "/timemap/", "/timemap"]
)
def test_what_never_was_has_no_timemap(asked: Client, path: str) -> None:
    assert asked.get(path).status_code == 404


def bodies(answer: TestResponse) -> tuple[int, dict[str, str], bytes]:
    return answer.status_code, dict(answer.headers), answer.data


@pytest.mark.parametrize("path", [PEAR, frozen("1.0.1"), f"/timemap{PEAR}", POTATO, frozen("2.0.0", POTATO)])
def test_head_tells_what_get_would(asked: Client, path: str) -> None:
    get, head = bodies(asked.get(path)), bodies(asked.head(path))
    assert (get[0], get[1]) == (head[0], head[1])
    assert head[2] == b""
