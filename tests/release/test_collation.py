"""The order in which people look for words."""

from __future__ import annotations

import pytest

from publisher.release.collation import DIGITS, SIGNS, key, letter, natural, place


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


def test_digits_and_signs_come_after_all_letters() -> None:
    assert sorted([SIGNS, "Я", DIGITS, "A", "水"], key=place) == ["A", "Я", "水", DIGITS, SIGNS]


def test_notations_are_counted_as_people_do() -> None:
    assert sorted(["H10", "", "H2.10", "H2.9", "A"], key=natural) == ["A", "H2.9", "H2.10", "H10", ""]
