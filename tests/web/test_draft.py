"""A draft is for a preview: nobody publishes it, puts it in force or serves it."""

from __future__ import annotations

from pathlib import Path

import pytest
from building import copy, edit
from flask.testing import FlaskClient
from test_cli import run

from publisher import compiler, config, release, source
from publisher.errors import ReleaseError
from publisher.release import Release
from publisher.report import Finding, Severity
from publisher.web import open_release


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return copy("tiny", tmp_path)


@pytest.fixture
def draft(tiny: Path) -> Release:
    """A draft with an error, where releases are."""
    edit(tiny / "data" / "season.ttl", '"Winter"@nl, "Winter"@en', '"Winter"@nl, "Hartje winter"@nl')
    settings = config.load(tiny)
    aside = [Finding("data/x.ttl", 1, 1, Severity.VIOLATION, "cannot be read", "syntax")]
    edition = compiler.compile(source.read(tiny), settings, lambda _: None, draft=aside)
    assert edition.report.count(Severity.VIOLATION) > 1
    assert aside[0] in edition.report.findings
    with release.lock(settings.releases):
        return release.write(edition, settings.releases, settings.policy, previous=None, progress=lambda _: None)


def test_a_draft_is_not_put_in_force(draft: Release, tiny: Path) -> None:
    with pytest.raises(ReleaseError, match="is a draft for a preview"):
        release.activate(draft, tiny / "var")


def test_a_draft_is_neither_served_nor_published_over(draft: Release, tiny: Path) -> None:
    release.activate(draft, tiny / "var", drafts=True)
    with pytest.raises(ReleaseError, match="is a draft for a preview"):
        open_release(config.load(tiny))
    for command in ("serve", "publish", "check"):
        answer = run(command, tiny)
        assert (answer.returncode, "is a draft for a preview" in answer.stderr) == (2, True)


def test_what_is_published_has_no_findings_and_no_mark(client: FlaskClient) -> None:
    assert client.get("/findings").status_code == 404
    page = client.get("/doc/concept/season/winter.html")
    assert "X-Robots-Tag" not in page.headers
    assert "/preview-" not in page.text
