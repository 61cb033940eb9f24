"""`/metrics`: what a Prometheus counts and measures, for whoever operates the server.

`Counted` is the layer around front and application: it sees every answer, also the errors and those that Flask
never sees. It hands its counts to the endpoint through the environment of the request, so nothing is global and
each served application has its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from ipaddress import ip_address
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, request
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import GaugeMetricFamily, InfoMetricFamily, Metric, UnknownMetricFamily
from prometheus_client.registry import Collector

from publisher.errors import ResourceNotFound
from publisher.web import Site, site
from publisher.web.headers import NO_STORE
from publisher.web.problems import PROBLEM

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

blueprint: Final = Blueprint("metrics", __name__)

COUNTS: Final = "publisher.counts"
"""Where the environment of a request has the counts of the server."""

METHODS: Final = frozenset(("GET", "HEAD", "POST", "OPTIONS"))
"""Methods that are counted by name: clients make up others."""

QUERIES: Final = ("/sparql", "/api/v1/queries/")
"""Paths whose answers come from the query workers: they take another kind of time than documents."""

BUCKETS: Final = (0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0)
"""Seconds: from a document that is remembered to the deadline of a query."""

STRANGE: Final = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_VIA", "HTTP_ORIGIN")
"""Headers that say that somebody asks through another: a proxy, or a page of another site in a browser here."""


class Counts:
    """What is counted from the start of a server on."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        requests = Counter(
            "publisher_requests",
            "Requests answered, by method and class of status.",
            ("method", "status"),
            registry=self.registry,
        )
        seconds = Histogram(
            "publisher_request_seconds",
            "Seconds until an answer was ready to be sent.",
            ("kind",),
            buckets=BUCKETS,
            registry=self.registry,
        )
        outcomes = Counter(
            "publisher_queries",
            "SPARQL queries by outcome: answered, or the type of the problem.",
            ("outcome",),
            registry=self.registry,
        )
        ProcessCollector(registry=self.registry)
        # Finding the child of its labels takes twice as long as counting; there are few of them.
        self._requests = cache(requests.labels)
        self._seconds = cache(seconds.labels)
        self._outcomes = cache(outcomes.labels)

    def answered(self, method: str, path: str, status: str, seconds: float) -> None:
        """Count one request; `status` begins with its three digits."""
        self._requests(method if method in METHODS else "other", f"{status[:1]}xx").inc()
        self._seconds("queries" if path.startswith(QUERIES) else "documents").observe(seconds)

    def asked(self, outcome: str) -> None:
        """Count one query."""
        self._outcomes(outcome).inc()


class Counted:
    """A WSGI application that counts what the one inside answers."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self._counts = Counts()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        started, status = perf_counter(), "500"
        environ[COUNTS] = self._counts

        def start(line: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            nonlocal status
            status = line
            return start_response(line, headers, exc_info)

        try:
            return self._application(environ, start)
        finally:
            # Answers are whole before they are sent: how fast a client reads is not our time.
            self._counts.answered(
                environ["REQUEST_METHOD"], environ["PATH_INFO"], status, perf_counter() - started
            )


class Present(Collector):
    """What is so at this moment: the release, and the state of the query workers as in `/health`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def collect(self) -> Iterator[Metric]:
        manifest = self._site.release.manifest
        known = {"id": manifest.id, "commit": manifest.commit, "program": manifest.program}
        yield InfoMetricFamily("publisher_release", "The release that is served.", known)
        created = datetime.fromisoformat(manifest.created).timestamp()
        yield GaugeMetricFamily("publisher_release_created_seconds", "When it was made.", created)
        yield GaugeMetricFamily("publisher_release_statements", "Statements in its store.", manifest.quads)
        for name, value in _numbers(self._site.queries.state()):
            words = f"`{name.replace('_', '.')}` in the member `sparql` of /health."
            yield UnknownMetricFamily(f"publisher_sparql_{name}", words, value)


@blueprint.get("/metrics")
def metrics() -> Response:
    """All metrics in the Prometheus text format 0.0.4; for those whom the settings do not allow, nothing."""
    counts = request.environ.get(COUNTS)
    if counts is None or not ALLOWED[site().config.server.metrics](request.environ):
        raise ResourceNotFound(f"There is nothing at {request.path}")
    present = CollectorRegistry()
    present.register(Present(site()))
    content = generate_latest(counts.registry) + generate_latest(present)
    return Response(content, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4, "Cache-Control": NO_STORE})


@blueprint.after_app_request
def count_queries(response: Response) -> Response:
    """Count what became of each query."""
    counts = request.environ.get(COUNTS)
    if counts is not None and _asks():
        counts.asked(request.environ.get(PROBLEM, "answered"))
    return response


def _asks() -> bool:
    """Whether this request is a query, rather than for a page about queries."""
    if request.endpoint == "api.call":
        return True
    return request.blueprint == "sparql" and (request.method == "POST" or "query" in request.args)


def _numbers(state: Mapping[str, object], before: str = "") -> Iterator[tuple[str, float]]:
    """The numbers in a state, and in the states in it, each with its name."""
    for name, value in state.items():
        if isinstance(value, Mapping):
            yield from _numbers(value, f"{before}{name}_")
        elif isinstance(value, int | float):
            yield f"{before}{name}", float(value)


def _near(environ: WSGIEnvironment) -> bool:
    """Whether a program on this machine asks for itself: behind a proxy every peer is near."""
    try:
        peer = ip_address(environ.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return (getattr(peer, "ipv4_mapped", None) or peer).is_loopback and not any(map(environ.get, STRANGE))


ALLOWED: Final[Mapping[str, Callable[[WSGIEnvironment], bool]]] = {
    "loopback": _near,
    "all": lambda environ: True,
    "off": lambda environ: False,
}
"""Who may read: a row for each value of the setting `metrics`."""
