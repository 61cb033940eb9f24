"""Pictures: links that people can follow and read, nothing over anything else, no style and no script."""

from __future__ import annotations

import re
from itertools import pairwise
from math import cos, hypot, pi, sin
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from publisher.web.items import Item
from publisher.web.lettering import width
from publisher.web.pictures import (
    BETWEEN,
    INNER,
    OUTER,
    SEGMENTS,
    WIDE,
    Moment,
    bar,
    family,
    segments,
    small_wheel,
    spread,
    timeline,
    wheel,
)
from publisher.web.reading import Value

NAMES = (
    "Een sterk HR-beleid en organisatieontwikkeling",
    "Open innovatie",
    "Burgerparticipatie",
    "Design thinking en service design",
    "Data-, informatie- en kennismanagement",
    "Innovatief aanbesteden",
    "Starke Personalpolitik und Organisationsentwicklung",
    "Une politique RH forte et le développement organisationnel",
    "Overheidsopdrachten voor innovatie",
    "Verkehrsinfrastrukturfinanzierung",
    "Gezondheid",
    "Natuur, landschap en biodiversiteit",
)
HUB = Value("25 begrippen", "/scheme.html")


def concept(name: str, number: int = 1) -> Item:
    return Item(link=Value(name, f"/concept/{number}.html"), notation=f"H{number}", hue=f"hue-{number % 6 + 1}")


def concepts(number: int) -> list[Item]:
    return [concept(name, place) for place, name in enumerate(NAMES[:number], 1)]


def read(picture: Markup) -> ElementTree.Element:
    assert isinstance(picture, Markup)
    assert "style" not in picture
    root = ElementTree.fromstring(picture)
    assert root.get("role") == "group"
    assert root.get("aria-label")
    return root


