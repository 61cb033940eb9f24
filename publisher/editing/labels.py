"""The table of all labels for who translates: what is there, and empty cells for what is missing."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Final

from pyoxigraph import NamedNode

from publisher.compiler.labels import (
    ADMS_STATUS,
    LABELS,
    PROPERTIES,
    STATUSES,
    Place,
    Said,
    Text,
    label_address,
    languages_of,
    originals,
    read_row,
    stated_texts,
)
from publisher.compiler.parse import Stated
from publisher.compiler.table import COLUMNS, SHEET
from publisher.config import Config
from publisher.iris import Policy
from publisher.namespaces import ADMS, RDF, SKOS

PATH: Final = "data/labels"
"""Where the table stands, without its suffix."""

NAMED: Final = frozenset(SKOS[each] for each in ("Concept", "ConceptScheme", "Collection", "OrderedCollection"))
"""Classes whose instances are in the table."""

DEPRECATED: Final = NamedNode(f"{ADMS_STATUS}Deprecated")

WIDTHS: Final = {"concept": 44, "original": 40, "text": 60, "label": 30, "file": 24}
"""Characters that a column of a sheet shows; others 14."""

ASKED: Final = frozenset(("prefLabel", "definition", "scopeNote", "example", "title", "description"))
"""Properties whose translations can be missing; notes of editors need none."""

TYPED: Final = ("text", "status", "who", "date")
"""Columns that people type in; their empty cells have the format of texts too."""

FORMULAS: Final = ("=", "+", "-", "@")
"""Beginnings that a spreadsheet program takes for those of a formula when it opens a CSV."""

Line = Mapping[str, str]
"""Column -> what stands in it."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The lines of a table, and how many of them wait for a text."""

    lines: tuple[Line, ...]
    missing: int

    @property
    def formulas(self) -> int:
        """How many texts of it a spreadsheet program would not leave alone in a CSV."""
        return sum(each["text"].startswith(FORMULAS) for each in self.lines)


def labels(stated: Stated, config: Config, path: str) -> Labels:
    """All texts of our concepts and schemes, as the table at `path` has them.

    What stands in other files names them in the column `file`. A preferred label is missing in each language of
    the content that it is not in; another text where its property is translated into that language at all.
    """
    texts = stated_texts(stated.files)
    asked = _asked(stated, config)
    concepts = dict.fromkeys((*asked, *(text.concept for text, place in texts.items() if place.path == path)))
    found: dict[tuple[str, str], list[Text]] = defaultdict(list)
    for text in texts:
        found[text.concept, text.name].append(text)
    known = originals(texts, config.languages[0])
    wanted = _used(texts, asked)
    tags = languages_of(config)
    table = _Table(path, texts, known, _kept(stated, path, config.policy), config.policy, tags[0])
    lines: list[Line] = []
    missing: list[Line] = []
    for key in ((concept, name) for concept in concepts for name in PROPERTIES):
        present = {each.language for each in found[key]}
        lines += map(table.line, _in_order(found[key], tags))
        if asked.get(key[0]) and (key in known or key[1] == "prefLabel") and key[1] in ASKED:
            absent = [tag for tag in tags if tag not in present and (key[1], tag) in wanted]
            gaps = [table.gap(*key, tag) for tag in absent]
            lines += gaps
            missing += gaps
    return Labels(tuple(lines), len(missing))


def as_csv(lines: Iterable[Line]) -> bytes:
    """A table that a spreadsheet program in Dutch opens by a double click: semicolons, UTF-8 with its mark."""
    output = StringIO()
    writer = csv.DictWriter(output, COLUMNS, delimiter=";")
    writer.writeheader()
    writer.writerows(lines)
    return b"\xef\xbb\xbf" + output.getvalue().encode()


