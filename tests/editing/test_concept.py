"""`publisher new concept`: an address and a notation that were never used, in the right place."""

from __future__ import annotations

from pathlib import Path

import pytest
from building import compiled, copy, edit, published
from test_cli import run

from publisher.config import load
from publisher.editing.concept import Wanted, new_concept, slug_of
from publisher.editing.content import Content, Edit, read_content
from publisher.errors import EditingError

SEASONS = "data/season.ttl"
PUBLISHED = "data/published.txt"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return copy("tiny", tmp_path)


def content(folder: Path) -> Content:
    return read_content(load(folder), lambda _: None)


def test_a_concept_below_another_comes_behind_its_siblings(tiny: Path) -> None:
    edit(
        tiny / SEASONS,
        "season:autumn a",
        "season:ijs a skos:Concept ; skos:broader season:winter .\n\nseason:autumn a",
    )
    edit(tiny / SEASONS, "season:vorst.periode a", "season:x a skos:Concept.\n\nseason:vorst.periode a")
    wanted = Wanted(label="Zachte dagen", definition='Een "zachte" tijd.', broader="season:winter")
    planned = new_concept(content(tiny), wanted)
    assert planned.added == (
        "season:zachte-dagen a skos:Concept ;",
        '    skos:prefLabel "Zachte dagen"@nl ;',
        '    skos:notation "S1.2" ;',
        '    skos:definition "Een \\"zachte\\" tijd."@nl ;',
        "    skos:broader season:winter ;",
        "    adms:status <http://purl.org/adms/status/UnderDevelopment> ;",
        ".",
    )
    before = (tiny / SEASONS).read_text("utf-8")
    planned.write(load(tiny))
    after = (tiny / SEASONS).read_text("utf-8")
    assert after.replace("\n\n" + "\n".join(planned.added), "") == before
    assert after.splitlines()[planned.line - 1] == planned.added[0]
    assert compiled(tiny).report.conforms


def test_a_top_concept_comes_last_with_the_next_notation(tiny: Path) -> None:
    planned = new_concept(content(tiny), Wanted(slug="dooi", label="Thaw", language="en", scheme="season"))
    assert planned.after.endswith("\n\n" + "\n".join(planned.added) + "\n")
    assert '    skos:prefLabel "Thaw"@en ;' in planned.added
    assert '    skos:notation "S5" ;' in planned.added
    assert "    skos:topConceptOf <id/conceptscheme/season> ;" in planned.added


REFUSED = [
    (Wanted(label="Mist"), "name the concept scheme with --scheme; there are: <http://mirror.example/months>, "),
    (Wanted(label="Mist", scheme="wind"), "name the concept scheme"),
    (Wanted(scheme="season"), "give the end of its address"),
    (Wanted(slug="Grote Mist", scheme="season"), "as in grote-mist"),
    (Wanted(slug="春", scheme="season"), "lower-case letters, digits and hyphens"),
    (Wanted(slug="winter", scheme="season"), "is “Winter” already"),
    (Wanted(slug="mist", broader="season:wintr"), "did you mean <id/concept/season/winter>"),
    (Wanted(slug="mist", broader="season:winter", scheme="months"), "is not a concept of"),
]


def test_what_cannot_be_is_refused(tiny: Path) -> None:
    there = content(tiny)
    for wanted, message in REFUSED:
        with pytest.raises(EditingError) as caught:
            new_concept(there, wanted)
        assert message in str(caught.value)


def test_an_address_and_a_notation_that_were_published_once_are_not_given_again(tiny: Path) -> None:
    (tiny / PUBLISHED).write_text("id/concept/season/mist\t1.0.0\n")
    edit(tiny / SEASONS, '"S4"', '"S9"')
    (tiny / PUBLISHED).rename(tiny / "kept")
    published(tiny)
    (tiny / "kept").rename(tiny / PUBLISHED)
    text = (tiny / SEASONS).read_text("utf-8")
    start, end = text.index("season:autumn a"), text.index("season:vorst.periode a")
    (tiny / SEASONS).write_text(text[:start] + text[end:], "utf-8")
    there = content(tiny)
    for slug in ("mist", "autumn"):
        with pytest.raises(EditingError, match="was used before, and an address is never given again"):
            new_concept(there, Wanted(slug=slug, scheme="season"))
    assert '    skos:notation "S10" ;' in new_concept(there, Wanted(slug="dooi", scheme="season")).added


