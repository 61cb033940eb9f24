"""What the endpoint is and can do, in RDF (SPARQL 1.1 Service Description)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import urljoin

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from publisher.formats import FORMATS, RESULTS_FORMATS
from publisher.namespaces import DCT, RDF, RDFS, SCHEMA, SD, SH, VOID
from publisher.release.queries import SavedQuery

QUERIES: Final = "/api/v1/queries"
"""Where the saved queries are, on the host of the endpoint."""

EXECUTABLES: Final = {
    "SELECT": ("SPARQLSelectExecutable", "select"),
    "CONSTRUCT": ("SPARQLConstructExecutable", "construct"),
    "ASK": ("SPARQLAskExecutable", "ask"),
}
"""Query form -> class and property of SHACL for a query of it; SHACL has none for DESCRIBE."""


def describe(service: NamedNode, endpoint: NamedNode, graphs: Mapping[str, int]) -> list[Triple]:
    """The description of our endpoint over these named graphs, each with its number of triples."""
    return list(_statements(service, endpoint, graphs))


def describe_queries(service: NamedNode, endpoint: NamedNode, queries: Iterable[SavedQuery]) -> list[Triple]:
    """The saved queries of our endpoint, each with its defaults and examples as a query that can be run."""
    return [triple for each in queries for triple in _query(service, endpoint, each)]


def address_of(endpoint: NamedNode, query: SavedQuery) -> NamedNode:
    """Where a saved query is called."""
    return NamedNode(urljoin(endpoint.value, f"{QUERIES}/{query.name}"))


def _query(service: NamedNode, endpoint: NamedNode, query: SavedQuery) -> Iterator[Triple]:
    address = address_of(endpoint, query)
    yield Triple(service, DCT["references"], address)
    yield Triple(address, RDF["type"], SH["SPARQLExecutable"])
    yield Triple(address, SCHEMA["target"], endpoint)
    for term, texts in ((DCT["title"], query.title), (DCT["description"], query.description)):
        for language, text in texts.items():
            yield Triple(address, term, Literal(text, language=language))
    if query.form in EXECUTABLES:
        kind, property = EXECUTABLES[query.form]
        yield Triple(address, RDF["type"], SH[kind])
        yield Triple(address, SH[property], Literal(query.text_with(query.samples)))


def _statements(service: NamedNode, endpoint: NamedNode, graphs: Mapping[str, int]) -> Iterator[Triple]:
    yield Triple(service, RDF["type"], SD["Service"])
    yield Triple(service, SD["endpoint"], endpoint)
    yield Triple(service, SD["supportedLanguage"], SD["SPARQL11Query"])
    # The default graph is all graphs as one, unless a query or request names its own; nothing is ever fetched.
    yield Triple(service, SD["feature"], SD["UnionDefaultGraph"])
    yield Triple(service, RDFS["seeAlso"], NamedNode(urljoin(endpoint.value, QUERIES)))
    for format in (*RESULTS_FORMATS, *FORMATS):
        yield Triple(service, SD["resultFormat"], NamedNode(format.iri))
    yield from _dataset(service, graphs)


def _dataset(service: NamedNode, graphs: Mapping[str, int]) -> Iterator[Triple]:
    dataset, union = BlankNode("dataset"), BlankNode("union")
    yield Triple(service, SD["defaultDataset"], dataset)
    yield Triple(dataset, RDF["type"], SD["Dataset"])
    yield Triple(dataset, SD["defaultGraph"], union)
    yield Triple(union, RDF["type"], SD["Graph"])
    for number, (name, triples) in enumerate(sorted(graphs.items()), 1):
        named, graph = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        yield Triple(dataset, SD["namedGraph"], named)
        yield Triple(named, RDF["type"], SD["NamedGraph"])
        yield Triple(named, SD["name"], NamedNode(name))
        yield Triple(named, SD["graph"], graph)
        yield Triple(graph, RDF["type"], SD["Graph"])
        yield Triple(graph, VOID["triples"], Literal(triples))
