"""One browser for the tests of a module, the sites that they look at, and figures at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from e2e.browsing import AXE, CHROMIUM, chromium
from e2e.budgets import table
from e2e.places import Places
from playwright.sync_api import Browser


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what pages weigh, where all were looked at."""
    if "not matrix" not in config.getoption("markexpr"):
        for line in table():
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    """The sites, each made when it is first asked for."""
    with ExitStack() as stack:
        yield Places(tmp_path_factory.mktemp("places"), stack)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium, with axe at hand."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine")
    if not AXE.is_file():
        pytest.skip("`npm ci` has not been run in tests/clients, where axe is")
    with chromium() as browser:
        yield browser
