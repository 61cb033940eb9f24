"""ONE table of syntaxes: media type, suffix, the IRI W3C gave it and the engine's name for it.

Negotiation, suffixes, dumps, DCAT and the service description are all read from here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Quad, QueryResultsFormat, RdfFormat, Triple


@dataclass(frozen=True, slots=True)
class Format:
    """A syntax for RDF; `iri` is from the W3C list of file formats (www.w3.org/ns/formats)."""

    name: str
    media_type: str
    suffix: str
    iri: str
    engine: RdfFormat
    holds_datasets: bool = False
    holds_triple_terms: bool = True


@dataclass(frozen=True, slots=True)
class ResultsFormat:
    """A syntax for the solutions of SELECT and ASK."""

    name: str
    media_type: str
    suffix: str
    iri: str
    engine: QueryResultsFormat


W3C: Final = "http://www.w3.org/ns/formats/"
TURTLE: Final = Format("Turtle", "text/turtle", "ttl", W3C + "Turtle", RdfFormat.TURTLE)
N_TRIPLES: Final = Format("N-Triples", "application/n-triples", "nt", W3C + "N-Triples", RdfFormat.N_TRIPLES)
JSON_LD: Final = Format(
    "JSON-LD", "application/ld+json", "jsonld", W3C + "JSON-LD", RdfFormat.JSON_LD, holds_triple_terms=False
)
RDF_XML: Final = Format("RDF/XML", "application/rdf+xml", "rdf", W3C + "RDF_XML", RdfFormat.RDF_XML)
TRIG: Final = Format("TriG", "application/trig", "trig", W3C + "TriG", RdfFormat.TRIG, True)
N_QUADS: Final = Format("N-Quads", "application/n-quads", "nq", W3C + "N-Quads", RdfFormat.N_QUADS, True)

FORMATS: Final = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML, TRIG, N_QUADS)
GRAPH_FORMATS: Final = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
"""The syntaxes in which a graph (a document, the catalogue) is served."""

RESULTS_FORMATS: Final = (
    ResultsFormat(
        "JSON",
        "application/sparql-results+json",
        "json",
        W3C + "SPARQL_Results_JSON",
        QueryResultsFormat.JSON,
    ),
    ResultsFormat(
        "XML", "application/sparql-results+xml", "xml", W3C + "SPARQL_Results_XML", QueryResultsFormat.XML
    ),
    ResultsFormat("CSV", "text/csv", "csv", W3C + "SPARQL_Results_CSV", QueryResultsFormat.CSV),
    ResultsFormat("TSV", "text/tab-separated-values", "tsv", W3C + "SPARQL_Results_TSV", QueryResultsFormat.TSV),
)


def format_of_suffix(suffix: str) -> Format | None:
    """The RDF syntax that files with this suffix (without dot) are in."""
    return next((each for each in FORMATS if each.suffix == suffix), None)


def triples(quads: Iterable[Quad]) -> list[Triple]:
    """The same statements without their graphs, each once, in the order given."""
    return list(dict.fromkeys(quad.triple for quad in quads))
