"""Text as people look for it: without case, accents or punctuation; and words that are nearly the same.

The index of a release and the questions to it are folded by the same function, so both must be of one version of
the program: a release says with which layout it was written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final
from zlib import crc32

_LETTERS: Final = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ł": "l",
        "ħ": "h",
        "ŧ": "t",
        "ı": "i",
        "ŋ": "n",
        "ĸ": "k",
        "ƒ": "f",
        "ə": "e",
    }
)
"""Letters that Unicode does not take apart, and that people without their keyboard write so."""

WORD: Final = re.compile(r"[^\W_]+")

BEGINNING: Final = 7
"""Letters of a word that its spellings are made of: slips in what comes after are few, and compared anyway."""

SHORTEST: Final = 4
"""Letters of the shortest word that may be misspelled: of three, every other word is one slip away."""

FAR: Final = 8
"""Letters from which a word may have two slips."""


def words(text: str) -> list[str]:
    """The words of a text, folded: NFKD without its marks, without case (`Straße` is `strasse`)."""
    return WORD.findall(_plain(text))


def folded(text: str) -> str:
    """The same in one text, a blank between them."""
    return " ".join(words(text))


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    # Folding a letter may give one that comes apart again; compatibility forms may give capitals.
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    marked = "".join(each for each in apart if not unicodedata.combining(each))
    return unicodedata.normalize("NFC", marked.translate(_LETTERS))


def spelled(word: str) -> bool:
    """Whether a word may be misspelled: numbers and codes are right or wrong."""
    return len(word) >= SHORTEST and not any(each.isdigit() for each in word)


def keys(word: str, slips: int = 1) -> set[int]:
    """Numbers that a word shares with every word at most one slip away; with more `slips`, with others too.

    They stand for what is left of the beginning when letters are left out, one at a time.
    """
    found = {word[:BEGINNING]}
    for _ in range(slips):
        found |= {each[:place] + each[place + 1 :] for each in found for place in range(len(each))}
    return {crc32(each.encode()) for each in found}


def slips_in(word: str) -> int:
    """How many slips a word of this length is forgiven."""
    return 2 if len(word) >= FAR else 1


def distance(word: str, other: str, most: int) -> int | None:
    """The slips between a word and the nearest beginning of another one; None when they are more than `most`.

    A slip is a letter too many, one too few, another one, or two that changed places.
    """
    rows = list(_rows(word, other[: len(word) + most]))
    found = min(rows[-1])
    return found if found <= most else None


def _rows(word: str, other: str) -> Iterator[list[int]]:
    """The table of Damerau and Levenshtein, a row for each letter of `word`."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    yield row
    for line, letter in enumerate(word, 1):
        last, before, row = before, row, [line]
        for column, each in enumerate(other, 1):
            cost = min(before[column] + 1, row[-1] + 1, before[column - 1] + (letter != each))
            if line > 1 and column > 1 and letter == other[column - 2] and word[line - 2] == each:
                cost = min(cost, last[column - 2] + 1)
            row.append(cost)
        yield row


@lru_cache(4096)
def marks(word: str) -> str:
    """One word of a page, folded, to be held beside those that were looked for."""
    return folded(word)
