"""The words of the interface: one catalogue for each language that it speaks, in `languages/`.

To add a text, add its line to each catalogue, in the section of its page. To add a language, add its catalogue.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

FALLBACK: Final = "en"
"""What the interface speaks where no language of a site has a catalogue."""

FOLDER: Final = Path(__file__).with_name("languages")

CATALOGUES: Final = frozenset(each.stem for each in FOLDER.glob("*.toml"))
"""The languages of the interface."""

RIGHT_TO_LEFT: Final = frozenset(("ar", "fa", "he", "ur", "yi", "ps", "dv", "ug", "sd"))


@cache
def interface_language(languages: tuple[str, ...]) -> str:
    """The language that the interface speaks on pages in the first of these languages, or else in the next."""
    primary = (each.partition("-")[0].lower() for each in languages)
    return next((each for each in primary if each in CATALOGUES), FALLBACK)


@cache
def texts(language: str) -> Mapping[str, str]:
    """Every text of the interface in one of its languages, read when a page first needs it."""
    sections = tomllib.loads((FOLDER / f"{language}.toml").read_text())
    return MappingProxyType({key: text for section in sections.values() for key, text in section.items()})


@cache
def language_name(tag: str, language: str) -> str:
    """What a language is called in a language of the interface; its tag when we have no name for it."""
    primary, _, region = tag.partition("-")
    name = texts(language).get(f"language_{primary.lower()}", "")
    return f"{name} ({region})" if name and region else name or tag


def direction(tag: str) -> str:
    """`rtl` for languages that are written from right to left, otherwise nothing."""
    return "rtl" if tag.partition("-")[0].lower() in RIGHT_TO_LEFT else ""


def number_in_words(number: int, words: Mapping[str, str]) -> str:
    """`4,414` as the language of these texts groups its digits."""
    return f"{number:,}".replace(",", words["format_thousands"])


def size_in_words(size: int, words: Mapping[str, str]) -> str:
    """`140.9 kB`, in powers of ten as DCAT counts."""
    number, (unit, *bigger) = float(size), words["format_sizes"].split()
    for each in bigger:
        if number < 1000:
            break
        number, unit = number / 1000, each
    text = f"{number:.0f}" if number == size or number >= 100 else f"{number:.1f}"
    return f"{text.replace('.', words['format_decimal'])} {unit}"


def date_in_words(year: str, month: str, day: str, words: Mapping[str, str]) -> str:
    """`27 June 2021`; `month` and `day`, in digits, are empty where a date has none."""
    if not month:
        return year
    name = words[f"month_{int(month)}"]
    if not day:
        return words["format_month"].format(month=name, year=year)
    number = words["format_first"] if int(day) == 1 else str(int(day))
    return words["format_date"].format(day=number, month=name, year=year)
