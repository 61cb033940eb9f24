"""An alias leads in one step to what is there, and its address never vanishes."""

from __future__ import annotations

from pathlib import Path

import pytest
from building import compiled, copy, edit, published

from publisher import compiler, config, release, source
from publisher.errors import ContentError
from publisher.report import Finding

HEAD = "# URIs\nid/concept/season/winter\t1.0.0\n"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return copy("tiny", tmp_path)


def record(folder: Path, *lines: str) -> None:
    """Have these lines in data/published.txt; they begin on its third."""
    (folder / "data" / "published.txt").write_text(HEAD + "".join(f"{each}\n" for each in lines), "utf-8")


def findings(folder: Path, previous: release.Release | None = None) -> list[Finding]:
    settings = config.load(folder)
    try:
        found = compiler.compile(source.read(folder), settings, lambda _: None, previous).report
    except ContentError as error:
        found = error.report
    return [each for each in found.findings if each.rule in ("alias", "vanished", "dangling", "published")]


WRONG = [
    ("id/concept/season/lente\t1.0.0\tid/concept/season/mist", 31, "which nothing here describes"),
    ("id/concept/season/lente\t1.0.0\thttp://other.example/spring", 31, "which nothing here describes"),
    ("id/concept/season/winter\t1.0.0\tid/concept/season/spring", 1, "stands on line 2 already"),
    ("id/concept/season/summer\t1.0.0\tid/concept/season/spring", 1, "is described in the content"),
    ("http://other.example/lente\t1.0.0\tid/concept/season/spring", 1, "only an address of this site"),
    ("id/concept/season/lente#a\t1.0.0\tid/concept/season/spring", 1, "only an address of this site"),
    (
        "id/concept/season/a\t1.0.0\tid/concept/season/b\nid/concept/season/b\t1.0.0\tid/concept/season/spring",
        27,
        "an alias itself",
    ),
]


@pytest.mark.parametrize(("line", "column", "message"), WRONG)
def test_an_alias_that_would_go_wrong_is_refused_at_its_place(
    tiny: Path, line: str, column: int, message: str
) -> None:
    record(tiny, line)
    [found] = findings(tiny)
    assert (found.path, found.line, found.column) == ("data/published.txt", 3, column)
    assert found.rule == "alias"
    assert message in found.message


def test_an_alias_may_not_lead_to_what_is_withdrawn(tiny: Path) -> None:
    record(tiny, "id/concept/season/lente\t1.0.0\tid/concept/season/vorst.periode")
    path = tiny / "data" / "season.ttl"
    text = path.read_text("utf-8")
    tombstone = "season:vorst.periode adms:status <http://purl.org/adms/status/Withdrawn> ."
    path.write_text(text[: text.index("season:vorst.periode")] + tombstone, "utf-8")
    [found] = findings(tiny)
    assert (found.column, "which is withdrawn" in found.message) == (31, True)


def test_an_alias_twice_is_refused(tiny: Path) -> None:
    line = "id/concept/season/lente\t1.0.0\tid/concept/season/spring"
    record(tiny, line, line)
    [found] = findings(tiny)
    assert (found.line, "stands on line 3 already" in found.message) == (4, True)


def test_a_third_column_that_is_none_is_named(tiny: Path) -> None:
    record(tiny, "id/concept/season/summer\t1.0.0\t")
    assert findings(tiny) == []
    record(tiny, "id/concept/season/summer\t1.0.0\ta b")
    assert [each.rule for each in findings(tiny)] == ["published"]


def test_content_says_what_an_alias_stands_for(tiny: Path) -> None:
    record(tiny, "id/concept/season/lente\t1.0.0\tid/concept/season/spring")
    edit(tiny / "data" / "season.ttl", "season:winter a skos:Concept ;", SEE_ALSO)
    [found] = findings(tiny)
    assert found.rule == "dangling"
    assert "an alias; write <https://tiny.example/id/concept/season/spring>" in found.message


SEE_ALSO = "season:winter a skos:Concept ; <http://www.w3.org/2000/01/rdf-schema#seeAlso> season:lente ;"


def test_an_edition_has_its_aliases(tiny: Path) -> None:
    record(tiny, "id/concept/season/lente\t1.0.0\tid/concept/season/spring")
    place = "https://tiny.example/id/concept/season/"
    assert compiled(tiny).aliases == {f"{place}lente": f"{place}spring"}


def test_an_alias_of_an_earlier_release_may_not_vanish(tiny: Path) -> None:
    record(tiny, "id/concept/season/lente\t1.0.0\tid/concept/season/spring")
    last = published(tiny)
    assert findings(tiny, last) == []
    record(tiny)
    [found] = findings(tiny, last)
    assert (found.rule, found.focus) == ("vanished", "https://tiny.example/id/concept/season/lente")
