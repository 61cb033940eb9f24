"""Statements from short texts in Turtle, and the same in other words."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, parse

HEAD = """\
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix skosxl: <http://www.w3.org/2008/05/skos-xl#> .
@prefix status: <http://purl.org/adms/status/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <http://x.example/> .
"""


def quads(turtle: str, graph: str = "g") -> list[Quad]:
    """The statements of a text, in one graph."""
    name = NamedNode(f"http://x.example/graph/{graph}")
    parsed = parse(HEAD + turtle, RdfFormat.TURTLE)
    return [Quad(each.subject, each.predicate, each.object, name) for each in parsed]


def shuffled(statements: Iterable[Quad], chance: random.Random) -> list[Quad]:
    """The same statements in another order, with other names for blank nodes."""
    listed = list(statements)
    chance.shuffle(listed)
    names: dict[BlankNode, BlankNode] = {}

    def named(term: Any) -> Any:
        return names.setdefault(term, BlankNode()) if isinstance(term, BlankNode) else term

    return [Quad(named(each.subject), each.predicate, named(each.object), each.graph_name) for each in listed]
