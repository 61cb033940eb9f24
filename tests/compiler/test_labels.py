"""Labels in a table are what a person would have written in Turtle; what is wrong with a row names its cell."""

from __future__ import annotations

from pathlib import Path

import pytest
from building import compiled, copy, edit

from publisher.errors import ContentError
from publisher.report import Finding, Severity

HEAD = "concept;property;original;language;text;status;who;date;label;file\n"
WINTER = "id/concept/season/winter"
BASE = "https://tiny.example/"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """The tiny site with French, and no table yet."""
    folder = copy("tiny", tmp_path)
    edit(folder / "publisher.toml", '["nl", "en"]', '["nl", "en", "fr"]')
    return folder


def rows(folder: Path, *lines: str, name: str = "labels.csv") -> None:
    (folder / "data" / name).write_text(HEAD + "".join(f"{each}\n" for each in lines), "utf-8")


def findings(folder: Path) -> list[Finding]:
    """What is said of tables."""
    try:
        report = compiled(folder).report
    except ContentError as error:
        report = error.report
    return [each for each in report.findings if each.path.endswith((".csv", ".xlsx"))]


def statements(folder: Path) -> set[str]:
    """The triples of the content."""
    return {str(quad.triple).replace(BASE, "") for quad in compiled(folder).content}


TURTLE = """\
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix skosxl: <http://www.w3.org/2008/05/skos-xl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<id/concept/season/winter> skosxl:prefLabel <id/label/season/winter/nl> .
<id/label/season/winter/nl> a skosxl:Label ; skosxl:literalForm "Winter"@nl .
"""
TRANSLATION = """\
<id/concept/season/winter> skos:prefLabel "Hiver"@fr ; skosxl:prefLabel <id/label/season/winter/fr> .
<id/label/season/winter/fr> a skosxl:Label ;
    skosxl:literalForm "Hiver"@fr ;
    dct:language <http://publications.europa.eu/resource/authority/language/FRA> ;
    adms:status <http://purl.org/adms/status/UnderDevelopment> ;
    prov:wasDerivedFrom <id/label/season/winter/nl> ;
    prov:wasAttributedTo <id/organisatie/redactie> ;
    prov:generatedAtTime "2026-01-31T00:00:00Z"^^xsd:dateTime .
"""


def test_a_row_is_what_a_person_would_have_written(tiny: Path) -> None:
    (tiny / "data" / "labels.ttl").write_text(TURTLE + TRANSLATION, "utf-8")
    by_hand = statements(tiny)
    (tiny / "data" / "labels.ttl").write_text(TURTLE, "utf-8")
    rows(tiny, f"{WINTER};prefLabel;Winter;fr;Hiver;draft;;2026-01-31")
    assert statements(tiny) == by_hand


def test_a_text_without_status_is_a_text_only(tiny: Path) -> None:
    before = statements(tiny)
    rows(tiny, f"{WINTER};definition;;fr;La saison froide.", f"{BASE}{WINTER};altLabel;;fr;Saison froide")
    added = statements(tiny) - before
    assert {each.rpartition("#")[2] for each in added} == {
        'definition> "La saison froide."@fr',
        'altLabel> "Saison froide"@fr',
    }


def test_an_alternative_label_is_named_after_what_it_says_or_as_somebody_wants(tiny: Path) -> None:
    rows(
        tiny,
        f"{WINTER};altLabel;;fr;L'été indien;reviewed;;2026-01-31",
        f"{WINTER};altLabel;;fr;Froid;reviewed;;2026-01-31;id/label/froid",
    )
    found = " ".join(statements(tiny))
    assert "<id/label/season/winter/alt/fr/l-ete-indien> " in found
    assert "<id/label/froid> " in found
    assert "<http://purl.org/adms/status/Completed>" in found


