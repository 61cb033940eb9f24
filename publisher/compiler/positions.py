"""A lexical pass over Turtle and N-Triples: where subjects stand, how language tags and IRIs were written.

The engine's parser gives terms, not places, and it lower-cases language tags. This pass reads tokens only; it
trusts that the parser has accepted the text. Turtle 1.1 grammar: www.w3.org/TR/turtle/#sec-grammar.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin

TOKENS: Final = re.compile(
    r"""
      (?P<space>[ \t\r\n]+ | \#[^\r\n]*)
    | (?P<iri><[^<>"{}|^`\x00-\x20]*>)
    | (?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*'''
                 | "(?:[^"\\\r\n]|\\.)*" | '(?:[^'\\\r\n]|\\.)*')
    | (?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[A-Za-z]+)?)
    | (?P<word>(?:[^\s<>"'{}()\[\],;\#^@\\.]|\\.|\.+(?=[^\s<>"'{}()\[\],;\#^@.]))+)
    | (?P<open><<\(? | \{\| | [\[(])
    | (?P<close>\)?>> | \|\} | [\])])
    | (?P<mark>\^\^ | [.;,{}] )
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPES: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_REMARKABLE: Final = re.compile(r"@[a-z]*[A-Z]|<(?![A-Za-z][A-Za-z0-9+.-]*:)[^<>\"{}|^`\x00-\x20]*>")


@dataclass(frozen=True, slots=True)
class Spelling:
    """Something as it was written, at a place; `meaning` is the IRI that a relative one resolves to."""

    text: str
    line: int
    column: int
    meaning: str = ""


@dataclass(slots=True)
class Positions:
    """What the pass found in one file.

    `subjects` maps an IRI to the first (line, column) at which it is a subject of its own statement; `tags`
    and `relative` are language tags and relative IRIs as written. `texts` maps an IRI and a text of it, as in
    `Finding.value`, to its place in a table. Lines and columns count from 1.
    """

    subjects: dict[str, tuple[int, int]] = field(default_factory=dict)
    tags: list[Spelling] = field(default_factory=list)
    relative: list[Spelling] = field(default_factory=list)
    texts: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)


def remarkable(text: str) -> bool:
    """Whether a text may have a relative IRI, or a language tag that does not begin in small letters.

    A quick look, a fiftieth of what the pass takes; it also takes strings and comments for what they are not.
    """
    return _REMARKABLE.search(text) is not None


def positions(text: str, base: str) -> Positions:
    """Read a Turtle or N-Triples text whose base IRI is `base`."""
    return _Pass(text, base).run()


@dataclass(slots=True)
class _Pass:
    """The state of one reading: declarations so far, depth of brackets, whether a subject comes next."""

    text: str
    base: str
    prefixes: dict[str, str] = field(default_factory=dict)
    found: Positions = field(default_factory=Positions)
    lines: list[int] = field(default_factory=list)

    def run(self) -> Positions:
        self.lines = [0, *(match.end() for match in re.finditer("\n", self.text))]
        tokens = self.tokens()
        depth, expecting = 0, True
        for kind, text, start in tokens:
            if kind == "open":
                depth, expecting = depth + 1, False
            elif kind == "close":
                depth -= 1
            elif expecting and self.declares(kind, text):
                self.declaration(tokens)
            elif expecting and kind in ("iri", "word"):
                self.subject(kind, text, start)
                expecting = False
            elif text == "." and depth == 0:
                expecting = True
        return self.found

    def tokens(self) -> Iterator[tuple[str, str, int]]:
        """Tokens without white space; notes tags and relative IRIs in passing."""
        for match in TOKENS.finditer(self.text):
            kind, text, start = match.lastgroup or "", match[0], match.start()
            if kind == "space":
                continue
            if kind == "tag" and text not in ("@prefix", "@base", "@version"):
                self.found.tags.append(Spelling(text[1:], *self.place(start)))
            elif kind == "iri" and not _SCHEME.match(text, 1):
                self.found.relative.append(Spelling(text, *self.place(start), meaning=resolve(text, self.base)))
            yield kind, text, start

    def declares(self, kind: str, text: str) -> bool:
        word = text.lower().removeprefix("@")
        return kind in ("tag", "word") and word in ("prefix", "base", "version")

    def declaration(self, tokens: Iterator[tuple[str, str, int]]) -> None:
        """The rest of `@prefix p: <iri>` or `BASE <iri>`; the dot after it is an empty statement."""
        kind, text, _ = next(tokens, ("", "", 0))
        if kind == "iri":
            self.base = resolve(text, self.base)
        elif kind == "word" and text.endswith(":"):
            self.prefixes[text[:-1]] = resolve(next(tokens, ("iri", "<>", 0))[1], self.base)

    def subject(self, kind: str, text: str, start: int) -> None:
        iri = resolve(text, self.base) if kind == "iri" else expand(text, self.prefixes)
        if iri:
            self.found.subjects.setdefault(iri, self.place(start))

    def place(self, start: int) -> tuple[int, int]:
        line = bisect_right(self.lines, start)
        return line, start - self.lines[line - 1] + 1


def resolve(text: str, base: str) -> str:
    """The IRI that `<…>` stands for (RFC 3986, section 5.2)."""
    iri = _ESCAPES.sub(lambda match: chr(int(match[1] or match[2], 16)), text[1:-1])
    if iri.startswith("#"):  # urljoin drops an empty fragment
        return base.partition("#")[0] + iri
    return iri if _SCHEME.match(iri) else urljoin(base, iri)


def expand(name: str, prefixes: Mapping[str, str]) -> str:
    """The IRI that a prefixed name stands for; empty for blank nodes and unknown prefixes."""
    prefix, _, local = name.partition(":")
    namespace = prefixes.get(prefix)
    return "" if namespace is None else namespace + re.sub(r"\\(.)", r"\1", local)
