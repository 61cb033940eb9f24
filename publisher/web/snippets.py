"""How to refer to a concept from somebody else's data: short pieces of text to be copied."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from publisher.namespaces import DCAT, DCT

EXAMPLE: Final = "https://example.org"
"""The place of whoever copies this: a name that is reserved for examples (RFC 2606)."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of text in one syntax."""

    name: str
    text: str


def snippets_for(concept: NamedNode, label: str, language: str) -> tuple[Snippet, ...]:
    """A reference to a concept in each syntax; `label` is what it is called in a language."""
    return tuple(Snippet(name, write(concept, label, language)) for name, write in SYNTAXES)


def _turtle(concept: NamedNode, label: str, language: str) -> str:
    return f"@prefix dct: <{DCT}> .\n\n<{EXAMPLE}/document/1>\n    dct:subject {concept} .  # {_one_line(label)}\n"


def _dcat(concept: NamedNode, label: str, language: str) -> str:
    return (
        f"@prefix dcat: <{DCAT}> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n\n"
        f"<{EXAMPLE}/dataset/1> a dcat:Dataset ;\n    dcat:theme {concept} .\n\n"
        f"{concept} a skos:Concept ;\n    skos:prefLabel {Literal(label, language=language)} .\n"
    )


def _csv_on_the_web(concept: NamedNode, label: str, language: str) -> str:
    """A column that the file itself need not have: each of its rows is about the concept."""
    column = {
        "name": "subject",
        "titles": {language: label},
        "virtual": True,
        "propertyUrl": "dct:subject",
        "valueUrl": concept.value,
    }
    table = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": language}],
        "url": "table.csv",
        "tableSchema": {"columns": [{"name": "title", "titles": "title"}, column]},
    }
    return json.dumps(table, ensure_ascii=False, indent=2) + "\n"


def _html(concept: NamedNode, label: str, language: str) -> str:
    # `dcterms` is a prefix that every processor of RDFa 1.1 knows.
    link = Markup('<a property="dcterms:subject" href="{}" lang="{}">{}</a>\n')
    return str(link.format(concept.value, language, label))


def _one_line(text: str) -> str:
    return " ".join(text.split())


SYNTAXES: Final[tuple[tuple[str, Callable[[NamedNode, str, str], str]], ...]] = (
    ("Turtle", _turtle),
    ("DCAT (Turtle)", _dcat),
    ("CSV on the Web", _csv_on_the_web),
    ("HTML", _html),
)
