"""The file of the past: extended by each release, made again from those that had none."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from building import copy, edit, published_after

from publisher import config, release, states, store
from publisher.errors import ReleaseDamaged
from publisher.release import history
from publisher.release.manifest import FILE_NAME
from publisher.release.past import read_past
from publisher.release.verify import verify

SEASONS = "data/season.ttl"
SPRING = "/doc/concept/season/spring"
NEXT = '\n[[dataset.version]]\nnumber = "{}"\ndate = 2026-0{}-01\nnotes.nl = "Beter."\n'
LABELS = ('"Lente"@nl', '"Voorjaar"@nl', '"Lentetijd"@nl')
NUMBERS = ("1.0.0", "1.0.1", "1.0.2")


def prepared(folder: Path, turn: int) -> None:
    """Make the content that of the next version."""
    if turn:
        edit(folder / SEASONS, LABELS[turn - 1], LABELS[turn])
        with (folder / "publisher.toml").open("a") as file:
            file.write(NEXT.format(NUMBERS[turn], turn + 3))


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with three versions published."""
    folder = copy("tiny", tmp_path_factory.mktemp("three"))
    for turn in range(3):
        prepared(folder, turn)
        published_after(folder)
    return folder


@pytest.fixture
def again(three: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed at will."""
    return Path(shutil.copytree(three, tmp_path / "again", symlinks=True))


def table(found: release.Release, name: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(found.directory / history.FILE)) as connection:
        return connection.execute(f"SELECT * FROM {name} ORDER BY rowid").fetchall()


def tables(found: release.Release) -> list[list[tuple[object, ...]]]:
    return [table(found, name) for name in ("version", "state", "event")]


def releases(folder: Path) -> list[Path]:
    return sorted((folder / "var" / "releases").glob("[0-9]*"))


def without_history(folder: Path) -> None:
    """Have every release as the programs wrote it that kept the current version only."""
    paths = releases(folder)
    for path in paths:
        facts = json.loads((path / FILE_NAME).read_bytes())
        current = {f"{each['name']}/{each['version']}." for each in facts["datasets"]}
        for name in [*facts["files"]]:
            old = name.startswith("dumps/") and "SHA256SUMS" not in name
            if name == history.FILE or (old and not any(each in name for each in current)):
                (path / name).unlink()
                del facts["files"][name]
        del facts["versions"]
        (path / FILE_NAME).write_text(json.dumps(facts), "utf-8")


def test_two_clean_folders_give_equal_histories_and_dumps(three: Path, tmp_path: Path) -> None:
    other = copy("tiny", tmp_path)
    for turn in range(3):
        prepared(other, turn)
        last = published_after(other)
    first = release.open(releases(three)[-1])
    kept = [name for name in first.manifest.files if name.startswith(("dumps/", "history/"))]
    assert {name: last.manifest.files.get(name) for name in kept} == {
        name: first.manifest.files[name] for name in kept
    }
    assert tables(last) == tables(first)


def test_an_unchanged_resource_has_one_state_and_a_changed_one_has_as_many_as_it_was(three: Path) -> None:
    states = [(row[2], row[3], row[4]) for row in table(release.open(releases(three)[-1]), "state")]
    assert [row for row in states if row[0] == SPRING] == [(SPRING, 1, 1), (SPRING, 2, 2), (SPRING, 3, None)]
    assert [row for row in states if str(row[0]).endswith("winter")] == [("/doc/concept/season/winter", 1, None)]


def test_releases_without_a_history_can_be_compared_and_folded(again: Path, three: Path) -> None:
    expected = tables(release.open(releases(three)[-1]))
    without_history(again)
    settings = config.load(again)
    past = read_past(settings.releases, settings.base)
    assert [(each.number, each.notes.get("nl")) for each in past.versions] == [
        (number, note) for number, note in zip(NUMBERS, ("Eerste uitgave.", "Beter.", "Beter."), strict=True)
    ]
    differs = states.accounts(*(states.find(each, lambda: settings, lambda _: None) for each in NUMBERS[:2]))
    assert [each.changes.verdict.name for each in differs] == ["PATCH"]
    folded = published_after(again)
    verify(folded, lambda _: None)
    assert tables(folded) == expected
    assert {f"dumps/seasons/{number}.ttl" for number in NUMBERS} <= folded.manifest.files.keys()


def test_a_history_that_is_not_as_it_was_written_is_not_extended(again: Path) -> None:
    latest = releases(again)[-1]
    path = latest / history.FILE
    content = bytearray(path.read_bytes())
    content[5000] ^= 1
    path.unlink()
    path.write_bytes(content)
    settings = config.load(again)
    past = read_past(settings.releases, settings.base)
    assert [each.number for each in past.versions] == ["1.0.0", "1.0.1"]


def test_a_file_that_is_no_history_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    path.write_bytes(b"no database at all, but long enough to be taken for one" * 100)
    with pytest.raises(ReleaseDamaged, match=r"history\.sqlite cannot be read"):
        history.read_versions(path)


def test_a_version_that_was_rolled_back_stays_and_is_compared_with(again: Path) -> None:
    settings = config.load(again)
    first = release.open(releases(again)[0])
    release.activate(first, settings.releases)
    edit(again / SEASONS, LABELS[2], '"Lenteperiode"@nl')
    with (again / "publisher.toml").open("a") as file:
        file.write(NEXT.format("1.0.3", 7))
    written = published_after(again)
    assert [each.number for each in written.manifest.versions] == [*NUMBERS, "1.0.3"]
    found = store.open(written).history
    [event] = [each for each in found.changes("seasons", "1.0.3") if each.iri.endswith("spring")]
    assert changed(event.differences) == (LABELS[2], '"Lenteperiode"@nl')


def changed(differences: Sequence[tuple[str, tuple[str, ...], tuple[str, ...]]]) -> tuple[str, str]:
    """The label before and after."""
    [(before, after)] = [(old, new) for name, old, new in differences if name.endswith("prefLabel")]
    return before[0], after[0]


def test_older_dumps_have_their_own_distributions(three: Path) -> None:
    latest = release.open(releases(three)[-1])
    text = (latest.directory / "catalog" / "catalog.nt").read_text()
    base, hangs = "<https://tiny.example/id/", "<http://www.w3.org/ns/dcat#distribution>"
    assert f"{base}dataset/seasons/1.0.1> {hangs} {base}distribution/seasons-1.0.1-ttl>" in text
    assert f"{base}dataset/seasons> {hangs} {base}distribution/seasons-1.0" not in text
    fact = latest.manifest.files["dumps/seasons/1.0.1.ttl"]
    assert f'seasons-1.0.1-ttl> <http://www.w3.org/ns/dcat#byteSize> "{fact.size}"' in text
    assert fact.sha256 in text
