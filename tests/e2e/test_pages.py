"""Every kind of page in every mode and language: nothing that axe, the browser or a narrow window complains about.

`make test` looks at each kind in one mode and language, another for each; `make e2e` at all of them.
"""

from __future__ import annotations

import pytest
from e2e.browsing import MODES, Mode, looking
from e2e.budgets import LOADED, measure
from e2e.kinds import KINDS, Kind
from e2e.places import Places
from playwright.sync_api import Browser

from publisher.web.texts import interface_language


def combinations() -> list[object]:
    """Each kind in each mode and language; all but one of each kind are for `make e2e`."""
    rows = []
    for number, kind in enumerate(KINDS):
        every = [(mode, language) for language in kind.languages for mode in MODES]
        for place, (mode, language) in enumerate(every):
            # 5 and 16, 4 modes and 4 languages: neighbours differ in both, and all have their turn.
            way = f"{mode.name}, {language}"
            chosen = place == number * 5 % len(every) if kind.sample == "" else way == kind.sample
            name, marks = f"{kind.name}, {way}", () if chosen else (pytest.mark.matrix,)
            rows.append(pytest.param(kind, mode, language, marks=marks, id=name))
    return rows


@pytest.mark.parametrize(("kind", "mode", "language"), combinations())
def test_page(browser: Browser, places: Places, kind: Kind, mode: Mode, language: str) -> None:
    with looking(browser, mode) as look:
        look.open(places.address(kind.place) + kind.at(language))
        assert look.page.evaluate("document.documentElement.lang") == interface_language((language,))
        faults = [*look.faults(), *measure(kind, look.page.evaluate(LOADED))]
        assert look.status == kind.status
        assert not faults, "\n".join(faults)
