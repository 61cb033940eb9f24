"""`publisher deprecate` and `withdraw`: one block changes, and every other byte stays."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from building import compiled, copy, edit
from pyoxigraph import Literal, Quad, RdfFormat, parse
from test_cli import run

from publisher.config import load
from publisher.editing import format as formatting
from publisher.editing import retire
from publisher.editing.content import Content, read_content
from publisher.errors import EditingError
from publisher.namespaces import RDF, SKOS
from publisher.profiles.status import Status, status_of, successors_in

SEASONS = "data/season.ttl"
BASE = "https://tiny.example/id/concept/season/"
SUMMER, SPRING, WINTER = (BASE + name for name in ("summer", "spring", "winter"))


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return copy("tiny", tmp_path)


def content(folder: Path) -> Content:
    return read_content(load(folder), lambda _: None)


def deprecated(folder: Path, name: str, *successors: str, note: str = "") -> Content:
    """The folder after the command."""
    retire.deprecate(content(folder), name, successors, note).write(load(folder))
    return content(folder)


def parsed(text: str) -> list[Quad]:
    """The statements of a Turtle text."""
    return list(parse(text.encode(), RdfFormat.TURTLE, base_iri="https://tiny.example/"))


STYLES = {
    "its full stop behind the last value": ':p "x" .',
    "its full stop on a line of its own": ':p "x" ;\n.',
    "a semicolon before its full stop": ':p "x" ; .',
    "its full stop directly behind": ':p "x".',
    "several values a line": ':p "x" , "y" ;\n    :q 1, 2 .',
    "a comment behind the last value": ':p "x" # of x\n.',
    "a comment behind the semicolon": ':p "x" ; # of x\n  # more\n.',
    "a status in the middle": "adms:status st:Completed ;\n    :p 1 .",
    "a status at the end": ":p 1 ;\n    adms:status st:Completed .",
    "a status of several lines": ":p 1 ; adms:status\n    st:Completed ; owl:deprecated false\n.",
    "brackets at its end": ":p [ :q 1 ; :r ( 1 2 ) ] .",
    "tabs": ":p 1 ;\n\t:q 2 .",
    "a text with a full stop and a hash": ':p """x .\n#y ; .""" .',
}


HEAD = """# Head
@prefix : <id/x/> .
PREFIX adms: <http://www.w3.org/ns/adms#>
@prefix st: <http://purl.org/adms/status/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
:b   a :T ; :p   1   .

"""


@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_a_block_of_any_style_is_changed_and_nothing_else(tiny: Path, ends: str) -> None:
    blocks = [f"# above\n:a{number} a :T ;\n    {style}" for number, style in enumerate(STYLES.values())]
    text = (HEAD + " # behind\n\n".join([*blocks, ":c a :T;\n  :p 'x' .   # foot"])).replace("\n", ends)
    (tiny / "data/x.ttl").write_bytes(text.encode())
    there = content(tiny)
    for number, style in enumerate(STYLES.values()):
        new = retire.deprecate(there, f"id/x/a{number}", ["id/x/c"], "").after
        before, after = (each.split(f" # behind{ends}") for each in (text, new))
        assert before[:number] + before[number + 1 :] == after[:number] + after[number + 1 :], style
        assert re.findall("# .*", new) == re.findall("# .*", text), style
        about = [each for each in parsed(new) if each.subject.value == f"https://tiny.example/id/x/a{number}"]
        assert status_of(about) is Status.DEPRECATED, style
        assert list(successors_in(about).values()) == [{"https://tiny.example/id/x/c"}], style


def test_a_byte_order_mark_stays(tiny: Path) -> None:
    path = tiny / SEASONS
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    deprecated(tiny, "season:summer")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf# The four")


def test_the_change_note_names_the_successors_in_the_first_language(tiny: Path) -> None:
    after = deprecated(tiny, "season:summer", "season:spring", WINTER)
    notes = [each.object for each in after.about[SUMMER] if each.predicate == SKOS["changeNote"]]
    assert notes == [Literal("Vervallen, vervangen door Lente, Winter.", language="nl")]


def test_a_note_of_the_editors_own_is_taken_as_it_is(tiny: Path) -> None:
    after = deprecated(tiny, "season:summer", note='Eén "reden"\n{} meer.')
    notes = [each.object for each in after.about[SUMMER] if each.predicate == SKOS["changeNote"]]
    assert notes == [Literal('Eén "reden"\n{} meer.', language="nl")]


