"""What a command is, and what several of them need: settings, the release in force, a line of progress."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from publisher.config import FILE_NAME, Config, load
from publisher.errors import ReleaseError, ReleaseMissing

if TYPE_CHECKING:  # imported where they are needed: `serve` never loads the compiler, `publish` never Flask
    from publisher.release import Release

Option = tuple[tuple[str, ...], dict[str, Any]]
"""Flags and the values that argparse takes for them."""

FOLDER_HELP: Final = f"the folder that holds {FILE_NAME} (default: the one you are in)"
FOLDER: Final[Option] = (
    ("folder",),
    {"nargs": "?", "type": Path, "default": Path(), "metavar": "FOLDER", "help": FOLDER_HELP},
)
SITE: Final[Option] = (("--folder",), {"type": Path, "default": Path(), "metavar": "FOLDER", "help": FOLDER_HELP})
REVISION: Final[Option] = (
    ("--revision",),
    {"metavar": "REV", "help": "read this commit instead of the files as they lie"},
)
REPORT: Final[Option] = (
    ("--format",),
    {
        "choices": ("text", "json", "sarif", "ttl"),
        "default": "text",
        "help": "how findings are printed: for people (the default), as JSON, SARIF 2.1.0, or SHACL in Turtle",
    },
)
PUBLIC: Final[Option] = (
    ("--public",),
    {"metavar": "URL", "help": "the address that people reach the site at, when it is not the base IRI"},
)
HOST: Final[Option] = (("--host",), {"metavar": "ADDRESS", "help": "address to listen on, instead of the setting"})
PORT: Final[Option] = (
    ("--port",),
    {"type": int, "metavar": "N", "help": "port to listen on, instead of the setting"},
)


@dataclass(frozen=True, slots=True)
class Command:
    """A row of the table: `help` is one line, `more` teaches."""

    name: str
    run: Callable[[argparse.Namespace], int]
    options: tuple[Option, ...]
    help: str
    more: str


def configured(options: argparse.Namespace) -> Config:
    """The settings of the folder that the options name, with what they overrule."""
    config = load(options.folder)
    public = getattr(options, "public", None)
    return dataclasses.replace(config, public=public) if public else config


def previous_release(config: Config) -> Release | None:
    """The release in force, else the newest one that is whole; None without any. A draft is a `ReleaseError`."""
    from publisher import release
    from publisher.release.contents import kept

    try:
        found = release.open(release.current(config.releases))
    except ReleaseError as error:
        if not isinstance(error, ReleaseMissing):
            print(f"publisher: {error}", file=sys.stderr)
        newest = next(kept(config.releases), None)
        if newest is None:
            return None
        found = newest
    found.refuse_draft()
    return found


def is_in_force(release: Release, config: Config) -> bool:
    """Whether the pointer leads to a release."""
    pointer = config.releases / "current"
    return pointer.is_symlink() and pointer.readlink().name == release.directory.name


def progress_line() -> Callable[[str], None]:
    """One line that is written over, on a terminal; silence elsewhere. An empty text wipes it out."""
    if not sys.stderr.isatty():
        return lambda _: None

    def show(text: str) -> None:
        end = " …" if text else ""
        print(f"\r\033[K{text[:100]}{end}", end="", file=sys.stderr, flush=True)

    return show


def contents_of(release: Release) -> str:
    """What a release holds, in a few words."""
    datasets = ", ".join(
        f"{each.name} {each.version} ({each.triples} triples)" for each in release.manifest.datasets
    )
    return f"{datasets}; {release.manifest.quads} statements in the store"
