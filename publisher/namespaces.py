"""The namespaces we write and read, with the prefixes that every syntax of ours uses."""

from __future__ import annotations

from functools import cache
from typing import Final

from pyoxigraph import NamedNode


class Namespace(str):
    """An IRI prefix; indexing it gives the term: `SKOS["Concept"]`."""

    __slots__ = ()

    def __getitem__(self, name: str) -> NamedNode:  # type: ignore[override]
        return _term(f"{self!s}{name}")


_term = cache(NamedNode)
"""Terms are asked for by the million."""


ADMS: Final = Namespace("http://www.w3.org/ns/adms#")
DCAT: Final = Namespace("http://www.w3.org/ns/dcat#")
DCATAP: Final = Namespace("http://data.europa.eu/r5r/")
DCT: Final = Namespace("http://purl.org/dc/terms/")
FOAF: Final = Namespace("http://xmlns.com/foaf/0.1/")
ISOTHES: Final = Namespace("http://purl.org/iso25964/skos-thes#")
OWL: Final = Namespace("http://www.w3.org/2002/07/owl#")
PROV: Final = Namespace("http://www.w3.org/ns/prov#")
RDF: Final = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS: Final = Namespace("http://www.w3.org/2000/01/rdf-schema#")
SCHEMA: Final = Namespace("https://schema.org/")
SD: Final = Namespace("http://www.w3.org/ns/sparql-service-description#")
SH: Final = Namespace("http://www.w3.org/ns/shacl#")
SKOS: Final = Namespace("http://www.w3.org/2004/02/skos/core#")
SKOSXL: Final = Namespace("http://www.w3.org/2008/05/skos-xl#")
SPDX: Final = Namespace("http://spdx.org/rdf/terms#")
VANN: Final = Namespace("http://purl.org/vocab/vann/")
VCARD: Final = Namespace("http://www.w3.org/2006/vcard/ns#")
VOID: Final = Namespace("http://rdfs.org/ns/void#")
XSD: Final = Namespace("http://www.w3.org/2001/XMLSchema#")

PREFIXES: Final[dict[str, str]] = {
    "adms": str(ADMS),
    "dcat": str(DCAT),
    "dcatap": str(DCATAP),
    "dct": str(DCT),
    "foaf": str(FOAF),
    "owl": str(OWL),
    "prov": str(PROV),
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "schema": str(SCHEMA),
    "sd": str(SD),
    "sh": str(SH),
    "skos": str(SKOS),
    "skosxl": str(SKOSXL),
    "spdx": str(SPDX),
    "vann": str(VANN),
    "vcard": str(VCARD),
    "void": str(VOID),
    "xsd": str(XSD),
}


def shorten(iri: str) -> str:
    """`skos:Concept` for an IRI in a known namespace, otherwise the IRI in angle brackets."""
    for prefix, namespace in PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and local.isidentifier():
            return f"{prefix}:{local}"
    return f"<{iri}>"
