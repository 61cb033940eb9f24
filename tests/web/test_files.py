"""Dumps are the bytes of the release, under names that the manifest knows."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import urlsplit

import pyoxigraph
import pytest
from flask.testing import FlaskClient
from werkzeug.test import Client

from publisher.namespaces import DCAT, SPDX
from publisher.web import Site, fronted

NT = pyoxigraph.RdfFormat.N_TRIPLES
parse: Any = pyoxigraph.parse


def test_every_line_of_the_checksums_is_a_dump_with_that_digest(client: FlaskClient) -> None:
    lines = client.get("/dataset/seasons/SHA256SUMS").text.splitlines()
    assert len(lines) == 8
    for line in lines:
        digest, name = line.split()
        answer = client.get(f"/dataset/seasons/{name}")
        assert hashlib.sha256(answer.data).hexdigest() == digest
        assert answer.headers["ETag"] == f'"{digest[:32]}"'
        assert f"seasons-{name}" in answer.headers["Content-Disposition"]


def digest_of(content: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("name", ["1.0.0.ttl", "1.0.0.csv", "SHA256SUMS", "1.0.0.proof.json"])
def test_a_dump_tells_its_digest(client: FlaskClient, method: str, name: str) -> None:
    content = client.get(f"/dataset/seasons/{name}").data
    assert client.open(f"/dataset/seasons/{name}", method=method).headers["Repr-Digest"] == digest_of(content)


def test_a_part_tells_the_digest_of_the_whole(client: FlaskClient) -> None:
    whole = client.get("/dataset/seasons/1.0.0.ttl").data
    part = client.get("/dataset/seasons/1.0.0.ttl", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, whole[10:20])
    assert part.headers["Repr-Digest"] == digest_of(whole)


def test_what_is_unchanged_or_wrong_has_no_digest(site: Site) -> None:
    client = Client(fronted(site))
    tag = client.get("/dataset/seasons/1.0.0.ttl").headers["ETag"]
    for headers, status in (({"If-None-Match": tag}, 304), ({"Range": "bytes=99999999-"}, 416)):
        # Twice: the second time it may be remembered.
        for _ in range(2):
            answer = client.get("/dataset/seasons/1.0.0.ttl", headers=headers)
            assert answer.status_code == status
            assert "Repr-Digest" not in answer.headers


def test_the_catalogue_states_size_and_checksum_of_every_dump(client: FlaskClient) -> None:
    catalog = {(each.subject, each.predicate): each.object for each in parse(client.get("/catalog.nt").data, NT)}
    files = [(subject, each) for (subject, name), each in catalog.items() if name == DCAT["downloadURL"]]
    assert len(files) == 8
    for distribution, url in files:
        content = client.get(urlsplit(url.value).path).data
        checksum = catalog[distribution, SPDX["checksum"]]
        assert catalog[distribution, DCAT["byteSize"]].value == str(len(content))
        assert catalog[checksum, SPDX["checksumValue"]].value == hashlib.sha256(content).hexdigest()


def test_a_proof_is_json_and_may_yet_get_a_signature(client: FlaskClient) -> None:
    answer = client.get("/dataset/seasons/1.0.0.proof.json")
    assert answer.mimetype == "application/json"
    assert "immutable" not in answer.headers["Cache-Control"]
    assert answer.json is not None
    assert answer.json["version"] == "1.0.0"
    assert client.get("/dataset/seasons/1.0.0.proof.sig").status_code == 404


@pytest.mark.parametrize("suffix", ["ttl", "nt", "jsonld", "rdf", "trig", "nq", "csv"])
def test_latest_leads_to_the_newest_version(client: FlaskClient, suffix: str) -> None:
    answer = client.get(f"/dataset/seasons/latest.{suffix}")
    assert (answer.status_code, answer.headers["Location"]) == (307, f"/dataset/seasons/1.0.0.{suffix}")


@pytest.mark.parametrize(
    "path",
    [
        "/dataset/seasons/../../manifest.json",
        "/dataset/../manifest.json",
        "/dataset/..%2f../manifest.json",
        "/dataset/seasons/.",
        "/dataset/seasons/1.0.0.ttl%00",
        "/static/../__init__.py",
        "/static/%2e%2e/__init__.py",
        "/static//etc/passwd",
        "/static/",
    ],
)
def test_no_path_leads_out(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
