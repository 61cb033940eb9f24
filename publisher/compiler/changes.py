"""What differs between two states of a dataset, resource by resource, and how much that is.

The verdict is a semantic version's (https://semver.org), for whoever linked to a concept:

- **major**: an address or a notation goes, or a meaning changes. A meaning changes when the words of a definition
  or scope note change, when a class or an axiom is no longer said, and when a concept leaves its place: a broader
  concept, a scheme or being a top concept is part of what it means, since whoever counts or searches by the
  hierarchy gets other answers.
- **minor**: something is added that leaves all that was said before as it was: a concept, another broader concept,
  a mapping. Deprecation is one too: the address still answers, with all it said.
- **patch**: texts. Labels; a definition in one more language; another punctuation of the same words.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from publisher.description import Labels, Term
from publisher.namespaces import DCT, OWL, RDF, RDFS, SD, SKOS, SKOSXL, shorten
from publisher.profiles.status import Status, status_of, successors_in
from publisher.release.canonical import blank_nodes, canonical


class Level(IntEnum):
    """The part of a version number that a change asks to be raised."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    def after(self, number: str) -> str:
        """The lowest version number that these changes allow after this one.

        In versions 0 nothing is promised yet (rule 4 of semver.org): a major change raises the middle number.
        """
        major, minor, patch = map(int, number.split("."))
        level = min(self, Level.MINOR) if major == 0 else self
        following = {
            Level.NONE: (major, minor, patch),
            Level.PATCH: (major, minor, patch + 1),
            Level.MINOR: (major, minor + 1, 0),
            Level.MAJOR: (major + 1, 0, 0),
        }
        return ".".join(map(str, following[level]))


class Kind(StrEnum):
    """What can happen to a resource, in the order in which an editor wants to know."""

    REMOVED = "removed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    SPLIT = "split"
    DEPRECATED = "deprecated"
    REINSTATED = "reinstated"
    REDEFINED = "redefined"
    RENUMBERED = "renumbered"
    MOVED = "moved"
    ADDED = "added"
    RELABELLED = "relabelled"
    CHANGED = "changed"


