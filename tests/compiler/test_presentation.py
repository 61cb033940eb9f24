"""What shapes say of the display: names, groups, order, and who wins."""

from __future__ import annotations

import pytest

from publisher.compiler.presentation import EVERY_CLASS, presentation
from publisher.compiler.validate import program_shapes
from publisher.namespaces import DCAT, DCT, SKOS
from publisher.release.edition import Property
from publisher.source import SourceFile

BASE = "https://voorbeeld.example"
CONCEPT = SKOS["Concept"].value
PREFIXES = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
GROUPED = """
<id/Begrip> a sh:NodeShape ; sh:targetClass skos:Concept ; sh:property
    [ sh:path skos:note ; sh:name "opmerking"@nl ] ,
    [ sh:path skos:definition ; sh:name "definitie"@nl ; sh:group <id/betekenis> ; sh:order 2 ] ,
    [ sh:path skos:prefLabel ; sh:name "term"@nl , "label"@en ; sh:group <id/namen> ; sh:order 1.5 ] ,
    [ sh:path skos:altLabel ; sh:name "ook"@nl ; sh:group <id/namen> ; sh:order 1 ] .
<id/betekenis> a sh:PropertyGroup ; sh:order 2 ; rdfs:label "Betekenis"@nl .
<id/namen> a sh:PropertyGroup ; sh:order 1 ; rdfs:label "Namen"@nl , "Names"@en .
"""


def shapes(text: str, path: str = "shapes/huis.ttl") -> SourceFile:
    return SourceFile(path, (PREFIXES + text).encode())


def shown(rows: tuple[Property, ...]) -> list[str]:
    return [row.iri.removeprefix(str(SKOS)) for row in rows]


def row_of(iri: str, rows: tuple[Property, ...]) -> Property:
    return next(row for row in rows if row.iri == iri)


def test_properties_are_in_the_order_of_their_groups_and_in_them() -> None:
    rows = presentation([shapes(GROUPED)], BASE)[CONCEPT]
    assert shown(rows) == ["altLabel", "prefLabel", "definition", "note"]


def test_row_has_its_names_and_the_name_of_its_group() -> None:
    row = row_of(SKOS["prefLabel"].value, presentation([shapes(GROUPED)], BASE)[CONCEPT])
    assert row.names == {"nl": "term", "en": "label"}
    assert row.group == {"nl": "Namen", "en": "Names"}
    assert (row.group_order, row.order) == (1, 1.5)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("skos:member", ["member"]),
        ("[ sh:inversePath skos:member ]", [f"^{SKOS}member"]),
        ("( skos:broader skos:note )", []),
    ],
    ids=["property", "inverse", "several steps"],
)
def test_path_is_one_property_or_its_inverse(path: str, expected: list[str]) -> None:
    file = shapes(f'<id/B> sh:targetClass skos:Concept ; sh:property [ sh:path {path} ; sh:name "lid"@nl ] .')
    assert shown(presentation([file], BASE).get(CONCEPT, ())) == expected


def test_property_without_a_name_is_not_shown() -> None:
    file = shapes("<id/B> sh:targetClass skos:Concept ; sh:property [ sh:path skos:note ; sh:minCount 1 ] .")
    assert presentation([file], BASE)[CONCEPT] == ()


def test_property_shape_with_a_target_of_its_own_counts() -> None:
    file = shapes('<id/B> sh:targetClass skos:Concept ; sh:path skos:note ; sh:name "noot"@nl .')
    assert shown(presentation([file], BASE)[CONCEPT]) == ["note"]


def test_site_wins_over_program_and_keeps_what_it_does_not_say() -> None:
    site = shapes(
        '<id/B> sh:targetClass skos:Concept ; sh:property [ sh:path skos:broader ; sh:name "hefboom"@nl ] .'
    )
    by_program = row_of(SKOS["broader"].value, presentation(program_shapes(), BASE)[CONCEPT])
    row = row_of(SKOS["broader"].value, presentation([site, *program_shapes()], BASE)[CONCEPT])
    assert row.names == {**by_program.names, "nl": "hefboom"}
    assert (row.group, row.order) == (by_program.group, by_program.order)


def test_rest_of_a_group_follows_the_property_that_the_site_moved() -> None:
    site = shapes("""<id/B> sh:targetClass skos:Concept ; sh:property
        [ sh:path skos:exactMatch ; sh:name "elders"@nl ; sh:group <id/elders> ; sh:order 9 ] .
        <id/elders> sh:order 1 ; rdfs:label "Elders"@nl .""")
    rows = presentation([site, *program_shapes()], BASE)[CONCEPT]
    assert shown(tuple(row for row in rows if row.group == {"nl": "Elders"}))[:2] == ["exactMatch", "closeMatch"]
    assert not any("Overeenkomsten met andere lijsten" in row.group.values() for row in rows)


def test_groups_of_the_same_order_do_not_mix() -> None:
    site = shapes("""<id/B> sh:targetClass skos:Concept ; sh:property
        [ sh:path skos:note ; sh:name "a"@nl ; sh:group <id/een> ; sh:order 1 ] ,
        [ sh:path skos:example ; sh:name "b"@nl ; sh:group <id/twee> ; sh:order 2 ] ,
        [ sh:path skos:scopeNote ; sh:name "c"@nl ; sh:group <id/een> ; sh:order 3 ] .
        <id/een> sh:order 1 ; rdfs:label "Een"@nl . <id/twee> sh:order 1 ; rdfs:label "Twee"@nl .""")
    assert shown(presentation([site], BASE)[CONCEPT]) == ["note", "scopeNote", "example"]


def test_other_classes_get_the_properties_of_all_classes() -> None:
    rows = presentation(program_shapes(), BASE)
    everywhere = {row.iri for row in rows[EVERY_CLASS]}
    assert all(row.iri in everywhere for properties in rows.values() for row in properties)


def test_file_that_cannot_be_read_is_left_to_validate() -> None:
    assert presentation([SourceFile("shapes/stuk.ttl", b"<a> <b> .")], BASE) == {EVERY_CLASS: ()}


@pytest.mark.parametrize(
    "iri", [CONCEPT, SKOS["ConceptScheme"].value, DCAT["Dataset"].value, DCAT["Distribution"].value, EVERY_CLASS]
)
def test_program_names_everything_in_four_languages(iri: str) -> None:
    for row in presentation(program_shapes(), BASE)[iri]:
        assert set(row.names) == set(row.group) == {"nl", "en", "fr", "de"}, row.iri


def test_when_something_holds_is_told_apart_from_when_it_was_published() -> None:
    rows = presentation(program_shapes(), BASE)[CONCEPT]
    found = [row_of(DCT[name].value, rows) for name in ("issued", "modified", "valid")]
    assert [each.names["nl"] for each in found] == ["uitgegeven op", "gewijzigd op", "geldig"]
    assert [each.order for each in found] == sorted({each.order for each in found})
