"""Hierarchies of every kind: whatever is in a scheme has a place in it."""

from __future__ import annotations

import pytest

from publisher.release.hierarchy import Tree, members, tree

Below = dict[str, list[str]]


def standing(below: Below, tops: str = "", hidden: str = "", inside: str = "abcdefg") -> Tree:
    """The hierarchy of the concepts that are `inside`; each letter is one."""
    return tree(list(tops), dict.fromkeys(inside).keys(), below, lambda each: each not in hidden)


def reached(found: Tree) -> set[str]:
    """Everything that one comes upon from the top."""
    seen: set[str] = set()
    waiting = list(found.tops)
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.add(each)
            waiting += found.below.get(each, ())
    return seen


def test_stated_tops_come_first_and_others_without_anything_above_after_them() -> None:
    found = standing({"c": ["a", "b"], "d": ["e"]}, tops="c")
    assert found.tops == ("c", "d", "f", "g")
    assert found.below == {"c": ("a", "b"), "d": ("e",)}


def test_a_concept_stands_below_each_that_is_above_it() -> None:
    found = standing({"a": ["c"], "b": ["c"]}, inside="abc")
    assert found.below == {"a": ("c",), "b": ("c",)}


CIRCLES: dict[str, Below] = {
    "of one": {"a": ["a"]},
    "of two": {"a": ["b"], "b": ["a"]},
    "with a tail": {"a": ["b"], "b": ["c"], "c": ["b", "d"]},
    "two of them": {"a": ["b"], "b": ["a"], "c": ["d"], "d": ["c"]},
    "below a top": {"a": ["b"], "b": ["c"], "c": ["a"]},
}


@pytest.mark.parametrize("below", CIRCLES.values(), ids=CIRCLES)
@pytest.mark.parametrize("tops", ["", "a", "b"])
def test_circles_are_entered_somewhere(below: Below, tops: str) -> None:
    assert reached(standing(below, tops=tops)) == set("abcdefg")


def test_in_the_place_of_what_is_hidden_stands_what_is_below_it() -> None:
    found = standing({"a": ["b"], "b": ["c", "d"], "d": ["e"]}, tops="a", hidden="bd", inside="abcde")
    assert found.tops == ("a",)
    assert found.below == {"a": ("c", "e")}


def test_a_hidden_top_gives_its_place_to_what_is_below_it() -> None:
    assert standing({"a": ["b", "c"]}, tops="a", hidden="a", inside="abc").tops == ("b", "c")


def test_a_circle_of_hidden_concepts_hides_nothing_else() -> None:
    found = standing({"a": ["b"], "b": ["a", "c"]}, tops="a", hidden="ab", inside="abc")
    assert reached(found) == {"c"}


def test_what_is_in_another_scheme_is_not_below_here() -> None:
    assert standing({"a": ["x", "b"]}, inside="ab").below == {"a": ("b",)}


def test_what_is_in_no_scheme_is_in_that_of_what_is_above_it() -> None:
    own = {"x"}
    assert members("a", {"a": ["b", "x"], "b": ["c"], "x": ["d"]}, own.__contains__) == {"a", "b", "c"}
