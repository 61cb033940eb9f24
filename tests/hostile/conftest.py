"""One server for all attacks; every attack must leave it alive, right and quick."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile.target import Target, under_attack

HERE = Path(__file__).parent
FIGURES: list[str] = []
"""What is printed at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is `hostile`; `smoke` picks the few that are always run."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("hostile")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how the canary was."""
    for line in FIGURES:
        terminalreporter.write_line(f"during all attacks, {line}")


@pytest.fixture(scope="session")
def patient(pytestconfig: pytest.Config) -> float:
    """Seconds in which the canary must be answered: one, but more where others use the machine for other tests."""
    return 1.0 if pytestconfig.getoption("-m") == "hostile" else 5.0


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, patient: float) -> Iterator[Target]:
    """The server that all attacks go to."""
    with under_attack(tmp_path_factory.mktemp("hostile")) as target:
        target.canary.small()
        target.canary.start(patient)
        yield target
        target.canary.stop()
        FIGURES.extend(song.report() for song in (target.canary.pages, target.canary.queries))


@pytest.fixture
def target(server: Target, patient: float) -> Iterator[Target]:
    """The server, which must be as well after the test as before: no death, no forged request, no wrong answer."""
    server.canary.lenient = patient > 1
    complaints, heard = len(server.canary.wrong), server.sink.heard
    yield server
    assert server.process.poll() is None
    assert server.children() == server.web, "the web process died"
    assert server.sink.heard == heard, "a forged request went out"
    assert server.canary.wrong[complaints:] == []
