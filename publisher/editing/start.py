"""A site for somebody's vocabulary: its files as they are, and settings made of what they tell."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from pyoxigraph import Quad

from publisher.compiler import stop_at
from publisher.compiler.parse import parse
from publisher.compiler.persistence import described
from publisher.config import FILE_NAME, Reading
from publisher.config import parse as parse_settings
from publisher.editing.concept import slug_of
from publisher.editing.guess import EXAMPLE, Guess, guess, moved
from publisher.editing.record import HEAD
from publisher.editing.writing import write
from publisher.errors import EditingError
from publisher.iris import Policy, policy
from publisher.source import PUBLISHED, SUFFIXES, Source, SourceFile

ALSO: Final = {".owl": ".rdf", ".xml": ".rdf", ".skos": ".rdf", ".json": ".jsonld", ".turtle": ".ttl"}
"""Other names that files have elsewhere, and ours."""

LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"

COLOURS: Final = """\
# An example: one concept scheme and two concepts. Put your own in their place.
# IRIs are relative to `base` in publisher.toml. `publisher new --help` tells how to add a concept.

@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix colour: <id/concept/colour/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix status: <http://purl.org/adms/status/> .

<id/conceptscheme/colour> a skos:ConceptScheme ;
    skos:prefLabel "Colours"@en ;
    dct:title "Colours"@en ;
    skos:definition "Names for what light looks like."@en ;
.

colour:warm a skos:Concept ;
    skos:prefLabel "Warm colour"@en ;
    skos:notation "C1" ;
    skos:definition "A colour that reminds of fire."@en ;
    skos:topConceptOf <id/conceptscheme/colour> ;
.

colour:red a skos:Concept ;
    skos:prefLabel "Red"@en ;
    skos:notation "C1.1" ;
    skos:definition "The colour of blood."@en ;
    skos:broader colour:warm ;
.
"""

SETTINGS: Final = """\
# The site: everything that differs from one publisher to the next. What says “change” was not in the files.

# Scheme and host of the site: catalogue, datasets and graphs begin with it, and relative IRIs.{base_note}
base = {base}
# Languages of the content, the most frequent first: that of the pages, where the program has it (nl, en).
languages = {languages}
{titles}
{descriptions}

[publisher]
name.{language} = "My organisation"  # change
email = "data@example.org"  # change: a function, never a person
{namespaces}
[[dataset]]
name = {name}
entail = {entail}  # true adds what follows from the content: inverses, skos:inScheme, dates
licence = {licence}{licence_note}
spatial = ""  # the area that it is about, as an IRI; empty: none
theme = "http://publications.europa.eu/resource/authority/data-theme/GOVE"  # change: one of the EU data themes
{titles}
{descriptions}

[[dataset.version]]
number = {version}
date = {today}
"""

NAMESPACE: Final = """
# Things whose IRI begins with `iri` answer at `path`.{note}
[[namespace]]
iri = {iri}
path = {path}
"""

MOVED: Final = " The program needs their own path itself: let the server\n# of their host lead there."

SHAPE: Final = """\
# House rules, in SHACL: what your content must satisfy beyond the program's own rules. Without `sh:severity
# sh:Warning` a rule keeps content that breaks it from being published.

@prefix rule: <urn:rule:> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

rule:concept a sh:NodeShape ;
    sh:targetClass skos:Concept ;
    sh:property rule:one-label-a-language ;
.

rule:one-label-a-language a sh:PropertyShape ;
    sh:path skos:prefLabel ;
    sh:uniqueLang true ;
    sh:severity sh:Warning ;
    sh:message "Give the concept one preferred label in each language; make the others skos:altLabel."@en ;
.
"""

README: Final = """\
# {title}

A vocabulary, published with `publisher`.

| file | holds |
|---|---|
| `publisher.toml` | the settings: begin with what says “change” |
| `data/` | the vocabulary; `data/published.txt` lists every address ever published, and loses none |
| `shapes/` | house rules, in SHACL |
| `var/` | releases: made by the program, not in git |

```sh
publisher check       # what is wrong, and where
publisher publish     # freeze a version and put it in force
publisher serve       # http://127.0.0.1:8000/
```

