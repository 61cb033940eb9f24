"""A running server takes a new release by itself: no request is dropped, no answer mixes two."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from weakref import ref

import pytest
from building import copy, edit, published
from conftest import free_port, wait_for
from processes import wait_until
from switching import PATHS, Heard, asking, label_of, publish, release_at, switch
from werkzeug.test import Client

from publisher.config import load
from publisher.errors import ReleaseDamaged
from publisher.release import Release
from publisher.release import open as open_release
from publisher.release.hold import REMOVING, hold
from publisher.web import queries_of
from publisher.web.access_log import AccessLog
from publisher.web.following import Following, Means
from publisher.web.metrics import Counts
from publisher.web.watched import watched


@dataclass
class Site:
    """A site with three releases, of which the last is in force."""

    folder: Path
    releases: list[Release]

    @property
    def labels(self) -> dict[str, frozenset[bytes]]:
        """What each release says."""
        return {each.id: frozenset([label_of(number)]) for number, each in enumerate(self.releases)}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny site with three releases."""
    folder = copy("tiny", tmp_path_factory.mktemp("written"))
    edit(folder / "publisher.toml", "workers = 2", "workers = 1")
    published(folder)
    for number in (1, 2):
        publish(folder, number)
    with (folder / "publisher.toml").open("a") as file:
        file.write("\n[server]\nprocesses = 2\n")
    return folder


@pytest.fixture
def site(written: Path, tmp_path: Path) -> Site:
    folder = shutil.copytree(written, tmp_path / "site", symlinks=True)
    return Site(folder, [open_release(each) for each in sorted((folder / "var/releases").iterdir())])


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
            wait_until(lambda release=release: release.id in {each.release for each in heard[-20:]}, 20)  # type: ignore[misc]
    assert len(heard) > 100
    assert not wrong(heard, site)
    assert {each.release for each in heard} == {each.id for each in site.releases}
    # Two processes, one voice.
    assert server.said[1:] == [f"publisher: serving release {site.releases[each].id}" for each in (0, 1, 3)]


def publish_next(site: Site) -> Release:
    """Publish one more."""
    site.releases.append(publish(site.folder, len(site.releases)))
    return site.releases[-1]


