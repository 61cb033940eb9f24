"""The embedded store: descriptions from the documents file, reverse links from Oxigraph, both read-only."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from itertools import islice
from typing import Any, Final, TypeVar

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad

from publisher.description import Description, Labels
from publisher.errors import EngineUnavailable, ReleaseDamaged
from publisher.profiles.status import Status
from publisher.release import Release
from publisher.store.database import Database
from publisher.store.document import DOCUMENT, Document, document_of
from publisher.store.history import History
from publisher.store.schemes import Schemes
from publisher.store.search import open_search

MENTIONS: Final = 1_000
"""Statements about a resource by others that one description may carry."""

KNOWN: Final = 8_192
"""Resources whose labels, and whose paths, are remembered: those of schemes and of what is above are asked for
with every page."""

LISTS: Final = 64
"""Lists whose choices are remembered: to count those of 10,000 resources takes 80 ms, and each of the pages of
such a list has the same."""

SMALL: Final = 16 << 20
"""Bytes of a file of documents that is read into memory: SQLite lets go of Python's lock several times in each
look-up, which takes as long again as the document when many are asked for at the same time."""

Chosen = tuple[tuple[str, str], ...]
"""What a list is narrowed to: names of filters (`release.filters`), each with a value."""

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Thing:
    """A resource that has an address here: `document` is the path of its document, `answer` 303 or 200."""

    iri: NamedNode
    document: str
    answer: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a listing: `type` is the principal class or None, `status` how it stands."""

    iri: NamedNode
    path: str
    labels: Labels
    type: NamedNode | None
    status: str = Status.CURRENT


@dataclass(frozen=True, slots=True)
class Choice:
    """What a list can be narrowed to: the value of a filter, its scheme if it has one, and how many it leaves."""

    name: str
    value: str
    scheme: str
    number: int


@dataclass(frozen=True, slots=True)
class Listing:
    """Some of the `total` documents below a path, in the order of their paths.

    Without `everything` those that are retired or not finished are left out; `others` tells how many there are.
    With `chosen` it has only what all of these choices hold for.
    """

    path: str
    total: int
    entries: tuple[Entry, ...]
    others: int = 0
    everything: bool = False
    chosen: Chosen = ()


def open(release: Release) -> Store:
    """Open the store of a release.

    Raises `ReleaseDamaged` when it cannot be opened or does not hold the statements of the manifest.
    """
    try:
        engine = pyoxigraph.Store.read_only(str(release.store))
        count = len(engine)
    except (OSError, RuntimeError) as error:
        raise ReleaseDamaged(f"release {release.id} is damaged: its store does not open: {error}") from None
    if count != release.manifest.quads:
        found = f"its store has {count} statements instead of {release.manifest.quads}"
        raise ReleaseDamaged(f"release {release.id} is damaged: {found}")
    store = Store(release, engine)
    store.read_documents()
    return store