def box(text: ElementTree.Element, words: str, size: float) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of centred words."""
    x, y, half = float(text.get("x", "")), float(text.get("y", "")), width(words, size) / 2
    return x - half, y - 0.75 * size, x + half, y + 0.2 * size


def written(link: ElementTree.Element) -> list[tuple[float, float, float, float]]:
    """The boxes of the words in a segment with a name."""
    [mark] = [each for each in link.iter("text") if each.get("class") == "mark"]
    [name] = [each for each in link.iter("text") if each.get("class") == "name"]
    size = float(name.get("font-size", ""))
    lines = [box(each, each.text or "", size) for each in name.iter("tspan")]
    return [box(mark, mark.text or "", float(mark.get("font-size", ""))), *lines]


@pytest.mark.parametrize("number", SEGMENTS)
def test_wheel_has_a_link_for_each_concept_and_one_to_the_whole(number: int) -> None:
    links = list(read(wheel(concepts(number), "Wiel", HUB)).iter("a"))
    assert [each.get("href") for each in links] == [
        *(f"/concept/{each}.html" for each in range(1, number + 1)),
        "/scheme.html",
    ]
    assert [each.get("aria-label") for each in links[:-1]] == [
        f"H{place} {name}" for place, name in enumerate(NAMES[:number], 1)
    ]
    assert " ".join("".join(links[-1].itertext()).split()) == "25 begrippen"


@pytest.mark.parametrize("number", [3, 4, 5, 6, 7, 8, 10])
def test_names_lie_within_their_segments(number: int) -> None:
    links = list(read(wheel(concepts(number), "Wiel", HUB)).iter("a"))[:-1]
    for place, link in enumerate(links):
        middle, half = 2 * pi * place / number - pi / 2, pi / number
        for left, top, right, bottom in written(link):
            for x, y in ((left, top), (right, top), (left, bottom), (right, bottom)):
                assert INNER < hypot(x, y) < OUTER, link.get("aria-label")
                # In the direction of the middle, the point lies between the two sides.
                along, across = x * cos(middle) + y * sin(middle), y * cos(middle) - x * sin(middle)
                assert along > 0
                assert abs(across) * cos(half) < along * sin(half), link.get("aria-label")


@pytest.mark.parametrize("number", [3, 6, 8, 10])
def test_lines_of_a_name_do_not_overlap(number: int) -> None:
    for link in list(read(wheel(concepts(number), "Wiel", HUB)).iter("a"))[:-1]:
        boxes = written(link)
        assert all(above[3] <= below[1] + 0.5 for above, below in pairwise(boxes))


def test_whole_name_is_written() -> None:
    for name, link in zip(NAMES[:6], read(wheel(concepts(6), "Wiel", HUB)).iter("a"), strict=False):
        [text] = [each for each in link.iter("text") if each.get("class") == "name"]
        assert "".join(text.itertext()) == name


def test_segments_share_the_circle() -> None:
    for number in SEGMENTS:
        places = segments(number)
        assert sum(2 * each.half for each in places) == pytest.approx(2 * pi)
        assert places[0].middle == pytest.approx(-pi / 2)


@pytest.mark.parametrize("number", SEGMENTS)
def test_outlines_do_not_touch(number: int) -> None:
    """The outermost points of neighbours are as far from each other as the gap says."""
    paths = [each.get("d", "") for each in read(wheel(concepts(number), "Wiel", HUB)).iter("path")]
    corners = [[(float(x), float(y)) for x, y in re.findall(r"Q(-?[\d.]+) (-?[\d.]+)", path)] for path in paths]
    for path, following in zip(corners, corners[1:] + corners[:1], strict=True):
        nearest = min(hypot(x - u, y - v) for x, y in path for u, v in following)
        assert nearest > 5


def test_wheel_shows_marks_where_a_name_does_not_fit() -> None:
    many = [
        concept("Verkehrsinfrastrukturfinanzierungsgesellschaftsvertragsänderung", each) for each in range(1, 13)
    ]
    root = read(wheel(many, "Wiel", HUB))
    assert root.get("class") == "wheel marks"
    links = list(root.iter("a"))[:-1]
    assert [each.findtext("text") for each in links] == [f"H{each}" for each in range(1, 13)]
    assert links[0].findtext("title") == links[0].get("aria-label")


@pytest.mark.parametrize(("notation", "mark"), [("H2", "H2"), ("", "1"), ("http://x/long", "1")])
def test_mark_is_a_short_notation_or_a_number(notation: str, mark: str) -> None:
    items = [Item(link=Value("Naam", "/x"), notation=notation)] * 3
    [first, *_] = read(wheel(items, "Wiel", HUB)).iter("a")
    assert first.get("aria-label") == f"{mark} Naam"


def test_small_wheel_tells_which_concept_is_the_current_one() -> None:
    links = list(read(small_wheel(concepts(6), "Wiel", "/concept/2.html")).iter("a"))
    assert [each.get("aria-current") for each in links] == [None, "true", None, None, None, None]


def test_names_in_another_language_say_so() -> None:
    items = [Item(link=Value("Lever", "/x", lang="en")), *concepts(2)]
    assert 'lang="en"' in wheel(items, "Wiel", HUB)
    assert 'lang="en"' in family(items[0], items, "Familie")


def test_nothing_escapes_from_a_name() -> None:
    evil = Item(link=Value('<script>alert("x")</script>&', '/x"onload="y'), notation="<b>")
    for picture in (
        wheel([evil] * 3, '"><script>', Value("1 <i>", "/")),
        family(evil, [evil], '"><script>', above=evil, rest="<i>"),
        timeline([Moment(1, evil.link, "<b>"), Moment(2, evil.link, "")], "<i>"),
    ):
        tags = {each.tag for each in read(picture).iter()}
        assert tags <= {"svg", "a", "g", "path", "circle", "rect", "text", "tspan", "title"}
        assert all(set(each.attrib).isdisjoint({"onload"}) for each in read(picture).iter())


@pytest.mark.parametrize("above", [None, concept(NAMES[7], 9)], ids=["at the top", "below another"])
@pytest.mark.parametrize("number", [1, 2, 5, 12])
def test_family_has_room_for_all_names(above: Item | None, number: int) -> None:
    root = read(family(Item(link=Value(NAMES[0])), concepts(number), "Familie", above=above))
    _, top, _, high = map(float, root.get("viewBox", "").split())
    boxes = []
    for part in (*root.iter("g"), *root.iter("a")):
        [rect] = part.iter("rect")
        x, y, across, down = (float(rect.get(name, "")) for name in ("x", "y", "width", "height"))
        assert x >= 0
        assert x + across <= WIDE
        assert top <= y
        assert y + down <= top + high
        assert all(width(each.text or "", 17) <= across - 20 for each in part.iter("tspan"))
        boxes.append((x, y, x + across, y + down))
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    assert len(list(root.iter("path"))) == number + bool(above)


def test_family_draws_so_many_and_tells_of_the_others() -> None:
    many = [concept(f"Begrip {each}", each) for each in range(40)]
    root = read(family(concept("Alles"), many, "Familie", rest="en nog 28 andere"))
    assert len(list(root.iter("a"))) == 13
    assert "en nog 28 andere" in "".join(root.itertext())


def test_versions_stand_apart_and_in_the_order_of_time() -> None:
    places = spread([0, 1, 2, 1000])
    assert all(right - left >= BETWEEN - 0.01 for left, right in pairwise(places))
    assert places[3] - places[2] > 2 * BETWEEN
    assert 0 <= places[0] < places[-1] <= WIDE


def test_timeline_links_to_the_last_versions() -> None:
    moments = [Moment(each, Value(f"1.{each}.0", f"/version/1.{each}.0"), "1 mei") for each in range(20)]
    links = list(read(timeline(moments, "Versies")).iter("a"))
    assert [each.get("href") for each in links] == [f"/version/1.{each}.0" for each in range(15, 20)]


def test_bar_is_as_long_as_its_part_and_says_nothing() -> None:
    root = ElementTree.fromstring(bar(3, 6))
    assert root.get("aria-hidden") == "true"
    assert [each.get("width") for each in root.iter("rect")] == ["50"]
    assert 'width="0"' in bar(0, 0)
