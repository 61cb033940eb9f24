"""A mirror serves what we published, or every file that differs is named, and no other site is asked."""

from __future__ import annotations

import http.server
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from building import copy, published

from publisher.audit import Auditor
from publisher.audit.fetch import BLOCK, fetch
from publisher.audit.verdict import Verdict
from publisher.errors import SourceError

WINTER = "<https://tiny.example/id/concept/season/winter> skos:prefLabel"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def listening(handler: Any) -> Iterator[str]:
    """The address of a server with this handler."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy("tiny", tmp_path_factory.mktemp("site"))
    published(folder)
    return folder


@pytest.fixture
def copied(site: Path, tmp_path: Path) -> Path:
    """The files of a mirror, as a plain web server has them."""
    shutil.copytree(site / "var" / "current" / "dumps", tmp_path / "dataset")
    shutil.copytree(site / "var" / "current" / "catalog", tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def mirror(copied: Path) -> Iterator[str]:
    with listening(partial(Quiet, directory=str(copied))) as address:
        yield address


def audited(url: str, site: Path) -> Verdict:
    return Auditor(site, None, lambda _: None).audit(url)


def flip(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"Winter"@en', b'"Wimter"@en'))


def test_our_own_server_is_a_mirror(served: str, folder: Path) -> None:
    verdict = audited(f"{served}/", folder)
    assert not verdict.wrong
    assert "serves what release 000001-" in verdict.summary


def test_a_plain_copy_is_one_too(mirror: str, site: Path) -> None:
    assert not audited(mirror, site).wrong


def test_what_differs_is_named(mirror: str, copied: Path, site: Path) -> None:
    flip(copied / "dataset" / "seasons" / "1.0.0.ttl")
    (copied / "dataset" / "seasons" / "1.0.0.csv").unlink()
    with (copied / "catalog.nt").open("a") as file:
        file.write('<https://tiny.example/id/catalog> <http://x.example/p> "x" .\n')
    assert audited(mirror, site).wrong == (
        f"{mirror}/catalog.nt does not match its digest",
        '  <https://tiny.example/id/catalog> <http://x.example/p>: "x" instead of nothing',
        f"{mirror}/dataset/seasons/1.0.0.csv is missing",
        f"{mirror}/dataset/seasons/1.0.0.ttl does not match its digest",
        f'  {WINTER}: "Wimter"@en instead of "Winter"@en',
    )


def test_one_dump_is_compared_with_the_proof_beside_it(mirror: str, copied: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    url = f"{mirror}/dataset/seasons/1.0.0.ttl"
    assert audited(url, nowhere).summary == "seasons-1.0.0.ttl is what was published, as its proof says"
    flip(copied / "dataset" / "seasons" / "1.0.0.ttl")
    assert "does not match the digest in its proof" in audited(url, nowhere).wrong[0]


def test_one_dump_is_compared_with_ours(mirror: str, copied: Path, site: Path) -> None:
    flip(copied / "dataset" / "seasons" / "1.0.0.nt")
    (copied / "dataset" / "seasons" / "1.0.0.proof.json").unlink()
    wrong = audited(f"{mirror}/dataset/seasons/1.0.0.nt", site).wrong
    assert wrong[-1] == f'  {WINTER}: "Wimter"@en instead of "Winter"@en'


def test_a_dump_that_is_not_there_and_a_site_that_is_not_there(mirror: str, site: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="there is nothing"):
        audited(f"{mirror}/dataset/seasons/9.9.9.ttl", site)
    with pytest.raises(SourceError, match="has no releases"):
        audited(mirror, tmp_path / "nowhere")
    with pytest.raises(SourceError, match="cannot be fetched"):
        audited("http://127.0.0.1:1", site)


def answering(status: int, headers: dict[str, str], body: bytes = b"") -> Any:
    class Handler(Quiet):
        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value.replace("PORT", str(self.server.server_port)))  # type: ignore[attr-defined]
            self.end_headers()
            self.wfile.write(body)

    return Handler


@pytest.mark.parametrize(
    "location",
    ["http://localhost:PORT/x", "http://127.0.0.1:1/x", "file:///etc/passwd", "ftp://127.0.0.1:PORT/x"],
)
def test_another_host_is_never_asked(site: Path, location: str) -> None:
    with listening(answering(302, {"Location": location})) as address, pytest.raises(SourceError):
        audited(address, site)


@pytest.mark.parametrize(
    ("handler", "message"),
    [
        (answering(500, {}), "is answered with status 500"),
        (answering(302, {"Location": "/again"}), "is answered with status 302|cannot be fetched"),
        (answering(200, {"Content-Length": "100"}, b"short"), "too early|cannot be fetched"),
    ],
    ids=["error", "circle", "cut"],
)
def test_what_a_site_does_wrong_is_said(site: Path, handler: Any, message: str) -> None:
    with listening(handler) as address, pytest.raises(SourceError, match=message):
        audited(address, site)


def test_an_answer_without_end_is_cut(tmp_path: Path) -> None:
    with listening(answering(200, {}, b"x" * 1_000_000)) as address:
        assert fetch(address, tmp_path / "file", 1000) == ""
    assert (tmp_path / "file").stat().st_size < 1000 + BLOCK + 1
