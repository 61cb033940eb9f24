"""What the endpoint is and can do, in RDF (SPARQL 1.1 Service Description)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from publisher.formats import FORMATS, RESULTS_FORMATS
from publisher.namespaces import RDF, SD, VOID


def describe(service: NamedNode, endpoint: NamedNode, graphs: Mapping[str, int]) -> list[Triple]:
    """The description of our endpoint over these named graphs, each with its number of triples."""
    return list(_statements(service, endpoint, graphs))


def _statements(service: NamedNode, endpoint: NamedNode, graphs: Mapping[str, int]) -> Iterator[Triple]:
    yield Triple(service, RDF["type"], SD["Service"])
    yield Triple(service, SD["endpoint"], endpoint)
    yield Triple(service, SD["supportedLanguage"], SD["SPARQL11Query"])
    # The default graph is all graphs as one, unless a query or request names its own; nothing is ever fetched.
    yield Triple(service, SD["feature"], SD["UnionDefaultGraph"])
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
