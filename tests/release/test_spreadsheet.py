"""Workbooks: what another library reads in them, and the same bytes each time."""

from __future__ import annotations

import io

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from publisher.release import spreadsheet


def written(*rows: list[str]) -> bytes:
    output = io.BytesIO()
    spreadsheet.write(rows, output, title="concepts")
    return output.getvalue()


def sheet(content: bytes) -> Worksheet:
    """The sheet of a workbook, read by another library."""
    found = openpyxl.load_workbook(io.BytesIO(content)).active
    assert isinstance(found, Worksheet)
    return found


def test_cells_stand_where_they_belong() -> None:
    found = sheet(written(["iri", "nl", "fr"], ["http://x/1", "", "été"], ["http://x/2", "één\ntwee", ""]))
    assert list(found.values) == [
        ("iri", "nl", "fr"),
        ("http://x/1", None, "été"),
        ("http://x/2", "één\ntwee", None),
    ]
    assert found.title == "concepts"


def test_names_of_columns_stay_in_sight() -> None:
    found = sheet(written(["iri", "nl"], ["http://x/1", "een"]))
    assert found.freeze_panes == "B2"
    assert found["A1"].font.bold


@pytest.mark.parametrize("text", ["=1+1", "+32 2 555", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0"])
def test_what_looks_like_a_formula_is_a_text(text: str) -> None:
    cell = sheet(written(["iri"], [text]))["A2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix


@pytest.mark.parametrize("text", ["01", "1.50", "2026-11-23", "TRUE", "  spaced  ", '<&">', "a\rb"])
def test_texts_are_read_back_as_they_were(text: str) -> None:
    cell = sheet(written(["iri"], [text]))["A2"]
    assert cell.value == text
    assert not cell.quotePrefix


def test_what_XML_cannot_hold_has_a_code_and_what_looks_like_one_too() -> None:  # noqa: N802
    found = sheet(written(["iri"], ["\x01"], ["_x0041_"]))
    assert [found["A2"].value, found["A3"].value] == ["_x0001_", "_x005F_x0041_"]


def test_a_text_that_no_cell_can_hold_is_cut_and_says_so() -> None:
    value = sheet(written(["iri"], ["x" * 40_000]))["A2"].value
    assert isinstance(value, str)
    assert len(value) == 32_767
    assert value.endswith("x…")


def test_the_same_rows_give_the_same_bytes() -> None:
    assert written(["iri"], ["http://x/1"]) == written(["iri"], ["http://x/1"])


def test_there_are_columns_beyond_z() -> None:
    names = [f"n{number}" for number in range(800)]
    assert next(iter(sheet(written(names)).values)) == tuple(names)
