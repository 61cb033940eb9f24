"""What only a written dump can tell: how large it is and what it hashes to."""

from __future__ import annotations

from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from publisher.namespaces import DCAT, RDF, SPDX, XSD

ALGORITHM: Final = SPDX["checksumAlgorithm_sha256"]
"""SHA-256 in the namespace that SPDX publishes, which begins with `http:`."""


def measured(distribution: str, size: int, sha256: str, graph: NamedNode) -> list[Quad]:
    """The statements about a dump in `graph`: its size in bytes and its checksum (`sha256` in hexadecimal)."""
    file, checksum = NamedNode(distribution), NamedNode(f"{distribution}/checksum")
    return [
        Quad(file, DCAT["byteSize"], Literal(str(size), datatype=XSD["nonNegativeInteger"]), graph),
        Quad(file, SPDX["checksum"], checksum, graph),
        Quad(checksum, RDF["type"], SPDX["Checksum"], graph),
        Quad(checksum, SPDX["algorithm"], ALGORITHM, graph),
        Quad(checksum, SPDX["checksumValue"], Literal(sha256, datatype=XSD["hexBinary"]), graph),
    ]
