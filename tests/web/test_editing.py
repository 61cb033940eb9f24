"""The ways from a page to whoever can change what it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from building import copy, edit, published
from flask.testing import FlaskClient

from publisher.web import create_app, open_site

SETTINGS = """\
[editing]
propose = "https://forge.example/new?title={label}&iri={iri}"
source = "https://forge.example/edit/{file}#L{line}"

[publisher]
"""


@pytest.fixture(scope="module")
def editable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    folder = copy("tiny", tmp_path_factory.mktemp("editable"))
    edit(folder / "publisher.toml", "[publisher]\n", SETTINGS)
    edit(folder / "data" / "season.ttl", '"Winter"@nl', '"Winter & kou?"@nl')
    published(folder)
    site = open_site(folder)
    yield create_app(site).test_client()
    site.queries.close()


def line_of(folder: Path, text: str) -> int:
    lines = folder.read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_a_page_leads_to_its_source_and_to_a_proposal(editable: FlaskClient) -> None:
    text = editable.get("/doc/concept/season/winter.html").text
    line = line_of(Path(__file__).parents[1] / "sites/tiny/data/season.ttl", "season:winter a skos:Concept")
    assert f'href="https://forge.example/edit/data/season.ttl#L{line}" rel="external">Bewerk de bron<' in text
    proposal = "title=Winter%20%26%20kou%3F&amp;iri=https%3A%2F%2Ftiny.example%2Fid%2Fconcept%2Fseason%2Fwinter"
    assert f'href="https://forge.example/new?{proposal}" rel="external">Stel een wijziging voor<' in text


def test_what_no_file_describes_has_no_source(editable: FlaskClient) -> None:
    text = editable.get("/doc/dataset/seasons.html").text
    assert "Stel een wijziging voor" in text
    assert "Bewerk de bron" not in text


def test_without_settings_there_are_no_such_links(client: FlaskClient) -> None:
    text = client.get("/doc/concept/season/winter.html").text
    assert "forge" not in text
    assert "Verbeteren" not in text
