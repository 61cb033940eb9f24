"""What kinds of things mean."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, Quad

from publisher.description import Description
from publisher.namespaces import DCAT, DCT, FOAF, OWL, PROV, RDF, SKOS, VCARD, VOID
from publisher.profiles import PROFILES, profile_of, rank
from publisher.profiles.skos import CONCEPT, SCHEME

HERE, THERE = NamedNode("http://x.example/here"), NamedNode("http://x.example/there")


def described(*types: NamedNode, said: tuple[Quad, ...] = (), heard: tuple[Quad, ...] = ()) -> Description:
    """A resource of these classes, with what it says and what others say of it."""
    return Description(HERE, (*(Quad(HERE, RDF["type"], each) for each in types), *said), {}, lambda: heard)


@pytest.mark.parametrize(
    ("principal", "other"),
    [
        (SKOS["Concept"], PROV["Entity"]),
        (SKOS["Concept"], DCT["RightsStatement"]),
        (DCAT["Dataset"], VOID["Dataset"]),
        (FOAF["Document"], DCT["BibliographicResource"]),
        (VCARD["Organization"], VCARD["Kind"]),
        (FOAF["Agent"], FOAF["Organization"]),
        (PROV["Entity"], NamedNode("http://x.example/Anything")),
    ],
)
def test_the_principal_class_comes_first(principal: NamedNode, other: NamedNode) -> None:
    assert rank(principal) < rank(other)


@pytest.mark.parametrize(
    ("types", "name"),
    [
        ((SKOS["Concept"],), "concept"),
        ((PROV["Entity"], SKOS["Concept"]), "concept"),
        ((VOID["Dataset"], DCAT["Dataset"]), "dataset"),
        ((OWL["Class"],), "class"),
        ((NamedNode("http://x.example/Anything"),), "resource"),
        ((), "resource"),
    ],
)
def test_a_resource_is_described_by_its_principal_kind(types: tuple[NamedNode, ...], name: str) -> None:
    assert profile_of(described(*types)).name == name


@pytest.mark.parametrize(
    "stated",
    [
        {"said": (Quad(HERE, SKOS["narrower"], THERE),)},
        {"heard": (Quad(THERE, SKOS["broader"], HERE),)},
        {"said": (Quad(HERE, SKOS["narrower"], THERE),), "heard": (Quad(THERE, SKOS["broader"], HERE),)},
    ],
    ids=["narrower", "broader", "both"],
)
def test_one_direction_of_a_hierarchy_is_enough(stated: dict[str, tuple[Quad, ...]]) -> None:
    assert CONCEPT.below(described(SKOS["Concept"], **stated)) == (THERE,)


def test_the_top_of_a_scheme_is_found_from_either_side() -> None:
    heard = (Quad(THERE, SKOS["topConceptOf"], HERE),)
    assert SCHEME.below(described(SKOS["ConceptScheme"], heard=heard)) == (THERE,)


def test_what_a_page_shows_as_hierarchy_it_does_not_list_again() -> None:
    assert {SKOS["broader"], SKOS["narrower"], SKOS["related"]} <= CONCEPT.shown_apart


def test_no_class_has_two_profiles() -> None:
    classes = [each for profile in PROFILES for each in profile.classes]
    assert len(classes) == len(set(classes))
