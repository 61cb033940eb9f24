"""The one layout of a Turtle file: made for the history of a folder, where a change should be a line.

Each value stands on a line of its own with its property before it, and ends in `;`; the full stop has a line
too. So whoever adds, changes or removes a value touches that line only. Blocks stay in the order of the file, and
values in theirs: an editor groups what belongs together, and moving a block would be the largest difference of
all. Properties come in one order, so that two people who write the same write it alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from publisher.editing.turtle import (
    TYPE,
    Block,
    Collection,
    Item,
    Lines,
    Names,
    Nested,
    Object,
    Prefix,
    Statement,
    Turtle,
)
from publisher.namespaces import PREFIXES

WIDTH: Final = 120
"""Characters that a line with brackets may have; otherwise what they hold is put on lines of its own."""

STEP: Final = "    "

_ORDER: Final = """
rdf:type
sh:targetClass sh:targetNode sh:targetSubjectsOf sh:targetObjectsOf sh:target sh:path sh:inversePath
skos:prefLabel skos:altLabel skos:hiddenLabel skosxl:prefLabel skosxl:altLabel skosxl:hiddenLabel
skosxl:literalForm
foaf:name vcard:fn vcard:hasEmail dct:title rdfs:label rdfs:comment sh:name sh:description sh:group sh:order
rdf:subject rdf:predicate rdf:object rdf:value
skos:notation skos:definition dct:description skos:scopeNote skos:example skos:note skos:editorialNote
skos:historyNote skos:changeNote
skos:inScheme skos:hasTopConcept skos:topConceptOf skos:broader skos:narrower skos:related skos:member
skos:memberList skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch skos:relatedMatch
rdfs:seeAlso
rdfs:subClassOf rdfs:subPropertyOf rdfs:domain rdfs:range
dct:created dct:issued dct:modified dct:identifier dct:language dct:type dct:subject
vann:preferredNamespacePrefix vann:preferredNamespaceUri owl:versionInfo adms:status owl:deprecated
dct:isReplacedBy dct:replaces
dct:publisher dct:creator dct:license dct:isPartOf dct:source spdx:checksum spdx:algorithm spdx:checksumValue
prov:hadMember prov:wasDerivedFrom prov:wasAttributedTo prov:generatedAtTime
sh:property sh:xone sh:or sh:and sh:not sh:node sh:class sh:datatype sh:nodeKind sh:hasValue sh:in
sh:languageIn
sh:uniqueLang sh:minCount sh:maxCount sh:minInclusive sh:maxInclusive sh:minLength sh:maxLength sh:pattern
sh:flags
sh:equals sh:disjoint sh:qualifiedValueShape sh:qualifiedMinCount sh:qualifiedMaxCount sh:closed
sh:ignoredProperties sh:sparql sh:prefixes sh:select sh:severity sh:deactivated sh:message
"""


def _whole(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


RANKS: Final = {_whole(name): rank for rank, name in enumerate(_ORDER.split())}
"""The place of each property that we know; others follow in the order of their IRIs."""


def layout(turtle: Turtle) -> str:
    """The text of a file."""
    parts = [turtle.head, _declarations(turtle), *_blocks(turtle), turtle.foot]
    return "".join(f"{line}\n" for line in _apart(_trimmed(part) for part in parts))


def _apart(parts: Iterable[Sequence[str]]) -> Iterator[str]:
    """Lines with an empty one between any two parts."""
    for index, part in enumerate(filter(None, parts)):
        yield from ("", *part) if index else part


def _trimmed(lines: Sequence[str]) -> Sequence[str]:
    """Without empty lines at both ends."""
    first = next((index for index, line in enumerate(lines) if line), len(lines))
    last = next((index for index, line in enumerate(reversed(lines)) if line), 0)
    return lines[first : len(lines) - last]


def _declarations(turtle: Turtle) -> list[str]:
    ordered = sorted(turtle.prefixes, key=lambda each: each.name)
    base = [] if turtle.base is None else [_declaration("@base", turtle.base)]
    return list(chain.from_iterable((*base, *(_declaration(f"@prefix {each.name}:", each) for each in ordered))))


def _declaration(keyword: str, prefix: Prefix) -> list[str]:
    return [*filter(None, prefix.above), _beside(f"{keyword} {prefix.iri} .", prefix.beside)]


def _blocks(turtle: Turtle) -> Iterator[list[str]]:
    for block in _joined(turtle.blocks):
        yield list(_block(block, turtle.names))


def _joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """Blocks of one subject that follow each other, with no comment between them, are one."""
    last: Block | None = None
    for block in blocks:
        if last is not None and _continues(last, block):
            last = replace(block, statements=(*last.statements, *block.statements), above=last.above)
            continue
        if last is not None:
            yield last
        last = block
    if last is not None:
        yield last


def _continues(last: Block, block: Block) -> bool:
    same = isinstance(block.subject, str) and block.subject == last.subject
    return same and not (block.above or last.below or last.beside)


def _block(block: Block, names: Names) -> Iterator[str]:
    types, statements = _types(_ordered(block.statements, names))
    subject = "[]" if _inline(block.subject, names) == "[]" else _expanded(block.subject, names, "")
    yield from block.above
    if not statements and not types and not block.below:
        yield _beside(f"{subject} .", block.beside)
        return
    yield f"{subject} {types} ;" if types else subject
    yield from _statements(statements, names, STEP)
    yield from _comments(block.below, STEP)
    yield _beside(".", block.beside)


def _ordered(statements: Iterable[Statement], names: Names) -> list[Statement]:
    def place(statement: Statement) -> tuple[int, str]:
        iri = names.iri(statement.property)
        return (RANKS[iri], "") if iri in RANKS else (len(RANKS), iri)

    typed = (replace(each, property="a") if names.iri(each.property) == TYPE else each for each in statements)
    return sorted(typed, key=place)


def _types(statements: Sequence[Statement]) -> tuple[str, Sequence[Statement]]:
    """`a X , Y` for the line of the subject, if the types have no comments; and the other statements."""
    types = [each for each in statements if each.property == "a"]
    if any(each.above or each.beside or not isinstance(each.object, str) for each in types) or not types:
        return "", statements
    named = " , ".join(str(each.object) for each in types)
    return f"a {named}", [each for each in statements if each.property != "a"]


def _statements(statements: Iterable[Statement], names: Names, indent: str) -> Iterator[str]:
    for each in statements:
        yield from _comments(each.above, indent)
        start = f"{indent}{each.property} "
        yield _beside(f"{start}{_object(each.object, names, indent, len(start) + 2)} ;", each.beside)


def _object(value: Object, names: Names, indent: str, taken: int) -> str:
    """A value, on one line if it fits beside the characters taken; else what it holds has lines of its own."""
    inline = _inline(value, names)
    if inline is not None and (isinstance(value, str) or taken + len(inline) <= WIDTH):
        return inline
    return _expanded(value, names, indent)


def _expanded(value: Object, names: Names, indent: str) -> str:
    if isinstance(value, Nested):
        inner = [*_statements(_ordered(value.statements, names), names, indent + STEP)]
        return "\n".join(["[", *inner, *_comments(value.below, indent + STEP), f"{indent}]"])
    if isinstance(value, str):
        return value
    inner = [line for item in value.items for line in _item(item, names, indent + STEP)]
    return "\n".join(["(", *inner, *_comments(value.below, indent + STEP), f"{indent})"])


def _item(item: Item, names: Names, indent: str) -> Iterator[str]:
    yield from _comments(item.above, indent)
    yield _beside(f"{indent}{_object(item.object, names, indent, len(indent))}", item.beside)


def _inline(value: Object, names: Names) -> str | None:
    """A value on one line; None when it holds comments or texts of several lines."""
    if isinstance(value, str):
        return value
    if value.below:
        return None
    if isinstance(value, Collection):
        parts = [None if each.above or each.beside else _line(each.object, names) for each in value.items]
        return _bracketed("(", parts, " ", ")")
    types, statements = _types(_ordered(value.statements, names))
    parts = [
        None if each.above or each.beside else _pair(each.property, _line(each.object, names))
        for each in statements
    ]
    return _bracketed("[", [*filter(None, [types]), *parts], " ; ", "]")


def _line(value: Object, names: Names) -> str | None:
    text = _inline(value, names)
    return None if text is None or "\n" in text or "\r" in text else text


def _pair(property: str, value: str | None) -> str | None:
    return None if value is None else f"{property} {value}"


def _bracketed(start: str, parts: Sequence[str | None], between: str, end: str) -> str | None:
    told = [each for each in parts if each is not None]
    if len(told) < len(parts):
        return None
    return f"{start} {between.join(told)} {end}" if told else start + end


def _comments(lines: Lines, indent: str) -> Iterator[str]:
    return (f"{indent}{line}" for line in lines if line)


def _beside(text: str, comment: str) -> str:
    return f"{text} {comment}" if comment else text
