"""Whole datasets as files: one function and one row for each kind."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from pathlib import Path
from typing import IO, Any, Final

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from publisher.description import Term
from publisher.formats import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE, Format
from publisher.namespaces import ADMS, PREFIXES, RDF, SKOS, XSD
from publisher.release import spreadsheet
from publisher.release.order import triples_of

CONTEXT: Final[dict[str, Any]] = {"@context": PREFIXES}
"""Our JSON-LD context; it stands inline in every document, since readers may not fetch."""


def serialize(statements: Sequence[Triple], format: Format, prefixes: Mapping[str, str] | None = None) -> bytes:
    """Triples in one syntax, in the order given, with the prefixes they use (or, where they are known, these)."""
    used = used_prefixes(statements) if prefixes is None else prefixes
    if format is JSON_LD:
        output = io.BytesIO()
        _write_json_ld(statements, output, used)
        return output.getvalue()
    return pyoxigraph.serialize(statements, format=format.engine, prefixes=dict(used)) or b""


def used_prefixes(statements: Iterable[Triple | Quad]) -> dict[str, str]:
    """The prefixes of the predicates, classes and datatypes that occur."""
    iris = set()
    for each in statements:
        iris.add(each.predicate.value)
        value = each.object
        if isinstance(value, NamedNode):
            iris.add(value.value)
        elif isinstance(value, Literal):
            iris.add(value.datatype.value)
    namespaces = set(map(_namespace, iris))
    return {prefix: iri for prefix, iri in PREFIXES.items() if iri in namespaces}


@lru_cache(4_096)
def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


@dataclass(frozen=True)
class Content:
    """The statements of a dataset, as quads in the order of `order.ordered` and as triples in theirs, and the
    prefixes that they use.
    """

    quads: Sequence[Quad]
    triples: Sequence[Triple]
    prefixes: dict[str, str]

    @cached_property
    def table(self) -> Table:
        """Its concepts as a table."""
        return _table(self.triples)


Writer = Callable[[Content, IO[bytes]], None]


def _write_triples(format: Format) -> Writer:
    def write(content: Content, output: IO[bytes]) -> None:
        pyoxigraph.serialize(content.triples, output, format.engine, prefixes=content.prefixes)

    return write


def _write_quads(format: Format) -> Writer:
    def write(content: Content, output: IO[bytes]) -> None:
        pyoxigraph.serialize(content.quads, output, format.engine, prefixes=content.prefixes)

    return write


def _write_json_ld_dump(content: Content, output: IO[bytes]) -> None:
    _write_json_ld(content.triples, output, content.prefixes)


def _write_json_ld(statements: Iterable[Triple], output: IO[bytes], prefixes: Mapping[str, str]) -> None:
    """JSON-LD 1.1 compacted with an inline context of prefixes, one subject a line."""
    output.write(b'{"@context":' + _json(prefixes) + b',"@graph":[')
    separator = b"\n"
    for node in _nodes(statements, _spellings(tuple(prefixes.items()))):
        output.write(separator + _json(node))
        separator = b",\n"
    output.write(b"\n]}\n")


# Written by ourselves: what the engine writes is expanded, and to compact that takes four times as long.
def _nodes(statements: Iterable[Triple], spelled: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """A node for the statements about one subject that follow on each other, a key for those with one property."""
    for subject, about in groupby(statements, key=lambda each: each.subject):
        node: dict[str, Any] = {"@id": _id(subject)}
        for predicate, found in groupby(about, key=lambda each: each.predicate):
            key, values = _entry(predicate, [each.object for each in found], spelled)
            if key in node:
                yield node
                node = {"@id": _id(subject)}
            node[key] = values[0] if len(values) == 1 else values
        yield node


def _entry(predicate: NamedNode, terms: Sequence[Term], spelled: Mapping[str, str]) -> tuple[str, list[Any]]:
    """A key with its values; classes are the values of `@type`."""
    if predicate == TYPE and not any(isinstance(each, (Literal, Triple)) for each in terms):
        return "@type", [spelled[_id(each)] for each in terms]
    return spelled[predicate.value], [_value(each, spelled) for each in terms]


def _value(term: Term, spelled: Mapping[str, str]) -> Any:
    if not isinstance(term, Literal):
        return {"@id": _id(term)}
    if language := term.language:
        if direction := term.direction:
            return {"@language": language, "@direction": str(direction), "@value": term.value}
        return {"@language": language, "@value": term.value}
    if (datatype := term.datatype) == STRING:
        return term.value
    return {"@type": spelled[datatype.value], "@value": term.value}


def _id(term: Term) -> str:
    if isinstance(term, NamedNode):
        return term.value
    if isinstance(term, BlankNode):
        return f"_:{term.value}"
    raise OSError("JSON-LD has no words for statements about statements (RDF 1.2)")


class Spellings(dict[str, str]):
    """Short spellings of properties, classes and datatypes, each worked out once for the same prefixes."""

    def __init__(self, prefixes: Iterable[tuple[str, str]]) -> None:
        self._prefixes = prefixes

    def __missing__(self, iri: str) -> str:
        if len(self) >= SPELLINGS:
            self.clear()
        found = (f"{name}:{iri[len(start) :]}" for name, start in self._prefixes if _begins(iri, start))
        self[iri] = spelled = next(found, iri)
        return spelled


SPELLINGS: Final = 4_096
_spellings: Final = lru_cache(64)(Spellings)


def _begins(iri: str, namespace: str) -> bool:
    return len(iri) > len(namespace) and iri.startswith(namespace)


_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _json(value: Any) -> bytes:
    return _encode(value).encode()


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
COLUMNS: Final = {each: each.value.rpartition("#")[2] for each in (*TEXT_COLUMNS, *VALUE_COLUMNS)}
"""The name of the column of each property."""
TEXTS: Final = {COLUMNS[each] for each in TEXT_COLUMNS}

LARGE: Final = 1 << 28
"""Characters in a table of which a sheet may pass 2 GiB, with what stands around each."""

TYPE: Final = RDF["type"]
CONCEPT: Final = SKOS["Concept"]
STRING: Final = XSD["string"]


@dataclass(frozen=True, slots=True)
class Table:
    """The concepts of a dataset in their order: the values of each by column, several in one, and the columns in
    use.
    """

    columns: Sequence[str]
    concepts: Sequence[tuple[str, Mapping[str, list[str]]]]

    def rows(self) -> Iterator[list[str]]:
        """The names of the columns, then a row for each concept; several values are parted by line ends."""
        yield ["iri", *self.columns]
        for iri, values in self.concepts:
            yield [iri, *("\n".join(values.get(name, ())) for name in self.columns)]

    @property
    def characters(self) -> int:
        """How long all values are together."""
        return sum(len(each) for _, values in self.concepts for texts in values.values() for each in texts)


def _table(triples: Iterable[Triple]) -> Table:
    values: dict[Any, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    concepts = []
    for triple in triples:
        predicate, value = triple.predicate, triple.object
        if predicate == TYPE and value == CONCEPT:
            concepts.append(triple.subject)
        elif predicate in COLUMNS and (cell := _cell(COLUMNS[predicate], value)):
            values[triple.subject][cell[0]].append(cell[1])
    rows = [(str(getattr(each, "value", each)), values[each]) for each in concepts]
    return Table(_columns(values for _, values in rows), rows)


def write_table(content: Content, output: IO[bytes]) -> None:
    """One row a concept (RFC 4180, UTF-8), values as they are: docs/tables.md."""
    text = io.TextIOWrapper(output, "utf-8", newline="", write_through=True)
    csv.writer(text).writerows(content.table.rows())
    text.detach()


def _write_workbook(content: Content, output: IO[bytes]) -> None:
    """The same table for a spreadsheet program."""
    large = content.table.characters > LARGE
    spreadsheet.write(content.table.rows(), output, title="concepts", large=large)


def _cell(name: str, value: Term) -> tuple[str, str] | None:
    """The column in which a value goes, `prefLabel@nl` or `broader`; None for what the table leaves out."""
    if isinstance(value, Triple):
        return None
    if name not in TEXTS:
        return name, value.value
    if isinstance(value, Literal):
        return f"{name}@{value.language}" if value.language else name, value.value
    return None


def _columns(rows: Iterable[Mapping[str, object]]) -> list[str]:
    """The columns in use, texts by name and language before values, in the order of the tables."""
    used = {name for row in rows for name in row}
    names = list(COLUMNS.values())
    return sorted(used, key=lambda column: (names.index(column.partition("@")[0]), column))


DUMPS: Final[tuple[tuple[str, str, Writer], ...]] = (
    (TURTLE.suffix, TURTLE.media_type, _write_triples(TURTLE)),
    (N_TRIPLES.suffix, N_TRIPLES.media_type, _write_triples(N_TRIPLES)),
    (JSON_LD.suffix, JSON_LD.media_type, _write_json_ld_dump),
    (RDF_XML.suffix, RDF_XML.media_type, _write_triples(RDF_XML)),
    (TRIG.suffix, TRIG.media_type, _write_quads(TRIG)),
    (N_QUADS.suffix, N_QUADS.media_type, _write_quads(N_QUADS)),
    ("csv", "text/csv", write_table),
    (spreadsheet.SUFFIX, spreadsheet.MEDIA_TYPE, _write_workbook),
)
"""Suffix, media type and writer of each dump."""


def suffixes_for(quads: Sequence[Quad]) -> list[str]:
    """The suffixes of the dumps that can hold these statements: a sheet has no room for a million concepts."""
    # Nobody counts where there cannot be so many.
    room = len(quads) < spreadsheet.ROWS or _concepts(quads) < spreadsheet.ROWS
    return [suffix for suffix, _, _ in DUMPS if room or suffix != spreadsheet.SUFFIX]


def _concepts(quads: Iterable[Quad]) -> int:
    return len({each.subject for each in quads if each.predicate == TYPE and each.object == CONCEPT})


def write_dumps(quads: Sequence[Quad], directory: Path, version: str) -> dict[str, Path]:
    """Write every dump that can hold a dataset as `{version}.{suffix}`, unless it is there; the paths by suffix.

    The quads come in the order of `order.ordered`.
    """
    directory.mkdir(parents=True, exist_ok=True)
    paths = {suffix: directory / f"{version}.{suffix}" for suffix in suffixes_for(quads)}
    writers = {suffix: write for suffix, _, write in DUMPS}
    missing = [(path, writers[suffix]) for suffix, path in paths.items() if not path.exists()]
    triples = triples_of(quads) if missing else ()
    content = Content(quads, triples, used_prefixes(triples))
    for path, write in missing:
        with path.open("wb") as output:
            write(content, output)
    return paths
