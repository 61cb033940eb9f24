"""A store on disk, and supervisors of real workers over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from publisher.config import Sparql
from publisher.errors import PublisherError
from publisher.sparql import Query
from publisher.sparql.gate import admit
from publisher.sparql.queries import PLACES, Queries

Ask = Callable[..., bytes]
EXAMPLE = "http://example.org/"


def _quads() -> Iterator[Quad]:
    for number in range(3000):
        graph = NamedNode(f"{EXAMPLE}graph{number % 2}")
        subject, predicate = NamedNode(f"{EXAMPLE}s{number}"), NamedNode(f"{EXAMPLE}p{number % 3}")
        yield Quad(subject, predicate, Literal(f"value {number}"), graph)
        yield Quad(NamedNode(f"{EXAMPLE}both"), predicate, Literal("in both"), graph)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two graphs, written and closed."""
    path = tmp_path_factory.mktemp("sparql") / "store"
    writable = Store(str(path))
    writable.bulk_extend(_quads())
    writable.flush()
    assert not list(writable.quads_for_pattern(None, None, None, DefaultGraph()))
    return path


@pytest.fixture
def supervise(store: Path) -> Iterator[Callable[..., Queries]]:
    """Start a supervisor with these limits, or ask the one at this address; it is closed afterwards."""
    started: list[Queries] = []

    def start(
        store: Path = store,
        store_kind: str = "disk",
        statements: Path | None = None,
        address: str = "",
        places: int = PLACES,
        **limits: float,
    ) -> Queries:
        settings: dict[str, float] = {"workers": 2, "deadline": 30.0, "wait": 30.0, "cache": 0} | limits
        config = Sparql(store=store_kind, **settings)  # type: ignore[arg-type]
        started.append(Queries(store, config, statements=statements, address=address, places=places))
        return started[-1]

    yield start
    for each in started:
        each.close()


@pytest.fixture(scope="session")
def shared(store: Path) -> Iterator[Queries]:
    """A supervisor for queries that harm nobody."""
    supervisor = Queries(store, Sparql(workers=1, wait=30.0))
    yield supervisor
    supervisor.close()


@pytest.fixture(scope="session")
def query() -> Callable[[str], Query]:
    """A query as the gate lets it through with the usual limits."""
    return lambda text: admit(text, Sparql())


@pytest.fixture(scope="session")
def verdict() -> Callable[..., str]:
    """What the gate makes of a text: the form of the query, or the name of the error."""

    def judge(text: str, **limits: int) -> str:
        try:
            return admit(text, Sparql(**limits)).form  # type: ignore[arg-type]
        except PublisherError as error:
            return type(error).__name__

    return judge
