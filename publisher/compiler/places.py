"""Where an editor finds each resource: the file and line to which its page links."""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import NamedNode

from publisher.compiler.parse import Stated
from publisher.namespaces import RDF
from publisher.release.edition import Place


def places(stated: Stated) -> Mapping[str, Place]:
    """IRI -> the line on which it is a subject first, where it is declared or else in the first file with it."""
    declared, spoken = dict[str, Place](), dict[str, Place]()
    for file in stated.files:
        here = {iri: (file.path, line) for iri, (line, _) in file.positions.subjects.items()}
        typed = {quad.subject for quad in file.quads if quad.predicate == RDF["type"]}
        found = {each.value for each in typed if isinstance(each, NamedNode)} & here.keys()
        declared = {iri: here[iri] for iri in found} | declared
        spoken = here | spoken
    return spoken | declared
