"""What pages about concept schemes ask for, worked out once: hierarchies, alphabetical indexes, translations.

A page shows a few hundred places of a hierarchy or of an index. They are rows one after the other here, numbered
in the order of the page's language, so that nothing is sorted or counted when somebody asks.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode

from publisher.description import Labels, choose
from publisher.namespaces import ADMS, SKOS, SKOSXL
from publisher.profiles.status import Status
from publisher.release import collation
from publisher.release.hierarchy import members, tree
from publisher.release.resources import Resource

FILE: Final = "schemes/schemes.sqlite"

TOP: Final = 0
"""What stands for the concept that the top of a scheme is below."""

SCHEMA: Final = """
CREATE TABLE scheme (id INTEGER PRIMARY KEY, iri TEXT UNIQUE, current INTEGER, every INTEGER);
CREATE TABLE concept (id INTEGER PRIMARY KEY, iri TEXT UNIQUE, notation TEXT, status TEXT);
CREATE TABLE language (tag TEXT PRIMARY KEY, number INTEGER) WITHOUT ROWID;
CREATE TABLE branch (
    scheme INTEGER, everything INTEGER, ordering INTEGER, above INTEGER, place INTEGER,
    concept INTEGER, below INTEGER, places INTEGER,
    PRIMARY KEY (scheme, everything, ordering, above, place)
) WITHOUT ROWID;
CREATE TABLE letter (
    scheme INTEGER, language INTEGER, number INTEGER, letter TEXT, entries INTEGER,
    PRIMARY KEY (scheme, language, number)
) WITHOUT ROWID;
CREATE TABLE entry (
    scheme INTEGER, language INTEGER, letter INTEGER, place INTEGER, concept INTEGER, text TEXT,
    PRIMARY KEY (scheme, language, letter, place)
) WITHOUT ROWID;
CREATE TABLE translation (
    scheme INTEGER, language INTEGER, ordering INTEGER,
    labelled INTEGER, defined INTEGER, reviewed INTEGER, unreviewed INTEGER,
    PRIMARY KEY (scheme, language)
) WITHOUT ROWID;
"""
"""`everything` is 1 where what is retired or not finished has a place too; without such, only 0 is written.
`below` counts the places below a concept, `places` those that it has itself. `text` is what refers to a concept by
another label than the one it goes by; NULL where it is that one. Places and letters count from 0. Languages whose
`ordering` is the same have the same order."""

COLUMNS: Final = {"scheme": 4, "concept": 4, "language": 2, "branch": 8, "letter": 5, "entry": 6, "translation": 7}

NOTATION: Final = SKOS["notation"]
NARROWER: Final = SKOS["narrower"]
BROADER: Final = SKOS["broader"]
ALT_LABEL: Final = SKOS["altLabel"]
DEFINITION: Final = SKOS["definition"]
IN_SCHEME: Final = SKOS["inScheme"]
TOP_CONCEPT_OF: Final = SKOS["topConceptOf"]
PREF_LABEL: Final = SKOSXL["prefLabel"]

REVIEWED: Final = "Completed"
UNREVIEWED: Final = "UnderDevelopment"
"""The last parts of the IRIs of ADMS statuses of labels."""


@contextmanager
def indexing(path: Path, languages: Sequence[str]) -> Iterator[Index]:
    """Write the file of a release at a path, of what passes the index; the languages are those of its pages."""
    index = Index(languages)
    yield index
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # Nobody sees the file before it is whole, and it is synced with the others.
        connection.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {SCHEMA} BEGIN;")
        for table, rows in index.tables():
            connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * COLUMNS[table])})", rows)
        connection.execute("COMMIT")


Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Concept:
    """What is remembered of a concept; `forms` are the labels that are things, `defined` languages."""

    id: int
    notation: str
    status: Status
    labels: Labels
    others: Sequence[Literal]
    defined: Sequence[str]
    schemes: Sequence[str]
    top_of: Sequence[str]
    forms: Sequence[str]


class Index:
    """Takes all resources of a release, in any order; then says what there is to be written."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._languages = tuple(languages)
        self._concepts: dict[str, _Concept] = {}
        self._schemes: dict[str, Sequence[str]] = {}
        self._forms: dict[str, tuple[str, str]] = {}
        self._below: dict[str, dict[str, None]] = defaultdict(dict)

    def passing(self, resources: Iterable[Resource]) -> Iterator[Resource]:
        """The same resources; what is said of each was noted on the way."""
        for each in resources:
            for kind in each.types:
                if note := NOTES.get(kind):
                    note(self, each)
            yield each

    def tables(self) -> Iterator[tuple[str, Iterable[Row]]]:
        """The rows of each table."""
        yield "concept", [(each.id, iri, each.notation, str(each.status)) for iri, each in self._concepts.items()]
        yield "language", [(tag, number) for number, tag in enumerate(self._languages)]
        for number, (iri, scheme) in enumerate(self._members.items(), 1):
            current = [each for each in scheme if self._current(each)]
            yield "scheme", [(number, iri, len(current), len(scheme))]
            orderings = self._orderings(scheme)
            for everything in (False, True) if len(current) < len(scheme) else (False,):
                yield "branch", self._branches(number, iri, scheme, set(orderings), everything=everything)
            for language in range(len(self._languages)):
                letters = self._letters(language, current)
                yield "letter", [(number, language, *row) for row in _counted(letters)]
                yield "entry", [(number, language, *row) for row in _numbered(letters)]
            yield "translation", self._translations(number, current, orderings)

    def _note_concept(self, resource: Resource) -> None:
        if resource.iri in self._concepts:
            return
        notation = next(iter(_literals(resource, NOTATION)), None)
        for each in _iris(resource, NARROWER):
            self._below[resource.iri][each] = None
        for each in _iris(resource, BROADER):
            self._below[each][resource.iri] = None
        self._concepts[resource.iri] = _Concept(
            id=len(self._concepts) + 1,
            notation=notation.value if notation else "",
            status=resource.status,
            labels=resource.labels,
            others=tuple(_literals(resource, ALT_LABEL)),
            defined=tuple(_primary(each.language) for each in _literals(resource, DEFINITION)),
            schemes=tuple(_iris(resource, IN_SCHEME)),
            top_of=tuple(_iris(resource, TOP_CONCEPT_OF)),
            forms=tuple(_iris(resource, PREF_LABEL)),
        )

    def _note_scheme(self, resource: Resource) -> None:
        self._schemes[resource.iri] = tuple(_iris(resource, SKOS["hasTopConcept"]))

    def _note_form(self, resource: Resource) -> None:
        language = next((each.language for each in _literals(resource, SKOSXL["literalForm"])), None)
        status = next((each.rpartition("/")[2] for each in _iris(resource, ADMS["status"])), "")
        self._forms[resource.iri] = _primary(language), status

    @cached_property
    def _members(self) -> Mapping[str, list[str]]:
        """The concepts of each scheme, in the order of its first language."""
        stated: dict[str, dict[str, None]] = {iri: dict.fromkeys(tops) for iri, tops in self._schemes.items()}
        for iri, each in self._concepts.items():
            for scheme in (*each.schemes, *each.top_of):
                stated.setdefault(scheme, {})[iri] = None
        found = {iri: members(self._known(own), self._below, self._elsewhere) for iri, own in stated.items()}
        return {
            iri: sorted(self._known(own), key=self._ranks[0].__getitem__) for iri, own in sorted(found.items())
        }

    def _known(self, concepts: Iterable[str]) -> list[str]:
        return [each for each in concepts if each in self._concepts]

    def _elsewhere(self, concept: str) -> bool:
        """Whether a concept is in a scheme of its own, or none that is described."""
        found = self._concepts.get(concept)
        return found is None or bool(found.schemes or found.top_of)

    def _current(self, concept: str) -> bool:
        return self._concepts[concept].status == Status.CURRENT

    @cached_property
    def _ranks(self) -> Sequence[Mapping[str, int]]:
        """The place of each concept among all, in each language: by notation, then by name.

        What has no name in the script of the language comes last.
        """
        notations = {iri: collation.natural(each.notation) for iri, each in self._concepts.items()}
        return [
            _ranked(
                (notations[iri], collation.script(name) != script, collation.key(name), iri)
                for iri, name in own.items()
            )
            for own, script in zip(self._names, self._scripts, strict=True)
        ]

    @cached_property
    def _scripts(self) -> Sequence[str]:
        """The script that most labels in each language begin in."""
        found = [Counter[str]() for _ in self._languages]
        for concept in self._concepts.values():
            for number, tag in enumerate(self._languages):
                if tag in concept.labels:
                    found[number][collation.script(concept.labels[tag])] += 1
        return [next((script for script, _ in each.most_common(1)), "") for each in found]

    @cached_property
    def _names(self) -> Sequence[Mapping[str, str]]:
        """What each concept goes by in pages of each language; its IRI when it has no label."""
        chains = [(tag, *(each for each in self._languages if each != tag)) for tag in self._languages]
        return [{iri: _name(iri, each.labels, chain) for iri, each in self._concepts.items()} for chain in chains]

    def _orderings(self, scheme: Sequence[str]) -> Sequence[int]:
        """The ordering of a scheme in each language: where notations decide, that of the first one for all."""
        as_first = (all(ranks[a] < ranks[b] for a, b in pairwise(scheme)) for ranks in self._ranks)
        return [0 if same else language for language, same in enumerate(as_first)]

    def _branches(
        self, number: int, iri: str, scheme: Sequence[str], orderings: Set[int], *, everything: bool
    ) -> Iterator[Row]:
        """Every place in the hierarchy of a scheme, in each of these orders."""
        tops = [*self._schemes.get(iri, ()), *(each for each in scheme if iri in self._concepts[each].top_of)]
        inside = dict.fromkeys(scheme).keys()
        found = tree(tops, inside, self._below, (lambda _: True) if everything else self._current)
        places = Counter(each for _, own in found.places() for each in own)
        ids = {each: self._concepts[each].id for each in scheme}
        lists = sorted((ids[above] if above else TOP, own) for above, own in found.places())
        for ordering in sorted(orderings):
            ranks = self._ranks[ordering]
            for above, own in lists:
                for place, each in enumerate(sorted(own, key=ranks.__getitem__)):
                    row = (ids[each], len(found.below.get(each, ())), places[each])
                    yield number, int(everything), ordering, above, place, *row

    def _letters(self, language: int, concepts: Iterable[str]) -> Sequence[_Letter]:
        """The alphabetical index of these concepts: under what each goes by, and under its other labels."""
        tag, names = self._languages[language], self._names[language]
        found: dict[str, list[_Entry]] = defaultdict(list)
        for iri in concepts:
            concept, name = self._concepts[iri], names[iri]
            others = (each.value for each in concept.others if each.language == tag)
            found[collation.letter(name)].append((collation.key(name), concept.id, None))
            for other in dict.fromkeys(others):
                found[collation.letter(other)].append((collation.key(other), concept.id, other))
        letters = sorted(found, key=lambda each: collation.place(each, self._scripts[language]))
        return [(letter, sorted(found[letter], key=_by_key)) for letter in letters]

    def _translations(self, number: int, concepts: Sequence[str], orderings: Sequence[int]) -> Iterator[Row]:
        """How many of these concepts have a label, a definition, a label that was reviewed, in each language."""
        counts: Counter[tuple[str, str]] = Counter()
        for iri in concepts:
            concept = self._concepts[iri]
            counts.update({("labelled", _primary(each)) for each in concept.labels})
            counts.update({("defined", each) for each in concept.defined})
            forms = {self._forms[each] for each in concept.forms if each in self._forms}
            counts.update((status, language) for language, status in forms)
        for language, tag in enumerate(self._languages):
            kinds = ("labelled", "defined", REVIEWED, UNREVIEWED)
            yield number, language, orderings[language], *(counts[kind, _primary(tag)] for kind in kinds)


