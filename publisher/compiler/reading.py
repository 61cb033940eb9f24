"""One file, from bytes to statements: every syntax error, with its place.

Blank nodes are named after their file and their order in it, so that the same bytes give the same statements
and two files never share one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Final, cast

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from publisher.compiler.positions import Positions, positions
from publisher.compiler.table import SUFFIXES, Row, read_table
from publisher.description import Node, Term
from publisher.formats import N_QUADS, N_TRIPLES, RDF_XML, TURTLE, Format, format_of_suffix
from publisher.iris import Policy
from publisher.report import Finding, Severity
from publisher.source import SourceFile

RECOVERING: Final = (TURTLE, N_TRIPLES)
"""Syntaxes whose parser goes on after an error."""

ERRORS_A_FILE: Final = 100
"""After so many the rest is most likely an echo."""

AT_ONCE: Final = 4_096
"""Statements that are taken from the parser at a time."""

KEPT: Final = 440
"""Bytes that a statement takes in memory beside its letters."""

GROWTH: Final = 16
"""Bytes of memory for each byte of a file that any file may take: an honest one of Turtle takes 13."""

SHOWN: Final = 300
"""Characters of a line, or of a message, that a finding carries."""

NOT_IN_XML: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML 1.0 cannot hold in any spelling."""

_ESCAPED: Final = re.compile(
    r"\\(?:[bf]|(?:u|U0000)(?:00[01][0-9A-Fa-f]|[Ff]{3}[EeFf]))|&#(?:\d\d?|x[01]?[0-9A-Fa-f]);"
)
"""How a source can spell it; also how it can spell something else."""

_CONTROLS: Final = bytes({*range(0x20)} - {*b"\t\n\r"})
_NONCHARACTERS: Final = ("\ufffe".encode(), "\uffff".encode())

_WHERE: Final = re.compile(r"^Parser error at line \d+.*?: |^(?:Error|Parser error)[^:]*: ", re.DOTALL)
_PACKED: Final = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"(\xb5/\xfd": "zstd",
}


@dataclass(frozen=True)
class StatedFile:
    """One file, its text and its statements, all in one graph.

    A table has `rows`, of which `labels` makes statements with their places.
    """

    path: str
    text: str
    quads: tuple[Quad, ...]
    base: str
    lexical: bool
    rows: tuple[Row, ...] = ()
    placed: Positions | None = None

    @cached_property
    def positions(self) -> Positions:
        """Where things stand in it; empty for syntaxes that we have no lexical pass for."""
        if self.placed is not None:
            return self.placed
        return positions(self.text, self.base) if self.lexical else Positions()

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text, split once however many findings show one."""
        return self.text.splitlines()

    def line(self, number: int) -> str:
        """A line of the text, counted from 1, or nothing."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""


def read(file: SourceFile, policy: Policy) -> StatedFile:
    """The statements of a file in which `inspect` finds nothing wrong.

    IRIs are resolved against `{base}/`.
    """
    graph, syntax = _graph(file, policy), format_of_suffix(file.suffix)
    if graph is None or syntax is None:
        return replace(unread(file, policy), rows=read_table(file)[0] if file.suffix in SUFFIXES else ())
    text, _ = _decode(file)
    quads: list[Quad] = []
    rename = _Renaming(file.path)
    base = f"{policy.base}/"
    for each in _parsed(file.path, text, syntax, base):
        if not isinstance(each, Finding):
            quads.extend(rename.quads(each, graph))
    return StatedFile(file.path, text, tuple(quads), base, syntax in RECOVERING)


def inspect(file: SourceFile, policy: Policy, memory: int) -> list[Finding]:
    """What is wrong with a file; no statement is kept, however many there are.

    Hostile bytes can end the process that calls this, or take it for ever: see `guard`. Raises `MemoryError` when
    to keep the statements takes more than `memory` bytes, and `GROWTH` for each byte of the file.
    """
    if _graph(file, policy) is None:
        return [finding(file.path, "", 0, "its name names a graph; use letters, digits, hyphens")]
    if file.suffix in SUFFIXES:
        return _inspect_table(file, policy)
    text, wrong = _decode(file)
    syntax = format_of_suffix(file.suffix)
    if not wrong and syntax is RDF_XML and (match := re.search(r"<!(DOCTYPE|ENTITY)", text)):
        message = "a document type declaration is refused; write entities out and remove it"
        wrong = [finding(file.path, text, match.start(), message)]
    if wrong or syntax is None:
        return wrong
    rehearsal = _Rehearsal(file, text, memory + GROWTH * len(file.content))
    for each in _parsed(file.path, text, syntax, f"{policy.base}/"):
        if isinstance(each, Finding):
            wrong.append(each)
        else:
            rehearsal.take(each)
    return [*wrong, *rehearsal.wrong]


def _inspect_table(file: SourceFile, policy: Policy) -> list[Finding]:
    _, wrong = read_table(file)
    lines = unread(file, policy)
    return [replace(each, text=lines.line(each.line)[:SHOWN]) for each in wrong[:ERRORS_A_FILE]]


def unread(file: SourceFile, policy: Policy) -> StatedFile:
    """A file of which we have the text only."""
    text = "" if file.suffix == "xlsx" else file.content.decode("utf-8", errors="replace")
    return StatedFile(file.path, text, (), f"{policy.base}/", False)


def finding(path: str, text: str, start: int, message: str) -> Finding:
    """A violation at a place in a text, counted in characters."""
    line = text.count("\n", 0, start) + 1
    column = start - text.rfind("\n", 0, start)
    return Finding(path, line, column, Severity.VIOLATION, message, "syntax")


