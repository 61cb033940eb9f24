"""Findings for code hosts: SARIF 2.1.0 with what GitHub's code scanning asks of it."""

from __future__ import annotations

import json
from typing import Any

from publisher.commands.sarif import sarif
from publisher.report import Finding, Report, Severity

PLACED = Finding(
    "data/één.ttl",
    3,
    5,
    Severity.VIOLATION,
    "wrong",
    "https://x.example/shape",
    "https://x.example/a",
    "a b c",
    "b",
)
LOOSE = Finding("publisher.toml", 0, 0, Severity.WARNING, "hm", "version")


def run_of(*findings: Finding) -> dict[str, Any]:
    log = json.loads(sarif(Report(findings)))
    assert log["version"] == "2.1.0"
    [run] = log["runs"]
    return dict(run)


def test_each_finding_is_a_result_at_its_place() -> None:
    first, second = run_of(PLACED, LOOSE)["results"]
    place = first["locations"][0]["physicalLocation"]
    assert (first["level"], second["level"]) == ("error", "warning")
    assert place["artifactLocation"] == {"uri": "data/%C3%A9%C3%A9n.ttl", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 3, "startColumn": 5}
    assert first["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "https://x.example/a"}]
    assert first["message"]["text"] == "wrong\n\nb"


def test_a_finding_about_a_whole_file_points_at_its_beginning() -> None:
    [result] = run_of(LOOSE)["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}


def test_results_name_rules_that_the_tool_describes() -> None:
    run = run_of(PLACED, LOOSE, PLACED)
    rules = run["tool"]["driver"]["rules"]
    assert [rules[each["ruleIndex"]]["id"] for each in run["results"]] == [
        "https://x.example/shape",
        "version",
        "https://x.example/shape",
    ]
    for each in rules:
        assert all(each[name]["text"] for name in ("shortDescription", "fullDescription", "help"))


def test_nothing_found_is_a_run_without_results() -> None:
    assert run_of()["results"] == []
