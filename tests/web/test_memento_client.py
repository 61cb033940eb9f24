"""The past as a client finds it that we did not write: that of the authors of RFC 7089."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from building import five_versions
from conftest import free_port, serving
from memento_client import MementoClient  # type: ignore[import-untyped]

PEAR, POTATO = "/doc/concept/fruit/peer", "/doc/concept/fruit/aardappel"


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real server on the site with five versions, which knows that it is reached there."""
    port = free_port()
    folder = five_versions(tmp_path_factory.mktemp("memento"), f'public = "http://127.0.0.1:{port}"\n')
    with serving(folder, port=port) as address:
        yield address


def asked(address: str, then: datetime, *, native: bool = False) -> dict[str, Any]:
    """What the client finds; without `native` it takes a document to be its own TimeGate."""
    with MementoClient(timegate_uri="", check_native_timegate=native) as client:
        found: dict[str, Any] = client.get_memento_info(address, then)
    return found


def version(found: dict[str, Any], name: str) -> str:
    [address] = found["mementos"][name]["uri"]
    return str(address).partition("/version/fruit/")[2].partition("/")[0]


@pytest.mark.parametrize(
    ("then", "closest"),
    [
        (datetime(2000, 1, 1), "1.0.0"),
        (datetime(2026, 2, 1, 23, 59, 59), "1.0.0"),
        (datetime(2026, 2, 2), "1.0.1"),
        (datetime(2026, 3, 5), "1.1.0"),
        (datetime(2050, 1, 1), "2.1.0"),
    ],
    ids=str,
)
def test_the_client_finds_the_version_of_a_moment(origin: str, then: datetime, closest: str) -> None:
    found = asked(origin + PEAR, then)
    assert found["original_uri"] == found["timegate_uri"] == origin + PEAR
    assert (version(found, "closest"), version(found, "first"), version(found, "last")) == (
        closest,
        "1.0.0",
        "2.1.0",
    )
    assert found["mementos"]["closest"]["http_status_code"] == 200


def test_the_client_finds_the_dates_of_all_neighbours(origin: str) -> None:
    found = asked(origin + PEAR, datetime(2026, 3, 5))["mementos"]
    assert {name: each["datetime"] for name, each in found.items()} == {
        "first": datetime(2026, 1, 5),
        "prev": datetime(2026, 2, 2),
        "closest": datetime(2026, 3, 2),
        "next": datetime(2026, 4, 6),
        "last": datetime(2026, 5, 4),
    }


@pytest.mark.parametrize("path", ["/id/concept/fruit/peer", f"/version/fruit/2.0.0{PEAR}.ttl"])
def test_the_client_finds_the_original_of_a_thing_and_of_a_memento(origin: str, path: str) -> None:
    found = asked(origin + path, datetime(2026, 1, 5))
    assert (found["original_uri"], version(found, "closest")) == (origin + PEAR, "1.0.0")


def test_the_client_finds_the_timegate_of_a_suffix(origin: str) -> None:
    found = asked(f"{origin}{PEAR}.html", datetime(2026, 1, 5), native=True)
    assert (found["timegate_uri"], version(found, "closest")) == (origin + PEAR, "1.0.0")


@pytest.mark.parametrize(("then", "status"), [(datetime(2026, 3, 2), 200), (datetime(2026, 4, 6), 410)], ids=str)
def test_the_client_finds_what_was_withdrawn(origin: str, then: datetime, status: int) -> None:
    closest = asked(origin + POTATO, then)["mementos"]["closest"]
    assert (closest["http_status_code"], closest["datetime"]) == (status, then)
