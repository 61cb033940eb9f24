"""What a release holds can be read again, and the releases that are kept can be listed."""

from __future__ import annotations

from pathlib import Path

import pytest
from building import compiled, copy, edit, published

from publisher.errors import ReleaseMissing
from publisher.release import Release, activate
from publisher.release.contents import before, beside, catalog, find, kept, statements


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


@pytest.mark.slow
def test_the_one_before_is_what_the_manifest_says_or_the_newest_older_one(tmp_path: Path) -> None:
    folder = copy("tiny", tmp_path)
    first, second, third, fourth = (published(folder) for _ in range(4))
    manifest = fourth.directory / "manifest.json"
    edit(manifest, '"previous": ""', f'"previous": "{second.id}"')
    assert before(folder / "var").id == second.id
    (second.directory / "manifest.json").unlink()
    assert before(folder / "var").id == third.id
    manifest.write_text("{")
    assert before(folder / "var").id == third.id
    activate(first, folder / "var")
    with pytest.raises(ReleaseMissing, match=f"no older release than {first.id} is kept"):
        before(folder / "var")


@pytest.mark.parametrize("name", ["000009-00000000", "../releases", "", ".", "000001", "/etc"])
def test_a_release_is_found_by_its_id_only(tiny: Path, releases: list[Release], name: str) -> None:
    assert find(releases[0].id, tiny / "var").id == releases[0].id
    with pytest.raises(ReleaseMissing, match=releases[0].id):
        find(name, tiny / "var")
