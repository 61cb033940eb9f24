"""Fifty releases while two hundred requests a second are answered; many switches leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from building import copy, published
from conftest import free_port, wait_for
from processes import children, descriptors_of, processes_of, wait_until
from switching import asking, label_of, publish, release_at, rename, switch

from benchmarks import tree
from publisher.release import Release, current

PUBLISHES = int(os.environ.get("PUBLISHES") or 50)
SWITCHES = int(os.environ.get("SWITCHES") or 50)

GROWN = 12.0
"""MiB that the server may take more after many switches than after a few."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The tiny site, published."""
    folder = copy("tiny", tmp_path)
    settings = folder / "publisher.toml"
    text = settings.read_text("utf-8")
    # The versions last, so that more can be added at the end.
    dataset, sparql = text.index("[[dataset]]"), text.index("[sparql]")
    settings.write_text(text[:dataset] + text[sparql:] + "\n" + text[dataset:sparql], "utf-8")
    published(folder)
    return folder


@contextmanager
def serving(folder: Path) -> Iterator[tuple[int, int]]:
    """Port and process of a server."""
    port = free_port()
    command = [sys.executable, "-m", "publisher", "serve", str(folder), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True) as process:
        try:
            wait_for(f"http://127.0.0.1:{port}/ready", process)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait(20)


def in_force(folder: Path) -> str:
    return current(folder / "var").name


def version(folder: Path, number: int) -> None:
    """Another name for spring, in a version of its own."""
    rename(folder, number)
    with (folder / "publisher.toml").open("a") as file:
        file.write(f'\n[[dataset.version]]\nnumber = "{number + 1}.0.0"\ndate = 2026-04-01\n')


def test_fifty_publishes_under_two_hundred_requests_a_second_lose_and_mix_nothing(folder: Path) -> None:
    says = {in_force(folder): frozenset([label_of(0)])}
    command = [sys.executable, "-m", "publisher", "publish", str(folder)]
    with serving(folder) as (port, _), asking(port, rate=200, threads=8) as heard:
        for number in range(1, PUBLISHES + 1):
            version(folder, number)
            subprocess.run(command, check=True, capture_output=True)
            says[in_force(folder)] = frozenset([label_of(number)])
        wait_until(lambda: release_at(port) == in_force(folder))
    wrong = [each for each in heard if each.status != 200 or each.labels != says[each.release]]
    assert not Counter((each.path, each.status) for each in wrong)
    assert len(says) == PUBLISHES + 1
    # A server that opens one release need not see each that comes and goes meanwhile.
    assert len({each.release for each in heard}) > PUBLISHES // 2


@dataclass(frozen=True)
class Taken:
    """What a server takes."""

    processes: int
    descriptors: int
    threads: int
    mebibytes: float


def taken(server: int) -> Taken:
    members = tree.members(server)
    threads = sum(len([*Path(f"/proc/{each}/task").iterdir()]) for each in members)
    return Taken(len(members), sum(map(descriptors_of, members)), threads, tree.memory(server))


def after(switches: int, folder: Path, releases: Sequence[Release], port: int, server: int) -> Taken:
    """What a server takes when it has followed so many times and come to rest."""
    for number in range(switches):
        release = releases[number % len(releases)]
        switch(folder, release)
        wait_until(lambda release=release: {release_at(port) for _ in range(8)} == {release.id})  # type: ignore[misc]
    time.sleep(6)
    return taken(server)


def test_many_switches_leave_no_process_descriptor_thread_or_memory_behind(folder: Path) -> None:
    releases = [publish(folder, number) for number in (1, 2)]
    with serving(folder) as (port, server), asking(port, rate=40):
        few = after(10, folder, releases, port, server)
        many = after(SWITCHES, folder, releases, port, server)
    assert many.processes == few.processes
    assert many.descriptors <= few.descriptors + 12
    assert many.threads <= few.threads + 8
    assert many.mebibytes < few.mebibytes + GROWN


def test_queries_outlive_the_process_that_began_to_ask_them(folder: Path) -> None:
    release = publish(folder, 1)
    switch(folder, release)
    with serving(folder) as (port, server):
        later = publish(folder, 2)
        wait_until(lambda: {release_at(port) for _ in range(8)} == {later.id})
        [supervisor] = processes_of(b"publisher.sparql.supervisor", later.store.resolve())
        [began] = [each for each in children(server) if supervisor in children(each)]
        os.kill(began, signal.SIGKILL)
        wait_until(lambda: began not in children(server))
        with asking(port, rate=20) as heard:
            time.sleep(5)
        assert processes_of(b"publisher.sparql.supervisor", later.store.resolve()) == [supervisor]
    assert {(each.status, each.release) for each in heard} == {(200, later.id)}
