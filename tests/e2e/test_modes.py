"""What a reader's settings ask for: darkness, high contrast, stillness, paper."""

from __future__ import annotations

from time import sleep

import pytest
from e2e.browsing import LATE, MODES, Look, Mode, looking
from e2e.kinds import KINDS, Kind
from e2e.places import Places
from playwright.sync_api import Browser

PAPER = Mode("paper", width=720)
LIGHTNESS = """getComputedStyle(document.body).%s.match(/\\d+/g).slice(0, 3)
  .reduce((sum, each) => sum + Number(each), 0) / 3"""
BACKGROUND, INK = LIGHTNESS % "backgroundColor", LIGHTNESS % "color"
MOVING = """[...document.querySelectorAll('*')].filter(each => {
  const {transitionDuration: one, animationDuration: other, scrollBehavior} = getComputedStyle(each);
  return parseFloat(one) > 0.01 || parseFloat(other) > 0.01 || scrollBehavior === 'smooth';
}).map(each => each.localName)"""
# The words of a link, a button or a heading that stand on their own colour cannot be read.
UNREADABLE = """[...document.querySelectorAll('a, button, h1, h2, p, th, td')].filter(each => {
  const {color, backgroundColor} = getComputedStyle(each);
  return each.checkVisibility() && color === backgroundColor;
}).map(each => each.outerHTML.slice(0, 80))"""


def opened(look: Look, places: Places, kind: Kind) -> Look:
    look.open(places.address(kind.place) + kind.path)
    return look


def each_page(*names: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "kind", [each for each in KINDS if each.name in names], ids=lambda each: each.name
    )


def test_dark_is_dark_and_light_is_light(browser: Browser, places: Places) -> None:
    for mode, dark in ((MODES[0], False), (MODES[1], True)):
        with looking(browser, mode) as look:
            lightness = opened(look, places, KINDS[0]).page.evaluate(BACKGROUND)
            assert lightness < 40 if dark else lightness > 240


@each_page("landing", "scheme", "concept", "dataset", "SPARQL", "version")
def test_forced_colours_keep_everything_readable(browser: Browser, places: Places, kind: Kind) -> None:
    with looking(browser, forced_colors="active") as look:
        assert opened(look, places, kind).page.evaluate(UNREADABLE) == []
        assert look.faults() == []


@each_page("landing", "scheme", "concept", "SPARQL")
def test_what_a_late_script_adds_moves_nothing(browser: Browser, places: Places, kind: Kind) -> None:
    with looking(browser) as look:
        look.page.route("**/*.js", lambda route: (sleep(LATE), route.continue_()))
        assert opened(look, places, kind).moved() == []


@pytest.mark.slow
@each_page("landing", "scheme", "concept", "SPARQL")
def test_who_wants_no_movement_gets_none(browser: Browser, places: Places, kind: Kind) -> None:
    with looking(browser, reduced_motion="reduce") as look:
        assert opened(look, places, kind).page.evaluate(MOVING) == []


@pytest.mark.slow
@each_page("landing", "scheme", "concept", "item", "dataset", "version")
def test_paper_has_the_content_and_no_controls(browser: Browser, places: Places, kind: Kind) -> None:
    with looking(browser, PAPER) as look:
        opened(look, places, kind).page.emulate_media(media="print")
        for controls in look.page.locator(".top nav, button, .skip, input").all():
            assert not controls.is_visible(), controls.evaluate("each => each.outerHTML.slice(0, 120)")
        assert look.page.locator("h1").is_visible()
        assert look.page.evaluate(INK) < 80
        assert [each for each in look.faults() if "sticks out" in each] == []


def test_a_dark_screen_prints_black_on_white(browser: Browser, places: Places) -> None:
    with looking(browser, MODES[1]) as look:
        opened(look, places, KINDS[0]).page.emulate_media(media="print")
        assert look.page.evaluate(INK) < 80
