"""What people come for, done as they would, within the actions that it may take them.

An action is a click, or words typed and sent with Enter. Each task begins at the front page.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from e2e.browsing import looking
from e2e.places import Places
from playwright.sync_api import Browser, Page

LEVER = "/doc/concept/hefboom/innovatief-aanbesteden.html"


@dataclass
class Visitor:
    """Somebody at a page, who counts what she does."""

    page: Page
    actions: int = 0

    def ask(self, words: str) -> None:
        """Type into the search field, and send it."""
        self.actions += 1
        field = self.page.get_by_role("main").locator("input[type=search]")
        field.fill(words)
        with self.page.expect_navigation():
            field.press("Enter")

    def follow(self, selector: str) -> None:
        """Click the first link that this selects, and wait for its page."""
        self.actions += 1
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def press(self, selector: str) -> None:
        """Click something that leads nowhere."""
        self.actions += 1
        self.page.locator(selector).first.click()

    def save(self, selector: str) -> Path:
        """Click a link to a file, and keep the file."""
        self.actions += 1
        with self.page.expect_download() as download:
            self.page.locator(selector).first.click()
        return Path(download.value.path())

    def reads(self, selector: str) -> str:
        """The first text that this selects, as it is shown."""
        return self.page.locator(selector).first.inner_text()


Arriving = Callable[..., Visitor]


@pytest.fixture
def arrive(browser: Browser, places: Places) -> Iterator[Arriving]:
    """Arrive at the front page of a site, by default that of the content."""
    with looking(browser) as look:

        def at(place: str = "content") -> Visitor:
            look.open(places.address(place) + "/")
            return Visitor(look.page)

        yield at


def test_the_uri_of_crowdsourcing_takes_two_actions_of_three(arrive: Arriving) -> None:
    visitor = arrive()
    visitor.ask("crowdsourcing")
    visitor.follow(".answers a")
    assert visitor.reads("#uri") == "https://hefbomen.example/id/concept/hefboom/crowdsourcing"
    assert visitor.actions <= 3


def test_a_csv_of_everything_takes_one_action_of_two(arrive: Arriving) -> None:
    visitor = arrive()
    with visitor.save(".use a:text-is('CSV')").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert sum("/id/concept/hefboom/" in row[0] for row in rows) >= 25
    assert visitor.actions <= 2


def test_the_successor_of_a_deprecated_code_takes_two_actions(arrive: Arriving) -> None:
    visitor = arrive("past")
    visitor.ask("bes")
    assert "vroeger" in visitor.reads(".answers li").lower()
    visitor.follow(".answers a")
    assert visitor.reads("h1") in ("Framboos", "Braam")
    assert visitor.actions <= 2


def test_the_newest_item_about_a_lever_takes_two_actions_of_three(arrive: Arriving) -> None:
    visitor = arrive()
    visitor.follow(f".cards a[href='{LEVER}']")
    dates = visitor.page.locator(".story .items time").evaluate_all("all => all.map(each => each.dateTime)")
    assert dates == sorted(dates, reverse=True) != []
    visitor.follow(".story .items a[href^='/doc/kennisitem/']")
    assert "resultaten bevraging" in visitor.reads("h1")
    assert visitor.actions <= 3


def test_the_result_of_a_query_as_csv_takes_three_actions_of_four(arrive: Arriving) -> None:
    visitor = arrive()
    visitor.follow("header a[href='/sparql']")
    visitor.press("main form button[type=submit]")
    visitor.page.locator("main table").wait_for()
    with visitor.save("main a:text-is('CSV')").open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == ["scheme", "concepts"]
    assert visitor.actions <= 4


def test_another_language_takes_one_action(arrive: Arriving) -> None:
    visitor = arrive()
    visitor.follow("header a[hreflang=fr]")
    assert visitor.page.locator("html").get_attribute("lang") == "fr"
    assert visitor.reads("h1") == "Leviers pour l'innovation locale"
    assert visitor.actions == 1


def test_what_changed_lately_takes_two_actions(arrive: Arriving) -> None:
    visitor = arrive("past")
    visitor.follow("footer a[href='/version.html']")
    visitor.follow("main a[href^='/version/fruit/']")
    assert "Wat er veranderde" in visitor.reads("main")
    assert visitor.actions <= 2


def test_a_citation_for_a_reference_manager_takes_two_actions(arrive: Arriving) -> None:
    visitor = arrive()
    visitor.follow(f".cards a[href='{LEVER}']")
    assert "Innovatief aanbesteden" in visitor.save("a:text-is('BibTeX')").read_text("utf-8")
    assert visitor.actions <= 2


def test_the_licence_takes_one_action(arrive: Arriving) -> None:
    visitor = arrive()
    visitor.follow("footer a[href='/policy']")
    assert visitor.page.locator("main a[href^='https://creativecommons.org/licenses/by/4.0']").count() > 0
    assert visitor.actions == 1


def test_a_misspelt_word_leads_to_its_concept_in_two_actions(arrive: Arriving) -> None:
    visitor = arrive()
    visitor.ask("crowdsorcing")
    visitor.follow(".answers a")
    assert visitor.reads("h1") == "Crowdsourcing"
    assert visitor.actions <= 2
