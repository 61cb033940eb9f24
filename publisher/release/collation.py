"""The order in which people look for words: accents and case do not count, numbers do as numbers."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from publisher.folding import folded

DIGITS: Final = "0–9"
SIGNS: Final = "#"
"""What texts that begin with a digit, or hold no letter at all, are under."""

Key = tuple[str, str]
Notation = tuple[tuple[int, int | str], ...]


def key(text: str) -> Key:
    """What texts are sorted by: first as they sound, so `IJsland` with the i, `Österreich` with the o."""
    return folded(text), text


def letter(text: str) -> str:
    """The letter of an alphabetical index that a text is under."""
    first = folded(text)[:1]
    if not first:
        return SIGNS
    return DIGITS if first.isdigit() else first.upper()


def place(letter: str, own: str) -> tuple[bool, bool, bool, str]:
    """What letters are sorted by: those of one's own script, those of any other, digits, signs."""
    return letter == SIGNS, letter == DIGITS, script(letter) != own, letter


def script(text: str) -> str:
    """The script that a text begins in, as Unicode calls it: `LATIN`, `ARABIC`; empty for one without letters."""
    first = next((each for each in text if each.isalpha()), "")
    return unicodedata.name(first, "").partition(" ")[0] if first else ""


def natural(notation: str) -> Notation:
    """What notations are sorted by, as people count (H2 before H10); what has none comes last."""
    parts = PART.findall(notation or "\uffff")
    return tuple((0, int(each)) if each.isascii() and each.isdigit() else (1, each) for each in parts)


PART: Final = re.compile(r"\d+|\D+")
