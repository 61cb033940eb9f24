"""Pages in a real Chromium: nothing sticks out of a narrow window, dark is dark, and the policy blocks nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import CHROMIUM, Browser, browsing
from conftest import serving

from publisher.web import Site

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")

PAGES = (
    "/",
    "/doc/concept/season/winter.html",
    "/doc/conceptscheme/season.html",
    "/doc/document/winters-meten.html",
    "/doc/dataset/seasons.html",
    "/doc/concept.html",
    "/version.html",
    "/version/seasons/1.0.0.html",
    "/version/seasons/1.0.0/doc/concept/season/winter.html",
    "/sparql",
)
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
STICKING_OUT = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LIGHTNESS = f"{BACKGROUND}.match(/\\d+/g).slice(0, 3).reduce((sum, each) => sum + Number(each), 0) / 3"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all these tests."""
    with browsing(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.mark.parametrize("path", PAGES)
def test_nothing_sticks_out_of_a_narrow_window(browser: Browser, served: str, path: str) -> None:
    browser.open(served + path, width=320)
    assert browser.ask("innerWidth") == 320
    assert browser.ask(STICKING_OUT) == 0


def test_pages_of_what_was_fit_a_narrow_window_too(browser: Browser, retired: Site) -> None:
    with serving(retired.config.folder) as served:
        for path in ("concept/season/autumn.html", "concept/season/winter.html", "concept/season.html?all=1"):
            browser.open(f"{served}/doc/{path}", width=320)
            assert (browser.ask("innerWidth"), browser.ask(STICKING_OUT)) == (320, 0)


def test_dark_is_dark_and_light_is_light(browser: Browser, served: str) -> None:
    browser.open(served, width=1280, dark=True)
    assert browser.ask(LIGHTNESS) < 40
    browser.open(served, width=1280)
    assert browser.ask(LIGHTNESS) > 240


def test_the_policy_lets_the_style_sheet_in_and_everything_else_stays_on_this_host(
    browser: Browser, served: str
) -> None:
    browser.open(f"{served}/doc/concept/season/winter.html", width=1280)
    assert browser.ask("document.styleSheets.length") == 1
    hosts = browser.ask("[...new Set(performance.getEntriesByType('resource').map(r => new URL(r.name).origin))]")
    assert hosts == [served]


def test_the_first_tab_goes_past_the_menu(browser: Browser, served: str) -> None:
    browser.open(served, width=1280)
    for kind in ("rawKeyDown", "keyUp"):
        browser.call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
    assert browser.ask("document.activeElement.className") == "skip"
    assert browser.ask("document.activeElement.getBoundingClientRect().top >= 0")


def test_print_leaves_the_menu_out(browser: Browser, served: str, tmp_path: Path) -> None:
    browser.open(f"{served}/doc/concept/season/winter.html", width=800, media="print")
    assert browser.ask("getComputedStyle(document.querySelector('.top nav')).display") == "none"
