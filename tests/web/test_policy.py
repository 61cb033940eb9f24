"""What we promise, and who can use the pages, in every language of the interface."""

from __future__ import annotations

from pathlib import Path

import pytest
from building import copy, edit, published
from flask.testing import FlaskClient

from publisher.web import create_app, open_site


@pytest.mark.parametrize("path", ["/policy", "/accessibility"])
def test_every_page_leads_to_it(client: FlaskClient, path: str) -> None:
    assert f'href="{path}"' in client.get("/").text
    assert client.get(path).status_code == 200


def test_policy_has_the_licence_and_the_citation_of_each_dataset(client: FlaskClient) -> None:
    text = client.get("/policy").text
    assert 'href="https://creativecommons.org/licenses/by/4.0/"' in text
    assert "Redactie Jaargetijden (2" in text
    assert "mailto:redactie@tiny.example" in text


def test_policy_is_true_of_what_was_withdrawn(client: FlaskClient) -> None:
    assert "410" in client.get("/policy").text


def test_accessibility_statement_has_no_date_of_its_own(client: FlaskClient) -> None:
    text = client.get("/accessibility").text
    assert "heeft de uitgever niet vermeld" in text
    assert "Geen mens heeft de site doorgelicht" in text


def test_accessibility_statement_has_the_date_of_the_settings(tmp_path: Path) -> None:
    folder = copy("tiny", tmp_path)
    edit(folder / "publisher.toml", "languages = [", "accessibility_tested = 2026-11-23\nlanguages = [")
    published(folder)
    site = open_site(folder)
    assert '<time datetime="2026-11-23">' in create_app(site).test_client().get("/accessibility").text
    site.queries.close()
