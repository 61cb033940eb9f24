"""Labels and translations in tables: from rows to what a person would have written in Turtle.

A row gives a concept a text. A row of a label with a status, an author or a date makes a `skosxl:Label` besides.
Turtle and a table never state the same text: a row that names a `file` only shows what stands there, and has to
agree with it.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote

from pyoxigraph import Literal, NamedNode, Quad, Triple

from publisher.compiler.catalog import EU, LANGUAGES, publisher
from publisher.compiler.parse import Stated
from publisher.compiler.positions import Positions
from publisher.compiler.reading import NOT_IN_XML, StatedFile
from publisher.compiler.table import Row
from publisher.config import Config
from publisher.iris import Policy
from publisher.namespaces import ADMS, DCT, PROV, RDF, SKOS, SKOSXL, XSD
from publisher.report import Finding, Severity

PROPERTIES: Final = {
    **{
        each: SKOS[each] for each in ("prefLabel", "altLabel", "hiddenLabel", "definition", "scopeNote", "example")
    },
    **{each: SKOS[each] for each in ("note", "editorialNote", "changeNote", "historyNote")},
    "title": DCT["title"],
    "description": DCT["description"],
}
"""Name in a table -> property."""

LABELS: Final = {each: SKOSXL[each] for each in ("prefLabel", "altLabel", "hiddenLabel")}
"""Properties whose texts can be things with a status of their own -> the property that leads to these."""

STATUSES: Final = {
    "draft": "UnderDevelopment",
    "reviewed": "Completed",
    "deprecated": "Deprecated",
    "withdrawn": "Withdrawn",
}
"""Word in a table -> ADMS status."""
ADMS_STATUS: Final = "http://purl.org/adms/status/"
_WORDS: Final = {f"{ADMS_STATUS}{status}": word for word, status in STATUSES.items()}

_NAMES: Final = {iri: name for name, iri in PROPERTIES.items()}
_LINKS: Final = {iri: name for name, iri in LABELS.items()}
_FACTS: Final = (ADMS["status"], PROV["wasAttributedTo"], PROV["generatedAtTime"])

STALE: Final = "elsewhere"
"""Rule of findings about rows that show something else than what stands in another file."""

SUGGESTED: Final = 20
"""Findings after which nothing is suggested any more."""

ABOUT: Final = ("status", "who", "date", "label")
"""Columns that say something about a label as a thing."""


Said = tuple[str, str, str, str]
"""Concept, property, language and text."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text and what is known of it; `name` is a key of `PROPERTIES`, `who` and `label` are IRIs."""

    concept: str
    name: str
    language: str
    text: str
    status: str = ""
    who: str = ""
    date: str = ""
    label: str = ""

    @property
    def said(self) -> Said:
        """What is said, whoever said it."""
        return self.concept, self.name, self.language, self.text


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text is stated."""

    path: str
    line: int
    column: int

    def __str__(self) -> str:
        return Finding(self.path, self.line, self.column, Severity.INFO, "").place


def fill(stated: Stated, config: Config) -> Stated:
    """The same files, tables with the statements that their rows stand for; with findings about the rows."""
    if not any(file.rows for file in stated.files):
        return stated
    check = _Check(config, _Known.of(stated.files))
    own = {file.path: list(check.own_texts(file)) for file in stated.files}
    every = {text: place.path for text, place in check.known.texts.items()}
    every |= {text: path for path, found in own.items() for text, _ in found}
    known = originals(every, config.languages[0])
    for file in stated.files:
        check.compare(file, every, known)
    labels = _originals(every, config.languages[0])
    files = [_filled(each, own[each.path], labels, config) if each.rows else each for each in stated.files]
    return Stated(tuple(files), (*stated.findings, *check.wrong))


def stated_texts(files: Sequence[StatedFile]) -> dict[Text, Place]:
    """Every text that these files state of a known property in some language, with its place, in their order."""
    things = _things(quad for file in files for quad in file.quads)
    found: dict[Text, Place] = {}
    for file in files:
        for quad in file.quads:
            name, said = _NAMES.get(quad.predicate), quad.object
            if name and isinstance(said, Literal) and said.language and isinstance(quad.subject, NamedNode):
                text = Text(quad.subject.value, name, said.language.lower(), _plain(said.value))
                line, column = file.positions.subjects.get(text.concept, (0, 0))
                found.setdefault(things.get(text.said, text), Place(file.path, line, column))
    return found


def read_row(row: Row, policy: Policy) -> Text:
    """What a row says, right or wrong; a label that it knows more of has an address."""
    address = {name: _absolute(row.text(name), policy.base) for name in ("concept", "who", "label")}
    text = Text(
        address["concept"],
        row.text("property"),
        row.text("language").lower(),
        row.text("text"),
        row.text("status"),
        address["who"],
        row.text("date"),
        address["label"],
    )
    if text.name in LABELS and not text.label and any(row.text(each) for each in ABOUT):
        return replace(text, label=label_address(text, policy))
    return text


def label_address(text: Text, policy: Policy) -> str:
    """The IRI that a label has unless somebody gives it another; empty for concepts that share a path.

    A concept has one preferred label in a language; others are told apart by what they say.
    """
    path = policy.path_of(text.concept)
    if path is None or "#" in text.concept:
        return ""
    rest = unquote(path).removeprefix("/id/").removeprefix("concept/").strip("/")
    if text.name == "prefLabel":
        return policy.thing("label", rest, text.language)
    plain = unicodedata.normalize("NFKD", text.text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or hashlib.sha256(text.text.encode()).hexdigest()[:8]
    return policy.thing("label", rest, text.name.removesuffix("Label"), text.language, slug)


def languages_of(config: Config) -> tuple[str, ...]:
    """The languages that texts may be in, lower-case: the site's and those of its datasets."""
    every = chain(config.languages, *(each.languages for each in config.dataset))
    return tuple(dict.fromkeys(each.lower() for each in every))


