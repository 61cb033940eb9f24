"""Pictures as SVG: pure functions from what is shown to markup, with real links and text in it.

They need no script and no `style`: places are numbers in the markup, colours come from classes, so dark mode,
forced colours and print are matters of the style sheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import cos, inf, pi, sin, sqrt
from typing import Final

from markupsafe import Markup

from publisher.web.items import Item
from publisher.web.lettering import lines_in, shortened, width
from publisher.web.reading import Value

SEGMENTS: Final = range(3, 13)
"""How many concepts a wheel can show."""
HUB, INNER, OUTER = 86.0, 96.0, 290.0
"""Radii of the wheel: its hub, and where the ring begins and ends."""
GAP, ROUND, PAD = 5.0, 12.0, 9.0
"""Half the space between segments, how round their corners are, and the space between text and edge."""
MARK: Final = 21.0
SIZES: Final = (18.0, 17.0, 16.0, 15.0, 14.0)
SMALL_SIZES: Final = (16.0, 15.0, 14.0, 13.0, 12.0)
"""Sizes of type in the wheel, the best first: with whole words, then with words divided by hyphens."""
LEADING: Final = 1.18
"""Height of a line for its size."""

Lines = tuple[tuple[str, float], ...]
"""Lines of text with the height of their baselines."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment of a wheel: the angle in its middle, clockwise from three o'clock, and half its width."""

    middle: float
    half: float

    def room(self, x: float, top: float, bottom: float) -> float:
        """How wide a line of text around `x` may be, well inside of the segment; nothing if there is no room."""
        nearest = 0.0 if top < 0 < bottom else min(abs(top), abs(bottom))
        sides = (self._to_side(turn, x, y) for turn, y in product((-1, 1), (top, bottom)))
        return max(2 * min(_to_rim(x, max(abs(top), abs(bottom))), _to_hub(x, nearest), *sides), 0.0)

    def _to_side(self, turn: int, x: float, y: float) -> float:
        """How far one can go left or right before one comes near one of the straight sides."""
        angle = self.middle + turn * self.half
        across, down = turn * sin(angle), -turn * cos(angle)
        inside = across * x + down * y - GAP - PAD
        return inside / max(abs(across), 1e-9)

    def at(self, radius: float) -> tuple[float, float]:
        """The point in the middle, this far from the centre."""
        return radius * cos(self.middle), radius * sin(self.middle)


def _to_rim(x: float, y: float) -> float:
    """How far one can go left and right before one comes near the rim of the wheel."""
    return sqrt(max((OUTER - PAD) ** 2 - y**2, 0.0)) - abs(x)


def _to_hub(x: float, y: float) -> float:
    """How far one can go left and right before one comes near the hub; below and above it as far as one likes."""
    return abs(x) - sqrt((INNER + PAD) ** 2 - y**2) if y < INNER + PAD else inf


@dataclass(frozen=True, slots=True)
class Lettering:
    """The name of a segment as it is written there."""

    x: float
    mark: float
    size: float
    lines: Lines


def segments(number: int) -> tuple[Segment, ...]:
    """The segments of a wheel, the first at the top, clockwise."""
    return tuple(Segment(2 * pi * each / number - pi / 2, pi / number) for each in range(number))


def wheel(items: Sequence[Item], label: str, hub: Value) -> Markup:
    """The top concepts of a scheme as a wheel of links, with what is said in the hub.

    If one name does not fit, there are only marks, as on narrow screens. There must be as many as `SEGMENTS` has.
    """
    places = segments(len(items))
    written = [lettering(place, each.link.text) for place, each in zip(places, items, strict=True)]
    named = all(written)
    parts = [
        _part(place, each, mark_of(each, number), text if named else None)
        for number, (place, each, text) in enumerate(zip(places, items, written, strict=True), 1)
    ]
    return _round("wheel" if named else "wheel marks", label, [*parts, _hub(hub)])


def small_wheel(items: Sequence[Item], label: str, current: str) -> Markup:
    """The same with marks only, where one of the concepts, by its address, is the current one."""
    places = segments(len(items))
    parts = [
        _part(place, each, mark_of(each, number), None, current=each.link.href == current)
        for number, (place, each) in enumerate(zip(places, items, strict=True), 1)
    ]
    return _round("wheel marks small", label, parts)


def mark_of(item: Item, number: int) -> str:
    """What stands for a concept where its name is too long: a short notation, or else its number."""
    return item.notation if 0 < len(item.notation) <= 4 else str(number)


def lettering(segment: Segment, name: str) -> Lettering | None:
    """Where and how large a name is written in a segment, below its mark; None when it does not fit."""
    whole = ((size, False) for size in SIZES)
    divided = ((size, True) for size in SMALL_SIZES)
    for (size, hyphens), count, radius in product((*whole, *divided), range(1, 6), range(178, 242, 8)):
        x, y = segment.at(radius)
        top = y - (MARK * LEADING + count * size * LEADING) / 2
        if segment.room(x, top, top + MARK * LEADING) < width("H88", MARK):
            continue
        tops = [top + MARK * LEADING + line * size * LEADING for line in range(count)]
        rooms = [segment.room(x, each, each + size * LEADING) for each in tops]
        if sum(rooms) < width(name, size):
            continue
        lines = lines_in(name, rooms, size, hyphens=hyphens)
        if lines and len(lines) == count:
            baselines = (each + size * 0.9 for each in tops)
            return Lettering(x, top + MARK * 0.85, size, tuple(zip(lines, baselines, strict=True)))
    return None


