"""Whoever has no mouse, or no script, gets everywhere; the editor for queries has tests of its own."""

from __future__ import annotations

from collections.abc import Iterator
from time import sleep
from urllib.parse import urlsplit

import pytest
from e2e.browsing import LATE, Look, looking
from e2e.places import Places
from playwright.sync_api import Browser, Page, expect

SCHEME = "/doc/conceptscheme/hefboom.html"
# Where the keyboard is: what it would open, and whether that looks other than without it (a line around the field
# and its button, around the card, or along a shape of a picture).
FOCUSED = """() => {
  const {activeElement: here} = document, box = here.getBoundingClientRect();
  if (here === document.body) return null;
  const looks = () => JSON.stringify([here.parentElement, here, ...here.querySelectorAll("*")].flatMap(
    each => [null, "::after"].map(part => getComputedStyle(each, part))).map(
    ({outlineStyle, outlineWidth, stroke, strokeWidth}) => [outlineStyle, outlineWidth, stroke, strokeWidth]));
  const marked = looks();
  here.blur();
  const unmarked = looks();
  here.focus();
  return {
    name: here.href?.baseVal ?? here.getAttribute("href") ?? here.name ?? here.textContent,
    seen: marked !== unmarked && box.bottom > 0 && box.top < innerHeight,
  };
}"""
REACHABLE = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, [tabindex='0']")]
  .filter(each => each.checkVisibility({visibilityProperty: true}) && each.tabIndex >= 0).length"""


@pytest.fixture
def look(browser: Browser) -> Iterator[Look]:
    with looking(browser) as look:
        yield look


def path(page: Page) -> str:
    return urlsplit(page.url).path


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent")).strip()


def walk(page: Page) -> list[str]:
    """Press Tab until the page is left; everything on the way must be seen."""
    names: list[str] = []
    for _ in range(200):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUSED)
        if here is None:
            return names
        assert here["seen"], f"the focus cannot be seen at {here['name']!r}"
        names.append(here["name"])
    raise AssertionError("Tab never leaves the page")


def test_the_keyboard_walks_the_whole_front_page_and_sees_where_it_is(look: Look, places: Places) -> None:
    look.open(places.address("content") + "/")
    names = walk(look.page)
    assert len(names) == look.page.evaluate(REACHABLE)
    assert names.count("/doc/concept/hefboom/open-innovatie.html") >= 2  # In the wheel, and on its card.


def test_the_first_link_leads_past_the_menu(look: Look, places: Places) -> None:
    look.open(places.address("content") + SCHEME)
    look.page.keyboard.press("Tab")
    look.page.keyboard.press("Enter")
    look.page.keyboard.press("Tab")
    assert look.page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_tree_is_walked_with_arrows_and_letters(look: Look, places: Places) -> None:
    look.open(places.address("content") + SCHEME)
    tree, press = look.page.locator("[data-tree]"), look.page.keyboard.press
    tree.locator("a").first.focus()
    press("ArrowDown")
    assert focused(look.page) == "Sterk dienstbaar leiderschap"
    press("ArrowLeft")
    assert focused(look.page) == "Een sterk HR-beleid en organisatieontwikkeling"
    press("ArrowLeft")
    expect(tree.locator("button").first).to_have_attribute("aria-expanded", "false")
    press("ArrowDown")
    assert focused(look.page) == "Open innovatie"
    press("End")
    assert focused(look.page) == "Marktconsultatie"
    press("b")
    assert focused(look.page) == "Burgerparticipatie"
    press("Home")
    press("ArrowRight")
    expect(tree.locator("button").first).to_have_attribute("aria-expanded", "true")
    assert look.axe() == []


def test_what_was_closed_in_a_tree_is_closed_for_who_comes_back(look: Look, places: Places) -> None:
    look.open(places.address("content") + SCHEME)
    first = look.page.locator("[data-tree] button").first
    first.press("Enter")
    look.page.locator("[data-tree] > li > a").nth(1).press("Enter")
    look.page.wait_for_url("**/open-innovatie.html")
    look.page.go_back()
    expect(first).to_have_attribute("aria-expanded", "false")


def test_suggestions_are_chosen_with_arrows_and_left_with_escape(look: Look, places: Places) -> None:
    look.open(places.address("content") + "/")
    field = look.page.get_by_role("main").get_by_role("combobox")
    field.press_sequentially("crowd")
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    chosen = look.page.locator(f"#{field.get_attribute('aria-activedescendant')}")
    assert chosen.get_attribute("aria-selected") == "true"
    assert look.faults() == []
    field.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    assert field.input_value() == "crowd"
    field.press("ArrowDown")
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    field.press("Enter")
    look.page.wait_for_url("**/doc/concept/hefboom/crowdsourcing.html")


def test_a_late_answer_does_not_take_the_choice_away(look: Look, places: Places) -> None:
    look.open(places.address("content") + "/")
    field = look.page.get_by_role("main").get_by_role("combobox")
    field.press_sequentially("crow")
    expect(field).to_have_attribute("aria-expanded", "true")
    look.page.route("**/suggest?*", lambda route: (sleep(LATE), route.continue_()))
    field.press_sequentially("d")
    field.press("ArrowDown")
    look.page.wait_for_timeout(3_000 * LATE)
    field.press("Enter")
    look.page.wait_for_url("**/doc/concept/hefboom/crowdsourcing.html")


def test_without_script_search_tree_and_pages_work(browser: Browser, places: Places) -> None:
    with looking(browser, java_script_enabled=False) as look:
        page = look.page
        look.open(places.address("content") + "/")
        field = page.get_by_role("main").locator("input[type=search]")
        field.fill("innovatielab")
        field.press("Enter")
        page.locator(".answers a").first.click()
        assert path(page) == "/doc/concept/hefboom/innovatielab.html"
        assert not page.locator("button.copy").first.is_visible()
        look.open(places.address("content") + SCHEME)
        assert page.locator("[data-tree] a").count() >= 25
        page.locator("[data-tree] a").last.click()
        assert path(page).startswith("/doc/concept/hefboom/")