Value = NamedNode | Literal | Triple | str
"""A value of a property; of a blank node its description in Turtle, since its name means nothing."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The values of one property that only one of both states has, each in order.

    `sd:namedGraph` stands for no property: its values are the graphs that the same statements stand in.
    """

    property: NamedNode
    before: tuple[Value, ...]
    after: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one resource: each kind with the level that it asks for.

    `iri` is empty for a blank node that hangs on no resource; `labels` are those of the newest state that has any;
    `successors` the IRIs that replace the resource.
    """

    iri: str
    labels: Labels
    kinds: Mapping[Kind, Level]
    differences: tuple[Difference, ...] = ()
    successors: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        """The first of its kinds, in the order of `Kind`."""
        return min(self.kinds, key=list(Kind).index)

    @property
    def level(self) -> Level:
        """What this change alone asks for."""
        return max(self.kinds.values())


@dataclass(frozen=True)
class Changes:
    """All that differs: each resource once, in the order of `Kind`, then by IRI.

    `removed` and `added` are statements with canonical names of blank nodes: the canonical statements of the
    first state without the removed and with the added ones are those of the second. `labels` has those of every
    IRI that a change mentions.
    """

    resources: tuple[Change, ...] = ()
    removed: frozenset[Quad] = frozenset()
    added: frozenset[Quad] = frozenset()
    labels: Mapping[str, Labels] = field(default_factory=dict)

    @property
    def verdict(self) -> Level:
        """The part of the version number that has to be raised; PATCH where the same is said in other words."""
        least = Level.PATCH if self.removed or self.added else Level.NONE
        return max((each.level for each in self.resources), default=least)

    @property
    def reasons(self) -> tuple[tuple[Change, Kind], ...]:
        """What the verdict is for: every change as grave as the gravest."""
        return tuple(
            (each, kind) for each in self.resources for kind, level in each.kinds.items() if level is self.verdict
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """What a property says: the kind of change when it changes, the level when a value goes or only comes."""

    kind: Kind
    lost: Level
    gained: Level


_MEANING: Final = Rule(Kind.REDEFINED, Level.MAJOR, Level.PATCH)
_AXIOM: Final = Rule(Kind.REDEFINED, Level.MAJOR, Level.MAJOR)
_PLACE: Final = Rule(Kind.MOVED, Level.MAJOR, Level.MINOR)
_LABEL: Final = Rule(Kind.RELABELLED, Level.PATCH, Level.PATCH)
_LINK: Final = Rule(Kind.CHANGED, Level.MINOR, Level.MINOR)
_TEXT: Final = Rule(Kind.CHANGED, Level.PATCH, Level.PATCH)

RULES: Final[Mapping[NamedNode, Rule]] = {
    RDF["type"]: Rule(Kind.REDEFINED, Level.MAJOR, Level.MINOR),
    SKOS["notation"]: Rule(Kind.RENUMBERED, Level.MAJOR, Level.MINOR),
    **dict.fromkeys((SKOS["definition"], SKOS["scopeNote"]), _MEANING),
    **dict.fromkeys((SKOS["broader"], SKOS["topConceptOf"], SKOS["inScheme"]), _PLACE),
    **dict.fromkeys((RDFS["domain"], RDFS["range"], RDFS["subClassOf"], RDFS["subPropertyOf"]), _AXIOM),
    **dict.fromkeys((OWL["equivalentClass"], OWL["equivalentProperty"], OWL["inverseOf"]), _AXIOM),
    **{SKOS[f"{each}Label"]: _LABEL for each in ("pref", "alt", "hidden")},
    **{SKOSXL[f"{each}Label"]: _LABEL for each in ("pref", "alt", "hidden")},
    **dict.fromkeys((RDFS["label"], DCT["title"], SKOSXL["literalForm"]), _LABEL),
    **{SKOS[f"{each}Match"]: _LINK for each in ("exact", "close", "broad", "narrow", "related")},
    **dict.fromkeys((SKOS["related"], SKOS["member"], DCT["isReplacedBy"], DCT["replaces"]), _LINK),
}
"""Every other property is a text: what it says is of use to readers, and nothing hangs on it."""

_WORD: Final = re.compile(r"(?<!\w)-\d|\w+")

INVERSES: Final = {SKOS["narrower"]: SKOS["broader"], SKOS["hasTopConcept"]: SKOS["topConceptOf"]}
"""A place is a concept's own, whichever end says so; what its neighbour says of it is a text."""

PLACES: Final = frozenset(INVERSES.values())

NAMES: Final = (SKOS["prefLabel"], RDFS["label"], DCT["title"], SKOSXL["literalForm"])
"""The properties that give a label, the best one first."""

RETIRED: Final = {Status.DEPRECATED: Kind.DEPRECATED, Status.WITHDRAWN: Kind.WITHDRAWN}
"""What happens to a resource that is no longer to be used."""


def compare(
    before: Iterable[Quad],
    after: Iterable[Quad],
    own: Callable[[str], bool] = lambda _: True,
    aliases: Mapping[str, str] = MappingProxyType({}),
) -> Changes:
    """What it takes to get from one state to the other.

    `own` says which IRIs we answer for: what is said of others may come and go as texts do. `aliases` are those of
    the second state: what is gone from it and an alias there is merged.
    """
    first, second = canonical(before), canonical(after)
    removed, added = first - second, second - first
    comparison = _Comparison(_State(first, removed), _State(second, added), own, aliases)
    changes = comparison.changes()
    changes.sort(key=lambda each: (list(Kind).index(each.kind), each.iri, str(each.differences)))
    return Changes(tuple(changes), frozenset(removed), frozenset(added), comparison.labels(changes))


