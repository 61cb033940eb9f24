"""A new concept: an address and a notation that nobody ever had, in a block at the place where it belongs."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from publisher.compiler.reading import StatedFile
from publisher.editing import turtle
from publisher.editing.content import Content, Edit
from publisher.editing.scheme import NUMBERED, TYPE, Scheme, find_scheme, last_part, next_number
from publisher.editing.turtle import Names
from publisher.errors import EditingError
from publisher.namespaces import PREFIXES
from publisher.profiles.status import Status, status_iri

SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
DECLARED: Final = {each: PREFIXES[each] for each in ("adms", "dct", "skos")} | {
    "status": "http://purl.org/adms/status/"
}
"""The prefixes of a file that begins with its first concept."""

_BEHIND: Final = re.compile(r"\.[ \t]*(?:#[^\r\n]*)?(?=\r?\n|\Z)")
"""A full stop and what follows it, if that is no more than a comment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the editor says of a concept; others are named by IRI, address or prefix. Empty: not said."""

    slug: str = ""
    label: str = ""
    language: str = ""
    scheme: str = ""
    broader: str = ""
    definition: str = ""


def new_concept(content: Content, wanted: Wanted) -> Edit:
    """The block of a new concept, under development, in the file of its scheme.

    Raises `EditingError` for an address that exists or existed, and for what the content does not have.
    """
    broader = content.existing(wanted.broader) if wanted.broader else ""
    scheme = find_scheme(content, wanted.scheme, broader)
    if broader and broader not in scheme.members:
        raise EditingError(f"{content.shown(broader)} is not a concept of {content.shown(scheme.iri)}")
    iri = scheme.namespace + STYLES[content.config.editing.id_style](scheme, wanted)
    _refuse_used(content, scheme, iri)
    return _placed(content, scheme, iri, broader, _values(content, scheme, broader, wanted))


Values = Sequence[tuple[str, str]]
"""Properties and their values, as prefixed names, IRIs, or texts as Turtle writes them."""


def _values(content: Content, scheme: Scheme, broader: str, wanted: Wanted) -> Values:
    language = wanted.language or content.config.languages[0]
    notation = scheme.next_notation(broader)
    values = (
        ("skos:prefLabel", str(Literal(wanted.label, language=language)) if wanted.label else ""),
        ("skos:notation", str(Literal(notation)) if notation else ""),
        ("skos:definition", str(Literal(wanted.definition, language=language)) if wanted.definition else ""),
        ("skos:inScheme", scheme.iri if scheme.says_in_scheme else ""),
        ("skos:topConceptOf", scheme.iri if not broader and scheme.has_top else ""),
        ("skos:broader", broader),
        ("adms:status", status_iri(Status.UNFINISHED).value),
    )
    return [(property, value) for property, value in values if value]


def _slug(scheme: Scheme, wanted: Wanted) -> str:
    slug = wanted.slug or slug_of(wanted.label)
    if not slug:
        raise EditingError("give the end of its address, as in `publisher new concept my-concept`, or its --label")
    if not SLUG.fullmatch(slug):
        better = slug_of(slug)
        instead = f", as in {better}" if better else ""
        raise EditingError(f"{slug!r}: an address has lower-case letters, digits and hyphens{instead}")
    return slug


def _number(scheme: Scheme, wanted: Wanted) -> str:
    _refuse_slug(wanted)
    stems = Counter(match["stem"] for each in scheme.locals if (match := NUMBERED.fullmatch(each)))
    return next_number(stems.most_common(1)[0][0] if stems else "", scheme.locals)


def _uuid(scheme: Scheme, wanted: Wanted) -> str:
    _refuse_slug(wanted)
    return str(uuid.uuid4())


def _refuse_slug(wanted: Wanted) -> None:
    if wanted.slug:
        message = "the program makes addresses here (`id_style` in [editing]); give a --label only"
        raise EditingError(message)


STYLES: Final[Mapping[str, Callable[[Scheme, Wanted], str]]] = {"slug": _slug, "number": _number, "uuid": _uuid}


def slug_of(text: str) -> str:
    """Lower-case letters, digits and hyphens that remind of a text; empty where nothing can be made of it."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("æ", "ae").replace("ø", "o").replace("œ", "oe"))
    letters = "".join(each for each in plain if not unicodedata.combining(each) and each not in "'’")
    return "-".join(re.findall(r"[a-z0-9]+", letters))


def _refuse_used(content: Content, scheme: Scheme, iri: str) -> None:
    if iri in content.described:
        message = f"{content.shown(iri)} is “{content.label(iri)}” already; choose another address"
        raise EditingError(message)
    if iri in scheme.used:
        message = f"{content.shown(iri)} was used before, and an address is never given again: choose another"
        raise EditingError(message)


def _placed(content: Content, scheme: Scheme, iri: str, broader: str, values: Values) -> Edit:
    """The block behind the last of its family, or at the end; in a new file if the scheme has no concepts yet."""
    file = _file(content, scheme)
    if file is None:
        return _first(content, scheme, iri, values)
    read = turtle.read(file.path, file.text, file.base)
    family = {each for each in scheme.members if broader in scheme.line(each)} if broader else None
    stops = [
        each.stop
        for each in read.blocks
        if family is None or (isinstance(each.subject, str) and read.names.iri(each.subject) in family)
    ]
    place = _behind(file.text, max(stops, default=len(file.text)))
    lines = _block(iri, values, read.names)
    end = "\r\n" if file.text.partition("\n")[0].endswith("\r") else "\n"
    after = f"{file.text[:place]}{end}{end}{end.join(lines)}{file.text[place:] or end}"
    return Edit(iri, file.path, file.text, after, file.text.count("\n", 0, place) + 3, tuple(lines))


def _file(content: Content, scheme: Scheme) -> StatedFile | None:
    """The file that declares most of its concepts; None when it has none."""
    members = set(scheme.members)

    def declared(file: StatedFile) -> int:
        typed = (quad.subject for quad in file.quads if quad.predicate == TYPE)
        return sum(isinstance(each, NamedNode) and each.value in members for each in typed)

    file = max(content.files, key=declared)
    return file if declared(file) else None


def _first(content: Content, scheme: Scheme, iri: str, values: Values) -> Edit:
    path = f"data/{slug_of(last_part(scheme.iri)) or 'concepts'}.ttl"
    if (content.config.folder / path).exists():
        message = f"{path} has no concept of {content.shown(scheme.iri)} yet; write the first one by hand"
        raise EditingError(message)
    lines = _block(iri, values, Names(f"{content.config.base}/", DECLARED))
    head = [f"@prefix {prefix}: <{namespace}> ." for prefix, namespace in sorted(DECLARED.items())]
    return Edit(iri, path, "", "\n".join([*head, "", *lines, ""]), len(head) + 2, tuple(lines))


def _block(iri: str, values: Values, names: Names) -> list[str]:
    def property(name: str) -> str:
        prefix, _, local = name.partition(":")
        return names.shortened(PREFIXES[prefix] + local)

    told = [(property(name), value if value[0] == '"' else names.shortened(value)) for name, value in values]
    return [
        f"{names.shortened(iri)} a {property('skos:Concept')} ;",
        *(f"    {p} {value} ;" for p, value in told),
        ".",
    ]


def _behind(text: str, stop: int) -> int:
    """Where a new block can begin: behind a full stop and the comment on its line, before anything else."""
    match = _BEHIND.match(text, stop)
    return match.end() if match else min(stop + 1, len(text))
