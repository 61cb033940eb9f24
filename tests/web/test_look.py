"""The colours and the short name that a site has by its settings."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import pytest
from building import copy, edit, published
from web.test_contrast import contrast, tokens

from publisher.config import PAGE_LUMINANCE, Look, contrast_on_page, parse
from publisher.errors import ConfigError
from publisher.web import create_app, open_site
from publisher.web.look import address, sheet

TINY = Path(__file__).parents[1] / "sites" / "tiny" / "publisher.toml"


def settings(look: str) -> Look:
    return parse(f"{TINY.read_text('utf-8')}\n[look]\n{look}\n").look


def test_look_of_the_program_needs_no_sheet() -> None:
    assert sheet(Look()) == b""
    assert address(Look()) == ""


def test_look_changes_its_address_with_its_content() -> None:
    one, other = settings('colour = "#1b4d8f"'), settings('colour = "#1b4d8e"')
    assert re.fullmatch(r"/static/look-[0-9a-f]{8}\.css", address(one))
    assert address(one) != address(other)


@pytest.mark.parametrize(
    ("look", "what"),
    [
        ('colour = "blue"', "a number sign and six digits"),
        ('colour = "#ffcc00"', "take a darker one"),
        ('colour = "#8a8a8a"', "needs 4.5"),
        ("hues = [360]", "from 0 to 359"),
        ("hues = [1, 2, 3, 4, 5, 6, 7]", "at most 6"),
    ],
)
def test_look_that_cannot_be_read_is_refused(look: str, what: str) -> None:
    with pytest.raises(ConfigError, match=what) as refused:
        settings(look)
    assert re.match(r"publisher.toml:\d+: ", str(refused.value))


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast_on_page("#000000") == pytest.approx((PAGE_LUMINANCE + 0.05) / 0.05)
    assert contrast_on_page("#1b4d8f") > 4.5


def test_darkest_background_of_light_pages_is_known() -> None:
    grounds = (tokens(":root", 0)[each] for each in ("paper", "sheet", "band"))
    darkest = min((contrast(each, "0% 0 0") * 0.05 - 0.05) for each in grounds)
    assert darkest >= PAGE_LUMINANCE


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_every_hue_can_be_read(mode: int) -> None:
    own = tokens(":root", mode)
    for hue in range(360):
        found = own | tokens(":is(.hue-1, .hue-2, .hue-3, .hue-4, .hue-5, .hue-6)", mode, hue)
        assert contrast(found["deep"], found["tint"]) >= 4.5, hue
        assert contrast(found["deep"], found["tone"]) >= 4.5, hue
        assert contrast(found["solid"], found["sheet"]) >= 4.5, hue
        assert all(contrast(f"82% .09 {hue}", own[each]) >= 4.5 for each in ("paper", "sheet")) or mode == 0


def test_pages_have_the_colours_and_the_name_of_their_site(tmp_path: Path) -> None:
    folder = copy("tiny", tmp_path)
    look = '[look]\nname.nl = "Seizoen"\ncolour = "#6b1f5c"\nhues = [10, 200]\n\n[sparql]'
    edit(folder / "publisher.toml", "[sparql]", look)
    published(folder)
    site = open_site(folder)
    with closing(site.queries):
        client = create_app(site).test_client()
        page = client.get("/").text
        path = address(site.config.look)
        answer = client.get(path)
    assert "<span>Seizoen</span></a>" in page
    assert f'<link rel="stylesheet" href="{path}">' in page
    assert (answer.status_code, answer.mimetype) == (200, "text/css")
    assert "immutable" in answer.headers["Cache-Control"]
    assert "light-dark(#6b1f5c" in answer.text
    assert ".hue-2 { --h: 200; }" in answer.text
