"""The house rules of the site: each has an example that breaks it, none complains about good content."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from publisher.compiler.presentation import presentation
from publisher.compiler.validate import validate
from publisher.namespaces import RDF, RDFS, SH, shorten
from publisher.source import SourceFile, read

ROOT = Path(__file__).parents[2]
EXAMPLES = Path(__file__).parent / "site"
BASE = "https://example.org"
RULE = "urn:hefbomen:regel:"
SHAPES = {
    path.stem: SourceFile(f"shapes/{path.name}", path.read_bytes()) for path in (ROOT / "shapes").glob("*.ttl")
}
KINDS = sorted(SHAPES.keys() - {"groepen"})


def statements(content: bytes) -> list[Quad]:
    return list(parse(content, RdfFormat.TURTLE, base_iri=f"{BASE}/"))


def example(kind: str, quality: str) -> list[Quad]:
    return statements((EXAMPLES / f"{kind}.{quality}.ttl").read_bytes())


def rules() -> dict[NamedNode, set[str]]:
    """Every shape that can find something, with the languages of its messages."""
    found: dict[NamedNode, set[str]] = {}
    for file in SHAPES.values():
        for quad in statements(file.content):
            if quad.predicate == SH["message"] and isinstance(quad.subject, NamedNode):
                found.setdefault(quad.subject, set()).add(str(quad.object.language))
    return found


def broken() -> list[tuple[str, str]]:
    """The kind of resource and the name of the rule, for every bad example."""
    subjects = {
        (kind, quad.subject.value.partition("/fout/")[2]) for kind in KINDS for quad in example(kind, "bad")
    }
    return sorted((kind, name) for kind, name in subjects if name)


@pytest.fixture(scope="module")
def findings() -> dict[str, set[tuple[str, str]]]:
    """What each file of shapes finds in its bad example: (focus node, rule)."""
    return {
        kind: {(each.focus, each.rule) for each in validate(example(kind, "bad"), [SHAPES[kind]], BASE)}
        for kind in KINDS
    }


@pytest.mark.parametrize("kind", KINDS)
def test_good_example_conforms(kind: str) -> None:
    assert validate(example(kind, "good"), [SHAPES[kind]], BASE) == []


@pytest.mark.parametrize(("kind", "name"), broken())
def test_bad_example_breaks_its_rule(findings: dict[str, set[tuple[str, str]]], kind: str, name: str) -> None:
    assert (f"{BASE}/id/fout/{name}", RULE + name) in findings[kind]


def test_every_rule_has_a_bad_example() -> None:
    assert {rule.value.removeprefix(RULE) for rule in rules()} == {name for _, name in broken()}


@pytest.mark.parametrize("rule", sorted(rules(), key=str), ids=lambda rule: rule.value.removeprefix(RULE))
def test_rule_speaks_dutch_and_english(rule: NamedNode) -> None:
    assert rules()[rule] == {"nl", "en"}


def test_missing_translation_is_a_warning_only() -> None:
    quads = [quad for quad in example("begrip", "good") if getattr(quad.object, "language", None) != "fr"]
    found = validate(quads, [SHAPES["begrip"]], BASE)
    assert {(each.severity.name, each.rule) for each in found} == {("WARNING", f"{RULE}begrip-vertaling-fr")}


def test_groups_have_a_name_in_every_language_and_an_order() -> None:
    quads = statements(SHAPES["groepen"].content)
    groups = {quad.subject for quad in quads if quad.object == SH["PropertyGroup"]}
    for group in groups:
        texts = [quad.object for quad in quads if quad.subject == group and quad.predicate == RDFS["label"]]
        assert {each.language for each in texts if isinstance(each, Literal)} == {"nl", "en", "fr", "de"}
    orders = [quad.object for quad in quads if quad.predicate == SH["order"]]
    assert len(orders) == len(set(orders)) == len(groups)


def test_every_property_of_the_content_has_a_dutch_name_and_a_place() -> None:
    quads = [quad for file in read(ROOT).content for quad in statements(file.content)]
    shown = presentation(tuple(SHAPES.values()), BASE)
    kinds: dict[object, list[str]] = {}
    for quad in quads:
        if quad.predicate == RDF["type"]:
            kinds.setdefault(quad.subject, []).append(quad.object.value)
    nameless = {
        f"{shorten(kind)} {shorten(quad.predicate.value)}"
        for quad in quads
        if quad.predicate != RDF["type"]
        for kind in kinds.get(quad.subject, ())[:1]
        if quad.predicate.value
        not in {row.iri for row in shown.get(kind, ()) if "nl" in row.names and row.group and row.order < 1000}
    }
    assert nameless == set()
    ours = {quad.subject for quad in quads if quad.subject.value.startswith("https://hefbomen.example/")}
    assert ours <= kinds.keys()
