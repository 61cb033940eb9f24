"""What is the same to people who look for it."""

import time

import pytest

from publisher.folding import distance, folded, keys, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Innovatie", "innovatie"),
        ("AOÛT", "aout"),
        ("aou\u0302t", "aout"),
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("e\ufb03ciënt", "efficient"),
        ("œuvre ÆON", "oeuvre aeon"),
        ("Łódź Ørsted Đà Nẵng", "lodz orsted da nang"),
        ("İstanbul ışık", "istanbul isik"),
        ("02.1", "02 1"),
        ("H2", "h2"),
        ("x²", "x2"),
        ("foto's, co-creatie", "foto s co creatie"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("ﾊﾝｶｸ", "ハンカク"),
        ("شَبَكَة", "شبكة"),
        ("_under_score_", "under score"),
        ("😀 \u0000 ‮ —", ""),
        ("", ""),
    ],
)
def test_a_text_is_folded(text: str, expected: str) -> None:
    assert folded(text) == expected


def test_folding_twice_is_folding_once() -> None:
    for text in ("ϓ ﬅ ǅ ẞ ΐ", "Ⅷ ㎏ ﷺ", "e\ufb03ciënt"):
        assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize(
    ("word", "other", "most", "expected"),
    [
        ("winter", "winter", 1, 0),
        ("wniter", "winter", 1, 1),
        ("wintr", "winter", 1, 1),
        ("winnter", "winter", 1, 1),
        ("vinter", "winter", 1, 1),
        ("inovat", "innovatie", 1, 1),
        ("summer", "winter", 2, None),
        ("aanbestedign", "aanbesteding", 2, 1),
        ("crowdsorcng", "crowdsourcing", 2, 2),
    ],
)
def test_slips_are_counted_to_the_nearest_beginning(
    word: str, other: str, most: int, expected: int | None
) -> None:
    assert distance(word, other, most) == expected


@pytest.mark.parametrize("word", ["winter", "wniter", "wintr", "winnter", "vinter", "wimter", "inter", "winte"])
def test_a_word_shares_a_key_with_every_word_one_slip_away(word: str) -> None:
    assert keys("winter") & keys(word)


def test_a_very_long_word_has_few_keys() -> None:
    begin = time.monotonic()
    assert len(keys("x" * 100_000, 2)) < 100
    assert time.monotonic() - begin < 2
    assert words("a" * 10) == ["a" * 10]
