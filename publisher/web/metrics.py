"""`/metrics`: what a Prometheus counts and measures, for whoever operates the server.

The counts come to the endpoint through the environment of the request, so nothing is global and each served
application has its own; several processes that serve the same count together.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from fcntl import LOCK_EX, LOCK_NB, lockf
from functools import partial
from ipaddress import ip_address
from itertools import accumulate, product
from mmap import mmap
from os import getpid
from tempfile import TemporaryFile
from threading import Lock
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, request
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
    UnknownMetricFamily,
)
from prometheus_client.registry import Collector

from publisher.errors import ResourceNotFound
from publisher.web import Site, site
from publisher.web.headers import NO_STORE
from publisher.web.problems import PROBLEM, STATUS_OF

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

blueprint: Final = Blueprint("metrics", __name__)

COUNTS: Final = "publisher.counts"
"""Where the environment of a request has the counts of the server."""

CLASSES: Final = "12345"
"""First digits of statuses."""

KINDS: Final = ("documents", "queries")

METHODS: Final = ("GET", "HEAD", "POST", "OPTIONS", "other")
"""Methods that are counted by name: clients make up others."""

QUERIES: Final = ("/sparql", "/api/v1/queries/")
"""Paths whose answers come from the query workers: they take another kind of time than documents."""

BUCKETS: Final = (0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0)
"""Seconds: from a document that is remembered to the deadline of a query."""

STRANGE: Final = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_VIA", "HTTP_ORIGIN")
"""Headers that say that somebody asks through another: a proxy, or a page of another site in a browser here."""


LIMITS: Final = (*map(str, BUCKETS), "+Inf")
"""The same as Prometheus writes them."""

RELEASES: Final = ("switched", "refused")
"""What becomes of releases that are put in force while the server runs."""

Series = tuple[str, ...]

SERIES: Final[tuple[Series, ...]] = (
    ("process",),
    *product(("requests",), METHODS, CLASSES),
    *product(("seconds",), KINDS, (*LIMITS, "sum")),
    *product(("releases",), RELEASES),
    *product(("queries",), dict.fromkeys(("answered", *(each.slug for each in STATUS_OF)))),
)
"""What is counted: a number each, in this order. `process` is the number of the process."""

PLACES: Final = {each: place for place, each in enumerate(SERIES)}
OBSERVED: Final = {kind: PLACES["seconds", kind, LIMITS[0]] for kind in KINDS}
"""Kind -> the place of its first bucket; the others follow, then the sum."""

ANSWERED: Final = PLACES["queries", "answered"]

ROW: Final = 8 * len(SERIES)
"""Bytes of the numbers of one process."""

PROCESSES: Final = 64
"""Processes that can count at the same time; with more, some counts get lost."""


class Counts:
    """What is counted from the start of a server on, by all processes that are forked after this is made.

    Each process has its own row of numbers in memory that they share, so none waits for another; whoever takes the
    place of one that ended goes on in its row.
    """

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115
        self._file.truncate(PROCESSES * ROW)
        self._all = memoryview(mmap(self._file.fileno(), PROCESSES * ROW)).cast("d")
        self._own = self._row(PROCESSES - 1)
        self.first = False
        """Whether this process is the one that tells what all of them do: there is always one, or soon."""
        self._lock = Lock()

    def begin(self) -> None:
        """Count in a row that no other process has."""
        for number in range(PROCESSES):
            # The kernel takes this lock back when the process ends, however it does.
            with suppress(OSError):
                lockf(self._file, LOCK_EX | LOCK_NB, ROW, number * ROW)
                self._own = self._row(number)
                self.first = number == 0
                break
        self._own[PLACES[("process",)]] = getpid()

    def answered(self, environ: WSGIEnvironment, status: str, seconds: float, asks: bool = False) -> None:
        """Count one request, and the query that it `asks`; `status` begins with its three digits."""
        method, own = environ["REQUEST_METHOD"], self._own
        request = PLACES["requests", method if method in METHODS else "other", status[:1]]
        bucket = OBSERVED["queries" if environ["PATH_INFO"].startswith(QUERIES) else "documents"]
        with self._lock:
            own[request] += 1
            own[bucket + bisect_left(BUCKETS, seconds)] += 1
            own[bucket + len(BUCKETS) + 1] += seconds
            own[ANSWERED] += asks

    def asked(self, outcome: str) -> None:
        """Count one query."""
        with self._lock:
            self._own[PLACES["queries", outcome]] += 1

    def followed(self, outcome: str) -> None:
        """Count a release that was put in force; all processes see it, and one counts it."""
        if self.first:
            with self._lock:
                self._own[PLACES["releases", outcome]] += 1

    def total(self, *series: str) -> float:
        """What all processes have counted."""
        return sum(self._all[PLACES[series] :: len(SERIES)])

    @property
    def processes(self) -> set[int]:
        """The processes that have counted here; some may have ended."""
        return {int(each) for each in self._all[PLACES[("process",)] :: len(SERIES)] if each}

    def _row(self, number: int) -> memoryview[float]:
        return self._all[number * len(SERIES) : (number + 1) * len(SERIES)]


class Counted(Collector):
    """What was counted, as Prometheus has it."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts

    def collect(self) -> Iterator[Metric]:
        requests = CounterMetricFamily(
            "publisher_requests", "Requests answered, by method and class of status.", labels=("method", "status")
        )
        seconds = HistogramMetricFamily(
            "publisher_request_seconds", "Seconds until an answer was ready to be sent.", labels=("kind",)
        )
        queries = CounterMetricFamily(
            "publisher_queries",
            "SPARQL queries by outcome: answered, or the type of the problem.",
            labels=("outcome",),
        )
        for kind in KINDS:
            seconds.add_metric([kind], [*self._buckets(kind)], self._counts.total("seconds", kind, "sum"))
        for family, *labels in SERIES:
            if family == "requests":
                requests.add_metric([labels[0], f"{labels[1]}xx"], self._counts.total(family, *labels))
            elif family == "queries":
                queries.add_metric(labels, self._counts.total(family, *labels))
        releases = CounterMetricFamily(
            "publisher_releases",
            "Releases put in force while the server ran, by outcome: switched to, or refused.",
            labels=("outcome",),
        )
        for each in RELEASES:
            releases.add_metric([each], self._counts.total("releases", each))
        return iter((requests, seconds, queries, releases))

    def _buckets(self, kind: str) -> Iterator[tuple[str, float]]:
        """Each limit with the number of what took no longer."""
        return zip(LIMITS, accumulate(self._counts.total("seconds", kind, each) for each in LIMITS), strict=True)


class Processes(Collector):
    """What the serving processes take together."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts

    def collect(self) -> Iterator[Metric]:
        found: dict[str, list[Metric]] = {}
        for process in self._counts.processes:
            for each in ProcessCollector(pid=partial(int, process), registry=None).collect():
                found.setdefault(each.name, []).append(each)
        for name, metrics in found.items():
            together = min if name == "process_start_time_seconds" else sum
            value = together(each.samples[0].value for each in metrics)
            first = metrics[0]
            first.samples = [first.samples[0]._replace(value=value)]
            yield first


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
        wrong = "What is wrong with it, or with following a newer one, as /health says in words."
        yield GaugeMetricFamily("publisher_release_troubles", wrong, len(self._site.troubles()))
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
    registry = CollectorRegistry()
    for each in (Counted(counts), Processes(counts), Present(site())):
        registry.register(each)
    return Response(
        generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4, "Cache-Control": NO_STORE}
    )


@blueprint.after_app_request
def count_queries(response: Response) -> Response:
    """Count what became of each query that comes here; those that need no Flask are counted with the requests."""
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
