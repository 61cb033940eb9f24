"""Old releases go; never the one in force, the one before it, or one that somebody reads."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from building import copy, published

from publisher import config, release
from publisher.errors import ReleaseMissing
from publisher.release.prune import Fate
from publisher.release.verify import verify


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with five releases."""
    folder = copy("tiny", tmp_path_factory.mktemp("site"))
    for _ in range(5):
        published(folder)
    return folder


@pytest.fixture
def var(five: Path, tmp_path: Path) -> Path:
    """The directory of a site's five releases, to prune at will."""
    return Path(shutil.copytree(five / "var", tmp_path / "var", symlinks=True))


def pruned(var: Path, keep: int, *, damaged: bool = False) -> dict[str, Fate]:
    """The fates by the last digit of their sequence."""
    with release.lock(var):
        return {each.name[5]: each for each in release.prune(var, keep, damaged=damaged)}


def names(var: Path) -> list[str]:
    return sorted(each.name[5] if each.name[0] == "0" else each.name for each in (var / "releases").iterdir())


def directory(var: Path, number: int) -> Path:
    [found] = (var / "releases").glob(f"00000{number}-*")
    return found


def point_to(var: Path, number: int) -> None:
    release.activate(release.open(directory(var, number)), var)


@contextmanager
def reader(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds a release, until it is killed."""
    program = (
        "import sys, time, pathlib; from publisher import release;"
        "held = release.open(pathlib.Path(sys.argv[1])).hold(); print('held', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", program, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_the_newest_stay(var: Path) -> None:
    fates = pruned(var, 3)
    assert names(var) == ["3", "4", "5"]
    assert [each.removed for each in fates.values()] == [True, True, False, False, False]
    assert fates["5"].reason == "in force"
    assert fates["3"].reason == "among the 3 newest"
    assert fates["1"].bytes > 100_000


def test_the_one_before_the_one_in_force_stays(var: Path) -> None:
    point_to(var, 2)
    manifest = directory(var, 2) / "manifest.json"
    text = manifest.read_text("utf-8").replace('"previous": ""', f'"previous": "{directory(var, 1).name}"')
    manifest.write_text(text, "utf-8")
    fates = pruned(var, 1)
    assert names(var) == ["1", "2", "5"]
    assert fates["1"].reason == "was in force before"


def test_what_another_process_reads_stays_until_it_ends(var: Path) -> None:
    with reader(directory(var, 1)) as process:
        assert pruned(var, 1)["1"].reason == "somebody reads it"
        assert names(var) == ["1", "5"]
        verify(release.open(directory(var, 1)), lambda _: None)
        process.kill()
        process.wait()
        assert pruned(var, 1)["1"].removed
    assert names(var) == ["5"]


def test_a_hold_ends_with_the_object(var: Path) -> None:
    held = release.open(directory(var, 1)).hold()
    assert not pruned(var, 1)["1"].removed
    del held
    assert pruned(var, 1)["1"].removed


def test_what_is_gone_cannot_be_held(var: Path) -> None:
    opened = release.open(directory(var, 1))
    pruned(var, 1)
    with pytest.raises(ReleaseMissing, match="is gone"):
        opened.hold()


def test_the_damaged_take_nobody_s_place_and_stay(var: Path) -> None:
    (directory(var, 4) / "manifest.json").unlink()
    (directory(var, 3) / "documents" / "documents.sqlite").write_bytes(b"")
    fates = pruned(var, 2)
    assert names(var) == ["2", "3", "4", "5"]
    assert "was never finished" in fates["4"].reason
    assert "documents.sqlite has 0 bytes" in fates["3"].reason
    assert pruned(var, 2, damaged=True)["4"].removed
    assert names(var) == ["2", "5"]


def test_a_damaged_release_in_force_stays(var: Path) -> None:
    (directory(var, 5) / "manifest.json").write_text("{")
    assert "in force, but" in pruned(var, 1, damaged=True)["5"].reason
    assert names(var) == ["4", "5"]


def test_with_none_in_force_nothing_goes(var: Path) -> None:
    (var / "current").unlink()
    with pytest.raises(ReleaseMissing):
        pruned(var, 1)
    assert len(names(var)) == 5


def test_what_is_no_release_is_left_alone(var: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.move(directory(var, 1), elsewhere)
    (var / "releases" / "000001-0badcafe").symlink_to(elsewhere)
    (var / "releases" / "notes").mkdir()
    pruned(var, 1, damaged=True)
    assert (elsewhere / "manifest.json").exists()
    assert (var / "releases" / "notes").exists()


@pytest.mark.parametrize(
    ("event", "times"),
    [("os.rename", 1), ("shutil.rmtree", 1), ("os.remove", 3), ("os.rmdir", 1), ("os.rename", 3)],
)
def test_a_killed_prune_leaves_only_whole_releases(var: Path, event: str, times: int) -> None:
    program = f"""
import os, signal, sys
from pathlib import Path
from publisher import release
events = []
def die(event, _):
    events.append(event)
    if event == {event!r} and events.count(event) == {times}:
        os.kill(os.getpid(), signal.SIGKILL)
with release.lock(Path(sys.argv[1])):
    sys.addaudithook(die)
    release.prune(Path(sys.argv[1]), 1)
"""
    done = subprocess.run([sys.executable, "-c", program, str(var)], check=False)
    assert done.returncode == -signal.SIGKILL
    for each in (var / "releases").glob("[0-9]*"):
        verify(release.open(each), lambda _: None)
    assert release.current(var).name[5] == "5"
    pruned(var, 1)
    assert names(var) == ["5"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_what_cannot_be_removed_says_why(var: Path) -> None:
    (var / "releases").chmod(0o555)
    assert "check its owner and rights" in pruned(var, 1)["1"].reason
    (var / "releases").chmod(0o755)


def test_at_least_one_is_kept(five: Path) -> None:
    text = (five / "publisher.toml").read_text("utf-8")
    with pytest.raises(config.ConfigError, match="`keep` must be 1 or more"):
        config.parse(text + "\n[release]\nkeep = 0\n")
