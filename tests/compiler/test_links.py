"""What shapes cannot say: each check finds its fault, in its place, and finds nothing in good content."""

from pathlib import Path

import pytest
from building import compiled, copy, edit

from publisher.errors import ContentError
from publisher.report import Finding, Severity

V, W = Severity.VIOLATION, Severity.WARNING
SEASONS = "data/season.ttl"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return copy("tiny", tmp_path)


def findings(folder: Path) -> tuple[Finding, ...]:
    try:
        return compiled(folder).report.findings
    except ContentError as error:
        return error.report.findings


WITHDRAWN = "season:gone adms:status <http://purl.org/adms/status/Withdrawn> ."


def test_good_content_gives_no_finding(tiny: Path) -> None:
    assert [each for each in findings(tiny) if each.rule != "canonical"] == []


@pytest.mark.parametrize(
    ("path", "old", "new", "rule", "severity", "line"),
    [
        (SEASONS, "skos:related season:spring", "skos:related season:sprng", "dangling", V, 28),
        (SEASONS, 'skos:notation "S2"', 'skos:notation "S1"', "notation", V, 13),
        (
            SEASONS,
            "season:spring a",
            "<id/document/winters-meten> a skos:Concept . season:spring a",
            "claimed",
            V,
            22,
        ),
        (SEASONS, '"Lente"@nl', '"Lente"@NL', "language-tag", W, 23),
        (SEASONS, "<http://other.example/winter>", "<winter>", "relative-iri", V, 19),
        (
            SEASONS,
            "season:spring a",
            f"{WITHDRAWN} season:spring dct:isReplacedBy season:gone ; a",
            "successor",
            V,
            22,
        ),
        ("data/document.ttl", '"2021-06-27"', '"2021-06-27+00:00"', "canonical", W, 6),
        ("data/months.ttl", "m:december ,", "m:decembre ,", "dangling", W, 6),
    ],
)
def test_each_fault_is_found_where_it_stands(
    tiny: Path, path: str, old: str, new: str, rule: str, severity: Severity, line: int
) -> None:
    edit(tiny / path, old, new)
    found = [each for each in findings(tiny) if each.rule == rule and each.path == path]
    assert (severity, line) in {(each.severity, each.line) for each in found}
    assert all(each.text for each in found)
