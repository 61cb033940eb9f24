"""The catalogues of the interface say the same in each language, all of it is used, and nothing else is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from string import Formatter

import pytest

import publisher
from publisher.profiles import PROFILES
from publisher.profiles.generic import ANYTHING
from publisher.profiles.status import TERMS
from publisher.web.problems import STATUS_OF
from publisher.web.sparql import EXAMPLES
from publisher.web.texts import (
    CATALOGUES,
    FOLDER,
    date_in_words,
    interface_language,
    language_name,
    number_in_words,
    size_in_words,
    texts,
)

PACKAGE = Path(publisher.__file__).parent
PYTHON = {path: path.read_text() for path in PACKAGE.rglob("*.py")}
TEMPLATES = {path: path.read_text() for path in (PACKAGE / "web/templates").glob("*.html")}
MADE = tuple(
    f"{each}_"
    for each in (
        *("above", "below", "beside", "status", "change", "verdict", "kind", "kinds"),
        *("month", "language", "example", "problem", "advice", "findings", "download"),
    )
)
"""Beginnings of keys that are put together where they are used."""
JINJA = re.compile(r"\{% block kind %\}.*?\{% endblock %\}|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
"""What a template computes, and its classes."""


def sections(language: str) -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((FOLDER / f"{language}.toml").read_text())


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_interface_speaks_four_languages() -> None:
    assert {"nl", "en", "fr", "de"} == CATALOGUES


@pytest.mark.parametrize("language", sorted(CATALOGUES))
def test_catalogue_has_the_same_keys_in_the_same_sections(language: str) -> None:
    assert {name: list(keys) for name, keys in sections(language).items()} == {
        name: list(keys) for name, keys in sections("en").items()
    }


@pytest.mark.parametrize("language", sorted(CATALOGUES))
def test_key_stands_in_one_section(language: str) -> None:
    assert len(texts(language)) == sum(map(len, sections(language).values()))


@pytest.mark.parametrize("language", sorted(CATALOGUES))
def test_text_has_the_same_placeholders_and_is_not_empty(language: str) -> None:
    for key, text in texts(language).items():
        assert text.strip() or key.startswith("format_"), key
        # The first day of a month may have no placeholder of its own.
        assert placeholders(text) == placeholders(texts("en")[key]), key


@pytest.mark.parametrize("key", texts("en"))
def test_text_is_used(key: str) -> None:
    word = re.compile(rf"\b{re.escape(key)}\b")
    used = any(word.search(text) for text in (*PYTHON.values(), *TEMPLATES.values()))
    assert used or key.startswith(MADE)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_asks_for_texts_that_are_there(path: Path) -> None:
    asked = re.findall(r"\b(?:t|texts)\.([a-z_]+)\b", TEMPLATES[path])
    assert set(asked) <= texts("en").keys()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_has_no_words_of_its_own(path: Path) -> None:
    """Names of standards are the same in each language; words that people read are in the catalogues."""
    plain = JINJA.sub("", TEMPLATES[path])
    attributes = re.findall(r"\b(?:aria-label|title|alt|placeholder)=\"([^\"]*)\"", plain)
    said = [re.sub(r"<[^>]*>|[\w-]+=\"[^\"]*\"", " ", plain), *attributes]
    words = {word for each in said for word in re.findall(r"[^\W\d_]{2,}", each)}
    assert words <= {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "SPARQL", "Protocol"}


def test_whatever_is_put_together_is_there() -> None:
    words = texts("en")
    for profile in (*PROFILES, ANYTHING):
        assert {f"kind_{profile.name}", f"kinds_{profile.name}"} <= words.keys()
    assert {f"status_{each}" for each in TERMS.values()} <= words.keys()
    assert {f"example_{each.name}" for each in EXAMPLES} <= words.keys()
    for row in STATUS_OF:
        assert f"problem_{row.slug}" in words
        assert not row.advice or f"advice_{row.advice}" in words
    assert {f"language_{each}" for each in CATALOGUES} <= words.keys()


@pytest.mark.parametrize(
    ("languages", "spoken"),
    [
        (("nl", "en"), "nl"),
        (("fr-BE", "nl"), "fr"),
        (("es", "fr", "nl"), "fr"),
        (("ar", "ru"), "en"),
    ],
    ids=["its own", "of a region", "the next with a catalogue", "none of them"],
)
def test_interface_speaks_the_first_language_that_it_can(languages: tuple[str, ...], spoken: str) -> None:
    assert interface_language(languages) == spoken


@pytest.mark.parametrize(
    ("tag", "language", "name"),
    [
        ("fr", "nl", "Frans"),
        ("nl-BE", "en", "Dutch (BE)"),
        ("ar", "fr", "arabe"),
        ("zh-Hant", "de", "Chinesisch (Hant)"),
        ("tlh", "nl", "tlh"),
    ],
)
def test_language_has_a_name(tag: str, language: str, name: str) -> None:
    assert language_name(tag, language) == name


@pytest.mark.parametrize(
    ("language", "first", "other", "month"),
    [
        ("nl", "1 maart 2026", "23 november 2026", "mei 2026"),
        ("en", "1 March 2026", "23 November 2026", "May 2026"),
        ("fr", "1er mars 2026", "23 novembre 2026", "mai 2026"),
        ("de", "1. März 2026", "23. November 2026", "Mai 2026"),
    ],
)
def test_date_reads_as_in_each_language(language: str, first: str, other: str, month: str) -> None:
    words = texts(language)
    assert date_in_words("2026", "03", "01", words) == first
    assert date_in_words("2026", "11", "23", words) == other
    assert date_in_words("2026", "05", "", words) == month
    assert date_in_words("2026", "", "", words) == "2026"


@pytest.mark.parametrize(
    ("language", "number", "small", "large"),
    [
        ("nl", "4.414", "999 B", "140,9 kB"),
        ("en", "4,414", "999 B", "140.9 kB"),
        ("fr", "4\u202f414", "999 o", "140,9 ko"),
        ("de", "4.414", "999 B", "140,9 kB"),
    ],
)
def test_number_and_size_read_as_in_each_language(language: str, number: str, small: str, large: str) -> None:
    words = texts(language)
    assert number_in_words(4414, words) == number
    assert size_in_words(999, words) == small
    assert size_in_words(140_900, words) == large.replace("140,9", "141").replace("140.9", "141")
    assert size_in_words(14_090, words) == large.replace("140", "14").replace("9", "1")
