"""What machines ask of a server."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import pytest
from building import copy, published
from flask.testing import FlaskClient

from publisher.sparql.queries import Queries
from publisher.web import Site, create_app, open_site


@pytest.mark.parametrize("path", ["/live", "/ready", "/health"])
def test_nobody_keeps_what_is_true_for_a_moment(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")


def test_health_names_release_commit_and_workers(client: FlaskClient, site: Site) -> None:
    health = client.get("/health").json
    assert health["release"] == site.release.id
    assert health["quads"] == site.release.manifest.quads
    assert health["sparql"]["workers"] == 2


def test_health_says_what_is_degraded_and_why(tmp_path: Path) -> None:
    folder = copy("tiny", tmp_path)
    published(folder)
    site = open_site(folder)
    try:
        site.queries.close()
        (site.release.store / "CURRENT").unlink()
        broken = open_queries(site)
        health = create_app(broken).test_client().get("/health").json
        broken.queries.close()
        assert health["status"] == "degraded"
        assert health["degraded"][0].startswith("queries are not answered: ")
    finally:
        site.store.close()


def open_queries(site: Site) -> Site:
    """The same site with new workers, once they have tried to open the store."""
    queries = Queries(site.release.store, site.config.sparql)
    deadline = time.monotonic() + 20
    while not queries.state()["failure"] and time.monotonic() < deadline:
        time.sleep(0.05)
    return dataclasses.replace(site, queries=queries)
