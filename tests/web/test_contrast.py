"""Colours that can be read: every pair of text and background, light and dark (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import cos, radians, sin
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "frontend" / "src" / "site.css").read_text("utf-8")
TEXT, GRAPHIC = 4.5, 3.0
GROUNDS = ("paper", "sheet", "band")
PAIRS = (
    *((text, ground, TEXT) for text in ("ink", "soft", "link", "deep", "brand", "bad") for ground in GROUNDS),
    *((text, ground, TEXT) for text in ("ink", "deep") for ground in ("tint", "tone")),
    ("link", "tint", TEXT),
    ("paper", "brand", TEXT),
    ("sheet", "solid", TEXT),
    *((edge, ground, GRAPHIC) for edge in ("edge", "mark", "focus", "solid") for ground in GROUNDS),
    *(("focus", ground, GRAPHIC) for ground in ("tint", "tone")),
)
COLOUR = re.compile(r"--(\w+): light-dark\(oklch\((.+?)\), oklch\((.+?)\)\);")


def tokens(selector: str, mode: int, hue: float = 0) -> dict[str, str]:
    """The colours of a rule as the arguments of `oklch()`, in light (0) or dark (1)."""
    rule = re.search(rf"^{re.escape(selector)} {{(.*?)}}", CSS, re.MULTILINE | re.DOTALL)
    assert rule
    return {name: pair[mode].replace("var(--h)", str(hue)) for name, *pair in COLOUR.findall(rule[1])}


def hues() -> dict[str, float]:
    rules = re.findall(r"^\.(hue-\d) { --h: (\d+); }", CSS, re.MULTILINE)
    return {name: float(degrees) for name, degrees in rules}


def palettes() -> Iterator[tuple[str, dict[str, str]]]:
    """Every set of colours that a page can have."""
    hued = next(line.removesuffix(" {") for line in CSS.splitlines() if line.startswith(":is(.hue-1"))
    for mode, name in enumerate(("light", "dark")):
        yield name, tokens(":root", mode)
        for hue, degrees in hues().items():
            yield f"{name} {hue}", tokens(":root", mode) | tokens(hued, mode, degrees)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it, of `lightness% chroma hue` as a screen of sRGB shows it."""
    red, green, blue = (min(max(each, 0.0), 1.0) for each in linear_srgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear_srgb(colour: str) -> tuple[float, float, float]:
    """CSS Color 4, 18.1: OKLCH to linear sRGB, which has numbers below 0 or above 1 outside of the gamut."""
    lightness, chroma, hue = (float(each.rstrip("%")) for each in colour.split())
    level, a, b = lightness / 100, chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (level + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (level - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (level - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def test_contrast_is_what_the_standard_calls_it() -> None:
    assert contrast("0% 0 0", "100% 0 0") == pytest.approx(21, abs=0.01)
    # #767676, the lightest grey that can be read on white.
    assert contrast("56.5% 0 0", "100% 0 0") == pytest.approx(4.54, abs=0.05)


def test_every_token_of_colour_is_read() -> None:
    written = set(re.findall(r"--(\w+): light-dark", CSS))
    assert written == set(tokens(":root", 0))
    assert len(hues()) == 6


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
