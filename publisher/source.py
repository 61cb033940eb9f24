"""One folder, or one commit of it, as bytes and paths: `read(folder, revision) -> Source`."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Final

from publisher.config import Reading
from publisher.errors import SourceError

SUFFIXES: Final = (".ttl", ".nt", ".rdf", ".jsonld")
"""Files of one graph each; datasets (TriG, N-Quads) would bring graph names of their own."""

FOLDERS: Final = ("ontology", "data", "shapes")
TABLES: Final = re.compile(r"data/(?:.+/)?(?:[^/]+\.)?labels\.(?:csv|xlsx)")
"""Tables of labels: `data/labels.csv`, or one for each translator, `data/fr.labels.xlsx`."""
QUERIES: Final = "queries"
"""The folder of saved queries, `NAME.rq` each."""
PUBLISHED: Final = "data/published.txt"
SETTINGS: Final = "publisher.toml"

ASIDE: Final = (".", "~$")
"""Beginnings of the names of files that editors and spreadsheet programs put beside the one that they work on."""

LIMITS: Final = Reading()
_COPIES: Final = 4
"""Copies of a file that reading it needs at least: its bytes, as text, what is parsed, and statements."""
_PLAIN: Final = ("100644", "100755")
"""Git's modes of files; others are links and repositories of their own."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file: its path relative to the folder, with slashes, and its bytes."""

    path: str
    content: bytes

    @property
    def name(self) -> str:
        """The file name without suffix, which names the graph."""
        return PurePosixPath(self.path).stem

    @property
    def suffix(self) -> str:
        """The suffix without its dot."""
        return PurePosixPath(self.path).suffix.removeprefix(".")


@dataclass(frozen=True, slots=True)
class Source:
    """What somebody wrote, at one moment.

    `content`, `shapes` and `queries` are in the order of their paths; `settings` are the bytes of publisher.toml;
    `published` is the text of data/published.txt or None; `commit` is empty outside git; `dirty` means that files
    differ from the commit; `committed` is the time of the commit, None outside git.
    """

    content: tuple[SourceFile, ...]
    shapes: tuple[SourceFile, ...] = ()
    queries: tuple[SourceFile, ...] = ()
    settings: bytes = b""
    published: str | None = None
    commit: str = ""
    dirty: bool = False
    committed: datetime | None = None

    @property
    def files(self) -> tuple[SourceFile, ...]:
        """Every file of statements that was read."""
        return (*self.content, *self.shapes)


def read(folder: Path, revision: str | None = None, limits: Reading = LIMITS) -> Source:
    """Read the folder as it lies, or a commit of it.

    Content is every RDF file in the folder itself, in `data/` and in `ontology/`, and the tables of labels in
    `data/`; shapes are those in `shapes/`, saved queries those in `queries/`.
    Raises `SourceError` when nothing is there, when git does not know the revision, and for what is no plain file
    of the folder, cannot be read, or is so large that reading it would take more than `memory`.
    """
    most = limits.memory // _COPIES
    files = dict(_lying(folder, most) if revision is None else _committed(folder, revision, most))
    published, settings = files.pop(PUBLISHED, None), files.pop(SETTINGS, b"")
    sources = [SourceFile(path, files[path]) for path in sorted(files)]
    content = tuple(each for each in sources if not each.path.startswith(("shapes/", f"{QUERIES}/")))
    if not content:
        raise SourceError(f"{folder}: no content; put Turtle files in it or in its folder data/")
    return Source(
        content=content,
        shapes=tuple(each for each in sources if each.path.startswith("shapes/")),
        queries=tuple(each for each in sources if each.path.startswith(f"{QUERIES}/")),
        settings=settings,
        published=None if published is None else _text(published),
        commit=_git(folder, "rev-parse", revision or "HEAD", required=revision is not None),
        dirty=revision is None and bool(_git(folder, "status", "--porcelain", "--", ".")),
        committed=_commit_time(folder, revision),
    )


def stamps(folder: Path) -> Mapping[str, tuple[int, int, int]]:
    """Time of change, size and number of each file that `read` would read: any of them differs after a save."""
    found = {}
    with suppress(OSError):
        for path in _paths(folder):
            relative = path.relative_to(folder).as_posix()
            if _wanted(relative):
                with suppress(OSError):  # gone between two looks
                    fact = path.stat()
                    found[relative] = fact.st_mtime_ns, fact.st_size, fact.st_ino
    return found


