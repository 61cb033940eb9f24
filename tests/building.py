"""Real releases from tiny sites."""

from __future__ import annotations

import shutil
from pathlib import Path

from publisher import compiler, config, release, source

SITES = Path(__file__).parent / "sites"


def copy(name: str, folder: Path) -> Path:
    """A copy of a tiny site, to be changed and published at will."""
    return Path(shutil.copytree(SITES / name, folder / name))


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text that must be there."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def compiled(folder: Path, **changes: str) -> compiler.Edition:
    """The edition that a folder gives."""
    settings = config.load(folder)
    return compiler.compile(source.read(folder), settings, lambda _: None)


def published(folder: Path) -> release.Release:
    """Publish a folder as the command does, and return the release in force."""
    settings = config.load(folder)
    with release.lock(settings.releases):
        edition = compiler.compile(source.read(folder), settings, lambda _: None)
        written = release.write(
            edition, settings.releases, settings.policy, previous=None, progress=lambda _: None
        )
        release.activate(written, settings.releases)
    return written
