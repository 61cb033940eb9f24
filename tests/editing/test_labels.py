"""`publisher labels`: the table that a translator gets, fills in and gives back."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from building import compiled, copy, edit
from openpyxl import load_workbook
from test_cli import run

HEAD = "concept;property;original;language;text;status;who;date;label;file"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return copy("tiny", tmp_path)


def lines(folder: Path) -> list[str]:
    return (folder / "data" / "labels.csv").read_text("utf-8-sig").splitlines()


def statements(folder: Path) -> set[str]:
    return {str(quad.triple) for quad in compiled(folder).content}


def test_the_table_has_what_is_there_and_what_is_missing(tiny: Path) -> None:
    assert run("labels", tiny).returncode == 0
    assert lines(tiny)[:3] == [
        HEAD,
        "id/conceptscheme/season;prefLabel;;nl;Jaargetijden;;;;;data/season.ttl",
        "id/conceptscheme/season;prefLabel;Jaargetijden;en;Seasons;;;;;data/season.ttl",
    ]
    edit(tiny / "data" / "season.ttl", '"Lente"@nl, "Spring"@en', '"Lente"@nl')
    answer = run("labels", tiny)
    stale, said = answer.stdout.splitlines()
    assert stale.startswith("data/labels.csv:12:45: written anew; it was: id/concept/season/spring;prefLabel;")
    assert said == "data/labels.csv: 21 rows, 1 of them without a text yet"
    assert "id/concept/season/spring;prefLabel;Lente;en;;draft;;;;" in lines(tiny)


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_the_table_can_be_put_back_as_it_is(tiny: Path, format: str) -> None:
    before = statements(tiny)
    assert run("labels", tiny, "--format", format).returncode == 0
    assert statements(tiny) == before


def test_what_a_translator_fills_in_is_published_and_stays_in_the_table(tiny: Path) -> None:
    edit(tiny / "data" / "season.ttl", '"Lente"@nl, "Spring"@en', '"Lente"@nl')
    run("labels", tiny)
    edit(tiny / "data" / "labels.csv", ";Lente;en;;draft;;;", ";Lente;en;Spring;reviewed;;2026-01-31;")
    filled = statements(tiny)
    assert any('"Spring"@en' in each and "literalForm" in each for each in filled)
    assert run("labels", tiny).returncode == 0
    row = "id/concept/season/spring;prefLabel;Lente;en;Spring;reviewed;id/organisatie/redactie;2026-01-31;;"
    assert row in lines(tiny)
    assert statements(tiny) == filled


def test_the_original_that_a_translation_was_made_from_is_not_forgotten(tiny: Path) -> None:
    edit(tiny / "data" / "season.ttl", '"Lente"@nl, "Spring"@en', '"Lente"@nl')
    run("labels", tiny)
    edit(tiny / "data" / "labels.csv", ";Lente;en;;draft", ";Lente;en;Spring;draft")
    edit(tiny / "data" / "season.ttl", '"Lente"@nl', '"Voorjaar"@nl')
    edit(tiny / "data" / "labels.csv", ";nl;Lente;", ";nl;Voorjaar;")
    run("labels", tiny)
    assert any(";Lente;en;Spring;" in each for each in lines(tiny))


def test_a_workbook_keeps_texts_that_look_like_something_else(tiny: Path) -> None:
    edit(
        tiny / "data" / "season.ttl",
        '"Koude tijd"@nl',
        '"=1+1"@nl, "2026-01-31"@nl, "007"@nl, "een\\ntwee"@nl, "drie\\r\\nvier"@nl',
    )
    before = statements(tiny)
    assert run("labels", tiny, "--format", "xlsx").returncode == 0
    content = (tiny / "data" / "labels.xlsx").read_bytes()
    sheet = load_workbook(BytesIO(content)).active
    assert sheet is not None
    assert {"=1+1", "2026-01-31", "007", "een\ntwee"} <= {row[4].value for row in sheet.iter_rows()}
    assert statements(tiny) == before
    assert "look like formulas" in run("labels", tiny).stderr


def test_a_table_with_errors_is_not_written_over(tiny: Path) -> None:
    wrong = f"{HEAD}\nid/concept/season/wintr;prefLabel;;en;x;;;;;\n"
    (tiny / "data" / "labels.csv").write_text(wrong, "utf-8")
    answer = run("labels", tiny)
    assert answer.returncode == 1
    assert "data/labels.csv:2:1: error: nothing describes" in answer.stdout
    assert (tiny / "data" / "labels.csv").read_text("utf-8") == wrong
