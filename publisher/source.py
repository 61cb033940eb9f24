"""One folder, or one commit of it, as bytes and paths: `read(folder, revision) -> Source`."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Final

from publisher.errors import SourceError

SUFFIXES: Final = (".ttl", ".nt", ".rdf", ".jsonld")
"""Files of one graph each; datasets (TriG, N-Quads) would bring graph names of their own."""

FOLDERS: Final = ("ontology", "data", "shapes")
QUERIES: Final = "queries"
"""The folder of saved queries, `NAME.rq` each."""
PUBLISHED: Final = "data/published.txt"
SETTINGS: Final = "publisher.toml"


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
        """Every RDF file read."""
        return (*self.content, *self.shapes)


def read(folder: Path, revision: str | None = None) -> Source:
    """Read the folder as it lies, or a commit of it.

    Content is every RDF file in the folder itself, in `data/` and in `ontology/`; shapes are those in `shapes/`,
    saved queries those in `queries/`.
    Raises `SourceError` when nothing is there or git does not know the revision.
    """
    files = dict(_lying(folder) if revision is None else _committed(folder, revision))
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


def _lying(folder: Path) -> Iterator[tuple[str, bytes]]:
    if not folder.is_dir():
        raise SourceError(f"{folder}: there is no such folder")
    found = [*folder.glob("*"), *(path for name in (*FOLDERS, QUERIES) for path in (folder / name).rglob("*"))]
    for path in found:
        relative = path.relative_to(folder).as_posix()
        if path.is_file() and _wanted(relative):
            try:
                yield relative, path.read_bytes()
            except OSError as error:
                raise SourceError(f"{relative}: cannot be read: {error.strerror}") from None


def _committed(folder: Path, revision: str) -> Iterator[tuple[str, bytes]]:
    listing = _git(folder, "ls-tree", "-r", "-z", "--name-only", revision, ".", required=True)
    for relative in filter(_wanted, listing.split("\0")):
        yield relative, _run(folder, "cat-file", "blob", f"{revision}:./{relative}").stdout


def _wanted(relative: str) -> bool:
    path = PurePosixPath(relative)
    if relative.startswith(f"{QUERIES}/"):
        return path.suffix == ".rq"
    placed = path.parent == PurePosixPath() or path.parts[0] in FOLDERS
    return relative in (PUBLISHED, SETTINGS) or (placed and path.suffix in SUFFIXES)


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
    done = _run(folder, *arguments)
    if done.returncode and required:
        raise SourceError(f"{folder}: git says: {done.stderr.decode(errors='replace').strip()}")
    return "" if done.returncode else done.stdout.decode().strip()


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        return subprocess.CompletedProcess(arguments, 127, b"", b"git is not installed")
