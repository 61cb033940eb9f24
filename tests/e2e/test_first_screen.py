"""What a page about a concept answers without scrolling: what, where, whether to rely on it, its place."""

from __future__ import annotations

import pytest
from e2e.browsing import Mode, looking
from e2e.places import Places
from playwright.sync_api import Browser

LAPTOP = Mode("laptop", width=1280, height=720)
LEVERS = "/doc/conceptscheme/hefboom.html"
ANSWERS = ("h1", "main .lead", "#uri", "[data-copy=uri]", ".trust", ".place")
ONE_ROW = 80
"""Pixels that the head of a page has at most: a second row of it would hide what is asked for."""


@pytest.mark.parametrize("ending", [".html", ".fr.html"], ids=["Dutch", "French"])
def test_the_first_screen_of_each_main_concept_answers_what_people_ask(
    browser: Browser, places: Places, ending: str
) -> None:
    with looking(browser, LAPTOP) as look:
        look.open(places.address("content") + LEVERS)
        links = look.page.locator(".tree > ul > li > a").all()
        paths = [each.get_attribute("href") for each in links]
        assert len(paths) >= 6
        below = {}
        for path in paths:
            look.open(places.address("content") + str(path).replace(".html", ending))
            for each in ANSWERS:
                box = look.page.locator(each).first.bounding_box()
                below[path, each] = box["y"] + box["height"] if box else -1
            assert look.page.locator("header.top").bounding_box()["height"] < ONE_ROW  # type: ignore[index]
        assert {name: bottom for name, bottom in below.items() if not 0 < bottom <= LAPTOP.height} == {}


def test_the_first_screen_names_all_that_is_below(browser: Browser, places: Places) -> None:
    with looking(browser, LAPTOP) as look:
        look.open(places.address("content") + "/doc/concept/hefboom/hr-beleid-en-organisatieontwikkeling.html")
        assert look.page.locator(".place > div:last-child dd a").count() == 6
