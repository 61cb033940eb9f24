"""What we found wrong with content, as values: where, how bad, what to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import Any, Final

UNREAD: Final = frozenset(("syntax", "table", "settings", "source"))
"""Rules of findings about what could not be read at all: nothing else is known of that file."""


class Severity(IntEnum):
    """SHACL's three severities; only a violation keeps content from being published."""

    INFO = 0
    WARNING = 1
    VIOLATION = 2


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing to look at.

    `path` is relative to the folder; `line` and `column` count from 1, or are 0 where we do not know. `focus`
    is the IRI (or blank node) that the finding is about, `rule` the IRI of the shape or the short name of our
    own check, `text` the line of the source that it stands on, `remedy` the lines that would put it right.
    `value` is the text that is wrong, if it is one in a language: `"…"@nl`, not escaped.
    """

    path: str
    line: int
    column: int
    severity: Severity
    message: str
    rule: str = ""
    focus: str = ""
    text: str = ""
    remedy: str = ""
    value: str = ""

    @property
    def place(self) -> str:
        """`file:line:column`, as compilers and editors spell it; in a workbook `file:E12`."""
        if self.line and self.path.endswith(".xlsx"):
            return f"{self.path}:{_letters(self.column)}{self.line}"
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path


def _letters(column: int) -> str:
    """A, B, … Z, AA: a column of a spreadsheet, counted from 1."""
    above, last = divmod(column - 1, 26)
    return (_letters(above) if above else "") + chr(ord("A") + last)


@dataclass(frozen=True, slots=True)
class Report:
    """All findings about one source, in the order of files and lines."""

    findings: tuple[Finding, ...] = ()

    @property
    def conforms(self) -> bool:
        """True when nothing keeps the content from being published."""
        return not any(each.severity is Severity.VIOLATION for each in self.findings)

    def count(self, severity: Severity) -> int:
        """How many findings are this bad."""
        return sum(each.severity is severity for each in self.findings)

    def as_json(self) -> dict[str, Any]:
        """The report as plain values: `conforms` and a list `findings`."""
        rows = [asdict(each) | {"severity": each.severity.name.lower()} for each in self.findings]
        return {"conforms": self.conforms, "findings": rows}
