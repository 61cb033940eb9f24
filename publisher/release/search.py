"""The index that search is answered from: every label and definition, folded, in the order in which it is liked.

The number of a text says where it stands: labels before definitions, then its language, then its role, the
shorter first. SQLite gives what it finds in the order of these numbers, so that the first hundred are the best
hundred, however many there are; nothing needs to be sorted when somebody asks.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Final

import pyoxigraph
from pyoxigraph import Literal, NamedNode

from publisher.folding import keys, spelled, words
from publisher.formats import N_TRIPLES, TURTLE
from publisher.iris import Policy
from publisher.namespaces import DCAT, DCT, SKOS
from publisher.profiles import profile_for
from publisher.profiles.profile import Profile
from publisher.profiles.status import Status
from publisher.release.history import read_last, read_relabelled
from publisher.release.resources import Resource

FILE: Final = "search/search.sqlite"


class Role(IntEnum):
    """What a text is to its thing, best first. `FORMER` is what it, or what it replaces, was once called."""

    PREFERRED = 0
    NOTATION = 1
    ALTERNATIVE = 2
    HIDDEN = 3
    FORMER = 4
    LEAD = 5


OTHERS: Final = {
    Role.NOTATION: (SKOS["notation"],),
    Role.ALTERNATIVE: (SKOS["altLabel"], DCT["alternative"]),
    Role.HIDDEN: (SKOS["hiddenLabel"], DCAT["keyword"]),
}
"""Properties that give a thing texts of these roles; its profile knows its titles and definitions."""

LABELS: Final = (SKOS["prefLabel"], SKOS["altLabel"], SKOS["hiddenLabel"], DCT["title"])
"""Properties whose former values are still looked for."""

SCHEMES: Final = (SKOS["inScheme"], SKOS["topConceptOf"])
TAGS: Final = (DCT["subject"], DCAT["theme"])

ROLE: Final = 36
LANGUAGE: Final = 40
DEFINITION: Final = 52
"""Bits of the number of a text: the lowest 36 count, above them stand its role, its language, and 1 for what is
no label."""

SCHEMA: Final = """
CREATE TABLE thing (
    id INTEGER PRIMARY KEY, iri TEXT, path TEXT, kind TEXT, status TEXT, notation TEXT, schemes TEXT, tags TEXT,
    successors TEXT
);
CREATE TABLE language (number INTEGER PRIMARY KEY, tag TEXT);
CREATE TABLE text (id INTEGER PRIMARY KEY, thing INTEGER, text TEXT, folded TEXT);
CREATE TABLE vocabulary (word TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE spelling (key INTEGER, often INTEGER, word TEXT, PRIMARY KEY (key, often, word)) WITHOUT ROWID;
CREATE VIRTUAL TABLE word USING fts5 (
    words, content = '', detail = none, columnsize = 0, prefix = '1 2 3 4 5', tokenize = 'ascii'
);
CREATE TEMP TABLE staged (
    definition INTEGER, language INTEGER, role INTEGER, thing INTEGER, text TEXT, folded TEXT
);
"""
"""`schemes`, `tags` and `successors` are lists in JSON: IRIs, IRIs, and ids of things that are in use; `often`
counts down, so that the commonest word comes first. The words of `word` are ours, with blanks between them."""

PREFIXES: Final = 5
"""Letters of the longest beginning that the index holds the texts of; longer ones it gathers, all at once."""

BATCH: Final = 1_000
"""Texts that are written at once: one at a time takes three times as long."""

FILL: Final = f"""
CREATE TEMP TABLE numbered AS SELECT
    (definition << {DEFINITION}) + (language << {LANGUAGE}) + (role << {ROLE})
    + row_number() OVER (ORDER BY definition, language, role, length(folded), folded, thing) AS id,
    thing, text, folded, definition FROM staged ORDER BY 1;
INSERT INTO text SELECT id, thing, text, CASE WHEN definition THEN NULL ELSE folded END FROM numbered;
INSERT INTO word (rowid, words) SELECT id, folded FROM numbered;
INSERT INTO word (word) VALUES ('optimize');
CREATE INDEX folded ON text (folded) WHERE folded IS NOT NULL;
CREATE INDEX lead ON text (thing) WHERE folded IS NULL;
CREATE INDEX thing_of ON thing (iri);
"""


@contextmanager
def indexing(path: Path, languages: Sequence[str], policy: Policy) -> Iterator[Index]:
    """Write the index of a release at a path; what was added to it is sorted at the end."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # Nobody sees the file before it is whole, and it is synced with the others.
        connection.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {SCHEMA} BEGIN;")
        index = Index(connection, languages, policy)
        yield index
        index.finish()
        connection.execute("COMMIT")


class Index:
    """Takes what is said about each thing, in any order; then what stands for it, and what it was once called."""

    def __init__(self, connection: sqlite3.Connection, languages: Sequence[str], policy: Policy) -> None:
        self._connection = connection
        self._policy = policy
        self._languages = {tag: number for number, tag in enumerate(("", *languages))}
        self._words: Counter[str] = Counter()
        self._rows: list[tuple[object, ...]] = []
        self._ids: dict[str, int] = {}
        self._status: dict[str, Status] = {}

    @property
    def withdrawn(self) -> list[str]:
        """The things that only a tombstone is left of, which may not say what they were called."""
        return [iri for iri, status in self._status.items() if status == Status.WITHDRAWN]

    def passing(self, resources: Iterable[Resource]) -> Iterator[Resource]:
        """The same resources; each was added on the way."""
        for each in resources:
            self.add(each)
            yield each

    def add(self, resource: Resource) -> None:
        """A thing with all that it is called, if people look for its kind and it has a page."""
        profile = profile_for(resource.types)
        path = self._policy.document_path(resource.iri) if profile.sought else None
        if path is None:
            return
        thing = self._ids[resource.iri] = len(self._ids) + 1
        if resource.status != Status.CURRENT:
            self._status[resource.iri] = resource.status
        row = (thing, resource.iri, path, *_thing(resource, profile), "[]")
        self._connection.execute("INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        self._stage(thing, dict.fromkeys(_texts(resource, profile)))

    def succeed(self, successors: Mapping[str, Iterable[str]]) -> None:
        """What stands for each thing that is retired, however often that was replaced in its turn."""
        rows = [(_encode(self._current(iri, successors)), self._ids[iri]) for iri in self._status]
        self._connection.executemany("UPDATE thing SET successors = ? WHERE id = ?", rows)

    def remember(self, former: Iterable[tuple[str, Literal]]) -> None:
        """What things were called before."""
        for iri, label in former:
            if (thing := self._ids.get(iri)) is not None:
                self._stage(thing, [(Role.FORMER, label)])

    def finish(self) -> None:
        """Sort and index all texts, and write how their words may be misspelled."""
        self._write()
        languages = [(number, tag) for tag, number in self._languages.items()]
        self._connection.executemany("INSERT INTO language VALUES (?, ?)", languages)
        for statement in filter(str.strip, FILL.split(";")):
            self._connection.execute(statement)
        self._connection.executemany(
            "INSERT INTO vocabulary VALUES (?)", [(each,) for each in sorted(self._words)]
        )
        words = ((word, often) for word, often in self._words.items() if spelled(word))
        spellings = ((key, -often, word) for word, often in words for key in keys(word))
        self._connection.executemany("INSERT INTO spelling VALUES (?, ?, ?)", sorted(spellings))

    def _stage(self, thing: int, texts: Iterable[tuple[Role, Literal]]) -> None:
        for role, literal in texts:
            text = literal.value
            own = words(text)
            self._words.update(own)
            if own:
                language = self._languages.setdefault(literal.language or "", len(self._languages))
                self._rows.append((role == Role.LEAD, language, int(role), thing, text, " ".join(own)))
        if len(self._rows) > BATCH:
            self._write()

    def _write(self) -> None:
        self._connection.executemany("INSERT INTO staged VALUES (?, ?, ?, ?, ?, ?)", self._rows)
        self._rows.clear()

    def _current(self, iri: str, successors: Mapping[str, Iterable[str]]) -> list[int]:
        """The ids of what is in use now instead of a thing."""
        found: dict[int, None] = {}
        waiting, seen = [iri], {iri}
        while waiting:
            for each in sorted(set(successors.get(waiting.pop(), ())) - seen):
                seen.add(each)
                if each in self._ids and each not in self._status:
                    found[self._ids[each]] = None
                else:
                    waiting.append(each)
        return list(found)


_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _thing(resource: Resource, profile: Profile) -> tuple[str, ...]:
    notation = next((each.value for _, each in _literals(resource, (SKOS["notation"],))), "")
    lists = (_encode(list(dict.fromkeys(_iris(resource, each)))) for each in (SCHEMES, TAGS))
    return profile.name, str(resource.status), notation, *lists


def _texts(resource: Resource, profile: Profile) -> Iterator[tuple[Role, Literal]]:
    """What a thing is called and what is said of it."""
    for role, properties in ((Role.PREFERRED, profile.titles), *OTHERS.items(), (Role.LEAD, profile.leads)):
        for _, literal in _literals(resource, properties):
            yield role, literal


def _literals(resource: Resource, properties: Iterable[NamedNode]) -> Iterator[tuple[NamedNode, Literal]]:
    for each in properties:
        for value in resource.values.get(each, ()):
            if isinstance(value, Literal):
                yield each, value


def _iris(resource: Resource, properties: Iterable[NamedNode]) -> Iterator[str]:
    for each in properties:
        for value in resource.values.get(each, ()):
            if isinstance(value, NamedNode):
                yield value.value


def former_labels(
    history: Path, aliases: Mapping[str, str], withdrawn: Iterable[str]
) -> Iterator[tuple[str, Literal]]:
    """What things were called in versions before, as the history of the release has it.

    Aliases give theirs to what they stand for. Raises `ReleaseDamaged` when the file cannot be read.
    """
    for iri, differences in read_relabelled(history, [each.value for each in LABELS]):
        for name, before, _ in json.loads(differences):
            if NamedNode(name) in LABELS:
                yield from ((iri, each) for each in map(_literal, before) if each)
    for alias, target in [*aliases.items(), *((each, each) for each in withdrawn)]:
        for quad in pyoxigraph.parse(read_last(history, alias), TURTLE.engine, lenient=True):
            if quad.subject == NamedNode(alias) and quad.predicate in LABELS and isinstance(quad.object, Literal):
                yield target, quad.object


def _literal(text: str) -> Literal | None:
    """A term of N-Triples, if it is a literal."""
    [quad] = pyoxigraph.parse(f"<a:> <a:> {text} .", N_TRIPLES.engine)
    return quad.object if isinstance(quad.object, Literal) else None
