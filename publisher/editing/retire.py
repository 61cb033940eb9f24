"""A resource is retired in its own block: what replaces it, or a tombstone. Nothing else in a file is touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from pyoxigraph import Literal, NamedNode

from publisher.compiler.positions import TOKENS
from publisher.compiler.reading import StatedFile
from publisher.editing import turtle
from publisher.editing.content import Content, Edit
from publisher.editing.layout import layout
from publisher.editing.turtle import Block, Names, Turtle
from publisher.errors import EditingError
from publisher.namespaces import ADMS, DCT, OWL, SKOS, shorten
from publisher.profiles.status import REPLACED_BY, Status, status_iri, status_of

REPLACED: Final = {
    "nl": "Vervallen, vervangen door {}.",
    "fr": "Obsolète, remplacé par {}.",
    "de": "Veraltet, ersetzt durch {}.",
    "en": "Deprecated, replaced by {}.",
}
ALONE: Final = {"nl": "Vervallen.", "fr": "Obsolète.", "de": "Veraltet.", "en": "Deprecated."}
WITHDRAWN: Final = {"nl": "Ingetrokken: {}", "fr": "Retiré : {}", "de": "Zurückgezogen: {}", "en": "Withdrawn: {}"}

STATUS: Final = ADMS["status"].value
NOTE: Final = SKOS["changeNote"].value
SINGLE: Final = (STATUS, OWL["deprecated"].value)
"""What has one value, which another takes the place of."""

RETIRED: Final = (Status.DEPRECATED, Status.WITHDRAWN)
LEADING: Final = (SKOS["broader"], SKOS["related"], DCT["subject"], REPLACED_BY)

KEPT: Final = {SKOS["prefLabel"].value, DCT["title"].value, SKOS["notation"].value}
"""What a tombstone still says: what it was called, and the code that nothing else may get."""


def deprecate(content: Content, name: str, successors: Sequence[str], note: str) -> Edit:
    """Say that others replace a resource; its block stays, since others link to it.

    Raises `EditingError` for what is not described, is retired already, or would lead nowhere.
    """
    iri = _standing(content, name, "to be retired")
    into = [_standing(content, each, "as a successor") for each in successors]
    if iri in into:
        raise EditingError(f"{content.shown(iri)} cannot replace itself; name what people should use instead")
    file, read, block = content.home(iri)
    names = ", ".join(map(content.label, into))
    told = _note(content, {}, note) if note else _note(content, REPLACED if into else ALONE, names)
    lines = {
        STATUS: [read.names.shortened(status_iri(Status.DEPRECATED).value)],
        OWL["deprecated"].value: ["true"],
        REPLACED_BY.value: [read.names.shortened(each) for each in dict.fromkeys(into)],
        NOTE: [told],
    }
    return _changed(iri, file, read.names, block, lines)


def leading_to(content: Content, iri: str) -> Iterator[str]:
    """What is in use and leads to a resource that no longer is: an editor has to look at it too."""
    for quad in content.quads:
        if quad.object != NamedNode(iri) or quad.predicate not in LEADING:
            continue
        if isinstance(quad.subject, NamedNode) and status_of(content.about[quad.subject.value]) not in RETIRED:
            yield f"{content.shown(quad.subject.value)} {shorten(quad.predicate.value)}"


def withdraw(content: Content, name: str, reason: str) -> Edit:
    """Put a tombstone in the place of a block. Raises `EditingError`."""
    iri = content.existing(name)
    if status_of(content.about[iri]) is Status.WITHDRAWN:
        raise EditingError(f"{content.shown(iri)} is withdrawn already")
    file, read, block = content.home(iri)
    _refuse_comments(file, block)
    kept = [each for each in block.statements if read.names.iri(each.property) in KEPT]
    added = [
        *(f"    {each.property} {file.text[each.start : each.end]} ;" for each in kept),
        f"    {read.names.shortened(NOTE)} {_note(content, WITHDRAWN, reason)} ;",
        f"    {read.names.shortened(STATUS)} {read.names.shortened(status_iri(Status.WITHDRAWN).value)} ;",
    ]
    subject = file.text[block.start : block.start + len(str(block.subject))]
    end = _line_end(file.text)
    after = end.join([subject, *added, "."])
    return _edit(iri, file, read.names, block, [(block.start, block.stop + 1, after)], added)


def _standing(content: Content, name: str, what: str) -> str:
    """The IRI of a resource that is in use. Raises `EditingError`."""
    iri = content.existing(name)
    status = status_of(content.about[iri])
    if status in RETIRED:
        raise EditingError(f"{content.shown(iri)} is {status} already; choose one that is in use, {what}")
    return iri


def _note(content: Content, sentences: Mapping[str, str], about: str) -> str:
    """A text in the first language of the site, within a sentence of ours if we have it in that or in English."""
    language = content.config.languages[0]
    if sentences and language not in sentences:
        language = "en"
    return str(Literal(sentences.get(language, "{}").format(about), language=language))


def _changed(iri: str, file: StatedFile, names: Names, block: Block, lines: Mapping[str, Sequence[str]]) -> Edit:
    """The block with these values; a status or a mark that is there gets another value in its place."""
    edits: list[tuple[int, int, str]] = []
    added: list[str] = []
    indent = _indent(file.text, block)
    for property, values in lines.items():
        there = [each for each in block.statements if names.iri(each.property) == property]
        if property in SINGLE and there:
            if len(there) > 1:
                raise EditingError(f"{file.path}:{_line(file.text, there[1].start)}: a second value; leave one")
            edits.append((there[0].start, there[0].end, values[0]))
        else:
            added += [f"{indent}{names.shortened(property)} {value} ;" for value in values]
    told = [f"{indent}{names.shortened(each)} {value} ;" for each, values in lines.items() for value in values]
    return _edit(iri, file, names, block, [*edits, _appended(file.text, block, added)], told)


def _appended(text: str, block: Block, lines: Sequence[str]) -> tuple[int, int, str]:
    """Lines behind the last value of a block, written as the block is: with its full stop where that was."""
    start = block.statements[-1].end if block.statements else block.start + len(str(block.subject))
    gap, end = text[start : block.stop], _line_end(text)
    ended = any(match[0] == ";" for match in TOKENS.finditer(gap))
    before = gap.rstrip() if gap.strip() else ""
    behind = end if "\n" in gap else " "
    if ended or "#" in gap:
        told = before if ended else f" ;{gap.rstrip()}"
        return start, block.stop, told + end + end.join(lines) + (end if "\n" in gap or "#" in gap else " ")
    listed = end.join(lines).removesuffix(" ;")
    return start, block.stop, f" ;{end}{listed}{behind}"


def _edit(
    iri: str,
    file: StatedFile,
    names: Names,
    block: Block,
    edits: Sequence[tuple[int, int, str]],
    added: Sequence[str],
) -> Edit:
    """The new text; the block is in our layout if it was in it before."""
    text = file.text
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    behind = len(file.text) - block.stop - 1
    told = text[block.start : len(text) - behind]
    if _laid_out(block, names) == file.text[block.start : block.stop + 1]:
        told = _laid_out(turtle.read(file.path, told, file.base).blocks[0], names)
    text = text[: block.start] + told + text[len(text) - behind :]
    return Edit(iri, file.path, file.text, text, _line(file.text, block.start), tuple(added))


def _laid_out(block: Block, names: Names) -> str:
    return layout(Turtle((replace(block, above=(), beside=""),), (), names)).rstrip("\n")


def _refuse_comments(file: StatedFile, block: Block) -> None:
    """A comment in a block that goes would go with it."""
    for match in TOKENS.finditer(file.text, block.start, block.stop):
        if match.lastgroup == "space" and match[0].startswith("#"):
            line = _line(file.text, match.start())
            raise EditingError(f"{file.path}:{line}: a comment in the block would be lost; put it above the block")


def _indent(text: str, block: Block) -> str:
    """The least that the lines of a block are indented by."""
    starts = (text.rfind("\n", 0, each.start) + 1 for each in block.statements)
    lines = [text[start:] for start in starts if start > block.start]
    found = [line[: len(line) - len(line.lstrip(" \t"))] for line in lines]
    return min(filter(None, found), key=len, default="    ")


def _line(text: str, start: int) -> int:
    return text.count("\n", 0, start) + 1


def _line_end(text: str) -> str:
    return "\r\n" if text.partition("\n")[0].endswith("\r") else "\n"
