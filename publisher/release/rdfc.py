"""Canonical N-Quads by RDFC-1.0 (https://www.w3.org/TR/rdf-canon/), for as long as it may take.

On some small graphs the algorithm takes for ever: twelve times as long for each blank node of a clique. The engine
cannot be told to stop, so a child process does it, and the kernel ends that.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from socket import socketpair
from typing import BinaryIO, Final, TypeVar, cast

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from publisher import sandbox
from publisher.formats import N_QUADS

SECONDS: Final = 10
"""Of processor time, for all that one `Canonicalizer` is asked."""

MEMORY: Final = 2048
"""MiB that the child may take."""

AT_ONCE: Final = 10_000
"""Statements that are written together."""

SIZE: Final = struct.Struct("!Q")
"""What goes before each text on the socket: the number of its bytes."""

END: Final = b" .\n"
"""What a line of N-Quads ends in."""

_MODULE: Final = "publisher.release.rdfc_child"

Statement = Quad | Triple
"""A triple stands in the default graph."""

Some = TypeVar("Some", bound=Statement)


@contextmanager
def canonicalizer(seconds: int = SECONDS) -> Iterator[Canonicalizer]:
    """One to use; its child, if it needs one, ends with the block."""
    made = Canonicalizer(seconds)
    try:
        yield made
    finally:
        made.end()


class Canonicalizer:
    """Asks a child, which it starts when there are blank nodes to name; once that has died nobody is asked."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._child: _Child | None = None
        self._died = False

    def named(self, statements: Sequence[Statement]) -> list[bytes] | None:
        """The lines of those with blank nodes, in any order; None when there is no saying in time.

        Names do not depend on other statements. For triple terms RDFC-1.0 has no words.
        """
        if not statements:
            return []
        if self._died or any(map(has_triple_term, statements)):
            return None
        self._child = self._child or _Child(self._seconds)
        answer = self._child.ask(written(statements))
        if answer is None:
            self.end()
            return None
        return answer.splitlines(keepends=True)

    def end(self) -> None:
        """End the child."""
        if self._child is not None:
            self._child.end()
        self._child, self._died = None, True


class _Child:
    """A process that names blank nodes until we hang up, or it has used its time."""

    def __init__(self, seconds: int) -> None:
        ours, theirs = socketpair()
        with ours, theirs:
            arguments = map(str, (os.getpid(), seconds, MEMORY))
            self._process = sandbox.start(_MODULE, *arguments, channel=theirs)
            self._channel = cast(BinaryIO, ours.makefile("rwb"))

    def ask(self, text: bytes) -> bytes | None:
        """N-Quads for N-Quads; None when it died of these."""
        with suppress(OSError):
            self._channel.write(SIZE.pack(len(text)) + text)
            self._channel.flush()
            if len(head := self._channel.read(SIZE.size)) == SIZE.size:
                [size] = SIZE.unpack(head)
                answer = self._channel.read(size)
                return answer if len(answer) == size else None
        return None

    def end(self) -> None:
        """Hang up, and wait for its death."""
        with suppress(OSError):
            self._channel.close()
        self._process.communicate()


def written(statements: Iterable[Statement]) -> bytes:
    """Statements as canonical N-Quads write them, one a line."""
    return pyoxigraph.serialize(cast(Iterable[Quad], statements), format=N_QUADS.engine) or b""


def separated(statements: Iterable[Some]) -> tuple[list[bytes], list[Some]]:
    """The lines of those that have nothing in them but IRIs and literals, and the others."""
    plain: list[bytes] = []
    others: list[Some] = []
    remaining = iter(statements)
    while some := tuple(islice(remaining, AT_ONCE)):
        text = written(some)
        # Bytes: texts may have characters that Unicode calls ends of a line.
        lines = text.splitlines(keepends=True)
        # Asked of many at a time, because hardly any has such a term, or a text that looks like one.
        if b"_:" in text or b"<<(" in text:
            lines = [line for line, each in zip(lines, some, strict=True) if _is_plain(each)]
            others += (each for each in some if not _is_plain(each))
        plain += lines
    return plain, others


def _is_plain(statement: Statement) -> bool:
    """Whether a statement has nothing in it but IRIs and literals; its graph has no blank node for a name."""
    return isinstance(statement.subject, NamedNode) and isinstance(statement.object, (NamedNode, Literal))


def has_triple_term(statement: Statement) -> bool:
    """Whether it says something about a statement (RDF 1.2)."""
    return not isinstance(statement.object, (NamedNode, Literal, BlankNode))
