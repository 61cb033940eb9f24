"""What follows from the content.

`semantics` is the SKOS closure that content is checked with (SKOS Reference, sections 4 to 10); it is never
published. `entail` is the part that a dataset may ask to have added, so that a person writes each fact once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from publisher.namespaces import DCT, FOAF, OWL, RDF, RDFS, SKOS, VANN

TYPE: Final = RDF["type"]
CONCEPT: Final = SKOS["Concept"]
SCHEME: Final = SKOS["ConceptScheme"]
COLLECTION: Final = SKOS["Collection"]

HIERARCHY: Final = {
    SKOS["broader"]: SKOS["narrower"],
    SKOS["narrower"]: SKOS["broader"],
    SKOS["topConceptOf"]: SKOS["hasTopConcept"],
    SKOS["hasTopConcept"]: SKOS["topConceptOf"],
}
"""S8, S25: each property and its inverse."""

INVERSES: Final = HIERARCHY | {
    SKOS["broadMatch"]: SKOS["narrowMatch"],
    SKOS["narrowMatch"]: SKOS["broadMatch"],
    **{SKOS[name]: SKOS[name] for name in ("related", "relatedMatch", "closeMatch", "exactMatch")},
}
"""S8, S23, S25, S43, S44: a symmetric property is its own inverse."""

SUPER: Final = {
    SKOS["topConceptOf"]: SKOS["inScheme"],
    SKOS["broadMatch"]: SKOS["broader"],
    SKOS["narrowMatch"]: SKOS["narrower"],
    SKOS["relatedMatch"]: SKOS["related"],
}
"""S7, S41: each property and the one it is a sub-property of."""

SUBJECT_CLASS: Final = {
    **dict.fromkeys(INVERSES, CONCEPT),
    SKOS["hasTopConcept"]: SCHEME,
    SKOS["member"]: COLLECTION,
    SKOS["memberList"]: SKOS["OrderedCollection"],
}
OBJECT_CLASS: Final = {
    **dict.fromkeys(INVERSES, CONCEPT),
    SKOS["topConceptOf"]: SCHEME,
    SKOS["inScheme"]: SCHEME,
}
"""Domains and ranges (S4 to S6, S19, S20, S31, S33, S40)."""

TELLING: Final = {TYPE, *INVERSES, *SUPER, *SUBJECT_CLASS, *OBJECT_CLASS}
"""The properties of the statements that anything follows from; most have another one."""

NAMING: Final = (RDFS["label"], RDFS["isDefinedBy"])
"""What is said to have something recognised, which describes it no further."""

IDENTIFIED: Final = (CONCEPT, SCHEME, FOAF["Document"])


def semantics(quads: Iterable[Quad]) -> list[Quad]:
    """The content and all that SKOS says follows from it, each statement once.

    Classes follow for described resources only: somebody else's concept that we map to, and name, is not ours to
    judge.
    """
    stated = dict.fromkeys(quads)
    telling = [quad for quad in stated if quad.predicate in TELLING]
    inverse = dict.fromkeys([*telling, *_inverted(telling, INVERSES)])
    closed = dict.fromkeys([*inverse, *_generalised(inverse)])
    described = {quad.subject for quad in stated if quad.predicate not in NAMING}
    return list(dict.fromkeys([*stated, *closed, *_classes(closed, described), *_ordered_collections(telling)]))


def entail(quads: Iterable[Quad], minted: Callable[[str], bool]) -> list[Quad]:
    """What is added to content whose dataset asks for it: inverses, schemes, identifiers. Of dates see `dates`.

    `minted` says of which IRIs we are the author; nothing is added to other resources, and nothing that the
    content already states in other words (an identifier) is added again.
    """
    stated = dict.fromkeys(quads)
    own = {quad.subject for quad in stated if isinstance(quad.subject, NamedNode) and minted(quad.subject.value)}
    inverse = [quad for quad in _inverted(stated, HIERARCHY) if quad.subject in own]
    both = dict.fromkeys([*stated, *inverse])
    schemes = [quad for quad in _schemes(both) if quad.subject in own]
    known = {(quad.subject, quad.predicate) for quad in stated}
    facts = [
        quad for quad in _facts(stated) if quad.subject in own and (quad.subject, quad.predicate) not in known
    ]
    return [quad for quad in dict.fromkeys([*inverse, *schemes, *facts]) if quad not in stated]


def _inverted(quads: Iterable[Quad], inverses: Mapping[NamedNode, NamedNode]) -> Iterator[Quad]:
    for quad in quads:
        inverse = inverses.get(quad.predicate)
        if inverse is not None and isinstance(quad.object, (NamedNode, BlankNode)):
            yield Quad(quad.object, inverse, quad.subject, quad.graph_name)


def _generalised(quads: Iterable[Quad]) -> Iterator[Quad]:
    for quad in quads:
        general = SUPER.get(quad.predicate)
        if general is not None:
            yield Quad(quad.subject, general, quad.object, quad.graph_name)


def _classes(quads: Iterable[Quad], described: Set[object]) -> Iterator[Quad]:
    for quad in quads:
        # Of each statement no more is looked at than must be: most say nothing of a class.
        predicate = quad.predicate
        if (kind := SUBJECT_CLASS.get(predicate)) is not None and (node := quad.subject) in described:
            yield Quad(node, TYPE, kind, quad.graph_name)
        if (kind := OBJECT_CLASS.get(predicate)) is None or (value := quad.object) not in described:
            continue
        if isinstance(value, (NamedNode, BlankNode)):
            yield Quad(value, TYPE, kind, quad.graph_name)


def _ordered_collections(quads: Iterable[Quad]) -> Iterator[Quad]:
    """S29: an ordered collection is a collection."""
    list_of, kind = SKOS["memberList"], SKOS["OrderedCollection"]
    for quad in quads:
        if quad.predicate == list_of or quad.object == kind:
            yield Quad(quad.subject, TYPE, COLLECTION, quad.graph_name)


def _schemes(quads: Iterable[Quad]) -> Iterator[Quad]:
    """`skos:inScheme` of top concepts, and of every concept below a concept whose scheme is known."""
    narrower: dict[object, list[Quad]] = defaultdict(list)
    found: list[Quad] = []
    for quad in quads:
        if quad.predicate == SKOS["broader"]:
            narrower[quad.object].append(quad)
        elif quad.predicate in (SKOS["topConceptOf"], SKOS["inScheme"]):
            found.append(Quad(quad.subject, SKOS["inScheme"], quad.object, quad.graph_name))
    seen = {(quad.subject, quad.object) for quad in found}
    while found:
        quad = found.pop()
        yield quad
        for below in narrower[quad.subject]:
            if (below.subject, quad.object) not in seen:
                seen.add((below.subject, quad.object))
                found.append(Quad(below.subject, SKOS["inScheme"], quad.object, below.graph_name))


def _namespace(iri: str, type: object) -> str | None:
    """The beginning that the IRIs of a scheme's concepts or an ontology's terms share, by our own pattern."""
    if type == SCHEME and "/id/conceptscheme/" in iri:
        return iri.replace("/id/conceptscheme/", "/id/concept/", 1) + "/"
    return f"{iri}#" if type == OWL["Ontology"] else None


def _facts(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Namespaces and identifiers of schemes, concepts and documents."""
    for quad in quads:
        if quad.predicate != TYPE or not isinstance(quad.subject, NamedNode):
            continue
        iri, graph = quad.subject, quad.graph_name
        if (space := _namespace(iri.value, quad.object)) is not None:
            yield Quad(iri, VANN["preferredNamespaceUri"], Literal(space), graph)
        if quad.object in IDENTIFIED:
            yield Quad(iri, DCT["identifier"], Literal(iri.value), graph)
