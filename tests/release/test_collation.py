"""The order in which people look for words."""

from __future__ import annotations

import pytest

from publisher.release.collation import DIGITS, SIGNS, key, letter, natural, place, script


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("écologie", "E"),
        ("Österreich", "O"),
        ("IJsland", "I"),
        ("ĳsland", "I"),
        ("œuvre", "O"),
        ("‘s Gravenhage", "S"),
        ("3D-printen", DIGITS),
        ("…", SIGNS),
        ("Вода", "В"),
        ("水", "水"),
    ],
)
def test_letter_under_which_a_word_is_looked_for(text: str, wanted: str) -> None:
    assert letter(text) == wanted


def test_accents_and_case_do_not_count_in_the_order() -> None:
    words = ["zebra", "Élan", "ijs", "eland", "Eend", "IJsland", "e"]
    assert sorted(words, key=key) == ["e", "Eend", "Élan", "eland", "ijs", "IJsland", "zebra"]


@pytest.mark.parametrize(
    ("own", "wanted"),
    [
        ("LATIN", ["A", "Z", "Я", "ت", "水", DIGITS, SIGNS]),
        ("ARABIC", ["ت", "A", "Z", "Я", "水", DIGITS, SIGNS]),
        ("", ["A", "Z", "Я", "ت", "水", DIGITS, SIGNS]),
    ],
)
def test_letters_of_ones_own_script_come_first_and_signs_last(own: str, wanted: list[str]) -> None:
    letters = [SIGNS, "Я", DIGITS, "Z", "ت", "A", "水"]
    assert sorted(letters, key=lambda each: place(each, own)) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"), [("(3) Вода", "CYRILLIC"), ("مياه", "ARABIC"), ("Élan", "LATIN"), ("3", ""), ("", "")]
)
def test_script_is_that_of_the_first_letter(text: str, wanted: str) -> None:
    assert script(text) == wanted


def test_notations_are_counted_as_people_do() -> None:
    assert sorted(["H10", "", "H2.10", "H2.9", "A"], key=natural) == ["A", "H2.9", "H2.10", "H10", ""]
