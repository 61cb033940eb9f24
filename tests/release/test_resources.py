"""What is said about a resource, by everybody and by one dataset."""

from __future__ import annotations

from pyoxigraph import Quad
from turtle_text import quads

from publisher.release.order import ordered
from publisher.release.resources import Resource, resources

CONCEPTS = ':a a skos:Concept ; skos:note [ skos:notation "een" ] . :b a skos:Concept ; skosxl:prefLabel :l .'
LABEL = ':l skosxl:literalForm "twee"@nl .'


def described(everything: tuple[Quad, ...], **datasets: tuple[Quad, ...]) -> dict[str, dict[str, Resource]]:
    """Each resource by the end of its IRI: described by all under "", and by each dataset."""
    found = resources(ordered(everything), {name: ordered(own) for name, own in datasets.items()})
    return {whole.iri.rpartition("/")[2]: {"": whole, **parts} for whole, parts in found}


def test_a_dataset_that_says_all_there_is_shares_the_description() -> None:
    content = tuple(quads(CONCEPTS + LABEL))
    for each in described(content, fruit=content).values():
        assert each["fruit"] is each[""]


def test_a_dataset_says_what_it_says_itself() -> None:
    own, other = tuple(quads(CONCEPTS)), tuple(quads(LABEL))
    found = described((*own, *other), own=own, other=other)
    assert (b"twee" in found["b"][""].turtle, b"twee" in found["b"]["own"].turtle) == (True, False)
    assert found["a"]["own"] is found["a"][""]
    assert (found["a"].keys(), found["l"].keys()) == ({"", "own"}, {"", "other"})


def test_an_edit_of_something_else_changes_no_byte() -> None:
    before = described(tuple(quads(CONCEPTS)))
    after = described(tuple(quads(':0 skos:note [ skos:notation "nul" ] .' + CONCEPTS)))
    assert before["a"][""].turtle == after["a"][""].turtle
