"""What a release holds can be read again, and the releases that are kept can be listed."""

from __future__ import annotations

from pathlib import Path

import pytest
from building import compiled, copy, published

from publisher.release import Release
from publisher.release.contents import beside, catalog, kept, statements


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy("tiny", tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def releases(tiny: Path) -> list[Release]:
    """The same content, published twice."""
    return [published(tiny), published(tiny)]


def test_the_statements_of_a_dataset_are_those_that_were_compiled(tiny: Path, releases: list[Release]) -> None:
    assert tuple(statements(releases[0], "seasons")) == compiled(tiny).datasets[0].quads
    assert statements(releases[0], "nosuch") == []


def test_the_catalogue_is_read_too(releases: list[Release]) -> None:
    assert "https://tiny.example/id/dataset/seasons" in {str(each.subject.value) for each in catalog(releases[0])}  # type: ignore[union-attr]


def test_releases_are_listed_newest_first_without_the_damaged(tiny: Path, releases: list[Release]) -> None:
    first, second = releases
    assert [each.id for each in kept(tiny / "var")] == [second.id, first.id]
    assert {each.id for each in beside(first)} == {first.id, second.id}
    (second.directory / "manifest.json").write_bytes(b"{")
    assert [each.id for each in kept(tiny / "var")] == [first.id]
    assert {each.id for each in beside(first)} == {first.id}


def test_where_nothing_was_published_none_are_kept(tmp_path: Path) -> None:
    assert list(kept(tmp_path)) == []
