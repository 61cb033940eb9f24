"""Concept schemes as pages show them, a few hundred rows at a time: hierarchies, indexes, translations."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from publisher.release import Release
from publisher.release.schemes import TOP
from publisher.store.database import Database


@dataclass(frozen=True, slots=True)
class Scheme:
    """A concept scheme by its number in the file; how many of its concepts are in use, and how many it has."""

    id: int
    iri: str
    current: int
    every: int


@dataclass(frozen=True, slots=True)
class Place:
    """A concept where it stands in a hierarchy: how many places are below it, and how many it has itself."""

    id: int
    iri: str
    notation: str
    status: str
    below: int
    places: int


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter of an alphabetical index, with how many entries it has."""

    number: int
    letter: str
    entries: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A concept in an alphabetical index; `text` is another label that refers to it, empty for its own."""

    iri: str
    notation: str
    text: str


@dataclass(frozen=True, slots=True)
class Translation:
    """How many concepts of a scheme that are in use have a label and a definition in a language.

    `reviewed` and `unreviewed` count those whose label says which it is.
    """

    language: str
    labelled: int
    defined: int
    reviewed: int
    unreviewed: int


BRANCH: Final = """
SELECT branch.above, concept.id, iri, notation, status, below, places FROM branch
JOIN concept ON concept.id = branch.concept
WHERE branch.scheme = ? AND everything = ? AND branch.ordering = ?
"""


class Schemes:
    """Look-ups in the concept schemes of one release, safe for threads; one from before there were any has none.

    Each raises `EngineUnavailable` when the disk fails.
    """

    def __init__(self, release: Release) -> None:
        path = release.schemes
        self._database = Database(path, f"the concept schemes of release {release.id}") if path else None

    def find(self, iri: str) -> Scheme | None:
        """A concept scheme; None for anything else."""
        if self._database is None:
            return None
        rows = self._database.rows("SELECT id, iri, current, every FROM scheme WHERE iri = ?", iri)
        return Scheme(*rows[0]) if rows else None

    def concept(self, iri: str) -> int | None:
        """The number of a concept in the file; None for anything else."""
        rows = self._rows("SELECT id FROM concept WHERE iri = ?", iri)
        return rows[0][0] if rows else None

    def count(self, scheme: Scheme, language: str, above: int = TOP, *, everything: bool = False) -> int:
        """How many concepts stand directly below one, or at the top."""
        query = """SELECT max(place) + 1 FROM branch
            WHERE scheme = ? AND everything = ? AND ordering = ? AND above = ?"""
        [(number,)] = self._rows(query, *self._hierarchy(scheme, language, everything), above) or [(0,)]
        return number or 0

    def places(
        self,
        scheme: Scheme,
        language: str,
        above: int = TOP,
        *,
        everything: bool = False,
        first: int = 0,
        most: int,
    ) -> tuple[Place, ...]:
        """The concepts directly below one, or at the top, in the order of a language: `most` from `first`."""
        rows = self._rows(
            f"{BRANCH} AND above = ? AND place >= ? AND place < ? ORDER BY place",
            *(*self._hierarchy(scheme, language, everything), above, first, first + most),
        )
        return tuple(Place(*row) for _, *row in rows)

    def below(
        self, scheme: Scheme, language: str, above: Iterable[int], *, everything: bool = False
    ) -> dict[int, list[Place]]:
        """All concepts directly below each of these, in the order of a language."""
        rows = self._rows(
            f"{BRANCH} AND above IN (SELECT value FROM json_each(?)) ORDER BY above, place",
            *(*self._hierarchy(scheme, language, everything), json.dumps(list(above))),
        )
        found: dict[int, list[Place]] = {}
        for parent, *row in rows:
            found.setdefault(parent, []).append(Place(*row))
        return found

    def letters(self, scheme: Scheme, language: str) -> tuple[Letter, ...]:
        """The letters of the alphabetical index in a language."""
        query = """SELECT letter.number, letter, entries FROM letter JOIN language ON language.number = language
            WHERE scheme = ? AND tag = ? ORDER BY letter.number"""
        return tuple(Letter(*row) for row in self._rows(query, scheme.id, language))

    def entries(
        self, scheme: Scheme, language: str, letter: Letter, *, first: int = 0, most: int
    ) -> tuple[Entry, ...]:
        """The entries of one letter, at most `most` from `first`."""
        query = """SELECT iri, notation, coalesce(text, '') FROM entry JOIN concept ON concept.id = concept
            WHERE scheme = ? AND language = (SELECT number FROM language WHERE tag = ?) AND letter = ?
            AND place >= ? AND place < ? ORDER BY place"""
        rows = self._rows(query, scheme.id, language, letter.number, first, first + most)
        return tuple(Entry(*row) for row in rows)

    def translations(self, scheme: Scheme) -> tuple[Translation, ...]:
        """What is translated, language by language, in the order of the site."""
        query = """SELECT tag, labelled, defined, reviewed, unreviewed FROM translation
            JOIN language ON language.number = language WHERE scheme = ? ORDER BY language"""
        return tuple(Translation(*row) for row in self._rows(query, scheme.id))

    def close(self) -> None:
        """Let go of the file of this thread."""
        if self._database:
            self._database.close()

    def _hierarchy(self, scheme: Scheme, language: str, everything: bool) -> tuple[int, int, int]:
        """Scheme, everything and ordering of its rows; there is one of everything only where it is another."""
        query = """SELECT ordering FROM translation JOIN language ON language.number = language
            WHERE scheme = ? AND tag = ?"""
        [(ordering,)] = self._rows(query, scheme.id, language) or [(0,)]
        return scheme.id, int(everything and scheme.every > scheme.current), ordering

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self._database.rows(query, *values) if self._database else []