def _part(segment: Segment, item: Item, mark: str, text: Lettering | None, *, current: bool = False) -> Markup:
    x, y = segment.at((INNER + OUTER) / 2 + 4)
    name = Markup("{} {}").format(mark, item.link.text)
    inside = [Markup('<path d="{}"/>').format(outline(segment))]
    if text:
        inside.append(_words(text.x, text.mark, mark, MARK, "mark"))
        spans = (
            Markup('<tspan x="{}" y="{}">{}</tspan>').format(_n(text.x), _n(base), line)
            for line, base in text.lines
        )
        inside.append(
            Markup('<text class="name" font-size="{}">{}</text>').format(_n(text.size), _joined(spans, " "))
        )
    inside.append(
        Markup('<text class="number" x="{}" y="{}" dy=".36em" font-size="{}"{}>{}</text>').format(
            _n(x), _n(y), _n(_largest(segment, mark)), Markup(' aria-hidden="true"' if text else ""), mark
        )
    )
    tip = Markup("") if text else Markup("<title>{}</title>").format(name)
    here = Markup(' aria-current="true"' if current else "")
    return Markup('<a class="{}" href="{}" aria-label="{}"{}{}>{}{}</a>').format(
        item.hue, item.link.href, name, _lang(item.link), here, tip, _joined(inside, " ")
    )


def _largest(segment: Segment, mark: str) -> float:
    """The size of a mark that stands in a segment by itself."""
    return min(72.0, 1.5 * INNER * sin(min(segment.half, 1.0)) / width(mark, 0.5))


def outline(segment: Segment) -> str:
    """The path around a segment: straight sides, parallel to its neighbours', and round corners."""
    first, last = segment.middle - segment.half, segment.middle + segment.half
    far, near = GAP / OUTER, GAP / INNER
    bend, turn = ROUND / OUTER, ROUND / INNER

    def at(radius: float, angle: float) -> str:
        return f"{_n(radius * cos(angle))} {_n(radius * sin(angle))}"

    return (
        f"M{at(INNER + ROUND, first + near)}L{at(OUTER - ROUND, first + far)}"
        f"Q{at(OUTER, first + far)} {at(OUTER, first + far + bend)}"
        f"A{OUTER:g} {OUTER:g} 0 0 1 {at(OUTER, last - far - bend)}"
        f"Q{at(OUTER, last - far)} {at(OUTER - ROUND, last - far)}"
        f"L{at(INNER + ROUND, last - near)}Q{at(INNER, last - near)} {at(INNER, last - near - turn)}"
        f"A{INNER:g} {INNER:g} 0 0 0 {at(INNER, first + near + turn)}"
        f"Q{at(INNER, first + near)} {at(INNER + ROUND, first + near)}Z"
    )


def _round(name: str, label: str, parts: Sequence[Markup]) -> Markup:
    return _picture(name, "-300 -300 600 600", label, parts)


def _hub(said: Value) -> Markup:
    """A number and what it counts, as a link: its first word is written large."""
    number, _, words = said.text.partition(" ")
    big = _words(0, 6, number, min(52.0, 1.7 * HUB / width(number, 1.0)), "big")
    small = _words(0, 34, shortened(words, 2 * HUB - 24, 18), 18, "unit")
    return Markup('<a class="hub" href="{}"><circle r="{}"/>{} {}</a>').format(said.href, _n(HUB), big, small)


WIDE: Final = 736.0
"""How wide the picture of a concept and its neighbours is; as wide as the text on a page."""
BRANCH: Final = 17.0
BESIDE, MARGIN = 8.0, 16.0
"""Space between boxes, and in them beside the text."""
MOST: Final = 12
"""Concepts below another that are drawn; of the others only the number is told."""


@dataclass(frozen=True, slots=True)
class Box:
    """A concept in a picture: where its box is and what is written in it. Without a link it is the one shown."""

    item: Item
    x: float
    y: float
    wide: float
    high: float
    lines: tuple[str, ...]

    @property
    def middle(self) -> float:
        return self.y + self.high / 2


def family(here: Item, below: Sequence[Item], label: str, *, above: Item | None = None, rest: str = "") -> Markup:
    """A concept with what is below it and, if there is, above: boxes with lines between them.

    `rest` tells of those that are not drawn.
    """
    left, right = (262.0, 490.0) if above else (0.0, 300.0)
    column = _stacked(below[:MOST], right, WIDE - right)
    high = column[-1].y + column[-1].high + (BRANCH * 1.7 if rest else 0)
    root = _centred(here, left, right - left - 62, high)
    up = [_centred(above, 0.0, 200.0, high)] if above else []
    joined = [(root, each) for each in column] + [(each, root) for each in up]
    high = max(high, *(each.y + each.high for each in (root, *up)))
    parts = [Markup('<path d="{}"/>').format(_curve(one, other)) for one, other in joined]
    parts += [_boxed(each) for each in (*up, root, *column)]
    if rest:
        parts.append(Markup('<text x="{}" y="{}">{}</text>').format(_n(right + MARGIN), _n(high - 6), rest))
    return _picture("family", f"-2 -2 {WIDE + 4:g} {_n(high + 4)}", label, parts)


