"""What differs between two states: each kind by an example, then at random against an oracle."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad
from turtle_text import quads, shuffled

from publisher.compiler.changes import Changes, Kind, Level, compare
from publisher.release.canonical import canonical

BASE = """\
:s a skos:ConceptScheme .
:a a skos:Concept ; skos:inScheme :s ; skos:prefLabel "Appel"@nl, "Apple"@en ; skos:notation "A" ;
    skos:definition "Een vrucht."@nl ; skos:note [ dct:title "noot"@nl ; dct:creator [ dct:title "wie" ] ] .
:b a skos:Concept ; skos:inScheme :s ; skos:prefLabel "Peer"@nl ; skos:broader :a .
:c a skos:Concept ; skos:inScheme :s ; skos:prefLabel "Kers"@nl ; skos:exactMatch <http://other.example/kers> .
"""


def edited(old: str, new: str) -> Changes:
    """The changes from the base to the base with another text in it."""
    assert old in BASE
    return compare(quads(BASE), quads(BASE.replace(old, new)))


def kinds(changes: Changes) -> dict[str, set[Kind]]:
    return {each.iri.removeprefix("http://x.example/"): set(each.kinds) for each in changes.resources}


def test_what_is_gone_and_an_alias_now_is_merged() -> None:
    before, after = quads(BASE), quads(BASE[: BASE.index(":c a")])
    changes = compare(before, after, aliases={"http://x.example/c": "http://x.example/b"})
    [found] = changes.resources
    assert (found.kinds, found.successors) == ({Kind.MERGED: Level.MAJOR}, ("http://x.example/b",))
    assert changes.labels["http://x.example/b"] == {"nl": "Peer"}


def test_an_alias_of_what_is_still_there_changes_nothing() -> None:
    assert compare(quads(BASE), quads(BASE), aliases={"http://x.example/c": "http://x.example/b"}) == Changes()


def test_the_same_content_has_no_changes() -> None:
    found = compare(quads(BASE), quads(BASE))
    assert found == Changes()
    assert found.verdict is Level.NONE


RETIRED = "adms:status status:Deprecated ; owl:deprecated true"
ONE_BY_ONE = [
    (":c a", ':d a skos:Concept ; skos:prefLabel "Pruim"@nl . :c a', {"d": {Kind.ADDED}}, Level.MINOR),
    ('"Peer"@nl', '"Handpeer"@nl', {"b": {Kind.RELABELLED}}, Level.PATCH),
    ('"Kers"@nl', '"Kers"@nl, "Cherry"@en', {"c": {Kind.RELABELLED}}, Level.PATCH),
    ('"Een vrucht."@nl', '"Een groente."@nl', {"a": {Kind.REDEFINED}}, Level.MAJOR),
    ('"Een vrucht."@nl', '"Een: vrucht"@nl', {"a": {Kind.CHANGED}}, Level.PATCH),
    ('"Een vrucht."@nl', '"Een vrucht."@nl, "A fruit."@en', {"a": {Kind.CHANGED}}, Level.PATCH),
    ('; skos:notation "A"', "", {"a": {Kind.RENUMBERED}}, Level.MAJOR),
    ('skos:notation "A"', 'skos:notation "A", "B"', {"a": {Kind.RENUMBERED}}, Level.MINOR),
    ("skos:broader :a", "skos:broader :c", {"b": {Kind.MOVED}}, Level.MAJOR),
    ("skos:broader :a", "skos:broader :a, :c", {"b": {Kind.MOVED}}, Level.MINOR),
    ("; skos:broader :a", "", {"b": {Kind.MOVED}}, Level.MAJOR),
    (":c a", ":a skos:narrower :c . :c a", {"a": {Kind.CHANGED}, "c": {Kind.MOVED}}, Level.MINOR),
    (":c a skos:Concept", ":c a skos:Collection", {"c": {Kind.REDEFINED}}, Level.MAJOR),
    ('"Kers"@nl', f'"Kers"@nl ; {RETIRED}', {"c": {Kind.DEPRECATED}}, Level.MINOR),
    (
        '"Kers"@nl',
        f'"Kers"@nl ; {RETIRED} ; dct:isReplacedBy :b',
        {"c": {Kind.DEPRECATED, Kind.MERGED}},
        Level.MINOR,
    ),
    (
        '"Kers"@nl',
        f'"Kers"@nl ; {RETIRED} ; dct:isReplacedBy :a, :b',
        {"c": {Kind.DEPRECATED, Kind.SPLIT}},
        Level.MINOR,
    ),
    ('"Kers"@nl', '"Kers"@nl ; adms:status status:Withdrawn', {"c": {Kind.WITHDRAWN}}, Level.MAJOR),
    ("<http://other.example/kers>", "<http://other.example/pruim>", {"c": {Kind.CHANGED}}, Level.MINOR),
    ('"noot"@nl', '"noten"@nl', {"a": {Kind.CHANGED}}, Level.PATCH),
    ('"wie"', '"iemand"', {"a": {Kind.CHANGED}}, Level.PATCH),
]


@pytest.mark.parametrize(("old", "new", "found", "level"), ONE_BY_ONE)
def test_each_change_is_called_by_its_name(old: str, new: str, found: dict[str, set[Kind]], level: Level) -> None:
    changes = edited(old, new)
    assert (kinds(changes), changes.verdict) == (found, level)


def test_an_address_that_is_gone_is_major_wherever_else_it_is_mentioned() -> None:
    changes = compare(quads(BASE), quads(BASE.replace(BASE[BASE.index(":c a") :], "")))
    assert (kinds(changes), changes.verdict) == ({"c": {Kind.REMOVED}}, Level.MAJOR)
    assert changes.reasons == ((changes.resources[0], Kind.REMOVED),)


def test_two_that_become_one_are_merged_and_the_one_is_new() -> None:
    after = BASE.replace('"Peer"@nl', f'"Peer"@nl ; {RETIRED}').replace('"Kers"@nl', f'"Kers"@nl ; {RETIRED}')
    after += ':d a skos:Concept ; skos:prefLabel "Fruit"@nl ; dct:replaces :b, :c .'
    changes = compare(quads(BASE), quads(after))
    merged = {Kind.DEPRECATED, Kind.MERGED}
    assert kinds(changes) == {"b": merged, "c": merged, "d": {Kind.ADDED}}
    assert changes.resources[0].successors == ("http://x.example/d",)
    assert changes.labels["http://x.example/d"] == {"nl": "Fruit"}


def test_what_was_retired_may_come_back() -> None:
    changes = compare(quads(BASE.replace('"Kers"@nl', f'"Kers"@nl ; {RETIRED}')), quads(BASE))
    assert (kinds(changes), changes.verdict) == ({"c": {Kind.REINSTATED}}, Level.MINOR)


def test_a_label_that_is_a_resource_is_a_text() -> None:
    changes = edited(":c a", ':l a skosxl:Label ; skosxl:literalForm "Cherry"@en . :c a')
    assert (kinds(changes), changes.verdict) == ({"l": {Kind.ADDED}}, Level.PATCH)


def test_resources_of_others_come_and_go_as_texts_do() -> None:
    before = quads(BASE + '<http://other.example/kers> a skos:Concept ; skos:definition "x"@nl .')
    changes = compare(before, quads(BASE), lambda iri: iri.startswith("http://x.example/"))
    assert changes.verdict is Level.PATCH


def test_a_statement_in_another_file_is_no_change_of_meaning() -> None:
    changes = compare(quads(BASE), quads(BASE, "h"))
    assert changes.verdict is Level.PATCH
    assert {each.kind for each in changes.resources} == {Kind.CHANGED}


def test_differences_give_the_values_of_both_states() -> None:
    [change] = edited('"Peer"@nl', '"Handpeer"@nl').resources
    [difference] = change.differences
    assert [str(each) for each in (*difference.before, *difference.after)] == ['"Peer"@nl', '"Handpeer"@nl']


def test_a_blank_node_is_shown_by_what_it_says() -> None:
    [change] = edited('"noot"@nl', '"noten"@nl').resources
    [difference] = change.differences
    assert difference.before == ('[ dct:creator [ dct:title "wie" ] ; dct:title "noot"@nl ]',)


@pytest.mark.parametrize(
    ("level", "number", "least"),
    [
        (Level.MAJOR, "1.2.3", "2.0.0"),
        (Level.MINOR, "1.2.3", "1.3.0"),
        (Level.PATCH, "1.2.3", "1.2.4"),
        (Level.NONE, "1.2.3", "1.2.3"),
        (Level.MAJOR, "0.2.3", "0.3.0"),
    ],
)
def test_a_verdict_raises_its_part_of_a_number(level: Level, number: str, least: str) -> None:
    assert level.after(number) == least


# --- At random: edits to a small vocabulary, and what each must be called ---


@dataclass(frozen=True)
class Concept:
    """A concept of the model that random edits are made to; `number` makes it and its words unique."""

    number: int
    label: int = 0
    meaning: int = 0
    notation: int = 0
    broader: int | None = None
    notes: tuple[int, ...] = ()
    status: str = "Completed"
    into: tuple[int, ...] = ()

    def turtle(self) -> str:
        """The concept as an editor writes it."""
        lines = [
            f":c{self.number} a skos:Concept ; skos:inScheme :s ; adms:status status:{self.status}",
            f'skos:prefLabel "Naam {self.number} {self.label}"@nl',
            f'skos:notation "N{self.number}.{self.notation}"',
            f'skos:definition "Betekenis {self.meaning}"@nl',
            *(f'skos:note [ dct:title "noot {each}" ; dct:creator [ dct:title "wie" ] ]' for each in self.notes),
            *(f"dct:isReplacedBy :c{each}" for each in self.into),
            *([] if self.broader is None else [f"skos:broader :c{self.broader}"]),
        ]
        return " ; ".join(lines) + " ."


Model = dict[int, Concept]


@dataclass
class Edits:
    """Random edits, and what has been done to each concept."""

    chance: random.Random
    model: Model
    done: dict[int, set[Kind]] = field(default_factory=dict)
    level: Level = Level.NONE
    aliases: dict[str, str] = field(default_factory=dict)

    def note(self, number: int, kind: Kind, level: Level) -> None:
        self.done.setdefault(number, set()).add(kind)
        self.level = max(self.level, level)

    def free(self) -> int:
        """A concept that nothing has been done to yet, so that the oracle stays simple."""
        return self.chance.choice([each for each in self.model if each not in self.done])

    def change(self, **values: object) -> int:
        number = self.free()
        self.model[number] = replace(self.model[number], **values)  # type: ignore[arg-type]
        return number

    def add(self) -> None:
        number = max(*self.model, *self.done) + 1
        self.model[number] = Concept(number, broader=self.chance.choice([None, 0]))
        self.note(number, Kind.ADDED, Level.MINOR)

    def remove(self) -> None:
        number = self.free()
        del self.model[number]
        self.note(number, Kind.REMOVED, Level.MAJOR)

    def alias(self) -> None:
        number = self.free()
        del self.model[number]
        self.aliases[f"http://x.example/c{number}"] = "http://x.example/c0"
        self.note(number, Kind.MERGED, Level.MAJOR)

    def relabel(self) -> None:
        self.note(self.change(label=1), Kind.RELABELLED, Level.PATCH)

    def redefine(self) -> None:
        self.note(self.change(meaning=1), Kind.REDEFINED, Level.MAJOR)

    def renumber(self) -> None:
        self.note(self.change(notation=1), Kind.RENUMBERED, Level.MAJOR)

    def annotate(self) -> None:
        self.note(self.change(notes=(1, 1, 3)), Kind.CHANGED, Level.PATCH)

    def move(self) -> None:
        number = self.free()
        there = self.model[number].broader is None
        self.model[number] = replace(self.model[number], broader=0 if there else None)
        self.note(number, Kind.MOVED, Level.MINOR if there else Level.MAJOR)

    def deprecate(self) -> None:
        self.note(self.change(status="Deprecated"), Kind.DEPRECATED, Level.MINOR)

    def withdraw(self) -> None:
        self.note(self.change(status="Withdrawn"), Kind.WITHDRAWN, Level.MAJOR)

    def merge(self) -> None:
        number = self.change(status="Deprecated", into=(0,))
        self.note(number, Kind.DEPRECATED, Level.MINOR)
        self.note(number, Kind.MERGED, Level.MINOR)

    def split(self) -> None:
        number = self.change(status="Deprecated", into=(0, 1))
        self.note(number, Kind.DEPRECATED, Level.MINOR)
        self.note(number, Kind.SPLIT, Level.MINOR)


EDITS: tuple[Callable[[Edits], None], ...] = (
    Edits.add,
    Edits.remove,
    Edits.alias,
    Edits.relabel,
    Edits.redefine,
    Edits.renumber,
    Edits.annotate,
    Edits.move,
    Edits.deprecate,
    Edits.withdraw,
    Edits.merge,
    Edits.split,
)


def vocabulary(chance: random.Random) -> Model:
    def concept(number: int) -> Concept:
        broader = chance.choice([None, 0, 1]) if number > 1 else None
        return Concept(number, broader=broader, notes=tuple(range(chance.randrange(3))) * 2)

    return {number: concept(number) for number in range(12)}


def stated(model: Model, chance: random.Random) -> list[Quad]:
    return shuffled(quads("\n".join(each.turtle() for each in model.values())), chance)


def rdfc(statements: Iterable[Quad]) -> Dataset:
    """The canonical form that W3C defines."""
    dataset = Dataset(statements)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


@pytest.mark.parametrize("seed", range(150))
def test_random_edits_are_judged_as_they_were_made(seed: int) -> None:
    chance = random.Random(seed)
    model = vocabulary(chance)
    edits = Edits(chance, dict(model), done={0: set(), 1: set()})
    for edit in chance.choices(EDITS, k=chance.randrange(6)):
        edit(edits)
    before, after = stated(model, chance), stated(edits.model, chance)
    changes = compare(before, after, aliases=edits.aliases)
    assert kinds(changes) == {f"c{number}": done for number, done in edits.done.items() if done}
    assert changes.verdict is edits.level
    applied = (canonical(before) - changes.removed) | changes.added
    assert rdfc(applied) == rdfc(after)
