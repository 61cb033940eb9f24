"""A table as an Office Open XML workbook (ECMA-376), the same bytes each time.

Written by ourselves: openpyxl takes some seven times as long a cell and puts the time in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from html import escape
from itertools import chain, count, islice, product
from string import ascii_uppercase
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

SUFFIX: Final = "xlsx"
MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

ROWS: Final = 1_048_576
"""Rows that a sheet may have, the one with the names of the columns among them."""
CHARACTERS: Final = 32_767
"""Characters that a cell may have; a program that reads a longer one calls the file damaged."""

TOGETHER: Final = 200
"""Rows that are compressed at a time."""

WIDE: Final = 48
NARROW: Final = 24
"""Widths of columns: of the first, which has addresses, and of the others."""

HEAD, FORMULA = 1, 2
"""Styles of cells: the names of columns, and what would be a formula once somebody touches it."""

Rows = Iterable[Sequence[str]]


def write(rows: Rows, output: IO[bytes], *, title: str, large: bool = False) -> None:
    """Write rows, the first with the names of the columns, as the only sheet of a workbook.

    All cells are texts: nothing is a formula, a number or a date. `large` is for sheets that may pass 2 GiB.
    """
    with ZipFile(output, "w") as archive:
        for name, content in PARTS.items():
            archive.writestr(_part(name), content.replace("$title", escape(title, quote=False)))
        with archive.open(_part("xl/worksheets/sheet1.xml"), "w", force_zip64=large) as sheet:
            pieces = _sheet(iter(rows))
            while written := "".join(islice(pieces, TOGETHER)):
                sheet.write(written.encode())


def _part(name: str) -> ZipInfo:
    """A part of the archive with the date that stands for none."""
    part = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    part.compress_type = ZIP_DEFLATED
    # Not the system that it is written on.
    part.create_system = 3
    return part


def _sheet(rows: Iterator[Sequence[str]]) -> Iterator[str]:
    names = next(rows)
    yield f"{DECLARATION}<worksheet {MAIN}>{FROZEN}<cols>{_columns(len(names))}</cols><sheetData>"
    yield _row(1, names, HEAD)
    for number, row in zip(count(2), rows, strict=False):
        yield _row(number, row)
    yield "</sheetData></worksheet>"


def _columns(number: int) -> str:
    others = f'<col min="2" max="{number}" width="{NARROW}" customWidth="1"/>' if number > 1 else ""
    return f'<col min="1" max="1" width="{WIDE}" customWidth="1"/>{others}'


def _row(number: int, cells: Sequence[str], style: int = 0) -> str:
    places = zip(_letters(len(cells)), cells, strict=True)
    written = (_cell(f"{column}{number}", text, style) for column, text in places if text)
    return f'<row r="{number}">{"".join(written)}</row>'


def _cell(place: str, text: str, style: int) -> str:
    if len(text) > CHARACTERS:
        text = f"{text[: CHARACTERS - 1]}…"
    style = style or FORMULA * text.startswith(BEGINNINGS)
    # Most texts have nothing that must be written in another way, and to look takes a third of doing it.
    said = _escape(text) if SPECIAL.search(text) else text
    return f'<c r="{place}" t="inlineStr"{STYLES[style]}><is><t xml:space="preserve">{said}</t></is></c>'


def _escape(text: str) -> str:
    # A reader of XML takes it for a line end when it is written as it is.
    return escape(UNWRITABLE.sub(_code, text), quote=False).replace("\r", "&#13;")


BEGINNINGS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a program takes for the beginning of a formula when a text is typed, or comes from CSV."""

UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
"""What XML cannot hold, and what would be read as the code of such (ECMA-376, 22.9.2.19)."""


SPECIAL: Final = re.compile(f"[&<>\r]|{UNWRITABLE.pattern}")


def _code(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"


@cache
def _letters(number: int) -> tuple[str, ...]:
    """So many of A, B, … Z, AA, AB, …"""
    lengths = (product(ascii_uppercase, repeat=length) for length in count(1))
    return tuple(map("".join, islice(chain.from_iterable(lengths), number)))


STYLES: Final = ("", f' s="{HEAD}"', f' s="{FORMULA}"')

DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006"
MAIN: Final = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
TYPES: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
FROZEN: Final = (
    '<sheetViews><sheetView workbookViewId="0"><pane xSplit="1" ySplit="1" topLeftCell="B2" '
    'activePane="bottomRight" state="frozen"/></sheetView></sheetViews>'
)

PARTS: Final = {
    "[Content_Types].xml": f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types">'
    f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPES}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{TYPES}.styles+xml"/></Types>',
    "_rels/.rels": f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/relationships/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>",
    "xl/workbook.xml": f'{DECLARATION}<workbook {MAIN} xmlns:r="{OFFICE}/relationships">'
    '<sheets><sheet name="$title" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/relationships/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f"{DECLARATION}<styleSheet {MAIN}>"
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    "<borders count='1'><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}
"""Everything but the sheet. Cells have the format of texts, so that what is typed later stays one too."""
