"""`publisher format`: one layout; statements, spellings and comments as they were."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pytest
from building import copy
from test_cli import run

from publisher.editing.format import formatted
from publisher.errors import EditingError
from publisher.release.canonical import canonical

ROOT = Path(__file__).parents[2]
BASE = "https://x.example/"
HEAD = """\
@prefix : <http://x.example/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
FILES = sorted(path for path in ROOT.rglob("*.ttl") if not {".venv", "var"} & set(path.relative_to(ROOT).parts))


def laid_out(text: str) -> str:
    """The layout of a text, below the usual prefixes."""
    after = formatted("a.ttl", HEAD + text, BASE)
    assert after.startswith(HEAD)
    return after.removeprefix(HEAD).removeprefix("\n")


def statements(text: str) -> set[pyoxigraph.Quad]:
    return canonical(pyoxigraph.parse(text.encode(), pyoxigraph.RdfFormat.TURTLE, base_iri=BASE))


def test_each_value_gets_a_line_and_properties_an_order() -> None:
    assert laid_out(
        ':b skos:definition "x"@nl ; skos:prefLabel "b"@nl, "B"@en ; a skos:Concept, :T ; :z 1 ; :y 2.'
    ) == (
        """\
:b a skos:Concept , :T ;
    skos:prefLabel "b"@nl ;
    skos:prefLabel "B"@en ;
    skos:definition "x"@nl ;
    :y 2 ;
    :z 1 ;
.
"""
    )


def test_blocks_and_values_keep_their_order() -> None:
    text = laid_out(":z :p 2 , 1 .\n:a :p 3 .")
    assert [line.strip(" ;") for line in text.splitlines() if line] == [
        ":z",
        ":p 2",
        ":p 1",
        ".",
        ":a",
        ":p 3",
        ".",
    ]


def test_terms_are_written_as_they_were() -> None:
    terms = (
        "<id/x>",
        "<http://www.w3.org/2004/02/skos/core#note>",
        "01",
        "-1.50",
        "1.0E3",
        "true",
        '"x"@nl-BE',
        "'single \"quotes\"'",
        '"01"^^xsd:integer',
        '"""long "text"\nof two lines\\n"""',
        r'"\u00e9 \" \\ \t"',
        r":a\.b",
        "_:node",
        "()",
        "[]",
    )
    for term in terms:
        assert f"    :p {term} ;\n" in laid_out(f":s :p {term} .")


def test_the_type_is_always_a() -> None:
    assert laid_out(":s <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> :T .") == ":s a :T ;\n.\n"


def test_short_brackets_stay_on_a_line_and_long_ones_do_not() -> None:
    assert laid_out(":s :p [ :b ( 1 2 ) ; a :T ] .") == ":s\n    :p [ a :T ; :b ( 1 2 ) ] ;\n.\n"
    word = "x" * 50
    long = laid_out(f':s :p [ :b "{word}" ; :a "{word}" ], ( "{word}" "{word}" [] ) .')
    assert long == (
        f':s\n    :p [\n        :a "{word}" ;\n        :b "{word}" ;\n    ] ;\n'
        f'    :p (\n        "{word}"\n        "{word}"\n        []\n    ) ;\n.\n'
    )


def test_what_has_no_name_can_be_a_subject() -> None:
    assert laid_out("[ :p 1 ] .") == "[\n    :p 1 ;\n] .\n"
    assert laid_out("[ :p 1 ] a :T .") == "[\n    :p 1 ;\n] a :T ;\n.\n"
    assert laid_out("[] :p 1 .") == "[]\n    :p 1 ;\n.\n"
    assert laid_out("( 1 ) :p 1 .") == "(\n    1\n)\n    :p 1 ;\n.\n"


def test_a_block_for_each_statement_becomes_one_block() -> None:
    assert laid_out(":s a :T .\n:s :p 1 .\n:t :p 2 .") == ":s a :T ;\n    :p 1 ;\n.\n\n:t\n    :p 2 ;\n.\n"


def test_prefixes_are_sorted_and_none_goes() -> None:
    text = "PREFIX z: <http://z.example/>\n@prefix a: <id/a/>.\n\nz:s a:p 1 .\n\n@prefix b: <http://b.example/> ."
    assert formatted("a.ttl", text, BASE) == (
        "@prefix a: <id/a/> .\n@prefix b: <http://b.example/> .\n@prefix z: <http://z.example/> .\n\n"
        "z:s\n    a:p 1 ;\n.\n"
    )


def test_a_base_at_the_top_stays_there() -> None:
    text = "# Head.\n\n@base <http://other.example/> .\n@prefix a: <a/> .\n\n<s>\n    a:p 1 ;\n.\n"
    assert formatted("a.ttl", text, BASE) == text


