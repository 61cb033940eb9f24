"""The Turtle files of a folder in one layout, whose statements and comments are those that they had."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph

from publisher.compiler.guard import rehearse
from publisher.compiler.positions import TOKENS
from publisher.config import Config
from publisher.editing.layout import layout
from publisher.editing.turtle import read
from publisher.editing.writing import write
from publisher.errors import EditingError
from publisher.formats import TURTLE
from publisher.release.canonical import canonical
from publisher.report import Finding, Severity
from publisher.source import SourceFile
from publisher.source import read as read_source

_MARK = "\ufeff"
"""The byte order mark that some editors put before a text; it says nothing in UTF-8 and is left out."""


@dataclass(frozen=True, slots=True)
class Formatted:
    """The files that are another text than they were, and what could not be put in order."""

    texts: dict[Path, str]
    findings: tuple[Finding, ...]
    files: int

    def write(self) -> None:
        """Put the new texts in the place of the old ones, file by file."""
        for path, text in self.texts.items():
            write(path, text)


def format(config: Config, progress: Callable[[str], None]) -> Formatted:
    """The canonical layout of every Turtle file that is read from a folder; nothing is written yet."""
    source = read_source(config.folder, limits=config.reading)
    files = [each for each in source.files if each.suffix == TURTLE.suffix]
    findings = rehearse(files, config.policy, config.reading, progress)
    wrong = {each.path for each in findings}
    texts: dict[Path, str] = {}
    for file in files:
        if file.path not in wrong:
            progress(f"formatting {file.path}")
            try:
                text = file.content.decode("utf-8")
                texts[config.folder / file.path] = formatted(file.path, text, f"{config.base}/")
            except EditingError as error:
                findings.append(_finding(file, error))
    texts = {path: text for path, text in texts.items() if text.encode() != path.read_bytes()}
    return Formatted(texts, tuple(sorted(findings)), len(files))


def formatted(path: str, text: str, base: str) -> str:
    """The canonical layout of one Turtle text.

    Raises `EditingError` for a text that cannot be laid out without loss.
    """
    after = layout(read(path, text.removeprefix(_MARK), base))
    if _comments(after) != _comments(text):
        raise EditingError(f"{path}:1: a comment would be lost; put comments above the statement they are about")
    if _statements(after, base) != _statements(text.removeprefix(_MARK), base):
        raise EditingError(f"{path}:1: the layout would say something else; please report this as a fault")
    return after


def _comments(text: str) -> Counter[str]:
    found = (match[0].rstrip() for match in TOKENS.finditer(text) if match.lastgroup == "space")
    return Counter(each for each in found if each.startswith("#"))


def _statements(text: str, base: str) -> set[pyoxigraph.Quad]:
    return canonical(pyoxigraph.parse(text.encode(), TURTLE.engine, base_iri=base))


def _finding(file: SourceFile, error: EditingError) -> Finding:
    line, _, message = str(error).removeprefix(f"{file.path}:").partition(":")
    return Finding(file.path, int(line), 1, Severity.VIOLATION, message.strip(), "format")
