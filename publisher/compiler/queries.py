"""Saved queries, read strictly and tried on the very statements that are published.

A file `queries/NAME.rq` is a SPARQL query with a head of comment lines, each `#+ key: value`:

    #+ title.nl: Hefbomen en hun aspecten
    #+ description.nl: Elke hefboom met haar aspecten, in één taal.
    #+ columns: hefboom aspect naam
    #+ parameter taal: one of nl, en, fr, de
    #+ parameter taal.default: nl
    #+ parameter taal.description.nl: De taal van de namen.

They are tried as they will be served: through the same gate, by the same workers, under the same limits.
"""

from __future__ import annotations

import difflib
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from pyoxigraph import Quad, Store

from publisher.config import Config, Sparql
from publisher.errors import QueryError
from publisher.formats import N_TRIPLES, RESULTS_FORMATS
from publisher.release.queries import MARK, TYPES, Parameter, SavedQuery
from publisher.report import Finding, Severity
from publisher.source import SourceFile
from publisher.sparql import Query, gate
from publisher.sparql.queries import Queries

RULE: Final = "query"
HEAD: Final = "#+"
KEYS: Final = ("title.LANGUAGE", "description.LANGUAGE", "columns", "parameter NAME")
DETAILS: Final = ("default", "example", "description.LANGUAGE")
RESERVED: Final = ("format",)
"""Names that the API uses itself."""

_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_VARIABLE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_PLACE: Final = re.compile(r" at (\d+):(\d+)")


@dataclass(frozen=True, slots=True)
class ReadQueries:
    """The queries whose head and text are right, and what is wrong with the others."""

    queries: tuple[SavedQuery, ...]
    findings: tuple[Finding, ...]


def read_queries(files: Iterable[SourceFile], config: Config) -> ReadQueries:
    """Read the saved queries of a source; none of them is evaluated yet."""
    queries, findings = [], []
    for file in files:
        reader = _Reader(file, config)
        query = reader.query()
        findings += reader.findings
        if query is not None and not reader.findings:
            queries.append(query)
    return ReadQueries(tuple(queries), tuple(findings))


def try_queries(
    queries: Sequence[SavedQuery], quads: Iterable[Quad], limits: Sparql, progress: Callable[[str], None]
) -> Iterator[Finding]:
    """Evaluate each query with its defaults and examples over these statements; yields what breaks.

    Raises `EngineUnavailable` when no process for queries can be started.
    """
    if not queries:
        return
    with tempfile.TemporaryDirectory(prefix="publisher-") as directory:
        store = Store(directory)
        store.bulk_extend(quads)
        store.flush()
        del store  # closes the database, which the workers open
        supervisor = Queries(Path(directory), replace(limits, workers=1))
        try:
            for query in queries:
                progress(f"trying the query {query.name}")
                yield from _tried(query, supervisor, limits)
        finally:
            supervisor.close()


def _tried(query: SavedQuery, supervisor: Queries, limits: Sparql) -> Iterator[Finding]:
    admitted = gate.admit(query.text_with(query.samples), limits)
    try:
        columns = _columns(admitted, supervisor)
    except QueryError as error:
        yield _broken(_path(query), query.text, error)
        return
    if columns != query.columns:
        line = next((n for n, each in enumerate(query.text.split("\n"), 1) if "columns:" in each), 1)
        message = (
            f"gives the columns {' '.join(columns)} and promises {' '.join(query.columns)}; make them the same"
        )
        yield _finding(_path(query), query.text, line, 1, message)


def _columns(query: Query, supervisor: Queries) -> tuple[str, ...]:
    """The variables of the answer, once all of it has been computed; none where it is no table."""
    format = N_TRIPLES if query.form.gives_graph else RESULTS_FORMATS[0]
    with supervisor.answer(query, format).content as content:
        if query.form.gives_graph:
            return ()
        return tuple(json.load(content)["head"].get("vars", ()))


def _path(query: SavedQuery) -> str:
    return f"queries/{query.name}.rq"


