"""Look-ups in the past."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from building import copy, published, published_after

from publisher import release, store
from publisher.errors import EngineUnavailable, ReleaseDamaged
from publisher.store import History

WINTER = "/doc/concept/season/winter"
FREEZE = "https://tiny.example/id/concept/season/vorst.periode"
TERMS = "/doc/terms"
NEXT = '\n[[dataset.version]]\nnumber = "2.0.0"\ndate = 2026-04-01\nnotes.nl = "Dooi."\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with two versions: in the second a concept has gone for a tombstone and another has come."""
    folder = copy("tiny", tmp_path_factory.mktemp("site"))
    published(folder)
    path = folder / "data" / "season.ttl"
    text = path.read_text("utf-8")
    start = text.index("season:vorst.periode")
    block = text[start : text.index(" .\n", start) + 3]
    gone = (
        'season:vorst.periode adms:status <http://purl.org/adms/status/Withdrawn> ; skos:changeNote "Weg."@nl .\n'
    )
    new = block.replace("vorst.periode", "dooi").replace("Vorst", "Dooi").replace("S1.1", "S1.2")
    prefix = "@prefix adms: <http://www.w3.org/ns/adms#> .\n"
    path.write_text(prefix + text.replace(block, gone + new), "utf-8")
    with (folder / "publisher.toml").open("a") as file:
        file.write(NEXT)
    published_after(folder)
    return folder


@pytest.fixture(scope="module")
def history(folder: Path) -> Iterator[History]:
    """The past of the second release."""
    found = store.open(release.open(release.current(folder / "var"))).history
    yield found
    found.close()


def test_versions_come_in_the_order_of_publication(history: History) -> None:
    assert [each.number for each in history.versions()] == ["1.0.0", "2.0.0"]
    assert history.versions("months") == ()
    assert history.version("seasons", "9.9.9") is None
    last = history.version("seasons", "2.0.0")
    assert last is not None
    assert (last.ordinal, last.notes, last.verdict, str(last.date)) == (2, {"nl": "Dooi."}, "major", "2026-04-01")


def test_a_document_is_what_it_was(history: History) -> None:
    path = "/doc/concept/season/vorst.periode"
    first, last = (history.document("seasons", ordinal, path) for ordinal in (1, 2))
    assert first is not None
    assert last is not None
    assert (first.status, last.status) == ("", "withdrawn")
    assert b"Weg." in last.turtle
    assert b"Weg." not in first.turtle


def test_what_was_not_there_yet_has_no_document(history: History) -> None:
    path = "/doc/concept/season/dooi"
    assert history.document("seasons", 1, path) is None
    assert history.document("seasons", 2, path) is not None
    assert history.document("months", 1, WINTER) is None
    assert [each.number for each in history.versions_of(path)] == ["2.0.0"]


def test_the_versions_of_a_resource_are_found_by_its_iri_too(history: History) -> None:
    assert history.versions_of(FREEZE) == history.versions("seasons")
    assert history.versions_of("https://tiny.example/id/nothing") == ()


def test_what_happened_to_a_resource_is_told_with_the_version(history: History) -> None:
    [event] = history.events(FREEZE)
    assert (event.version.number, [*event.kinds]) == ("2.0.0", ["withdrawn"])
    assert history.events("https://tiny.example/id/concept/season/spring") == ()


def test_the_gravest_change_of_a_version_comes_first(history: History) -> None:
    kinds = [next(iter(each.kinds)) for each in history.changes("seasons", "2.0.0")]
    assert kinds[0] == "withdrawn"
    assert "added" in kinds
    assert history.changes("seasons", "1.0.0") == ()


def test_resources_that_share_a_document_are_together_in_every_version(history: History, folder: Path) -> None:
    now = store.open(release.open(release.current(folder / "var"))).document(TERMS)
    then = history.document("seasons", 1, TERMS)
    assert now is not None
    assert then is not None
    assert then.turtle == now.turtle


def test_a_release_without_its_history_does_not_open(folder: Path, tmp_path: Path) -> None:
    found = release.open(release.current(folder / "var"))
    path = found.directory / "history" / "history.sqlite"
    content = path.read_bytes()
    path.rename(tmp_path / "away")
    try:
        path.write_bytes(b"x" * len(content))
        with pytest.raises(ReleaseDamaged, match=r"the history of release .* cannot be read"):
            store.open(found)
        with pytest.raises(EngineUnavailable):
            History(found).events(FREEZE)
    finally:
        (tmp_path / "away").replace(path)
