"""The DCAT-AP description of everything that the site publishes.

It is computed, never written by hand, and complete in itself: a portal reads the catalogue alone, so every term
of others that it refers to is described in it too. Nodes have IRIs and texts have languages, without exception.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, Triple

from publisher import formats, iris
from publisher.compiler.authority import describe_terms
from publisher.compiler.statistics import Statistics, primary
from publisher.config import FILE_NAME, Config, Dataset, Texts, Version
from publisher.description import choose
from publisher.errors import ConfigError
from publisher.formats import FORMATS, RESULTS_FORMATS
from publisher.namespaces import ADMS, DCAT, DCATAP, DCT, FOAF, PROV, RDF, SD, SPDX, VCARD, VOID, XSD
from publisher.release import spreadsheet
from publisher.release.dumps import suffixes_for
from publisher.release.edition import EditionDataset
from publisher.release.measured import ALGORITHM, measured
from publisher.release.past import Past

GRAPH: Final = "catalogus"
NO_PAST: Final = Past()

Value = NamedNode | Literal
Properties = Iterable[tuple[NamedNode, Iterable[Value]]]


def describe_catalog(
    datasets: Sequence[EditionDataset], content: Sequence[Quad], config: Config, past: Past = NO_PAST
) -> tuple[Quad, ...]:
    """All statements of the graph `{base}/id/graph/catalogus`, each once, subject by subject, types first.

    `past` tells which older versions the release will hold, and of their dumps.
    Where the content describes the publisher or the contact point itself, its words are repeated and the settings
    only fill what it leaves out. Sizes and checksums are not here: `release.measured` adds them.
    """
    site = _Site(config, tuple(datasets), _stated(content, (publisher(config), contact(config))), past)
    described = [
        *_catalog(site),
        *_service(site),
        *(triple for each in datasets for triple in _dataset_with_parts(site, each)),
        *_graphs(site),
        *_agents(site),
        *_pages(site),
        Triple(ALGORITHM, RDF["type"], SPDX["ChecksumAlgorithm"]),
    ]
    graph = NamedNode(config.policy.graph(GRAPH))
    everything = dict.fromkeys((*described, *describe_terms(described, config.languages)))
    return tuple(Quad(each.subject, each.predicate, each.object, graph) for each in everything)


def distributions(policy: iris.Policy, name: str, quads: Sequence[Quad]) -> Mapping[str, str]:
    """Suffix -> IRI of each distribution of a dataset; without version, so that portals see the same ones."""
    held = suffixes_for(quads)
    found = (dump.suffix for dump in DUMPS if dump.suffix in held)
    return {suffix: policy.thing("distribution", f"{name}-{suffix}") for suffix in found}


def publisher(config: Config) -> NamedNode:
    """The organisation that publishes: the IRI in the settings, or else one of our own."""
    return _iri(config.publisher.iri or config.policy.thing("organisatie", "redactie"))


def contact(config: Config) -> NamedNode:
    """The contact point, whose IRI is always ours."""
    return NamedNode(config.policy.thing("contactpunt", "redactie"))


EU: Final = "http://publications.europa.eu/resource/authority/"
PUBLIC: Final = NamedNode(EU + "access-right/PUBLIC")
IRREGULAR: Final = NamedNode(EU + "frequency/IRREG")
DISTRIBUTION_COMPLETED: Final = NamedNode(EU + "distribution-status/COMPLETED")
STABLE: Final = NamedNode(EU + "planned-availability/STABLE")
DATA_THEMES: Final = NamedNode(EU + "data-theme")
RECORD_COMPLETED: Final = NamedNode("http://purl.org/adms/status/Completed")
SPARQL_PROTOCOL: Final = NamedNode("https://www.w3.org/TR/sparql11-protocol/")
MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"

LANGUAGES: Final = {"nl": "NLD", "en": "ENG", "fr": "FRA", "de": "DEU", "es": "SPA", "it": "ITA"}
"""Language tag -> code in the EU table; a language that is not here gets no `dct:language`."""


@dataclass(frozen=True, slots=True)
class Dump:
    """A file that holds a whole dataset; `kind` chooses the words for it."""

    name: str
    suffix: str
    media_type: str
    file_type: str
    kind: str

    @property
    def triples(self) -> bool:
        """Whether a triple store can load it."""
        return self.kind != "table"


FILE_TYPES: Final = {
    "ttl": "RDF_TURTLE",
    "nt": "RDF_N_TRIPLES",
    "jsonld": "JSON_LD",
    "rdf": "RDF_XML",
    "trig": "RDF_TRIG",
    "nq": "RDF_N_QUADS",
    "csv": "CSV",
    spreadsheet.SUFFIX: "XLSX",
}
"""Suffix -> code in the EU table of file types."""

CSV: Final = next(each for each in RESULTS_FORMATS if each.suffix == "csv")
DUMPS: Final = (
    *(
        Dump(
            each.name,
            each.suffix,
            each.media_type,
            FILE_TYPES[each.suffix],
            "graphs" if each in (formats.TRIG, formats.N_QUADS) else "triples",
        )
        for each in FORMATS
    ),
    Dump(CSV.name, CSV.suffix, CSV.media_type, FILE_TYPES[CSV.suffix], "table"),
    Dump("XLSX", spreadsheet.SUFFIX, spreadsheet.MEDIA_TYPE, FILE_TYPES[spreadsheet.SUFFIX], "table"),
)

WORDS: Final[Mapping[str, Texts]] = {
    "distribution": {
        "nl": "{title} ({format})",
        "en": "{title} ({format})",
        "fr": "{title} ({format})",
        "de": "{title} ({format})",
    },
    "triples": {
        "nl": "Alle gegevens van deze versie in één bestand, in {format}.",
        "en": "All data of this version in one file, in {format}.",
        "fr": "Toutes les données de cette version dans un seul fichier, en {format}.",
        "de": "Alle Daten dieser Version in einer Datei, in {format}.",
    },
    "graphs": {
        "nl": "Alle gegevens van deze versie in één bestand, met hun benoemde grafen, in {format}.",
        "en": "All data of this version in one file, with their named graphs, in {format}.",
        "fr": "Toutes les données de cette version dans un seul fichier, avec leurs graphes nommés, en {format}.",
        "de": "Alle Daten dieser Version in einer Datei, mit ihren benannten Graphen, in {format}.",
    },
    "table": {
        "nl": "De begrippen van deze versie als tabel, één per rij, in {format}.",
        "en": "The concepts of this version as a table, one in each row, in {format}.",
        "fr": "Les concepts de cette version sous forme de tableau, un par ligne, en {format}.",
        "de": "Die Begriffe dieser Version als Tabelle, einer je Zeile, in {format}.",
    },
    "service": {
        "nl": "SPARQL-eindpunt van {title}",
        "en": "SPARQL endpoint of {title}",
        "fr": "Point d'accès SPARQL de {title}",
        "de": "SPARQL-Endpunkt von {title}",
    },
    "service description": {
        "nl": "Bevraag alle gegevens met SPARQL 1.1, alleen om te lezen. Vrij toegankelijk, zonder sleutel.",
        "en": "Query all data with SPARQL 1.1, for reading only. Open to everyone, without a key.",
        "fr": "Interrogez toutes les données avec SPARQL 1.1, en lecture seule. Libre accès, sans clé.",
        "de": "Fragen Sie alle Daten mit SPARQL 1.1 ab, nur lesend. Frei zugänglich, ohne Schlüssel.",
    },
    "record": {
        "nl": "Beschrijving van de dataset {title}",
        "en": "Description of the dataset {title}",
        "fr": "Description du jeu de données {title}",
        "de": "Beschreibung des Datensatzes {title}",
    },
    "version": {
        "nl": "{title}, versie {version}",
        "en": "{title}, version {version}",
        "fr": "{title}, version {version}",
        "de": "{title}, Version {version}",
    },
    "graph": {
        "nl": "Graaf {name}",
        "en": "Graph {name}",
        "fr": "Graphe {name}",
        "de": "Graph {name}",
    },
}
"""Our own words: English stands in for a site that has none of these languages."""


@dataclass(frozen=True)
class _Site:
    """What every part of the catalogue is described from; `stated` is what the content says of the agents."""

    config: Config
    datasets: tuple[EditionDataset, ...]
    stated: Mapping[tuple[NamedNode, NamedNode], tuple[Value, ...]]
    past: Past

    @cached_property
    def settings(self) -> Mapping[str, Dataset]:
        return {each.name: each for each in self.config.dataset}

    @cached_property
    def published(self) -> tuple[Dataset, ...]:
        """The settings of the datasets that are published, in order."""
        return tuple(self.settings[each.name] for each in self.datasets)

    @cached_property
    def statistics(self) -> Mapping[str, Statistics]:
        """Name of a dataset -> what is counted in it."""
        return {each.name: Statistics(each.quads) for each in self.datasets}

    @cached_property
    def covered(self) -> Mapping[str, tuple[str, ...]]:
        """Name of a dataset -> the languages in which all of it is labelled."""
        return {
            name: counted.covered(self.settings[name].languages or self.config.languages)
            for name, counted in self.statistics.items()
        }

    @property
    def catalog(self) -> NamedNode:
        return self.thing("catalog", self.datasets[0].name)

    @property
    def service(self) -> NamedNode:
        return self.thing("dataservice", "sparql")

    @property
    def endpoint(self) -> NamedNode:
        return self.address("sparql")

    def thing(self, *segments: str) -> NamedNode:
        return NamedNode(self.config.policy.thing(*segments))

    def address(self, path: str) -> NamedNode:
        """An absolute address that people and portals reach."""
        return _iri(f"{self.config.address}/{path}")

    def page(self, dataset: EditionDataset) -> NamedNode:
        return self.address(f"doc/dataset/{dataset.name}")

    def download(self, dataset: EditionDataset, suffix: str, number: str = "") -> NamedNode:
        """The address of a dump of the current version, or of another one."""
        return self.address(f"dataset/{dataset.name}/{number or dataset.version}.{suffix}")

    def words(self, key: str, title: Texts | None = None, **words: str) -> list[Literal]:
        """Our own text in each language of the site, with the title in that language where there is one."""
        table = WORDS[key]
        languages = [each for each in self.config.languages if each in table] or ["en"]
        titles = {each: (choose(title or {}, (each,)) or ("", ""))[0] for each in languages}
        return _texts({each: table[each].format(title=titles[each], **words) for each in languages})

    @property
    def issued(self) -> date:
        return min(each.version[0].date for each in self.published)

    @property
    def modified(self) -> date:
        return max(each.current.date for each in self.published)


def _catalog(site: _Site) -> Iterator[Triple]:
    config = site.config
    yield from _about(
        site.catalog,
        (
            (RDF["type"], [DCAT["Catalog"]]),
            (DCT["title"], _texts(config.title)),
            (DCT["description"], _texts(config.description)),
            (DCT["identifier"], [Literal(site.catalog.value)]),
            (DCT["publisher"], [publisher(config)]),
            (DCAT["contactPoint"], [contact(config)]),
            (DCT["license"], _shared(each.licence for each in site.published)),
            (DCT["issued"], [_date(site.issued)]),
            (DCT["modified"], [_date(site.modified)]),
            (DCT["language"], _languages(config.languages)),
            (DCT["spatial"], _nodes(each.spatial for each in site.published)),
            (DCAT["themeTaxonomy"], [DATA_THEMES]),
            (FOAF["homepage"], [site.address("")]),
            (DCAT["dataset"], _nodes(each.iri for each in site.datasets)),
            (DCAT["service"], [site.service]),
            (DCAT["record"], [site.thing("catalogrecord", each.name) for each in site.datasets]),
        ),
    )


def _service(site: _Site) -> Iterator[Triple]:
    config = site.config
    yield from _about(
        site.service,
        (
            (RDF["type"], [DCAT["DataService"]]),
            (DCT["title"], site.words("service", config.title)),
            (DCT["description"], site.words("service description")),
            (DCT["identifier"], [Literal(site.service.value)]),
            (DCT["publisher"], [publisher(config)]),
            (DCAT["contactPoint"], [contact(config)]),
            (DCT["accessRights"], [PUBLIC]),
            (DCT["license"], _shared(each.licence for each in site.published)),
            (DCT["conformsTo"], [SPARQL_PROTOCOL]),
            (DCAT["endpointURL"], [site.endpoint]),
            (DCAT["endpointDescription"], [site.endpoint]),
            (DCAT["servesDataset"], _nodes(each.iri for each in site.datasets)),
            (DCAT["keyword"], [word for each in site.published for word in _keywords(each)]),
            (DCAT["theme"], _nodes(each.theme for each in site.published)),
        ),
    )


def _dataset_with_parts(site: _Site, dataset: EditionDataset) -> Iterator[Triple]:
    settings = site.settings[dataset.name]
    yield from _record(site, dataset, settings)
    yield from _dataset(site, dataset, settings)
    versions = _versions(site, dataset, settings)
    for previous, version in zip((None, *versions), versions, strict=False):
        yield from _version(site, dataset, version, previous)
    for dump in (each for each in DUMPS if each.suffix in dataset.distributions):
        yield from _distribution(site, dataset, settings, dump)


def _record(site: _Site, dataset: EditionDataset, settings: Dataset) -> Iterator[Triple]:
    record = site.thing("catalogrecord", dataset.name)
    yield from _about(
        record,
        (
            (RDF["type"], [DCAT["CatalogRecord"]]),
            (DCT["title"], site.words("record", settings.title)),
            (DCT["identifier"], [Literal(record.value)]),
            (FOAF["primaryTopic"], [NamedNode(dataset.iri)]),
            (DCT["issued"], [_date(settings.version[0].date)]),
            (DCT["modified"], [_date(settings.current.date)]),
            (DCT["language"], _languages(site.config.languages)),
            (ADMS["status"], [RECORD_COMPLETED]),
        ),
    )


def _dataset(site: _Site, dataset: EditionDataset, settings: Dataset) -> Iterator[Triple]:
    config = site.config
    yield from _about(
        NamedNode(dataset.iri),
        (
            (RDF["type"], [DCAT["Dataset"], VOID["Dataset"]]),
            (DCT["title"], _texts(settings.title)),
            (DCT["description"], _texts(settings.description)),
            (DCT["identifier"], [Literal(dataset.iri)]),
            (DCT["publisher"], [publisher(config)]),
            (DCAT["contactPoint"], [contact(config)]),
            (DCT["accessRights"], [PUBLIC]),
            (DCT["license"], _nodes([settings.licence])),
            (DCT["issued"], [_date(settings.version[0].date)]),
            (DCT["modified"], [_date(settings.current.date)]),
            (DCAT["version"], [Literal(dataset.version)]),
            (ADMS["versionNotes"], _texts(settings.current.notes)),
            (DCAT["hasCurrentVersion"], [site.thing("dataset", dataset.name, dataset.version)]),
            (DCT["language"], _languages(site.covered[dataset.name])),
            (DCT["accrualPeriodicity"], [IRREGULAR]),
            (DCT["spatial"], _nodes([settings.spatial])),
            (DCAT["theme"], _nodes([settings.theme])),
            (DCAT["keyword"], _keywords(settings)),
            (DCAT["landingPage"], [site.page(dataset)]),
            (FOAF["page"], [site.page(dataset)]),
            (DCAT["distribution"], _nodes(dataset.distributions.values())),
            *_statistics(site, dataset),
        ),
    )


def _graphs(site: _Site) -> Iterator[Triple]:
    """The named graphs: an IRI that TriG, N-Quads and SPARQL answers show has to answer too."""
    holders = {NamedNode(site.config.policy.graph(GRAPH)): site.catalog}
    for dataset in site.datasets:
        graphs = {quad.graph_name for quad in dataset.quads if isinstance(quad.graph_name, NamedNode)}
        holders |= {graph: NamedNode(dataset.iri) for graph in sorted(graphs, key=str)}
    stated = _stated((quad for each in site.datasets for quad in each.quads), tuple(holders))
    for graph, holder in holders.items():
        title = stated.get((graph, DCT["title"])) or site.words("graph", name=graph.value.rpartition("/")[2])
        yield from _about(
            graph, ((RDF["type"], [SD["Graph"]]), (DCT["isPartOf"], [holder]), (DCT["title"], title))
        )


def _statistics(site: _Site, dataset: EditionDataset) -> Properties:
    """What VoID says about the content: https://www.w3.org/TR/void/#statistics."""
    counted = site.statistics[dataset.name]
    space = counted.uri_space(site.config.policy)
    return (
        (VOID["sparqlEndpoint"], [site.endpoint]),
        (VOID["dataDump"], [site.download(dataset, dump.suffix) for dump in DUMPS if dump.triples]),
        (VOID["triples"], [_count(counted.triples)]),
        (VOID["entities"], [_count(counted.entities(space))]),
        (VOID["uriSpace"], [Literal(space)] if space else []),
        (VOID["vocabulary"], _nodes(counted.vocabularies)),
        (VOID["exampleResource"], _nodes(counted.examples(space))),
    )


