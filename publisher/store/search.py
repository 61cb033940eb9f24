"""Search in one release: bounded look-ups in the index that `release.search` wrote, ranked.

What is asked is taken apart into words here and put together again for SQLite: no syntax of its own reaches it.
The index gives the best texts first, so however many match, a few hundred are looked at.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, starmap
from operator import itemgetter
from typing import Any, Final, NamedTuple

from publisher.errors import EngineUnavailable, ReleaseDamaged
from publisher.folding import distance, keys, slips_in, spelled, words
from publisher.release import Release
from publisher.release.search import DEFINITION, LANGUAGE, PREFIXES, ROLE, Role
from publisher.store.database import Database

__all__ = ["Hit", "Question", "Results", "Role", "Search", "open_search"]

TEXTS: Final = 120
"""Texts that match which one search looks at."""

SCANNED: Final = 4_000
"""Texts that match which are looked at for those of one kind, scheme or tag."""

SUGGESTED: Final = 40
"""Texts that match in one language, of which suggestions are made."""

SPELLINGS: Final = 5
"""Words that are tried instead of one that nothing has."""

COMPLETED: Final = 64
"""Words that one beginning of a word may stand for."""

QUOTE: Final = '"'

SIMILAR: Final = 20
"""Words that share one spelling with another and are compared with it, the commonest."""

BEYOND: Final = "\U0010ffff"
"""Sorts after all that begins in some way."""

COLUMNS: Final = (
    "text.id, text.text, text.folded, thing.iri, thing.kind, thing.status, thing.notation, thing.schemes, "
    "thing.tags, thing.successors, thing.path"
)
IN_USE: Final = "(thing.status = '' OR thing.successors != '[]')"


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody looks for, in the language of a page; `everything` with what is retired or not finished.

    `kind` names a profile, `status` a status; `scheme` and `tag` are IRIs. Empty ones restrict nothing.
    """

    text: str
    language: str
    everything: bool = False
    kind: str = ""
    scheme: str = ""
    tag: str = ""
    status: str = ""


class Thing(NamedTuple):
    """What is found: a resource, the path of its document, and the kinds of answers that it is among."""

    iri: str
    path: str
    kind: str
    status: str
    notation: str
    schemes: tuple[str, ...]
    tags: tuple[str, ...]


