"""The hierarchy of a concept scheme: where each concept stands, also in one with all that none should have.

A concept may stand below several others, concepts may be above each other in a circle, and what is at the top
need not be said. Whatever is in the scheme is found from its top.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

Below = Mapping[str, Iterable[str]]
"""What is said to be below each concept."""


@dataclass(frozen=True, slots=True)
class Tree:
    """Concepts by their IRIs: those at the top, and those below each that has any."""

    tops: Sequence[str]
    below: Mapping[str, Sequence[str]]

    def places(self) -> Iterator[tuple[str | None, Sequence[str]]]:
        """Each list in it, with the concept that it is below; None for the top."""
        yield None, self.tops
        yield from self.below.items()


def members(stated: Iterable[str], below: Below, elsewhere: Callable[[str], bool]) -> set[str]:
    """The concepts of a scheme: those stated, and what is below them unless it is in a scheme of its own."""
    found, waiting = set(stated), list(stated)
    while waiting:
        for each in below.get(waiting.pop(), ()):
            if each not in found and not elsewhere(each):
                found.add(each)
                waiting.append(each)
    return found


def tree(tops: Iterable[str], members: Set[str], below: Below, shown: Callable[[str], bool]) -> Tree:
    """The hierarchy of those members of a scheme that are `shown`.

    What is below one that is not stands in its place. `members` are gone through in their order where the
    hierarchy itself does not say which concept comes first.
    """
    inside = _Inside(members, below, shown)
    stated = inside.shown_of(each for each in tops if each in members)
    lists = {each: found for each in members if shown(each) and (found := inside.below(each))}
    under = {each for found in lists.values() for each in found}
    roots = dict.fromkeys((*stated, *(each for each in members if shown(each) and each not in under)))
    reached = _reached(roots, lists)
    for each in members:
        # Only what stands in circles is left: each circle is entered somewhere.
        if each not in reached and shown(each):
            roots[each] = None
            reached |= _reached((each,), lists, reached)
    return Tree(tuple(roots), lists)


@dataclass(frozen=True, slots=True)
class _Inside:
    """What is below what, in one scheme."""

    members: Set[str]
    stated: Below
    shown: Callable[[str], bool]

    def below(self, concept: str) -> tuple[str, ...]:
        found = self.shown_of(each for each in self.stated.get(concept, ()) if each in self.members)
        return tuple(each for each in found if each != concept)

    def shown_of(self, concepts: Iterable[str]) -> Sequence[str]:
        """Those of these concepts that are shown; in the place of the others what is below them and shown."""
        found, seen, waiting = dict[str, None](), set[str](), list(concepts)
        while waiting:
            each = waiting.pop(0)
            if self.shown(each):
                found[each] = None
            elif each not in seen:
                seen.add(each)
                waiting += [one for one in self.stated.get(each, ()) if one in self.members]
        return tuple(found)


def _reached(roots: Iterable[str], below: Mapping[str, Sequence[str]], known: Set[str] = frozenset()) -> set[str]:
    """These concepts and all that is below them, but for what is `known`."""
    found = set(roots)
    waiting = list(found)
    while waiting:
        new = [each for each in below.get(waiting.pop(), ()) if each not in found and each not in known]
        found.update(new)
        waiting += new
    return found