def _versions(site: _Site, dataset: EditionDataset, settings: Dataset) -> list[Version]:
    """Those in the settings and those that were published, which keep their addresses; the oldest first."""
    written = {each.number: each for each in settings.version}
    rows = (each for each in site.past.versions if each.dataset == dataset.name)
    published = {each.number: Version(number=each.number, date=each.date, notes=each.notes) for each in rows}
    return sorted((published | written).values(), key=lambda each: tuple(map(int, each.number.split("."))))


def _version(site: _Site, dataset: EditionDataset, version: Version, previous: Version | None) -> Iterator[Triple]:
    """One version; of one that cannot be downloaded here, only its name, day and notes.

    It is no `dcat:Dataset`: harvesters list everything that has this type as a dataset. For the same reason the
    dataset does not point at it with `dcat:hasVersion`, whose values must be datasets in DCAT-AP;
    `dcat:isVersionOf` says the same from the other side.
    """
    files = dataset.distributions if version.number == dataset.version else _files(site, dataset, version)
    older = [site.thing("dataset", dataset.name, previous.number)] if previous and files else []
    iri = site.thing("dataset", dataset.name, version.number)
    yield from _about(
        iri,
        (
            (RDF["type"], [DCAT["Resource"], PROV["Entity"]]),
            (DCT["title"], site.words("version", site.settings[dataset.name].title, version=version.number)),
            (DCT["identifier"], [Literal(iri.value)]),
            (DCAT["version"], [Literal(version.number)]),
            (DCT["issued"], [_date(version.date)]),
            (ADMS["versionNotes"], _texts(version.notes)),
            (DCT["publisher"], [publisher(site.config)]),
            (DCAT["isVersionOf"], [NamedNode(dataset.iri)]),
            (DCAT["previousVersion"], older),
            (PROV["wasRevisionOf"], older),
            (DCAT["distribution"], _nodes(files.values())),
        ),
    )
    if version.number != dataset.version:
        yield from _older_distributions(site, dataset, version, files)


