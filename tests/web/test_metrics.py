"""`/metrics` is what a Prometheus reads, and is for the operator only."""

from __future__ import annotations

import multiprocessing
import time
import urllib.error
import urllib.request
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import Client

from publisher import config
from publisher.errors import ConfigError
from publisher.web import Site, create_app, fronted
from publisher.web.access_log import AccessLog
from publisher.web.metrics import Counts, Processes
from publisher.web.serving import Served, Serving
from publisher.web.watched import watched

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]
NEAR = {"REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture
def client(site: Site) -> Client:
    """A client of a fresh server, which has counted nothing yet."""
    return Client(serving(site, Counts()))


def serving(site: Site, counts: Counts) -> WSGIApplication:
    """The application that a server calls, without the lines of its log; whoever asks is on this machine."""
    served = Serving(Served(site, fronted(site).reply, site.release.id))
    application = watched(served, counts, AccessLog(lambda lines: None))
    return lambda environ, start_response: application({**NEAR, **environ}, start_response)


def read(text: str) -> Samples:
    families = text_string_to_metric_families(text)
    return {
        (each.name, frozenset(each.labels.items())): each.value for family in families for each in family.samples
    }


def measured(client: Client) -> Samples:
    answer = client.get("/metrics", environ_overrides=NEAR)
    assert answer.status_code == 200
    return read(answer.text)


def value(samples: Samples, name: str, **labels: str) -> float:
    return samples.get((name, frozenset(labels.items())), 0.0)


def test_the_answer_is_prometheus_text_that_nobody_keeps(client: Client) -> None:
    answer = client.get("/metrics", environ_overrides=NEAR)
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    families = [line.split()[2] for line in answer.text.splitlines() if line.startswith("# TYPE")]
    assert len(set(families)) == len(families)


def test_requests_are_counted_by_method_and_class_of_status(client: Client) -> None:
    for _ in range(3):
        assert client.get("/doc/concept/season/winter.ttl").status_code == 200
    client.get("/id/concept/season/winter")
    client.head("/doc/concept/season/winter.ttl")
    client.get("/nothing/here")
    client.open("/", method="BREW")
    samples = measured(client)
    assert value(samples, "publisher_requests_total", method="GET", status="2xx") == 3
    assert value(samples, "publisher_requests_total", method="GET", status="3xx") == 1
    assert value(samples, "publisher_requests_total", method="GET", status="4xx") == 1
    assert value(samples, "publisher_requests_total", method="HEAD", status="2xx") == 1
    assert value(samples, "publisher_requests_total", method="other", status="4xx") == 1
    assert value(samples, "publisher_request_seconds_count", kind="documents") == 7
    assert value(samples, "publisher_request_seconds_bucket", kind="documents", le="+Inf") == 7
    assert value(samples, "publisher_request_seconds_sum", kind="documents") > 0


@pytest.mark.parametrize(
    ("query", "outcome"),
    [
        ("ASK {}", "answered"),
        ("ASK {", "syntax"),
        ("SELECT * { SERVICE <http://example.org/> {} }", "not-allowed"),
        ("SELECT * {" + "{" * 100 + "}" * 101, "too-complex"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", "too-large"),
    ],
    ids=lambda each: each[:20],
)
def test_queries_are_counted_by_outcome(client: Client, query: str, outcome: str) -> None:
    client.get("/sparql", query_string={"query": query})
    client.post("/sparql", data={"query": query})
    client.get("/sparql", headers={"Accept": "text/html"})
    samples = measured(client)
    assert value(samples, "publisher_queries_total", outcome=outcome) == 2
    assert sum(count for (name, _), count in samples.items() if name == "publisher_queries_total") == 2
    assert value(samples, "publisher_request_seconds_count", kind="queries") == 3


def test_release_workers_and_process_are_told(client: Client, site: Site) -> None:
    client.get("/sparql", query_string={"query": "ASK {}"})
    samples = measured(client)
    manifest = site.release.manifest
    [known] = [dict(labels) for name, labels in samples if name == "publisher_release_info"]
    assert known == {"id": site.release.id, "commit": manifest.commit, "program": manifest.program}
    assert value(samples, "publisher_release_statements") == manifest.quads
    assert value(samples, "publisher_sparql_workers") == 2
    assert {"publisher_sparql_ready", "publisher_sparql_cache_hits"} <= {name for name, _ in samples}
    assert value(samples, "process_resident_memory_bytes") > 1_000_000


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_a_program_on_this_machine_may_read(client: Client, peer: str) -> None:
    assert client.get("/metrics", environ_overrides={"REMOTE_ADDR": peer}).status_code == 200


@pytest.mark.parametrize(
    "peer", ["192.0.2.1", "10.0.0.1", "::ffff:192.0.2.1", "2001:db8::1", "0.0.0.0", "", "localhost"]
)
def test_for_others_nothing_is_there(client: Client, peer: str) -> None:
    refused = client.get("/metrics", environ_overrides={"REMOTE_ADDR": peer})
    unknown = client.get("/metricz", environ_overrides={"REMOTE_ADDR": peer})
    assert (refused.status_code, refused.data) == (404, unknown.data.replace(b"/metricz", b"/metrics"))
    assert "publisher_requests" not in refused.text


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via", "Origin"])
def test_who_comes_through_another_is_not_near(client: Client, header: str) -> None:
    answer = client.get("/metrics", headers={header: "127.0.0.1"}, environ_overrides=NEAR)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("setting", "near", "far"), [("loopback", 200, 404), ("all", 200, 200), ("off", 404, 404)]
)
def test_the_setting_says_who_may_read(site: Site, setting: str, near: int, far: int) -> None:
    server = replace(site.config.server, metrics=setting)
    client = Client(serving(replace(site, config=replace(site.config, server=server)), Counts()))
    through = {"X-Forwarded-For": "192.0.2.1"}
    assert client.get("/metrics", environ_overrides=NEAR).status_code == near
    assert client.get("/metrics", environ_overrides={"REMOTE_ADDR": "192.0.2.1"}).status_code == far
    assert client.get("/metrics", environ_overrides=NEAR, headers=through).status_code == far


def test_an_unknown_setting_is_refused(site: Site) -> None:
    text = (site.config.folder / "publisher.toml").read_text("utf-8")
    with pytest.raises(ConfigError, match="`metrics` must be loopback, all or off"):
        config.parse(text + '\n[server]\nmetrics = "some"\n')


def test_an_application_that_is_not_counted_has_no_metrics(site: Site) -> None:
    assert Client(create_app(site)).get("/metrics", environ_overrides=NEAR).status_code == 404


def test_processes_of_one_server_count_together(site: Site) -> None:
    counts = Counts()
    clients = [Client(serving(site, counts)) for _ in range(2)]
    children = multiprocessing.get_context("fork")

    def ask() -> None:
        # As a server does after it has forked: this process takes a row of its own.
        counts.begin()
        for _ in range(1000):
            counts.answered({"REQUEST_METHOD": "GET", "PATH_INFO": "/"}, "200 OK", 0.5)
        counts.asked("deadline")

    for _ in range(2):
        started = [children.Process(target=ask) for _ in range(3)]
        for each in started:
            each.start()
        for each in started:
            each.join()
    clients[0].get("/")
    samples = measured(clients[1])
    assert value(samples, "publisher_requests_total", method="GET", status="2xx") == 6001
    assert value(samples, "publisher_request_seconds_bucket", kind="documents", le="0.5") == 6001
    assert value(samples, "publisher_request_seconds_sum", kind="documents") == pytest.approx(3000, abs=5)
    assert value(samples, "publisher_queries_total", outcome="deadline") == 6


def test_what_processes_take_is_told_together() -> None:
    counts = Counts()
    counts.begin()
    [alone] = [each for each in Processes(counts).collect() if each.name == "process_resident_memory_bytes"]

    def tell(pipe: Any) -> None:
        counts.begin()
        pipe.send([(each.name, each.samples[0].value) for each in Processes(counts).collect()])

    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("fork").Process(target=tell, args=[theirs])
    child.start()
    both = dict(ours.recv())
    child.join()
    assert both["process_resident_memory_bytes"] > 1.2 * alone.samples[0].value
    assert both["process_start_time_seconds"] == pytest.approx(time.time(), abs=3600)


def test_a_scraper_reads_them_over_a_socket(served: str) -> None:
    with urllib.request.urlopen(f"{served}/metrics", timeout=10) as answer:
        samples = read(answer.read().decode())
    assert value(samples, "publisher_requests_total", method="GET", status="2xx") >= 1
    through = urllib.request.Request(f"{served}/metrics", headers={"X-Forwarded-For": "192.0.2.1"})
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(through, timeout=10)
