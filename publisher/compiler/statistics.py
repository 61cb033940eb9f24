"""What can be counted in content, in the terms of VoID: https://www.w3.org/TR/void/#statistics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import Literal, NamedNode, Quad

from publisher.iris import Policy
from publisher.namespaces import RDF, SKOS


def covered(quads: Iterable[Quad], languages: Sequence[str]) -> tuple[str, ...]:
    """The first of these languages, and the others in which everything that has a label has one."""
    labelled: dict[str, set[object]] = {}
    for quad in quads:
        if quad.predicate == SKOS["prefLabel"] and isinstance(quad.object, Literal):
            labelled.setdefault(primary(quad.object.language or ""), set()).add(quad.subject)
    everything = set[object]().union(*labelled.values())
    others = [each for each in languages[1:] if labelled.get(primary(each), set()) == everything]
    return (languages[0], *others)


def primary(tag: str) -> str:
    """`nl` for `nl-BE`."""
    return tag.partition("-")[0].lower()


def uri_space(quads: Iterable[Quad], policy: Policy) -> str:
    """The namespace of the site that most subjects are in; empty when none is."""
    subjects = entities(quads)
    sizes = ((len(_within(subjects, each.iri)), each.iri) for each in policy.namespaces)
    return max((each for each in sizes if each[0]), default=(0, ""))[1]


def entities(quads: Iterable[Quad], space: str = "") -> set[str]:
    """The IRIs in this space that something is said about."""
    return _within({quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}, space)


def vocabularies(quads: Iterable[Quad]) -> list[str]:
    """The namespaces of the properties and classes used, sorted."""
    terms = {name for quad in quads for name in (quad.predicate.value, _class_in(quad)) if name}
    return sorted({each[: max(each.rfind("#"), each.rfind("/")) + 1] for each in terms} - {""})


def examples(quads: Iterable[Quad], space: str) -> list[str]:
    """One resource of each class, the first by IRI."""
    first: dict[str, str] = {}
    for quad in quads:
        kind = _class_in(quad)
        if kind and isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(space):
            first[kind] = min(quad.subject.value, first.get(kind, quad.subject.value))
    return sorted(set(first.values()))


def _within(subjects: Iterable[str], space: str) -> set[str]:
    return {each for each in subjects if each.startswith(space)}


def _class_in(quad: Quad) -> str:
    """The class that this statement puts its subject in; empty for other statements."""
    return quad.object.value if quad.predicate == RDF["type"] and isinstance(quad.object, NamedNode) else ""
