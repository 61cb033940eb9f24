"""What the files of a vocabulary tell of the site that would publish it: addresses, languages, names, version."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import count
from typing import Final
from urllib.parse import urlsplit

from pyoxigraph import Literal, NamedNode, Quad

from publisher.config import BASE, RESERVED
from publisher.namespaces import DCAT, DCT, OWL, RDF, RDFS, SKOS, Namespace

DC: Final = Namespace("http://purl.org/dc/elements/1.1/")
SCHEME: Final = SKOS["ConceptScheme"]
KINDS: Final = {SCHEME, *(SKOS[each] for each in ("Concept", "Collection", "OrderedCollection"))}
TITLES: Final = (DCT["title"], DC["title"], SKOS["prefLabel"], RDFS["label"])
DESCRIPTIONS: Final = (DCT["description"], DC["description"], SKOS["definition"], RDFS["comment"])
VERSIONS: Final = (DCAT["version"], OWL["versionInfo"], DCT["hasVersion"])
ABOUT: Final = (SCHEME, OWL["Ontology"])
"""Whose title and version are those of the vocabulary."""

EXAMPLE: Final = "https://vocabulary.example"
"""A base to be changed; a name that nobody can have (RFC 2606)."""

FORWARDING: Final = ("w3id.org", "purl.org", "purl.oclc.org", "doi.org", "hdl.handle.net", "n2t.net")
"""Hosts that lead to the sites of others: nobody publishes a site at their root."""

_NUMBERS: Final = re.compile(r"v?\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?", re.IGNORECASE)
_PLAIN: Final = re.compile(r"[A-Za-z0-9._~-]+")
_TAG: Final = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.IGNORECASE)
_ELSEWHERE: Final = "/vocabulary"
"""The local path for addresses whose own path the program needs itself, or that have none."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What we made of the files; `homeless` counts things whose IRIs no web server can answer."""

    base: str
    namespaces: tuple[tuple[str, str], ...]
    languages: tuple[str, ...]
    title: Mapping[str, str]
    description: Mapping[str, str]
    version: str
    licence: str
    name: str
    schemes: int
    concepts: int
    homeless: int


def guess(quads: Sequence[Quad], name: str) -> Guess:
    """What these statements tell; `name` is that of their first file."""
    typed = [quad for quad in quads if quad.predicate == RDF["type"] and isinstance(quad.subject, NamedNode)]
    things = dict.fromkeys(_iri(quad) for quad in typed if quad.object in KINDS)
    kinds = Counter(quad.object for quad in typed)
    heads = [next((_iri(each) for each in typed if each.object == kind), "") for kind in ABOUT]
    about = [quad for head in filter(None, heads) for quad in quads if _iri(quad) == head]
    languages = _languages(quads)
    title = _texts(about, TITLES, languages) or {languages[0]: name.replace("-", " ").capitalize()}
    served = [each for each in things if re.match(r"https?://[^/?#]+", each)]
    base = _base(served)
    return Guess(
        base=base,
        namespaces=tuple(_namespaces(served, base)),
        languages=languages,
        title=title,
        description=_texts(about, DESCRIPTIONS, languages) or title,
        version=_version(about),
        licence=next((_value(each) for each in about if each.predicate == DCT["license"]), ""),
        name=name,
        schemes=kinds[SCHEME],
        concepts=kinds[SKOS["Concept"]],
        homeless=len(things) - len(served),
    )


def _iri(quad: Quad) -> str:
    return quad.subject.value if isinstance(quad.subject, NamedNode) else ""


def _value(quad: Quad) -> str:
    return quad.object.value if isinstance(quad.object, NamedNode) else ""


def _languages(quads: Iterable[Quad]) -> tuple[str, ...]:
    """The languages of the labels, the most frequent first; English where none has one."""
    tags = Counter(
        quad.object.language
        for quad in quads
        if quad.predicate == SKOS["prefLabel"] and isinstance(quad.object, Literal) and quad.object.language
    )
    return tuple(tag for tag, _ in tags.most_common() if _TAG.fullmatch(tag)) or ("en",)


def _texts(about: Sequence[Quad], properties: Sequence[NamedNode], languages: Sequence[str]) -> dict[str, str]:
    """The texts of the first of these properties that there is, one a language; of none it is the first."""
    for property in properties:
        texts: dict[str, str] = {}
        for quad in about:
            if quad.predicate == property and isinstance(quad.object, Literal) and quad.object.value.strip():
                texts.setdefault(quad.object.language or languages[0], " ".join(quad.object.value.split()))
        known = {tag: text for tag, text in texts.items() if _TAG.fullmatch(tag)}
        if known:
            return known
    return {}


def _version(about: Sequence[Quad]) -> str:
    """The number of the vocabulary itself, as major.minor.patch; 0.1.0 where it tells none."""
    for property in VERSIONS:
        for quad in about:
            match = _NUMBERS.fullmatch(quad.object.value.strip()) if isinstance(quad.object, Literal) else None
            if quad.predicate == property and match:
                return ".".join(str(int(part or 0)) for part in match.groups())
    return "0.1.0"


def _base(things: Sequence[str]) -> str:
    """Scheme and host of most of them."""
    hosts = Counter(_host(each) for each in things)
    usable = (host for host, _ in hosts.most_common() if urlsplit(host).hostname not in FORWARDING)
    return next(filter(BASE.fullmatch, usable), EXAMPLE)


def _host(iri: str) -> str:
    parts = urlsplit(iri)
    return f"{parts.scheme}://{parts.netloc}"


def _namespaces(things: Sequence[str], base: str) -> Iterator[tuple[str, str]]:
    """The beginnings that addresses share, as far as the first part of their path, each with a local path."""
    others = [each for each in things if not each.startswith((f"{base}/id/", f"{base}/ns/"))]
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for iri in others:
        groups[_host(iri), _first(iri)].append(iri)
    lone = Counter(host for (host, first), iris in groups.items() if iris == [f"{host}/{first}"])
    taken: set[str] = set()
    for begin in dict.fromkeys(
        _beginning(host, first, lone[host] > 1, iris) for (host, first), iris in groups.items()
    ):
        path = _untaken(_local_path(begin), taken)
        taken.add(path)
        yield begin, path


def _first(iri: str) -> str:
    """The first part of the path."""
    return re.split(r"[/#?]", iri.removeprefix(_host(iri)).removeprefix("/"))[0]


def _beginning(host: str, first: str, crowded: bool, iris: Sequence[str]) -> str:
    """Where everything lies directly below the host, the host's root stands for all of it."""
    if not first:
        return f"{host}/" if iris[0].startswith(f"{host}/") else f"{host}#"
    return f"{host}/" if crowded and iris == [f"{host}/{first}"] else f"{host}/{first}"


def moved(begin: str, path: str) -> bool:
    """Whether addresses have another path here than at their own host."""
    return begin.removeprefix(_host(begin)).removesuffix("#") != path


def _local_path(begin: str) -> str:
    """The path that it has at its own host, so that addresses lead here; another where the program needs that."""
    own = begin.removeprefix(_host(begin)).removesuffix("#")
    if own in ("", "/"):
        return _ELSEWHERE + own
    return own if own[1:] not in RESERVED and _PLAIN.fullmatch(own[1:]) else f"{_ELSEWHERE}{own}"


def _untaken(path: str, taken: Set[str]) -> str:
    """The path, or one like it that no other namespace has."""
    stem, slash = path.removesuffix("/"), "/" * path.endswith("/")
    numbered = (f"{stem}-{number}{slash}" for number in count(2))
    return path if path not in taken else next(each for each in numbered if each not in taken)
