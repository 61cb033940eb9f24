"""No address ever vanishes: what was published once is described, or has a tombstone.

A tombstone is the least that the content says of what is gone: that it is withdrawn, what it was called, and why.
It needs no type, so that the rules for concepts do not hold for it and no list of concepts has it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from publisher.compiler.changes import NAMES
from publisher.compiler.previous import Previous
from publisher.compiler.published import LINE, lines_of, read_aliases, read_published
from publisher.iris import Policy
from publisher.namespaces import ADMS, DCAT, DCT, OWL, RDF, SKOS, SPDX
from publisher.profiles.status import Status, said
from publisher.report import Finding, Severity
from publisher.source import PUBLISHED

TYPE: Final = RDF["type"]
STATUS: Final = ADMS["status"]
NOTATION: Final = SKOS["notation"]
_HELD: Final = {DCAT["distribution"], DCAT["isVersionOf"], SPDX["checksum"]}
CALLED: Final = (*NAMES, NOTATION)

TOMBSTONE: Final = f"""\
@prefix adms: <{ADMS}> .
@prefix skos: <{SKOS}> .
{{iri}}
{{names}}    skos:changeNote "{{why}} …"@{{language}} ;
    adms:status <http://purl.org/adms/status/Withdrawn> .
# Better, if others may have linked to it: put its block back and add to that
#    adms:status <http://purl.org/adms/status/Deprecated> ;
#    <{OWL}deprecated> true ;
#    <{DCT}isReplacedBy> <address of the successor> ;
# Or, if it was only another spelling: put a tab and the address that it stands for at the end of its line in
# {PUBLISHED}.
"""

WHY: Final = {"nl": "Ingetrokken:", "fr": "Retiré :", "de": "Zurückgezogen:", "en": "Withdrawn:"}


def check_addresses(
    quads: Sequence[Quad], published: str | None, previous: Previous, policy: Policy, languages: Sequence[str]
) -> Iterator[Finding]:
    """A violation for each address that was published and is gone, with the lines that bring it back.

    `quads` are all statements to be published, the catalogue's included; `published` is the text of
    data/published.txt.
    """
    recorded = read_published(published, policy)
    present = described(quads) | read_aliases(published, policy).keys()
    earlier = _earlier(previous, policy)
    yield from _unreadable(published)
    gone = sorted((recorded.keys() | earlier.keys()) - present)
    names = _names(previous, gone) if gone else {}
    for iri in gone:
        when = recorded.get(iri) or earlier[iri]
        what = f"<{iri}> was published in {when} and is gone"
        message = f"{what}; put it back, or add these lines to say that it is withdrawn"
        remedy = _tombstone(_relative(iri, policy), names.get(iri, ()), languages[0])
        line, text = _recorded(iri, published, policy)
        yield Finding(PUBLISHED, line, min(line, 1), Severity.VIOLATION, message, "vanished", iri, text, remedy)
    for iri in sorted(present - held_here(quads) - recorded.keys()) if published is not None else ():
        if policy.minted(iri):
            message = f"<{iri}> is not in {PUBLISHED} yet; `publisher record` adds it"
            yield Finding("", 0, 0, Severity.WARNING, message, "unrecorded", focus=iri)


def described(quads: Iterable[Quad]) -> set[str]:
    """The resources that have a type or a tombstone."""
    stated = (quad for quad in quads if quad.predicate in (TYPE, STATUS))
    found = (quad.subject for quad in stated if quad.predicate == TYPE or said(quad) is Status.WITHDRAWN)
    return {each.value for each in found if isinstance(each, NamedNode)}


def held_here(quads: Iterable[Quad]) -> set[str]:
    """The dumps of older versions: only who holds the releases describes them, so data/published.txt has none."""
    told = [quad for quad in quads if quad.predicate in _HELD]
    versions = {quad.subject for quad in told if quad.predicate == DCAT["isVersionOf"]}
    files = [quad for quad in told if quad.predicate == DCAT["distribution"]]
    held = {quad.object for quad in files} - {quad.object for quad in files if quad.subject not in versions}
    held |= {quad.object for quad in told if quad.predicate == SPDX["checksum"] and quad.subject in held}
    return {each.value for each in held if isinstance(each, NamedNode)}


def withdrawn(quads: Iterable[Quad]) -> set[str]:
    """The resources that have a tombstone."""
    # Of every statement its property is asked first, without a call.
    stated = (quad for quad in quads if quad.predicate == STATUS)
    found = (quad.subject for quad in stated if said(quad) is Status.WITHDRAWN)
    return {each.value for each in found if isinstance(each, NamedNode)}


def standing(quads: Sequence[Quad]) -> list[Quad]:
    """The statements about all that is not withdrawn: of what is, nobody asks that its description be complete."""
    gone = {NamedNode(each) for each in withdrawn(quads)}
    return [quad for quad in quads if quad.subject not in gone] if gone else list(quads)


def _earlier(previous: Previous, policy: Policy) -> dict[str, str]:
    """Every address that a release or a version had, each with where it was last: a version, or the catalogue.

    Checksums come with the files, so that nothing has them yet.
    """
    measured = {quad.object for quad in previous.catalog if quad.predicate == SPDX["checksum"]}
    written = (quad for quad in previous.catalog if quad.subject not in measured)
    found = dict.fromkeys(previous.aliases, "an earlier release")
    found |= {iri: "the catalogue" for iri in described(written) if policy.minted(iri)}
    for iri, version in _in_versions(previous):
        if policy.path_of(iri) is not None:
            found[iri] = version
    return found


def _in_versions(previous: Previous) -> Iterator[tuple[str, str]]:
    """What any version had, that in force last; each with the version."""
    past = previous.past
    yield from past.addresses().items()
    for version in past.versions if past.history is None else ():
        found = described(past.statements(version))
        yield from ((iri, f"{version.dataset} {version.number}") for iri in found)
    for name, quads in previous.content.items():
        yield from ((iri, f"{name} {previous.numbers[name]}") for iri in described(quads))


def _unreadable(published: str | None) -> Iterator[Finding]:
    for number, line in enumerate((published or "").splitlines(), 1):
        if line.strip() and not line.startswith("#") and not LINE.fullmatch(line.rstrip()):
            message = (
                "not an address, a tab and a version, as in `id/concept/x<TAB>1.0.0`, or one tab more and what "
                "the address stands for; correct the line"
            )
            yield Finding(PUBLISHED, number, 1, Severity.VIOLATION, message, "published", text=line)


def _recorded(iri: str, published: str | None, policy: Policy) -> tuple[int, str]:
    """The line of data/published.txt that has this address, and its number; 0 when none has."""
    found = (each for each in lines_of(published, policy) if each.iri == iri)
    return next(((each.number, each.text) for each in found), (0, ""))


def _tombstone(address: str, names: Sequence[str], language: str) -> str:
    """The Turtle to add, with what the resource was called."""
    called = "".join(f"    {each} ;\n" for each in names)
    why, spoken = (WHY[language], language) if language in WHY else (WHY["en"], "en")
    return TOMBSTONE.format(iri=f"<{address}>", names=called, why=why, language=spoken)


def _names(previous: Previous, gone: Iterable[str]) -> Mapping[str, list[str]]:
    """The labels, of one property, and the notation of resources when they were last described, as Turtle."""
    found: dict[str, dict[NamedNode, list[str]]] = defaultdict(lambda: defaultdict(list))
    content = [*previous.catalog, *(each for quads in previous.content.values() for each in quads)]
    known = {each.subject.value for each in content if isinstance(each.subject, NamedNode)}
    for iri in gone:
        content += previous.past.last_said(iri) if iri not in known else ()
    for quad in content:
        if quad.predicate in CALLED and isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
            found[quad.subject.value][quad.predicate].append(str(quad.object))
    return {iri: list(_called(by_name)) for iri, by_name in found.items()}


def _called(by_name: Mapping[NamedNode, Sequence[str]]) -> Iterator[str]:
    labels = next((by_name[name] for name in NAMES if name in by_name), ())
    for name, values in (("skos:prefLabel", labels), ("skos:notation", by_name.get(NOTATION, ()))):
        if values:
            yield f"{name} {' , '.join(sorted(values))}"


def _relative(iri: str, policy: Policy) -> str:
    """An IRI as it is written in the files: without the base, where that is ours."""
    return iri.removeprefix(f"{policy.base}/")