def _stacked(items: Sequence[Item], x: float, wide: float) -> list[Box]:
    boxes, y = list[Box](), 0.0
    for each in items:
        boxes.append(_box(each, x, y, wide))
        y += boxes[-1].high + BESIDE
    return boxes


def _centred(item: Item, x: float, wide: float, high: float) -> Box:
    box = _box(item, x, 0.0, wide)
    return Box(item, x, max((high - box.high) / 2, 0.0), wide, box.high, box.lines)


def _box(item: Item, x: float, y: float, wide: float) -> Box:
    room = wide - 2 * MARGIN
    name, rooms = item.link.text, [room] * 5
    lines = lines_in(name, rooms, BRANCH) or lines_in(name, rooms, BRANCH, hyphens=True)
    lines = lines or (shortened(name, room, BRANCH),)
    return Box(item, x, y, wide, 20 + len(lines) * BRANCH * LEADING, lines)


def _boxed(box: Box) -> Markup:
    first = box.middle - (len(box.lines) - 1) * BRANCH * LEADING / 2
    spans = (
        Markup('<tspan x="{}" y="{}" dy=".35em">{}</tspan>').format(
            _n(box.x + MARGIN), _n(first + number * BRANCH * LEADING), line
        )
        for number, line in enumerate(box.lines)
    )
    inside = Markup('<rect x="{}" y="{}" width="{}" height="{}" rx="9"/><text>{}</text>').format(
        _n(box.x), _n(box.y), _n(box.wide), _n(box.high), _joined(spans, " ")
    )
    link = box.item.link
    if not link.href:
        return Markup('<g class="here"{}>{}</g>').format(_lang(link), inside)
    return Markup('<a href="{}"{}>{}</a>').format(link.href, _lang(link), inside)


def _curve(one: Box, other: Box) -> str:
    start, end = one.x + one.wide, other.x
    middle, high, low = _n((start + end) / 2), _n(one.middle), _n(other.middle)
    return f"M{_n(start)} {high}C{middle} {high} {middle} {low} {_n(end)} {low}"


BETWEEN: Final = 124.0
"""The least space between two versions: enough for a date."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened on a day, counted in days."""

    day: int
    link: Value
    date: str


def timeline(moments: Sequence[Moment], label: str) -> Markup:
    """Moments on a line, the first one left, as far apart as they were in time; of many, the last ones."""
    shown = moments[-int(WIDE // BETWEEN) :]
    parts = [Markup('<path d="M0 34H{:g}"/>').format(WIDE)]
    for x, each in zip(spread([each.day for each in shown]), shown, strict=True):
        inside = Markup('<circle cx="{}" cy="34" r="9"/>{} {}').format(
            _n(x), _words(x, 14, each.link.text, 16, "name"), _words(x, 68, each.date, 13, "date")
        )
        parts.append(Markup('<a href="{}">{}</a>').format(each.link.href, inside))
    return _picture("timeline", f"0 -6 {WIDE:g} 84", label, parts)


def spread(days: Sequence[int]) -> list[float]:
    """Where these days are on a line, never closer together than what is written about them."""
    start, end = BETWEEN / 2, WIDE - BETWEEN / 2
    free = end - start - BETWEEN * (len(days) - 1)
    whole = max(days[-1] - days[0], 1)
    return [start + BETWEEN * place + free * (day - days[0]) / whole for place, day in enumerate(days)]


def bar(value: int, most: int) -> Markup:
    """A bar as long as its part of the longest; a number in words has to stand beside it."""
    return Markup(
        '<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect width="{}" height="1"/></svg>'
    ).format(_n(100 * value / max(most, 1)))


def _picture(name: str, box: str, label: str, parts: Sequence[Markup]) -> Markup:
    # No role="img": that would hide the links in it from who cannot see them.
    return Markup('<svg class="{}" viewBox="{}" role="group" aria-label="{}">{}</svg>').format(
        name, box, label, _joined(parts)
    )


def _words(x: float, y: float, text: str, size: float, name: str) -> Markup:
    return Markup('<text class="{}" x="{}" y="{}" font-size="{}">{}</text>').format(
        name, _n(x), _n(y), _n(size), text
    )


def _lang(value: Value) -> Markup:
    return Markup(' lang="{}"').format(value.lang) if value.lang else Markup("")


def _joined(parts: Sequence[Markup] | Iterator[Markup], between: str = "") -> Markup:
    return Markup(between).join(parts)


def _n(number: float) -> str:
    """A coordinate, as exact as a screen can show."""
    return f"{round(number, 1) + 0:g}"
