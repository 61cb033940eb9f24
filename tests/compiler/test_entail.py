"""What follows from content, for checking and for publishing."""

import pyoxigraph
from pyoxigraph import Quad, RdfFormat

from publisher.compiler.entail import entail, semantics

HEAD = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <https://x.example/id/> .
"""


def quads(text: str) -> list[Quad]:
    return list(pyoxigraph.parse(HEAD + text, RdfFormat.TURTLE))


def added(text: str) -> set[str]:
    """The statements that publishing adds, shortened."""
    new = entail(quads(text), lambda iri: iri.startswith("https://x.example/id/"))
    return {short(quad) for quad in new}


def followed(text: str) -> set[str]:
    stated = quads(text)
    return {short(quad) for quad in semantics(stated) if quad not in stated}


def short(quad: Quad) -> str:
    parts = (quad.subject, quad.predicate, quad.object)
    return " ".join(str(each).rstrip(">").replace("#", "/").rpartition("/")[2].strip('"') for each in parts)


def test_one_direction_of_a_hierarchy_suffices() -> None:
    assert added(":a skos:broader :b . :b skos:prefLabel 'b'@en .") == {"b narrower a"}


def test_a_scheme_reaches_down_from_its_top_concepts() -> None:
    found = added(":a skos:topConceptOf :s . :b skos:broader :a . :c skos:broader :b . :s skos:prefLabel 's'@en .")
    assert {"a inScheme s", "b inScheme s", "c inScheme s", "s hasTopConcept a"} <= found


def test_a_cycle_ends() -> None:
    assert "b inScheme s" in added(":a skos:topConceptOf :s ; skos:broader :b . :b skos:broader :a .")


def test_identifiers_are_filled_unless_stated() -> None:
    assert added(":a a skos:Concept .") == {"a identifier a"}
    assert added(":a a skos:Concept ; dct:identifier 'A' .") == set()


def test_nothing_is_added_to_resources_of_others() -> None:
    assert added("<http://other.example/a> a skos:Concept ; skos:broader <http://other.example/b> .") == set()


def test_a_top_concept_of_a_concept_makes_it_a_scheme() -> None:
    assert "b type ConceptScheme" in followed(":a skos:topConceptOf :b . :b a skos:Concept .")


def test_mapping_properties_imply_their_semantic_relations_both_ways() -> None:
    found = followed(":a skos:broadMatch :b ; skos:relatedMatch :c .")
    assert {"a broader b", "b narrower a", "a related c", "c related a", "c relatedMatch a"} <= found


def test_concepts_of_others_get_no_class() -> None:
    assert "b type Concept" not in followed(":a skos:exactMatch :b .")


def test_concepts_of_others_get_no_class_when_we_say_their_name_and_vocabulary() -> None:
    named = ':b rdfs:label "Hiems"@la ; rdfs:isDefinedBy :vocabulary .'
    assert "b type Concept" not in followed(f":a skos:exactMatch :b . {named}")
    assert "b type Concept" in followed(f':a skos:exactMatch :b . {named} :b skos:prefLabel "Hiems"@la .')
