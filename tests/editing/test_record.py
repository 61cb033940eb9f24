"""`publisher record`: new addresses are added, and nothing that was there changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from building import compiled, copy, edit, published
from test_cli import run

from publisher import compiler, source
from publisher.config import load
from publisher.editing.record import record

PUBLISHED = "data/published.txt"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return copy("tiny", tmp_path)


def recorded(folder: Path) -> list[str]:
    """The lines that are added, by whole compilation."""
    return list(record(folder, compiled(folder), load(folder).policy))


def test_the_first_list_has_everything_that_is_served_here(tiny: Path) -> None:
    recorded(tiny)
    lines = (tiny / PUBLISHED).read_text("utf-8").splitlines()
    assert "id/concept/season/winter\t1.0.0" in lines
    assert "http://mirror.example/months/december\t1.0.0" in lines
    assert "id/dataset/seasons\t1.0.0" in lines
    assert lines[0].startswith("# Every address")
    assert not any("other.example" in line for line in lines)


MIST = """season:mist a skos:Concept ;
    skos:prefLabel "Mist"@nl ;
    skos:definition "Dagen zonder zicht."@nl ;
    skos:notation "S4.1" ;
    skos:broader season:autumn .

season:vorst.periode a"""


def test_a_new_concept_is_put_at_its_place_with_the_version_of_its_dataset(tiny: Path) -> None:
    recorded(tiny)
    before = (tiny / PUBLISHED).read_text("utf-8")
    edit(tiny / "data/season.ttl", "season:vorst.periode a", MIST)
    with (tiny / "publisher.toml").open("a") as settings:
        settings.write('[[dataset.version]]\nnumber = "1.1.0"\ndate = 2026-06-21\n')
    assert recorded(tiny) == ["id/concept/season/mist\t1.1.0", "id/dataset/seasons/1.1.0\t1.1.0"]
    after = (tiny / PUBLISHED).read_text("utf-8")
    added = ("id/concept/season/mist\t1.1.0\n", "id/dataset/seasons/1.1.0\t1.1.0\n")
    assert after.index("season/autumn") < after.index("season/mist") < after.index("season/spring")
    for line in added:
        after = after.replace(line, "")
    assert after == before


def test_comments_and_another_order_are_kept(tiny: Path) -> None:
    lines = "# mine\nid/concept/season/winter\t1.0.0\n\n# and these\nid/concept/season/spring\t0.9.0\n"
    (tiny / PUBLISHED).write_text(lines)
    recorded(tiny)
    assert (tiny / PUBLISHED).read_text("utf-8").startswith(lines)


def test_recording_again_adds_nothing(tiny: Path) -> None:
    first = run("record", tiny)
    assert (first.returncode, first.stdout.splitlines()[-1]) == (0, "data/published.txt: 31 addresses added")
    before = (tiny / PUBLISHED).read_bytes()
    again = run("record", tiny)
    assert (again.returncode, again.stdout) == (0, "data/published.txt has every address already\n")
    assert (tiny / PUBLISHED).read_bytes() == before


def test_content_with_errors_records_nothing(tiny: Path) -> None:
    edit(tiny / "data/season.ttl", "skos:related season:spring", "skos:related season:sprng")
    done = run("record", tiny)
    assert done.returncode == 1
    assert "nothing was recorded" in done.stderr
    assert "season/sprng" in done.stdout
    assert not (tiny / PUBLISHED).exists()


def test_what_only_this_machine_holds_is_not_recorded(tiny: Path) -> None:
    recorded(tiny)
    first = published(tiny)
    with (tiny / "publisher.toml").open("a") as settings:
        settings.write('[[dataset.version]]\nnumber = "2.0.0"\ndate = 2026-06-21\n')
    edit(tiny / "data/season.ttl", '"Dagen achtereen met vorst."', '"Dagen met vorst, na elkaar."')
    edition = compiler.compile(source.read(tiny), load(tiny), lambda _: None, first)
    assert any("seasons-1.0.0-ttl" in str(quad.subject) for quad in edition.catalog)
    assert record(tiny, edition, load(tiny).policy) == ("id/dataset/seasons/2.0.0\t2.0.0",)
    # As a fresh clone does, which has no releases.
    assert not [each for each in compiled(tiny).report.findings if each.rule in ("vanished", "unrecorded")]
