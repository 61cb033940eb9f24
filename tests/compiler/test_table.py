"""Tables as spreadsheet programs write them: read exactly, or refused with the place of the cell."""

import csv as standard
import zipfile
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO, StringIO
from random import Random

import pytest
from openpyxl import Workbook

from publisher import iris
from publisher.compiler.parse import Stated, parse
from publisher.compiler.table import Row, read_table
from publisher.config import Reading
from publisher.report import Finding
from publisher.source import Source, SourceFile

HEAD = "concept;property;language;text"
NAMES = HEAD.split(";")


def csv(content: str | bytes) -> tuple[tuple[Row, ...], list[Finding]]:
    return read_table(SourceFile("data/labels.csv", content.encode() if isinstance(content, str) else content))


def workbook(*rows: Sequence[object], sheets: Sequence[str] = ("labels",)) -> bytes:
    book = Workbook()
    for name in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    del book["Sheet"]
    output = BytesIO()
    book.save(output)
    return output.getvalue()


def xlsx(content: bytes) -> tuple[tuple[Row, ...], list[Finding]]:
    return read_table(SourceFile("data/labels.xlsx", content))


def texts(rows: tuple[Row, ...]) -> list[str]:
    return [each.text("text") for each in rows]


@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_csv_is_read_whatever_program_wrote_it(separator: str, mark: bytes, end: str) -> None:
    lines = [NAMES, ["id/a", "prefLabel", "nl", '"één ""; , \t"'], [], ["id/b", "prefLabel", "fr", "été"]]
    content = mark + end.join(separator.join(each) for each in lines).encode()
    rows, wrong = csv(content)
    assert not wrong
    assert texts(rows) == ['één "; , \t', "été"]


def test_a_cell_knows_its_line_and_column_behind_line_breaks_in_quotes() -> None:
    rows, wrong = csv(f'{HEAD}\nid/a;definition;nl;"een\r\ntwee\ndrie"\nid/b;definition;nl;vier\n')
    assert not wrong
    assert texts(rows) == ["een\ntwee\ndrie", "vier"]
    assert (rows[1].cell("text").line, rows[1].cell("text").column) == (5, 20)


@pytest.mark.parametrize(
    ("content", "line", "column", "message"),
    [
        (f'{HEAD}\nid/a;prefLabel;nl;"open', 2, 19, "not closed"),
        (f'{HEAD}\nid/a;prefLabel;nl;half "citaat"', 2, 19, "not closed, or stands inside"),
        (f'{HEAD}\nid/a;prefLabel;nl;"x" y', 2, 19, "behind the closing quote"),
        (f"{HEAD}\nid/a;prefLabel;nl;x;y", 2, 21, "behind the last column"),
        ("concept;property;language;txet", 1, 27, "did you mean `text`?"),
        ("concept;property;language", 1, 1, "no column `text`"),
        (f"{HEAD};text", 1, 32, "second column `text`"),
        ("", 1, 1, "empty"),
        (f"{HEAD}\nid/a;prefLabel;nl;caf".encode() + b"\xe9", 2, 22, "CSV UTF-8"),
        (HEAD.encode("utf-16"), 1, 1, "CSV UTF-8"),
    ],
    ids=[
        "open quote",
        "inner quote",
        "after quote",
        "too many cells",
        "unknown column",
        "missing column",
        "twice",
        "empty",
        "latin 1",
        "UTF-16",
    ],
)
def test_a_csv_that_is_none_is_refused_with_its_place(
    content: str | bytes, line: int, column: int, message: str
) -> None:
    _, wrong = csv(content)
    assert [(each.line, each.column) for each in wrong] == [(line, column)]
    assert message in wrong[0].message


def test_whatever_a_program_writes_as_csv_is_read_as_it_was() -> None:
    random = Random(42)
    for _ in range(300):
        cells = ["".join(random.choices('ab "",;\t\n\r\u00e9=#', k=random.randint(1, 8))) for _ in range(4)]
        output = StringIO()
        # Python writes a lone CR without quotes where lines end in LF, which makes it the end of a line.
        end, quoting = random.choice([("\n", standard.QUOTE_ALL), ("\r\n", standard.QUOTE_MINIMAL)])
        writer = standard.writer(output, delimiter=random.choice(",;\t"), lineterminator=end, quoting=quoting)
        writer.writerows([NAMES, cells])
        rows, wrong = csv(output.getvalue())
        assert not wrong
        assert [rows[0].text(name) for name in NAMES] == [each.replace("\r\n", "\n") for each in cells]


