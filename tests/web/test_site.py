"""Opening a site: the release in force, with settings that fit it."""

from __future__ import annotations

from pathlib import Path

import pytest
from building import copy, edit, published

from publisher.errors import ReleaseError, ReleaseMissing
from publisher.web import open_site


def test_a_release_for_another_base_is_refused_with_what_to_do(tmp_path: Path) -> None:
    folder = copy("tiny", tmp_path)
    published(folder)
    edit(folder / "publisher.toml", "https://tiny.example", "https://other.example")
    with pytest.raises(ReleaseError, match=r"made for https://tiny\.example .* `publisher publish`"):
        open_site(folder)


def test_a_folder_without_release_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ReleaseMissing, match="publisher publish"):
        open_site(copy("tiny", tmp_path))