def originals(texts: Iterable[Text], language: str) -> dict[tuple[str, str], str]:
    """(concept, property) -> its text in this language, where it has one and no other."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in texts:
        if each.language == language.lower():
            found[each.concept, each.name].append(each.text)
    return {key: one for key, (one, *others) in found.items() if not others}


def _things(quads: Iterable[Quad]) -> dict[Said, Text]:
    """What is known of the texts that are labels with facts of their own."""
    facts: dict[str, dict[NamedNode, str]] = defaultdict(dict)
    forms: dict[str, Literal] = {}
    links: list[tuple[str, str, str]] = []
    for quad in quads:
        if not isinstance(quad.subject, NamedNode) or isinstance(quad.object, Triple):
            continue
        if quad.predicate in _LINKS:
            links.append((quad.subject.value, _LINKS[quad.predicate], quad.object.value))
        elif quad.predicate == SKOSXL["literalForm"] and isinstance(quad.object, Literal):
            forms[quad.subject.value] = quad.object
        elif quad.predicate in _FACTS:
            facts[quad.subject.value][quad.predicate] = quad.object.value
    found = (
        Text(
            concept,
            name,
            (forms[label].language or "").lower(),
            _plain(forms[label].value),
            _WORDS.get(facts[label].get(ADMS["status"], ""), ""),
            facts[label].get(PROV["wasAttributedTo"], ""),
            facts[label].get(PROV["generatedAtTime"], "")[:10],
            label,
        )
        for concept, name, label in links
        if label in forms
    )
    return {each.said: each for each in found}


@dataclass(frozen=True, slots=True)
class _Known:
    """What the other files state: resources, those that have a type, and texts."""

    described: Set[str]
    typed: Set[str]
    texts: Mapping[Text, Place]

    @classmethod
    def of(cls, files: Sequence[StatedFile]) -> _Known:
        quads = [(quad.subject, quad.predicate) for file in files for quad in file.quads]
        return cls(
            {node.value for node, _ in quads if isinstance(node, NamedNode)},
            {node.value for node, name in quads if isinstance(node, NamedNode) and name == RDF["type"]},
            stated_texts(files),
        )


class _Check:
    """Reads rows strictly; keeps what was found wrong."""

    def __init__(self, config: Config, known: _Known) -> None:
        self.config, self.known = config, known
        self.wrong: list[Finding] = []
        self._languages = languages_of(config)
        self._policy = config.policy
        # The catalogue, which nobody has made yet, describes the publisher.
        self._described = known.described | {publisher(config).value}
        self._said = {text.said: place for text, place in known.texts.items()}
        self._preferred = {
            (text.concept, text.language): place for text, place in known.texts.items() if text.name == "prefLabel"
        }
        self._labels = {text.label: place for text, place in known.texts.items() if text.label}

    def own_texts(self, file: StatedFile) -> Iterator[tuple[Text, Row]]:
        """The texts that a table itself states, and nothing else does."""
        for row in file.rows:
            if row.text("file") not in ("", file.path):
                continue
            text = read_row(row, self._policy)
            found = list(self._unreadable(row, text))
            if not found and text.text:
                found = list(self._stated_before(row, text))
                self._note(text, row, file.path)
            self._refuse(file, row, text, found)
            if text.text and not found:
                yield text, row

    def compare(
        self, file: StatedFile, stated: Mapping[Text, str], originals: Mapping[tuple[str, str], str]
    ) -> None:
        """Rows that show what stands elsewhere must agree with it; a translation should with its original.

        `stated` tells in which file each text stands.
        """
        first = self.config.languages[0].lower()
        for row in file.rows:
            text, path = read_row(row, self._policy), row.text("file")
            if path not in ("", file.path) and stated.get(text) != path:
                message = f"{path} does not state this; change it there, then run `publisher labels`"
                self._refuse(file, row, text, [("text", message)], rule=STALE)
            now = originals.get((text.concept, text.name), "")
            if text.language != first and text.text and now and row.text("original") not in ("", now):
                message = (
                    f"the original is “{now[:80]}” by now; read the translation again, then correct this cell"
                )
                self._refuse(file, row, text, [("original", message)], Severity.WARNING)

    def _refuse(
        self,
        file: StatedFile,
        row: Row,
        text: Text,
        found: Iterable[tuple[str, str]],
        severity: Severity = Severity.VIOLATION,
        rule: str = "labels",
    ) -> None:
        for column, message in found:
            cell = row.cell(column)
            line = file.line(cell.line)[:300]
            self.wrong.append(
                Finding(file.path, cell.line, cell.column, severity, message, rule, text.concept, line)
            )

    def _near(self, iri: str, known: Set[str]) -> str:
        """What may have been meant; to look for that takes long, so not for everything."""
        near = difflib.get_close_matches(iri, known, n=1, cutoff=0.8) if len(self.wrong) < SUGGESTED else ()
        return f"; did you mean <{near[0]}>?" if near else "; correct the address, or describe it"

    def _unreadable(self, row: Row, text: Text) -> Iterator[tuple[str, str]]:
        """Columns, and what is wrong with what stands in them."""
        if text.concept not in self.known.typed:
            yield "concept", f"nothing describes <{text.concept}>{self._near(text.concept, self.known.typed)}"
        if text.name not in PROPERTIES:
            yield "property", f"unknown property “{text.name}”; known are {', '.join(PROPERTIES)}"
        if text.language not in self._languages:
            known = ", ".join(self._languages)
            yield (
                "language",
                f"“{text.language}” is no language of this site ({known}); correct it, or add it there",
            )
        if text.text:
            yield from self._unwritable(row, text)

    def _unwritable(self, row: Row, text: Text) -> Iterator[tuple[str, str]]:
        if text.text != text.text.strip():
            yield "text", "white space before or behind the text; remove it"
        if found := NOT_IN_XML.search(text.text):
            yield "text", f"U+{ord(found[0]):04X} in the text, which XML cannot hold; remove it"
        if text.name not in LABELS:
            for name in ABOUT:
                if row.text(name):
                    yield name, f"only labels have a {name} of their own; empty this cell"
            return
        if text.status not in ("", *STATUSES):
            yield "status", f"unknown status “{text.status}”; write {' or '.join(list(STATUSES)[:2])}"
        if text.who and text.who not in self._described and self._policy.path_of(text.who):
            yield "who", f"nothing describes <{text.who}>{self._near(text.who, self._described)}"
        if text.date and not _is_date(text.date):
            yield "date", f"“{text.date}” is no date; write it as 2026-01-31"
        for name in ("who", "label"):
            if row.text(name) and not _is_iri(getattr(text, name)):
                yield name, f"“{row.text(name)}” is no address"
        if any(row.text(each) for each in ABOUT) and not text.label:
            yield "concept", "no address can be made for this label; give it one in the column `label`"

    def _stated_before(self, row: Row, text: Text) -> Iterator[tuple[str, str]]:
        """The same text, another preferred label of the same language, or another label at the same address."""
        if (place := self._said.get(text.said)) is not None:
            yield "text", f"{place} states this already; remove it from either"
        elif text.name == "prefLabel" and (place := self._preferred.get((text.concept, text.language))):
            yield "text", f"{place} gives another preferred label in “{text.language}”; keep one"
        elif text.label and (place := self._labels.get(text.label)):
            yield (
                "text",
                f"{place} has a label at <{text.label}> already; give this one another in the column `label`",
            )

    def _note(self, text: Text, row: Row, path: str) -> None:
        cell = row.cell("text")
        place = Place(path, cell.line, cell.column)
        self._said.setdefault(text.said, place)
        if text.name == "prefLabel":
            self._preferred.setdefault((text.concept, text.language), place)
        if text.label:
            self._labels.setdefault(text.label, place)


def _plain(text: str) -> str:
    """A text with the line ends that a cell of a table has."""
    return text.replace("\r\n", "\n")


def _absolute(address: str, base: str) -> str:
    return address if not address or "://" in address else f"{base}/{address}"


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_iri(text: str) -> bool:
    try:
        return ":" in NamedNode(text).value
    except ValueError:
        return False


def _originals(texts: Iterable[Text], language: str) -> dict[tuple[str, str], list[str]]:
    """(concept, property) -> the labels in this language, which those in others are derived from."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in texts:
        if each.label and each.language == language.lower():
            found[each.concept, each.name].append(each.label)
    return found


