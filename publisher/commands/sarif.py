"""A report as SARIF 2.1.0 (OASIS), which code hosts show beside the lines that it is about.

It has what GitHub's code scanning insists on beyond the standard: a region for every result, texts for every rule.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

from publisher import __version__
from publisher.namespaces import shorten
from publisher.report import Finding, Report, Severity

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS: Final = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
ROOT: Final = "%SRCROOT%"
"""What paths are relative to: the folder of the site, which a code host takes to be the repository."""


def sarif(report: Report) -> str:
    """One run with a result for each finding."""
    rules = sorted({each.rule for each in report.findings})
    driver = {"name": "publisher", "version": __version__, "rules": [_rule(each) for each in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, rules) for each in report.findings],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1)


def _rule(name: str) -> dict[str, Any]:
    """A rule has no words of its own: each finding says what is wrong and what to do."""
    text = {"text": f"Rule {shorten(name).strip('<>')}"}
    return {"id": name, "shortDescription": text, "fullDescription": text, "help": text}


def _result(finding: Finding, rules: Sequence[str]) -> dict[str, Any]:
    location = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(finding.path), "uriBaseId": ROOT},
            "region": _region(finding),
        }
    }
    about = {"logicalLocations": [{"fullyQualifiedName": finding.focus}]} if finding.focus else {}
    return {
        "ruleId": finding.rule,
        "ruleIndex": rules.index(finding.rule),
        "level": LEVELS[finding.severity],
        "message": {"text": "\n\n".join(filter(None, (finding.message, finding.remedy)))},
        "locations": [location | about],
    }


def _region(finding: Finding) -> dict[str, int]:
    """The place, or the beginning of the file where we only know that."""
    column = {"startColumn": finding.column} if finding.column else {}
    return {"startLine": finding.line or 1, **column}
