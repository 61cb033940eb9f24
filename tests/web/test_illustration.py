"""What pictures show on the page of a concept: the top concept that it belongs to, and what is around it."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient


def picture(client: FlaskClient, path: str, name: str) -> ElementTree.Element | None:
    found = re.search(rf'<svg class="{name}.*?</svg>', client.get(path).text, re.DOTALL)
    return ElementTree.fromstring(found[0]) if found else None


@pytest.mark.parametrize(("path", "current"), [("winter", "S1 Winter"), ("vorst.periode", "S1 Winter")])
def test_small_wheel_marks_the_top_concept_that_a_page_is_about(
    client: FlaskClient, path: str, current: str
) -> None:
    wheel = picture(client, f"/doc/concept/season/{path}.html", "wheel marks small")
    assert wheel
    assert [each.get("aria-label") for each in wheel.iter("a") if each.get("aria-current")] == [current]


def test_scheme_with_few_top_concepts_has_no_wheel(client: FlaskClient) -> None:
    assert picture(client, "/doc/months/december.html", "wheel") is None
    assert picture(client, "/doc/document/winters-meten.html", "wheel") is None


def test_what_is_below_a_concept_is_drawn_and_listed(client: FlaskClient) -> None:
    family = picture(client, "/doc/concept/season/winter.html", "family")
    assert family
    assert [each.get("href") for each in family.iter("a")] == ["/doc/concept/season/vorst.periode.html"]
    assert family.get("aria-label") == "Winter: Onderliggende begrippen"


def test_concept_with_nothing_below_has_no_picture(client: FlaskClient) -> None:
    assert picture(client, "/doc/concept/season/spring.html", "family") is None
