"""Compressed answers: the same document in other bytes, with another entity tag."""

from __future__ import annotations

import gzip
import hashlib

import brotli
import pytest
from flask.testing import FlaskClient

WINTER = "/doc/concept/season/winter"
READ = {"br": brotli.decompress, "gzip": gzip.decompress}
PATHS = ["/", WINTER, WINTER + ".ttl", "/doc/concept.html", "/catalog.rdf", "/static/site.css", "/ns/problem"]


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
            assert answer.headers["Vary"] == "Accept, Accept-Encoding"


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


def test_a_dump_is_sent_as_it_lies(client: FlaskClient) -> None:
    answer = client.get("/dataset/seasons/1.0.0.nt", headers={"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Accept-Ranges"] == "bytes"
