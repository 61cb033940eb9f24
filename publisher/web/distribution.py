"""A file of a dataset as the catalogue describes it, for the table of downloads and for search engines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from publisher.description import Description
from publisher.namespaces import DCAT, DCT, SPDX
from publisher.web.reading import Reader, Value


@dataclass(frozen=True, slots=True)
class Download:
    """One file of a dataset; `use` says in a line for whom its format is."""

    link: Value
    format: str
    size: str
    checksum: str
    use: str = ""


FORMATS: Final = ("xlsx", "csv", "ttl", "jsonld", "rdf", "nt", "trig", "nq")
"""The suffixes of dumps, what most people look for first."""


def use_of(reader: Reader, name: str) -> str:
    """For whom the format of a file is, by its name; nothing for a format that is not one of ours."""
    return reader.texts.get(f"download_{name.rpartition('.')[2]}", "")


def in_order(downloads: Iterable[Download]) -> tuple[Download, ...]:
    """These files as people look for them; formats that are not ours last."""
    suffixes = {suffix: place for place, suffix in enumerate(FORMATS)}
    return tuple(sorted(downloads, key=lambda each: suffixes.get(each.link.text.rpartition(".")[2], len(FORMATS))))


def download_of(reader: Reader) -> Download:
    """One distribution as a row of the table; an address that nobody may follow is only told."""
    described = reader.description
    url = address_in(described) or described.iri.value
    formats = reader.values(DCT["format"], described.objects(DCT["format"]))
    sizes = reader.values(DCAT["byteSize"], described.objects(DCAT["byteSize"]))
    return Download(
        link=Value(url.rpartition("/")[2] or url, reader.href(url)),
        format=formats[0].text if formats else "",
        size=sizes[0].text if sizes else "",
        checksum=next(_checksums(described), ""),
        use=use_of(reader, url),
    )


def address_in(described: Description) -> str:
    """Where the file is, or else where it can be had; empty when nobody says."""
    urls = (each for name in (DCAT["downloadURL"], DCAT["accessURL"]) for each in described.objects(name))
    return next((each.value for each in urls if isinstance(each, NamedNode)), "")


def media_type_in(described: Description) -> str:
    """`text/turtle`, from the IRI that IANA's registry has for it; empty when nobody says."""
    iris = (each.value for each in described.objects(DCAT["mediaType"]) if isinstance(each, NamedNode))
    iri = next(iris, "")
    return iri.partition("/media-types/")[2] or iri


def _checksums(described: Description) -> Iterator[str]:
    for node in described.objects(SPDX["checksum"]):
        if isinstance(node, (NamedNode, BlankNode)):
            found = described.objects(SPDX["checksumValue"], node)
            yield from (each.value for each in found if isinstance(each, Literal))
