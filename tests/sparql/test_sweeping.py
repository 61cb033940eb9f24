"""Queries that could meet the search graph by chance are told from those that could not."""

import pytest

from publisher.config import Sparql
from publisher.sparql.gate import admit

SKOS = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT * { <a:s> ?p ?o }",
        "SELECT * WHERE { ?s a <a:C> ; ?p ?o }",
        "SELECT * { ?s <a:p> [ ?p 1 ] }",
        "SELECT * { [] ?p 'x'@nl }",
        "SELECT * { (1 2) ?p ?o }",
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s $p ?o } }",
        "SELECT DISTINCT ?g { GRAPH ?g {} }",
        "ASK { ?s !<a:p> ?o }",
        "ASK { ?s <a:p>* ?o }",
        "ASK { ?s (<a:p>/<a:q>)? ?o }",
        "CONSTRUCT WHERE { ?s ?p ?o }",
        "DESCRIBE <a:s>",
        "describe ?s { ?s a <a:C> }",
    ],
)
def test_query_of_any_property_is_sweeping(query: str) -> None:
    assert admit(query, Sparql()).sweeping


@pytest.mark.parametrize(
    "query",
    [
        f"{SKOS}SELECT ?s WHERE {{ ?s a skos:Concept ; skos:prefLabel ?l . OPTIONAL {{ ?s skos:note ?n }} }}",
        f"{SKOS}SELECT (COUNT(*) AS ?n) WHERE {{ ?s skos:broader+ ?o }} GROUP BY ?s ORDER BY ?n ?s LIMIT 5",
        f"{SKOS}SELECT * {{ ?s skos:broader/skos:inScheme ?o . ?o skos:prefLabel ?l FILTER(STRLEN(?l) > 3) }}",
        "PREFIX search: <https://tiny.example/ns/search#> SELECT * { ?s search:word/search:prefix 'win' ; ?p ?o }",
        "SELECT * { GRAPH <https://tiny.example/id/graph/search> { ?s ?p ?o } }",
        "SELECT * FROM <https://tiny.example/id/graph/search> { ?s ?p ?o }",
    ],
)
def test_query_that_names_its_properties_or_the_search_is_not(query: str) -> None:
    assert not admit(query, Sparql()).sweeping
