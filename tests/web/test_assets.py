"""What pages load is answered under names that stand for the content, in every coding, for ever."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli
import pytest
from flask.testing import FlaskClient

from publisher.errors import ServeError
from publisher.web import assets
from publisher.web.serve import serve

DECODE: dict[str, Callable[[bytes], bytes]] = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}
IMMUTABLE = "public, max-age=31536000, immutable"


@pytest.mark.parametrize("coding", DECODE, ids=lambda coding: coding or "identity")
@pytest.mark.parametrize("name", sorted(assets.names()))
def test_an_asset_is_immutable_in_every_coding(client: FlaskClient, name: str, coding: str) -> None:
    answer = client.get(assets.asset(name), headers={"Accept-Encoding": coding})
    found = assets.find(assets.names()[name])
    assert found is not None
    assert (answer.status_code, answer.mimetype) == (200, found.media_type)
    assert answer.headers["Cache-Control"] == IMMUTABLE
    used = answer.headers.get("Content-Encoding", "")
    assert used in (coding, "")
    assert DECODE[used](answer.data) == found.content


def test_what_is_sent_was_compressed_when_it_was_built(client: FlaskClient) -> None:
    path = assets.asset("site.css")
    tags = set()
    for coding, suffix in assets.READY.items():
        answer = client.get(path, headers={"Accept-Encoding": coding})
        assert answer.data == (assets.STATIC / (Path(path).name + suffix)).read_bytes()
        tags.add(answer.headers["ETag"])
        again = client.get(path, headers={"Accept-Encoding": coding, "If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.headers["Cache-Control"]) == (304, IMMUTABLE)
    assert len(tags) == len(assets.READY)


@pytest.mark.parametrize("name", ["site.css", "favicon.svg", "assets.json", "sources.sha256"])
def test_names_that_stand_for_no_content_are_unknown(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_a_page_loads_nothing_but_assets(client: FlaskClient) -> None:
    loaded = re.findall(r'(?:src|href)="(/static/[^"]*)"', client.get("/").text)
    assert loaded
    assert set(loaded) <= set(map(assets.asset, assets.names()))


def test_a_browser_that_asks_unasked_finds_the_icon(client: FlaskClient) -> None:
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer.headers["Location"]) == (302, assets.asset("favicon.svg"))


@pytest.fixture
def unbuilt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    assets.names.cache_clear()
    yield
    assets.names.cache_clear()


@pytest.mark.usefixtures("unbuilt")
def test_a_server_without_assets_says_how_to_build_them() -> None:
    with pytest.raises(ServeError, match="were not built; run `make assets`"):
        serve(lambda: pytest.fail("nothing else was looked at first"))
