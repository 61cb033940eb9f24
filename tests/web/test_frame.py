"""What every page has around its content: the menu says where one is."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("/", {"Home": "page"}),
        ("/?lang=en", {"Home": "page"}),
        ("/doc/months.html", {"scheme": "page"}),
        ("/doc/months.html?all=1", {"scheme": "page"}),
        ("/doc/months/december.html", {"scheme": "true"}),
        ("/doc/months/december.en.html", {"scheme": "true"}),
        ("/doc/document/winters-meten.html", {"document": "page"}),
        ("/doc/dataset/seasons.en.html", {"dataset": "page"}),
        ("/sparql", {"sparql": "page"}),
        ("/sparql?lang=en", {"sparql": "page"}),
        ("/doc/concept/season/winter.html", {}),
        ("/policy", {}),
        ("/search?q=winter", {}),
    ],
)
def test_the_menu_marks_the_section_that_a_page_is_in(
    client: FlaskClient, path: str, marked: dict[str, str]
) -> None:
    menu = client.get(path).text.partition('<header class="top">')[2].partition("</nav>")[0]
    found = re.findall(r'<li><a href="([^"]*)" aria-current="([a-z]*)"', menu)
    names = {
        "Home": r"/(\?lang=en)?",
        "scheme": r"/doc/months.*",
        "document": r"/doc/document/.*",
        "dataset": r"/doc/dataset/.*",
        "sparql": r"/sparql.*",
    }
    assert {name: how for href, how in found for name, each in names.items() if re.fullmatch(each, href)} == marked
    assert len(found) == len(marked)
