"""What pages load: the files that frontend/ is built into, under names that change with their content."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePath
from typing import Final

from publisher.errors import ServeError

STATIC: Final = Path(__file__).parent / "static"
PATH: Final = "/static/"

TYPES: Final = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".woff2": "font/woff2",
}
READY: Final = {"br": ".br", "gzip": ".gz"}
"""Coding -> suffix of the copy that was made with all the effort there is."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file; `encoded` has its copies by coding."""

    content: bytes
    media_type: str
    encoded: Mapping[str, bytes]


def asset(name: str) -> str:
    """The path of a file that frontend/ calls `name`; raises `ServeError` when the assets were not built."""
    return PATH + names()[name]


def find(name: str) -> Asset | None:
    """The file of this name, as it stands in addresses."""
    return _assets().get(name)


@cache
def names() -> Mapping[str, str]:
    """Name in frontend/ -> name in addresses; raises `ServeError` when the assets were not built."""
    try:
        found = json.loads((STATIC / "assets.json").read_bytes())
    except FileNotFoundError:
        raise ServeError("the style sheet and scripts of the pages were not built; run `make assets`") from None
    return {str(name): str(built) for name, built in found.items()}


@cache
def _assets() -> Mapping[str, Asset]:
    """All of them, in memory; the program's own files do not change while it runs."""
    return {name: _read(STATIC / name) for name in names().values()}


def _read(path: Path) -> Asset:
    copies = {coding: path.with_name(path.name + suffix) for coding, suffix in READY.items()}
    encoded = {coding: copy.read_bytes() for coding, copy in copies.items() if copy.is_file()}
    return Asset(path.read_bytes(), TYPES[PurePath(path).suffix], encoded)