def as_xlsx(lines: Iterable[Line]) -> bytes:
    """A workbook all of whose cells are texts, so that no program makes a date of one."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    sheet.freeze_panes = "A2"
    for number, name in enumerate(COLUMNS):
        sheet.column_dimensions[chr(ord("A") + number)].width = WIDTHS.get(name, 14)
    rows = [dict(zip(COLUMNS, COLUMNS, strict=True)), *lines]
    for row in rows:
        cells = {name: WriteOnlyCell(sheet, row[name] or None) for name in COLUMNS if row[name] or name in TYPED}
        for cell in cells.values():
            cell.number_format = "@"
            # A text that begins with `=` is one all the same.
            cell.data_type = "s" if cell.value else "n"
        sheet.append([cells.get(name) for name in COLUMNS])
    status = chr(ord("A") + list(COLUMNS).index("status"))
    choice = DataValidation("list", formula1=f'"{",".join(STATUSES)}"', allow_blank=True)
    choice.add(f"{status}2:{status}{len(rows) + 1000}")
    sheet.data_validations.append(choice)
    sheet.auto_filter.ref = f"A1:{chr(ord('A') + len(COLUMNS) - 1)}{len(rows)}"
    output = BytesIO()
    book.save(output)
    return output.getvalue()


FORMATS: Final = {"csv": as_csv, "xlsx": as_xlsx}


@dataclass(frozen=True, slots=True)
class _Table:
    """What a line of one table needs to know; `kept` are the originals that its own rows were translated from."""

    path: str
    texts: Mapping[Text, Place]
    known: Mapping[tuple[str, str], str]
    kept: Mapping[Said, str]
    policy: Policy
    first: str

    def line(self, text: Text) -> Line:
        place = self.texts[text]
        default = text.label == label_address(text, self.policy) and (text.status or text.who or text.date)
        return self._shown(
            text,
            original=self.kept.get(text.said) or self._original(text),
            who=self._relative(text.who),
            label="" if default else self._relative(text.label),
            file="" if place.path == self.path else place.path,
        )

    def gap(self, concept: str, name: str, language: str) -> Line:
        text = Text(concept, name, language, "", "draft" if name in LABELS else "")
        return self._shown(text, original=self._original(text), who="", label="", file="")

    def _shown(self, text: Text, **others: str) -> Line:
        same = {"property": text.name, "language": text.language, "text": text.text}
        return {
            "concept": self._relative(text.concept),
            **same,
            "status": text.status,
            "date": text.date,
            **others,
        }

    def _original(self, text: Text) -> str:
        return "" if text.language == self.first else self.known.get((text.concept, text.name), "")

    def _relative(self, iri: str) -> str:
        return iri.removeprefix(f"{self.policy.base}/")


def _asked(stated: Stated, config: Config) -> dict[str, bool]:
    """Our concepts and schemes in their order, and whether anybody should still translate them."""
    typed = {
        quad.subject.value: True
        for quad in stated.quads
        if quad.predicate == RDF["type"] and quad.object in NAMED and isinstance(quad.subject, NamedNode)
    }
    retired = {
        quad.subject.value
        for quad in stated.quads
        if quad.predicate == ADMS["status"] and quad.object == DEPRECATED and isinstance(quad.subject, NamedNode)
    }
    return {iri: iri not in retired for iri in typed if config.policy.minted(iri)}


def _used(texts: Iterable[Text], concepts: Container[str]) -> set[tuple[str, str]]:
    """Properties and the languages that something is said in by them; each language has preferred labels."""
    found = {(each.name, each.language) for each in texts if each.concept in concepts}
    return found | {("prefLabel", language) for _, language in found}


def _kept(stated: Stated, path: str, policy: Policy) -> dict[Said, str]:
    """The original that each row of this table was translated from, as far as it says so."""
    return {
        read_row(row, policy).said: row.text("original")
        for file in stated.files
        if file.path == path
        for row in file.rows
    }


def _in_order(texts: Iterable[Text], languages: Sequence[str]) -> list[Text]:
    """By language, in the order of these; others last."""
    order = {each: number for number, each in enumerate(languages)}
    return sorted(texts, key=lambda each: order.get(each.language, len(order)))
