"""Turtle as a person wrote it: blocks, statements and comments, each term with its spelling and its place.

A parser gives statements and forgets the rest; this keeps what they are written with. It trusts that the parser
has accepted the text. Comments belong to the statement, the block or the declaration below them, or on whose line
they stand. What has no such place, and syntax whose layout we do not know, is refused rather than lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from publisher.compiler.positions import TOKENS, expand, resolve
from publisher.errors import EditingError
from publisher.namespaces import RDF

TYPE: Final = str(RDF["type"].value)

_PLAIN: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
"""Local names that need no escapes."""

Lines = tuple[str, ...]
"""Comments on lines of their own; an empty text is an empty line."""


@dataclass(frozen=True, slots=True)
class Nested:
    """`[ … ]`: statements about a node without a name; `below` are the comments before the bracket that closes."""

    statements: tuple[Statement, ...]
    below: Lines = ()


@dataclass(frozen=True, slots=True)
class Collection:
    """`( … )`, item by item."""

    items: tuple[Item, ...]
    below: Lines = ()


Object = str | Nested | Collection
"""A term as it is written, or what brackets hold."""


@dataclass(frozen=True, slots=True)
class Item:
    """One member of a collection, with the comments above it and at the end of its line."""

    object: Object
    above: Lines = ()
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One property with one value; `start` and `end` are where the value stands in the text."""

    property: str
    object: Object
    above: Lines = ()
    beside: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """All from a subject to its full stop, at `start` and `stop`; `beside` stands behind that."""

    subject: Object
    statements: tuple[Statement, ...]
    above: Lines = ()
    below: Lines = ()
    beside: str = ""
    start: int = 0
    stop: int = 0


@dataclass(frozen=True, slots=True)
class Prefix:
    """`@prefix name: <iri> .`; of `@base` the name is empty and without colon."""

    name: str
    iri: str
    above: Lines = ()
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """What names in a file stand for."""

    base: str
    prefixes: Mapping[str, str]

    def iri(self, text: str) -> str:
        """The IRI that a term stands for; empty when it stands for none."""
        if text == "a":
            return TYPE
        return resolve(text, self.base) if text.startswith("<") else expand(text, self.prefixes)

    def shortened(self, iri: str) -> str:
        """How to write an IRI in this file: with a prefix that it declares, relative where we mint, or whole."""
        for prefix, namespace in sorted(self.prefixes.items(), key=lambda each: -len(each[1])):
            local = iri.removeprefix(namespace)
            if namespace and local != iri and _PLAIN.fullmatch(local):
                return f"{prefix}:{local}"
        ours = iri.startswith((f"{self.base}id/", f"{self.base}ns/"))
        return f"<{iri.removeprefix(self.base) if ours else iri}>"


@dataclass(frozen=True, slots=True)
class Turtle:
    """One file: `head` stands above the first declaration, `foot` below the last block."""

    blocks: tuple[Block, ...]
    prefixes: tuple[Prefix, ...]
    names: Names
    base: Prefix | None = None
    head: Lines = ()
    foot: Lines = ()


def read(path: str, text: str, base: str) -> Turtle:
    """Read a Turtle file that a parser has accepted; `base` is that of the site, with its slash.

    Raises `EditingError`, with the line, for what cannot be written again without loss.
    """
    return _Reader(path, text, base).document()


@dataclass(slots=True)
class _Token:
    """A token, the comment on the line before it that follows the last token, and those above it."""

    kind: str
    text: str
    start: int
    beside: str = ""
    above: list[str] = field(default_factory=list)

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def _tokens(text: str) -> Iterator[_Token]:
    """Every token, each with the comments before it; the last one is the end of the file."""
    breaks = 1
    token = _Token("end", "", len(text))
    for match in TOKENS.finditer(text):
        kind, said = match.lastgroup or "", match[0]
        if kind != "space":
            if token.above and breaks > 1:
                token.above.append("")
            yield replace(token, kind=kind, text=said, start=match.start())
            breaks, token = 0, _Token("end", "", len(text))
        elif not said.startswith("#"):
            breaks += said.count("\n") or said.count("\r")
        elif not breaks and not token.beside:
            token.beside = said.rstrip()
        else:
            token.above += [""] * (bool(token.above) and breaks > 1) + [said.rstrip()]
            breaks = 0
    yield token


