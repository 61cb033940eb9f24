"""The folder as an editor sees it: what each file says, and where a resource is described."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pyoxigraph
from pyoxigraph import NamedNode, Quad

from publisher.compiler import read_stated
from publisher.compiler.persistence import described
from publisher.compiler.positions import expand, resolve
from publisher.compiler.reading import StatedFile
from publisher.config import Config
from publisher.editing import turtle, writing
from publisher.editing.turtle import Block, Turtle
from publisher.errors import EditingError
from publisher.formats import TURTLE
from publisher.namespaces import DCT, RDF, SKOS
from publisher.release.canonical import canonical
from publisher.source import read

_PREFIX: Final = re.compile(r"^\s*@?prefix\s+([^\s:]*):\s*(<[^<>]*>)", re.IGNORECASE | re.MULTILINE)
"""A declaration on a line of its own: enough to know what a person means, and a whole reading takes seconds."""

MARK = "\ufeff"
"""The byte order mark that some editors put before a text; it says nothing in UTF-8."""


@dataclass(frozen=True)
class Content:
    """All statements of a folder, file by file, unchecked but free of errors of syntax."""

    config: Config
    files: tuple[StatedFile, ...]
    published: str | None

    @cached_property
    def quads(self) -> list[Quad]:
        """The statements of all files."""
        return [quad for file in self.files for quad in file.quads]

    @cached_property
    def about(self) -> Mapping[str, Sequence[Quad]]:
        """What is said of each resource, by its IRI."""
        found: dict[str, list[Quad]] = defaultdict(list)
        for quad in self.quads:
            if isinstance(quad.subject, NamedNode):
                found[quad.subject.value].append(quad)
        return found

    @cached_property
    def described(self) -> set[str]:
        """The resources that have a type or a tombstone."""
        return described(self.quads)

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """Every prefix of every file; of those that differ, the first one's."""
        found: dict[str, str] = {}
        for file in filter(_is_turtle, self.files):
            for name, iri in _PREFIX.findall(file.text):
                found.setdefault(name, resolve(iri, file.base))
        return found

    def iri(self, name: str) -> str:
        """What an editor means: an IRI, an address relative to the base, or a name with a prefix of the files."""
        name = name.removeprefix("<").removesuffix(">")
        if "://" in name:
            return name
        return expand(name, self.prefixes) if ":" in name else f"{self.config.base}/{name.removeprefix('/')}"

    def existing(self, name: str) -> str:
        """The IRI of a resource that the folder describes. Raises `EditingError` with those that look alike."""
        iri = self.iri(name)
        if iri in self.described:
            return iri
        alike = difflib.get_close_matches(iri or name, self.described, n=3)
        meant = f"; did you mean {' or '.join(map(self.shown, alike))}?" if alike else ""
        what = self.shown(iri) if iri else f"{name}, nor declares that prefix"
        raise EditingError(f"nothing in the files describes {what}{meant}")

    def shown(self, iri: str) -> str:
        """An address as the files write it."""
        return f"<{iri.removeprefix(f'{self.config.base}/')}>"

    def label(self, iri: str) -> str:
        """What a resource is called in the first language of the site, or else at all, or else its address."""
        names = [each for each in self.about[iri] if each.predicate in (SKOS["prefLabel"], DCT["title"])]
        first = self.config.languages[0]
        ranked = sorted(names, key=lambda each: getattr(each.object, "language", None) != first)
        return str(getattr(ranked[0].object, "value", "")) if ranked else self.shown(iri)

    def home(self, iri: str) -> tuple[StatedFile, Turtle, Block]:
        """The file and the block that declare a resource. Raises `EditingError` when it has none in Turtle."""
        file = max(self.files, key=lambda file: _weight(file, iri))
        if not _is_turtle(file):
            raise EditingError(f"{self.shown(iri)} is in {file.path}; only Turtle can be edited: do it by hand")
        read = turtle.read(file.path, file.text, file.base)
        blocks = [
            each for each in read.blocks if isinstance(each.subject, str) and read.names.iri(each.subject) == iri
        ]
        typed = (each for each in blocks if any(one.property == "a" for one in each.statements))
        block = next(typed, blocks[0] if blocks else None)
        if block is None:
            raise EditingError(f"{self.shown(iri)} has no block of its own in {file.path}: do it by hand")
        return file, read, block


def _weight(file: StatedFile, iri: str) -> tuple[bool, int]:
    """How much a file says of a resource; to declare it weighs most."""
    about = [quad for quad in file.quads if quad.subject == NamedNode(iri)]
    return any(quad.predicate == RDF["type"] for quad in about), len(about)


def _is_turtle(file: StatedFile) -> bool:
    return file.path.endswith(f".{TURTLE.suffix}")


@dataclass(frozen=True, slots=True)
class Edit:
    """Another text for one file, which differs in what it says of one resource only.

    `line` is where that stands, `added` the lines that were put there.
    """

    iri: str
    path: str
    before: str
    after: str
    line: int
    added: tuple[str, ...]

    def write(self, config: Config) -> None:
        """Write the file, after seeing that nothing else is said now and that nobody has changed it meanwhile.

        Raises `EditingError`; then nothing was changed.
        """
        self._compare(f"{config.base}/")
        path = config.folder / self.path
        now = writing.read(path) if self.before or path.exists() else ""
        if now.removeprefix(MARK) != self.before:
            raise EditingError(f"{self.path}: somebody changed it meanwhile; nothing was changed, try again")
        writing.write(path, MARK * now.startswith(MARK) + self.after)

    def _compare(self, base: str) -> None:
        try:
            before, after = (_statements(each, base) for each in (self.before, self.after))
        except SyntaxError as error:
            raise EditingError(f"{self.path}: would be no Turtle any more: {error}; nothing was changed") from None
        others = {each.subject for each in before ^ after if isinstance(each.subject, NamedNode)}
        if others - {NamedNode(self.iri)}:
            raise EditingError(f"{self.path}: would say something else too; nothing was changed, please report it")


def _statements(text: str, base: str) -> set[Quad]:
    return canonical(pyoxigraph.parse(text.encode(), TURTLE.engine, base_iri=base))


def read_content(config: Config, progress: Callable[[str], None]) -> Content:
    """Read a folder as it lies. Raises `ContentError` when a file has errors of syntax."""
    source = read(config.folder, limits=config.reading)
    stated = read_stated(source, config, progress)
    return Content(config, stated.files, source.published)
