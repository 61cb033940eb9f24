"""From bytes to statements: every syntax error of every file, with its place.

Blank nodes are named after their file and their order in it, so that the same bytes give the same statements
and two files never share one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, cast

import pyoxigraph
from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from publisher.compiler.positions import Positions, positions
from publisher.description import Node, Term
from publisher.formats import N_TRIPLES, RDF_XML, TURTLE, format_of_suffix
from publisher.iris import Policy
from publisher.report import Finding, Severity
from publisher.source import Source, SourceFile

RECOVERING: Final = (TURTLE, N_TRIPLES)
"""Syntaxes whose parser goes on after an error."""

ERRORS_A_FILE: Final = 100
"""After so many the rest is most likely an echo."""

_WHERE: Final = re.compile(r"^Parser error at line \d+.*?: |^(?:Error|Parser error)[^:]*: ", re.DOTALL)


@dataclass(frozen=True)
class StatedFile:
    """One file, its text and its statements, all in one graph."""

    path: str
    text: str
    quads: tuple[Quad, ...]
    base: str
    lexical: bool

    @cached_property
    def positions(self) -> Positions:
        """Where things stand in it; empty for syntaxes that we have no lexical pass for."""
        return positions(self.text, self.base) if self.lexical else Positions()

    def line(self, number: int) -> str:
        """A line of the text, counted from 1, or nothing."""
        lines = self.text.splitlines()
        return lines[number - 1] if 0 < number <= len(lines) else ""


@dataclass(frozen=True, slots=True)
class Stated:
    """All content as it is written: the files in order, and what is wrong with their syntax."""

    files: tuple[StatedFile, ...]
    findings: tuple[Finding, ...] = field(default=())

    @property
    def quads(self) -> Iterator[Quad]:
        """The statements of every file."""
        return (quad for file in self.files for quad in file.quads)


def parse(source: Source, policy: Policy, progress: Callable[[str], None]) -> Stated:
    """Read every content file; IRIs are resolved against `{base}/`, graphs are named after files."""
    files, findings = [], []
    for each in source.content:
        progress(f"reading {each.path}")
        file, wrong = _read(each, policy)
        files.append(file)
        findings.extend(wrong)
    return Stated(tuple(files), tuple(findings))


def _read(file: SourceFile, policy: Policy) -> tuple[StatedFile, list[Finding]]:
    text, wrong = _decode(file)
    base, syntax = f"{policy.base}/", format_of_suffix(file.suffix)
    if wrong or syntax is None:
        return StatedFile(file.path, text, (), base, False), wrong
    if syntax is RDF_XML and (match := re.search(r"<!(DOCTYPE|ENTITY)", text)):
        return StatedFile(file.path, text, (), base, False), [_refused_dtd(file, text, match.start())]
    graph = NamedNode(policy.graph(file.name))
    quads: list[Quad] = []
    rename = _Renaming(file.path)
    for each in _parsed(file, text, base):
        if isinstance(each, Finding):
            wrong.append(each)
        else:
            quads.append(Quad(rename.node(each.subject), each.predicate, rename(each.object), graph))
    return StatedFile(file.path, text, tuple(quads), base, syntax in RECOVERING), wrong


def _decode(file: SourceFile) -> tuple[str, list[Finding]]:
    try:
        return file.content.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        text = file.content.decode("utf-8", errors="replace")
        line = file.content.count(b"\n", 0, error.start) + 1
        column = error.start - file.content.rfind(b"\n", 0, error.start)
        message = "not UTF-8; save the file as UTF-8"
        return text, [Finding(file.path, line, column, Severity.VIOLATION, message, "syntax")]


def _refused_dtd(file: SourceFile, text: str, start: int) -> Finding:
    line = text.count("\n", 0, start) + 1
    column = start - text.rfind("\n", 0, start)
    message = "a document type declaration is refused; write entities out and remove it"
    return Finding(file.path, line, column, Severity.VIOLATION, message, "syntax")


def _parsed(file: SourceFile, text: str, base: str) -> Iterator[Quad | Finding]:
    syntax = format_of_suffix(file.suffix)
    if syntax is None:
        return
    parser = pyoxigraph.parse(text.encode(), syntax.engine, base_iri=base, without_named_graphs=True)
    lines: list[str] = []
    errors = 0
    while errors < (ERRORS_A_FILE if syntax in RECOVERING else 1):
        try:
            yield next(parser)
        except StopIteration:
            return
        except SyntaxError as error:
            errors += 1
            lines = lines or text.splitlines()
            yield _syntax_error(file.path, error, lines)


def _syntax_error(path: str, error: SyntaxError, lines: list[str]) -> Finding:
    line, column = error.lineno or 0, error.offset or 0
    message = _WHERE.sub("", error.msg or str(error))
    shown = lines[line - 1] if 0 < line <= len(lines) else ""
    return Finding(path, line, column, Severity.VIOLATION, message, "syntax", text=shown)


class _Renaming:
    """Blank nodes named after the file and the order in which they appear."""

    def __init__(self, path: str) -> None:
        self.name = re.sub(r"[^A-Za-z0-9]+", "-", path.rpartition(".")[0]).strip("-")
        self.known: dict[str, BlankNode] = {}

    def __call__(self, term: Term) -> Term:
        if isinstance(term, Triple):
            return Triple(self.node(term.subject), term.predicate, self(term.object))
        if not isinstance(term, BlankNode):
            return term
        return self.known.setdefault(term.value, BlankNode(f"{self.name}-{len(self.known) + 1}"))

    def node(self, term: Node | Triple) -> Node:
        """The same for a subject, which is never a literal or (in RDF 1.2) a triple."""
        return cast(Node, self(term))
