"""Saved queries are read strictly, and tried on what is published."""

from __future__ import annotations

from pathlib import Path

import pytest
from building import compiled, copy, published
from pyoxigraph import Store

from publisher import config
from publisher.compiler.queries import read_queries
from publisher.errors import ContentError
from publisher.report import Finding, Severity
from publisher.source import SourceFile

ROOT = Path(__file__).parents[2]

HEAD = """\
#+ title.nl: Begrippen
#+ description.nl: Begrippen met hun namen in één taal.
#+ columns: concept label
#+ parameter taal: one of nl, en
#+ parameter taal.default: nl
"""
BODY = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?concept ?label
WHERE {
  #+ parameters
  ?concept skos:prefLabel ?label .
  FILTER(LANG(?label) = ?taal)
}
"""


@pytest.fixture(scope="module")
def settings() -> config.Config:
    return config.load(ROOT / "tests/sites/tiny")


def findings(text: str | bytes, settings: config.Config, path: str = "queries/labels.rq") -> tuple[Finding, ...]:
    content = text.encode() if isinstance(text, str) else text
    return read_queries([SourceFile(path, content)], settings).findings


def test_a_query_is_read_with_all_that_its_head_says(settings: config.Config) -> None:
    head = HEAD + "#+ title.en: Concepts\n#+ parameter taal.description.nl: De taal.\n# a remark\n"
    [query] = read_queries([SourceFile("queries/labels.rq", (head + BODY).encode())], settings).queries
    assert query.name == "labels"
    assert query.title == {"nl": "Begrippen", "en": "Concepts"}
    assert query.form == "SELECT"
    assert query.columns == ("concept", "label")
    [parameter] = query.parameters
    assert (parameter.name, parameter.type, parameter.values) == ("taal", "choice", ("nl", "en"))
    assert parameter.default == "nl"
    assert parameter.description == {"nl": "De taal."}


def test_a_query_may_come_from_windows(settings: config.Config) -> None:
    assert findings(b"\xef\xbb\xbf" + (HEAD + BODY).replace("\n", "\r\n").encode(), settings) == ()


BROKEN = {
    "unknown key": (HEAD + "#+ tittle.en: Concepts\n" + BODY, 6, "did you mean `title`?"),
    "unknown detail": (HEAD + "#+ parameter taal.defualt: nl\n" + BODY, 6, "did you mean `default`?"),
    "unknown language": (HEAD + "#+ title.xx: Concepts\n" + BODY, 6, "unknown key `title.xx`"),
    "no value": (HEAD + "#+ title.en:\n" + BODY, 6, "write `#+ key: value`"),
    "no colon": (HEAD + "#+ title\n" + BODY, 6, "write `#+ key: value`"),
    "twice": (HEAD + "#+ title.nl: Nog eens\n" + BODY, 6, "for the second time"),
    "no title": (HEAD.partition("\n")[2] + BODY, 1, "title.nl: …` is missing"),
    "no description": (HEAD.replace("description.nl", "description.en") + BODY, 1, "description.nl"),
    "no columns": (HEAD.replace("#+ columns: concept label\n", "") + BODY, 1, "columns: …` is missing"),
    "unknown type": (HEAD.replace("one of nl, en", "number") + BODY, 4, "the type is"),
    "no choices": (HEAD.replace("one of nl, en", "one of nl,,en") + BODY, 4, "the type is"),
    "bad language": (HEAD.replace("one of nl, en", "text@n l") + BODY, 4, "the type is"),
    "language of a date": (HEAD.replace("one of nl, en", "date@nl") + BODY, 4, "the type is"),
    "bad default": (HEAD.replace("default: nl", "default: fr") + BODY, 5, "must be one of nl, en"),
    "bad example": (HEAD.replace("one of nl, en", "date") + BODY, 5, "must be a date"),
    "neither default nor example": (HEAD.rpartition("#+")[0] + BODY, 4, "either a default, or an example"),
    "default and example": (HEAD + "#+ parameter taal.example: nl\n" + BODY, 4, "either a default"),
    "undeclared": (HEAD + "#+ parameter naam.default: x\n" + BODY, 6, "parameter naam: TYPE` is missing"),
    "not used": (HEAD + BODY.replace("= ?taal", "= ?label"), 4, "does not use its parameter ?taal"),
    "used in a comment only": (
        HEAD + BODY.replace("  FILTER(LANG(?label) = ?taal)\n", "  # ?taal\n"),
        4,
        "does not use its parameter ?taal",
    ),
    "reserved": ((HEAD + BODY).replace("taal", "format"), 4, "take another name"),
    "no mark": (HEAD + BODY.replace("  #+ parameters\n", ""), 1, "first in WHERE"),
    "mark in a text": (
        HEAD + BODY.replace("  #+ parameters\n", '  FILTER("""\n  #+ parameters\n""" != ?taal)\n'),
        11,
        "stands in a text",
    ),
    "mark without parameters": (
        HEAD.partition("#+ parameter")[0] + BODY.replace("?taal", '"nl"'),
        1,
        "the head has no parameter",
    ),
    "key below the head": (HEAD + BODY + "#+ title.en: Late\n", 14, "below the head"),
    "service": (
        HEAD + BODY.replace("?concept skos", "SERVICE <http://x/> {} ?concept skos"),
        11,
        "SERVICE is not allowed here",
    ),
    "update": (HEAD + BODY.replace("SELECT", "INSERT"), 8, "INSERT"),
    "no query": (HEAD + "# nothing but ?taal\n#+ parameters\nPREFIX a: <b:?taal>", 7, "begins no query"),
    "bracket": (HEAD + BODY + "}", 14, "Syntax error: `}` closes nothing"),
    "too deep": (HEAD + BODY.replace("= ?taal", "= " + "(" * 70 + "?taal" + ")" * 70), 1, "levels deep"),
    "columns of an ASK": (HEAD + BODY.replace("SELECT ?concept ?label", "ASK"), 1, "ASK has no columns"),
    "not UTF-8": ((HEAD + BODY).encode("latin-1"), 2, "not UTF-8"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_wrong_is_said_with_its_place(case: str, settings: config.Config) -> None:
    text, line, message = BROKEN[case]
    found = findings(text, settings)
    assert any(each.line == line and message in each.message for each in found), found
    assert all(each.place.startswith("queries/labels.rq:") and each.rule == "query" for each in found)


@pytest.mark.parametrize("path", ["queries/Labels.rq", "queries/a b.rq", "queries/deep/labels.rq", "queries/-.rq"])
def test_a_query_is_named_after_its_file(path: str, settings: config.Config) -> None:
    assert "lower-case letters" in findings(HEAD + BODY, settings, path)[0].message


def with_query(folder: Path, text: str) -> Path:
    site = copy("tiny", folder)
    (site / "queries").mkdir()
    (site / "queries/labels.rq").write_text(text, "utf-8")
    return site


def test_a_release_keeps_its_queries(tmp_path: Path) -> None:
    release = published(with_query(tmp_path, HEAD + BODY))
    assert list(release.queries) == ["labels"]
    assert release.queries["labels"] == compiled(tmp_path / "tiny").queries[0]
    assert "source/queries/labels.rq" in release.manifest.files


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("?label .", "?label .. ?x", 12, "before"),
        ("SELECT ?concept ?label", "SELECT ?label ?concept", 3, "promises concept label"),
        ("SELECT ?concept ?label", "SELECT ?concept", 3, "gives the columns concept"),
        ("skos:prefLabel", "sks:prefLabel", 11, "the prefix `sks:`"),
        ("LANG(?label)", "<http://example.org/f>(?label)", 1, "custom function"),
        (
            "?concept skos",
            "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o FILTER(?a != ?m && ?a = ?m) ?concept skos",
            1,
            "seconds",
        ),
    ],
    ids=["syntax", "order of columns", "missing column", "prefix", "function", "too slow"],
)
def test_a_query_that_breaks_blocks_the_release(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    assert old in HEAD + BODY
    site = with_query(tmp_path, (HEAD + BODY).replace(old, new))
    with pytest.raises(ContentError) as error:
        published(site)
    [finding] = (each for each in error.value.report.findings if each.severity is Severity.VIOLATION)
    assert message in finding.message
    assert (finding.path, finding.line) == ("queries/labels.rq", line)
    assert not (site / "var/current").exists()


def test_a_query_may_give_a_graph(tmp_path: Path) -> None:
    head = "#+ title.nl: Alles\n#+ description.nl: Alles.\n"
    [query] = compiled(with_query(tmp_path, head + "CONSTRUCT WHERE { ?s ?p ?o }")).queries
    assert (query.form, query.columns) == ("CONSTRUCT", ())


REAL = sorted(ROOT.glob("queries/*.rq"))


@pytest.fixture(scope="module")
def content() -> Store:
    store = Store()
    store.extend(compiled(ROOT).content)
    return store


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_each_query_of_the_site_finds_something(path: Path, content: Store) -> None:
    settings = config.load(ROOT)
    [query] = read_queries([SourceFile(f"queries/{path.name}", path.read_bytes())], settings).queries
    assert set(query.title) == set(query.description) == set(settings.languages)
    results = content.query(query.text_with(query.samples), use_default_graph_as_union=True)
    assert len(list(results)) > 0  # type: ignore[arg-type]