def _files(site: _Site, dataset: EditionDataset, version: Version) -> Mapping[str, str]:
    """Suffix -> IRI of the distribution of each dump of an older version that is held here."""
    held = site.past.dumps(dataset.name, version.number)
    start = f"{dataset.name}-{version.number}"
    return {
        each.suffix: site.thing("distribution", f"{start}-{each.suffix}").value
        for each in DUMPS
        if each.suffix in held
    }


def _older_distributions(
    site: _Site, dataset: EditionDataset, version: Version, files: Mapping[str, str]
) -> Iterator[Triple]:
    """The dumps of an older version, with their sizes and checksums. They hang on it, not on the dataset."""
    settings, facts = site.settings[dataset.name], site.past.dumps(dataset.name, version.number)
    graph = NamedNode(site.config.policy.graph(GRAPH))
    for dump in (each for each in DUMPS if each.suffix in files):
        iri, address = files[dump.suffix], site.download(dataset, dump.suffix, version.number)
        title = {
            text.language or "": text.value
            for text in site.words("version", settings.title, version=version.number)
        }
        yield from _about(
            NamedNode(iri),
            (
                (RDF["type"], [DCAT["Distribution"]]),
                (DCT["title"], site.words("distribution", title, format=dump.name)),
                (DCT["description"], site.words(dump.kind, format=dump.name)),
                (DCT["identifier"], [Literal(iri)]),
                *_file(site, settings, dump, address),
                (DCT["issued"], [_date(version.date)]),
                (DCT["modified"], [_date(version.date)]),
            ),
        )
        fact = facts[dump.suffix]
        yield from (quad.triple for quad in measured(iri, fact.size, fact.sha256, graph))


