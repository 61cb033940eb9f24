"""Killed publishers: what is served is always a whole release, the old one or the new."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from building import copy, edit, published

from publisher import release, store
from publisher.release.verify import verify

ROUNDS = 4


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return copy("tiny", tmp_path)


def add_version(folder: Path, number: int) -> None:
    """Change the content and give it a version of its own."""
    edit(folder / "data" / "season.ttl", f'"Lente{number - 1 or ""}"@nl', f'"Lente{number}"@nl')
    with (folder / "publisher.toml").open("a") as file:
        file.write(f'\n[[dataset.version]]\nnumber = "1.0.{number}"\ndate = 2026-04-01\n')


def versions_first(folder: Path) -> None:
    """Have the versions stand last in the settings, so that more can be added at the end."""
    path = folder / "publisher.toml"
    text = path.read_text("utf-8")
    start = text.index("[sparql]")
    dataset = text.index("[[dataset]]")
    path.write_text(text[:dataset] + text[start:] + "\n" + text[dataset:start], "utf-8")


@pytest.mark.slow
def test_publishers_killed_at_random_moments_leave_a_whole_release(tiny: Path) -> None:
    versions_first(tiny)
    first = published(tiny)
    started = time.monotonic()
    subprocess.run([sys.executable, "-m", "publisher", "publish", tiny], check=True, capture_output=True)
    usual = time.monotonic() - started
    moments = random.Random(20261123)
    killed = 0
    for number in range(1, ROUNDS + 1):
        add_version(tiny, number)
        with subprocess.Popen(
            [sys.executable, "-m", "publisher", "publish", tiny],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as publisher:
            time.sleep(moments.uniform(0.1, max(usual * 2, 1.0)))
            publisher.kill()
        killed += publisher.returncode == -9
        opened = release.open(release.current(tiny / "var"))
        verify(opened, lambda _: None)
        store.open(opened).close()
        assert opened.manifest.sequence >= first.manifest.sequence
    assert killed, "no publisher was killed in time; the test has to be quicker"
    done = subprocess.run([sys.executable, "-m", "publisher", "publish", tiny], check=True, capture_output=True)
    assert b"is in force" in done.stdout or b"nothing has changed" in done.stdout
    assert not list((tiny / "var" / "releases").glob(".stage-*"))
    assert f"1.0.{ROUNDS}" in {
        each.version for each in release.open(release.current(tiny / "var")).manifest.datasets
    }
