"""Text in pictures fits into its lines, and words are divided where a reader would divide them."""

from __future__ import annotations

import pytest

from publisher.web.lettering import lines_in, shortened, width


def test_short_text_stays_on_one_line() -> None:
    assert lines_in("Open innovatie", [200], 16) == ("Open innovatie",)


def test_lines_fill_rooms_of_their_own() -> None:
    lines = lines_in("Design thinking en service design", [90, 190, 90], 16)
    assert lines == ("Design", "thinking en service", "design")


def test_line_may_end_after_the_hyphen_of_a_long_word() -> None:
    assert lines_in("innovatie-ecosysteem", [120, 120], 16) == ("innovatie-", "ecosysteem")
    assert lines_in("HR-beleid", [50, 120], 16) is None


def test_word_that_fits_no_line_is_only_divided_when_asked() -> None:
    rooms = [130.0, 130.0]
    assert lines_in("organisatieontwikkeling", rooms, 16) is None
    assert lines_in("organisatieontwikkeling", rooms, 16, hyphens=True) == ("organisatieont-", "wikkeling")


@pytest.mark.parametrize(
    "word", ["Verkehrsinfrastrukturfinanzierung", "Hottentottententententoonstelling", "développement"]
)
def test_divided_word_keeps_its_letters_and_fits(word: str) -> None:
    lines = lines_in(word, [100] * 6, 16, hyphens=True)
    assert lines
    assert "".join(each.removesuffix("-") for each in lines) == word
    assert all(width(each, 16) <= 100 and len(each) > 3 for each in lines)


def test_text_for_which_there_is_no_room_has_no_lines() -> None:
    assert lines_in("Gemeente", [10.0], 16, hyphens=True) is None
    assert lines_in("Een twee drie vier", [60.0, 0.0, 60.0], 16, hyphens=True) is None


def test_long_text_is_shortened_to_one_line() -> None:
    assert shortened("kort", 200, 16) == "kort"
    assert shortened("Innovatieve overheidsopdrachten", 100, 16).endswith("…")
    assert width(shortened("Innovatieve overheidsopdrachten", 100, 16), 16) <= 100


def test_letters_of_every_script_have_a_width() -> None:
    assert width("創新", 10) > width("ab", 10) > width("il", 10)
