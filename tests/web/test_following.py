"""A running server takes a new release by itself: no request is dropped, no answer mixes two."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from building import copy, published
from conftest import free_port, wait_for
from processes import wait_until
from switching import Heard, asking, label_of, publish, release_at, switch

from publisher.release import Release


@dataclass
class Site:
    """A site with three releases, of which the last is in force."""

    folder: Path
    releases: list[Release]

    @property
    def labels(self) -> dict[str, frozenset[bytes]]:
        """What each release says."""
        return {each.id: frozenset([label_of(number)]) for number, each in enumerate(self.releases)}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    folder = copy("tiny", tmp_path)
    releases = [published(folder), *(publish(folder, number) for number in (1, 2))]
    with (folder / "publisher.toml").open("a") as file:
        file.write("\n[server]\nprocesses = 2\n")
    return Site(folder, releases)


@dataclass
class Server:
    """A running server, with what it says on standard error."""

    port: int
    log: Path

    @property
    def said(self) -> list[str]:
        """Its lines so far."""
        return self.log.read_text().splitlines()

    @property
    def health(self) -> dict[str, object]:
        """What `/health` tells."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health") as answer:
            found: dict[str, object] = json.load(answer)
        return found

    def serves(self, release: Release) -> bool:
        """Whether all of its processes do, as far as a dozen requests can tell."""
        return {release_at(self.port) for _ in range(12)} == {release.id}


@contextlib.contextmanager
def serving(site: Site, *options: str) -> Iterator[Server]:
    port, log = free_port(), site.folder / "log"
    command = [sys.executable, "-m", "publisher", "serve", str(site.folder), "--port", str(port), *options]
    with log.open("wb") as said, subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said) as process:
        try:
            wait_for(f"http://127.0.0.1:{port}/ready", process)
            yield Server(port, log)
        finally:
            process.terminate()
            process.wait(20)


def wrong(heard: list[Heard], site: Site) -> Counter[tuple[str, int]]:
    """Answers that did not come, or that do not say what their release says."""
    labels = site.labels
    return Counter(
        (each.path, each.status) for each in heard if each.status != 200 or each.labels != labels.get(each.release)
    )


def test_no_request_is_dropped_and_no_answer_mixes_two_releases(site: Site) -> None:
    with serving(site) as server, asking(server.port, rate=100) as heard:
        for release in (*site.releases[:2], publish_next(site)):
            switch(site.folder, release)
            wait_until(lambda release=release: server.serves(release), 20)  # type: ignore[misc]
    assert len(heard) > 100
    assert not wrong(heard, site)
    assert {each.release for each in heard} == {each.id for each in site.releases}


def publish_next(site: Site) -> Release:
    """Publish one more."""
    site.releases.append(publish(site.folder, len(site.releases)))
    return site.releases[-1]
