"""The lexical pass finds what the engine's parser finds, and where."""

from pathlib import Path

import pyoxigraph
import pytest
from building import SITES

from publisher.compiler.positions import positions

BASE = "https://x.example/"

TRICKY = r'''@prefix ex: <id/> . @prefix : <#> .
PREFIX q: <http://q.example/>
# a comment with <http://not.example/> and "quotes
ex:a a ex:T ; ex:p "a . b" , """long
with . dots and "quotes" """@NL , 'it\'s'@nl-BE ; ex:n 1.5 , 1.0e3 , .5 .
ex:b.c ex:p [ ex:q ex:inner ; ex:r ( ex:x "y" ) ] .
[ ex:p ex:o ] .
( 1 2 ) ex:p ex:o .
_:blank ex:p ex:o .
q:d%20e ex:p <http://abs.example/> .
q:f\-g ex:p true.
<relative> ex:p q:h.
<http://unicode.example/\u00E9> ex:p "x"^^ex:t .
:empty ex:p ex:o . ex:a ex:again ex:o .
'''


def named_subjects(text: str) -> set[str]:
    """What the engine says are subjects, without those inside brackets."""
    quads = pyoxigraph.parse(text, pyoxigraph.RdfFormat.TURTLE, base_iri=BASE)
    return {quad.subject.value for quad in quads if isinstance(quad.subject, pyoxigraph.NamedNode)}


def test_subjects_are_those_of_the_engine() -> None:
    assert positions(TRICKY, BASE).subjects.keys() == named_subjects(TRICKY)


@pytest.mark.parametrize(
    ("iri", "place"),
    [
        ("https://x.example/id/a", (4, 1)),
        ("https://x.example/id/b.c", (6, 1)),
        ("http://q.example/f-g", (11, 1)),
        ("https://x.example/relative", (12, 1)),
        ("http://unicode.example/é", (13, 1)),
        ("https://x.example/#empty", (14, 1)),
    ],
)
def test_a_subject_stands_where_it_is_first_written(iri: str, place: tuple[int, int]) -> None:
    assert positions(TRICKY, BASE).subjects[iri] == place


def test_language_tags_keep_their_spelling() -> None:
    assert [(each.text, each.line) for each in positions(TRICKY, BASE).tags] == [("NL", 5), ("nl-BE", 5)]


def test_relative_iris_are_resolved() -> None:
    meanings = [each.meaning for each in positions(TRICKY, BASE).relative]
    assert meanings == ["https://x.example/id/", "https://x.example/#", "https://x.example/relative"]


CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "vocab"
FILES = sorted([*SITES.rglob("*.ttl"), *Path(__file__).parents[2].glob("data/*.ttl"), *CORPUS.rglob("*.ttl")])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_subjects_of_real_files_are_those_of_the_engine(path: Path) -> None:
    text = path.read_text("utf-8")
    assert positions(text, BASE).subjects.keys() == named_subjects(text)