def test_comments_stay_with_what_they_are_about() -> None:
    text = """\
# Head, and
# more of it.

# Another thought.

@prefix : <http://x.example/> . # beside
# of x
@prefix x: <http://y.example/> .

# --- A section

# above s
:s a :T ;
    # above the value
    :p 1 ; # beside it
    :p [
        # inside
        :q 2 ; # deep
        # at the end of brackets
    ] ;
    :r (
        # of the first
        1 # one
        2
    ) ;
    # at the end
. # behind

# of t
:t
    :p 1 ;
.

# Foot.
"""
    after = formatted("a.ttl", text, BASE)
    assert after == text.replace(
        "@prefix : <http://x.example/> . # beside", "@prefix : <http://x.example/> . # beside"
    )


def test_comments_travel_with_values_that_move() -> None:
    text = laid_out(
        ":s # of s\n    skos:note 1 , # one\n    2 # two\n    ; # three\n    # label\n skos:prefLabel 'x' ."
    )
    assert text == (
        ":s\n    # three\n    # label\n    skos:prefLabel 'x' ;\n"
        "    # of s\n    skos:note 1 ; # one\n    skos:note 2 ; # two\n.\n"
    )


@pytest.mark.parametrize(
    ("text", "line", "about"),
    [
        (':s :p "x" # lost\n @nl .', 4, "stands within a statement"),
        (':s :p "1"^^ # lost\n xsd:integer .', 4, "stands within a statement"),
        ("\n:s :p 1 .\n@prefix x: # lost\n <http://y.example/> .", 6, "stands within a statement"),
        (":s :p <<( :a :b :c )>> .", 4, "not in RDF 1.1"),
        (":s :p :o {| :q :z |} .", 4, "RDF 1.1"),
        (":s :p 1 .\n\n@base <http://y.example/> .", 6, "put one base at the top"),
        ("@prefix : <http://y.example/> .", 4, "give one of them another name"),
    ],
)
def test_what_cannot_be_laid_out_without_loss_is_refused_with_its_line(text: str, line: int, about: str) -> None:
    with pytest.raises(EditingError) as caught:
        formatted("a.ttl", HEAD + text, BASE)
    assert str(caught.value).startswith(f"a.ttl:{line}: ")
    assert about in str(caught.value)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_of_this_project_can_be_laid_out(path: Path) -> None:
    text = path.read_text("utf-8")
    after = formatted(path.name, text, BASE)
    assert statements(after) == statements(text)
    assert formatted(path.name, after, BASE) == after


class Writer:
    """Writes random Turtle: any syntax, any spacing, comments where a person may put them, or anywhere."""

    def __init__(self, seed: int, *, anywhere: bool) -> None:
        self.chance = random.Random(seed)
        self.anywhere = anywhere
        self.count = 0

    def pick(self, *choices: str | Callable[[], str]) -> str:
        chosen = self.chance.choice(choices)
        return chosen if isinstance(chosen, str) else chosen()

    def gap(self, *, here: bool = True) -> str:
        """White space between two tokens, now and then with comments."""
        if self.chance.random() < 0.15 and (here or self.anywhere):
            self.count += 1
            comment = f"# {self.count} ; . ] \" ' <"
            return self.pick(" ", "\n", "\n\n  ") + comment + "\n" + self.pick("", "\n", self.gap)
        return self.pick(" ", " ", "\n", "\t", "\r\n", "  ")

    def name(self) -> str:
        return self.pick(
            ":a", ":b-c", r":d\.e", "x:f", "x:", ":1", "<id/g>", "<#h>", "<>", "<http://x.example/é>", "x:%41"
        )

    def literal(self) -> str:
        text = self.pick(
            '"x"',
            "'y'",
            '""',
            '"""long\n"quoted" \\"\\"\\" # no comment ."""',
            "'''it''s ] ; \\u00e9'''",
            r'"\t\\"',
        )
        return text + self.pick(
            "", "", "@nl", "@nl-BE", f"^^{self.gap(here=False)}xsd:date", "^^<http://x.example/t>"
        )

    def number(self) -> str:
        return self.pick("1", "-01", "+1.50", ".5", "1e3", "1.E-3", "true", "false")

    def nested(self, depth: int) -> str:
        return (
            "["
            + self.gap()
            + (self.statements(depth + 1) + self.gap() if self.chance.random() < 0.8 else "")
            + "]"
        )

    def collection(self, depth: int) -> str:
        items = [self.object(depth + 1) for _ in range(self.chance.randrange(4))]
        return "(" + self.gap() + "".join(each + self.gap() for each in items) + ")"

    def object(self, depth: int = 0) -> str:
        deep = () if depth > 3 else (lambda: self.nested(depth), lambda: self.collection(depth))
        return self.pick(self.name, self.name, self.literal, self.literal, self.number, "_:n1", "_:n2", *deep)

    def statements(self, depth: int = 0) -> str:
        return f"{self.gap()};{self.gap()}".join(
            self.statement(depth) for _ in range(self.chance.randint(1, 4))
        ) + (self.pick("", "", f"{self.gap()};", " ; ;"))

    def statement(self, depth: int) -> str:
        values = [self.object(depth) for _ in range(self.chance.randint(1, 3))]
        verb = self.pick("a", self.name, self.name)
        return verb + self.gap() + f"{self.gap()},{self.gap()}".join(values)

    def block(self) -> str:
        if self.chance.random() < 0.1:
            return f"[{self.gap()}{self.statements(1)}{self.gap()}]{self.gap()}."
        subject = self.pick(
            self.name, self.name, self.name, "_:n1", "[]", lambda: self.nested(2), lambda: self.collection(2)
        )
        return subject + self.gap() + self.statements() + self.gap() + "."

    def document(self) -> str:
        names = [("", "http://x.example/"), ("x", "id/x/"), ("xsd", "http://www.w3.org/2001/XMLSchema#")]
        lines = [
            self.pick(
                f"@prefix {name}: <{iri}>{self.gap(here=False)}.", f"PREFIX {name}:{self.gap(here=False)}<{iri}>"
            )
            for name, iri in names
        ]
        parts = [self.gap(), *lines, *(self.block() for _ in range(self.chance.randrange(6)))]
        return "".join(part + self.gap() for part in parts)