def test_the_bytes_of_a_table_are_part_of_the_edition(tiny: Path) -> None:
    rows(tiny, f"{WINTER};prefLabel;Winter;fr;Hiver")
    assert compiled(tiny).source["data/labels.csv"] == (tiny / "data" / "labels.csv").read_bytes()


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        ("id/concept/season/wintr;prefLabel;;fr;Hiver", 1, "did you mean"),
        (f"{WINTER};preflabel;;fr;Hiver", 26, "unknown property"),
        (f"{WINTER};prefLabel;;ne;Hiver", 37, "no language of this site (nl, en, fr)"),
        (f"{WINTER};prefLabel;;;Hiver", 1, "no language of this site"),
        (f"{WINTER};prefLabel;;fr; Hiver", 40, "white space"),
        (f"{WINTER};prefLabel;;fr;Hi\x07ver", 40, "U+0007"),
        (f"{WINTER};prefLabel;;fr;Hiver;done", 46, "unknown status"),
        (f"{WINTER};prefLabel;;fr;Hiver;draft;id/organisatie/redaktie", 52, "nothing describes"),
        (f"{WINTER};prefLabel;;fr;Hiver;draft;;31-01-2026", 53, "2026-01-31"),
        (f"{WINTER};prefLabel;;fr;Hiver;draft;;;id/la bel", 54, "no address"),
        (f"{WINTER};definition;;fr;La saison froide.;draft", 59, "only labels have a status"),
        (f"{WINTER};prefLabel;;nl;Wintertijd", 40, "data/season.ttl:13:1 gives another preferred label"),
        (f"{WINTER};prefLabel;;nl;Winter", 40, "data/season.ttl:13:1 states this already"),
        (f"{WINTER};prefLabel;;nl;Wintertijd;;;;;data/season.ttl", 40, "does not state this"),
        (f"{WINTER};prefLabel;;fr;Hiver;;;;;data/season.ttl", 40, "does not state this"),
    ],
    ids=[
        "concept",
        "property",
        "language",
        "no language",
        "white space",
        "control",
        "status",
        "who",
        "date",
        "label",
        "status of a definition",
        "two labels",
        "stated twice",
        "changed elsewhere",
        "not elsewhere",
    ],
)
def test_a_row_that_cannot_be_is_an_error_with_its_place(tiny: Path, line: str, column: int, message: str) -> None:
    rows(tiny, line)
    [found] = findings(tiny)
    assert (found.severity, found.line, found.column) == (Severity.VIOLATION, 2, column)
    assert message in found.message
    assert found.text == line


def test_two_rows_may_not_give_the_same_or_another_label_even_in_two_tables(tiny: Path) -> None:
    line = f"{WINTER};prefLabel;;fr;Hiver"
    rows(tiny, line, line, line.replace("Hiver", "L'hiver"))
    rows(tiny, line, name="fr.labels.csv")
    assert [each.message.partition(";")[0] for each in findings(tiny)] == [
        "data/fr.labels.csv:2:40 states this already",
        "data/fr.labels.csv:2:40 states this already",
        "data/fr.labels.csv:2:40 gives another preferred label in “fr”",
    ]


def test_a_row_may_show_what_stands_elsewhere_as_long_as_it_agrees(tiny: Path) -> None:
    before = statements(tiny)
    rows(tiny, f"{WINTER};prefLabel;;nl;Winter;;;;;data/season.ttl")
    assert (findings(tiny), statements(tiny)) == ([], before)
    edit(tiny / "data" / "season.ttl", '"Winter"@nl', '"Wintertijd"@nl')
    assert "data/season.ttl does not state this" in findings(tiny)[0].message


def test_a_translation_of_what_has_changed_since_is_a_warning(tiny: Path) -> None:
    rows(tiny, f"{WINTER};prefLabel;Wintertijd;fr;Hiver")
    [found] = findings(tiny)
    assert (found.severity, found.column) == (Severity.WARNING, 36)
    assert "the original is “Winter” by now" in found.message


def test_rows_without_a_text_say_nothing_yet(tiny: Path) -> None:
    before = statements(tiny)
    rows(tiny, f"{WINTER};prefLabel;Winter;fr;;draft;;")
    assert (findings(tiny), statements(tiny)) == ([], before)


def test_a_rule_about_a_text_points_into_the_table(tiny: Path) -> None:
    rows(tiny, f"{WINTER};altLabel;;nl;Winter")
    [found] = [each for each in findings(tiny) if each.severity is Severity.VIOLATION]
    assert (found.place, found.focus) == ("data/labels.csv:2:39", BASE + WINTER)


def test_a_rule_about_a_label_points_into_the_table(tiny: Path) -> None:
    (tiny / "data" / "published.txt").write_text("", "utf-8")
    rows(tiny, "", f"{WINTER};prefLabel;Winter;fr;Hiver;draft;;2026-01-31")
    assert [(each.rule, each.place) for each in findings(tiny)] == [("unrecorded", "data/labels.csv:3:46")]
