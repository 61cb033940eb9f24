"""From files to statements: every syntax error of every file, with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from pyoxigraph import Quad

from publisher.compiler.guard import rehearse
from publisher.compiler.reading import StatedFile, read, unread
from publisher.config import Reading
from publisher.iris import Policy
from publisher.report import Finding
from publisher.source import Source


@dataclass(frozen=True, slots=True)
class Stated:
    """All content as it is written: the files in order, and what is wrong with their syntax."""

    files: tuple[StatedFile, ...]
    findings: tuple[Finding, ...] = field(default=())

    @property
    def quads(self) -> Iterator[Quad]:
        """The statements of every file."""
        return (quad for file in self.files for quad in file.quads)


def parse(source: Source, policy: Policy, limits: Reading, progress: Callable[[str], None]) -> Stated:
    """Read every content file; IRIs are resolved against `{base}/`, graphs are named after files.

    The findings are about the shapes too. Only what a child process has read without trouble is read here; of
    other files there is the text and what is wrong.
    """
    findings = rehearse(source.files, policy, limits, progress)
    wrong = {each.path for each in findings}
    return Stated(
        tuple(unread(each, policy) if each.path in wrong else read(each, policy) for each in source.content),
        tuple(findings),
    )
