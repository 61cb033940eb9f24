"""A notation is never given again: whoever noted “H1.3” once must not find another concept under it.

Two that have the same one now are found by `links`. This is about the notations of what is
withdrawn, and of what had them in any version that is kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Quad

from publisher.compiler.persistence import withdrawn
from publisher.compiler.previous import Previous
from publisher.config import Config
from publisher.namespaces import SKOS
from publisher.release.contents import ever
from publisher.report import Finding, Severity

NOTATION = SKOS["notation"]
IN_SCHEME = SKOS["inScheme"]


@dataclass(frozen=True, slots=True)
class Notations:
    """Who has, or had, each notation, and the schemes of each of them."""

    holders: Mapping[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    schemes: Mapping[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, quads: Iterable[Quad]) -> None:
        """Note what these statements say."""
        for quad in quads:
            if not isinstance(quad.subject, NamedNode):
                continue
            if quad.predicate == NOTATION and isinstance(quad.object, Literal):
                self.holders[quad.object.value].add(quad.subject.value)
            elif quad.predicate == IN_SCHEME and isinstance(quad.object, NamedNode):
                self.schemes[quad.subject.value].add(quad.object.value)

    def others(self, iri: str, notation: str) -> Iterator[str]:
        """Who else has it in the same scheme, or, where that is not known, beside it."""
        for other in sorted(self.holders.get(notation, set()) - {iri}):
            here, there = self.schemes.get(iri), self.schemes.get(other)
            if here & there if here and there else beside(iri) == beside(other):
                yield other


def check_notations(quads: Sequence[Quad], before: Previous, config: Config) -> Iterator[Finding]:
    """A violation for each notation that was another concept's; for what is not ours to mint, a warning."""
    now = Notations()
    now.add(quads)
    gone = withdrawn(quads)
    pairs = {(iri, notation) for notation, holders in now.holders.items() for iri in holders - gone}
    past = _past(pairs, before, config)
    past.add(quad for quad in quads if isinstance(quad.subject, NamedNode) and quad.subject.value in gone)
    past.add(quad for quad in quads if quad.predicate == IN_SCHEME)
    for iri, notation in sorted(pairs):
        if iri not in past.holders.get(notation, ()):
            others = (each for each in past.others(iri, notation) if (each, notation) not in pairs)
            for other in others:
                severity = Severity.VIOLATION if config.policy.minted(iri) else Severity.WARNING
                message = f"notation “{notation}” was that of <{other}>; it is never given again: choose another"
                yield Finding("", 0, 0, severity, message, "notation", focus=iri)


def _past(pairs: Iterable[tuple[str, str]], before: Previous, config: Config) -> Notations:
    """What earlier versions had; they are read only if there is a notation that the last one did not have."""
    last, past = Notations(), Notations()
    for content in before.content.values():
        last.add(content)
    if before.content and any(iri not in last.holders.get(notation, ()) for iri, notation in pairs):
        past.add(ever(config.releases, (NOTATION, IN_SCHEME)))
    return past


def beside(iri: str) -> str:
    """The part of an IRI that those beside it share."""
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]
