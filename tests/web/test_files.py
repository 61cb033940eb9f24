"""Dumps are the bytes of the release, under names that the manifest knows."""

from __future__ import annotations

import hashlib

import pytest
from flask.testing import FlaskClient


def test_every_line_of_the_checksums_is_a_dump_with_that_digest(client: FlaskClient) -> None:
    lines = client.get("/dataset/seasons/SHA256SUMS").text.splitlines()
    assert len(lines) == 7
    for line in lines:
        digest, name = line.split()
        answer = client.get(f"/dataset/seasons/{name}")
        assert hashlib.sha256(answer.data).hexdigest() == digest
        assert answer.headers["ETag"] == f'"{digest[:32]}"'
        assert f"seasons-{name}" in answer.headers["Content-Disposition"]


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
