"""The past of everything that a release describes: versions, documents as they were, and what changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from publisher.description import Labels
from publisher.profiles.status import successors_in
from publisher.release import Release
from publisher.release.history import FILE, VERSION, VersionRow, versions
from publisher.store.database import Database
from publisher.store.document import Document, document_of

__all__ = ["Event", "History", "VersionRow"]

Differences = tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
"""Properties, each with the values that only the version before has and those that only this one has, as
N-Triples; of a blank node there is what it says, in Turtle. `sd:namedGraph` stands for the graphs of the same
statements."""

STATE: Final = "iri, turtle, relations, modified, status, '[]'"
"""The columns of which a document is made; what replaces it stands in its statements."""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to one resource in one version.

    `kinds` maps each kind of change (`added`, `relabelled`, `merged` …) to its level (`major`, `minor`, `patch`);
    `labels` are those of the newest of both versions that has any; `iri` is empty for a blank node that hangs on
    nothing.
    """

    version: VersionRow
    iri: str
    labels: Labels
    kinds: Mapping[str, str]
    successors: tuple[str, ...]
    differences: Differences


class History:
    """Look-ups in the past of one release, safe for threads; `EngineUnavailable` when the disk fails."""

    def __init__(self, release: Release) -> None:
        self._database = Database(release.directory / FILE, f"the history of release {release.id}")
        self._versions: tuple[VersionRow, ...] = ()

    def read_versions(self) -> None:
        """Have all versions in memory; there are few."""
        self._versions = versions(self._database.rows(f"SELECT {VERSION} FROM version ORDER BY rowid"))

    def versions(self, dataset: str | None = None) -> tuple[VersionRow, ...]:
        """Every version, or those of one dataset, in the order of publication."""
        return tuple(each for each in self._versions if dataset in (None, each.dataset))

    def version(self, dataset: str, number: str) -> VersionRow | None:
        """One version; None when it was never published."""
        return next((each for each in self.versions(dataset) if each.number == number), None)

    def versions_of(self, iri_or_path: str) -> tuple[VersionRow, ...]:
        """The versions that describe a resource, or have a document at a path without suffix, in their order."""
        query = "SELECT dataset, first, last FROM state WHERE"
        query = f"{query} iri = ?1 UNION {query} document = ?1"
        spans = self._database.rows(query, iri_or_path)
        return tuple(each for each in self._versions if any(_holds(each, *span) for span in spans))

    def document(self, dataset: str, ordinal: int, path: str) -> Document | None:
        """The document at a path without suffix as it was in a version; None when that had none."""
        bounds = "document = ? AND dataset = ? AND first <= ? AND (last IS NULL OR last >= ?)"
        query = f"SELECT {STATE} FROM state WHERE {bounds} ORDER BY iri"
        document = document_of(self._database.rows(query, path, dataset, ordinal, ordinal))
        if document is None:
            return None
        successors = successors_in(document.quads).get(document.iri.value, set())
        return replace(document, successors=tuple(sorted(successors)))

    def events(self, iri: str) -> tuple[Event, ...]:
        """What happened to a resource, newest first; its place in the first version of a dataset is none."""
        found = self._events("WHERE iri = ?", iri)
        return tuple(sorted(found, key=lambda each: self._versions.index(each.version), reverse=True))

    def changes(self, dataset: str, number: str) -> tuple[Event, ...]:
        """All that changed in a version, gravest first; nothing for the first one."""
        version = self.version(dataset, number)
        return self._events("WHERE dataset = ? AND ordinal = ?", dataset, version.ordinal) if version else ()

    def close(self) -> None:
        """Let go of the file in this thread."""
        self._database.close()

    def _events(self, condition: str, *values: object) -> tuple[Event, ...]:
        by_ordinal = {(each.dataset, each.ordinal): each for each in self._versions}
        query = "SELECT dataset, ordinal, iri, labels, kinds, successors, differences FROM event"
        return tuple(
            _event(by_ordinal[dataset, ordinal], *others)
            for dataset, ordinal, *others in self._database.rows(f"{query} {condition} ORDER BY rowid", *values)
        )


def _holds(version: VersionRow, dataset: str, first: int, last: int | None) -> bool:
    return version.dataset == dataset and first <= version.ordinal and (last is None or version.ordinal <= last)


def _event(version: VersionRow, iri: str, labels: str, kinds: str, successors: str, differences: str) -> Event:
    changed = tuple((name, tuple(before), tuple(after)) for name, before, after in json.loads(differences))
    return Event(version, iri, json.loads(labels), json.loads(kinds), tuple(json.loads(successors)), changed)
