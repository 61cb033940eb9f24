"""Workers forked from a process with the store in memory do all that others do, and are ready sooner."""

from __future__ import annotations

import contextlib
import os
import platform
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

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
from publisher.sparql.supervisor import Supervisor, in_memory

Admit = Callable[[str], Query]
Supervise = Callable[..., Supervisor]
ZygoteOf = Callable[[Supervisor], int]

JSON, _, CSV, _ = RESULTS_FORMATS
SMALL = "SELECT ?o { <http://example.org/s1> ?p ?o }"
ALL = "SELECT * { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p ?o"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
STREAM = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
SITE = Path(__file__).parents[1] / "sites" / "tiny" / "publisher.toml"


@pytest.fixture
def supervisor(supervise: Supervise) -> Supervisor:
    return supervise(store_kind="memory", deadline=3.0, memory=128)


def content(supervisor: Supervisor, query: Query) -> bytes:
    with supervisor.answer(query, CSV).content as file:
        return file.read()


def children(parent: int) -> list[int]:
    found = []
    for each in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(each.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(each.parent.name))
    return found


@pytest.fixture
def zygote_of(store: Path) -> Callable[[Supervisor], int]:
    """The process that forks the workers of a supervisor, when they are ready."""

    def find(supervisor: Supervisor) -> int:
        wait_until(lambda: ready(supervisor))
        [found] = [each for each in children(os.getpid()) if {b"publisher.sparql.zygote", name} <= command(each)]
        return found

    name = str(store).encode()
    return find


def zygotes(store: Path) -> list[str]:
    name = str(store).encode()
    names = [each.name for each in Path("/proc").glob("[0-9]*")]
    return [each for each in names if {b"publisher.sparql.zygote", name} <= command(each)]


def command(process: int | str) -> set[bytes]:
    try:
        return set(Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0"))
    except OSError:
        return set()


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)


def ready(supervisor: Supervisor) -> bool:
    state = supervisor.state()
    return state["ready"] == state["free"] == state["workers"]


def test_the_content_is_the_same_in_memory_and_on_disk(
    supervisor: Supervisor, shared: Supervisor, query: Admit
) -> None:
    assert supervisor.state()["store"] == "memory"
    assert shared.state()["store"] == "disk"
    assert content(supervisor, query(ALL)) == content(shared, query(ALL))


def test_an_endless_query_ends_at_the_deadline(supervisor: Supervisor, query: Admit) -> None:
    with pytest.raises(DeadlineExceeded):
        content(supervisor, query(ENDLESS))
    assert content(supervisor, query(SMALL))


def test_a_greedy_query_ends_at_the_memory_limit(supervise: Supervise, query: Admit) -> None:
    supervisor = supervise(store_kind="memory", memory=128, answer=10_000)
    with pytest.raises(MemoryExceeded):
        content(supervisor, query(f"{STREAM} ORDER BY ?c ?f ?i"))
    assert content(supervisor, query(SMALL))


def test_a_bomb_that_gets_past_the_gate_kills_a_worker_only(
    supervisor: Supervisor, query: Admit, zygote_of: ZygoteOf
) -> None:
    before = zygote_of(supervisor)
    with pytest.raises((EngineCrashed, MemoryExceeded, DeadlineExceeded)):
        content(supervisor, Query("ASK " + "{" * 200_000, Form.ASK))
    assert content(supervisor, query(SMALL))
    assert zygote_of(supervisor) == before


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own account is Linux's")
@pytest.mark.skipif(platform.machine() not in ("x86_64", "aarch64"), reason="no filter for this machine")
def test_a_forked_worker_is_as_locked_as_another(supervisor: Supervisor, zygote_of: ZygoteOf) -> None:
    workers = children(zygote_of(supervisor))
    assert len(workers) == 2
    assert supervisor.state()["missing"] == []
    for each in workers:
        status = Path(f"/proc/{each}/status").read_text()
        assert "Seccomp:\t2" in status
        assert "NoNewPrivs:\t1" in status
        assert os.geteuid() != 0 or "Uid:\t0" not in status


def test_a_query_that_gets_past_the_gate_reaches_no_other_machine(supervisor: Supervisor) -> None:
    with pytest.raises(PublisherError, match="not permitted"):
        content(supervisor, Query("SELECT * { SERVICE <http://127.0.0.1:8099/> { ?s ?p ?o } }", Form.SELECT))


def test_a_zygote_that_dies_is_replaced_with_its_workers(
    supervisor: Supervisor, query: Admit, zygote_of: ZygoteOf
) -> None:
    before = zygote_of(supervisor)
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: not Path(f"/proc/{before}").exists() and ready(supervisor))
    assert content(supervisor, query(SMALL))
    assert zygote_of(supervisor) != before


def test_a_hundred_killed_workers_leave_nothing_behind(
    supervise: Supervise, query: Admit, zygote_of: ZygoteOf
) -> None:
    supervisor = supervise(store_kind="memory", answer=0)
    parent = zygote_of(supervisor)
    before = [len(list(Path(f"/proc/{each}/fd").iterdir())) for each in (os.getpid(), parent)]
    for _ in range(100):
        with pytest.raises(AnswerTooLarge):
            content(supervisor, query(SMALL))
    wait_until(lambda: ready(supervisor) and supervisor.state()["replaced"] == 100)
    assert [len(list(Path(f"/proc/{each}/fd").iterdir())) for each in (os.getpid(), parent)] == before
    assert len(children(parent)) == 2


def test_closing_ends_zygote_and_workers(supervisor: Supervisor, zygote_of: ZygoteOf) -> None:
    parent = zygote_of(supervisor)
    workers = children(parent)
    supervisor.close()
    assert not Path(f"/proc/{parent}").exists()
    wait_until(lambda: not any(Path(f"/proc/{each}").exists() for each in workers))


def test_closing_does_not_wait_for_a_store_that_is_being_loaded(supervise: Supervise, store: Path) -> None:
    supervisor = supervise(store_kind="memory")
    time.sleep(0.2)
    begin = time.monotonic()
    supervisor.close()
    assert time.monotonic() - begin < 10
    wait_until(lambda: not zygotes(store))


def test_a_store_that_cannot_be_opened_is_said_at_once(supervise: Supervise, query: Admit, tmp_path: Path) -> None:
    supervisor = supervise(store=tmp_path / "nothing", store_kind="memory")
    with pytest.raises(EngineUnavailable, match="cannot be loaded"):
        content(supervisor, query(SMALL))


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
