"""A file of the editor's is written as a whole, or not at all."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from publisher.editing.writing import read, write
from publisher.errors import EditingError


def test_what_is_written_is_read_again_to_the_byte(tmp_path: Path) -> None:
    write(tmp_path / "new" / "a.ttl", "één\r\ntwee\n")
    assert (tmp_path / "new" / "a.ttl").read_bytes() == "één\r\ntwee\n".encode()
    assert read(tmp_path / "new" / "a.ttl") == "één\r\ntwee\n"


def test_the_rights_of_a_file_and_a_link_to_it_stay(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("old")
    (tmp_path / "a.ttl").chmod(0o640)
    (tmp_path / "link.ttl").symlink_to("a.ttl")
    write(tmp_path / "link.ttl", "new")
    assert (tmp_path / "link.ttl").is_symlink()
    assert (tmp_path / "a.ttl").read_text() == "new"
    assert stat.S_IMODE((tmp_path / "a.ttl").stat().st_mode) == 0o640
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.ttl", "link.ttl"]


def test_what_cannot_be_read_or_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_bytes(b"\xff")
    with pytest.raises(EditingError, match=r"a\.ttl: not UTF-8"):
        read(tmp_path / "a.ttl")
    with pytest.raises(EditingError, match=r"b\.ttl: cannot be read: No such file"):
        read(tmp_path / "b.ttl")
    with pytest.raises(EditingError, match=r"cannot be written: .*; nothing was changed"):
        write(tmp_path / "a.ttl" / "below", "text")
    assert (tmp_path / "a.ttl").read_bytes() == b"\xff"