def styled(folder: Path, style: str, **wanted: str) -> Edit:
    """A new concept in a site with this style of addresses."""
    with (folder / "publisher.toml").open("a") as settings:
        settings.write(f'[editing]\nid_style = "{style}"\n')
    return new_concept(content(folder), Wanted(**wanted))


def test_addresses_can_be_numbers(tiny: Path) -> None:
    lines = [
        f"<http://mirror.example/months/c00{n}> a skos:Concept ; skos:inScheme <http://mirror.example/months> ."
        for n in (1, 2, 7)
    ]
    with (tiny / "data/months.ttl").open("a") as file:
        file.write("\n".join(lines))
    planned = styled(tiny, "number", label="June", scheme="months")
    assert planned.added[0] == "m:c008 a skos:Concept ;"
    assert "    skos:inScheme <http://mirror.example/months> ;" in planned.added
    with pytest.raises(EditingError, match="the program makes addresses here"):
        new_concept(content(tiny), Wanted(slug="june", label="June", scheme="months"))


def test_addresses_can_be_random(tiny: Path) -> None:
    first, second = (
        styled(tiny, "uuid", label="Mist", scheme="season"),
        new_concept(content(tiny), Wanted(scheme="season")),
    )
    assert len(first.iri.rpartition("/")[2]) == 36
    assert first.iri != second.iri


def test_the_first_concept_of_a_scheme_gets_a_file(tiny: Path) -> None:
    scheme = '<id/conceptscheme/wind> a skos:ConceptScheme ; skos:prefLabel "Wind"@nl ; dct:title "Wind"@nl .\n'
    with (tiny / SEASONS).open("a") as file:
        file.write(scheme)
    planned = new_concept(content(tiny), Wanted(label="Bries", scheme="wind"))
    planned.write(load(tiny))
    assert (
        (tiny / "data/wind.ttl")
        .read_text("utf-8")
        .endswith(
            """
<id/concept/wind/bries> a skos:Concept ;
    skos:prefLabel "Bries"@nl ;
    skos:topConceptOf <id/conceptscheme/wind> ;
    adms:status status:UnderDevelopment ;
.
"""
        )
    )
    assert compiled(tiny).report.conforms


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Data-, informatie- en kennis", "data-informatie-en-kennis"),
        ("Élèves d'été", "eleves-dete"),
        ("Straße & Œuvre", "strasse-oeuvre"),
        ("3D", "3d"),
        ("春", ""),
    ],
)
def test_slugs_remind_of_labels(text: str, slug: str) -> None:
    assert slug_of(text) == slug


def test_the_command_says_what_it_wrote_and_what_is_next(tiny: Path) -> None:
    done = run("new", "concept", "--label", "Mist", "--scheme", "season", "--folder", tiny)
    assert done.returncode == 0
    assert done.stdout.startswith(
        "data/season.ttl:47: <https://tiny.example/id/concept/season/mist>\nseason:mist a skos"
    )
    assert "Next: `publisher check`" in done.stdout
    assert run("new", "concept", "mist", "--scheme", "season", "--folder", tiny).returncode == 2
    assert run("new", "thing", "--folder", tiny).returncode == 2


def test_an_unknown_style_of_addresses_is_named(tiny: Path) -> None:
    with (tiny / "publisher.toml").open("a") as settings:
        settings.write('[editing]\nid_style = "hash"\n')
    done = run("check", tiny)
    assert (done.returncode, "`id_style` must be one of slug, number, uuid" in done.stderr) == (2, True)