def test_a_file_in_our_layout_stays_in_it(tiny: Path) -> None:
    formatting.format(load(tiny), lambda _: None).write()
    deprecated(tiny, "season:summer", "season:spring")
    assert formatting.format(load(tiny), lambda _: None).texts == {}


def test_what_is_deprecated_conforms_and_keeps_its_address(tiny: Path) -> None:
    deprecated(tiny, "season:summer", "season:spring")
    assert compiled(tiny).report.conforms


REFUSED = [
    ("season:sumer", ["season:spring"], "did you mean <id/concept/season/summer>"),
    ("seizoen:summer", ["season:spring"], "nor declares that prefix"),
    ("http://elsewhere.example/x", [], "nothing in the files describes <http://elsewhere.example/x>"),
    ("season:summer", ["season:summer"], "cannot replace itself"),
    ("season:summer", ["season:sprng"], "did you mean <id/concept/season/spring>"),
    ("season:summer", ["season:winter"], "is deprecated already; choose one that is in use, as a successor"),
    ("season:winter", ["season:summer"], "is deprecated already"),
]


def test_what_leads_nowhere_is_refused(tiny: Path) -> None:
    there = deprecated(tiny, "season:winter", "season:spring")
    for name, successors, message in REFUSED:
        with pytest.raises(EditingError) as caught:
            retire.deprecate(there, name, successors, "")
        assert message in str(caught.value)


def test_a_file_that_somebody_changes_meanwhile_is_left_alone(tiny: Path) -> None:
    planned = retire.deprecate(content(tiny), "season:summer", ["season:spring"], "")
    edit(tiny / SEASONS, "Freeze", "Frost")
    before = (tiny / SEASONS).read_bytes()
    with pytest.raises(EditingError, match="somebody changed it meanwhile"):
        planned.write(load(tiny))
    assert (tiny / SEASONS).read_bytes() == before


def test_a_resource_in_another_syntax_is_left_to_the_editor(tiny: Path) -> None:
    (tiny / "data/more.nt").write_text(
        f"<http://mirror.example/months/may> {RDF['type']} <http://x.example/T> .\n"
    )
    with pytest.raises(EditingError, match=r"data/more\.nt; only Turtle can be edited"):
        deprecated(tiny, "http://mirror.example/months/may")


def test_a_tombstone_keeps_names_and_notation(tiny: Path) -> None:
    retire.withdraw(content(tiny), "season:vorst\\.periode", "Per vergissing.").write(load(tiny))
    assert (
        (tiny / SEASONS)
        .read_text("utf-8")
        .endswith(
            """
season:vorst.periode
    skos:prefLabel "Vorstperiode"@nl ;
    skos:prefLabel "Freeze"@en ;
    skos:notation "S1.1" ;
    skos:changeNote "Ingetrokken: Per vergissing."@nl ;
    adms:status <http://purl.org/adms/status/Withdrawn> ;
.
"""
        )
    )
    assert compiled(tiny).report.conforms
    with pytest.raises(EditingError, match="is withdrawn already"):
        retire.withdraw(content(tiny), BASE + "vorst.periode", "Nog eens.")


def test_a_comment_in_a_block_is_not_withdrawn_with_it(tiny: Path) -> None:
    edit(tiny / SEASONS, '    skos:notation "S1.1" ;', '    # why so\n    skos:notation "S1.1" ;')
    with pytest.raises(EditingError, match=r"data/season\.ttl:44: a comment in the block would be lost"):
        retire.withdraw(content(tiny), BASE + "vorst.periode", "Per vergissing.")


def test_the_command_says_what_it_wrote_and_what_to_look_at(tiny: Path) -> None:
    done = run("deprecate", "season:winter", "--replaced-by", "season:autumn", "--folder", tiny)
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == f"data/season.ttl:13: <{WINTER}>"
    assert "    dct:isReplacedBy season:autumn ;" in done.stdout
    assert "    <id/concept/season/vorst.periode> skos:broader" in done.stdout
    assert "publisher check" in done.stdout
    again = run("deprecate", "season:winter", "--replaced-by", "season:autumn", "--folder", tiny)
    assert (again.returncode, again.stdout) == (2, "")
    assert "is deprecated already" in again.stderr
    done = run("withdraw", "season:spring", "--note", "Vergissing.", "--folder", tiny)
    assert (done.returncode, "Ingetrokken: Vergissing." in done.stdout) == (0, True)
