"""The gate: one linear look at the words of a query, before any engine parses it.

It refuses at once, with a clear message, what would only be killed later (bombs) and what we never do (SERVICE,
updates). It is for quick and clear errors; the sandbox around the worker is the boundary.

Tokens follow the terminals of SPARQL, so that a word in a string, IRI, comment or name is no keyword. The engine
has no lexer, however: it tries rules from wherever it stands. Where that reads a text differently, we count and
refuse by its reading too (`_ambiguous`, `_hides_service`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import NamedNode

from publisher.config import Sparql
from publisher.errors import (
    QueryError,
    QueryNotAllowed,
    QuerySyntaxError,
    QueryTooComplex,
    QueryTooLong,
)
from publisher.sparql import Form, Query
from publisher.sparql.sweeping import is_sweeping


def admit(
    text: str, limits: Sparql, *, default_graphs: Sequence[str] = (), named_graphs: Sequence[str] = ()
) -> Query:
    """The query that this text is, if it may be evaluated at all.

    Raises `QueryTooLong`, `QueryTooComplex`, `QueryNotAllowed`, `QuerySyntaxError`. That it passes does not mean
    that it is SPARQL: only the engine knows.
    """
    if len(text) > limits.characters:
        raise _over(QueryTooLong, "has {} characters", len(text), limits.characters, "characters")
    look = _Look(text, limits)
    position = 0
    while position < len(text):
        position = look.take(position)
    return Query(
        text=text,
        form=look.end(),
        dataset=look.dataset,
        digest=_digest(look.tokens),
        default_graphs=tuple(map(_graph, default_graphs)),
        named_graphs=tuple(map(_graph, named_graphs)),
        volatile=look.volatile,
        sweeping=is_sweeping(look.tokens),
    )


def _digest(tokens: Sequence[str]) -> str:
    try:
        return hashlib.sha256("\x1f".join(tokens).encode()).hexdigest()
    except UnicodeEncodeError:
        raise QuerySyntaxError("The query has half of a surrogate pair, which is no character.") from None


def undeclared(text: str) -> str | None:
    """What to say of the first prefix or base that this query uses and does not declare; None if there is none."""
    declared: set[str] = set()
    previous = ""
    for lexeme in _LEXEME.finditer(text):
        token, kind = lexeme[0], lexeme.lastgroup
        prefix = token.partition(":")[0] + ":"
        if kind == "blank":
            continue
        if previous in ("PREFIX", "BASE"):
            declared.add(prefix if previous == "PREFIX" else previous)
        elif kind in ("name", "unprefixed") and prefix not in declared:
            what = f"the prefix `{prefix}` needs PREFIX {prefix} <…> before the query"
            return f"Syntax error at {_place(text, lexeme.start())}: {what}."
        elif _RELATIVE.fullmatch(token) and "BASE" not in declared:
            what = f"the relative IRI {token[:100]} needs BASE <…> before the query"
            return f"Syntax error at {_place(text, lexeme.start())}: {what}."
        previous = token.upper()
    return None


def _graph(iri: str) -> str:
    try:
        return NamedNode(iri).value
    except ValueError:
        raise QuerySyntaxError(f"A graph is named by an absolute IRI, not by {iri[:200]!r}.") from None


# The character classes of SPARQL 1.1 Query §19.8, literally: `\w` lacks combining marks.
_BASE: Final = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_MARKS: Final = "0-9\u00b7\u0300-\u036f\u203f-\u2040"
_CHARS: Final = rf"{_BASE}_{_MARKS}\-"
_NUMERIC: Final = r"u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}"
_ESCAPE: Final = rf"\\(?:[tbnrf\"'\\]|{_NUMERIC})"
_LOCAL_ESCAPE: Final = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"
_LOCAL: Final = (
    rf":(?:(?:[{_BASE}_0-9:]|{_LOCAL_ESCAPE})(?:[{_CHARS}:]++|{_LOCAL_ESCAPE}|\.++(?=[{_CHARS}:%\\]))*+)?+"
)

# Possessive throughout: nothing is ever tried again, so that time is linear in the length of the text.
_LEXEME: Final = re.compile(
    rf"""
      (?P<blank> (?: [ \t\r\n]++ | \#[^\r\n]*+ )++ )
    | (?P<iri> < (?: [^\x00-\x20<>"{{}}|^`\\]++ | \\(?:{_NUMERIC}) )*+ > )
    | (?P<literal>
          \"\"\" (?: "{{0,2}} (?: [^"\\]++ | {_ESCAPE} ) )*+ \"\"\"
        | ''' (?: '{{0,2}} (?: [^'\\]++ | {_ESCAPE} ) )*+ '''
        | " (?: [^"\\\r\n]++ | {_ESCAPE} )*+ "
        | ' (?: [^'\\\r\n]++ | {_ESCAPE} )*+ '
        | @[A-Za-z]++ (?: -[A-Za-z0-9]++ )*+ (?: --[A-Za-z]++ )?+
        | [0-9]++ \. [0-9]*+ [eE][+\-]?[0-9]++
        | [0-9]*+ \. [0-9]++ (?: [eE][+\-]?[0-9]++ )?+
        | [0-9]++ (?: [eE][+\-]?[0-9]++ )?+
      )
    | (?P<variable> [?$][{_BASE}_0-9][{_BASE}_{_MARKS}]*+ )
    | (?P<label> _: [{_BASE}_0-9] (?: [{_CHARS}]++ | \.++(?=[{_CHARS}]) )*+ )
    | (?P<word> [{_BASE}] (?: [{_CHARS}]++ | \.++(?=[{_CHARS}]) )*+ ) (?P<name> {_LOCAL} )?+
    | (?P<unprefixed> {_LOCAL} )
    | (?P<open> << | \{{\| | [({{\[] )
    | (?P<close> >> | \|\}} | [)}}\]] )
    | (?P<sign> \|\| | && | \^\^ | != | <= | >= | [=<>!*/+\-^|?.,;~] )
    """,
    re.VERBOSE,
)
_PARTS: Final = re.compile(r"[^.\-]+|[.\-]")
_RELATIVE: Final = re.compile(r"<[\w./#%~\-]*+>")
"""What is no absolute IRI, and no comparison either."""
_AUTHORITY: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*+://")

_CLOSER: Final = {"(": ")", "{": "}", "[": "]", "<<": ">>", "{|": "|}"}
_OPERATORS: Final = frozenset(("||", "&&", "!=", "<=", ">=", *"=<>!*/+-^|?"))
_SEPARATORS: Final = frozenset(".,;")
_TERMS: Final = frozenset(("A", "TRUE", "FALSE", "UNDEF"))
_UPDATES: Final = frozenset(("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"))
_VOLATILE: Final = ("NOW", "RAND", "UUID", "BNODE")
_PROLOGUE: Final = frozenset(("BASE", "PREFIX", "VERSION"))


@dataclass(slots=True)
class _Bracket:
    """An open bracket: `group` is the innermost `{` around, or itself; `patterns` counts what the group has."""

    opener: str
    position: int
    role: str
    group: _Bracket | None = None
    pending: bool = False
    patterns: int = 0


@dataclass(slots=True)
class _Look:
    """What we have seen of a query so far."""

    text: str
    limits: Sparql
    tokens: list[str] = field(default_factory=list)
    brackets: list[_Bracket] = field(default_factory=list)
    form: Form | None = None
    dataset: bool = False
    volatile: bool = False
    previous: str = ""
    """`term`, `close`, or another token as it is written, words in upper case."""
    suspect: bool = False
    values: bool = False
    operators: int = 0
    steps: int = 0

    def take(self, position: int) -> int:
        """Look at the token here and return where the next one begins."""
        lexeme = _LEXEME.match(self.text, position)
        if lexeme is None:
            raise self.syntax(position, f"unexpected character {_character(self.text[position])}")
        kind = lexeme.lastgroup or ""
        if kind == "blank":
            return lexeme.end()
        token = lexeme[0]
        if token == "<<" and self.after_operand():
            # SPARQL 1.1 has no `<<`: here it is the operator, and the beginning of an IRI.
            token = "<"
            kind = "sign"
        self.tokens.append(token)
        if len(self.tokens) > self.limits.tokens:
            raise self.over("has {} tokens", len(self.tokens), "tokens")
        _TAKE[kind](self, token, position)
        return position + len(token)

    def end(self) -> Form:
        """The form of the query, now that all of it has been seen."""
        if self.brackets:
            last = self.brackets[-1]
            raise self.syntax(last.position, f"`{last.opener}` is never closed")
        if self.form is None:
            raise QuerySyntaxError("This is no query: there is no SELECT, ASK, CONSTRUCT or DESCRIBE in it.")
        return self.form

    def iri(self, token: str, position: int) -> None:
        if self.after_operand() and not _AUTHORITY.match(token):
            self.ambiguous(token, position)
        self.term(token, position)

    def ambiguous(self, token: str, position: int) -> None:
        """Count what is in `<…>` after an operand: to us it is an IRI, the engine may see a comparison.

        What could begin a string or a comment for the engine, or leave a bracket open, would make it read
        on from another place than we do.
        """
        level = inner = 0
        for character in token:
            level += (character in "([") - (character in ")]")
            inner = max(inner, level)
            if level < 0:
                break
        if level or "'" in token or "#" in token:
            raise self.syntax(position, "is this an IRI or a comparison? Write a blank after `<` if it is one")
        self.deep(len(self.brackets) + inner)
        self.operate(sum(map(token.count, "+-*/=!&|?")))
        self.step(token.count("/"))

    def name(self, token: str, position: int) -> None:
        self.suspect = False
        if "service" in token.lower():
            if _hides_service(token):
                raise self.not_allowed("SERVICE", position)
            self.suspect = "service" in token.partition(":")[0].lower() and self.previous != "GRAPH"
        suspect = self.suspect
        self.term(token, position)
        self.suspect = suspect

    def term(self, token: str, position: int) -> None:
        """An operand: a variable, an IRI, a name, a literal."""
        del token, position
        bracket = self.brackets[-1] if self.brackets else None
        if bracket is not None:
            if bracket.role == "collection" and self.previous in ("term", "close"):
                self.count(bracket, 2)
            bracket.pending = bracket.role in ("group", "properties")
        self.follow("term")

    def word(self, token: str, position: int) -> None:
        if "." not in token and "-" not in token:
            return self.keyword(token, position)
        for part in _PARTS.finditer(token):
            take = self.sign if part[0] in ".-" else self.keyword
            take(part[0], position + part.start())
        return None

    def keyword(self, token: str, position: int) -> None:
        upper = token.upper()
        if upper in _TERMS:
            return self.term(token, position)
        # The engine needs no blank after a word: `trueSERVICE`, `SERVICESILENT`.
        if "SERVICE" in upper:
            raise self.not_allowed("SERVICE", position)
        if upper in _UPDATES:
            raise self.not_allowed(upper, position)
        if self.form is None and upper not in _PROLOGUE:
            self.begin(upper, position)
        self.dataset = self.dataset or upper == "FROM"
        # Found inside other words too, because the engine needs no blank: `trueNOW()`.
        self.volatile = self.volatile or any(each in upper for each in _VOLATILE)
        self.values = upper == "VALUES" or (self.values and upper == "UNDEF")
        self.operate(upper in ("FILTER", "BIND"))
        self.end_pattern()
        if upper == "OPTIONAL" and self.brackets:
            self.count(self.brackets[-1], 1)
        self.follow(upper)
        return None

    def begin(self, word: str, position: int) -> None:
        if word not in Form.__members__:
            raise self.syntax(position, f"{word[:40]!r} begins no query: use SELECT, ASK, CONSTRUCT or DESCRIBE")
        self.form = Form(word)

    def open(self, token: str, position: int) -> None:
        if token == "{":
            if self.suspect:
                raise self.not_allowed("SERVICE", position)
            self.operate(True)
            self.end_pattern()
        around = self.brackets[-1] if self.brackets else None
        bracket = _Bracket(token, position, self.role(token, around))
        bracket.group = bracket if token == "{" or around is None else around.group
        self.brackets.append(bracket)
        self.deep(len(self.brackets))
        if token == "{|":
            self.reify()
        self.follow(token)

    def role(self, token: str, around: _Bracket | None) -> str:
        """What is between these brackets: only groups, properties and collections have triple patterns.

        Only an expression has comparisons, so that elsewhere `<` begins an IRI or a triple.
        """
        if token == "{":
            values, self.values = self.values, False
            return "values" if values else "group"
        if token != "(":
            return "properties"
        if self.previous == "<<" or (around is not None and around.role == "values"):
            return "terms"
        inside = around is not None and around.role in ("group", "properties", "collection")
        called = self.previous.isalpha() and self.previous.isupper()
        return "collection" if inside and not called else "expression"

    def close(self, token: str, position: int) -> None:
        if not self.brackets:
            raise self.syntax(position, f"`{token}` closes nothing")
        last = self.brackets[-1]
        if _CLOSER[last.opener] != token:
            where = self.place(last.position)
            raise self.syntax(position, f"`{token}` cannot close the `{last.opener}` at {where}")
        self.end_pattern()
        closed = self.brackets.pop()
        if self.brackets and closed.role in ("properties", "collection"):
            self.brackets[-1].pending = self.brackets[-1].role in ("group", "properties")
        self.follow("close")

    def sign(self, token: str, position: int) -> None:
        del position
        if token in _SEPARATORS:
            self.end_pattern()
        if token == "~":
            self.reify()
        self.operate(token in _OPERATORS)
        self.step(token == "/")
        self.follow(token)

    def follow(self, token: str) -> None:
        self.previous = token
        self.suspect = False

    def after_operand(self) -> bool:
        """Whether a `<` here could be a comparison: those are in parentheses and have something before them."""
        bracket = self.brackets[-1] if self.brackets else None
        within = bracket is not None and bracket.opener == "(" and bracket.role != "terms"
        return within and self.previous in ("term", "close")

    def end_pattern(self) -> None:
        """A triple pattern ends here, if there was one."""
        if self.brackets and self.brackets[-1].pending:
            self.brackets[-1].pending = False
            self.count(self.brackets[-1], 1)

    def count(self, bracket: _Bracket, patterns: int) -> None:
        group = bracket.group or bracket
        group.patterns += patterns
        if group.patterns > self.limits.patterns:
            raise self.over("has {} triple patterns and OPTIONALs in one group", group.patterns, "patterns")

    def reify(self) -> None:
        """A reifier (SPARQL 1.2), named or not: one triple pattern more in the group."""
        if self.brackets:
            self.count(self.brackets[-1], 1)

    def deep(self, depth: int) -> None:
        if depth > self.limits.depth:
            raise self.over("nests brackets {} levels deep", depth, "depth")

    def operate(self, count: int) -> None:
        self.operators += count
        if self.operators > self.limits.operators:
            raise self.over("has {} operators and blocks", self.operators, "operators")

    def step(self, count: int) -> None:
        self.steps += count
        if self.steps > self.limits.steps:
            raise self.over("has {} steps (`/`) in its paths", self.steps, "steps")

    def over(self, what: str, found: int, setting: str) -> QueryError:
        return _over(QueryTooComplex, what, found, getattr(self.limits, setting), setting)

    def not_allowed(self, word: str, position: int) -> QueryNotAllowed:
        why = "queries are not sent on to others" if word == "SERVICE" else "this endpoint only answers queries"
        return QueryNotAllowed(f"{word} at {self.place(position)} is not allowed here: {why}.")

    def syntax(self, position: int, message: str) -> QuerySyntaxError:
        return QuerySyntaxError(f"Syntax error at {self.place(position)}: {message}.")

    def place(self, position: int) -> str:
        return _place(self.text, position)


_TAKE: Final[dict[str, Callable[[_Look, str, int], None]]] = {
    "iri": _Look.iri,
    "literal": _Look.term,
    "variable": _Look.term,
    "label": _Look.name,
    "word": _Look.word,
    "name": _Look.name,
    "unprefixed": _Look.name,
    "open": _Look.open,
    "close": _Look.close,
    "sign": _Look.sign,
}


def _hides_service(name: str) -> bool:
    """Whether the engine (0.5) may stop reading this name before a `service` in it.

    It takes one group of dots in a local name, and none in a blank node label.
    """
    prefix, _, local = name.partition(":")
    groups = re.split(r"\.+", local.lower())
    return any("service" in each for each in groups[1 if prefix == "_" else 2 :])


def _place(text: str, position: int) -> str:
    """`line:column`, from 1."""
    before = text[:position]
    return f"{before.count(chr(10)) + 1}:{position - before.rfind(chr(10))}"


def _over(kind: type[QueryError], what: str, found: int, limit: int, setting: str) -> QueryError:
    has = what.format(f"{found:,}")
    return kind(f"The query {has}; this endpoint reads {limit:,} (setting `{setting}` in [sparql]).")


def _character(character: str) -> str:
    return f"U+{ord(character):04X}" + (f" `{character}`" if character.isprintable() else "")