def _filled(
    file: StatedFile,
    own: Sequence[tuple[Text, Row]],
    labels: Mapping[tuple[str, str], Sequence[str]],
    config: Config,
) -> StatedFile:
    graph = NamedNode(config.policy.graph(PurePosixPath(file.path).stem))
    places = Positions()
    quads: list[Quad] = []
    for text, row in own:
        concept, said = NamedNode(text.concept), Literal(text.text, language=text.language)
        quads.append(Quad(concept, PROPERTIES[text.name], said, graph))
        cell = row.cell("text")
        places.texts[text.concept, f'"{text.text}"@{text.language}'] = cell.line, cell.column
        if text.label:
            places.subjects[text.label] = cell.line, cell.column
            label = NamedNode(text.label)
            quads.append(Quad(concept, LABELS[text.name], label, graph))
            quads += (Quad(label, name, value, graph) for name, value in _facts(text, said, labels, config))
    return replace(file, quads=tuple(quads), placed=places)


def _facts(
    text: Text, said: Literal, labels: Mapping[tuple[str, str], Sequence[str]], config: Config
) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    """What is known of a label as a thing."""
    yield RDF["type"], SKOSXL["Label"]
    yield SKOSXL["literalForm"], said
    if code := LANGUAGES.get(text.language.partition("-")[0]):
        yield DCT["language"], NamedNode(f"{EU}language/{code}")
    if text.status:
        yield ADMS["status"], NamedNode(ADMS_STATUS + STATUSES[text.status])
    if text.language != config.languages[0].lower():
        same = labels.get((text.concept, text.name), ())
        # Of several alternative labels none is the original of this one.
        sources = same if len(same) == 1 else labels.get((text.concept, "prefLabel"), ())
        yield from ((PROV["wasDerivedFrom"], NamedNode(each)) for each in sources[:1])
    yield PROV["wasAttributedTo"], NamedNode(text.who) if text.who else publisher(config)
    if text.date:
        yield PROV["generatedAtTime"], Literal(f"{text.date}T00:00:00Z", datatype=XSD["dateTime"])
