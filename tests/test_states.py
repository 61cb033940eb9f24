"""Versions, releases, folders and commits by the names that people give them, and what differs between two."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from building import compiled, copy, edit, published

from publisher import config, release, states
from publisher.cli import main
from publisher.errors import SourceError

SEASONS = "data/season.ttl"
SPRING = "https://tiny.example/id/concept/season/spring"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site in git with two commits and two releases, 1.0.0 and 1.0.1, and a third content in the folder."""
    folder = copy("tiny", tmp_path_factory.mktemp("site"))
    (folder / ".gitignore").write_text("var/\n")
    published(folder)
    commit(folder, "init", "-q")
    save(folder)
    edit(folder / SEASONS, '"Lente"@nl', '"Voorjaar"@nl')
    with (folder / "publisher.toml").open("a") as file:
        file.write('\n[[dataset.version]]\nnumber = "1.0.1"\ndate = 2026-04-01\n')
    publish_again(folder)
    save(folder)
    edit(folder / SEASONS, '"Voorjaar"@nl', '"Lentetijd"@nl')
    return folder


def commit(folder: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-C", folder, "-c", "user.name=T", "-c", "user.email=t@x.example", *arguments], check=True
    )


def save(folder: Path) -> None:
    commit(folder, "add", ".")
    commit(folder, "commit", "-qm", "change")


def publish_again(folder: Path) -> None:
    settings = config.load(folder)
    with release.lock(settings.releases):
        last = release.open(release.current(settings.releases)).manifest
        edition = compiled(folder)
        written = release.write(
            edition, settings.releases, settings.policy, previous=last, progress=lambda _: None
        )
        release.activate(written, settings.releases)


def label(state: states.State) -> str:
    """The Dutch label of spring, by which the three contents differ."""
    _, quads = state.datasets["seasons"]
    labels = (each.object for each in quads if each.subject.value == SPRING and "prefLabel" in str(each.predicate))  # type: ignore[union-attr]
    [found] = (each.value for each in labels if each.language == "nl")  # type: ignore[union-attr]
    return str(found)


def named(folder: Path, text: str) -> states.State:
    return states.find(text, lambda: config.load(folder), lambda _: None)


NAMES: dict[str, tuple[Callable[[Path], str], str]] = {
    "a version": (lambda _: "1.0.0", "Lente"),
    "a version of a dataset": (lambda _: "seasons@1.0.1", "Voorjaar"),
    "a release": (lambda folder: release.current(folder / "var").name, "Voorjaar"),
    "a directory of a release": (lambda folder: str(release.current(folder / "var")), "Voorjaar"),
    "a folder": (str, "Lentetijd"),
    "a commit": (lambda _: "HEAD~1", "Lente"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_state_is_found_by_its_name(tiny: Path, name: str) -> None:
    text, expected = NAMES[name]
    assert label(named(tiny, text(tiny))) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("9.0.0", "has this version"),
        ("months@1.0.0", "months@1.0.0: no release"),
        ("nosuch", "no release, no folder with a publisher.toml, no commit"),
    ],
)
def test_a_name_that_nothing_has_is_refused(tiny: Path, text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        named(tiny, text)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int | str | None, str]:
    with pytest.raises(SystemExit) as exit:
        main(["diff", *arguments])
    return exit.value.code, capsys.readouterr().out


def test_by_default_the_folder_is_compared_with_the_release_in_force(
    tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = run(capsys, "--folder", str(tiny))
    assert code == 1
    assert "    “Lentetijd” <id/concept/season/spring> has other labels\n" in text
    assert "        skos:prefLabel (nl): “Voorjaar” is now “Lentetijd”\n" in text
    assert "after 1.0.1 comes 1.0.2 or higher" in text


def test_the_same_state_has_no_changes(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "1.0.1", "HEAD", "--folder", str(tiny)) == (0, "no changes\n")


def test_folders_need_no_site(tiny: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    other = copy("tiny", tmp_path)
    code, text = run(capsys, str(other), str(tiny), "--folder", str(tmp_path / "nowhere"))
    assert code == 1
    assert "“Lente” is now “Lentetijd”" in text


def test_a_release_that_lies_elsewhere_needs_no_site(
    tiny: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    elsewhere = shutil.copytree(release.current(tiny / "var"), tmp_path / "release")
    code, text = run(capsys, str(tiny), str(elsewhere), "--folder", str(tmp_path / "nowhere"))
    assert code == 1
    assert "“Lentetijd” is now “Voorjaar”" in text


def test_what_cannot_be_read_is_no_difference(
    tmp_path: Path, tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = copy("tiny", tmp_path)
    (other / "data" / "bad.ttl").write_text("<id/a> a b .\n")
    code, text = run(capsys, str(tiny), str(other))
    assert code == 2
    assert "data/bad.ttl:1" in text


def test_changes_as_json_are_enough_to_make_the_second_state_of_the_first(
    tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, text = run(capsys, "1.0.0", "1.0.1", "--folder", str(tiny), "--format", "json")
    [dataset] = json.loads(text)["datasets"]
    before, after = (lines(named(tiny, each)) for each in ("1.0.0", "1.0.1"))
    assert (before - set(dataset["removed"])) | set(dataset["added"]) == after
    assert (dataset["verdict"], dataset["least"]) == ("patch", "1.0.1")


def lines(state: states.State) -> set[str]:
    return {f"{quad} ." for quad in state.datasets["seasons"][1]}


def test_changes_as_a_page_escape_what_they_show(
    tiny: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    other = copy("tiny", tmp_path)
    edit(other / SEASONS, "Zomer <warm>", "<script>")
    _, text = run(capsys, str(tiny), os.fspath(other), "--format", "html")
    assert "“&lt;script&gt; &amp; " in text
    assert "<script" not in text
