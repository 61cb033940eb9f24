"""`publisher deprecate` and `withdraw`: one block changes, and every other byte stays."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from building import compiled, copy, edit
from pyoxigraph import Literal, NamedNode
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


@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "marked"])
@pytest.mark.parametrize("written", STYLES.values(), ids=STYLES)
def test_a_block_of_any_style_is_changed_and_nothing_else(
    tmp_path: Path, written: str, mark: str, ends: str
) -> None:
    above = (
        "# Head\n@prefix : <id/x/> .\nPREFIX adms: <http://www.w3.org/ns/adms#>\n"
        "@prefix st: <http://purl.org/adms/status/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        ":b   a :T ; :p   1   .\n\n# of a\n"
    )
    below = "# behind\n\n:c a :T;\n  :p 'x' .   # foot"
    folder = copy("tiny", tmp_path)
    text = f"{mark}{above}:a a :T ;\n    {written}\n{below}".replace("\n", ends)
    (folder / "data/x.ttl").write_bytes(text.encode())
    before = content(folder)
    after = deprecated(folder, "id/x/a", "id/x/c")
    new = (folder / "data/x.ttl").read_bytes().decode()
    assert new.startswith(mark + above.replace("\n", ends))
    assert new.endswith(below.replace("\n", ends))
    assert re.findall("# .*", new) == re.findall("# .*", text)
    about = after.about["https://tiny.example/id/x/a"]
    assert status_of(about) is Status.DEPRECATED
    assert successors_in(about) == {"https://tiny.example/id/x/a": {"https://tiny.example/id/x/c"}}
    same = {quad for quad in before.quads if quad.subject != NamedNode("https://tiny.example/id/x/a")}
    assert len({quad for quad in after.quads if quad.subject != NamedNode("https://tiny.example/id/x/a")}) == len(
        same
    )


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


@pytest.mark.parametrize(
    ("name", "successors", "message"),
    [
        ("season:sumer", ["season:spring"], "did you mean <id/concept/season/summer>"),
        ("seizoen:summer", ["season:spring"], "nor declares that prefix"),
        ("http://elsewhere.example/x", [], "nothing in the files describes <http://elsewhere.example/x>"),
        ("season:summer", ["season:summer"], "cannot replace itself"),
        ("season:summer", ["season:sprng"], "did you mean <id/concept/season/spring>"),
        ("season:summer", ["season:winter"], "is deprecated already; choose one that is in use, as a successor"),
        ("season:winter", ["season:summer"], "is deprecated already"),
    ],
)
def test_what_leads_nowhere_is_refused(tiny: Path, name: str, successors: list[str], message: str) -> None:
    deprecated(tiny, "season:winter", "season:spring")
    before = (tiny / SEASONS).read_bytes()
    with pytest.raises(EditingError) as caught:
        deprecated(tiny, name, *successors)
    assert message in str(caught.value)
    assert (tiny / SEASONS).read_bytes() == before


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
