"""A notation that was used once is never given to another concept."""

from __future__ import annotations

from pathlib import Path

import pytest
from building import copy, edit, published

from publisher import compiler, config, release, source
from publisher.errors import ContentError
from publisher.report import Finding, Severity

SEASONS = "data/season.ttl"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return copy("tiny", tmp_path)


def reused(folder: Path, previous: release.Release | None = None) -> list[Finding]:
    """What is found about notations after this release."""
    try:
        report = compiler.compile(source.read(folder), config.load(folder), lambda _: None, previous).report
    except ContentError as error:
        report = error.report
    return [each for each in report.findings if each.rule == "notation"]


def test_the_notation_of_a_tombstone_is_not_given_again(tiny: Path) -> None:
    text = (tiny / SEASONS).read_text("utf-8")
    grave = """season:vorst.periode
    skos:notation "S5" ;
    adms:status <http://purl.org/adms/status/Withdrawn> .
"""
    (tiny / SEASONS).write_text(text[: text.index("season:vorst.periode")] + grave, "utf-8")
    assert reused(tiny) == []
    edit(tiny / SEASONS, '"S4"', '"S5"')
    [found] = reused(tiny)
    assert (found.severity, found.line) == (Severity.VIOLATION, 35)
    assert "notation “S5” was that of <https://tiny.example/id/concept/season/vorst.periode>" in found.message


def test_a_notation_of_any_earlier_version_is_not_given_to_another(tiny: Path) -> None:
    published(tiny)
    edit(tiny / SEASONS, '"S1.1"', '"S1.2"')
    edit(
        tiny / "publisher.toml", "[sparql]", '[[dataset.version]]\nnumber = "2.0.0"\ndate = 2026-06-21\n\n[sparql]'
    )
    last = published(tiny)
    assert reused(tiny, last) == []
    edit(tiny / SEASONS, '"S4"', '"S1.1"')
    assert ["S1.1" in each.message for each in reused(tiny, last)] == [True]
    edit(tiny / SEASONS, '"S1.1"', '"S4"')
    edit(tiny / SEASONS, '"S1.2"', '"S1.1"')
    assert reused(tiny, last) == []


def test_the_same_code_in_another_scheme_is_another(tiny: Path) -> None:
    published(tiny)
    edit(tiny / SEASONS, '    skos:notation "S1.1" ;\n', "")
    (tiny / "data/wind.ttl").write_text(
        """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<id/conceptscheme/wind> a skos:ConceptScheme ; <http://purl.org/dc/terms/title> "Wind"@nl .
<id/concept/season/bries> a skos:Concept ; skos:prefLabel "Bries"@nl ; skos:notation "S1.1" ;
    skos:topConceptOf <id/conceptscheme/wind> .
"""
    )
    assert reused(tiny, release.open(release.current(config.load(tiny).releases))) == []
