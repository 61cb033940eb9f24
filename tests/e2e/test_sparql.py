"""Asking questions in a real browser: the editor, what it proposes, the answer, and all of it without script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from e2e.browsing import Look, looking
from e2e.places import Places
from playwright.sync_api import Browser, Page, expect

LABELS = "SELECT ?label ?number {{ VALUES (?label ?number) {{ {} }} }}"


@pytest.fixture
def look(browser: Browser, places: Places) -> Iterator[Look]:
    with looking(browser) as look:
        look.open(places.address("content") + "/sparql")
        expect(look.page.locator(".cm-content")).to_be_visible()
        yield look


def write(page: Page, text: str) -> None:
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text) if text else page.keyboard.press("Delete")


def column(page: Page, number: int) -> list[str]:
    return [each.strip() for each in page.locator(f"table.answer tbody td:nth-child({number})").all_inner_texts()]


def test_an_answer_is_a_table_that_can_be_sorted_and_kept(look: Look) -> None:
    page, query = look.page, LABELS.format('("b" 10) ("a" 9) ("c" 100)')
    write(page, query)
    page.keyboard.press("Control+Enter")
    expect(page.locator("form [role=status].remark")).to_contain_text("3 rijen in")
    assert column(page, 2) == ["10", "9", "100"]
    for order in (["9", "10", "100"], ["100", "10", "9"]):
        page.get_by_role("button", name="number").click()
        assert column(page, 2) == order
    page.get_by_role("button", name="label").click()
    assert column(page, 1) == ["a", "b", "c"]
    assert page.locator("th[aria-sort]").count() == 1
    assert look.faults() == []
    page.reload()
    assert column(page, 1) == ["b", "a", "c"]
    assert page.locator("textarea").input_value() == query


def test_an_error_is_shown_at_its_line(look: Look) -> None:
    page = look.page
    write(page, "SELECT ?s WHERE {\n  ?s ?p\n}")
    page.keyboard.press("Control+Enter")
    expect(page.locator("form [role=status].remark")).to_contain_text("Syntax error at 3:2")
    expect(page.locator(".cm-lintRange-error")).to_have_text("}")
    assert page.locator(".cm-lint-marker-error").count() == 1
    assert look.axe() == []
    assert page.evaluate("window.noticed.violations") == []
    write(page, "ASK {}")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#answer")).to_contain_text("Ja")
    assert page.locator(".cm-lintRange-error").count() == 0


@pytest.mark.parametrize(
    ("typed", "proposed", "written"),
    [
        ("prefl", "skos:prefLabel", "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\nskos:prefLabel"),
        ("crowds", "Crowdsourcing", "<https://hefbomen.example/id/concept/hefboom/crowdsourcing>"),
        ("SELECT ?broader { ?br", "?broader", "SELECT ?broader { ?broader}"),
        ("dcat:Datas", "dcat:Dataset", "PREFIX dcat: <http://www.w3.org/ns/dcat#>\ndcat:Dataset"),
    ],
    ids=["property", "concept", "variable", "class"],
)
def test_what_is_proposed_is_written_whole(look: Look, typed: str, proposed: str, written: str) -> None:
    page = look.page
    write(page, "")
    page.keyboard.type(typed, delay=20)
    expect(page.locator(".cm-tooltip-autocomplete li[aria-selected]")).to_contain_text(proposed)
    assert look.axe() == []
    # What is only just shown is not taken by a key that was meant for the text.
    page.wait_for_timeout(200)
    page.keyboard.press("Enter")
    assert page.locator("textarea").input_value() == written


def test_the_keyboard_is_never_caught(look: Look) -> None:
    page = look.page
    write(page, "ASK {}")
    # The first Escape would be for proposals, were there any.
    page.wait_for_timeout(300)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Voer uit")).to_be_focused()
    page.locator(".cm-content").click()
    page.keyboard.press("Tab")
    assert page.locator("textarea").input_value() == "ASK {}"
    expect(page.get_by_label("Vorm van het antwoord")).to_be_focused()


def test_a_query_is_kept_in_the_browser_and_removed(look: Look) -> None:
    page = look.page
    write(page, "ASK { ?mine ?p ?o }")
    page.get_by_text("Eigen vragen").click()
    page.get_by_label("Naam van de vraag").fill("Van mij")
    page.keyboard.press("Enter")
    page.reload()
    page.get_by_text("Eigen vragen").click()
    page.get_by_role("button", name="Van mij", exact=True).click()
    assert page.locator("textarea").input_value() == "ASK { ?mine ?p ?o }"
    assert look.faults() == []
    page.get_by_role("button", name="Verwijder: Van mij").click()
    assert page.locator(".own li").count() == 0


def test_the_bytes_as_programs_get_them_can_be_read(look: Look) -> None:
    page = look.page
    write(page, "ASK {}")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Ruw antwoord").click()
    expect(page.get_by_role("region", name="Ruw antwoord")).to_contain_text('"boolean":true')


def test_everything_needed_works_without_script(browser: Browser, places: Places) -> None:
    with looking(browser, java_script_enabled=False) as look:
        page = look.page
        look.open(places.address("content") + "/sparql")
        assert not page.get_by_text("Eigen vragen").is_visible()
        page.locator("textarea").fill(LABELS.format('("b" 10) ("a" 9)'))
        page.get_by_role("button", name="Voer uit").click()
        assert column(page, 1) == ["b", "a"]
        with page.expect_download() as download:
            page.get_by_role("link", name="CSV", exact=True).click()
        assert download.value.path().read_text().splitlines() == ["label,number", "b,10", "a,9"]
