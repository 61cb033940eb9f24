"""How properties are named and arranged on pages: read from shapes (`sh:name`, `sh:group`, `sh:order`).

Earlier files win over later ones, property by property and field by field, so with the site's shapes before the
program's a site that only renames a property keeps its group and its place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Final

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad

from publisher.description import Labels, Term
from publisher.formats import TURTLE, format_of_suffix
from publisher.namespaces import RDFS, SH
from publisher.release.edition import Property
from publisher.source import SourceFile

EVERY_CLASS: Final = ""
"""The key of the properties of all classes together, for resources of a class that no shape speaks of."""

Group = tuple[tuple[str, str], ...]
"""A group by its names."""

LAST: Final = 1000.0
"""The order of what has no `sh:order`, and of what is in no group."""


def presentation(shapes: Sequence[SourceFile], base: str) -> Mapping[str, tuple[Property, ...]]:
    """The properties to show for each class, in order; relative IRIs in shapes are resolved against `{base}/`.

    A path is the IRI of a property, or `^` and the IRI for the inverse direction; other paths show nothing.
    Files that cannot be read are left out: `validate` reports them.
    """
    graph = _Graph.of(chain.from_iterable(_statements(file, base) for file in shapes))
    said: dict[str, list[Property]] = defaultdict(list)
    for shape, target in graph.pairs(SH["targetClass"]):
        said[target.value] += graph.properties(shape)
    classes = {each: _arranged(rows) for each, rows in said.items()}
    # Classes disagree about groups, so here each property stays where the first class put it.
    return classes | {EVERY_CLASS: _in_order(_completed(chain.from_iterable(said.values())).values())}


def _statements(file: SourceFile, base: str) -> list[Quad]:
    syntax = format_of_suffix(file.suffix) or TURTLE
    try:
        return list(pyoxigraph.parse(file.content, syntax.engine, base_iri=f"{base}/", rename_blank_nodes=True))
    except SyntaxError:
        return []


def _arranged(rows: Sequence[Property]) -> tuple[Property, ...]:
    """One row a property, in order; where one property of a group was moved, the rest of the group follows.

    Otherwise a page would have the program's group of mappings, with one property left in it, beside the site's.
    """
    completed = _completed(rows)
    moved: dict[Group, Property] = {}
    for row in rows:
        now = completed[row.iri]
        if row.group and row.group != now.group:
            moved.setdefault(_group(row), now)
    return _in_order(_follow(row, moved.get(_group(row))) for row in completed.values())


def _completed(rows: Iterable[Property]) -> dict[str, Property]:
    """What the first row says of each property, and of the later ones what it leaves open."""
    completed: dict[str, Property] = {}
    for row in rows:
        first = completed.get(row.iri, row)
        completed[row.iri] = Property(
            row.iri,
            {**row.names, **first.names},
            row.order if first.order == LAST else first.order,
            first.group or row.group,
            first.group_order if first.group else row.group_order,
        )
    return completed


def _follow(row: Property, moved: Property | None) -> Property:
    """The row at the end of the group that another row of its group was moved to."""
    if moved is None:
        return row
    return replace(row, group=moved.group, group_order=moved.group_order, order=row.order + LAST)


def _in_order(rows: Iterable[Property]) -> tuple[Property, ...]:
    named = (row for row in rows if row.names)
    return tuple(sorted(named, key=lambda row: (row.group_order, _group(row), row.order, row.iri)))


def _group(row: Property) -> Group:
    return tuple(sorted(row.group.items()))


@dataclass(frozen=True, slots=True)
class _Graph:
    """Shapes by subject and predicate, in the order in which they are written."""

    index: Mapping[tuple[Term, NamedNode], list[Term]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, quads: Iterable[Quad]) -> _Graph:
        graph = cls()
        for quad in quads:
            graph.index[quad.subject, quad.predicate].append(quad.object)
        return graph

    def pairs(self, predicate: NamedNode) -> list[tuple[Term, NamedNode]]:
        """Subjects and the IRIs that this property gives them."""
        return [
            (subject, value)
            for (subject, each), values in self.index.items()
            if each == predicate
            for value in values
            if isinstance(value, NamedNode)
        ]

    def properties(self, shape: Term) -> Iterator[Property]:
        """What a node shape says of the properties it has, or a property shape of its own."""
        for each in (*self.values(shape, SH["property"]), shape):
            path = self.path(each)
            if path:
                yield self.row(path, each)

    def row(self, path: str, shape: Term) -> Property:
        """What one property shape says."""
        group = next(iter(self.values(shape, SH["group"])), None)
        texts = self.texts(group, RDFS["label"]) if group is not None else {}
        place = self.order(group) if group is not None and texts else LAST
        return Property(path, self.texts(shape, SH["name"]), self.order(shape), texts, place)

    def path(self, shape: Term) -> str:
        """The path of a property shape as the presentation writes it; empty for paths of several steps."""
        path = next(iter(self.values(shape, SH["path"])), None)
        if isinstance(path, NamedNode):
            return path.value
        inverse = next(iter(self.values(path, SH["inversePath"])), None) if path is not None else None
        return f"^{inverse.value}" if isinstance(inverse, NamedNode) else ""

    def texts(self, subject: Term, predicate: NamedNode) -> Labels:
        """Language -> text; the first of each language."""
        texts: dict[str, str] = {}
        for each in self.values(subject, predicate):
            if isinstance(each, Literal):
                texts.setdefault(each.language or "", each.value)
        return texts

    def order(self, subject: Term) -> float:
        """`sh:order`, or last where it is missing or no number."""
        for each in self.values(subject, SH["order"]):
            try:
                return float(each.value) if isinstance(each, Literal) else LAST
            except ValueError:
                return LAST
        return LAST

    def values(self, subject: Term, predicate: NamedNode) -> Sequence[Term]:
        """The values of one property, in the order written."""
        return self.index.get((subject, predicate), ())
