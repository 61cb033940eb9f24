"""schema.org for search engines: what a page is about, as JSON-LD in the page (a data block, never executed)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from publisher.description import Description
from publisher.namespaces import DCAT, DCT, SKOS
from publisher.profiles import Profile
from publisher.web.distribution import address_in, media_type_in
from publisher.web.reading import Reader

Values = Mapping[str, Any]

MOST: Final = 100
"""Members that a page names to search engines."""


def data_block(reader: Reader, profile: Profile, title: str, downloads: Iterable[Description]) -> Markup:
    """The content of the `<script type="application/ld+json">`; empty where schema.org has no word for it."""
    if not profile.schema:
        return Markup("")
    lead = reader.text(profile.leads)
    about = {
        "@context": "https://schema.org",
        "@type": profile.schema,
        "@id": reader.description.iri.value,
        "url": reader.description.iri.value,
        "name": title,
        "description": lead.text if lead else "",
        "dateModified": _first(reader, DCT["modified"]),
        **PARTS[profile.schema](reader, tuple(downloads)),
    }
    return embedded({name: value for name, value in about.items() if value})


def embedded(value: Values) -> Markup:
    """JSON that cannot end the element it stands in."""
    text = json.dumps(value, ensure_ascii=False)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def _term(reader: Reader, _: tuple[Description, ...]) -> Values:
    schemes = reader.description.objects(SKOS["inScheme"])
    return {
        "termCode": _first(reader, SKOS["notation"]),
        "alternateName": _texts(reader, SKOS["altLabel"]),
        "inDefinedTermSet": [each.value for each in schemes if isinstance(each, NamedNode)],
        "sameAs": _iris(reader, SKOS["exactMatch"]),
    }


def _terms(reader: Reader, _: tuple[Description, ...]) -> Values:
    tops = (each for each in reader.description.objects(SKOS["hasTopConcept"]) if isinstance(each, NamedNode))
    return {
        "license": next(iter(_iris(reader, DCT["license"])), ""),
        "hasDefinedTerm": [{"@id": each.value} for each in reader.site.store.current(tops)[:MOST]],
    }


def _article(reader: Reader, _: tuple[Description, ...]) -> Values:
    subjects = _iris(reader, DCT["subject"])
    return {
        "headline": getattr(reader.text((DCT["title"],)), "text", ""),
        "datePublished": _first(reader, DCT["issued"]),
        "about": [{"@id": each, "name": reader.label(each).text} for each in subjects],
    }


def _dataset(reader: Reader, downloads: tuple[Description, ...]) -> Values:
    publisher = next(iter(_iris(reader, DCT["publisher"])), "")
    return {
        "license": next(iter(_iris(reader, DCT["license"])), ""),
        "version": _first(reader, DCAT["version"]),
        "datePublished": _first(reader, DCT["issued"]),
        "keywords": _texts(reader, DCAT["keyword"]),
        "creator": publisher and {"@type": "Organization", "@id": publisher, "name": reader.label(publisher).text},
        "distribution": [_download(reader.of(each)) for each in downloads],
    }


def _download(reader: Reader) -> Values:
    return {
        "@type": "DataDownload",
        "contentUrl": address_in(reader.description),
        "encodingFormat": media_type_in(reader.description),
        "contentSize": _first(reader, DCAT["byteSize"]),
    }


def _catalog(reader: Reader, _: tuple[Description, ...]) -> Values:
    return {"dataset": [{"@id": each} for each in _iris(reader, DCAT["dataset"])[:MOST]]}


PARTS: Final[Mapping[str, Callable[[Reader, tuple[Description, ...]], Values]]] = {
    "DefinedTerm": _term,
    "DefinedTermSet": _terms,
    "Article": _article,
    "Dataset": _dataset,
    "DataCatalog": _catalog,
}


def _first(reader: Reader, predicate: NamedNode) -> str:
    return next((each.value for each in reader.description.objects(predicate) if isinstance(each, Literal)), "")


def _texts(reader: Reader, predicate: NamedNode) -> list[str]:
    found = [each for each in reader.description.objects(predicate) if isinstance(each, Literal)]
    return [each.value for each in found if (each.language or reader.interface) == reader.interface]


def _iris(reader: Reader, predicate: NamedNode) -> list[str]:
    return [each.value for each in reader.description.objects(predicate) if isinstance(each, NamedNode)]