def _graph(file: SourceFile, policy: Policy) -> NamedNode | None:
    """The graph that is named after the file; None when its name cannot be in an IRI."""
    try:
        return NamedNode(policy.graph(file.name))
    except ValueError:
        return None


def _decode(file: SourceFile) -> tuple[str, list[Finding]]:
    for magic, name in _PACKED.items():
        if file.content.startswith(magic):
            return "", [finding(file.path, "", 0, f"packed with {name}; unpack it, a source is plain text")]
    try:
        return file.content.removeprefix(b"\xef\xbb\xbf").decode("utf-8"), []
    except UnicodeDecodeError as error:
        before = file.content[: error.start].decode("utf-8")
        return "", [finding(file.path, before, len(before), "not UTF-8; save the file as UTF-8")]


def _parsed(path: str, text: str, syntax: Format, base: str) -> Iterator[list[Quad] | Finding]:
    """Statements, some thousands at a time, and errors between them."""
    # A source has no syntax that names graphs (`source.SUFFIXES`); what others have downloaded may have one.
    graphs = syntax.holds_datasets
    parser = pyoxigraph.parse(text.encode(), syntax.engine, base_iri=base, without_named_graphs=not graphs)
    lines: list[str] = []
    errors = 0
    while errors < (ERRORS_A_FILE if syntax in RECOVERING else 1):
        some: list[Quad] = []
        try:
            # What came before an error stays in the list.
            some.extend(islice(parser, AT_ONCE))
            yield some
            if not some:
                return
        except SyntaxError as error:
            yield some
            errors += 1
            lines = lines or text.splitlines()
            yield _syntax_error(path, error, lines)
        except MemoryError as error:
            # So the engine says that a line, or a term, does not fit its buffer of 16 MiB.
            if "buffer" not in str(error):
                raise
            yield some
            yield _long_line(path, text)
            return


class _Rehearsal:
    """Does with statements what those who keep them will do, as far as it can go wrong, and lets go of them."""

    def __init__(self, file: SourceFile, text: str, memory: int) -> None:
        self.wrong: list[Finding] = []
        self._path = file.path
        self._text = text
        self._memory = memory
        self._rename = _Renaming(file.path)
        self._spelt = (NOT_IN_XML if _has_raw(file.content) else _ESCAPED).search(text)

    def take(self, quads: Sequence[Quad]) -> None:
        """Look at the next statements. Raises `MemoryError` or `RecursionError` when nobody could keep them."""
        written = pyoxigraph.serialize(quads, format=N_QUADS.engine) or b""
        self._memory -= KEPT * len(quads) + len(written)
        if self._memory < 0:
            raise MemoryError
        if b"<<(" in written:
            for each in quads:
                self._rename(each.object)
        if self._spelt and not self.wrong:
            self.wrong.extend(islice(self._not_in_xml(quads, self._spelt.start()), 1))

    def _not_in_xml(self, quads: Iterable[Quad], start: int) -> Iterator[Finding]:
        """The texts that the RDF/XML of this content could not have; `start` is where the first may be."""
        for quad in quads:
            if found := NOT_IN_XML.search(_text(quad.object)):
                message = f"a text of {quad.subject} has U+{ord(found[0]):04X}, which XML cannot hold; remove it"
                yield finding(self._path, self._text, start, message[:SHOWN])


def _has_raw(content: bytes) -> bool:
    """Whether such a character stands in a file as it is; six times as fast as the expression on its text."""
    return len(content.translate(None, _CONTROLS)) < len(content) or any(
        each in content for each in _NONCHARACTERS
    )


def _text(term: Term) -> str:
    return _text(term.object) if isinstance(term, Triple) else term.value


def _syntax_error(path: str, error: SyntaxError, lines: list[str]) -> Finding:
    line, column = error.lineno or 0, error.offset or 0
    message = _WHERE.sub("", error.msg or str(error))
    shown = lines[line - 1] if 0 < line <= len(lines) else ""
    return Finding(path, line, column, Severity.VIOLATION, message[:SHOWN], "syntax", text=shown[:SHOWN])


def _long_line(path: str, text: str) -> Finding:
    start, size = 0, 0
    for line in re.finditer(r"[^\n]+", text):
        if line.end() - line.start() > size:
            start, size = line.start(), line.end() - line.start()
    message = f"a line of {size:,} characters; a line, or a text, may have some 16 million bytes: break it up"
    return finding(path, text, start, message)


class _Renaming:
    """Blank nodes named after the file and the order in which they appear."""

    def __init__(self, path: str) -> None:
        self.name = re.sub(r"[^A-Za-z0-9]+", "-", path.rpartition(".")[0]).strip("-")
        self.known: dict[str, BlankNode] = {}

    def quads(self, quads: Iterable[Quad], graph: NamedNode) -> Iterator[Quad]:
        """The same statements in a graph."""
        for each in quads:
            subject, value = each.subject, each.object
            # Asked of every statement, so without a call: nearly all have names only.
            if not isinstance(subject, NamedNode):
                subject = self.node(subject)
            if not isinstance(value, (Literal, NamedNode)):
                value = self(value)
            yield Quad(subject, each.predicate, value, graph)

    def __call__(self, term: Term) -> Term:
        if isinstance(term, Triple):
            return Triple(self.node(term.subject), term.predicate, self(term.object))
        if not isinstance(term, BlankNode):
            return term
        return self.known.setdefault(term.value, BlankNode(f"{self.name}-{len(self.known) + 1}"))

    def node(self, term: Node | Triple) -> Node:
        """The same for a subject, which is never a literal or (in RDF 1.2) a triple."""
        return cast(Node, self(term))