class Hit(NamedTuple):
    """One thing that was found, by which of its texts; `language` is empty where that says none.

    `formerly` says that the text is what the thing, or one that it replaces, was called once.
    """

    thing: Thing
    text: str
    language: str
    role: Role
    formerly: bool


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that was found, best first; with `more` there is more than was looked at.

    `words` are what the texts have, folded: those that were asked for, or `instead` the nearest ones that there
    are. `facets` count the answers by kind, scheme, tag and status.
    """

    hits: tuple[Hit, ...]
    more: bool
    words: tuple[str, ...]
    instead: str

    @property
    def facets(self) -> Mapping[str, Counter[str]]:
        things = [each.thing for each in self.hits]
        return {
            "kind": Counter(each.kind for each in things),
            "scheme": Counter(chain.from_iterable(each.schemes for each in things)),
            "tag": Counter(chain.from_iterable(each.tags for each in things)),
            "status": Counter(each.status for each in things if each.status),
        }


Row = tuple[Any, ...]
Match = tuple[tuple[object, ...], Thing | None, Row]
"""What something is ranked by, what is in use instead of it, and the text that it was found by."""

ROLES: Final = tuple(Role)


def open_search(release: Release) -> Search | None:
    """Search in a release; None when it was made before there was an index. Raises `ReleaseDamaged`."""
    if release.search is None:
        return None
    database = Database(release.search, f"the search index of release {release.id}")
    try:
        return Search(database, dict(database.rows("SELECT number, tag FROM language")))
    except EngineUnavailable as error:
        raise ReleaseDamaged(f"{error}; run `publisher publish` to make a new release") from None


class Search:
    """Look-ups in one index, safe for threads; `EngineUnavailable` when the disk fails.

    `languages` are those of its texts, by number.
    """

    def __init__(self, database: Database, languages: Mapping[int, str]) -> None:
        self._languages = languages
        self._rows = database.rows
        self.close = database.close

    def search(self, question: Question) -> Results:
        """All that has every word of a question, or words that begin so; else words nearly the same."""
        return self._answer(question, self._searched)

    def suggest(self, question: Question, most: int) -> Results:
        """The best of what is called so, sooner: definitions are not looked at, and nothing is counted."""
        found = self._answer(question, self._suggested)
        return replace(found, hits=found.hits[:most])

    def leads(self, iris: Iterable[str], language: str) -> Mapping[str, tuple[str, str]]:
        """What is said first of each thing that says something, with its language: that of the page, or any."""
        query = """
            SELECT iri, text, text.id FROM thing JOIN text ON text.thing = thing.id AND text.folded IS NULL
            WHERE iri IN (SELECT value FROM json_each(?)) ORDER BY text.id
        """
        found: dict[str, tuple[str, str]] = {}
        for iri, text, number in self._rows(query, json.dumps(sorted(set(iris)))):
            tag = self._language_of(number)
            if iri not in found or (tag == language and found[iri][1] != language):
                found[iri] = text, tag
        return found

    def _answer(self, question: Question, find: Callable[[Question, str, str], list[Row]]) -> Results:
        asked = words(question.text)
        terms = [self._terms(each) for each in asked]
        # What nothing has, and what is like nothing, is in no text together with the others.
        if not asked or not all(each.words for each in terms):
            return Results((), False, tuple(asked), "")
        best = [each.words[0] if each.instead else word for word, each in zip(asked, terms, strict=True)]
        rows = find(question, " AND ".join(each.expression for each in terms), " ".join(best))
        marked = [word for each in terms for word in (each.words if each.instead else ())]
        found = self._ranked(question, rows, best)
        instead = " ".join(best) if best != asked and found.hits else ""
        return replace(found, words=(*best, *marked), instead=instead)

    def _ranked(self, question: Question, rows: list[Row], asked: list[str]) -> Results:
        """Each thing by the best of its texts; what a text stands for is only made of these."""
        best: dict[str, Match] = {}
        ranking = _Ranking(" ".join(asked), question.language)
        for number, row in {row[0]: row for row in rows}.items():
            folded, status = row[2] or "", row[5]
            role, language = ROLES[number >> ROLE & 15], self._language_of(number)
            instead = bool(status) and not question.everything
            key = (*ranking.key(role, language, folded, instead), number)
            for iri, thing in self._successors(question, row, role) if instead else ((row[3], None),):
                last = best.get(iri)
                if last is None or key < last[0]:
                    best[iri] = key, thing, row
        ranked = sorted(best.values(), key=itemgetter(0))
        return Results(tuple(starmap(self._hit, ranked)), len(rows) >= TEXTS, (), "")

    def _hit(self, _: object, thing: Thing | None, row: Row) -> Hit:
        number, text, _, iri, kind, status, notation, schemes, tags, _, path = row
        role = ROLES[number >> ROLE & 15]
        own = thing or Thing(iri, path, kind, status, notation, _list(schemes), _list(tags))
        return Hit(own, text, self._language_of(number), role, role == Role.FORMER or thing is not None)

    def _successors(self, question: Question, row: Row, role: Role) -> Iterator[tuple[str, Thing]]:
        """What is in use instead of what a text names."""
        if role != Role.LEAD:
            for each in self._things(row[9]):
                if _is_wanted(each, question):
                    yield each.iri, each

    def _searched(self, question: Question, expression: str, text: str) -> list[Row]:
        found = self._labelled(question, text)
        # Mostly there are few: then no text is preferred to another.
        numbers = self._rows("SELECT rowid FROM word WHERE word MATCH ? LIMIT ?", expression, TEXTS)
        if len(numbers) < TEXTS:
            return found + self._numbered(question, [number for (number,) in numbers])
        for span in (*self._spans(question.language, 0), *self._spans(question.language, 1)):
            if len(found) < TEXTS:
                found += self._matching(question, expression, span, TEXTS - len(found))
        return found

    def _suggested(self, question: Question, expression: str, text: str) -> list[Row]:
        found = self._labelled(question, text)
        for span in self._spans(question.language, 0):
            if len(found) < SUGGESTED:
                found += self._matching(question, expression, span, SUGGESTED)
        return found

    def _labelled(self, question: Question, text: str) -> list[Row]:
        """The texts that are, or begin with, just what was asked for."""
        condition, values = _restriction(question)
        query = f"SELECT {COLUMNS} FROM text JOIN thing ON thing.id = text.thing WHERE {condition} AND text.folded"
        same = self._rows(f"{query} = ? LIMIT {SUGGESTED}", *values, text)
        return same + self._rows(
            f"{query} > ? AND text.folded < ? LIMIT {SUGGESTED}", *values, text, text + BEYOND
        )

    def _matching(self, question: Question, expression: str, span: tuple[int, int], most: int) -> list[Row]:
        condition, values = _restriction(question)
        query = f"""
            SELECT {COLUMNS} FROM (
                SELECT rowid FROM word WHERE word MATCH ? AND rowid >= ? AND rowid < ? LIMIT {SCANNED}
            ) AS found JOIN text ON text.id = found.rowid JOIN thing ON thing.id = text.thing
            WHERE {condition} LIMIT ?
        """
        return self._rows(query, expression, *span, *values, most)

    def _numbered(self, question: Question, numbers: list[int]) -> list[Row]:
        condition, values = _restriction(question)
        query = f"""
            SELECT {COLUMNS} FROM json_each(?) AS found
            JOIN text ON text.id = found.value JOIN thing ON thing.id = text.thing WHERE {condition}
        """
        return self._rows(query, json.dumps(numbers), *values)

    def _spans(self, language: str, definition: int) -> Iterator[tuple[int, int]]:
        """The numbers of texts in a language, of those in none, and of all others."""
        start, end = definition << DEFINITION, definition + 1 << DEFINITION
        at = next((number for number, tag in self._languages.items() if tag == language), 0)
        # The first language of a site stands beside what is in none.
        for first, last in ((at, at + 1), (0, 1)) if at > 1 else ((0, at + 1),):
            yield start + (first << LANGUAGE), start + (last << LANGUAGE)
        if at > 1:
            yield start + (1 << LANGUAGE), start + (at << LANGUAGE)
        yield start + (at + 1 << LANGUAGE), end

    def _terms(self, word: str) -> _Terms:
        """What stands for a word in an expression: itself and what begins so, or else the words nearest to it."""
        short = len(word) <= PREFIXES
        query = "SELECT word FROM vocabulary WHERE word >= ? AND word < ? ORDER BY word LIMIT ?"
        longer = [each for (each,) in self._rows(query, word, word + BEYOND, 1 if short else COMPLETED + 1)]
        if longer:
            # Of beginnings that the index does not hold, words are read as they are wanted, not all at once.
            gathered = short or len(longer) > COMPLETED
            return _Terms(longer, f'"{word}"*' if gathered else _any_of(longer))
        nearly = self._nearly(word) if spelled(word) else []
        return _Terms(nearly, _any_of(nearly), instead=True)

    def _nearly(self, word: str) -> list[str]:
        """The words that are nearest to one that nothing has."""
        slips = slips_in(word)
        query = f"SELECT word, often FROM spelling WHERE key = ? LIMIT {SIMILAR}"
        similar = dict(row for key in sorted(keys(word, slips)) for row in self._rows(query, key))
        found = (
            (distance(word, each, slips), abs(len(word) - len(each)), often, each)
            for each, often in similar.items()
        )
        return [each for *_, each in sorted(row for row in found if row[0] is not None)][:SPELLINGS]

    def _things(self, ids: str) -> list[Thing]:
        query = "SELECT iri, path, kind, status, notation, schemes, tags FROM thing"
        rows = self._rows(f"{query} WHERE id IN (SELECT value FROM json_each(?))", ids)
        return [
            Thing(iri, path, kind, status, notation, _list(schemes), _list(tags))
            for iri, path, kind, status, notation, schemes, tags in rows
        ]

    def _language_of(self, number: int) -> str:
        return self._languages[number >> LANGUAGE & (1 << DEFINITION - LANGUAGE) - 1]


class _Ranking:
    """What is liked better: labels, exactly what was asked, in the language of the page, short."""

    def __init__(self, text: str, language: str) -> None:
        self._text = text
        self._words = set(text.split())
        self._language = language

    def key(self, role: Role, language: str, folded: str, instead: bool) -> tuple[int, int, bool, int, str]:
        """Smaller for what is better; `instead` of the thing that has the text, another one is found."""
        fit = self._fit(folded)
        tier = TIERS[Role.FORMER] if instead else TIERS.get(role, min(fit, 2))
        return tier, fit, language not in ("", self._language), len(folded), folded

    def _fit(self, folded: str) -> int:
        """0: it is what was asked for; 1: it begins so; 2: it has these words; 3: words that begin so."""
        if folded == self._text:
            return 0
        if folded.startswith(self._text):
            return 1
        return 2 if self._words <= set(folded.split()) else 3


TIERS: Final = {Role.ALTERNATIVE: 3, Role.HIDDEN: 4, Role.FORMER: 5, Role.LEAD: 6}
"""What is liked less than any title."""


@dataclass(frozen=True, slots=True)
class _Terms:
    """The words that stand for one that was asked for, or `instead` of it, and how FTS5 is asked for them."""

    words: Sequence[str]
    expression: str
    instead: bool = False


def _any_of(words: Iterable[str]) -> str:
    """Words are letters and digits only, so that no quotes are in them."""
    return f"({' OR '.join(f'{QUOTE}{each}{QUOTE}' for each in words)})"


def _restriction(question: Question) -> tuple[str, list[str]]:
    """A condition on the thing of a text, with its values; what is retired is let through to its successors."""
    parts, values = ["1" if question.everything else IN_USE], []
    for value, condition in (
        (question.kind, "thing.kind = ?"),
        (question.status, "thing.status = ?"),
        (_quoted(question.scheme), "instr(thing.schemes, ?)"),
        (_quoted(question.tag), "instr(thing.tags, ?)"),
    ):
        if value:
            passes = "" if question.everything else "thing.status != '' OR "
            parts.append(f"({passes}{condition})")
            values.append(value)
    return " AND ".join(parts), values


def _is_wanted(thing: Thing, question: Question) -> bool:
    return (
        question.kind in ("", thing.kind)
        and (not question.scheme or question.scheme in thing.schemes)
        and (not question.tag or question.tag in thing.tags)
    )


def _quoted(iri: str) -> str:
    return json.dumps(iri, ensure_ascii=False) if iri else ""


@lru_cache(1024)
def _list(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))
