"""What was looked for, marked in a text; and the part of a long text where it stands."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from publisher.folding import WORD, marks

Piece = tuple[str, bool]
"""A part of a text, and whether it is marked."""

BEFORE: Final = 60
"""Characters of a long text that are shown before the first word that is marked."""

LENGTH: Final = 220
"""Characters of a long text that are shown."""


def marked(text: str, asked: Sequence[str]) -> tuple[Piece, ...]:
    """A text in parts, with the words marked that are, or begin like, what was asked for (folded)."""
    text, at, pieces = unicodedata.normalize("NFC", text), 0, []
    for start, end in _found(text, asked):
        pieces += [(text[at:start], False), (text[start:end], True)]
        at = end
    return tuple(each for each in (*pieces, (text[at:], False)) if each[0])


def around(text: str, asked: Sequence[str]) -> str:
    """A long text from shortly before the first word that is marked, cut between words; a short one whole."""
    text = unicodedata.normalize("NFC", text)
    if len(text) <= LENGTH:
        return text
    first = next((start for start, _ in _found(text, asked)), 0)
    begin = text.find(" ", first - BEFORE) + 1 if first > LENGTH - BEFORE else 0
    part = text[begin : begin + LENGTH]
    end = len(part) if begin + LENGTH >= len(text) else part.rfind(" ")
    return (
        f"{'… ' if begin else ''}{part[: end if end > 0 else len(part)]}{' …' if begin + end < len(text) else ''}"
    )


def _found(text: str, asked: Sequence[str]) -> Iterator[tuple[int, int]]:
    for word in WORD.finditer(text):
        folded = marks(word[0])
        length = max((len(each) for each in asked if folded.startswith(each)), default=0)
        if length:
            # Only where folding changes no length do the letters stand one above the other.
            yield word.start(), word.start() + length if len(folded) == len(word[0]) else word.end()
