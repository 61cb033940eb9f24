"""A version number says how much has changed since the last one, and may not say too little."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from building import copy, edit, published

from publisher import compiler, config, release, source
from publisher.errors import ContentError
from publisher.report import Finding

SEASONS = "data/season.ttl"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return copy("tiny", tmp_path)


def findings(folder: Path, last: release.Release) -> list[Finding]:
    """What is wrong with version numbers when this release was the last one."""
    try:
        compiler.compile(source.read(folder), config.load(folder), lambda _: None, last)
    except ContentError as error:
        return [each for each in error.report.findings if each.rule == "version"]
    return []


def add_version(folder: Path, number: str) -> None:
    with (folder / "publisher.toml").open("a") as file:
        file.write(f'\n[[dataset.version]]\nnumber = "{number}"\ndate = 2026-04-01\n')


def relabel(folder: Path) -> None:
    edit(folder / SEASONS, '"Lente"@nl', '"Voorjaar"@nl')


def add(folder: Path) -> None:
    with (folder / SEASONS).open("a", encoding="utf-8") as file:
        file.write(
            'season:mist a skos:Concept ; skos:prefLabel "Mist"@nl ; skos:definition "Mist."@nl ; '
            "skos:broader season:autumn ."
        )


def redefine(folder: Path) -> None:
    edit(folder / SEASONS, '"Dagen achtereen met vorst."@nl', '"Uren achtereen met vorst."@nl')


CASES = [(relabel, "1.0.1", "1.0.0"), (add, "1.1.0", "1.0.9"), (redefine, "2.0.0", "1.9.0")]


@pytest.mark.parametrize(("change", "least", "low"), CASES, ids=["patch", "minor", "major"])
def test_a_number_may_not_say_less_than_the_verdict(
    tiny: Path, change: Callable[[Path], None], least: str, low: str
) -> None:
    last = published(tiny)
    change(tiny)
    [taken] = findings(tiny, last)
    assert "seasons 1.0.0 is published already with other content" in taken.message
    assert f'number = "{least}"' in taken.remedy
    add_version(tiny, low)
    assert len(findings(tiny, last)) == 1
    add_version(tiny, least)
    assert findings(tiny, last) == []


def test_the_reasons_are_given(tiny: Path) -> None:
    last = published(tiny)
    redefine(tiny)
    add_version(tiny, "1.0.1")
    [low] = findings(tiny, last)
    assert low.path == "publisher.toml"
    assert (
        "seasons 1.0.1 is too low after 1.0.0 (major: “Vorstperiode” <id/concept/season/vorst.periode> means"
        in (low.message)
    )


def test_the_same_content_may_keep_its_number_or_have_a_higher_one(tiny: Path) -> None:
    last = published(tiny)
    assert findings(tiny, last) == []
    add_version(tiny, "1.0.1")
    assert findings(tiny, last) == []


def test_a_number_that_was_rolled_back_stays_taken(tiny: Path) -> None:
    last = published(tiny)
    add(tiny)
    add_version(tiny, "1.1.0")
    published(tiny)
    relabel(tiny)
    [taken] = findings(tiny, last)
    assert "seasons 1.1.0 is published already with other content" in taken.message
    assert 'number = "1.1.1"' in taken.remedy


def test_a_lower_number_is_refused(tiny: Path) -> None:
    add_version(tiny, "1.1.0")
    last = published(tiny)
    relabel(tiny)
    edit(tiny / "publisher.toml", 'number = "1.1.0"', 'number = "1.0.9"')
    [low] = findings(tiny, last)
    assert "make it 1.1.1 or higher" in low.message