To change it: edit a file, or let `publisher new concept`, `deprecate`, `withdraw` and `format` do so; then
`publisher check`; a version in `publisher.toml`, of which `publisher diff` tells the number; `publisher record`,
which notes new addresses; `publisher publish`. Each command has `--help`.
"""


@dataclass(frozen=True, slots=True)
class Started:
    """What was made: files written and files left as they were, relative to the folder; and what we guessed."""

    written: tuple[str, ...]
    left: tuple[str, ...]
    guess: Guess


def start(folder: Path, sources: Sequence[Path], today: date) -> Started:
    """Make a site in a folder, which may be there already: no file in it is ever overwritten.

    Raises `EditingError` when a site is there or a file cannot be read, `ContentError` when one is not RDF.
    """
    files = {f"data/{name}": content for name, content in _sources(sources)} or {
        "data/colour.ttl": COLOURS.encode()
    }
    for path in (FILE_NAME, *files):
        if (folder / path).exists():
            raise EditingError(
                f"{folder / path} is there already, and nothing is overwritten; choose another folder"
            )
    quads = _quads(files)
    found = guess(quads, Path(next(iter(files))).stem)
    settings = _settings(found, today, entail=not sources)
    texts = {
        FILE_NAME: settings,
        PUBLISHED: HEAD
        + "".join(_lines(quads, parse_settings(settings).policy, found.version) if sources else ()),
        "README.md": README.format(title=next(iter(found.title.values()))),
        ".gitignore": "var/\n",
        "shapes/concept.ttl": SHAPE,
    }
    left = tuple(path for path in texts if (folder / path).exists())
    for path, content in files.items():
        write(folder / path, content)
    for path in texts.keys() - set(left):
        write(folder / path, texts[path].encode())
    return Started((*files, *(path for path in texts if path not in left)), left, found)


def _sources(paths: Sequence[Path]) -> list[tuple[str, bytes]]:
    """The name that each file gets in data/, and its bytes."""
    found: dict[str, bytes] = {}
    for path in paths:
        suffix = ALSO.get(path.suffix.lower(), path.suffix.lower())
        if suffix not in SUFFIXES:
            known = ", ".join((*SUFFIXES, *ALSO))
            raise EditingError(f"{path}: its name must end in one of {known}, which says what syntax it has")
        name = f"{slug_of(path.stem) or 'vocabulary'}{suffix}"
        if name in found:
            raise EditingError(f"{path}: another file would be data/{name} too; rename one of them")
        try:
            found[name] = path.read_bytes()
        except OSError as error:
            raise EditingError(f"{path}: cannot be read: {error.strerror}") from None
    return list(found.items())


def _quads(files: Mapping[str, bytes]) -> list[Quad]:
    source = Source(tuple(SourceFile(path, content) for path, content in files.items()))
    stated = parse(source, policy(EXAMPLE), Reading(), lambda _: None)
    stop_at(stated.findings, "cannot be read")
    return list(stated.quads)


def _lines(quads: Sequence[Quad], policy: Policy, version: str) -> Iterator[str]:
    """What the vocabulary has published already: its own addresses, none of the catalogue's."""
    iris = {each.replace(f"{EXAMPLE}/", f"{policy.base}/", 1) for each in described(quads)}
    served = (each for each in iris if policy.path_of(each) is not None)
    addresses = sorted(each.removeprefix(f"{policy.base}/") for each in served)
    return (f"{address}\t{version}\n" for address in addresses)


def _settings(found: Guess, today: date, *, entail: bool) -> str:
    """The text of publisher.toml."""
    namespaces = (
        NAMESPACE.format(iri=_toml(iri), path=_toml(path), note=MOVED * moved(iri, path))
        for iri, path in found.namespaces
    )
    return SETTINGS.format(
        base=_toml(found.base),
        base_note=" # change" if found.base == EXAMPLE else "",
        languages=json.dumps(found.languages),
        language=found.languages[0],
        titles=_per_language("title", found.title),
        descriptions=_per_language("description", found.description),
        namespaces="".join(namespaces),
        name=_toml(slug_of(found.name)),
        entail=str(entail).lower(),
        licence=_toml(found.licence or LICENCE),
        licence_note="" if found.licence else "  # change: the files name none",
        version=_toml(found.version),
        today=today.isoformat(),
    )


def _per_language(name: str, texts: Mapping[str, str]) -> str:
    return "\n".join(f"{name}.{language} = {_toml(text)}" for language, text in texts.items())


def _toml(text: str) -> str:
    """A basic string: TOML escapes as JSON does, and one character more."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
