"""What SHACL cannot say about content: names that lead nowhere, names used twice, spelling.

What we mint must be right, so it is a violation there; what we mirror is published as it is and the same is a
warning.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from publisher.compiler.parse import Stated
from publisher.compiler.persistence import withdrawn
from publisher.compiler.positions import remarkable
from publisher.config import RESERVED
from publisher.iris import Policy
from publisher.namespaces import RDF, SKOS, XSD, shorten
from publisher.profiles.status import successors_in
from publisher.report import Finding, Severity

TYPE: Final = RDF["type"]
IN_SCHEME: Final = SKOS["inScheme"]
NOTATION: Final = SKOS["notation"]

CANONICAL: Final[Mapping[NamedNode, re.Pattern[str]]] = {
    XSD["boolean"]: re.compile(r"true|false"),
    XSD["integer"]: re.compile(r"0|-?[1-9][0-9]*"),
    XSD["decimal"]: re.compile(r"-?(?:0|[1-9][0-9]*)\.(?:0|[0-9]*[1-9])|0|-?[1-9][0-9]*"),
    XSD["date"]: re.compile(r"-?[0-9]{4,}-[0-9]{2}-[0-9]{2}(?:Z|[+-](?!00:00)[0-9]{2}:[0-9]{2})?"),
    XSD["dateTime"]: re.compile(
        r"-?[0-9]{4,}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(?:\.[0-9]*[1-9])?(?:Z|[+-](?!00:00)[0-9]{2}:[0-9]{2})?"
    ),
}
"""The canonical forms of XML Schema part 2 that our store keeps as they are written."""


def check_links(
    stated: Stated, quads: Sequence[Quad], policy: Policy, aliases: Mapping[str, str]
) -> Iterator[Finding]:
    """Every finding that needs more than one resource, or the text as it was written.

    `quads` are all statements to be published, the catalogue's included; `aliases` what IRIs stand for others.
    """
    yield from _dangling(quads, policy, aliases)
    yield from _dead_ends(quads, policy)
    yield from _shared_notations(quads, policy)
    yield from _claimed_twice(stated, policy)
    yield from _non_canonical(stated)
    yield from _spelling(stated, policy)


def _severity(iri: str, policy: Policy) -> Severity:
    return Severity.VIOLATION if policy.minted(iri) else Severity.WARNING


def _finding(iri: str, rule: str, message: str, severity: Severity) -> Finding:
    return Finding("", 0, 0, severity, message, rule, focus=iri)


def _dangling(quads: Sequence[Quad], policy: Policy, aliases: Mapping[str, str]) -> Iterator[Finding]:
    described = {quad.subject for quad in quads} | {quad.graph_name for quad in quads}
    seen = set()
    for quad in quads:
        node = quad.object
        if not isinstance(node, NamedNode) or node in described or policy.path_of(node.value) is None:
            continue
        if _is_endpoint(node.value, policy):
            continue
        if (quad.subject, node) not in seen and isinstance(quad.subject, NamedNode):
            seen.add((quad.subject, node))
            name = shorten(quad.predicate.value)
            target = aliases.get(node.value)
            what = f"an alias; write <{target}>" if target else "which nothing describes; correct or describe it"
            message = f"{name} leads to <{node.value}>, {what}"
            yield _finding(quad.subject.value, "dangling", message, _severity(node.value, policy))


def _is_endpoint(iri: str, policy: Policy) -> bool:
    """Whether the program answers there itself, say with a download; a namespace can hold its whole host."""
    first = iri.removeprefix(f"{policy.base}/").partition("/")[0]
    return iri.startswith(f"{policy.base}/") and first in RESERVED - {"id", "ns"}


def _dead_ends(quads: Sequence[Quad], policy: Policy) -> Iterator[Finding]:
    """What is retired must not lead on to what is gone."""
    gone = withdrawn(quads)
    for iri, successors in successors_in(quads).items() if gone else ():
        for each in sorted(successors & gone):
            message = f"is replaced by <{each}>, which is withdrawn; name another that replaces it, or none"
            yield _finding(iri, "successor", message, _severity(iri, policy))


def _shared_notations(quads: Iterable[Quad], policy: Policy) -> Iterator[Finding]:
    schemes: dict[object, set[object]] = defaultdict(set)
    notations: dict[object, set[Literal]] = defaultdict(set)
    for quad in quads:
        predicate = quad.predicate
        if predicate == IN_SCHEME:
            schemes[quad.subject].add(quad.object)
        elif predicate == NOTATION and isinstance(notation := quad.object, Literal):
            notations[quad.subject].add(notation)
    holders: dict[tuple[object, Literal], list[str]] = defaultdict(list)
    for concept, found in notations.items():
        for scheme in schemes[concept]:
            for notation in found:
                holders[scheme, notation].append(str(getattr(concept, "value", concept)))
    for (_, notation), concepts in holders.items():
        first, *others = sorted(concepts)
        for iri in others:
            message = f"notation “{notation.value}” belongs to <{first}> already; give this one another"
            yield _finding(iri, "notation", message, _severity(iri, policy))


def _claimed_twice(stated: Stated, policy: Policy) -> Iterator[Finding]:
    claims: dict[str, list[str]] = defaultdict(list)
    for file in stated.files:
        typed = {quad.subject for quad in file.quads if quad.predicate == TYPE}
        for subject in typed:
            if isinstance(subject, NamedNode):
                claims[subject.value].append(file.path)
    for iri, (first, *others) in claims.items():
        for path in others:
            message = f"<{iri}> is declared in {first} already; give it a type in one file only"
            yield Finding(path, 0, 0, _severity(iri, policy), message, "claimed", focus=iri)


def _non_canonical(stated: Stated) -> Iterator[Finding]:
    for file in stated.files:
        for quad in file.quads:
            literal = quad.object
            if not isinstance(literal, Literal) or literal.datatype not in CANONICAL:
                continue
            if not CANONICAL[literal.datatype].fullmatch(literal.value):
                message = (
                    f"“{literal.value}” is not the canonical form of {shorten(literal.datatype.value)}; "
                    "SPARQL answers will show another spelling than the documents"
                )
                iri = str(getattr(quad.subject, "value", ""))
                yield Finding(file.path, 0, 0, Severity.WARNING, message, "canonical", focus=iri)


def _spelling(stated: Stated, policy: Policy) -> Iterator[Finding]:
    """Language tags and relative IRIs as they were written."""
    for file in stated.files:
        if not remarkable(file.text):
            continue
        for tag in file.positions.tags:
            primary = tag.text.partition("-")[0]
            if primary != primary.lower():
                message = f"write the language tag @{tag.text} as @{primary.lower()}{tag.text[len(primary) :]}"
                yield Finding(file.path, tag.line, tag.column, Severity.WARNING, message, "language-tag")
        for relative in file.positions.relative:
            # With a base of its own a file says whose addresses these are.
            if relative.meaning.startswith(f"{policy.base}/") and policy.path_of(relative.meaning) is None:
                meaning = f"{relative.text} means <{relative.meaning}>, outside /id/ and /ns/"
                message = f"{meaning}; correct it or write it whole"
                yield Finding(
                    file.path, relative.line, relative.column, Severity.VIOLATION, message, "relative-iri"
                )


def locate(findings: Iterable[Finding], stated: Stated) -> list[Finding]:
    """The same findings with file, line, column and text of the subject that each is about, in order."""
    where = _places(stated)
    return sorted({_located(each, stated, where) for each in findings})


def _places(stated: Stated) -> Callable[[str, str, str], tuple[str, int, int]]:
    """(path or "", IRI, text) -> the place of the text in a table, or else where the IRI is a subject first.

    Without line when we do not know.
    """
    by_path = {file.path: file for file in stated.files}

    def place(path: str, iri: str, text: str) -> tuple[str, int, int]:
        candidates = [by_path[path]] if path in by_path else stated.files
        for file in candidates if text else ():
            if (iri, text) in file.positions.texts:
                return file.path, *file.positions.texts[iri, text]
        for file in candidates:
            if iri in file.positions.subjects:
                return file.path, *file.positions.subjects[iri]
        for file in candidates:
            if iri and (start := file.text.find(iri)) >= 0:
                return file.path, file.text.count("\n", 0, start) + 1, start - file.text.rfind("\n", 0, start)
        return path, 0, 0

    return place


def _located(finding: Finding, stated: Stated, place: Callable[[str, str, str], tuple[str, int, int]]) -> Finding:
    path, line, column = finding.path, finding.line, finding.column
    if not line:
        path, line, column = place(path, finding.focus, finding.value)
    text = finding.text or next((file.line(line) for file in stated.files if file.path == path), "")
    return replace(finding, path=path, line=line, column=column, text=text.rstrip())
