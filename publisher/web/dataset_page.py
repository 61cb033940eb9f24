"""What the page of a dataset or catalogue tells first: what people ask before they use it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from pyoxigraph import NamedNode

from publisher.formats import GRAPH_FORMATS
from publisher.namespaces import ADMS, DCAT, DCT
from publisher.profiles import Profile
from publisher.profiles.dcat import CATALOG, DATASET
from publisher.profiles.skos import SCHEME
from publisher.web.frame import SCHEMES
from publisher.web.reading import Reader, Row, Value
from publisher.web.scheme_page import count_of

LICENCES: Final[Mapping[str, str]] = {
    "https://creativecommons.org/licenses/by/4.0/": "licence_attribution",
    "http://creativecommons.org/licenses/by/4.0/": "licence_attribution",
    "https://creativecommons.org/publicdomain/zero/1.0/": "licence_free",
    "http://creativecommons.org/publicdomain/zero/1.0/": "licence_free",
    "https://data.vlaanderen.be/id/licentie/creative-commons-zero-verklaring/v1.0": "licence_free",
    "https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0": "licence_attribution",
}
"""What licences that we know come to, in words."""


@dataclass(frozen=True, slots=True)
class DatasetView:
    """What the page of a dataset or catalogue shows beside what every document has.

    `contents` are the concept schemes in it; `endpoint` is where programs ask; `catalog` has the whole catalogue.
    """

    facts: tuple[Row, ...]
    contents: tuple[Value, ...]
    endpoint: str
    catalog: tuple[Value, ...]


def dataset_of(reader: Reader, profile: Profile) -> DatasetView | None:
    """What is told of a dataset or catalogue; None for anything else."""
    if profile not in (DATASET, CATALOG):
        return None
    own = any(each.iri == reader.description.iri.value for each in reader.site.release.manifest.datasets)
    links = (Value(each.name, f"/catalog.{each.suffix}") for each in GRAPH_FORMATS)
    return DatasetView(
        facts=tuple(each for each in _facts(reader) if each.values),
        contents=tuple(_contents(reader)) if own else (),
        endpoint=f"{reader.site.release.address}/sparql" if own else "",
        catalog=tuple(links) if profile is CATALOG else (),
    )


def _facts(reader: Reader) -> Iterator[Row]:
    words = reader.texts
    yield Row(Value(words["licence"]), _licences(reader))
    yield Row(Value(words["publisher"]), _values(reader, DCT["publisher"]))
    yield Row(Value(words["contact"]), _values(reader, DCAT["contactPoint"]))
    yield Row(Value(words["version"]), _version(reader))
    yield Row(Value(words["dataset_modified"]), _values(reader, DCT["modified"]))
    yield Row(Value(words["dataset_languages"]), _values(reader, DCT["language"]))


def _values(reader: Reader, predicate: NamedNode) -> tuple[Value, ...]:
    return reader.values(predicate, reader.description.objects(predicate))


def _licences(reader: Reader) -> tuple[Value, ...]:
    """The licence, and what it comes to in words where we know it."""
    found = [each.value for each in reader.description.objects(DCT["license"]) if isinstance(each, NamedNode)]
    notes = {each: reader.texts[LICENCES[each]] for each in found if each in LICENCES}
    return tuple(replace(reader.link(each), note=notes.get(each, "")) for each in found)


def _version(reader: Reader) -> tuple[Value, ...]:
    """The number of the version, linked to its page, and what its editor says of it."""
    datasets = reader.site.release.manifest.datasets
    name = next((each.name for each in datasets if each.iri == reader.description.iri.value), "")
    numbers = _values(reader, DCAT["version"])
    pages = (reader.site.page(f"/version/{name}/{each.text}") if name else "" for each in numbers)
    note = reader.text((ADMS["versionNotes"],))
    linked = (replace(each, href=page) for each, page in zip(numbers, pages, strict=True))
    return (*linked, *((note,) if note else ()))


def _contents(reader: Reader) -> Iterator[Value]:
    """The concept schemes of the only dataset, with the number of their concepts; of several nobody says whose."""
    site = reader.site
    if len(site.release.manifest.datasets) > 1:
        return
    for iri in site.store.instances(SCHEME.classes[0], SCHEMES):
        path, found = site.store.find(iri.value), site.store.schemes.find(iri.value)
        if path and found:
            name = reader.named(iri.value, site.store.labels([iri.value]).get(iri.value, {}), site.page(path))
            yield replace(name, note=count_of(reader, found.current))
