"""A table that somebody kept in a spreadsheet, CSV or XLSX, as rows of cells with their places.

Nothing is guessed: what a spreadsheet program took for a number, a date or a formula is an error.
CSV is RFC 4180 with a comma, a semicolon (as Excel writes it in Dutch) or a tab; XLSX is read by openpyxl.
"""

from __future__ import annotations

import difflib
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any, Final

from publisher.report import Finding, Severity
from publisher.source import SourceFile

SUFFIXES: Final = ("csv", "xlsx")
SHEET: Final = "labels"
"""The sheet that is read where a workbook has several."""

COLUMNS: Final = {
    "concept": "address of the concept, whole or from `id/` on",
    "property": "prefLabel, altLabel, hiddenLabel, definition, …",
    "original": "the text in the first language, to read",
    "language": "nl, en, fr, …",
    "text": "the text in that language; empty: not translated yet",
    "status": "draft or reviewed",
    "who": "address of who wrote it; empty: the publisher",
    "date": "when it was written or reviewed: 2026-01-31",
    "label": "address of the label itself; empty: made from that of the concept",
    "file": "where the text stands if it stands elsewhere: to be read, not changed",
}
"""Every column that a table may have, with what it holds."""

REQUIRED: Final = ("concept", "property", "language", "text")
DATES: Final = ("date",)
"""Columns in which a date of the spreadsheet's own is welcome."""

UNPACKED: Final = 128 << 20
"""Bytes that a workbook may hold when it is unpacked."""
RATIO: Final = 200
"""How many times as large as it is packed a part of a workbook may be; text seldom reaches twenty."""
SMALL: Final = 1 << 20
"""Bytes below which nobody asks for the ratio."""

_SEPARATORS: Final = (";", ",", "\t")
_OLD: Final = b"\xd0\xcf\x11\xe0"
_KINDS: Final = {"n": "a number", "d": "a date", "b": "true or false", "f": "a formula", "e": "an error"}


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, and where: line and column of the text, or row and column of the sheet."""

    text: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row that are not empty, by the name of their column."""

    cells: Mapping[str, Cell]

    def text(self, name: str) -> str:
        """What stands in this column; empty where nothing does."""
        return self.cells[name].text if name in self.cells else ""

    def cell(self, name: str) -> Cell:
        """The cell in this column; where it is empty, the first that is not."""
        return self.cells.get(name) or next(iter(self.cells.values()))


@dataclass(slots=True)
class _Reading:
    """One file, and what was found wrong with it so far."""

    path: str
    wrong: list[Finding] = field(default_factory=list)

    def refuse(self, cell: Cell, message: str) -> None:
        self.wrong.append(Finding(self.path, cell.line, cell.column, Severity.VIOLATION, message, "table"))


def read_table(file: SourceFile) -> tuple[tuple[Row, ...], list[Finding]]:
    """The rows of a table below its header, without empty ones, and what is wrong with it."""
    reading = _Reading(file.path)
    cells = _csv(file.content, reading) if file.suffix == "csv" else _xlsx(file.content, reading)
    rows = tuple(_named(list(cells), reading))
    return rows, sorted(reading.wrong)


def _named(lines: list[list[Cell]], reading: _Reading) -> Iterator[Row]:
    """Each line below the header as a row."""
    if not lines:
        if not reading.wrong:
            reading.refuse(Cell("", 1, 1), f"empty; its first line names the columns: {', '.join(REQUIRED)} …")
        return
    names = _header(lines[0], reading)
    for line in lines[1:] if names else ():
        for each in line[len(names) :]:
            if each.text:
                reading.refuse(each, f"“{each.text[:40]}” stands behind the last column; is a quote missing?")
        cells = {name: each for name, each in zip(names, line, strict=False) if name and each.text}
        if cells:
            yield Row(cells)


def _header(line: list[Cell], reading: _Reading) -> list[str]:
    """The names of the columns, in order; empty where they are not what we know."""
    names = [each.text.strip().lower() for each in line]
    while names and not names[-1]:
        names.pop()
    before = len(reading.wrong)
    for number, (name, cell) in enumerate(zip(names, line, strict=False)):
        if name not in COLUMNS:
            near = difflib.get_close_matches(name, COLUMNS, n=1)
            known = f"did you mean `{near[0]}`?" if near else f"columns are {', '.join(COLUMNS)}"
            reading.refuse(cell, f"unknown column “{cell.text[:40]}”; {known}")
        elif name in names[:number]:
            reading.refuse(cell, f"a second column `{name}`; keep one")
    for name in REQUIRED:
        if name not in names and len(reading.wrong) == before:
            reading.refuse(line[0], f"there is no column `{name}`; the first line names the columns")
    return names if len(reading.wrong) == before else []


# --- CSV ---


