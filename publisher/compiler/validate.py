"""What SHACL says of content, as findings; the only module that knows rdflib and pySHACL.

Content must arrive with what follows from it (`entail.semantics`): nothing is inferred here. `screen` finds the
nodes that may fail, pySHACL decides and tells.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import resources
from typing import Any, Final

import pyshacl
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, parse
from rdflib.namespace import RDF, SH
from rdflib.store import Store
from rdflib.term import Node

from publisher.compiler.screen import screen
from publisher.compiler.statements import Statements
from publisher.description import Term, choose
from publisher.formats import TURTLE, format_of_suffix
from publisher.namespaces import SKOS, shorten
from publisher.report import Finding, Severity
from publisher.source import SourceFile

PROGRAM_SHAPES: Final = ("skos.ttl", "dcat-ap.ttl", "display.ttl")

OURS: Final = "urn:publisher:shape:"
"""Shapes with such an IRI are named by what follows, up to a slash: `urn:publisher:shape:S13/altLabel` is S13."""

SEVERITIES: Final[Mapping[Node | None, Severity]] = {
    SH.Info: Severity.INFO,
    SH.Warning: Severity.WARNING,
    SH.Violation: Severity.VIOLATION,
}

_TERMS: Final = (
    "Collection Concept ConceptScheme OrderedCollection altLabel broadMatch broader broaderTransitive changeNote "
    "closeMatch definition editorialNote exactMatch example hasTopConcept hiddenLabel historyNote inScheme "
    "mappingRelation member memberList narrowMatch narrower narrowerTransitive notation note prefLabel related "
    "relatedMatch scopeNote semanticRelation topConceptOf"
)
SKOS_TERMS: Final = frozenset(_TERMS.split())
"""Every term that the SKOS namespace document defines."""

_PARTS: Final = (SH.property, SH["not"], SH.node, SH["or"], SH["and"], SH.xone, RDF.first, RDF.rest)
"""What leads from a shape to the shapes it is made of."""


def validate(
    quads: Iterable[Quad],
    shapes: Iterable[SourceFile],
    base: str = "",
    *,
    languages: Sequence[str] = ("nl", "en"),
) -> list[Finding]:
    """What these shapes, and the list of SKOS terms, find in these statements, whatever graph they stand in.

    Messages are in the first of `languages` that the shape speaks. The findings have no place yet, but for
    those about a file of shapes that cannot be read or understood: they stand at that file. Relative IRIs in
    shapes are resolved against `{base}/`.
    """
    statements = list(quads)
    with _quiet():
        read = [_shapes_in(file, base) for file in shapes]
        broken = [each for each in read if isinstance(each, Finding)]
        rules = [each for each in read if not isinstance(each, Finding)]
        found = _validate(Statements(statements), rules, languages)
    return sorted([*broken, *found, *_undefined_terms(statements, languages)])


def program_shapes(*names: str) -> tuple[SourceFile, ...]:
    """The shapes that come with the program; without names all of them."""
    folder = resources.files("publisher") / "shapes"
    return tuple(
        SourceFile(f"publisher/shapes/{name}", (folder / name).read_bytes()) for name in names or PROGRAM_SHAPES
    )


# --- From files and quads to rdflib ---


def _shapes_in(file: SourceFile, base: str) -> tuple[SourceFile, Sequence[Quad]] | Finding:
    """What a file of shapes states, or what is wrong with its syntax."""
    syntax = format_of_suffix(file.suffix) or TURTLE
    try:
        # Blank nodes get names of their own: two files may both have written `_:a`.
        quads = parse(file.content, syntax.engine, base_iri=f"{base}/" if base else None, rename_blank_nodes=True)
        return file, list(quads)
    except SyntaxError as error:
        place = error.lineno or 0, error.offset or 0
        return Finding(file.path, *place, Severity.VIOLATION, error.msg or str(error), "syntax")


def as_rdflib(quads: Iterable[Quad]) -> rdflib.Graph:
    """The statements without their graphs, literals spelt as they are."""
    graph, known = rdflib.Graph(bind_namespaces="none"), _Terms()
    for quad in quads:
        if isinstance(quad.object, (NamedNode, BlankNode, Literal)):
            graph.add((known[quad.subject], known[quad.predicate], known[quad.object]))
    return graph


def graph_over(statements: Statements) -> rdflib.Graph:
    """The statements as a graph to read from, without a copy of them."""
    return _Lookup(statements).graph


class _Terms(dict[Term, Node]):
    """pyoxigraph terms and what rdflib calls them, each made once."""

    def __missing__(self, term: Term) -> Node:
        self[term] = made = _rdflib_term(term)
        return made


class _Lookup(Store):
    """The statements as rdflib looks things up in them. To copy them into a store of its own takes longer than all
    shapes do, and few of them are asked for.
    """

    context_aware = graph_aware = True
    """pySHACL wants a store that could have several graphs."""

    def __init__(self, statements: Statements) -> None:
        super().__init__()
        self._statements = statements
        self._known = _Terms()
        self.graph = rdflib.Graph(store=self, bind_namespaces="none")

    def triples(self, triple_pattern: Any, context: Any = None) -> Iterator[tuple[Any, Iterator[Any]]]:
        """The statements that match; None matches anything."""
        try:
            pattern = [None if each is None else _pyoxigraph_term(each) for each in triple_pattern]
        except ValueError:
            return  # no such term can be in the content
        for found in self._statements.matching(*pattern):
            yield tuple(self._known[term] for term in found), iter((self.graph,))

    def __len__(self, context: Any = None) -> int:
        return len(self._statements)


def _pyoxigraph_term(node: Node) -> Term:
    """The same term. Raises ValueError where there is none."""
    match node:
        case rdflib.URIRef():
            return NamedNode(str(node))
        case rdflib.BNode():
            return BlankNode(str(node))
        case rdflib.Literal(language=str(language)):
            return Literal(str(node), language=language)
        case rdflib.Literal(datatype=rdflib.URIRef() as datatype):
            return Literal(str(node), datatype=NamedNode(str(datatype)))
        case rdflib.Literal():
            return Literal(str(node))
    raise ValueError(f"not a term of RDF: {node!r}")


def _rdflib_term(term: Term) -> Node:
    match term:
        case NamedNode():
            return rdflib.URIRef(term.value)
        case BlankNode():
            return rdflib.BNode(term.value)
        case Literal(language=str(language)):
            return rdflib.Literal(term.value, lang=language, normalize=False)
        case Literal():
            plain = term.datatype.value == str(rdflib.XSD.string)
            datatype = None if plain else rdflib.URIRef(term.datatype.value)
            return rdflib.Literal(term.value, datatype=datatype, normalize=False)
    raise TypeError(f"shapes know no triple terms: {term}")


# --- What no shape can say: shapes start from nodes and from properties that they know ---


def _undefined_terms(quads: Sequence[Quad], languages: Sequence[str]) -> list[Finding]:
    """A warning (S-term) for each SKOS term that SKOS does not define, at the first resource that has it."""
    # The first comes last, and stays; of each term only one look is taken at its IRI.
    classes = {value: quad for quad in reversed(quads) if isinstance(value := quad.object, NamedNode)}
    found = classes | {quad.predicate: quad for quad in reversed(quads)}
    skos = {term.value: quad for term, quad in found.items() if term.value.startswith(SKOS)}
    names = {iri.removeprefix(SKOS): _subject(quad) for iri, quad in skos.items()}
    return [_undefined_term(name, names[name], languages) for name in names.keys() - SKOS_TERMS - {""}]


def _subject(quad: Quad) -> str:
    return quad.subject.value if isinstance(quad.subject, NamedNode) else str(quad.subject)


def _undefined_term(name: str, focus: str, languages: Sequence[str]) -> Finding:
    meant = next((each for each in SKOS_TERMS if each.lower() == name.lower()), "")
    messages = {
        "nl": f"SKOS kent skos:{name} niet; " + (f"schrijf skos:{meant}." if meant else "kijk de spelling na."),
        "en": f"SKOS does not define skos:{name}; " + (f"write skos:{meant}." if meant else "check the spelling."),
    }
    text, _ = choose(messages, languages) or ("", "")
    return Finding("", 0, 0, Severity.WARNING, text, "S-term", focus)


# --- From pySHACL to findings ---


def _validate(
    content: Statements, rules: Sequence[tuple[SourceFile, Sequence[Quad]]], languages: Sequence[str]
) -> list[Finding]:
    shapes = [quad for _, quads in rules for quad in quads]
    try:
        results = _results(content, shapes)
    # pySHACL raises whatever its parts raise when shapes make no sense.
    except Exception as error:
        return _blame(content, rules, error)
    found = list(results.subjects(SH.resultSeverity))
    wholes = as_rdflib(shapes) if found else rdflib.Graph()
    graph = graph_over(content)
    return list({_finding(each, results, wholes, graph, languages) for each in found})


def _results(content: Statements, shapes: Sequence[Quad]) -> rdflib.Graph:
    """The report of pySHACL, of the nodes that may fail only; it reads all shapes in any case."""
    aimed = as_rdflib(screen(content, shapes))
    _, results, _ = pyshacl.validate(graph_over(content), shacl_graph=aimed, inference="none", inplace=True)
    if isinstance(results, Exception):
        raise results
    assert isinstance(results, rdflib.Graph)
    return results


def _blame(
    content: Statements, rules: Sequence[tuple[SourceFile, Sequence[Quad]]], error: Exception
) -> list[Finding]:
    """The files of shapes that fail by themselves; all of them where only the combination fails."""
    wrong = {file.path: str(why) for file, shapes in rules if (why := _failure(content, shapes))}
    messages = wrong or {file.path: str(error) for file, _ in rules}
    return [
        Finding(path, 0, 0, Severity.VIOLATION, f"not SHACL that we understand: {' '.join(why.split())}", "shapes")
        for path, why in messages.items()
    ]


def _failure(content: Statements, shapes: Sequence[Quad]) -> Exception | None:
    try:
        _results(content, shapes)
    except Exception as error:
        return error
    return None


def _finding(
    result: Node, results: rdflib.Graph, shapes: rdflib.Graph, content: rdflib.Graph, languages: Sequence[str]
) -> Finding:
    focus, value = results.value(result, SH.focusNode), results.value(result, SH.value)
    if not _described(focus, content) and _described(value, content):
        # Symmetry brings some findings to the concepts of others, which nobody here can repair.
        focus, value = value, focus
    messages = {
        each.language or "": str(each)
        for each in results.objects(result, SH.resultMessage)
        if isinstance(each, rdflib.Literal)
    }
    text, _ = choose(messages, languages) or ("", "")
    return Finding(
        path="",
        line=0,
        column=0,
        severity=SEVERITIES.get(results.value(result, SH.resultSeverity), Severity.VIOLATION),
        message=" ".join(filter(None, (text, _mention(results.value(result, SH.resultPath), focus, value)))),
        rule=_rule(results.value(result, SH.sourceShape), shapes),
        focus=_written(focus),
        value=f'"{value}"@{value.language}' if isinstance(value, rdflib.Literal) and value.language else "",
    )


def _described(node: Node | None, content: rdflib.Graph) -> bool:
    """Whether the content says what this is; somebody else's concept that we only refer to has no class."""
    return (node, RDF.type, None) in content


def _mention(path: Node | None, focus: Node | None, value: Node | None) -> str:
    """The property and value that are wrong, in brackets, as Turtle writes them."""
    predicate = shorten(str(path)) if isinstance(path, rdflib.URIRef) else ""
    shown = _shown(value) if value is not None and value != focus else ""
    both = " ".join(filter(None, (predicate, shown)))
    return f"({both})" if both else ""


def _shown(value: Node) -> str:
    return shorten(str(value)) if isinstance(value, rdflib.URIRef) else value.n3()


def _written(node: Node | None) -> str:
    return f"_:{node}" if isinstance(node, rdflib.BNode) else str(node or "")


def _rule(shape: Node | None, shapes: rdflib.Graph) -> str:
    """The name of a shape: its own IRI, or that of the nearest shape that it is part of."""
    seen: set[Node | None] = set()
    while isinstance(shape, rdflib.BNode) and shape not in seen:
        seen.add(shape)
        shape = next((whole for part in _PARTS for whole in shapes.subjects(part, shape)), None)
    name = str(shape or "")
    return name.removeprefix(OURS).partition("/")[0] if name.startswith(OURS) else name


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep rdflib from printing a traceback for each literal that is not what its datatype says."""
    logger = logging.getLogger("rdflib.term")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)
