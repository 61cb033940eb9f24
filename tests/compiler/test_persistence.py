"""No address ever vanishes: neither one that was recorded nor one that the last release had."""

from __future__ import annotations

from pathlib import Path

import pytest
from building import compiled, copy, edit, published

from publisher import compiler, config, release, source
from publisher.errors import ContentError
from publisher.report import Finding

SEASONS = "data/season.ttl"
WINTER = "https://tiny.example/id/concept/season/winter"
FREEZE = "https://tiny.example/id/concept/season/vorst.periode"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return copy("tiny", tmp_path)


def findings(folder: Path, previous: release.Release | None = None) -> dict[str, Finding]:
    """What is wrong, by focus, when this release was the last one."""
    settings = config.load(folder)
    try:
        found = compiler.compile(source.read(folder), settings, lambda _: None, previous).report
    except ContentError as error:
        found = error.report
    return {each.focus: each for each in found.findings if each.rule in ("vanished", "published", "unrecorded")}


def without_freeze(folder: Path) -> None:
    """Delete the last concept of the seasons."""
    path = folder / SEASONS
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("season:vorst.periode")], "utf-8")


def test_a_recorded_address_that_is_gone_is_named(tiny: Path) -> None:
    lines = ["# URIs", "id/concept/season/winter\t1.0.0", "id/concept/season/mist\t1.0.0", "nonsense"]
    (tiny / "data" / "published.txt").write_text("\n".join(lines) + "\n")
    found = {(each.rule, each.line): each for each in findings(tiny).values() if "published.txt" in each.path}
    assert found.keys() == {("vanished", 3), ("published", 4)}
    assert "<https://tiny.example/id/concept/season/mist>" in found["vanished", 3].message


def test_a_new_address_is_to_be_recorded(tiny: Path) -> None:
    (tiny / "data" / "published.txt").write_text("id/concept/season/winter\t1.0.0\n")
    unrecorded = {each.focus for each in findings(tiny).values() if each.rule == "unrecorded"}
    assert "https://tiny.example/id/concept/season/spring" in unrecorded
    assert WINTER not in unrecorded


def test_an_address_of_the_last_release_that_is_gone_is_named(tiny: Path) -> None:
    last = published(tiny)
    assert findings(tiny, last) == {}
    without_freeze(tiny)
    found = findings(tiny, last)
    assert found.keys() == {FREEZE}
    assert "was published in seasons 1.0.0 and is gone" in found[FREEZE].message


def test_what_we_serve_under_the_iris_of_others_may_not_vanish_either(tiny: Path) -> None:
    last = published(tiny)
    edit(tiny / "data" / "months.ttl", "t:short a skos:Concept ;", "t:short")
    assert findings(tiny, last).keys() == {"http://mirror.example/terms#short"}


def test_a_version_that_the_settings_forget_is_described_all_the_same(tiny: Path) -> None:
    last = published(tiny)
    edit(tiny / "publisher.toml", 'number = "1.0.0"', 'number = "1.0.1"')
    assert findings(tiny, last) == {}


@pytest.mark.parametrize("recorded", [False, True], ids=["of the last release", "recorded"])
def test_the_lines_that_are_offered_bring_an_address_back(tiny: Path, recorded: bool) -> None:
    last = published(tiny)
    without_freeze(tiny)
    if recorded:
        (tiny / "data" / "published.txt").write_text(f"{FREEZE.removeprefix('https://tiny.example/')}\t1.0.0\n")
    remedy = findings(tiny, last)[FREEZE].remedy
    assert '"Vorstperiode"@nl' in remedy
    with (tiny / SEASONS).open("a", encoding="utf-8") as file:
        file.write(remedy)
    assert FREEZE not in findings(tiny, last)


def test_what_is_withdrawn_need_not_be_complete(tiny: Path) -> None:
    without_freeze(tiny)
    with (tiny / SEASONS).open("a", encoding="utf-8") as file:
        file.write(
            "season:vorst.periode skos:exactMatch <http://other.example/frost> ; "
            "adms:status <http://purl.org/adms/status/Withdrawn> ."
        )
    assert [each.rule for each in compiled(tiny).report.findings] == ["canonical"]


def test_under_another_base_nothing_has_vanished(tiny: Path) -> None:
    last = published(tiny)
    edit(tiny / "publisher.toml", 'base = "https://tiny.example"', 'base = "https://other.example"')
    assert findings(tiny, last) == {}


def later(folder: Path, first: release.Release) -> dict[str, Finding]:
    """What is wrong when a version with one more concept was published, and put out of force again."""
    path = folder / SEASONS
    text = path.read_text("utf-8")
    path.write_text(text + MIST, "utf-8")
    with (folder / "publisher.toml").open("a") as file:
        file.write('\n[[dataset.version]]\nnumber = "1.1.0"\ndate = 2026-04-01\n')
    settings = config.load(folder)
    with release.lock(settings.releases):
        edition = compiler.compile(source.read(folder), settings, lambda _: None, first)
        release.write(
            edition, settings.releases, settings.policy, previous=first.manifest, progress=lambda _: None
        )
    path.write_text(text, "utf-8")
    edit(folder / "publisher.toml", '"1.1.0"', '"1.1.1"')
    return findings(folder, first)


MIST = 'season:mist a skos:Concept ; skos:prefLabel "Mist"@nl ; skos:definition "Nevel."@nl ; '
MIST += 'skos:notation "S9" ; skos:broader season:winter .\n'


def test_an_address_of_a_version_that_was_rolled_back_may_not_vanish_either(tiny: Path) -> None:
    found = later(tiny, published(tiny))
    gone = found["https://tiny.example/id/concept/season/mist"]
    assert "was published in seasons 1.1.0 and is gone" in gone.message
    assert 'skos:prefLabel "Mist"@nl' in gone.remedy
    assert found.keys() == {gone.focus}
