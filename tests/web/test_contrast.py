"""Colours that can be read: every pair of text and background, light and dark (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import publisher.web

CSS = (Path(publisher.web.__file__).parent / "static" / "site.css").read_text("utf-8")
TEXT, GRAPHIC = 4.5, 3.0
PAIRS = (
    *((text, ground, TEXT) for text in ("ink", "soft", "link", "deep") for ground in ("paper", "sheet", "band")),
    *((text, "tint", TEXT) for text in ("ink", "deep")),
    *((edge, ground, GRAPHIC) for edge in ("edge", "mark", "focus") for ground in ("paper", "sheet", "band")),
)


def tokens(selector: str, mode: int) -> dict[str, str]:
    """The colours of a rule, in light (0) or dark (1)."""
    rule = re.search(rf"^{re.escape(selector)} {{(.*?)}}", CSS, re.MULTILINE | re.DOTALL)
    assert rule
    return {name: pair[mode] for name, *pair in re.findall(r"--(\w+): light-dark\((#\w{6}), (#\w{6})\)", rule[1])}


def palettes() -> Iterator[tuple[str, dict[str, str]]]:
    """Every set of colours that a page can have."""
    for mode, name in enumerate(("light", "dark")):
        yield name, tokens(":root", mode)
        for hue in range(1, 7):
            yield f"{name} hue {hue}", tokens(":root", mode) | tokens(f".hue-{hue}", mode)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return sum(weight * each for weight, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_contrast_is_what_the_standard_calls_it() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(
    ("name", "palette"), list(palettes()), ids=lambda each: each if isinstance(each, str) else ""
)
def test_text_can_be_read(name: str, palette: dict[str, str]) -> None:
    poor = [
        f"{text} on {ground}: {contrast(palette[text], palette[ground]):.2f}"
        for text, ground, enough in PAIRS
        if contrast(palette[text], palette[ground]) < enough
    ]
    assert not poor
