"""Workers forked from a process with the store in memory do all that others do, and are ready sooner."""

from __future__ import annotations

import gzip
import os
import platform
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from processes import children, descriptors_of, is_ready, supervisor_of, wait_until, zygotes_of

from publisher import sandbox
from publisher.config import ConfigError, Sparql, parse
from publisher.errors import (
    AnswerTooLarge,
    DeadlineExceeded,
    EngineCrashed,
    EngineUnavailable,
    MemoryExceeded,
    PublisherError,
)
from publisher.formats import RESULTS_FORMATS
from publisher.sparql import Form, Query
from publisher.sparql.nest import in_memory
from publisher.sparql.queries import Queries

Admit = Callable[[str], Query]
Supervise = Callable[..., Queries]

JSON, _, CSV, _ = RESULTS_FORMATS
SMALL = "SELECT ?o { <http://example.org/s1> ?p ?o }"
ALL = "SELECT * { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p ?o"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
STREAM = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
SITE = Path(__file__).parents[1] / "sites" / "tiny" / "publisher.toml"


@pytest.fixture
def queries(supervise: Supervise) -> Queries:
    return supervise(store_kind="memory", deadline=3.0, memory=128)


def content(queries: Queries, query: Query) -> bytes:
    with queries.answer(query, CSV).content as file:
        return file.read()


def zygote_of(queries: Queries) -> int:
    """The process that forks their workers, when these are ready."""
    wait_until(lambda: is_ready(queries))
    [found] = children(supervisor_of(queries))
    return found


def test_the_content_is_the_same_in_memory_and_on_disk(queries: Queries, shared: Queries, query: Admit) -> None:
    assert queries.state()["store"] == "memory"
    assert shared.state()["store"] == "disk"
    assert content(queries, query(ALL)) == content(shared, query(ALL))


def test_an_endless_query_ends_at_the_deadline(queries: Queries, query: Admit) -> None:
    with pytest.raises(DeadlineExceeded):
        content(queries, query(ENDLESS))
    assert content(queries, query(SMALL))


def test_a_greedy_query_ends_at_the_memory_limit(supervise: Supervise, query: Admit) -> None:
    queries = supervise(store_kind="memory", memory=128, answer=10_000)
    with pytest.raises(MemoryExceeded):
        content(queries, query(f"{STREAM} ORDER BY ?c ?f ?i"))
    assert content(queries, query(SMALL))


def test_a_bomb_that_gets_past_the_gate_kills_a_worker_only(queries: Queries, query: Admit) -> None:
    before = zygote_of(queries)
    with pytest.raises((EngineCrashed, MemoryExceeded, DeadlineExceeded)):
        content(queries, Query("ASK " + "{" * 200_000, Form.ASK))
    assert content(queries, query(SMALL))
    assert zygote_of(queries) == before


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own account is Linux's")
@pytest.mark.skipif(platform.machine() not in ("x86_64", "aarch64"), reason="no filter for this machine")
def test_a_forked_worker_is_as_locked_as_another(queries: Queries) -> None:
    workers = children(zygote_of(queries))
    assert len(workers) == 2
    assert queries.state()["missing"] == []
    for each in workers:
        status = Path(f"/proc/{each}/status").read_text()
        assert "Seccomp:\t2" in status
        assert "NoNewPrivs:\t1" in status
        assert os.geteuid() != 0 or "Uid:\t0" not in status


def test_a_query_that_gets_past_the_gate_reaches_no_other_machine(queries: Queries) -> None:
    with pytest.raises(PublisherError, match="not permitted"):
        content(queries, Query("SELECT * { SERVICE <http://127.0.0.1:8099/> { ?s ?p ?o } }", Form.SELECT))


def test_a_zygote_that_dies_is_replaced_with_its_workers(queries: Queries, query: Admit) -> None:
    before = zygote_of(queries)
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: not Path(f"/proc/{before}").exists() and is_ready(queries))
    assert content(queries, query(SMALL))
    assert zygote_of(queries) != before


def test_a_hundred_killed_workers_leave_nothing_behind(supervise: Supervise, query: Admit) -> None:
    queries = supervise(store_kind="memory", answer=0)
    parent = zygote_of(queries)
    before = [descriptors_of(each) for each in (supervisor_of(queries), parent)]
    for _ in range(100):
        with pytest.raises(AnswerTooLarge):
            content(queries, query(SMALL))
    wait_until(lambda: is_ready(queries) and queries.state()["replaced"] == 100)
    assert [descriptors_of(each) for each in (supervisor_of(queries), parent)] == before
    assert len(children(parent)) == 2


def test_closing_ends_zygote_and_workers(queries: Queries) -> None:
    parent = zygote_of(queries)
    workers = children(parent)
    queries.close()
    assert not Path(f"/proc/{parent}").exists()
    wait_until(lambda: not any(Path(f"/proc/{each}").exists() for each in workers))


def test_closing_does_not_wait_for_a_store_that_is_being_loaded(supervise: Supervise, store: Path) -> None:
    queries = supervise(store_kind="memory")
    time.sleep(0.2)
    begin = time.monotonic()
    queries.close()
    assert time.monotonic() - begin < 10
    wait_until(lambda: not zygotes_of(store))


def test_a_store_that_cannot_be_opened_is_said_at_once(supervise: Supervise, query: Admit, tmp_path: Path) -> None:
    queries = supervise(store=tmp_path / "nothing", store_kind="memory")
    with pytest.raises(EngineUnavailable, match="cannot be loaded"):
        content(queries, query(SMALL))


def sizes() -> Iterator[tuple[str, int, bool]]:
    yield "auto", 0, False
    yield "auto", 1000, True
    yield "auto", sandbox.memory() // 500, False
    yield "memory", 0, True
    yield "disk", 1000, False


@pytest.mark.parametrize(("store", "quads", "expected"), list(sizes()), ids=str)
def test_the_store_is_in_memory_where_it_fits(store: str, quads: int, expected: bool) -> None:
    assert in_memory(Sparql(store=store), quads, 2) is expected


def test_another_kind_of_store_is_refused() -> None:
    with pytest.raises(ConfigError, match="auto, memory, disk, not 'ram'"):
        parse(SITE.read_text("utf-8").replace("[sparql]", '[sparql]\nstore = "ram"'))


def test_the_content_comes_from_a_file_where_there_is_one(
    supervise: Supervise, store: Path, query: Admit, tmp_path: Path
) -> None:
    statements = tmp_path / "statements.nq.gz"
    one = b'_:here <http://example.org/p> "from the file" <http://example.org/g> .\n'
    statements.write_bytes(gzip.compress(one))
    queries = supervise(store_kind="memory", statements=statements)
    assert content(queries, query("SELECT ?s ?o { ?s ?p ?o }")) == b"s,o\r\n_:here,from the file\r\n"


@pytest.mark.parametrize(
    "damage",
    [b"no gzip", gzip.compress(b"no statement"), gzip.compress(b"x" * 99)[:-9]],
    ids=["no gzip", "no statement", "cut off"],
)
def test_a_file_that_is_damaged_is_said(supervise: Supervise, query: Admit, tmp_path: Path, damage: bytes) -> None:
    statements = tmp_path / "statements.nq.gz"
    statements.write_bytes(damage)
    queries = supervise(store_kind="memory", statements=statements)
    with pytest.raises(EngineUnavailable, match="cannot be loaded"):
        content(queries, query(SMALL))
