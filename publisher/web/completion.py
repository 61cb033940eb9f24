"""What an editor of queries may propose: prefixes, and the classes and properties that the release really has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pyoxigraph import NamedNode, QueryResultsFormat, QuerySolutions, parse_query_results

from publisher.description import Description
from publisher.formats import RESULTS_FORMATS
from publisher.namespaces import PREFIXES, shorten
from publisher.sparql import gate
from publisher.store.search import Question
from publisher.web import Site
from publisher.web.kept import kept
from publisher.web.reading import Reader

CLASSES: Final = "SELECT ?term (COUNT(*) AS ?uses) WHERE { ?s a ?term } GROUP BY ?term"
PROPERTIES: Final = "SELECT ?term (COUNT(*) AS ?uses) WHERE { ?s ?term ?o } GROUP BY ?term"
MOST: Final = 12
LONGEST: Final = 100
"""Concepts that are proposed at once, and characters of what they are asked for by."""
CLIENT: Final = "completion"
"""Who asks, for the budget: what is proposed to everybody is nobody's own question."""

Proposal = tuple[str, str, str]
"""As a query writes it, its IRI, and its name in the language of the page."""


def terms(site: Site) -> Mapping[str, object]:
    """Prefix -> namespace, and the proposals of each kind, those that are used most first."""
    return {
        "prefixes": PREFIXES,
        "classes": _proposals(site, _used(site, CLASSES)),
        "properties": _proposals(site, _used(site, PROPERTIES)),
    }


def concepts(site: Site, text: str) -> list[Proposal]:
    """What is called so, best first; nothing in a release without an index."""
    index = site.store.search
    found = index.suggest(Question(text[:LONGEST], site.language), MOST).hits if index else ()
    return [(shorten(each.thing.iri), each.thing.iri, each.text) for each in found]


def _proposals(site: Site, iris: Sequence[str]) -> list[Proposal]:
    names = site.store.labels(iris)
    reader = Reader(site, Description(NamedNode(site.release.base), (), names))
    rows = {row.iri: row for each in site.release.presentation.values() for row in each}
    return [(shorten(iri), iri, reader.property_name(iri, rows)) for iri in iris]


@kept(2)
def _used(site: Site, text: str) -> tuple[str, ...]:
    """The terms that a query finds, as workers with their limits find them."""
    answer = site.queries.answer(gate.admit(text, site.config.sparql), RESULTS_FORMATS[0], CLIENT)
    with answer.content as content:
        solutions = parse_query_results(content, format=QueryResultsFormat.JSON)
        assert isinstance(solutions, QuerySolutions)
        found = [(-int(uses.value), term.value) for term, uses in solutions]
    return tuple(iri for _, iri in sorted(found))
