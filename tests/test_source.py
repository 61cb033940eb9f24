"""Reading a folder, or one commit of it."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from publisher.config import Reading
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


@pytest.mark.parametrize("name", [".#a.ttl", "~$fr.labels.xlsx", ".hidden.ttl"])
def test_what_programs_put_beside_a_file_is_no_content(tmp_path: Path, name: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.ttl").write_text("")
    (tmp_path / "data" / name).symlink_to("nowhere")
    assert [each.path for each in read(tmp_path).content] == ["data/a.ttl"]


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


def a_link_out(path: Path) -> None:
    path.symlink_to("/etc/hosts")


def a_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))


def a_loop(path: Path) -> None:
    path.symlink_to(path)


def a_link_to_nothing(path: Path) -> None:
    path.symlink_to("gone.ttl")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (a_link_out, "data/b.ttl: leads out of the folder, to .*hosts; put the file itself here"),
        (os.mkfifo, "data/b.ttl: a pipe, a socket or a device"),
        (a_socket, "data/b.ttl: a pipe, a socket or a device"),
        (a_loop, "data/b.ttl: cannot be read: Too many levels"),
        (a_link_to_nothing, "data/b.ttl: cannot be read: No such file"),
    ],
)
def test_what_is_no_file_of_the_folder_is_an_error_that_names_it(
    repository: Path, make: Callable[[Path], None], message: str
) -> None:
    make(repository / "data" / "b.ttl")
    with pytest.raises(SourceError, match=message):
        read(repository)


@pytest.mark.parametrize("name", ["data", "shapes", "queries"])
def test_a_folder_that_leads_out_of_the_folder_is_an_error(
    repository: Path, tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    for file in ("secret.ttl", "secret.rq"):
        (outside / file).write_text("")
    shutil.rmtree(repository / name, ignore_errors=True)
    (repository / name).symlink_to(outside)
    with pytest.raises(SourceError, match=f"{name}/secret.* leads out of the folder"):
        read(repository)


def test_links_within_the_folder_are_followed(repository: Path) -> None:
    (repository / "data" / "b.ttl").symlink_to("a.ttl")
    assert [each.content for each in read(repository).content] == [b"# first\n"] * 2


def test_a_folder_may_itself_be_reached_by_a_link(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    link = tmp_path_factory.mktemp("elsewhere") / "site"
    link.symlink_to(repository)
    assert read(link).content == read(repository).content


def test_a_link_in_a_commit_is_an_error_not_its_text(repository: Path) -> None:
    (repository / "data" / "b.ttl").symlink_to("a.ttl")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "link")
    with pytest.raises(SourceError, match=r"data/b\.ttl: a link in the commit"):
        read(repository, "HEAD")


def test_a_file_too_large_to_be_read_is_an_error_that_names_the_setting(repository: Path) -> None:
    with (repository / "data" / "b.ttl").open("wb") as file:
        file.truncate((1 << 20) + 1)
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "large")
    for revision in (None, "HEAD"):
        with pytest.raises(
            SourceError, match=r"data/b\.ttl: 1\.0 MiB; a file may have 1, .*`memory` in \[reading\]"
        ):
            read(repository, revision, Reading(memory=4))
        assert len(read(repository, revision, Reading(memory=8)).content) == 2


def test_a_large_file_is_refused_without_being_read(repository: Path) -> None:
    with (repository / "data" / "b.ttl").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(SourceError, match="1,048,576"):
        read(repository)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not read")
@pytest.mark.parametrize("closed", ["data", "data/a.ttl", "."])
def test_what_may_not_be_read_is_an_error_and_never_left_out(repository: Path, closed: str) -> None:
    (repository / "b.ttl").write_text("# another\n")
    for folder in (repository, *repository.parents[:3]):
        folder.chmod(0o755)
    (repository / closed).chmod(0o311 if (repository / closed).is_dir() else 0)
    program = (
        "import os, sys; from pathlib import Path; from publisher.source import read; from publisher.errors "
        "import SourceError\nos.setuid(65534)\ntry: print(read(Path(sys.argv[1])))\n"
        "except SourceError as error: print('error', error)"
    )
    command = [sys.executable, "-c", program, str(repository)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])
    assert done.stdout.startswith("error ")
    assert "cannot be read: Permission denied" in done.stdout
