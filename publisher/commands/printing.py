"""A report as compilers print theirs, or as the formats that programs read."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from publisher.report import Finding, Report, Severity

if TYPE_CHECKING:
    from publisher.release.prune import Fate

COLOURS: Final = {Severity.VIOLATION: "\033[31m", Severity.WARNING: "\033[33m", Severity.INFO: "\033[36m"}
WARNINGS_SHOWN: Final = 20
"""Of each rule: a large vocabulary has thousands of the same, and nobody would see the others."""

WORDS: Final = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def show(report: Report, format: str = "text") -> None:
    """Print a report on standard output, in a format of `WRITERS`, or else as text."""
    write = WRITERS.get(format)
    if write:
        print(write(report))
    else:
        _print(report)


def _json(report: Report) -> str:
    return json.dumps(report.as_json(), ensure_ascii=False, indent=1)


def _sarif(report: Report) -> str:
    from publisher.commands.sarif import sarif

    return sarif(report)


def _shacl(report: Report) -> str:
    from publisher.commands.shacl import shacl

    return shacl(report).rstrip()


WRITERS: Final[Mapping[str, Callable[[Report], str]]] = {"json": _json, "sarif": _sarif, "ttl": _shacl}


def _print(report: Report) -> None:
    warned: Counter[str] = Counter()
    for each in report.findings:
        warned[each.rule] += each.severity < Severity.VIOLATION
        if each.severity is Severity.VIOLATION or warned[each.rule] <= WARNINGS_SHOWN:
            _print_finding(each)
    for rule, count in warned.items():
        if count > WARNINGS_SHOWN:
            print(f"… and {count - WARNINGS_SHOWN} more [{rule}]; `publisher check --format json` shows all")


def _print_finding(finding: Finding) -> None:
    word = WORDS[finding.severity]
    shown = f"{COLOURS[finding.severity]}{word}\033[0m" if sys.stdout.isatty() else word
    print(f"{finding.place}: {shown}: {finding.message} [{finding.rule}]")
    if finding.text:
        print(f"    {finding.text.strip()[:100]}")
    if finding.remedy:
        print(f"\n{finding.remedy}")


def summary(report: Report) -> str:
    """The closing line."""
    errors, warnings = report.count(Severity.VIOLATION), report.count(Severity.WARNING)
    if not report.findings:
        return "no findings: the content conforms"
    verdict = "the content conforms" if report.conforms else "the content does not conform"
    return f"{_counted(errors, 'error')}, {_counted(warnings, 'warning')}: {verdict}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def removed(fates: Iterable[Fate]) -> None:
    """Which old releases went, and how much room that made; nothing when none did."""
    went = [each for each in fates if each.removed]
    if went:
        names = ", ".join(each.name for each in went)
        room = sum(each.bytes for each in went) / (1 << 20)
        print(f"removed {_counted(len(went), 'old release')} ({room:.1f} MiB): {names}")


def fates(found: Iterable[Fate]) -> None:
    """Every release with what became of it and why."""
    for each in found:
        print(f"{each.name}  {'removed' if each.removed else 'stays  '}  {each.reason}")