def _file(site: _Site, settings: Dataset, dump: Dump, address: NamedNode) -> Properties:
    """What every distribution says of its file."""
    return (
        (DCAT["accessURL"], [address]),
        (DCAT["downloadURL"], [address]),
        (DCT["format"], [NamedNode(EU + "file-type/" + dump.file_type)]),
        (DCAT["mediaType"], [NamedNode(MEDIA_TYPES + dump.media_type)]),
        (DCT["license"], _nodes([settings.licence])),
        (DCT["rights"], [PUBLIC]),
        (ADMS["status"], [DISTRIBUTION_COMPLETED]),
        (DCATAP["availability"], [STABLE]),
    )


def _distribution(site: _Site, dataset: EditionDataset, settings: Dataset, dump: Dump) -> Iterator[Triple]:
    iri, address = dataset.distributions[dump.suffix], site.download(dataset, dump.suffix)
    yield from _about(
        NamedNode(iri),
        (
            (RDF["type"], [DCAT["Distribution"]]),
            (DCT["title"], site.words("distribution", settings.title, format=dump.name)),
            (DCT["description"], site.words(dump.kind, format=dump.name)),
            (DCT["identifier"], [Literal(iri)]),
            *_file(site, settings, dump, address),
            (DCT["issued"], [_date(settings.version[0].date)]),
            (DCT["modified"], [_date(settings.current.date)]),
            (DCT["language"], _languages(site.covered[dataset.name])),
            (DCAT["accessService"], [site.service] if dump.triples else []),
        ),
    )


