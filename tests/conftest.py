"""Fixtures: a real release of the tiny site, the application on it, and a real server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from building import copy, five_versions, published, retire
from flask.testing import FlaskClient

from publisher.release import Release
from publisher.web import Site, create_app, open_site


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny site, published."""
    folder = copy("tiny", tmp_path_factory.mktemp("site"))
    published(folder)
    return folder


@pytest.fixture(scope="session")
def release(site: Site) -> Release:
    """The release of the tiny site."""
    return site.release


@pytest.fixture(scope="session")
def site(folder: Path) -> Iterator[Site]:
    """The tiny site, opened."""
    site = open_site(folder)
    yield site
    site.queries.close()


@pytest.fixture(scope="session")
def retired(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The tiny site with one season of each status, aliases and a former base."""
    folder = copy("tiny", tmp_path_factory.mktemp("retired"))
    retire(folder)
    published(folder)
    site = open_site(folder)
    yield site
    site.queries.close()


@pytest.fixture
def client(site: Site) -> FlaskClient:
    """A client of the application, without a socket."""
    return create_app(site).test_client()


@pytest.fixture(scope="session")
def served(folder: Path) -> Iterator[str]:
    """The address of a real server on the tiny site."""
    with serving(folder) as address:
        yield address


@pytest.fixture(scope="session")
def fruit_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site with five versions, opened after the last one."""
    site = open_site(five_versions(tmp_path_factory.mktemp("versions")))
    yield site
    site.queries.close()


@pytest.fixture
def fruit_client(fruit_site: Site) -> FlaskClient:
    """A client of the site with five versions."""
    return create_app(fruit_site).test_client()


@contextmanager
def serving(folder: Path, *arguments: str, port: int = 0) -> Iterator[str]:
    """Run `publisher serve` on a folder until the block ends, on any free port or on this one; its address."""
    port = port or free_port()
    command = [sys.executable, "-m", "publisher", "serve", str(folder), "--port", str(port), *arguments]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(f"{address}/ready", process)
            yield address
        finally:
            process.terminate()
            process.wait(20)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[bytes], seconds: float = 30) -> None:
    """Wait until an address answers 200; fail at once when the server has stopped."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"the server stopped with exit code {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.05)
    pytest.fail(f"no answer at {url} after {seconds} s")
