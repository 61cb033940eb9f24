"""Compressed answers: the same document in other bytes, with another entity tag."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import brotli
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from publisher.web import create_app, open_site, protocol
from publisher.web.assets import asset
from publisher.web.encoding import SPOOLED, gzipped

WINTER = "/doc/concept/season/winter"
READ = {"br": brotli.decompress, "gzip": gzip.decompress}
PATHS = ["/", WINTER, WINTER + ".ttl", "/doc/concept.html", "/catalog.rdf", asset("site.css"), "/ns/problem"]


@pytest.mark.parametrize("coding", READ)
@pytest.mark.parametrize("path", PATHS)
def test_a_compressed_answer_is_the_same_document(client: FlaskClient, path: str, coding: str) -> None:
    plain, answer = client.get(path), client.get(path, headers={"Accept-Encoding": coding})
    assert answer.headers["Content-Encoding"] == coding
    assert READ[coding](answer.data) == plain.data
    assert int(answer.headers["Content-Length"]) == len(answer.data) < len(plain.data)
    assert answer.headers["ETag"] == f'"{hashlib.sha256(answer.data).hexdigest()[:32]}"'
    assert answer.headers["Vary"] == plain.headers["Vary"]
    assert "Content-Encoding" not in plain.headers


def test_each_coding_answers_304_to_its_own_entity_tag(client: FlaskClient) -> None:
    tags = {coding: client.get(WINTER, headers={"Accept-Encoding": coding}).headers["ETag"] for coding in READ}
    for coding in READ:
        for tag, status in ((tags[coding], 304), *((tags[each], 200) for each in READ if each != coding)):
            answer = client.get(WINTER, headers={"Accept-Encoding": coding, "If-None-Match": tag})
            assert (answer.status_code, answer.headers["ETag"]) == (status, tags[coding])
            assert answer.headers["Vary"] == "Accept, Accept-Encoding, Accept-Datetime"


@pytest.mark.parametrize("coding", READ)
def test_HEAD_has_the_length_of_the_coding(client: FlaskClient, coding: str) -> None:  # noqa: N802
    get, head = (client.open(WINTER, method=each, headers={"Accept-Encoding": coding}) for each in ("GET", "HEAD"))
    assert dict(head.headers) == dict(get.headers)
    assert int(head.headers["Content-Length"]) == len(get.data)


def test_what_fits_in_a_packet_is_sent_as_it_is_unless_that_is_refused(client: FlaskClient) -> None:
    answer = client.get("/robots.txt", headers={"Accept-Encoding": "br"})
    assert ("Content-Encoding" in answer.headers, answer.headers["Vary"]) == (False, "Accept-Encoding")
    answer = client.get("/robots.txt", headers={"Accept-Encoding": "br, identity;q=0"})
    assert answer.headers["Content-Encoding"] == "br"


@pytest.mark.parametrize("path", [WINTER, WINTER + ".ttl", "/robots.txt"])
def test_who_refuses_every_coding_is_told(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Accept-Encoding": "*;q=0"})
    assert (answer.status_code, answer.headers["Vary"]) == (406, "Accept, Accept-Encoding")
    assert "br, gzip, identity" in answer.json["detail"]


@pytest.fixture(scope="module")
def generous(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of the tiny site that gives larger answers."""
    copy = tmp_path_factory.mktemp("generous") / "site"
    shutil.copytree(folder, copy, symlinks=True)
    settings = (copy / "publisher.toml").read_text("utf-8")
    (copy / "publisher.toml").write_text(settings.replace("answer = 1", "answer = 32"), "utf-8")
    site = open_site(copy)
    yield create_app(site).test_client()
    site.queries.close()


@pytest.mark.parametrize(("rows", "least"), [(100, 10_000), (30_000, protocol.LARGEST)], ids=["memory", "file"])
def test_an_answer_to_a_query_is_compressed_on_the_fly(generous: FlaskClient, rows: int, least: int) -> None:
    query = f"SELECT * {{ ?s ?p ?o . ?a ?b ?c }} LIMIT {rows}"
    plain, packed, best = (
        generous.get("/sparql", query_string={"query": query}, headers={"Accept-Encoding": coding})
        for coding in ("identity", "gzip", "br;q=0.9, gzip;q=0.8, zstd")
    )
    assert len(plain.data) == int(plain.headers["Content-Length"]) > least
    assert gzip.decompress(packed.data) == plain.data
    assert best.data == packed.data
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept, Accept-Encoding"


def test_a_short_answer_to_a_query_is_sent_as_it_is_unless_that_is_refused(client: FlaskClient) -> None:
    def ask(codings: str) -> TestResponse:
        return client.get("/sparql", query_string={"query": "ASK {}"}, headers={"Accept-Encoding": codings})

    assert "Content-Encoding" not in ask("gzip").headers
    assert gzip.decompress(ask("gzip, identity;q=0").data) == ask("").data
    refused = ask("br, identity;q=0")
    assert (refused.status_code, refused.headers["Vary"]) == (406, "Accept, Accept-Encoding")
    assert "gzip, identity" in refused.json["detail"]


def test_a_dump_is_sent_as_it_lies(client: FlaskClient) -> None:
    answer = client.get("/dataset/seasons/1.0.0.nt", headers={"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Accept-Ranges"] == "bytes"


def test_what_is_compressed_may_be_longer_than_memory_has_room_for() -> None:
    content = os.urandom(SPOOLED) + bytes(SPOOLED) * 3
    packed, size = gzipped(BytesIO(content))
    with packed:
        data = packed.read()
    assert (gzip.decompress(data), len(data)) == (content, size)
    assert size > SPOOLED