def _agents(site: _Site) -> Iterator[Triple]:
    settings = site.config.publisher
    names = _texts(settings.name)
    yield from _agent(
        site,
        publisher(site.config),
        (FOAF["Agent"], FOAF["Organization"]),
        (
            (FOAF["name"], names),
            (DCT["type"], _nodes([settings.type])),
            (FOAF["homepage"], _nodes([settings.homepage])),
        ),
    )
    yield from _agent(
        site,
        contact(site.config),
        (VCARD["Kind"], VCARD["Organization"]),
        (
            (VCARD["fn"], names),
            (VCARD["hasEmail"], [_iri(f"mailto:{settings.email.removeprefix('mailto:')}")]),
        ),
    )


def _agent(
    site: _Site, iri: NamedNode, classes: tuple[NamedNode, ...], properties: Properties
) -> Iterator[Triple]:
    stated = site.stated.get((iri, RDF["type"]), ())
    yield from _about(iri, [(RDF["type"], dict.fromkeys((*classes, *stated)))])
    yield from _about(iri, [(name, site.stated.get((iri, name), values)) for name, values in properties])


def _pages(site: _Site) -> Iterator[Triple]:
    """The web pages referred to, each typed and with one title, also when the publisher's page is this site."""
    settings = site.config.publisher
    home = site.stated.get((publisher(site.config), FOAF["homepage"]), _nodes([settings.homepage]))
    titles: dict[NamedNode, Texts] = {each: settings.name for each in home if isinstance(each, NamedNode)}
    titles[site.address("")] = site.config.title
    titles |= {site.page(each): site.settings[each.name].title for each in site.datasets}
    for iri, title in titles.items():
        yield from _about(iri, ((RDF["type"], [FOAF["Document"]]), (DCT["title"], _texts(title))))


