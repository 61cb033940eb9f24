"""Changes in words: what an editor reads, and what a program gets."""

from __future__ import annotations

import pytest
from turtle_text import quads

from publisher.compiler.changes import Level, compare
from publisher.compiler.wording import Account, as_html, as_json, as_text

BEFORE = """\
:a a skos:Concept ; skos:prefLabel "Appel"@nl, "Apple"@en ; skos:definition "Een vrucht."@nl ; skos:broader :b .
:b a skos:Concept ; skos:prefLabel "Boom"@nl .
:c a skos:Concept ; skos:prefLabel "Citroen"@nl .
"""


def account(old: str, new: str, before: str | None = "1.0.0") -> Account:
    """The account of one replacement in a small vocabulary."""
    assert old in BEFORE
    changes = compare(quads(BEFORE), quads(BEFORE.replace(old, new)))
    return Account("fruit", before, "1.0.1", changes, "http://x.example", ("nl", "en"))


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('"Appel"@nl', '"Handappel"@nl', "skos:prefLabel (nl): “Appel” is now “Handappel”"),
        (', "Apple"@en', "", "skos:prefLabel (en): “Apple” is gone"),
        ("broader :b", "broader :c", "skos:broader: “Boom” <b> is now “Citroen” <c>"),
        ('"Een vrucht."@nl', '"Een vrucht."@nl, "A fruit."@en', "skos:definition (en): “A fruit.” is new"),
        ("skos:broader :b", 'skos:note [ dct:title "x" ]', 'skos:note: [ dct:title "x" ] is new'),
        (
            "skos:broader :b",
            "skos:member ( :b :c )",
            "skos:member: ( <http://x.example/b> <http://x.example/c> ) is new",
        ),
    ],
)
def test_a_field_says_what_it_was_and_is(old: str, new: str, line: str) -> None:
    assert f"        {line}\n" in as_text([account(old, new)])


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (BEFORE[BEFORE.index(":c a") :], "", "“Citroen” <c> is gone"),
        ('"Citroen"@nl', '"Citroen"@nl ; owl:deprecated true', "“Citroen” <c> is deprecated"),
        (
            '"Citroen"@nl',
            '"Citroen"@nl ; owl:deprecated true ; dct:isReplacedBy :a',
            "“Citroen” <c> is merged into “Appel” <a>, deprecated",
        ),
        (
            '"Citroen"@nl',
            '"Citroen"@nl ; owl:deprecated true ; dct:isReplacedBy :a, :b',
            "“Citroen” <c> is split into “Appel” <a>, “Boom” <b>, deprecated",
        ),
    ],
)
def test_what_happened_is_a_sentence(old: str, new: str, sentence: str) -> None:
    assert f"    {sentence}\n" in as_text([account(old, new)])


def test_what_became_an_alias_is_merged_and_its_fields_are_not_listed() -> None:
    after = quads(BEFORE[: BEFORE.index(":c a")])
    changes = compare(quads(BEFORE), after, aliases={"http://x.example/c": "http://x.example/a"})
    text = as_text([Account("fruit", "1.0.0", "2.0.0", changes, "http://x.example", ("nl", "en"))])
    assert "  merged (1)\n    “Citroen” <c> is merged into “Appel” <a>\n  major: " in text


def test_the_verdict_gives_its_reasons_and_the_next_number() -> None:
    said = as_text([account("Een vrucht", "Een groente")])
    assert said.endswith("  major: “Appel” <a> means something else; after 1.0.0 comes 2.0.0 or higher\n")


def test_many_reasons_are_counted() -> None:
    new = " ".join(f":n{each} a skos:Concept ." for each in range(9))
    said = account(":c a", f"{new} :c a")
    assert said.changes.verdict is Level.MINOR
    assert said.reasons() == "<n0> is new, <n1> is new, <n2> is new, and 6 more"


def test_no_changes_are_said_in_so_many_words() -> None:
    assert as_text([]) == "no changes\n"
    assert "<p>no changes</p>" in as_html([])


def test_a_first_version_follows_none() -> None:
    assert account("Appel", "Peer", before=None).least == ""
    assert "fruit: nothing → 1.0.1\n" in as_text([account("Appel", "Peer", before=None)])


def test_json_has_every_field() -> None:
    [fruit] = as_json([account('"Appel"@nl', '"Peer"@nl')])["datasets"]
    [resource] = fruit["resources"]
    label = "http://www.w3.org/2004/02/skos/core#prefLabel"
    assert resource["differences"] == [{"property": label, "before": ['"Appel"@nl'], "after": ['"Peer"@nl']}]
    assert resource["kinds"] == {"relabelled": "patch"}
    assert (fruit["verdict"], fruit["least"]) == ("patch", "1.0.1")
    assert fruit["reasons"] == [{"iri": "http://x.example/a", "kind": "relabelled"}]


def test_a_page_is_whole_and_escaped() -> None:
    page = as_html([account("Appel", "<b>Peer</b> & co")])
    assert page.startswith("<!doctype html>")
    assert page.endswith("</html>\n")
    assert "“&lt;b&gt;Peer&lt;/b&gt; &amp; co”" in page
