"""What the endpoint says of itself is true: formats, graphs and their sizes, functions, limits."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlencode, urljoin
from urllib.request import Request, urlopen

import pytest
import rdflib
from pyoxigraph import Store
from rdflib.namespace import RDF, RDFS, VOID

from publisher.errors import QueryError
from publisher.formats import FORMATS, RESULTS_FORMATS
from publisher.sparql.service import EXTENSION_FUNCTIONS
from publisher.web.problems import STATUS_OF

DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
CATALOGUE = "https://tiny.example/id/graph/catalogus"
ADDRESS = "https://tiny.example"


def read(address: str, accept: str = "text/turtle") -> bytes:
    with urlopen(Request(address, headers={"Accept": accept})) as answer:
        return bytes(answer.read())


@pytest.fixture(scope="module")
def description(served: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=read(f"{served}/sparql"), format="turtle")


@pytest.fixture(scope="module")
def service(description: rdflib.Graph) -> rdflib.term.Node:
    [found] = description.subjects(RDF.type, SD.Service)
    return found


def counted(served: str, *graphs: str) -> int:
    """How many statements SPARQL itself counts, in these graphs as one or in all there are."""
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    parameters = [("query", count), *(("default-graph-uri", each) for each in graphs)]
    answer = json.loads(read(f"{served}/sparql?{urlencode(parameters)}", "application/json"))
    return int(answer["results"]["bindings"][0]["n"]["value"])


def size(description: rdflib.Graph, graph: rdflib.term.Node | None) -> int:
    return int(str(description.value(graph, VOID.triples)))


def named(description: rdflib.Graph) -> dict[str, int]:
    """Name -> size, as the description has it."""
    return {
        str(description.value(each, SD.name)): size(description, description.value(each, SD.graph))
        for each in description.subjects(RDF.type, SD.NamedGraph)
    }


def test_each_graph_has_as_many_statements_as_sparql_counts(served: str, description: rdflib.Graph) -> None:
    listed = json.loads(read(f"{served}/sparql?query=SELECT+DISTINCT+?g+{{GRAPH+?g+{{}}}}", "application/json"))
    names = {row["g"]["value"] for row in listed["results"]["bindings"]}
    assert named(description) == {name: counted(served, name) for name in names}


def test_the_default_graph_is_all_of_them_as_one(
    served: str, description: rdflib.Graph, service: rdflib.term.Node
) -> None:
    default = description.value(description.value(service, SD.defaultDataset), SD.defaultGraph)
    assert (service, SD.feature, SD.UnionDefaultGraph) in description
    assert size(description, default) == counted(served) == counted(served, *named(description))


@pytest.mark.parametrize("path", ["/catalog", "/.well-known/void"])
def test_void_counts_as_many_statements_of_the_dataset(
    served: str, description: rdflib.Graph, service: rdflib.term.Node, path: str
) -> None:
    void = rdflib.Graph().parse(data=read(served + path), format="turtle")
    [dataset] = set(void.subjects(RDF.type, VOID.Dataset)) & set(void.subjects(RDF.type, DCAT.Dataset))
    content = named(description).keys() - {CATALOGUE}
    assert size(void, dataset) == counted(served, *content)
    assert void.value(dataset, VOID.sparqlEndpoint) == description.value(service, SD.endpoint)
    assert (service, RDF.type, DCAT.DataService) in void


@pytest.mark.parametrize("format", [*RESULTS_FORMATS, *FORMATS], ids=lambda each: each.name)
def test_each_result_format_is_given(
    served: str, description: rdflib.Graph, service: rdflib.term.Node, format: object
) -> None:
    listed = {str(each) for each in description.objects(service, SD.resultFormat)}
    media_type, iri = format.media_type, format.iri  # type: ignore[attr-defined]
    assert iri in listed
    query = "ASK {}" if format in RESULTS_FORMATS else "DESCRIBE <http://mirror.example/months>"
    with urlopen(
        Request(f"{served}/sparql?{urlencode({'query': query})}", headers={"Accept": media_type})
    ) as answer:
        assert answer.headers.get_content_type() == media_type


def known(function: str) -> bool:
    """Whether the engine has a function of this name, whatever it makes of these arguments."""
    try:
        list(Store().query(f"SELECT (<{function}>('POINT(1 2)') AS ?x) {{}}"))
    except (SyntaxError, RuntimeError) as error:
        return "custom function" not in str(error)
    return True


def test_each_extension_function_can_be_called_and_others_cannot(
    description: rdflib.Graph, service: rdflib.term.Node
) -> None:
    listed = {str(each) for each in description.objects(service, SD.extensionFunction)}
    assert listed == {each.value for each in EXTENSION_FUNCTIONS}
    assert all(map(known, listed))
    geosparql = "http://www.opengis.net/def/function/geosparql/"
    others = ("boundary", "buffer", "asWKT", "asGML", "geometryType", "is3D", "transform", "metricDistance")
    assert not any(known(geosparql + each) for each in others)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_limits_are_said_in_words(description: rdflib.Graph, service: rdflib.term.Node, language: str) -> None:
    [text] = [str(each) for each in description.objects(service, RDFS.comment) if each.language == language]  # type: ignore[attr-defined]
    for number in ("524288 ", "100000 ", "2 second" if language == "en" else "2 seconden", "1 MiB"):
        assert number in text


def test_it_leads_to_the_saved_queries(served: str, description: rdflib.Graph, service: rdflib.term.Node) -> None:
    [queries] = description.objects(service, RDFS.seeAlso)
    assert str(queries) == urljoin(ADDRESS, "/api/v1/queries")
    assert "queries" in json.loads(read(str(queries).replace(ADDRESS, served), "application/json"))


DOCUMENT = Path(__file__).parents[2] / "docs" / "sparql.md"


@pytest.mark.parametrize("query", re.findall(r"```sparql\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL))
def test_the_documented_queries_are_answered(served: str, query: str) -> None:
    with urlopen(f"{served}/sparql?{urlencode({'query': query})}") as answer:
        assert answer.status == 200


def test_the_document_names_every_format_and_kind_of_problem() -> None:
    text = DOCUMENT.read_text("utf-8")
    for format in (*RESULTS_FORMATS, *FORMATS):
        assert f"`{format.media_type}`" in text
    for row in STATUS_OF:
        if issubclass(row.error, QueryError):
            assert f"`{row.slug}`" in text