def _lying(folder: Path, most: int) -> Iterator[tuple[str, bytes]]:
    if not folder.is_dir():
        raise SourceError(f"{folder}: there is no such folder")
    root = folder.resolve()
    try:
        paths = list(_paths(folder))
    except OSError as error:
        raise SourceError(f"{error.filename}: cannot be read: {error.strerror}") from None
    for path in paths:
        relative = path.relative_to(folder).as_posix()
        if _wanted(relative) and not path.is_dir():
            try:
                yield relative, _content(path, relative, root, most)
            except OSError as error:
                raise SourceError(f"{relative}: cannot be read: {error.strerror}") from None


def _paths(folder: Path) -> Iterator[Path]:
    """What is in the folder itself, and at any depth in those of its folders that we know."""
    yield from folder.iterdir()
    # Not by `rglob`, which is silent about folders that it may not read.
    for known in filter(Path.is_dir, (folder / name for name in (*FOLDERS, QUERIES))):
        for inner, _, names in os.walk(known, onerror=_fail):
            yield from (Path(inner, name) for name in names)


def _fail(error: OSError) -> None:
    raise error


def _content(path: Path, relative: str, root: Path, most: int) -> bytes:
    """The bytes of a file; opens nothing that is none of the folder's, and waits for nothing."""
    real = Path(os.path.realpath(path, strict=True))
    if not real.is_relative_to(root):
        raise SourceError(f"{relative}: leads out of the folder, to {real}; put the file itself here")
    if not stat.S_ISREG(real.stat().st_mode):
        raise SourceError(f"{relative}: a pipe, a socket or a device; put a file here, or nothing")
    # Should it have become a pipe meanwhile.
    descriptor = os.open(real, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        size = os.fstat(descriptor).st_size
        _refuse_large(relative, size, most)
        return file.read(size)


def _refuse_large(relative: str, size: int, most: int) -> None:
    if size > most << 20:
        raise SourceError(
            f"{relative}: {size / (1 << 20):,.1f} MiB; a file may have {most:,}, one part in {_COPIES} of what "
            "reading it may take (`memory` in [reading]): split it, or raise that"
        )


def _committed(folder: Path, revision: str, most: int) -> Iterator[tuple[str, bytes]]:
    listing = _git(folder, "ls-tree", "-r", "-l", "-z", revision, ".", required=True)
    for entry in filter(None, listing.split("\0")):
        about, _, relative = entry.partition("\t")
        if _wanted(relative):
            mode, _, name, size = about.split()
            if mode not in _PLAIN:
                raise SourceError(f"{relative}: a link in the commit; put the file itself there")
            _refuse_large(relative, int(size), most)
            yield relative, _ask_git(folder, "cat-file", "blob", name, required=True)


def _wanted(relative: str) -> bool:
    path = PurePosixPath(relative)
    if path.name.startswith(ASIDE):
        return False
    if relative.startswith(f"{QUERIES}/"):
        return path.suffix == ".rq"
    placed = path.parent == PurePosixPath() or path.parts[0] in FOLDERS
    known = relative in (PUBLISHED, SETTINGS) or TABLES.fullmatch(relative) is not None
    return known or (placed and path.suffix in SUFFIXES)


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError(f"{PUBLISHED}: not UTF-8: {error}") from None


def _commit_time(folder: Path, revision: str | None) -> datetime | None:
    stamp = _git(folder, "show", "-s", "--format=%cI", revision or "HEAD")
    return datetime.fromisoformat(stamp) if stamp else None


def _git(folder: Path, *arguments: str, required: bool = False) -> str:
    """What git says, stripped; empty where the folder is not in git and nothing requires it."""
    return _ask_git(folder, *arguments, required=required).decode().strip()


def _ask_git(folder: Path, *arguments: str, required: bool) -> bytes:
    done = _run(folder, *arguments)
    if done.returncode and required:
        raise SourceError(f"{folder}: git says: {done.stderr.decode(errors='replace').strip()}")
    return b"" if done.returncode else done.stdout


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        return subprocess.CompletedProcess(arguments, 127, b"", b"git is not installed")
