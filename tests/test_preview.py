"""`publisher preview`: over a socket, while files are saved; whatever stops it, nothing is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

import pytest
from building import copy, edit
from conftest import free_port, wait_for
from e2e.browsing import CHROMIUM, chromium, looking
from processes import children, wait_until

from publisher.web.assets import asset

WINTER = "/doc/concept/season/winter.html"


@dataclass(frozen=True)
class Preview:
    """A preview that runs, the folder that it is of, and where its drafts are."""

    address: str
    folder: Path
    drafts: Path
    process: subprocess.Popen[bytes]

    def get(self, path: str) -> tuple[str, Message]:
        with urllib.request.urlopen(self.address + path, timeout=10) as answer:
            return answer.read().decode(), answer.headers

    def shows(self, text: str, path: str = WINTER) -> bool:
        return text in self.get(path)[0]

    def save(self, name: str, old: str, new: str) -> None:
        edit(self.folder / "data" / name, old, new)


@contextmanager
def previewing(folder: Path, drafts: Path) -> Iterator[Preview]:
    port = free_port()
    drafts.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "publisher", "preview", str(folder), "--port", str(port)]
    with subprocess.Popen(command, env=os.environ | {"TMPDIR": str(drafts)}, stderr=subprocess.PIPE) as process:
        try:
            wait_for(f"http://127.0.0.1:{port}/ready", process, 60)
            yield Preview(f"http://127.0.0.1:{port}", folder, drafts, process)
        finally:
            process.terminate()
            process.communicate(timeout=30)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return copy("tiny", tmp_path)


@pytest.fixture
def preview(tiny: Path, tmp_path: Path) -> Iterator[Preview]:
    with previewing(tiny, tmp_path / "drafts") as found:
        yield found


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """One preview for the tests that put back what they change."""
    folder = tmp_path_factory.mktemp("preview")
    with previewing(copy("tiny", folder), folder / "drafts") as found:
        yield found


def test_a_save_is_seen_and_what_cannot_be_read_leaves_the_last_state(running: Preview) -> None:
    preview = running
    _, before = preview.get(WINTER)
    preview.save("season.ttl", '"Winter"@nl', '"Wintertijd"@nl')
    wait_until(lambda: preview.shows("Wintertijd"))
    assert preview.get(WINTER)[1]["Release"] != before["Release"]

    preview.save(
        "season.ttl",
        "season:autumn a skos:Concept ;\n    skos:prefLabel",
        "season:autumn a skos:Concept ;\n    oops",
    )
    wait_until(lambda: preview.shows("data/season.ttl:36:5"))
    assert preview.shows("Wintertijd")
    assert preview.shows("Dit kan niet gelezen worden")
    assert preview.shows("Herfst", "/doc/concept/season/autumn.html")

    preview.save("season.ttl", "oops", "skos:prefLabel")
    wait_until(lambda: not preview.shows("Dit kan niet gelezen worden"))
    edit(preview.folder / "publisher.toml", "languages =", "langages =")
    wait_until(lambda: preview.shows("publisher.toml:2:1"))
    edit(preview.folder / "publisher.toml", "langages =", "languages =")
    preview.save("season.ttl", '"Wintertijd"@nl', '"Winter"@nl')
    wait_until(lambda: not preview.shows("publisher.toml:2:1") and not preview.shows("Wintertijd"))


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
def test_a_page_loads_itself_again_after_a_save(running: Preview) -> None:
    preview = running
    with chromium() as browser, looking(browser) as look:
        look.open(preview.address + WINTER)
        look.page.locator("h1", has_text="Winter").wait_for()
        preview.save("season.ttl", '"Winter"@nl', '"Wintertijd"@nl')
        look.page.locator("h1", has_text="Wintertijd").wait_for(timeout=60_000)
    preview.save("season.ttl", '"Wintertijd"@nl', '"Winter"@nl')


def test_every_answer_says_that_it_is_a_draft(running: Preview) -> None:
    preview = running
    for path in (WINTER, "/doc/concept/season/winter.ttl", "/", asset("site.css"), "/catalog", "/robots.txt"):
        _, headers = preview.get(path)
        assert (headers["X-Robots-Tag"], headers.get_all("Cache-Control")) == ("noindex", ["no-store"])
    page, headers = preview.get(WINTER)
    assert "Ontwerp, niet gepubliceerd" in page
    assert f'src="{asset("preview.js")}" data-release="{headers["Release"]}"' in page
    assert preview.get("/robots.txt")[0] == "User-agent: *\nDisallow: /\n"
    assert not (preview.folder / "var").exists()
    assert len(list(preview.drafts.iterdir())) == 1


def test_content_with_errors_is_shown_with_what_was_found_about_each_page(tiny: Path, tmp_path: Path) -> None:
    edit(tiny / "data" / "season.ttl", '"Winter"@nl, "Winter"@en', '"Winter"@nl, "Hartje winter"@nl')
    (tiny / "data" / "broken.ttl").write_text("<id/a> <id/b> oops .\n", "utf-8")
    with previewing(tiny, tmp_path / "drafts") as preview:
        page, _ = preview.get(WINTER)
        assert "Fouten: " in page
        assert "data/season.ttl:13:1" in page
        assert "data/season.ttl:13:1" not in preview.get("/doc/concept/season/spring.html")[0]
        assert "data/broken.ttl:1:15" in preview.get("/doc/concept/season/spring.html")[0]
        findings, _ = preview.get("/findings")
        assert '<a href="/doc/concept/season/winter.html">' in findings
        assert "data/season.ttl:13:1" in findings


def test_a_preview_that_is_told_to_stop_leaves_nothing(preview: Preview) -> None:
    preview.save("season.ttl", '"Winter"@nl', '"Wintertijd"@nl')
    wait_until(lambda: any(map(children, children(preview.process.pid))))
    begun = descendants(preview.process.pid)
    preview.process.send_signal(signal.SIGTERM)
    assert preview.process.wait(30) == 0
    assert list(preview.drafts.iterdir()) == []
    wait_until(lambda: not any(map(alive, begun)))


@pytest.mark.slow
def test_a_preview_that_was_killed_leaves_no_server_and_no_folder_after_the_next_start(
    tiny: Path, tmp_path: Path
) -> None:
    drafts = tmp_path / "drafts"
    with previewing(tiny, drafts) as preview:
        begun = descendants(preview.process.pid)
        assert len(begun) > 2
        preview.process.kill()
        wait_until(lambda: not any(map(alive, begun)))
        [left] = drafts.iterdir()
    with previewing(tiny, drafts):
        [now] = drafts.iterdir()
        assert now != left


def test_a_preview_that_can_no_longer_follow_stops(preview: Preview) -> None:
    # The watcher is the first process that a preview starts.
    watcher = min(children(preview.process.pid), key=started)
    os.kill(watcher, signal.SIGKILL)
    assert preview.process.wait(30) == 2
    assert list(preview.drafts.iterdir()) == []


def test_a_folder_that_nothing_can_be_shown_of_is_told(tiny: Path, tmp_path: Path) -> None:
    edit(tiny / "publisher.toml", "languages =", "langages =")
    command = [sys.executable, "-m", "publisher", "preview", str(tiny)]
    done = subprocess.run(
        command,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "did you mean `languages`?" in done.stderr
    assert not list(tmp_path.glob("publisher-preview-*"))


def descendants(process: int) -> list[int]:
    found = children(process)
    return [*found, *(each for child in found for each in descendants(child))]


def started(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19])


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