_Entry = tuple[collation.Key, int, str | None]
_Letter = tuple[str, Sequence[_Entry]]

NOTES: Final = {
    SKOS["Concept"]: Index._note_concept,
    SKOS["ConceptScheme"]: Index._note_scheme,
    SKOSXL["Label"]: Index._note_form,
}


def _ranked(keys: Iterable[tuple[collation.Notation, bool, collation.Key, str]]) -> Mapping[str, int]:
    return {iri: rank for rank, (_, _, _, iri) in enumerate(sorted(keys))}


def _name(iri: str, labels: Labels, languages: Sequence[str]) -> str:
    best = choose(labels, languages)
    return best[0] if best else iri


def _by_key(entry: _Entry) -> tuple[collation.Key, bool, int]:
    key, concept, text = entry
    return key, text is not None, concept


def _counted(letters: Iterable[_Letter]) -> Iterator[Row]:
    for number, (letter, entries) in enumerate(letters):
        yield number, letter, len(entries)


def _numbered(letters: Iterable[_Letter]) -> Iterator[Row]:
    for number, (_, entries) in enumerate(letters):
        for place, (_, concept, text) in enumerate(entries):
            yield number, place, concept, text


def _literals(resource: Resource, predicate: NamedNode) -> Iterator[Literal]:
    return (each for each in resource.values.get(predicate, ()) if isinstance(each, Literal))


def _iris(resource: Resource, predicate: NamedNode) -> Iterator[str]:
    return (each.value for each in resource.values.get(predicate, ()) if isinstance(each, NamedNode))


def _primary(tag: str | None) -> str:
    """`nl` for `nl-BE`."""
    return (tag or "").partition("-")[0].lower()
