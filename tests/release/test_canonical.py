"""Names of blank nodes that follow from what is said about them."""

from __future__ import annotations

import random

import pytest
from turtle_text import quads, shuffled

from publisher.release.canonical import canonical

GRAPHS = {
    "notes with equal words": ":a :p [ :q 1 ], [ :q 1 ], [ :q 2 ] . :b :p [ :q 1 ] .",
    "a list of the same": ":a :p ( 1 1 1 1 1 1 1 1 ) .",
    "a ring": "_:a :p _:b . _:b :p _:c . _:c :p _:d . _:d :p _:a . :x :p _:a .",
    "a free ring": "_:a :p _:b . _:b :p _:c . _:c :p _:d . _:d :p _:a .",
    "twins with twins": ":a :p [ :q [ :r 1 ], [ :r 1 ] ], [ :q [ :r 1 ], [ :r 1 ] ] .",
    "a clique": " ".join(f"_:n{one} :p _:n{other} ." for one in range(12) for other in range(12) if one != other),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_names_of_blank_nodes_do_not_matter(name: str) -> None:
    chance = random.Random(1)
    once = quads(GRAPHS[name])
    for _ in range(5):
        assert canonical(shuffled(once, chance)) == canonical(once)


def test_graphs_that_differ_in_their_blank_nodes_differ() -> None:
    one, two = quads(":a :p [ :q 1 ; :r 1 ], [ :q 2 ; :r 2 ] ."), quads(":a :p [ :q 1 ; :r 2 ], [ :q 2 ; :r 1 ] .")
    assert canonical(one) != canonical(two)