def comments(text: str) -> list[str]:
    """The random comments in a text, in the order of their numbers."""
    return sorted(re.findall(r"# \d+ ; \. ] \" ' <", text))


@pytest.mark.parametrize("seed", range(200))
def test_random_files_say_the_same_with_the_same_comments(seed: int) -> None:
    text = Writer(seed, anywhere=False).document()
    after = formatted("a.ttl", text, BASE)
    assert statements(after) == statements(text)
    assert comments(after) == comments(text)
    assert formatted("a.ttl", after, BASE) == after


@pytest.mark.parametrize("seed", range(100))
def test_a_comment_anywhere_is_kept_or_refused(seed: int) -> None:
    text = Writer(seed, anywhere=True).document()
    try:
        kept = comments(formatted("a.ttl", text, BASE))
    except EditingError as error:
        # The comment that is named stands on the line that is named.
        kept, line = [], text.split("\n")[int(str(error).split(":")[1]) - 1]
        text = "" if "stands within a statement" in str(error) and comments(line) else text
    assert kept == comments(text)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return copy("tiny", tmp_path)


def test_check_names_the_files_and_writes_nothing(tiny: Path) -> None:
    before = (tiny / "data/season.ttl").read_bytes()
    done = run("format", tiny, "--check")
    assert (done.returncode, done.stdout.splitlines()) == (
        1,
        ["data/document.ttl", "data/months.ttl", "data/season.ttl", "3 files would change, of 3"],
    )
    assert (tiny / "data/season.ttl").read_bytes() == before


def test_formatting_twice_changes_nothing_the_second_time(tiny: Path) -> None:
    assert run("format", tiny).stdout.endswith("3 files changed, of 3\n")
    again = run("format", tiny, "--check")
    assert (again.returncode, again.stdout) == (0, "0 files would change, of 3\n")
    assert run("check", tiny).returncode == 0


def test_a_file_that_cannot_be_laid_out_is_named_and_the_others_are_written(tiny: Path) -> None:
    (tiny / "data/broken.ttl").write_text("<id/a> a b .\n")
    (tiny / "data/lost.ttl").write_text('<id/a> <id/p> "x" # of x\n @nl .\n')
    done = run("format", tiny)
    assert done.returncode == 1
    assert "data/broken.ttl:1:10: error" in done.stdout
    assert "data/lost.ttl:1:1: error: the comment “# of x” stands within a statement" in done.stdout
    assert done.stdout.endswith("3 files changed, of 5\n")
    assert (tiny / "data/lost.ttl").read_text() == '<id/a> <id/p> "x" # of x\n @nl .\n'


def test_the_content_of_this_project_is_in_the_layout(tmp_path: Path) -> None:
    for name in ("data", "ontology", "shapes"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "publisher.toml", tmp_path)
    assert run("format", tmp_path, "--check").stdout.startswith("0 files would change")
