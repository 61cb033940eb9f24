"""Text in pictures, which no browser wraps: how wide it is about, and how it is divided into lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

WIDTHS: Final = (
    (" .,:;'’‘|!iIjlJ()[]ftr-/", 0.35),
    ("mwMW@%—…ÆŒæœ", 0.92),
    ("ABCDEFGHKLNOPQRSTUVXYZÀÁÂÄÇÈÉÊËÎÏÔÖÙÛÜ", 0.69),
)
"""Characters and how wide they are for their size, in a bold type that is on the wide side."""
WIDTH: Final = 0.57
"""The width of any other letter."""
WIDE: Final = 1.0
"""The width of what Chinese, Japanese and Korean are written with, and of what we know nothing about."""

PIECE: Final = 4
"""Letters that a word keeps on each side of a hyphen."""
VOWELS: Final = "aeiouyàáâäèéêëîïôöùûüæœ"


@cache
def _width_of(letter: str) -> float:
    known = next((width for letters, width in WIDTHS if letter in letters), None)
    return known or (WIDTH if ord(letter) < 0x2E80 else WIDE)


def width(text: str, size: float) -> float:
    """How wide a text is at most, in the unit of `size`."""
    return size * sum(map(_width_of, text))


def lines_in(text: str, rooms: Sequence[float], size: float, *, hyphens: bool = False) -> tuple[str, ...] | None:
    """A text in lines, the first in the first of these rooms; None when it does not fit.

    Words are only divided with `hyphens`, and then where a syllable might end: there is no dictionary.
    """
    lines, waiting = list[str](), _words(text)
    for room in rooms:
        line = ""
        while waiting and width((line + waiting[0]).rstrip(), size) <= room:
            line += waiting.pop(0)
        if waiting and hyphens:
            start, end = _divided(waiting[0], room - width(line, size), size)
            line, waiting[0] = line + start, end
        if not line:
            return None
        lines.append(line.rstrip())
        if not waiting:
            return tuple(lines)
    return None


def shortened(text: str, room: float, size: float) -> str:
    """A text, or as much of it as fits on one line."""
    if width(text, size) <= room:
        return text
    return max((text[:end] for end in range(len(text)) if width(text[:end] + "…", size) <= room), key=len) + "…"


def _words(text: str) -> list[str]:
    """The parts between which a line may end, each with the space, hyphen or slash behind it."""
    return re.findall(r"\S{4,}?[-/](?=\w{4})|\S+\s*", text)


def _divided(word: str, room: float, size: float) -> tuple[str, str]:
    """As much of a word as fits, with a hyphen, and the rest; nothing and all of it if none does."""
    places = (
        place
        for place in range(len(word.rstrip()) - PIECE, PIECE - 1, -1)
        if _ends_syllable(word, place) and width(f"{word[:place]}-", size) <= room
    )
    place = next(places, 0)
    return (f"{word[:place]}-", word[place:]) if place else ("", word)


def _ends_syllable(word: str, place: int) -> bool:
    """Whether a word of a European language may be divided here: before a consonant with a vowel after it."""
    before, first, second = (word[each].lower() for each in range(place - 1, place + 2))
    together = first + second in ("ch", "ph", "th", "sh") or before + first in ("ch", "ph", "th", "sh")
    letters = before.isalpha() and first.isalpha()
    return letters and not together and first not in VOWELS and second in VOWELS
