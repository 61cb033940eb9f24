"""The official shapes of DCAT-AP 3.0.1 over the catalogue as it is served.

Only the modular files: the full file asks for classes that follow by RDFS alone (docs/decisions/dcat-ap.md).
"""

from __future__ import annotations

from pathlib import Path

import pyshacl
import pytest
import rdflib
from building import compiled
from pyoxigraph import RdfFormat, serialize

from publisher.formats import TURTLE, triples
from publisher.release import Release

ROOT = Path(__file__).parents[1]
OFFICIAL = ROOT.parent / "shared/corpus/shapes/dcat-ap-3.0.1/html/shacl"
FILES = ("shapes.ttl", "range.ttl")


@pytest.fixture(params=FILES)
def shapes(request: pytest.FixtureRequest) -> rdflib.Graph:
    """One of the official files; it is not ours to distribute."""
    path = OFFICIAL / request.param
    if not path.is_file():
        pytest.skip(f"the official shapes are not here: {path.relative_to(ROOT.parent)}")
    return rdflib.Graph().parse(path, format="turtle")


def results(catalog: bytes, shapes: rdflib.Graph) -> str:
    """The report of pySHACL, empty when it has no result."""
    data = rdflib.Graph().parse(data=catalog, format="turtle")
    conforms, _, text = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    return "" if conforms else text


def test_catalog_that_is_served_has_no_result(release: Release, shapes: rdflib.Graph) -> None:
    assert not results(release.catalog(TURTLE), shapes)


def test_catalog_of_the_levers_has_no_result(shapes: rdflib.Graph) -> None:
    catalog = serialize(triples(compiled(ROOT).catalog), format=RdfFormat.TURTLE)
    assert catalog is not None
    assert not results(catalog, shapes)
