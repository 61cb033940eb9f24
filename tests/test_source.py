"""Reading a folder, or one commit of it."""

import subprocess
from pathlib import Path

import pytest

from publisher.errors import SourceError
from publisher.source import read


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=T", "-c", "user.email=t@x.example"]
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.ttl").write_text("# first\n")
    (tmp_path / "publisher.toml").write_text("# settings\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first", "--date=2026-01-02T03:04:05+00:00")
    return tmp_path


def test_content_lies_in_the_folder_itself_in_data_and_in_ontology(tmp_path: Path) -> None:
    for name in ("top.ttl", "data/deep/a.ttl", "ontology/o.nt", "shapes/s.ttl", "other/x.ttl", "data/note.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    source = read(tmp_path)
    assert [each.path for each in source.content] == ["data/deep/a.ttl", "ontology/o.nt", "top.ttl"]
    assert [each.path for each in source.shapes] == ["shapes/s.ttl"]


def test_a_folder_outside_git_has_no_commit(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("")
    source = read(tmp_path)
    assert (source.commit, source.dirty, source.committed) == ("", False, None)


def test_a_changed_file_makes_the_folder_dirty(repository: Path) -> None:
    assert not read(repository).dirty
    (repository / "data" / "a.ttl").write_text("# second\n")
    assert read(repository).dirty


def test_a_revision_is_read_as_it_was_committed(repository: Path) -> None:
    (repository / "data" / "a.ttl").write_text("# second\n")
    source = read(repository, "HEAD")
    assert source.content[0].content == b"# first\n"
    assert source.settings == b"# settings\n"
    assert not source.dirty
    assert len(source.commit) == 40


def test_an_unknown_revision_is_an_error_that_names_it(repository: Path) -> None:
    with pytest.raises(SourceError, match="v9"):
        read(repository, "v9")


def test_an_empty_folder_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="put Turtle files in it"):
        read(tmp_path)


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such folder"):
        read(tmp_path / "gone")


def test_saved_queries_lie_in_queries(repository: Path) -> None:
    for name in ("queries/b.rq", "queries/a.rq", "queries/x.ttl", "data/c.rq", "d.rq"):
        path = repository / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("ASK {}")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "queries")
    for source in (read(repository), read(repository, "HEAD")):
        assert [each.path for each in source.queries] == ["queries/a.rq", "queries/b.rq"]
        assert [each.path for each in source.content] == ["data/a.ttl"]