def _broken(path: str, text: str, error: Exception) -> Finding:
    """What gate or engine says, where it says it."""
    place = _PLACE.search(str(error))
    line, column = (int(place[1]), int(place[2])) if place else (1, 1)
    return _finding(path, text, line, column, _PLACE.sub("", str(error), count=1))


def _finding(path: str, text: str, line: int, column: int, message: str) -> Finding:
    lines = text.split("\n")
    shown = lines[line - 1] if 0 < line <= len(lines) else ""
    return Finding(path, line, column, Severity.VIOLATION, message, RULE, text=shown)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of the head: where its value begins, and the value."""

    value: str
    line: int
    column: int


@dataclass(slots=True)
class _Reader:
    """Reads one file and collects all that is wrong with it."""

    file: SourceFile
    config: Config
    text: str = ""
    findings: list[Finding] = field(default_factory=list)
    entries: dict[tuple[str, ...], _Entry] = field(default_factory=dict)

    def query(self) -> SavedQuery | None:
        """The query, which counts only when there are no findings."""
        try:
            self.text = self.file.content.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = self.file.content.count(b"\n", 0, error.start) + 1
            self.wrong(line, 1, "not UTF-8; save the file as UTF-8")
            return None
        if self.file.path.count("/") != 1 or not _NAME.fullmatch(self.file.name):
            self.wrong(1, 1, "name the file queries/NAME.rq, with lower-case letters, digits and hyphens in NAME")
        self.read_head()
        query = SavedQuery(
            name=self.file.name,
            title=self.texts("title"),
            description=self.texts("description"),
            text=self.text,
            parameters=self.parameters(),
            columns=tuple(self.entries["columns",].value.split()) if ("columns",) in self.entries else (),
        )
        return None if self.findings else self.admitted(query)

    def read_head(self) -> None:
        """The entries of the head: the comment lines before the first line of the query itself."""
        head = True
        for number, line in enumerate(self.text.split("\n"), 1):
            head = head and (not line.strip() or line.startswith("#"))
            if line.strip() == MARK or not line.lstrip().startswith(HEAD):
                continue
            if head:
                self.read_entry(number, line)
            else:
                self.wrong(number, 1, f"this stands below the head; only `{MARK}` may")

    def read_entry(self, number: int, line: str) -> None:
        key, colon, value = line.removeprefix(HEAD).partition(":")
        words = tuple(re.split(r"[.\s]+", key.strip()))
        column = len(line) - len(value.lstrip()) + 1
        if not colon or not value.strip():
            self.wrong(number, 1, f"write `{HEAD} key: value` on one line")
        elif not self.known(words):
            self.wrong(number, 1, f"unknown key `{key.strip()}`{_suggestion(words)}")
        elif words in self.entries:
            self.wrong(number, 1, f"`{key.strip()}` stands here for the second time")
        else:
            self.entries[words] = _Entry(value.strip(), number, column)

    def known(self, words: tuple[str, ...]) -> bool:
        match words:
            case ("columns",):
                return True
            case ("title" | "description", language) | ("parameter", _, "description", language):
                return language in self.config.languages
            case ("parameter", name) | ("parameter", name, "default" | "example"):
                return bool(_VARIABLE.fullmatch(name))
        return False

    def texts(self, key: str) -> dict[str, str]:
        """The texts of a key by language; the site's first language must be there."""
        found = {words[1]: each.value for words, each in self.entries.items() if words[0] == key}
        if self.config.languages[0] not in found:
            self.wrong(1, 1, f"`{HEAD} {key}.{self.config.languages[0]}: …` is missing")
        return found

    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters in the order of the head."""
        declared = [words[1] for words in self.entries if words[0] == "parameter" and len(words) == 2]
        details = {words[1]: entry.line for words, entry in reversed(self.entries.items()) if len(words) > 2}
        for name in details.keys() - declared:
            self.wrong(details[name], 1, f"`{HEAD} parameter {name}: TYPE` is missing")
        found = tuple(each for name in declared if (each := self.parameter(name)) is not None)
        if declared:
            self.check_mark()
        elif any(line.strip() == MARK for line in self.text.split("\n")):
            self.wrong(1, 1, f"there is a line `{MARK}`, but the head has no parameter")
        return found

    def parameter(self, name: str) -> Parameter | None:
        entry = self.entries["parameter", name]
        default, example = (self.entries.get(("parameter", name, each)) for each in ("default", "example"))
        parameter = _typed(name, entry.value)
        if parameter is None:
            kinds = "iri, text, text@LANGUAGE, integer, date or one of A, B, C"
            self.wrong(entry.line, entry.column, f"the type is {kinds}, not {entry.value!r}")
            return None
        if name in RESERVED:
            self.wrong(entry.line, 1, f"`{name}` is a parameter of the API itself; take another name")
        if not self.uses(name):
            self.wrong(entry.line, 1, f"the query does not use its parameter ?{name}")
        if (default is None) == (example is None):
            self.wrong(entry.line, 1, f"give `parameter {name}` either a default, or an example if it is required")
        for each in (default, example):
            self.check_value(parameter, each)
        return replace(
            parameter,
            default=default.value if default else None,
            example=example.value if example else None,
            description={
                w[3]: e.value for w, e in self.entries.items() if w[:3] == ("parameter", name, "description")
            },
        )

    def uses(self, name: str) -> bool:
        """Whether the variable stands in a line of the query that is no comment."""
        lines = [line for line in self.text.split("\n") if not line.lstrip().startswith("#")]
        return re.search(rf"[?$]{name}\b", "\n".join(lines)) is not None

    def check_value(self, parameter: Parameter, entry: _Entry | None) -> None:
        try:
            if entry is not None:
                parameter.term(entry.value)
        except ValueError as error:
            self.wrong(entry.line if entry else 1, entry.column if entry else 1, f"the value {error}")

    def check_mark(self) -> None:
        """The marked lines must be where the engine reads, not in a text: there a bracket too many is nothing."""
        marks = [number for number, line in enumerate(self.text.split("\n"), 1) if line.strip() == MARK]
        if not marks:
            self.wrong(1, 1, f"put a line `{MARK}` first in WHERE {{ … }}: there the parameters get their values")
        for mark in marks:
            try:
                lines = [")" if number == mark else line for number, line in enumerate(self.text.split("\n"), 1)]
                gate.admit("\n".join(lines), self.config.sparql)
            except QueryError:
                continue
            self.wrong(mark, 1, f"`{MARK}` stands in a text; put it first in WHERE {{ … }}")

    def admitted(self, query: SavedQuery) -> SavedQuery | None:
        """The query with its form, if the gate of the endpoint lets it through."""
        try:
            form = gate.admit(query.text_with(query.samples), self.config.sparql).form
        except QueryError as error:
            self.findings.append(_broken(self.file.path, self.text, error))
            return None
        if (form == "SELECT") != bool(query.columns):
            names = (
                "`#+ columns: …` is missing" if form == "SELECT" else f"{form} has no columns; remove `columns`"
            )
            self.wrong(1, 1, names)
        return replace(query, form=str(form))

    def wrong(self, line: int, column: int, message: str) -> None:
        self.findings.append(_finding(self.file.path, self.text, line, column, message))


def _typed(name: str, type: str) -> Parameter | None:
    """A parameter of the type that these words say; None when they say none."""
    if type.startswith("one of "):
        values = tuple(each.strip() for each in type.removeprefix("one of ").split(","))
        return Parameter(name, "choice", values=values) if all(values) else None
    word, _, language = type.partition("@")
    parameter = Parameter(name, word, language=language)
    if word not in TYPES or word == "choice" or ("@" in type and word != "text"):
        return None
    try:
        return parameter if "@" not in type or parameter.term("") else None
    except ValueError:
        return None


def _suggestion(words: tuple[str, ...]) -> str:
    detail = len(words) > 2 and words[0] == "parameter"
    known = DETAILS if detail else KEYS
    near = difflib.get_close_matches(words[2] if detail else words[0], [each.split(".")[0] for each in known], n=1)
    hint = f"did you mean `{near[0]}`? " if near and near[0] not in words else ""
    return f"; {hint}known are {', '.join(known)}, in the languages of the site"