def _about(subject: NamedNode, properties: Properties) -> Iterator[Triple]:
    for name, values in properties:
        yield from (Triple(subject, name, value) for value in values)


def _stated(
    content: Iterable[Quad], subjects: tuple[NamedNode, ...]
) -> Mapping[tuple[NamedNode, NamedNode], tuple[Value, ...]]:
    """(subject, property) -> what the content says, blank nodes left out."""
    found: dict[tuple[NamedNode, NamedNode], tuple[Value, ...]] = {}
    wanted = frozenset(subjects)
    for quad in content:
        if quad.subject in wanted and isinstance(quad.object, (NamedNode, Literal)):
            assert isinstance(quad.subject, NamedNode)
            key = quad.subject, quad.predicate
            found[key] = tuple(dict.fromkeys((*found.get(key, ()), quad.object)))
    return found


def _iri(text: str) -> NamedNode:
    """The IRI that a setting gives; raises `ConfigError` when it is none."""
    try:
        return NamedNode(text)
    except ValueError as error:
        raise ConfigError(f"{FILE_NAME}: {text!r} is not an absolute IRI: {error}") from None


def _text(text: str, language: str) -> Literal:
    """A text of the settings; raises `ConfigError` when its language is none."""
    try:
        return Literal(text, language=language)
    except ValueError as error:
        raise ConfigError(f"{FILE_NAME}: {language!r} is not a language tag: {error}") from None


def _texts(texts: Texts) -> list[Literal]:
    return [_text(text, language) for language, text in texts.items() if text.strip()]


def _keywords(settings: Dataset) -> list[Literal]:
    return [_text(word, tag) for tag, words in settings.keywords.items() for word in words]


def _languages(tags: Iterable[str]) -> list[Value]:
    codes = [LANGUAGES[primary(each)] for each in tags if primary(each) in LANGUAGES]
    return _nodes(f"{EU}language/{code}" for code in codes)


def _nodes(found: Iterable[str]) -> list[Value]:
    """These IRIs, each once; settings that are left empty drop out."""
    return [_iri(each) for each in dict.fromkeys(found) if each]


def _shared(found: Iterable[str]) -> list[Value]:
    """The one IRI that all datasets share: a catalogue or service may have only one licence."""
    nodes = _nodes(found)
    return nodes if len(nodes) == 1 else []


def _date(day: date) -> Literal:
    return Literal(day.isoformat(), datatype=XSD["date"])


def _count(number: int) -> Literal:
    return Literal(str(number), datatype=XSD["integer"])