@dataclass(slots=True)
class _Reader:
    """The state of one reading: a place in the tokens, and what was read so far."""

    path: str
    text: str
    base: str
    tokens: list[_Token] = field(default_factory=list)
    at: int = 0
    prefixes: dict[str, Prefix] = field(default_factory=dict)
    own_base: Prefix | None = None
    blocks: list[Block] = field(default_factory=list)

    def document(self) -> Turtle:
        self.tokens = list(_tokens(self.text))
        head = self.declarations()
        carried: Lines = ()
        while self.token.kind != "end":
            above, carried = (*carried, *self.above()), ()
            if self.declares():
                self.declaration(())
                carried = above
            else:
                self.blocks.append(self.block(above))
        foot = (*carried, *self.above())
        self.refuse_lost_comments()
        names = Names(self.base, {name: resolve(each.iri, self.base) for name, each in self.prefixes.items()})
        return Turtle(tuple(self.blocks), tuple(self.prefixes.values()), names, self.own_base, head, foot)

    def declarations(self) -> Lines:
        """Read those that open the file; tells the comments above the first one."""
        if not self.declares():
            return ()
        head = self.above()
        self.declaration(())
        while self.declares():
            self.declaration(self.above())
        return head

    @property
    def token(self) -> _Token:
        return self.tokens[self.at]

    def take(self, *expected: str) -> _Token:
        token = self.token
        if expected and token.text not in expected:
            raise self.error(
                token, f"{token.text or 'the end of the file'} stands where {expected[0]} is expected"
            )
        self.at += 1
        return token

    def error(self, token: _Token, message: str) -> EditingError:
        line = self.text.count("\n", 0, token.start) + 1
        return EditingError(f"{self.path}:{line}: {message}")

    def above(self) -> Lines:
        """Take the comments before the next token; one on the line of what ended there belongs to that."""
        if self.token.beside and self.beside_last(self.token.beside):
            self.token.beside = ""
        return self.all_comments()

    def all_comments(self) -> Lines:
        token = self.token
        found = (*([token.beside] if token.beside else []), *token.above)
        token.beside, token.above = "", []
        return found

    def beside_last(self, comment: str) -> bool:
        """Give a comment to the block or the declaration that was read last."""
        if self.blocks:
            self.blocks[-1] = replace(self.blocks[-1], beside=comment)
        elif self.prefixes:
            name, last = list(self.prefixes.items())[-1]
            self.prefixes[name] = replace(last, beside=comment)
        else:
            return False
        return True

    def refuse_lost_comments(self) -> None:
        """A comment in the midst of a statement has no place in our layout."""
        for token in self.tokens:
            for comment in filter(None, (token.beside, *token.above)):
                before = self.text.rfind(comment, 0, token.start)
                place = replace(token, start=before)
                raise self.error(place, f"the comment “{comment}” stands within a statement; put it above that")

    def declares(self) -> bool:
        word = self.token.text.lower().removeprefix("@")
        return self.token.kind in ("tag", "word") and word in ("prefix", "base", "version")

    def declaration(self, above: Lines) -> None:
        keyword = self.take()
        match keyword.text.lower().removeprefix("@"):
            case "prefix":
                name, iri = self.take().text, self.take().text
                self.declare(keyword, Prefix(name.removesuffix(":"), iri, above))
            case "base" if not self.prefixes and not self.own_base and not self.blocks:
                self.own_base = Prefix("", self.take().text, above)
                self.base = resolve(self.own_base.iri, self.base)
            case "base":
                raise self.error(keyword, "a base below the first declaration; put one base at the top")
            case _:
                raise self.error(keyword, "RDF 1.2 announces itself here; this layout knows RDF 1.1 only")
        if keyword.text.startswith("@"):
            self.take(".")

    def declare(self, keyword: _Token, prefix: Prefix) -> None:
        known = self.prefixes.get(prefix.name)
        if known is not None and known.iri != prefix.iri:
            message = f"the prefix {prefix.name}: means something else further up; give one of them another name"
            raise self.error(keyword, message)
        if known is not None:
            prefix = replace(known, above=(*known.above, *prefix.above))
        self.prefixes[prefix.name] = prefix

    def block(self, above: Lines) -> Block:
        start = self.token.start
        subject = self.object()
        statements, below = self.statements()
        stop = self.take(".").start
        return Block(subject, statements, above, below, start=start, stop=stop)

    def statements(self) -> tuple[tuple[Statement, ...], Lines]:
        """Properties and values as far as `]` or the full stop, and the comments before that."""
        found: list[Statement] = []
        carried: Lines = ()
        while True:
            carried = self.beside_statement(found, carried)
            if self.token.text in ("]", "."):
                return tuple(found), carried
            if self.token.text == ";":
                self.take()
                continue
            property = self.take().text
            found.append(self.statement(property, (*carried, *self.all_comments())))
            carried = self.beside_statement(found, ())
            while self.token.text == ",":
                self.take()
                found.append(self.statement(property, self.beside_statement(found, carried)))
                carried = self.beside_statement(found, ())

    def statement(self, property: str, above: Lines) -> Statement:
        start = self.token.start
        object = self.object()
        return Statement(property, object, above, start=start, end=self.tokens[self.at - 1].end)

    def beside_statement(self, found: list[Statement], carried: Lines) -> Lines:
        """Take the comments before the next token; one on the line of the last statement belongs to that."""
        if found and self.token.beside and not found[-1].beside:
            found[-1] = replace(found[-1], beside=self.token.beside)
            self.token.beside = ""
        return (*carried, *filter(None, self.all_comments()))

    def object(self) -> Object:
        """A term, with what belongs to it."""
        token = self.take()
        match token.kind, token.text:
            case "open", "[":
                found, below = self.statements()
                self.take("]")
                return Nested(found, below)
            case "open", "(":
                return self.collection()
            case "string", text:
                return text + self.suffix()
            case (("iri" | "word"), text) if "~" not in text.replace("\\~", ""):
                return text
        raise self.error(token, f"{token.text} is not in RDF 1.1, and this layout knows no other")

    def suffix(self) -> str:
        """The language or the datatype of a text."""
        if self.token.kind == "tag":
            return self.take().text
        if self.token.text == "^^":
            return self.take().text + self.take().text
        return ""

    def collection(self) -> Collection:
        items: list[Item] = []
        while True:
            if items and self.token.beside:
                items[-1] = replace(items[-1], beside=self.token.beside)
                self.token.beside = ""
            above = tuple(filter(None, self.all_comments()))
            if self.token.text == ")":
                self.take()
                return Collection(tuple(items), above)
            items.append(Item(self.object(), above))
