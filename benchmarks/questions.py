"""The kinds of queries that are timed; numbers stand for what a client would fill in.

The tree is counted from its top, not from a branch: that takes the engine milliseconds, as it does with the
hierarchies that people ask about; a branch of ours holds a ninth of the concepts and takes less than one.
Whether a kind is one of milliseconds or of microseconds is not said here but measured (`goals.heavy`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.vocabulary import labels

NEW: Final = "NNNNNNNNN"
"""What the load generator replaces by a number that it never used before; as long as that number."""

PREFIXES: Final = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX c: <http://vocabulary.example/v/c> "
JSON: Final = "application/sparql-results+json"
TURTLE: Final = "text/turtle"
VARIANTS: Final = 1_000
"""Concepts that the queries are about."""
WARM: Final = 100
"""Documents that are asked for again and again."""


@dataclass(frozen=True, slots=True)
class Question:
    """A query with places for `$concept`, `$label` and `$offset`."""

    name: str
    text: str
    accept: str = JSON
    lasting: int = 1
    """Times as long as other questions, so that enough answers come."""


QUESTIONS: Final = (
    Question("DESCRIBE", f"DESCRIBE c:$concept LIMIT {NEW}", accept=TURTLE),
    Question("label, exact", f'SELECT ?c{NEW} {{ ?c{NEW} skos:prefLabel "$label"@en }}'),
    Question(
        "label, REGEX",
        f'SELECT ?c ?l{NEW} {{ ?c skos:prefLabel ?l{NEW} FILTER(REGEX(STR(?l{NEW}), "river.*$concept", "i")) }}',
        lasting=2,
    ),
    Question(
        "label, CONTAINS",
        f"SELECT ?c ?l{NEW} {{ ?c skos:prefLabel ?l{NEW}"
        f' FILTER(CONTAINS(LCASE(STR(?l{NEW})), "river $concept")) }}',
    ),
    Question("narrower+", f"SELECT (COUNT(?d{NEW}) AS ?n) {{ ?d{NEW} skos:broader+ c:0 }}"),
    Question(
        "COUNT by scheme",
        f"SELECT ?s (COUNT(?c{NEW}) AS ?n) {{ ?c{NEW} a skos:Concept ; skos:inScheme ?s }} GROUP BY ?s",
    ),
    Question(
        "ORDER BY LIMIT",
        f"SELECT ?c ?l{NEW} {{ ?c skos:prefLabel ?l{NEW}"
        f' FILTER(LANG(?l{NEW}) = "nl") }} ORDER BY ?l{NEW} LIMIT 10',
    ),
    Question(
        "OPTIONAL × 100",
        f"SELECT * {{ {{ SELECT ?c{NEW} {{ ?c{NEW} a skos:Concept }} OFFSET $offset LIMIT 100 }}"
        f" OPTIONAL {{ ?c{NEW} skos:altLabel ?a }} OPTIONAL {{ ?c{NEW} skos:notation ?n }}"
        f" OPTIONAL {{ ?c{NEW} skos:broader ?b }} }}",
    ),
    Question("ASK", f"ASK {{ c:$concept skos:broader ?b{NEW} }}"),
    Question("10k rows JSON", f"SELECT ?c ?l{NEW} {{ ?c skos:prefLabel ?l{NEW} }} LIMIT 10000", lasting=2),
)


def queries(question: Question, concepts: int) -> Sequence[str]:
    """One query for each of some concepts, all different once `NEW` is replaced."""
    names = labels(concepts)
    chosen = range(1, concepts, max(1, concepts // VARIANTS))
    return [PREFIXES + _filled(question.text, each, names[each]) for each in chosen]


def _filled(text: str, concept: int, label: str) -> str:
    return text.replace("$concept", str(concept)).replace("$label", label).replace("$offset", str(concept // 2))