class _State:
    """One state of a dataset. Only what differs is indexed: most of a large vocabulary is as it was.

    `touched` are the statements that the other state lacks. Whatever hangs together by blank nodes is touched as a
    whole, since canonical names follow from all of it.
    """

    def __init__(self, quads: set[Quad], touched: set[Quad]) -> None:
        self.quads = quads
        self.touched = dict.fromkeys(quad.triple for quad in touched)
        self.about: Mapping[object, Sequence[Triple]] = _by_subject(self.touched)

    def index(self, nodes: Set[object]) -> None:
        """Have all that is said about these resources in `about`, beside what is said by blank nodes."""
        wanted = (quad.triple for quad in self.quads if quad.subject in nodes)
        self.about = _by_subject(dict.fromkeys((*self.touched, *wanted)))

    @cached_property
    def graphs(self) -> Set[NamedNode]:
        """Every graph that has a statement."""
        return {quad.graph_name for quad in self.quads if isinstance(quad.graph_name, NamedNode)}

    @cached_property
    def anchored(self) -> Set[BlankNode]:
        """The touched blank nodes that hang on a resource, directly or by others."""
        below: dict[object, list[BlankNode]] = defaultdict(list)
        for each in self.touched:
            below[each.subject] += blank_nodes(each)
        found: set[BlankNode] = set()
        waiting = [node for subject, nodes in below.items() if isinstance(subject, NamedNode) for node in nodes]
        while waiting:
            node = waiting.pop()
            if node not in found:
                found.add(node)
                waiting += below[node]
        return found

    @cached_property
    def successors(self) -> Mapping[str, Set[str]]:
        """The IRIs that replace each resource, whichever of both says so."""
        return successors_in(self.quads)

    def graphs_of(self, triple: Triple) -> Set[NamedNode]:
        """The graphs that a statement stands in."""
        terms = triple.subject, triple.predicate, triple.object
        return {graph for graph in self.graphs if Quad(*terms, graph) in self.quads}

    def holds(self, child: Term, place: NamedNode, parent: Term) -> bool:
        """Whether a concept has this place, whichever end says so."""
        inverse = next(each for each, other in INVERSES.items() if other == place)
        said = _triple(child, place, parent), _triple(parent, inverse, child)
        return any(each is not None and self.graphs_of(each) for each in said)

    def label(self, node: object) -> Labels:
        """Language -> label of a resource; empty when it has none."""
        statements = self.about.get(node, ())
        for name in NAMES:
            found = sorted(
                (each.object.language or "", each.object.value)
                for each in statements
                if each.predicate == name and isinstance(each.object, Literal)
            )
            if found:
                return dict(reversed(found))
        return {}

    def value(self, term: Term, levels: int = 6) -> Value:
        """A term, or what a blank node says in Turtle."""
        return self._spelt(term, levels) if isinstance(term, BlankNode) else term

    def _spelt(self, term: Term, levels: int) -> str:
        if not isinstance(term, BlankNode):
            return shorten(term.value) if isinstance(term, NamedNode) else str(term)
        if not levels:
            return "[ … ]"
        if members := self._members(term):
            return f"( {' '.join(self._spelt(each, levels - 1) for each in members)} )"
        statements = sorted(self.about.get(term, ()), key=lambda each: (each.predicate.value, str(each.object)))
        parts = (f"{shorten(each.predicate.value)} {self._spelt(each.object, levels - 1)}" for each in statements)
        return f"[ {' ; '.join(parts)} ]" if statements else "[]"

    def _members(self, node: Term) -> list[Term]:
        """The members of a list, in order; nothing when this is no list, or not a plain one."""
        members: dict[Term, Term] = {}
        while node != RDF["nil"]:
            said = {each.predicate: each.object for each in self.about.get(node, ())}
            if node in members or said.keys() != {RDF["first"], RDF["rest"]}:
                return []
            members[node], node = said[RDF["first"]], said[RDF["rest"]]
        return list(members.values())


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Both states, which IRIs are ours, and what stands for others now."""

    before: _State
    after: _State
    own: Callable[[str], bool]
    aliases: Mapping[str, str]

    def changes(self) -> list[Change]:
        """What happened to each resource about which something differs."""
        rows = self._rows()
        states = self.before, self.after
        mentioned = set(rows).union(*(_mentioned(rows, each.successors) for each in states))
        mentioned |= {NamedNode(self.aliases[each]) for each in self.aliases if NamedNode(each) in rows}
        for each in states:
            each.index(mentioned)
        return [self._change(node, differences) for node, differences in rows.items()]

    def _rows(self) -> dict[object, list[Difference]]:
        """Everything that differs, by resource and property."""
        lost, gained = _values(self.before, self.after), _values(self.after, self.before)
        rows: dict[object, list[Difference]] = {}
        for node in {**lost, **gained}:
            properties = sorted({*lost[node], *gained[node]}, key=str)
            rows[node] = [self._difference(each, lost[node][each], gained[node][each]) for each in properties]
        return rows

    def _difference(self, property: NamedNode, lost: set[Term], gained: set[Term]) -> Difference:
        before, after = lost - gained, gained - lost
        return Difference(property, _sorted(map(self.before.value, before)), _sorted(map(self.after.value, after)))

    def _change(self, node: object, differences: list[Difference]) -> Change:
        """What happened to one resource."""
        iri = _iri(node)
        labels = self.after.label(node) or self.before.label(node)
        successors = self._successors(node)
        kinds = self._kinds(node, differences, successors)
        if iri and not self.own(iri):
            kinds = dict.fromkeys(kinds, Level.PATCH)
        return Change(iri, labels, kinds, tuple(differences), successors)

    def _successors(self, node: object) -> tuple[str, ...]:
        alias = self._alias(node)
        return (alias,) if alias else tuple(sorted(self.after.successors.get(_iri(node), ())))

    def _alias(self, node: object) -> str:
        """What a resource that is gone stands for now; empty when it is there, or stands for nothing."""
        return "" if node in self.after.about else self.aliases.get(_iri(node), "")

    def _kinds(
        self, node: object, differences: Sequence[Difference], successors: tuple[str, ...]
    ) -> Mapping[Kind, Level]:
        """The end of a resource says it all, as does its beginning; between them, property by property."""
        whole = self._beginning_or_end(node)
        if whole is Kind.REMOVED and self._alias(node):
            # The address still leads somewhere, but what it said is said no more.
            return {Kind.MERGED: Level.MAJOR}
        if whole in (Kind.REMOVED, Kind.ADDED):
            return {whole: self._level_of_whole(whole, node)}
        kinds: dict[Kind, Level] = {}
        if whole is not None:
            kinds[whole] = Level.MAJOR if whole is Kind.WITHDRAWN else Level.MINOR
        if successors and (whole or self._successors_before(node) != successors):
            kinds.setdefault(self._replacement(successors) or whole or Kind.CHANGED, Level.MINOR)
        for kind, level in map(_judged, differences if whole is not Kind.WITHDRAWN else ()):
            kinds[kind] = max(level, kinds.get(kind, Level.NONE))
        named = [level for kind, level in kinds.items() if kind is not Kind.CHANGED]
        if named and Kind.CHANGED in kinds and kinds[Kind.CHANGED] <= max(named):
            del kinds[Kind.CHANGED]  # the notes and dates that go with the rest
        return kinds

    def _beginning_or_end(self, node: object) -> Kind | None:
        """What happened to the resource as a whole, if anything did."""
        before, after = self.before.about.get(node), self.after.about.get(node)
        if after is None:
            return Kind.REMOVED if before is not None else None
        if before is None:
            return Kind.ADDED
        was, now = RETIRED.get(status_of(before)), RETIRED.get(status_of(after))
        if was is now:
            return None
        return Kind.REINSTATED if now is None or was is Kind.WITHDRAWN else now

    def _level_of_whole(self, kind: Kind, node: object) -> Level:
        """An address that goes, or comes; a label that is a resource of its own is a text all the same."""
        if not isinstance(node, NamedNode):
            return Level.PATCH
        if kind is Kind.REMOVED:
            return Level.MAJOR
        types = {each.object for each in self.after.about[node] if each.predicate == RDF["type"]}
        return Level.PATCH if types == {SKOSXL["Label"]} else Level.MINOR

    def _successors_before(self, node: object) -> tuple[str, ...]:
        return tuple(sorted(self.before.successors.get(_iri(node), ())))

    def _replacement(self, successors: tuple[str, ...]) -> Kind | None:
        """Split into several; merged with one that existed, or with others into a new one."""
        if len(successors) > 1:
            return Kind.SPLIT
        existed = NamedNode(successors[0]) in self.before.about
        others = [each for each, into in self.after.successors.items() if successors[0] in into]
        return Kind.MERGED if existed or len(others) > 1 else None

    def labels(self, changes: Iterable[Change]) -> dict[str, Labels]:
        """The labels of every IRI that these changes mention."""
        mentioned = {each for change in changes for each in change.successors}
        mentioned |= {node.value for change in changes for node in _names(change.differences)}
        nodes = map(NamedNode, sorted(mentioned))
        found = {node.value: self.after.label(node) or self.before.label(node) for node in nodes}
        return {iri: labels for iri, labels in found.items() if labels}


def _iri(node: object) -> str:
    return node.value if isinstance(node, NamedNode) else ""


def _mentioned(rows: Mapping[object, Sequence[Difference]], successors: Mapping[str, Set[str]]) -> set[object]:
    """The resources that changes name: values, and what replaces others."""
    values = {node for differences in rows.values() for node in _names(differences)}
    return values | {NamedNode(each) for node in rows for each in successors.get(_iri(node), ())}


def _names(differences: Iterable[Difference]) -> Iterator[NamedNode]:
    for each in differences:
        yield from (value for value in (*each.before, *each.after) if isinstance(value, NamedNode))


Values = Mapping[object, Mapping[NamedNode, set[Term]]]
"""Terms by subject and property."""


def _values(here: _State, there: _State) -> Values:
    """What one state says and the other does not."""
    found: dict[object, dict[NamedNode, set[Term]]] = defaultdict(lambda: defaultdict(set))
    for triple in here.touched:
        for node, property, value in _shown(triple, here, there):
            if not isinstance(node, BlankNode) or node not in here.anchored:
                found[node][property].add(value)
    return found


def _shown(triple: Triple, here: _State, there: _State) -> Iterator[tuple[object, NamedNode, Term]]:
    """Where a statement that one state lacks is shown: subject, property and value.

    A statement that both have stands in other graphs only.
    """
    if elsewhere := there.graphs_of(triple):
        for graph in here.graphs_of(triple) - elsewhere:
            yield triple.subject, SD["namedGraph"], graph
        return
    place, concept = INVERSES.get(triple.predicate), triple.object
    if place and isinstance(concept, NamedNode) and not there.holds(concept, place, triple.subject):
        yield concept, place, triple.subject
    if triple.predicate in PLACES and there.holds(triple.subject, triple.predicate, triple.object):
        return
    yield triple.subject, triple.predicate, triple.object


def _judged(difference: Difference) -> tuple[Kind, Level]:
    """What a difference in one property amounts to."""
    rule = RULES.get(difference.property, _TEXT)
    lost = {_letters(each) for each in difference.before} if rule is _MEANING else set(difference.before)
    kept = {_letters(each) for each in difference.after} if rule is _MEANING else set[Value]()
    level = rule.lost if lost - kept else rule.gained
    added_to = rule.kind is Kind.REDEFINED and level < Level.MAJOR
    return Kind.CHANGED if added_to else rule.kind, level


def _letters(value: Value) -> str:
    """The words and numbers of a text: what remains when only spelling marks differ."""
    text = value.value if isinstance(value, Literal) else str(value)
    return " ".join(_WORD.findall(text.casefold()))


def _by_subject(triples: Iterable[Triple]) -> Mapping[object, Sequence[Triple]]:
    found: dict[object, list[Triple]] = defaultdict(list)
    for each in triples:
        found[each.subject].append(each)
    return dict(found)


def _sorted(values: Iterable[Value]) -> tuple[Value, ...]:
    return tuple(sorted(values, key=str))


def _triple(subject: Term, predicate: NamedNode, object: Term) -> Triple | None:
    """A statement, unless no statement can have such a subject."""
    return Triple(subject, predicate, object) if isinstance(subject, (NamedNode, BlankNode)) else None
