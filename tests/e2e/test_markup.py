"""HTML and CSS by the validator that everybody means by "valid"; `make e2e` asks it about every language too."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from e2e.crawling import BROWSER
from e2e.kinds import KINDS
from e2e.places import LANGUAGES, Places

VALIDATOR = Path(__file__).parents[1] / "clients/node_modules/vnu-jar/build/dist/vnu.jar"
JAVA = shutil.which("java") or ""
# SVG 2 has it on every shape; the validator knows it on paths only.
MISTAKEN = "Attribute “pathLength” not allowed on element"
STYLE = re.compile(r'rel="stylesheet" href="([^"]+\.css)"')

pytestmark = [
    pytest.mark.skipif(not JAVA, reason="there is no Java on this machine"),
    pytest.mark.skipif(not VALIDATOR.is_file(), reason="`npm ci` has not been run in tests/clients, where vnu is"),
]


def body(address: str) -> bytes:
    """What a browser gets, whatever the status."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers={"Accept": BROWSER})) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as problem:
        return problem.read()


def errors(folder: Path) -> list[str]:
    """What is not valid among the files of a folder; all in one run, since starting takes longest."""
    command = [JAVA, "-jar", VALIDATOR, "--also-check-css", "--errors-only", "--format", "json", *folder.iterdir()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    return [
        f"{Path(each['url']).name}:{each.get('lastLine')}: {each['message']} {each.get('extract', '')}"
        for each in json.loads(done.stderr)["messages"]
        if not each["message"].startswith(MISTAKEN)
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    "language", [pytest.param(each, marks=[pytest.mark.matrix] * (each != LANGUAGES[0])) for each in LANGUAGES]
)
def test_pages_and_style_sheet_are_valid(places: Places, tmp_path: Path, language: str) -> None:
    for kind in KINDS:
        if language in kind.languages:
            page = body(places.address(kind.place) + kind.at(language))
            (tmp_path / f"{kind.name.replace(' ', '-')}.html").write_bytes(page)
    style = STYLE.search(body(f"{places.address('content')}/").decode())
    assert style
    (tmp_path / "site.css").write_bytes(body(places.address("content") + style[1]))
    found = errors(tmp_path)
    assert not found, "\n".join(found)
