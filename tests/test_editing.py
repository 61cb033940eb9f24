"""What docs/editing.md tells a content repository to use, run as it says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from building import copy, edit

RECIPES = Path(__file__).parents[1] / "docs" / "editing"
MISTAKE = re.compile(r"^data/season\.ttl:\d+:1: error: skos:related leads to", re.MULTILINE)
IDENTITY = {f"GIT_{who}_{what}": "x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
ENVIRONMENT = os.environ | IDENTITY | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A content repository with the hook, all of it committed."""
    folder = copy("tiny", tmp_path)
    (folder / ".gitignore").write_text("var/\npublisher.sarif\n")
    assert run(folder, "publisher", "format").returncode == 0
    run(folder, "git", "init", "-q", ".")
    shutil.copy(RECIPES / "pre-commit", folder / ".git" / "hooks" / "pre-commit")
    committed = run(folder, "git", "add", "."), run(folder, "git", "commit", "-qm", "first")
    assert [each.returncode for each in committed] == [0, 0], committed[1].stderr
    return folder


def test_the_hook_lets_pass_what_conforms(repository: Path) -> None:
    edit(repository / "data" / "season.ttl", '"Lente"@nl', '"Voorjaar"@nl')
    assert run(repository, "git", "commit", "-qam", "second").returncode == 0
    assert "Voorjaar" in run(repository, "git", "show", "HEAD").stdout


def test_the_hook_refuses_what_does_not_and_says_why(repository: Path) -> None:
    edit(repository / "data" / "season.ttl", "skos:related season:spring", "skos:related season:sprng")
    refused = run(repository, "git", "commit", "-qam", "second")
    assert refused.returncode == 1
    assert MISTAKE.search(refused.stdout + refused.stderr)
    assert "second" not in run(repository, "git", "log").stdout


def test_the_hook_refuses_what_is_not_laid_out(repository: Path) -> None:
    edit(repository / "data" / "season.ttl", "season:summer a skos:Concept", "season:summer   a skos:Concept")
    refused = run(repository, "git", "commit", "-qam", "second")
    assert "data/season.ttl" in refused.stdout + refused.stderr
    assert refused.returncode == 1


def test_the_hook_looks_at_what_is_committed_not_at_what_lies_there(repository: Path) -> None:
    edit(repository / "data" / "season.ttl", "skos:related season:spring", "skos:related season:sprng")
    run(repository, "git", "add", ".")
    edit(repository / "data" / "season.ttl", "skos:related season:sprng", "skos:related season:spring")
    assert run(repository, "git", "commit", "-qm", "second").returncode == 1


def test_the_hook_knows_the_release_in_force(repository: Path) -> None:
    assert run(repository, "publisher", "publish").returncode == 0
    path = repository / "data" / "season.ttl"
    edit(path, "season:spring", "season:lente")
    refused = run(repository, "git", "commit", "-qam", "second")
    assert "https://tiny.example/id/concept/season/spring" in refused.stdout + refused.stderr
    assert refused.returncode == 1


@pytest.mark.slow
def test_the_recipe_for_a_ci_tells_both_the_log_and_the_code_host(repository: Path) -> None:
    assert run(repository, "sh", str(RECIPES / "check.sh")).returncode == 0
    edit(repository / "data" / "season.ttl", "skos:related season:spring", "skos:related season:sprng")
    done = run(repository, "sh", str(RECIPES / "check.sh"))
    assert done.returncode == 1
    assert MISTAKE.search(done.stdout)
    [found] = json.loads((repository / "publisher.sarif").read_text("utf-8"))["runs"]
    assert "error" in {each["level"] for each in found["results"]}