def shorten(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def with_another_base(directory: Path) -> None:
    edit(directory / "manifest.json", '"base": "https://tiny.example"', '"base": "https://other.example"')


Damage = Callable[[Path], object]

DAMAGES: dict[str, tuple[Damage, str]] = {
    "no manifest": (lambda release: (release / "manifest.json").unlink(), "manifest.json is missing"),
    "half a manifest": (lambda release: shorten(release / "manifest.json"), "is not a manifest"),
    "half the manifest of the store": (
        lambda release: shorten(next((release / "store").glob("MANIFEST-*"))),
        r"store/MANIFEST-\d+ has \d+ bytes instead of \d+",
    ),
    "a file cut short": (
        lambda release: shorten(release / "dumps/seasons/1.0.0.ttl"),
        r"dumps/seasons/1.0.0.ttl has \d+ bytes instead of \d+",
    ),
    "a file gone": (lambda release: (release / "catalog/catalog.ttl").unlink(), "catalog/catalog.ttl is missing"),
    "gone": (shutil.rmtree, "is gone|is missing"),
}
"""What is seen at once."""

HIDDEN: dict[str, tuple[Damage, str]] = {
    "a bit of a dump": (
        lambda release: flip(release / "dumps/seasons/1.0.0.ttl"),
        "dumps/seasons/1.0.0.ttl does not match its digest",
    ),
    "a bit of the store": (
        lambda release: flip(max((release / "store").glob("*.sst"))),
        r"store/\d+.sst does not match its digest",
    ),
}
"""What is seen when everything is read."""

OTHERS: dict[str, tuple[Damage, str]] = {
    "for another base": (with_another_base, "was made for https://other.example"),
}


def rows(table: dict[str, tuple[Damage, str]]) -> Any:
    return pytest.mark.parametrize(("damage", "message"), [*table.values()], ids=[*table])


class Followed:
    """A process that follows, and a client of it."""

    def __init__(self, folder: Path) -> None:
        self.counts = Counts()
        settings = partial(load, folder)
        means = Means(settings=settings, ask=queries_of, pause=0.05)
        self._following = Following(settings(), means, self.counts)
        self.serving = self._following.begin()
        self.client = Client(watched(self.serving, self.counts, AccessLog(lambda lines: None)))

    @property
    def health(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get("/health").json  # type: ignore[assignment]
        return found

    @property
    def troubles(self) -> tuple[str, ...]:
        return self._following.troubles()

    def serves(self, release: Release) -> bool:
        return self.serving.now.release == release.id

    def close(self) -> None:
        self._following.close()


@contextlib.contextmanager
def following(folder: Path) -> Iterator[Followed]:
    followed = Followed(folder)
    try:
        yield followed
    finally:
        followed.close()


@rows(DAMAGES | HIDDEN | OTHERS)
def test_a_damaged_release_is_refused_and_the_one_before_serves_on(
    site: Site, damage: Damage, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad, _ = site.releases
    switch(site.folder, good)
    damage(bad.directory)
    with following(site.folder) as followed:
        switch(site.folder, bad)
        wait_until(lambda: bool(followed.troubles), 10)
        health = followed.health
        assert (health["status"], health["release"]) == ("degraded", good.id)
        [why] = health["degraded"]
        assert re.search(message, why)
        assert why.endswith(f"Release {good.id} is served instead")
        assert followed.client.get("/ready").status_code == 200
    assert capsys.readouterr().err.splitlines() == [f"publisher: {why}"]


def test_a_good_release_after_a_damaged_one_is_taken(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad, later = site.releases
    switch(site.folder, good)
    (bad.directory / "manifest.json").unlink()
    with following(site.folder) as followed:
        switch(site.folder, bad)
        wait_until(lambda: bool(followed.troubles), 10)
        switch(site.folder, later)
        wait_until(lambda: followed.serves(later), 10)
        assert followed.health["status"] == "ok"
        switch(site.folder, bad)
        wait_until(lambda: bool(followed.troubles), 10)
        switch(site.folder, later)
        wait_until(lambda: not followed.troubles, 10)
        near = {"REMOTE_ADDR": "127.0.0.1"}
        metrics = followed.client.get("/metrics", environ_overrides=near).text.splitlines()
    for outcome, times in (("switched", 1.0), ("refused", 2.0)):
        assert f'publisher_releases_total{{outcome="{outcome}"}} {times}' in metrics
    assert "publisher_release_troubles 0.0" in metrics
    said = capsys.readouterr().err.splitlines()
    assert [bad.id in each for each in said] == [True, False, True]
    assert said[1] == f"publisher: serving release {later.id}"


@rows(DAMAGES)
def test_at_the_start_the_newest_whole_release_before_a_damaged_one_is_served(
    site: Site, damage: Damage, message: str
) -> None:
    older, old, newest = site.releases
    damage(newest.directory)
    damage(old.directory)
    with following(site.folder) as followed:
        [why] = followed.health["degraded"]
        assert followed.serves(older)
        assert re.search(message, why)


def test_after_the_start_every_file_is_read_and_the_one_before_is_served_if_need_be(site: Site) -> None:
    _, old, newest = site.releases
    flip(newest.directory / "dumps/seasons/1.0.0.ttl")
    with following(site.folder) as followed:
        assert followed.serves(newest)
        wait_until(lambda: followed.serves(old), 10)
        [why] = followed.health["degraded"]
        assert "does not match its digest" in why


def test_the_only_release_is_served_on_though_it_is_damaged(site: Site) -> None:
    for each in site.releases[:2]:
        shutil.rmtree(each.directory)
    only = site.releases[2]
    flip(only.directory / "dumps/seasons/1.0.0.ttl")
    with following(site.folder) as followed:
        wait_until(lambda: bool(followed.troubles), 10)
        assert followed.serves(only)
        assert "does not match its digest" in followed.health["degraded"][0]
        assert followed.client.get("/doc/concept/season/spring.ttl").status_code == 200


def test_a_release_that_was_rolled_back_is_not_what_a_damaged_one_falls_back_to(site: Site) -> None:
    first, second, _ = site.releases
    switch(site.folder, second)
    (second.directory / "manifest.json").unlink()
    with following(site.folder) as followed:
        assert followed.serves(first)


def test_nothing_is_served_when_no_release_is_whole(site: Site) -> None:
    for each in site.releases:
        shorten(each.directory / "dumps/seasons/1.0.0.ttl")
    with pytest.raises(ReleaseDamaged, match=site.releases[2].id):
        Followed(site.folder)


def serve(folder: Path) -> tuple[int, list[str]]:
    """Exit code and last words of a server that cannot start."""
    command = [sys.executable, "-m", "publisher", "serve", str(folder), "--port", str(free_port())]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stderr.splitlines()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["dumps/seasons/1.0.0.ttl", "store/MANIFEST-*"], ids=["sizes", "store"])
def test_the_command_says_in_one_line_that_no_release_is_whole(site: Site, name: str) -> None:
    for each in site.releases:
        [path] = each.directory.glob(name)
        (shorten if path.suffix == ".ttl" else flip)(path)
    code, said = serve(site.folder)
    assert code == 2
    assert len(said) == 1
    assert f"release {site.releases[-1].id} is damaged: " in said[0]


def test_the_command_says_what_it_serves_instead_of_a_damaged_release(site: Site) -> None:
    _, good, bad = site.releases
    shorten(bad.directory / "catalog/catalog.ttl")
    with serving(site) as server:
        assert server.serves(good)
        wait_until(lambda: len(server.said) == 2, 10)
        first, second = server.said
    assert first.startswith(f"publisher: release {bad.id} is damaged: catalog/catalog.ttl has ")
    assert first.endswith(f"Release {good.id} is served instead")
    assert second.startswith(f"Serving release {good.id} at ")


ASKED = [*PATHS, "/", "/id/concept/season/winter", "/catalog.rdf", "/dataset/seasons/1.0.0.ttl", "/health"]


def ruin(path: Path) -> None:
    """Turn a bit in every block of a file that is being read."""
    content = path.read_bytes()
    with path.open("r+b") as file:
        for place in range(0, len(content), 97):
            file.seek(place)
            file.write(bytes([content[place] ^ 1]))


def each_table(release: Path, damage: Damage) -> None:
    for path in (release / "store").glob("*.sst"):
        damage(path)


BENEATH: dict[str, Damage] = {
    "bits of the store": lambda release: each_table(release, ruin),
    "a store cut short": lambda release: each_table(release, shorten),
    "moved": lambda release: release.rename(release.with_name("elsewhere")),
    "removed": shutil.rmtree,
}


@pytest.mark.parametrize("damage", [*BENEATH.values()], ids=[*BENEATH])
@pytest.mark.parametrize("asked", [False, True], ids=["new to it", "asked before"])
def test_what_happens_beneath_a_server_neither_ends_it_nor_is_an_internal_error(
    site: Site, damage: Damage, asked: bool
) -> None:
    for each in site.releases[:2]:
        shutil.rmtree(each.directory)
    with following(site.folder) as followed:
        before = [followed.client.get(path).status_code for path in ASKED] if asked else []
        damage(site.releases[2].directory)
        statuses = [followed.client.get(path).status_code for path in ASKED]
        assert {*before} <= {200, 303}
        assert {*statuses} <= {200, 303, 503}
        assert statuses[1:3] == [200, 200]
        assert followed.client.get("/ready").status_code == 200
        if damage in (BENEATH["moved"], BENEATH["removed"]):
            wait_until(lambda: any(" is gone: " in each for each in followed.health["degraded"]), 10)


def test_it_serves_on_without_a_pointer_and_takes_the_next(site: Site) -> None:
    old, _, new = site.releases
    switch(site.folder, old)
    with following(site.folder) as followed:
        (site.folder / "var/current").unlink()
        wait_until(lambda: bool(followed.troubles), 10)
        assert followed.health["degraded"] == [
            f"{site.folder / 'var/current'} is gone. Release {old.id} is served on"
        ]
        switch(site.folder, new)
        wait_until(lambda: followed.serves(new) and not followed.troubles, 10)


def test_settings_come_with_the_release_and_stay_while_they_cannot_be_read(site: Site) -> None:
    first, second, third = site.releases
    switch(site.folder, first)
    with following(site.folder) as followed:
        edit(site.folder / "publisher.toml", 'title.nl = "Jaargetijden"', 'title.nl = "Seizoenen"')
        edit(site.folder / "publisher.toml", "processes = 2", "processes = 3")
        switch(site.folder, second)
        wait_until(lambda: followed.serves(second), 10)
        config = followed.serving.now.site.config
        assert (config.title["nl"], config.server.processes) == ("Seizoenen", 2)
        edit(site.folder / "publisher.toml", "processes = 3", "processes = three")
        switch(site.folder, third)
        wait_until(lambda: followed.serves(third), 10)
        assert followed.serving.now.site.config.title["nl"] == "Seizoenen"
        assert re.search(r"publisher.toml:\d+.*\. The settings of before stay", followed.health["degraded"][0])


def test_of_an_old_release_nothing_is_left_in_memory(site: Site) -> None:
    switch(site.folder, site.releases[0])
    with following(site.folder) as followed:
        for path in ASKED:
            followed.client.get(path)
        old = ref(followed.serving.now.site.store)
        switch(site.folder, site.releases[2])
        wait_until(lambda: old() is None, 10)


def test_who_reads_a_file_slowly_keeps_its_place_on_disk_but_no_memory(site: Site) -> None:
    old = site.releases[0]
    switch(site.folder, old)
    with following(site.folder) as followed:
        store = ref(followed.serving.now.site.store)
        # A part is never kept in memory.
        body = followed.client.get("/dataset/seasons/1.0.0.nq", headers={"Range": "bytes=1-"}).response
        switch(site.folder, site.releases[2])
        wait_until(lambda: store() is None, 10)
        assert hold(old.directory, REMOVING) is None
        assert b"Lente" in b"".join(body)
        body.close()  # type: ignore[union-attr]
        assert hold(old.directory, REMOVING) is not None
