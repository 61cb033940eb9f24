"""The thesaurus that the made-up one is like, where its file is: published as it is, looked at as any site."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from building import published
from conftest import serving
from e2e.browsing import MODES, Mode, looking
from e2e.budgets import LOADED, measure
from e2e.kinds import Kind
from playwright.sync_api import Browser
from thesaurus import SETTINGS

FILE = Path(__file__).parents[3] / "shared/corpus/vocab/unesco/unesco-thesaurus.ttl"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FILE.is_file(), reason=f"shared/corpus with {FILE.name} is not beside this folder"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("real")
    (folder / "publisher.toml").write_text(SETTINGS, "utf-8")
    shutil.copy(FILE, folder)
    published(folder)
    with serving(folder) as address:
        yield address


@pytest.mark.parametrize("mode", [MODES[0], MODES[-1]], ids=lambda each: each.name)
@pytest.mark.parametrize("path", ["/", "/thesaurus", "/thesaurus/concept1", "/thesaurus/domain1", "/?lang=ar"])
def test_page_of_the_real_thesaurus(browser: Browser, address: str, path: str, mode: Mode) -> None:
    with looking(browser, mode) as look:
        look.open(address + path)
        faults = [*look.faults(), *measure(Kind("real", "real", path), look.page.evaluate(LOADED))]
        assert look.status == 200
        assert not faults, "\n".join(faults)
