"""What cannot be had in every form, or disturbs pages, is found where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from building import compiled, copy

from publisher.errors import ContentError
from publisher.report import Finding, Severity

REIFIES = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies>"
TITLE = "<http://purl.org/dc/terms/title>"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return copy("tiny", tmp_path)


def findings(folder: Path, text: str, suffix: str = "ttl") -> list[Finding]:
    (folder / "data" / f"more.{suffix}").write_text(text, "utf-8")
    try:
        report = compiled(folder).report
    except ContentError as error:
        report = error.report
    return [each for each in report.findings if each.rule in ("triple-term", "direction")]


@pytest.mark.parametrize(
    ("text", "suffix", "line", "column"),
    [
        (f"\n<id/a> {REIFIES} <<( <id/a> {TITLE} 'x' )>> .", "ttl", 2, 61),
        (f"# << \n<id/a> {TITLE} 'a << b' .\n<< <id/a> {TITLE} 'x' >> {TITLE} 'y' .", "ttl", 3, 1),
        (f'<id/a> {TITLE} """<<\n\'<<""" {{| {TITLE} "y" |}} .', "ttl", 2, 8),
        (f"<http://a.a/> {REIFIES} <<( <http://a.a/> {TITLE} <http://a.a/> )>> .", "nt", 1, 68),
    ],
    ids=["triple term", "reified triple", "annotation", "N-Triples"],
)
def test_a_statement_about_a_statement_is_refused_at_its_place(
    tiny: Path, text: str, suffix: str, line: int, column: int
) -> None:
    [found] = findings(tiny, text, suffix)
    assert (found.path, found.line, found.column) == (f"data/more.{suffix}", line, column)
    assert (found.severity, found.rule) == (Severity.VIOLATION, "triple-term")
    assert "JSON-LD" in found.message


@pytest.mark.parametrize("spelt", ["\u202e", "\\u202E", "\u2067"])
def test_a_text_that_turns_what_follows_is_warned_about(tiny: Path, spelt: str) -> None:
    [found] = findings(tiny, f"\n<id/a> {TITLE} 'a{spelt}b'@nl .")
    assert (found.severity, found.rule, found.line) == (Severity.WARNING, "direction", 2)
    assert "dct:title" in found.message


def test_texts_that_run_from_right_to_left_are_fine(tiny: Path) -> None:
    assert findings(tiny, f"<id/a> {TITLE} 'اختبار'@ar--rtl, 'שלום\u200f!'@he .") == []
