"""Freezing a release: whole or not at all."""

import gzip
import os
import shutil
from pathlib import Path

import pytest
from building import compiled, copy, edit, published
from pyoxigraph import RdfFormat, Store, parse

from publisher import config, release
from publisher.errors import ReleaseDamaged, ReleaseError, ReleaseLocked, ReleaseMissing
from publisher.release import manifest
from publisher.release.verify import verify


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return copy("tiny", tmp_path)


def write_again(folder: Path) -> release.Release:
    """Publish once more, knowing the release in force."""
    settings = config.load(folder)
    with release.lock(settings.releases):
        previous = release.open(release.current(settings.releases)).manifest
        return release.write(
            compiled(folder), settings.releases, settings.policy, previous=previous, progress=lambda _: None
        )


def test_a_release_has_every_file_of_its_manifest(tiny: Path) -> None:
    written = published(tiny)
    verify(written, lambda _: None)
    assert {"report.json", "presentation.json", "source/publisher.toml", "source/data/season.ttl"} <= set(
        written.manifest.files
    )


def test_the_file_of_statements_holds_what_the_store_holds(tiny: Path) -> None:
    written = published(tiny)
    assert written.statements is not None
    read = Store()
    with gzip.open(written.statements) as file:
        read.extend(parse(file, RdfFormat.N_QUADS))
    assert set(read) == set(Store.read_only(str(written.store)))


def test_the_pointer_leads_to_the_release(tiny: Path) -> None:
    written = published(tiny)
    assert release.current(tiny / "var").name == written.id
    assert (tiny / "var" / "current").readlink() == Path("releases") / written.id


def test_the_same_content_gives_the_same_files_elsewhere(tiny: Path, tmp_path: Path) -> None:
    other = copy("tiny", tmp_path / "other")
    one, two = published(tiny).manifest, published(other).manifest
    frozen = {path for path in one.files if not path.startswith("store/")}
    assert {path: one.files[path] for path in frozen} == {path: two.files[path] for path in frozen}
    assert one.id == two.id


def test_releases_are_numbered_in_order(tiny: Path) -> None:
    first = published(tiny)
    second = write_again(tiny)
    assert (first.manifest.sequence, second.manifest.sequence) == (1, 2)
    assert second.manifest.previous == first.id


def test_a_version_may_not_change_its_content(tiny: Path) -> None:
    published(tiny)
    edit(tiny / "data" / "season.ttl", '"Lente"@nl', '"Voorjaar"@nl')
    with pytest.raises(ReleaseError, match=r"seasons 1\.0\.0 is published already with other content"):
        write_again(tiny)


def test_a_higher_version_may(tiny: Path) -> None:
    published(tiny)
    edit(tiny / "data" / "season.ttl", '"Lente"@nl', '"Voorjaar"@nl')
    with (tiny / "publisher.toml").open("a") as file:
        file.write('\n[[dataset.version]]\nnumber = "1.0.1"\ndate = 2026-04-01\n')
    assert write_again(tiny).manifest.datasets[0].version == "1.0.1"


def test_one_publisher_at_a_time(tiny: Path) -> None:
    with (
        release.lock(tiny / "var"),
        pytest.raises(ReleaseLocked, match=f"process {os.getpid()}"),
        release.lock(tiny / "var"),
    ):
        pytest.fail("two publishers hold the lock")


def test_what_a_killed_publisher_left_is_swept_away(tiny: Path) -> None:
    debris = tiny / "var" / "releases" / ".stage-1"
    debris.mkdir(parents=True)
    published(tiny)
    assert not debris.exists()


def test_a_directory_that_cannot_be_written_is_named(tiny: Path) -> None:
    (tiny / "var").write_text("a file where the directory should be")
    with pytest.raises(ReleaseError, match="cannot be written"), release.lock(tiny / "var"):
        pytest.fail("a file was locked as a directory")


def test_nothing_published_is_said_in_so_many_words(tiny: Path) -> None:
    with pytest.raises(ReleaseMissing, match="run `publisher publish` first"):
        release.current(tiny / "var")


def damage(path: Path, how: str) -> None:
    content = path.read_bytes()
    match how:
        case "removed":
            path.unlink()
        case "cut":
            path.write_bytes(content[: len(content) // 2])
        case "flipped":
            path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


@pytest.mark.parametrize("name", ["manifest.json", "dumps/seasons/1.0.0.ttl", "documents/documents.sqlite"])
@pytest.mark.parametrize("how", ["removed", "cut"])
def test_a_damaged_release_is_refused_when_it_is_opened(tiny: Path, name: str, how: str) -> None:
    directory = published(tiny).directory
    damage(directory / name, how)
    with pytest.raises(ReleaseDamaged, match=name.rpartition("/")[2].replace(".", r"\.")):
        release.open(directory)


def test_one_flipped_bit_is_found_by_verify(tiny: Path) -> None:
    written = published(tiny)
    damage(written.directory / "dumps" / "seasons" / "1.0.0.nq", "flipped")
    with pytest.raises(ReleaseDamaged, match=r"1\.0\.0\.nq does not match its digest"):
        verify(release.open(written.directory), lambda _: None)


def test_a_file_that_nobody_wrote_is_found_by_verify(tiny: Path) -> None:
    written = published(tiny)
    (written.directory / "dumps" / "extra").write_text("")
    with pytest.raises(ReleaseDamaged, match="dumps/extra does not belong to it"):
        verify(written, lambda _: None)


def test_a_store_that_lost_its_content_is_found_before_it_is_served(tiny: Path) -> None:
    written = published(tiny)
    [log] = written.store.glob("MANIFEST-*")
    size = log.stat().st_size
    with log.open("r+b") as file:
        file.truncate(size // 2)
        file.truncate(size)
    with pytest.raises(ReleaseDamaged):
        verify(release.open(written.directory), lambda _: None)


def test_the_manifest_survives_being_written_and_read(tiny: Path) -> None:
    written = published(tiny)
    assert manifest.read(written.directory) == written.manifest


def test_a_full_disk_leaves_the_release_in_force(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = published(tiny)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: type("Usage", (), {"free": 10})())
    with pytest.raises(ReleaseError, match="0 MiB free"):
        write_again(tiny)
    assert release.current(tiny / "var") == first.directory