def test_a_workbook_is_read_as_it_was_typed() -> None:
    content = workbook(
        [*NAMES, "date"],
        ["id/a", "prefLabel", "nl", "een\ntwee", datetime(2026, 1, 31)],
        [],
        ["id/b", "prefLabel", "nl", "drie", "2026-02-01"],
    )
    rows, wrong = xlsx(content)
    assert not wrong
    assert texts(rows) == ["een\ntwee", "drie"]
    assert [each.text("date") for each in rows] == ["2026-01-31", "2026-02-01"]
    assert (rows[1].cell("text").line, rows[1].cell("text").column) == (4, 4)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (1.0, "a number"),
        (datetime(2026, 12, 1), "a date"),
        (True, "true or false"),
        ('=HYPERLINK("http://evil.example","x")', "a formula"),
        ("#N/A", "an error"),
    ],
    ids=["number", "date", "boolean", "formula", "error"],
)
def test_what_a_spreadsheet_program_made_of_a_text_is_refused_with_its_cell(value: object, message: str) -> None:
    _, wrong = xlsx(workbook(NAMES, ["id/a", "prefLabel", "nl", value]))
    assert [each.place for each in wrong] == ["data/labels.xlsx:D2"]
    assert message in wrong[0].message


def test_of_several_sheets_one_must_be_called_labels() -> None:
    rows, wrong = xlsx(workbook(NAMES, ["id/a", "prefLabel", "nl", "x"], sheets=("uitleg", "labels")))
    assert (texts(rows), wrong) == (["x"], [])
    _, wrong = xlsx(workbook(NAMES, sheets=("uitleg", "woorden")))
    assert "uitleg, woorden" in wrong[0].message


def bomb(size: int) -> bytes:
    output = BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * size)
    return output.getvalue()


def with_entities() -> bytes:
    output = BytesIO(workbook(NAMES))
    with zipfile.ZipFile(output, "a") as archive:
        archive.writestr("xl/other.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    return output.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (bomb(100 << 20), "unpacks to 100 MiB"),
        (bomb(200 << 20), "more than 128 MiB"),
        (with_entities(), "document type declaration"),
        (b"PK\x03\x04 no zip", "cannot be read as XLSX"),
        (workbook(NAMES)[:-40], "cannot be read as XLSX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old workbook"),
        (b"", "cannot be read as XLSX"),
    ],
    ids=["bomb", "large bomb", "entities", "no zip", "cut", "old", "empty"],
)
def test_a_workbook_that_would_hurt_is_refused(content: bytes, message: str) -> None:
    stated = read(SourceFile("data/labels.xlsx", content))
    assert [each.path for each in stated.findings] == ["data/labels.xlsx"]
    assert message in stated.findings[0].message


def test_a_workbook_that_takes_for_ever_ends_its_reader_only() -> None:
    row = '<row r="{}"><c r="XFD{}" t="inlineStr"><is><t>x</t></is></c></row>'
    rows = "".join(row.format(number, number) for number in range(1, 20_000))
    output = BytesIO(workbook(NAMES))
    with zipfile.ZipFile(output) as source, zipfile.ZipFile(wide := BytesIO(), "w", zipfile.ZIP_STORED) as target:
        for each in source.infolist():
            content = source.read(each)
            if each.filename.endswith("sheet1.xml"):
                content = (
                    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
                    + rows.encode()
                    + b"</sheetData></worksheet>"
                )
            target.writestr(each.filename, content)
    stated = read(SourceFile("data/labels.xlsx", wide.getvalue()), SourceFile("data/a.ttl", b"<id/a> <id/p> 1 ."))
    assert [each.path for each in stated.findings] == ["data/labels.xlsx"]
    assert "takes more than" in stated.findings[0].message
    assert len(list(stated.quads)) == 1


def read(*files: SourceFile) -> Stated:
    limits = Reading(seconds=2, memory=256)
    return parse(Source(files), iris.policy("https://x.example"), limits, lambda _: None)
