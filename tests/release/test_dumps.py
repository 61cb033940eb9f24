"""Dumps: every syntax says the same, and the same content gives the same bytes."""

import csv
import io
import json
import re
import tomllib
from pathlib import Path

import openpyxl
import pyoxigraph
import pytest
import rdflib
from building import compiled, copy
from pyoxigraph import Dataset, Quad, Triple

from publisher.formats import FORMATS, GRAPH_FORMATS, JSON_LD, N_QUADS, TRIG, Format
from publisher.namespaces import PREFIXES, RDF, SKOS
from publisher.release import spreadsheet
from publisher.release.dumps import serialize, write_dumps
from publisher.web import Site

ROOT = Path(__file__).parents[2]


AWKWARD = b"""
@prefix x: <http://x.example/> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
x:s x:a "1" ; x:b 2 . x:s x:a "3"@nl, "4"@en--ltr, "x\\u2028\\"y"^^x:type ; a _:class .
x:s a x:T , [] . _:class x:a true, 1.50, 1e3, "{}"^^rdf:JSON ; x:n (1 2) . x:s a "odd" .
x:t a x:T . x:t x:b x:s .
"""


@pytest.mark.parametrize("format", GRAPH_FORMATS, ids=lambda each: each.suffix)
def test_statements_in_any_order_read_back_as_they_were(format: Format) -> None:
    statements = [quad.triple for quad in pyoxigraph.parse(AWKWARD, pyoxigraph.RdfFormat.TURTLE)]
    content = serialize(statements, format)
    assert canonical(pyoxigraph.parse(content, format.engine)) == canonical(statements)


def test_JSON_LD_has_short_names_and_one_line_a_subject(site: Site) -> None:  # noqa: N802
    document = site.store.document("/doc/concept/season/winter")
    assert document is not None
    lines = document.in_format(JSON_LD).decode().splitlines()
    context = json.loads(lines[0] + "]}")["@context"]
    winter = json.loads(lines[1].rstrip(","))
    assert context == {name: PREFIXES[name] for name in context}
    assert (winter["@id"], winter["@type"]) == (document.iri.value, "skos:Concept")
    assert {"@language": "nl", "@value": "Winter"} in winter["skos:prefLabel"]


@pytest.fixture(scope="module", params=["tiny", "real"])
def quads(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Quad, ...]:
    """The content of a site, in the order of its dumps."""
    folder = copy("tiny", tmp_path_factory.mktemp("dumps")) if request.param == "tiny" else ROOT
    return compiled(folder).content


@pytest.fixture(scope="module")
def dumps(quads: tuple[Quad, ...], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_dumps(quads, tmp_path_factory.mktemp("out") / "d", "1.0.0")


def canonical(statements: object) -> set[str]:
    """Statements with blank nodes named by content."""
    dataset = Dataset(
        Quad(each.subject, each.predicate, each.object) if isinstance(each, Triple) else each
        for each in statements  # type: ignore[attr-defined]
    )
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
    return {str(each) for each in dataset}


@pytest.mark.parametrize("format", GRAPH_FORMATS, ids=lambda format: format.suffix)
def test_every_triple_dump_holds_the_distinct_triples(
    quads: tuple[Quad, ...], dumps: dict[str, Path], format: Format
) -> None:
    wanted = {quad.triple for quad in quads}
    read = {quad.triple for quad in pyoxigraph.parse(path=dumps[format.suffix], format=format.engine)}
    assert len(read) == len(wanted)
    assert canonical(read) == canonical(wanted)


@pytest.mark.parametrize("format", [TRIG, N_QUADS], ids=lambda format: format.suffix)
def test_every_quad_dump_holds_the_quads(quads: tuple[Quad, ...], dumps: dict[str, Path], format: Format) -> None:
    read = list(pyoxigraph.parse(path=dumps[format.suffix], format=format.engine))
    assert len(set(read)) == len(quads)
    assert canonical(read) == canonical(quads)


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.suffix)
def test_another_library_reads_as_many(quads: tuple[Quad, ...], dumps: dict[str, Path], format: Format) -> None:
    syntax = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml", "trig": "trig", "nq": "nquads"}
    graph = rdflib.Dataset()
    graph.parse(dumps[format.suffix], format=syntax[format.suffix])
    read = [quad for quad in graph.quads() if quad[0] is not None]
    assert len(read) == (len(quads) if format.holds_datasets else len({quad.triple for quad in quads}))


def test_the_table_has_a_row_for_each_concept(quads: tuple[Quad, ...], dumps: dict[str, Path]) -> None:
    concepts = {q.subject.value for q in quads if q.predicate == RDF["type"] and q.object == SKOS["Concept"]}
    with dumps["csv"].open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["iri"] for row in rows} == concepts
    assert len(rows) == len(concepts)
    assert all(None not in row for row in rows)


def test_the_workbook_says_what_the_table_says(dumps: dict[str, Path]) -> None:
    sheet = openpyxl.load_workbook(dumps["xlsx"])["concepts"]
    with dumps["csv"].open(newline="", encoding="utf-8") as file:
        wanted = list(csv.reader(file))
    assert [[each or "" for each in row] for row in sheet.values] == wanted


def test_a_workbook_that_would_be_too_long_is_left_out(
    quads: tuple[Quad, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreadsheet, "ROWS", 3)
    written = write_dumps(quads, tmp_path / "long", "1.0.0")
    assert "xlsx" not in written
    assert "csv" in written


def test_the_same_content_gives_the_same_bytes(
    quads: tuple[Quad, ...], dumps: dict[str, Path], tmp_path: Path
) -> None:
    again = write_dumps(tuple(quads), tmp_path / "again", "1.0.0")
    assert {suffix: path.read_bytes() for suffix, path in again.items()} == {
        suffix: path.read_bytes() for suffix, path in dumps.items()
    }


def test_rdf_xml_names_its_nodes_after_their_class(dumps: dict[str, Path]) -> None:
    text = dumps["rdf"].read_text("utf-8")
    assert "<skos:Concept rdf:about=" in text
    untyped = set(re.findall(r'<rdf:Description rdf:about="([^"]+)"', text))
    typed = {str(each) for each in rdflib.Graph().parse(dumps["rdf"]).subjects(rdflib.RDF.type)}
    assert not untyped & typed


def test_json_ld_is_compact_with_its_context_inline(dumps: dict[str, Path]) -> None:
    document = json.loads(dumps["jsonld"].read_bytes())
    assert document["@context"]["skos"] == str(SKOS)
    assert any(node.get("@type") == "skos:Concept" for node in document["@graph"])


def test_numbers_keep_their_spelling(tmp_path: Path) -> None:
    text = b'<http://x/a> <http://x/p> "01"^^<http://www.w3.org/2001/XMLSchema#integer> .'
    [quad] = pyoxigraph.parse(text, pyoxigraph.RdfFormat.N_TRIPLES)
    for format in GRAPH_FORMATS:
        written = serialize([quad.triple], format)
        assert [each.triple for each in pyoxigraph.parse(io.BytesIO(written), format.engine)] == [quad.triple]


def test_the_settings_of_the_real_site_name_a_reserved_host() -> None:
    assert tomllib.loads((ROOT / "publisher.toml").read_text("utf-8"))["base"].endswith(".example")
