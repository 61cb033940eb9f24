"""A synthetic SKOS vocabulary of any size, the same on every run.

About 12 triples a concept: labels in three languages, an alternative label, a definition, a tree of fan-out 10,
a notation, a scheme and dates.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

SEED = 20261123
FAN_OUT = 10
WORDS = (
    "water wind light stone river field forest bridge road market school house garden letter number paper music "
    "colour winter summer morning evening north south harbour island valley mountain"
).split()

SETTINGS = """\
base = "https://catalog.example"
languages = ["en"]
title.en = "Synthetic vocabulary"
description.en = "A vocabulary made for measuring."

[publisher]
name.en = "Nobody"
email = "nobody@catalog.example"

[[namespace]]
iri = "http://vocabulary.example/v"
path = "/v"

[[dataset]]
name = "synthetic"
title.en = "Synthetic vocabulary"
description.en = "A vocabulary made for measuring."

[[dataset.version]]
number = "1.0.0"
date = 2026-01-01
"""

HEAD = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix c: <http://vocabulary.example/v/c> .

<http://vocabulary.example/v> a skos:ConceptScheme ;
    skos:prefLabel "Synthetic vocabulary"@en ;
    dct:title "Synthetic vocabulary"@en ;
    skos:hasTopConcept c:0 .
"""


def write_site(folder: Path, concepts: int) -> Path:
    """Write a site with so many concepts: one Turtle file and its settings."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "publisher.toml").write_text(SETTINGS, "utf-8")
    with (folder / "vocabulary.ttl").open("w", encoding="utf-8") as file:
        file.write(HEAD)
        file.writelines(vocabulary(concepts))
    return folder


def labels(concepts: int) -> list[str]:
    """The English label of each concept."""
    words = random.Random(SEED)
    return [f"{words.choice(WORDS)} {words.choice(WORDS)} {number}" for number in range(concepts)]


def vocabulary(concepts: int) -> Iterator[str]:
    """The Turtle of each concept."""
    for number, label in enumerate(labels(concepts)):
        place = (
            "skos:topConceptOf <http://vocabulary.example/v>"
            if number == 0
            else f"skos:broader c:{(number - 1) // FAN_OUT}"
        )
        yield f"""
c:{number} a skos:Concept ;
    skos:prefLabel "{label}"@en , "{label} nl"@nl , "{label} fr"@fr ;
    skos:altLabel "{label} also"@en ;
    skos:definition "What people mean by {label}, said in one sentence."@en ;
    {place} ;
    skos:notation "{number}" ;
    skos:inScheme <http://vocabulary.example/v> ;
    dct:created "2020-01-01"^^xsd:date ;
    dct:modified "2025-01-01"^^xsd:date .
"""