def _csv(content: bytes, reading: _Reading) -> Iterator[list[Cell]]:
    """The cells of each line that has any; ends at the first quote that is out of place."""
    text = _decoded(content, reading)
    separator = _separator(text)
    plain = re.compile(rf'[^"{separator}\r\n]*')
    start, line, begun = 0, 1, 0
    cells: list[Cell] = []
    while start < len(text) or cells:
        place = Cell("", line, start - begun + 1)
        match = _QUOTED.match(text, start) or plain.match(text, start)
        assert match is not None  # `plain` also fits nothing at all
        end = match.end()
        if text[end : end + 1] not in ("", separator, "\r", "\n"):
            reading.refuse(place, _QUOTE if text[end] == '"' else _BEHIND)
            return
        said = match[0][1:-1].replace('""', '"') if match[0].startswith('"') else match[0]
        cells.append(Cell(said.replace("\r\n", "\n"), place.line, place.column))
        line += match[0].count("\n")
        begun = max(begun, text.rfind("\n", 0, end) + 1)
        if text[end : end + 1] == separator:
            start = end + 1
            continue
        if any(each.text for each in cells):
            yield cells
        cells = []
        start = end + (2 if text[end : end + 2] == "\r\n" else 1)
        line, begun = line + 1, start


_QUOTED: Final = re.compile(r'"(?:[^"]|"")*"')
_QUOTE: Final = (
    'a quote (") that is not closed, or stands inside; put the whole cell in quotes and write "" for one'
)
_BEHIND: Final = 'text behind the closing quote ("); write "" for a quote inside a cell'


def _decoded(content: bytes, reading: _Reading) -> str:
    try:
        return content.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        advice = "not UTF-8; save it as “CSV UTF-8”"
        reading.refuse(Cell("", line, column), advice)
        return ""


def _separator(text: str) -> str:
    """What stands between the cells of the first line, where one of its columns is `concept`."""
    first = text.partition("\n")[0].lower()
    names = {each: {cell.strip(' "\r') for cell in first.split(each)} for each in _SEPARATORS}
    return next((each for each in _SEPARATORS if "concept" in names[each]), ",")


# --- XLSX ---


def _xlsx(content: bytes, reading: _Reading) -> Iterator[list[Cell]]:
    """The cells of each row that has any."""
    start = Cell("", 0, 0)
    if content.startswith(_OLD):
        reading.refuse(start, "an old workbook, or one with a password; save it as XLSX without one")
        return
    try:
        if refusal := _bomb(content):
            reading.refuse(start, refusal)
        else:
            yield from _sheet(content, reading)
    except (MemoryError, RecursionError):
        raise
    # The library raises whatever its parts do on a damaged file.
    except Exception as error:
        reading.refuse(start, f"cannot be read as XLSX: {error or type(error).__name__}"[:300])


def load_library() -> None:
    """Read a workbook, so that all that reading one needs is in memory: later no file may be opened any more."""
    from openpyxl import Workbook

    output = BytesIO()
    Workbook().save(output)
    read_table(SourceFile("empty.xlsx", output.getvalue()))


def _bomb(content: bytes) -> str:
    """Why a workbook is not unpacked; empty where it may be."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = archive.infolist()
        if sum(each.file_size for each in parts) > UNPACKED:
            return f"more than {UNPACKED >> 20} MiB when unpacked; make several tables of it"
        for each in parts:
            if each.file_size > max(SMALL, RATIO * each.compress_size):
                return f"{each.filename} unpacks to {each.file_size >> 20} MiB, which no table of labels does"
            if b"<!DOCTYPE" in archive.read(each):
                return f"{each.filename} has a document type declaration; save the workbook anew"
    return ""


def _sheet(content: bytes, reading: _Reading) -> Iterator[list[Cell]]:
    from openpyxl import load_workbook  # a third of a second, and seldom needed

    book = load_workbook(BytesIO(content), read_only=True, keep_links=False)
    sheets = {each.title: each for each in book.worksheets}
    if len(sheets) > 1 and SHEET not in sheets:
        reading.refuse(Cell("", 0, 0), f"several sheets and none called `{SHEET}`: {', '.join(sheets)}")
        return
    sheet = sheets.get(SHEET) or next(iter(sheets.values()))
    sheet.reset_dimensions()
    names: list[str] = []
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [_cell(each, number, column, names, reading) for column, each in enumerate(row, 1)]
        if any(each.text for each in cells):
            names = names or [each.text.strip().lower() for each in cells]
            yield cells


def _cell(cell: Any, line: int, column: int, names: Sequence[str], reading: _Reading) -> Cell:
    """What somebody typed; tells on what the spreadsheet program took for something else."""
    value = cell.value
    place = Cell("", line, column)
    if value is None:
        return place
    if isinstance(value, str) and cell.data_type != "f" and cell.data_type != "e":
        return Cell(value.replace("\r\n", "\n"), line, column)
    if isinstance(value, datetime) and column <= len(names) and names[column - 1] in DATES:
        return Cell(value.date().isoformat(), line, column)
    kind = _KINDS.get(cell.data_type, cell.data_type)
    reading.refuse(place, f"{kind} instead of a text; give the cell the format “Text” and write it again")
    return place
