"""What a site adds to the style sheet: its colours, as a small sheet of its own that the settings make."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

from publisher.config import Look
from publisher.web.assets import PATH

LINK: Final = "light-dark({0}, oklch(from {0} 82% min(c, .09) h))"
BRAND: Final = "light-dark({0}, oklch(from {0} 92% min(c, .03) h))"
"""The colour of a site as it stands, and with the lightness that can be read where pages are dark."""


def sheet(look: Look) -> bytes:
    """The style sheet of a look; empty where it is that of the program."""
    return "".join(_rules(look)).encode()


def address(look: Look) -> str:
    """The path of that sheet, which changes with its content; empty where there is none."""
    content = sheet(look)
    return f"{PATH}look-{hashlib.sha256(content).hexdigest()[:8]}.css" if content else ""


def _rules(look: Look) -> Iterator[str]:
    if look.colour:
        yield f":root {{ --link: {LINK.format(look.colour)}; --brand: {BRAND.format(look.colour)}; }}\n"
    for number, hue in enumerate(look.hues, 1):
        yield f".hue-{number} {{ --h: {hue}; }}\n"
