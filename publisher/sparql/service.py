"""What the endpoint is and can do, in RDF (SPARQL 1.1 Service Description)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Final
from urllib.parse import urljoin

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from publisher.config import Sparql
from publisher.formats import FORMATS, RESULTS_FORMATS
from publisher.namespaces import DCT, RDF, RDFS, SCHEMA, SD, SH, VOID, XSD, Namespace
from publisher.release.queries import SavedQuery

QUERIES: Final = "/api/v1/queries"
"""Where the saved queries are, on the host of the endpoint."""

EXECUTABLES: Final = {
    "SELECT": ("SPARQLSelectExecutable", "select"),
    "CONSTRUCT": ("SPARQLConstructExecutable", "construct"),
    "ASK": ("SPARQLAskExecutable", "ask"),
}
"""Query form -> class and property of SHACL for a query of it; SHACL has none for DESCRIBE."""


GEOSPARQL: Final = Namespace("http://www.opengis.net/def/function/geosparql/")

EXTENSION_FUNCTIONS: Final = (
    *(
        GEOSPARQL[name]
        for name in (
            *("area", "asGeoJSON", "centroid", "convexHull", "coordinateDimension", "difference", "dimension"),
            *("distance", "ehContains", "ehCoveredBy", "ehCovers", "ehDisjoint", "ehEquals", "ehInside", "ehMeet"),
            *("ehOverlap", "envelope", "getSRID", "intersection", "isEmpty", "isSimple", "length", "perimeter"),
            *("rcc8dc", "rcc8ec", "rcc8eq", "rcc8ntpp", "rcc8ntppi", "rcc8po", "rcc8tpp", "rcc8tppi", "relate"),
            *("sfContains", "sfCrosses", "sfDisjoint", "sfEquals", "sfIntersects", "sfOverlaps", "sfTouches"),
            *("sfWithin", "spatialDimension", "symDifference", "union"),
        )
    ),
    *(
        XSD[name]
        for name in (
            *("date", "time", "duration", "yearMonthDuration", "dayTimeDuration"),
            *("gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay"),
        )
    ),
)
"""What the engine (0.5) can call by an IRI, and SPARQL 1.1 does not have: functions of GeoSPARQL, and casts."""

LIMITS: Final = {
    "nl": (
        "SPARQL 1.1, en uit SPARQL 1.2 VERSION, triple terms, reifiers, annotaties en taal met schrijfrichting. "
        "Alleen lezen: wijzigingen en SERVICE worden geweigerd. "
        "Een query mag {characters} tekens en {tokens} woorden hebben en {deadline:g} seconden duren (met de "
        "parameter timeout: minder); een antwoord mag {answer} MiB groot zijn. Een aanvrager mag {turns} queries "
        "tegelijk stellen en per minuut {cpu:g} seconden rekentijd gebruiken."
    ),
    "en": (
        "SPARQL 1.1, and of SPARQL 1.2 VERSION, triple terms, reifiers, annotations and text with a direction. "
        "For reading only: updates and SERVICE are refused. "
        "A query may have {characters} characters and {tokens} words and take {deadline:g} seconds (fewer with "
        "the parameter timeout); an answer may have {answer} MiB. A client may ask {turns} queries at the same "
        "time and use {cpu:g} seconds of processor time a minute."
    ),
}
"""Language -> what no property of a vocabulary says of our endpoint, as a template over the settings."""


def describe(
    service: NamedNode, endpoint: NamedNode, graphs: Mapping[str, int], triples: int, limits: Sparql
) -> list[Triple]:
    """The description of our endpoint over these named graphs, each with its number of triples.

    `triples` is that of all graphs as one, 0 if nobody has counted them.
    """
    return [*_statements(service, endpoint, limits), *_dataset(service, graphs, triples)]


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


def _statements(service: NamedNode, endpoint: NamedNode, limits: Sparql) -> Iterator[Triple]:
    yield Triple(service, RDF["type"], SD["Service"])
    yield Triple(service, SD["endpoint"], endpoint)
    yield Triple(service, SD["supportedLanguage"], SD["SPARQL11Query"])
    # The default graph is all graphs as one, unless a query or request names its own; nothing is ever fetched.
    yield Triple(service, SD["feature"], SD["UnionDefaultGraph"])
    yield Triple(service, SD["defaultEntailmentRegime"], NamedNode("http://www.w3.org/ns/entailment/Simple"))
    for language, text in LIMITS.items():
        yield Triple(service, RDFS["comment"], Literal(text.format_map(asdict(limits)), language=language))
    yield Triple(service, RDFS["seeAlso"], NamedNode(urljoin(endpoint.value, QUERIES)))
    for format in (*RESULTS_FORMATS, *FORMATS):
        yield Triple(service, SD["resultFormat"], NamedNode(format.iri))
    for function in EXTENSION_FUNCTIONS:
        yield Triple(service, SD["extensionFunction"], function)


def _dataset(service: NamedNode, graphs: Mapping[str, int], triples: int) -> Iterator[Triple]:
    dataset, union = BlankNode("dataset"), BlankNode("union")
    yield Triple(service, SD["defaultDataset"], dataset)
    yield Triple(dataset, RDF["type"], SD["Dataset"])
    yield Triple(dataset, SD["defaultGraph"], union)
    yield Triple(union, RDF["type"], SD["Graph"])
    if triples:
        yield Triple(union, VOID["triples"], Literal(triples))
    for number, (name, triples) in enumerate(sorted(graphs.items()), 1):
        named, graph = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        yield Triple(dataset, SD["namedGraph"], named)
        yield Triple(named, RDF["type"], SD["NamedGraph"])
        yield Triple(named, SD["name"], NamedNode(name))
        yield Triple(named, SD["graph"], graph)
        yield Triple(graph, RDF["type"], SD["Graph"])
        yield Triple(graph, VOID["triples"], Literal(triples))
