"""An Edition: everything we will publish, compiled and in memory, not yet on disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from pyoxigraph import Quad

from publisher.description import Labels
from publisher.release.queries import SavedQuery
from publisher.report import Report

Place = tuple[str, int]
"""The path of a file of the source and a line of it, from 1."""


@dataclass(frozen=True, slots=True)
class EditionDataset:
    """One dataset of the edition: its content in the order of our dumps.

    `iri` is the `dcat:Dataset`; `distributions` maps the suffix of each dump to the IRI of its distribution;
    `date` and `notes` (per language) are those of the version.
    """

    name: str
    version: str
    iri: str
    quads: tuple[Quad, ...]
    distributions: Mapping[str, str]
    date: date
    notes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Changed:
    """What happened to one resource since the version before.

    `kinds` maps each kind of change (`compiler.changes.Kind`) to the level that it asks for; `differences` has a
    property with the values that only the version before has and those that only this one has, as N-Triples; of a
    blank node there is what it says, in Turtle.
    """

    iri: str
    labels: Labels
    kinds: Mapping[str, str]
    successors: tuple[str, ...]
    differences: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened to a dataset since the version before, resource by resource, gravest first.

    `verdict` is the part of the version number that it asks to be raised: "major", "minor" or "patch".
    """

    verdict: str
    resources: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class Property:
    """How one property is shown: a row of the presentation, read from the shapes.

    `names` and `group` are language -> text (`sh:name`, the label of `sh:group`); `order` sorts.
    """

    iri: str
    names: Mapping[str, str]
    order: float
    group: Mapping[str, str]
    group_order: float = 0.0


@dataclass(frozen=True, slots=True)
class Edition:
    """What `compile` returns and `release.write` freezes.

    `catalog` describes the catalogue, datasets, distributions and services, each statement in the graph
    `{base}/id/graph/catalogus`; sizes and checksums of dumps are added when they are written. `presentation` maps
    a class IRI to the properties shown for it, in order; `queries` are the saved ones, tried and in the order of
    their names. `aliases` maps each IRI that stands for another one to that. `source` holds the bytes of every
    file read, by path; `config` those of publisher.toml. `address` is where people reach the site; `changed` when
    the content last changed, in UTC; `places` where the source describes each resource, if pages are to say so;
    `changes` has those of each new version that has one before it, by name and number. A `draft` may hold anything
    that can be read, whatever its report says. `words` says whether queries are to find names by their words.
    """

    base: str
    languages: tuple[str, ...]
    datasets: tuple[EditionDataset, ...]
    catalog: tuple[Quad, ...]
    presentation: Mapping[str, tuple[Property, ...]]
    report: Report
    source: Mapping[str, bytes]
    config: bytes
    address: str
    changed: datetime
    changes: Mapping[tuple[str, str], Changes] = field(default_factory=dict)
    queries: tuple[SavedQuery, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    words: bool = True
    commit: str = ""
    dirty: bool = False
    draft: bool = False
    committed: datetime | None = None

    @property
    def content(self) -> tuple[Quad, ...]:
        """The statements of all datasets, in order."""
        return tuple(quad for dataset in self.datasets for quad in dataset.quads)
