"""What is well-formed RDF and yet no good in some of the forms that we publish: in JSON-LD, or on pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, Triple

from publisher.compiler.parse import Stated
from publisher.compiler.reading import StatedFile
from publisher.namespaces import shorten
from publisher.report import Finding, Severity

_ABOUT_STATEMENT: Final = re.compile(
    r"""\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|<[^<>\s]*>|\#[^\n]*"""
    r"""|(?P<here><<|\{\||parseType=.Triple)""",
    re.DOTALL,
)
"""Texts, IRIs and comments, so that what only looks like a statement in them is none."""

TURNING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Characters that say in which direction the text after them runs, until another one ends that."""

_MAY_TURN: Final = re.compile("[\u202a-\u202e\u2066-\u2069]|\\\\[uU]|&#")
"""How a source can spell one of them."""


def check_forms(stated: Stated) -> Iterator[Finding]:
    """A violation for the first statement about a statement of each file, a warning for each text that turns."""
    for file in stated.files:
        yield from _triple_terms(file)
        if _MAY_TURN.search(file.text):
            yield from (each for quad in file.quads for each in _turning(file, quad))


def _triple_terms(file: StatedFile) -> Iterator[Finding]:
    if not any(isinstance(quad.object, Triple) for quad in file.quads):
        return
    found = (match for match in _ABOUT_STATEMENT.finditer(file.text) if match["here"])
    start = next((match.start() for match in found), -1)
    line, column = _place(file.text, start) if start >= 0 else (0, 0)
    message = (
        "a statement about a statement (RDF 1.2), for which JSON-LD and other forms of ours have no words; "
        "say it of a resource of its own, as with prov:wasAttributedTo or a skos:changeNote"
    )
    yield Finding(file.path, line, column, Severity.VIOLATION, message, "triple-term", text=file.line(line))


def _turning(file: StatedFile, quad: Quad) -> Iterator[Finding]:
    if not isinstance(quad.object, Literal) or not (found := TURNING.search(quad.object.value)):
        return
    start = file.text.find(quad.object.value)
    line, column = _place(file.text, start + found.start()) if start >= 0 else (0, 0)
    message = (
        f"a text of {shorten(quad.predicate.value)} has U+{ord(found[0]):04X}, which nobody sees and which turns "
        "around the order of what follows; remove it, the language tag says which way a text runs"
    )
    focus = quad.subject.value if isinstance(quad.subject, NamedNode) else ""
    yield Finding(file.path, line, column, Severity.WARNING, message, "direction", focus, file.line(line))


def _place(text: str, start: int) -> tuple[int, int]:
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