class Store:
    """Look-ups in one release, safe for threads. Each raises `EngineUnavailable` when the disk fails."""

    def __init__(self, release: Release, engine: pyoxigraph.Store) -> None:
        self._release = release
        self._engine = engine
        self._database = Database(release.documents, f"the documents of release {release.id}")
        self._rows = self._database.rows
        self.history = History(release)
        self.search = open_search(release)
        self.schemes = Schemes(release)
        self._documents: dict[str | None, list[tuple[Any, ...]]] | None = None
        self._labels_of = lru_cache(KNOWN)(self._read_labels)
        self._path_of = lru_cache(KNOWN)(self.find)
        self._choices_of = lru_cache(LISTS)(self._read_choices)

    @cached_property
    def _some_retired(self) -> bool:
        """Whether anything has a status: most vocabularies have nothing that is retired."""
        return bool(self._rows("SELECT 1 FROM resource INDEXED BY retired WHERE status != '' LIMIT 1"))

    def read_documents(self) -> None:
        """Keep the versions in memory, and the documents if they are few.

        Raises `ReleaseDamaged` when they were not written by this version of the program.
        """
        small = self._release.documents.stat().st_size <= SMALL
        try:
            self.history.read_versions()
            rows = self._rows(
                f"SELECT document, {DOCUMENT} FROM resource ORDER BY iri LIMIT ?", -1 if small else 1
            )
            self._rows("SELECT choice FROM chosen LIMIT 1")
        except EngineUnavailable as error:
            raise ReleaseDamaged(f"{error}; run `publisher publish` to make a new release") from None
        if small:
            self._documents = defaultdict(list)
            for path, *row in rows:
                self._documents[path].append(tuple(row))

    def thing(self, path: str) -> Thing | None:
        """The resource whose own path this is (`/id/concept/hefboom/x`); None when there is none."""
        rows = self._rows("SELECT iri, document, answer FROM resource WHERE thing = ? ORDER BY iri LIMIT 1", path)
        return next((Thing(NamedNode(iri), document, answer) for iri, document, answer in rows), None)

    def document(self, path: str) -> Document | None:
        """The document at a path without suffix (`/doc/concept/hefboom/x`); None when there is none.

        Several resources that share a document (hash IRIs) are described together, the one without a fragment
        or else the first of them being its subject.
        """
        return document_of(self._documents_at(path))

    def document_about(self, iri: NamedNode) -> Document | None:
        """What is said about any resource that is a subject here, ours or not; None when it is none."""
        rows = self._rows(f"SELECT {DOCUMENT} FROM resource WHERE iri = ?", iri.value)
        return document_of(rows)

    def _documents_at(self, path: str) -> list[tuple[Any, ...]]:
        if self._documents is not None:
            return self._documents.get(path, [])
        return self._rows(f"SELECT {DOCUMENT} FROM resource WHERE document = ? ORDER BY iri", path)

    def description(self, document: Document) -> Description:
        """A document with who mentions its subject, and the labels and paths of all that is mentioned."""
        quads = document.quads
        heard = partial(self._heard, document.iri)
        named = partial(_named, document.iri, quads, heard)
        return Description(
            document.iri, quads, LookUp(self._labels_of, named), heard, LookUp(self._path_of, named)
        )

    def describe(self, iri: NamedNode) -> Description | None:
        """The description of any resource that is a subject here, ours or not; None when it is none."""
        document = self.document_about(iri)
        return self.description(document) if document else None

    def place(self, iri: str) -> tuple[str, int] | None:
        """The file and line of the source that describe a resource; None when the release does not say."""
        rows = self._rows("SELECT path, line FROM place WHERE iri = ?", iri)
        return rows[0] if rows else None

    def find(self, iri: str) -> str | None:
        """The path of the document about a resource; None when we do not describe it or it has no path."""
        rows = self._rows("SELECT document FROM resource WHERE iri = ?", iri)
        return rows[0][0] if rows else None

    def alias(self, path: str) -> str | None:
        """The path that the one of a thing, or of a document without suffix, stands for; None for any other."""
        rows = self._rows("SELECT target FROM alias WHERE path = ?", path)
        return rows[0][0] if rows else None

    def listing(
        self, path: str, offset: int = 0, limit: int = 100, *, everything: bool = False, chosen: Chosen = ()
    ) -> Listing | None:
        """The documents below a path (`/doc/concept`), at most `limit` from `offset`; None when there are none.

        What is retired or not finished is in it only when `everything` is asked for. There may be none left of
        what is chosen.
        """
        every, current = self._counts(*_below(path))
        if not every:
            return None
        bounds, values = _below(path, chosen)
        if chosen:
            every, current = self._counts(bounds, values)
        rows = self._rows(
            f"SELECT iri, document, type, status {bounds} {_wanted(everything)} "
            "ORDER BY document, iri LIMIT ? OFFSET ?",
            *values,
            limit,
            offset,
        )
        labels = self.labels(iri for iri, *_ in rows)
        entries = (
            Entry(NamedNode(iri), document, labels.get(iri, {}), NamedNode(kind) if kind else None, status)
            for iri, document, kind, status in rows
        )
        total = every if everything else current
        return Listing(path, total, tuple(entries), every - current, everything, chosen)

    def choices(self, listing: Listing) -> tuple[Choice, ...]:
        """What all of a list, not only the entries in hand, can be narrowed to further; what it is as well."""
        return self._choices_of(listing.path, listing.chosen, listing.everything)

    def _read_choices(self, path: str, chosen: Chosen, everything: bool) -> tuple[Choice, ...]:
        bounds, values = _below(path, chosen)
        rows = self._rows(
            "SELECT name, value, scheme, number FROM (SELECT choice, count(*) AS number FROM chosen "
            f"WHERE resource IN (SELECT rowid {bounds} {_wanted(everything)}) GROUP BY choice) "
            "JOIN choice ON choice.id = choice ORDER BY name, scheme, number DESC, value",
            *values,
        )
        return tuple(Choice(*row) for row in rows)

    def tagged(self, iri: str, limit: int) -> tuple[tuple[NamedNode, bool], ...]:
        """What is in use and about a concept, at most `limit`; each with whether it says so itself, those first.

        The others are about something narrower.
        """
        rows = self._rows(
            "SELECT iri, stated FROM choice JOIN chosen ON choice.id = choice "
            "JOIN resource ON resource.rowid = resource "
            "WHERE name = 'tag' AND value = ? AND status = '' ORDER BY stated DESC, iri LIMIT ?",
            iri,
            limit,
        )
        return tuple((NamedNode(each), bool(stated)) for each, stated in rows)

    def _counts(self, bounds: str, values: tuple[str, ...]) -> tuple[int, int]:
        """How many documents are in these bounds, and how many of them are in use."""
        [(every, current)] = self._rows(f"SELECT count(*), coalesce(sum(status = ''), 0) {bounds}", *values)
        return every, current

    def documents_in_use(self) -> int:
        """How many documents there are about what is neither retired nor unfinished."""
        [(number,)] = self._rows(
            "SELECT count(DISTINCT document) FROM resource INDEXED BY document WHERE document > '' AND status = ''"
        )
        return int(number)

    def addresses_in_use(self, offset: int, limit: int) -> list[tuple[str, str]]:
        """The paths of some of these documents, in order, each with when it last changed or nothing."""
        return self._rows(
            "SELECT document, coalesce(max(modified), '') FROM resource WHERE document IN "
            "(SELECT DISTINCT document FROM resource INDEXED BY document WHERE document > '' AND status = '' "
            "ORDER BY document LIMIT ? OFFSET ?) GROUP BY document ORDER BY document",
            limit,
            offset,
        )

    def current(self, iris: Iterable[NamedNode]) -> tuple[NamedNode, ...]:
        """Those of these resources that are neither retired nor unfinished, in their order."""
        wanted = tuple(iris)
        if not wanted or not self._some_retired:
            return wanted
        found = self._in("SELECT iri FROM resource WHERE status != '' AND iri IN", (each.value for each in wanted))
        others = {iri for (iri,) in found}
        return tuple(each for each in wanted if each.value not in others)

    def instances(self, type: NamedNode, limit: int = 100) -> tuple[NamedNode, ...]:
        """Current resources of a class, at most `limit`, in the order of their IRIs."""
        rdf_type = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
        found = self._quads(rdf_type, type)
        named = {q.subject for q in islice(found, 10 * limit) if isinstance(q.subject, NamedNode)}
        return self.current(sorted(named, key=str))[:limit]

    def subjects(self, predicate: NamedNode, iri: NamedNode, limit: int) -> tuple[NamedNode, ...]:
        """Resources that name this one as the value of a property, at most `limit`, in the order of their IRIs.

        For what a description may have cut: it carries no more than `MENTIONS`.
        """
        found = islice(self._quads(predicate, iri), limit)
        return tuple(sorted({q.subject for q in found if isinstance(q.subject, NamedNode)}, key=str))

    def labels(self, iris: Iterable[str]) -> Mapping[str, Labels]:
        """The labels of those of the IRIs that have one."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for iri, language, text in self._in("SELECT iri, language, text FROM label WHERE iri IN", iris):
            found[iri][language] = text
        return found

    def paths(self, iris: Iterable[str]) -> Mapping[str, str]:
        """The paths of the documents about those of the IRIs that have one."""
        return dict(self._in("SELECT iri, document FROM resource WHERE document IS NOT NULL AND iri IN", iris))

    def close(self) -> None:
        """Let go of the files of this thread."""
        self._database.close()
        self.history.close()
        if self.search is not None:
            self.search.close()
        self.schemes.close()

    def _heard(self, iri: NamedNode) -> tuple[Quad, ...]:
        """Statements of others about a resource."""
        return tuple(sorted(islice(self._quads(None, iri), MENTIONS), key=str))

    def _quads(self, predicate: NamedNode | None, object: NamedNode) -> Iterator[Quad]:
        """The statements of this value, read as far as they are asked for."""
        try:
            yield from self._engine.quads_for_pattern(None, predicate, object, None)
        except (OSError, RuntimeError) as error:
            raise EngineUnavailable(f"the store of release {self._release.id} cannot be read: {error}") from error

    def _read_labels(self, iri: str) -> Labels | None:
        return dict(self._rows("SELECT language, text FROM label WHERE iri = ?", iri)) or None

    def _in(self, query: str, iris: Iterable[str]) -> list[tuple[Any, ...]]:
        return self._rows(f"{query} (SELECT value FROM json_each(?))", json.dumps(sorted(set(iris))))


def _below(path: str, chosen: Chosen = ()) -> tuple[str, tuple[str, ...]]:
    """The documents below a path that all these choices hold for, as SQL with its values."""
    # "0" is the character after "/": all paths below it, by the index.
    bounds = "FROM resource INDEXED BY document WHERE document >= ? AND document < ?"
    of_choice = "SELECT resource FROM chosen JOIN choice ON choice.id = choice WHERE name = ? AND value = ?"
    held = f" AND rowid IN ({of_choice})"
    return bounds + held * len(chosen), (f"{path}/", f"{path}0", *(each for pair in chosen for each in pair))


def _wanted(everything: bool) -> str:
    return "" if everything else "AND status = ''"


class LookUp(Mapping[str, Found]):
    """What there is to know of the IRIs that a description names, each looked up when it is asked for."""

    def __init__(self, find: Callable[[str], Found | None], named: Callable[[], Iterable[str]]) -> None:
        self._find = find
        self._named = named

    def __getitem__(self, iri: str) -> Found:
        found = self._find(iri)
        if found is None:
            raise KeyError(iri)
        return found

    def __iter__(self) -> Iterator[str]:
        return (each for each in self._named() if each in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _named(iri: NamedNode, quads: Iterable[Quad], heard: Callable[[], Iterable[Quad]]) -> set[str]:
    """Every IRI that occurs in a description, as subject, property, value or datatype."""
    found = {iri.value}
    for quad in (*quads, *heard()):
        for term in (quad.subject, quad.predicate, quad.object):
            if isinstance(term, NamedNode):
                found.add(term.value)
            elif isinstance(term, Literal):
                found.add(term.datatype.value)
    return found
