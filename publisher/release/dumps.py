"""Whole datasets as files: one function and one row for each kind."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import IO, Any, Final

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from publisher.formats import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE, Format
from publisher.namespaces import ADMS, PREFIXES, RDF, SKOS
from publisher.release.order import ordered_triples

BATCH: Final = 5_000
"""Statements that are compacted at a time: JSON-LD of any size in little memory."""

CONTEXT: Final[dict[str, Any]] = {"@context": PREFIXES}
"""Our JSON-LD context; it stands inline in every document, since readers may not fetch."""


def serialize(statements: Sequence[Triple], format: Format) -> bytes:
    """Triples in one syntax, in the order given, with the prefixes they use."""
    if format is JSON_LD:
        output = io.BytesIO()
        _write_json_ld(statements, output)
        return output.getvalue()
    return pyoxigraph.serialize(statements, format=format.engine, prefixes=used_prefixes(statements)) or b""


def used_prefixes(statements: Iterable[Triple | Quad]) -> dict[str, str]:
    """The prefixes of the predicates, classes and datatypes that occur."""
    iris = set()
    for each in statements:
        iris.add(each.predicate.value)
        if isinstance(each.object, NamedNode):
            iris.add(each.object.value)
        elif isinstance(each.object, Literal):
            iris.add(each.object.datatype.value)
    namespaces = {iri[: max(iri.rfind("#"), iri.rfind("/")) + 1] for iri in iris}
    return {prefix: iri for prefix, iri in PREFIXES.items() if iri in namespaces}


@dataclass(frozen=True, slots=True)
class Content:
    """The statements of a dataset: as quads in the order of `order.ordered`, and as triples in theirs."""

    quads: Sequence[Quad]
    triples: Sequence[Triple]


Writer = Callable[[Content, IO[bytes]], None]


def _write_triples(format: Format) -> Writer:
    def write(content: Content, output: IO[bytes]) -> None:
        prefixes = used_prefixes(content.triples)
        pyoxigraph.serialize(content.triples, output, format.engine, prefixes=prefixes)

    return write


def _write_quads(format: Format) -> Writer:
    def write(content: Content, output: IO[bytes]) -> None:
        prefixes = used_prefixes(content.quads)
        pyoxigraph.serialize(content.quads, output, format.engine, prefixes=prefixes)

    return write


def _write_json_ld_dump(content: Content, output: IO[bytes]) -> None:
    _write_json_ld(content.triples, output)


def _write_json_ld(statements: Sequence[Triple], output: IO[bytes]) -> None:
    """JSON-LD 1.1 compacted with an inline context of prefixes, one subject a line."""
    prefixes = used_prefixes(statements)
    output.write(b'{"@context":' + _json(prefixes) + b',"@graph":[')
    separator = b"\n"
    for batch in _batches(statements):
        expanded = json.loads(pyoxigraph.serialize(batch, format=JSON_LD.engine) or b"[]")
        for node in expanded:
            output.write(separator + _json(_compact(node, prefixes)))
            separator = b",\n"
    output.write(b"\n]}\n")


def _batches(statements: Sequence[Triple]) -> Iterator[list[Triple]]:
    """Some thousands of statements at a time, never parting those of one subject."""
    batch: list[Triple] = []
    for _, group in groupby(statements, key=lambda each: each.subject):
        batch.extend(group)
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _compact(value: Any, prefixes: Mapping[str, str]) -> Any:
    """An expanded node with short keys and types, and single values out of their lists."""
    if isinstance(value, list):
        items = [_compact(each, prefixes) for each in value]
        return items[0] if len(items) == 1 else items
    if not isinstance(value, dict):
        return value
    if value.keys() == {"@value"}:
        return value["@value"]
    return dict(_compact_entry(key, value[key], prefixes) for key in value)


def _compact_entry(key: str, value: Any, prefixes: Mapping[str, str]) -> tuple[str, Any]:
    """A key with its values; `rdf:type`, which the engine writes as any property, becomes `@type`."""
    if key == RDF["type"].value and all("@id" in each for each in value):
        types = [_short(each["@id"], prefixes) for each in value]
        return "@type", types[0] if len(types) == 1 else types
    if key == "@type":  # of a literal: its datatype
        return key, _short(value, prefixes)
    return _short(key, prefixes), _compact(value, prefixes)


def _short(iri: str, prefixes: Mapping[str, str]) -> str:
    for prefix, namespace in prefixes.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


TEXT_COLUMNS: Final = (SKOS["prefLabel"], SKOS["altLabel"], SKOS["definition"])
VALUE_COLUMNS: Final = (
    SKOS["inScheme"],
    SKOS["notation"],
    SKOS["topConceptOf"],
    SKOS["broader"],
    SKOS["related"],
    SKOS["exactMatch"],
    SKOS["closeMatch"],
    SKOS["broadMatch"],
    SKOS["narrowMatch"],
    SKOS["relatedMatch"],
    ADMS["status"],
)


def _write_csv(content: Content, output: IO[bytes]) -> None:
    """One row a concept (RFC 4180, UTF-8); several values in one cell are parted by line ends."""
    values: dict[Any, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    concepts = []
    for triple in content.triples:
        if triple.predicate == RDF["type"] and triple.object == SKOS["Concept"]:
            concepts.append(triple.subject)
        elif (column := _column(triple)) and isinstance(triple.object, (NamedNode, BlankNode, Literal)):
            values[triple.subject][column].append(triple.object.value)
    columns = _columns(values[each] for each in concepts)
    text = io.TextIOWrapper(output, "utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(["iri", *columns])
    for each in concepts:
        writer.writerow([getattr(each, "value", each), *("\n".join(values[each][name]) for name in columns)])
    text.detach()


def _column(triple: Triple) -> str | None:
    """The column in which a value goes: `prefLabel@nl`, `broader`; None for what the table leaves out."""
    name = triple.predicate.value.removeprefix(str(SKOS)).removeprefix(str(ADMS))
    if triple.predicate in VALUE_COLUMNS:
        return name
    if triple.predicate in TEXT_COLUMNS and isinstance(triple.object, Literal):
        return f"{name}@{triple.object.language}" if triple.object.language else name
    return None


def _columns(rows: Iterable[Mapping[str, object]]) -> list[str]:
    """The columns in use, texts by name and language before values, in the order of the tables."""
    used = {name for row in rows for name in row}
    names = [each.value.rpartition("#")[2] for each in (*TEXT_COLUMNS, *VALUE_COLUMNS)]
    return sorted(used, key=lambda column: (names.index(column.partition("@")[0]), column))


DUMPS: Final[tuple[tuple[str, str, Writer], ...]] = (
    (TURTLE.suffix, TURTLE.media_type, _write_triples(TURTLE)),
    (N_TRIPLES.suffix, N_TRIPLES.media_type, _write_triples(N_TRIPLES)),
    (JSON_LD.suffix, JSON_LD.media_type, _write_json_ld_dump),
    (RDF_XML.suffix, RDF_XML.media_type, _write_triples(RDF_XML)),
    (TRIG.suffix, TRIG.media_type, _write_quads(TRIG)),
    (N_QUADS.suffix, N_QUADS.media_type, _write_quads(N_QUADS)),
    ("csv", "text/csv", _write_csv),
)
"""Suffix, media type and writer of each dump."""


def write_dumps(quads: Sequence[Quad], directory: Path, version: str) -> dict[str, Path]:
    """Write every dump of a dataset as `{version}.{suffix}`; the paths by suffix.

    The quads come in the order of `order.ordered`.
    """
    directory.mkdir(parents=True)
    content = Content(quads, ordered_triples(quads))
    paths = {}
    for suffix, _, write in DUMPS:
        paths[suffix] = directory / f"{version}.{suffix}"
        with paths[suffix].open("wb") as output:
            write(content, output)
    return paths
