"""The catalogue as standards and harvesters want it; the ids are those of the requirements."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ElementTree
from datetime import date
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, parse

from publisher import config
from publisher.compiler.catalog import describe_catalog, distributions
from publisher.config import Config
from publisher.errors import ConfigError
from publisher.formats import RDF_XML, triples
from publisher.namespaces import DCAT, DCT, FOAF, PREFIXES, RDF, VCARD
from publisher.release.dumps import serialize
from publisher.release.edition import EditionDataset
from publisher.release.measured import measured
from publisher.release.order import ordered_triples

ROOT = Path(__file__).parents[2]
BASE = "https://hefbomen.example"
RDF_NAMES = f"{{{PREFIXES['rdf']}}}"

CONTENT = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dct: <http://purl.org/dc/terms/> .
<id/conceptscheme/hefboom> a skos:ConceptScheme ; dct:title "Hefbomen"@nl ;
    skos:hasTopConcept <id/concept/hefboom/a> .
<id/concept/hefboom/a> a skos:Concept ; skos:inScheme <id/conceptscheme/hefboom> ;
    skos:prefLabel "A"@nl, "A"@en, "A"@fr, "A"@de .
<id/concept/hefboom/b> a skos:Concept ; skos:inScheme <id/conceptscheme/hefboom> ;
    skos:prefLabel "B"@nl, "B"@en, "B"@fr .
"""

FOREIGN = """
base = "https://thesaurus.example"
languages = ["en"]
title.en = "Thesaurus"
description.en = "A thesaurus of somebody else."
publisher.name.en = "Library"
publisher.email = "library@thesaurus.example"
[[namespace]]
iri = "http://vocabularies.example/thesaurus/"
path = "/thesaurus/"
[[dataset]]
name = "thesaurus"
title.en = "Thesaurus"
description.en = "All concepts."
keywords.en = ["words"]
spatial = "https://sws.geonames.org/6295630/"
licence = "https://creativecommons.org/licenses/by-sa/3.0/igo/"
[[dataset.version]]
number = "1.0.0"
date = 2025-01-31
[[dataset.version]]
number = "1.1.0"
date = 2026-02-28
"""


def content(base: str, text: str = CONTENT) -> tuple[Quad, ...]:
    return tuple(
        Quad(each.subject, each.predicate, each.object, NamedNode(f"{base}/id/graph/hefboom"))
        for each in parse(text, format=RdfFormat.TURTLE, base_iri=f"{base}/")
    )


def catalog(site: Config, quads: tuple[Quad, ...]) -> list[Quad]:
    """The catalogue of a site of which each dataset has this content, sizes and checksums included."""
    datasets = [
        EditionDataset(
            each.name,
            each.current.number,
            site.policy.thing("dataset", each.name),
            quads,
            distributions(site.policy, each.name, quads),
            each.current.date,
            each.current.notes,
        )
        for each in site.dataset
    ]
    found = [*describe_catalog(datasets, quads, site)]
    for dataset in datasets:
        for iri in dataset.distributions.values():
            found += measured(iri, 1234, "ab" * 32, NamedNode(site.policy.graph("catalogus")))
    return found


def store(quads: list[Quad]) -> Store:
    found = Store()
    found.extend(Quad(each.subject, each.predicate, each.object) for each in quads)
    return found


def ask(found: Store, query: str) -> bool:
    return bool(found.query(f"ASK {{ {query} }}", prefixes=PREFIXES))


LEVERS = config.load(ROOT)
THESAURUS = config.parse(FOREIGN)
CATALOGS = {
    "levers": store(catalog(LEVERS, content(BASE))),
    "thesaurus": store(catalog(THESAURUS, content("http://vocabularies.example/thesaurus"))),
}


@pytest.fixture(params=CATALOGS)
def described(request: pytest.FixtureRequest) -> Store:
    return CATALOGS[request.param]


def one(kind: str, *properties: str) -> list[str]:
    """For each property the pattern of a thing of this class that has none, or has two."""
    return [
        f"""?thing a {kind} OPTIONAL {{ ?thing {name} ?value }}
            OPTIONAL {{ ?thing {name} ?other FILTER(?other != ?value) }} FILTER(!BOUND(?value) || BOUND(?other))"""
        for name in properties
    ]


def some(kind: str, *properties: str) -> list[str]:
    """For each property the pattern of a thing of this class that has none."""
    return [f"?thing a {kind} FILTER NOT EXISTS {{ ?thing {name} ?value }}" for name in properties]


def at_most_one(kind: str, *properties: str) -> list[str]:
    return [f"?thing a {kind} ; {name} ?value, ?other FILTER(?value != ?other)" for name in properties]


def typed(name: str, *classes: str) -> list[str]:
    """For each class the pattern of a value of this property that is not in it."""
    return [f"?thing {name} ?value FILTER NOT EXISTS {{ ?value a {each} }}" for each in classes]


TEXTS = "dct:title dct:description dcat:keyword foaf:name vcard:fn skos:prefLabel adms:versionNotes"
DATES = "dct:issued dct:modified dct:created"
FROM_A_SCHEME = """dct:language dcat:theme dct:format dct:accessRights dct:accrualPeriodicity adms:status
    dcatap:availability dct:license/dct:type dct:publisher/dct:type"""
DEPRECATED = "owl:versionInfo dct:hasVersion dct:isVersionOf schema:startDate schema:endDate"

MUST_NOT_OCCUR = {
    "A1": [*some("dcat:Catalog", "dct:title", "dct:description"), *one("dcat:Catalog", "dct:publisher")],
    "A2": some("dcat:Dataset", "dct:title", "dct:description"),
    "A3": some("dcat:Distribution", "dcat:accessURL"),
    "A4": some("dcat:DataService", "dct:title", "dcat:endpointURL"),
    "A5": one("dcat:CatalogRecord", "dct:modified", "foaf:primaryTopic"),
    "A6": [*some("skos:Concept", "skos:prefLabel"), *some("skos:ConceptScheme", "dct:title")],
    "A7": [
        *some("foaf:Agent", "foaf:name"),
        *one("spdx:Checksum", "spdx:algorithm", "spdx:checksumValue"),
        *typed("spdx:checksum", "spdx:Checksum"),
        *typed("spdx:algorithm", "spdx:ChecksumAlgorithm"),
    ],
    "A8": [
        *(f"?thing {name} ?value FILTER(DATATYPE(?value) != xsd:date)" for name in DATES.split()),
        "?thing dct:license|dct:publisher|dcat:theme|dct:format|dcat:downloadURL ?value FILTER(!ISIRI(?value))",
    ],
    "A9": [
        "?thing a dcat:Catalog FILTER NOT EXISTS "
        "{ ?thing dcat:themeTaxonomy <http://publications.europa.eu/resource/authority/data-theme> }",
        *(
            f"?thing {name} ?value FILTER NOT EXISTS {{ ?value skos:inScheme/dct:title ?title }}"
            for name in FROM_A_SCHEME.split()
        ),
        '?thing dcat:mediaType ?value FILTER(!STRSTARTS(STR(?value), "https://www.iana.org/assignments/media-types/"))',
    ],
    "A10": [
        *some("dcat:Catalog", "dct:issued", "dct:modified", "dct:language", "dct:license", "foaf:homepage"),
        *some("dcat:Dataset", "dct:publisher", "dcat:contactPoint", "dcat:distribution", "dcat:keyword"),
        *some("dcat:Dataset", "dcat:theme", "dct:spatial"),
        *some("dcat:Distribution", "dcatap:availability", "dct:description", "dct:format", "dct:license"),
        *some("dcat:DataService", "dct:conformsTo", "dcat:contactPoint", "dcat:endpointDescription"),
        *some("dcat:DataService", "dcat:keyword", "dcat:servesDataset", "dcat:theme", "dct:publisher"),
        *some("foaf:Agent", "dct:type"),
        *some("dct:LicenseDocument", "dct:type"),
        *some("dcat:CatalogRecord", "dct:issued", "adms:status"),
    ],
    "A11": [f"?thing {name} ?value" for name in DEPRECATED.split()],
    "A12": [
        *one("dcat:Dataset", "dcat:version", "dcat:hasCurrentVersion", "dcat:hasCurrentVersion/dcat:version"),
        "?dataset dcat:hasCurrentVersion ?thing FILTER NOT EXISTS { ?thing dcat:isVersionOf ?dataset }",
        "?dataset dcat:hasCurrentVersion ?thing FILTER EXISTS { ?newer dcat:previousVersion ?thing }",
    ],
    "A13": [
        *typed("dcat:dataset", "dcat:Dataset"),
        *typed("dcat:service", "dcat:DataService"),
        *typed("dcat:record", "dcat:CatalogRecord"),
        *typed("dcat:distribution", "dcat:Distribution"),
        *typed("dct:publisher", "foaf:Agent"),
        *typed("dcat:contactPoint", "vcard:Kind"),
    ],
    "A14": ["?thing dcatap:applicableLegislation|dcatap:hvdCategory ?value"],
    "A15": [
        *some("dcat:Catalog", "dcat:service"),
        "?thing a dcat:Dataset FILTER NOT EXISTS { ?service a dcat:DataService ; dcat:servesDataset ?thing }",
        "?thing a dcat:Dataset FILTER NOT EXISTS { ?thing dcat:distribution/dcat:accessService ?service }",
    ],
    "V1": [
        *one("dcat:Catalog", "dct:identifier", "dct:publisher", "dcat:contactPoint"),
        *at_most_one("dcat:Catalog", "dct:license"),
    ],
    "V2": [
        *one("dcat:Dataset", "dct:identifier", "dct:publisher", "dcat:contactPoint", "dct:accessRights"),
        *at_most_one("dcat:Dataset", "dct:created", "dct:issued", "dct:modified", "dcat:version"),
    ],
    "V3": [
        *one("dcat:Distribution", "dct:identifier", "dcat:accessURL"),
        *at_most_one("dcat:Distribution", "dcat:downloadURL", "dct:format", "dct:license"),
    ],
    "V4": [
        *one("dcat:DataService", "dct:identifier", "dct:publisher", "dcat:contactPoint", "dct:accessRights"),
        *one("dcat:DataService", "dcat:endpointURL", "dcat:endpointDescription"),
        *at_most_one("dcat:DataService", "dct:license"),
    ],
    "V5": one("dcat:CatalogRecord", "dct:identifier", "dct:modified", "foaf:primaryTopic"),
    "V6": [
        *(
            f'?thing {name} ?value FILTER(!ISLITERAL(?value) || LANG(?value) = "" || STR(?value) = "")'
            for name in TEXTS.split()
        ),
        *(
            f"?thing {name} ?value, ?other FILTER(?value != ?other && LANG(?value) = LANG(?other))"
            for name in TEXTS.split()
            if name != "dcat:keyword"
        ),
    ],
    "V7": [
        *typed("dct:accessRights", "skos:Concept", "dct:RightsStatement"),
        *typed("dct:rights", "dct:RightsStatement"),
        *typed("dcat:theme", "skos:Concept"),
        *typed("dct:format", "skos:Concept", "dct:MediaTypeOrExtent"),
        *typed("dcat:mediaType", "dct:MediaType"),
        *typed("adms:status", "skos:Concept"),
        *typed("dcatap:availability", "skos:Concept"),
        *typed("dct:type", "skos:Concept"),
        *typed("dct:license", "dct:LicenseDocument"),
        *typed("dct:spatial", "dct:Location"),
        *typed("dct:language", "dct:LinguisticSystem"),
        *typed("dct:accrualPeriodicity", "dct:Frequency"),
        *typed("dct:conformsTo", "dct:Standard"),
        *typed("dct:publisher", "foaf:Agent"),
        *typed("dcat:contactPoint", "vcard:Kind", "vcard:Organization"),
        *typed("dcat:themeTaxonomy", "skos:ConceptScheme"),
        *typed("skos:inScheme", "skos:ConceptScheme"),
        *typed("foaf:homepage|foaf:page|dcat:landingPage", "foaf:Document"),
    ],
    "V8": [
        "?thing ?name ?value FILTER(DATATYPE(?value) = xsd:dateTime && TZ(?value) = '')",
        "?thing dct:identifier ?value FILTER(STR(?thing) != STR(?value))",
        "?thing dcat:accessURL|dcat:endpointURL|foaf:homepage ?value FILTER(!REGEX(STR(?value), '^https?://'))",
    ],
    "V9": [
        "?thing a dcat:Distribution ; dcat:accessURL ?value . ?service dcat:endpointURL ?value",
        "?thing a dcat:Distribution ; dcat:accessURL ?value FILTER NOT EXISTS { ?thing dcat:downloadURL ?value }",
    ],
    "quality score": [
        *some(
            "dcat:Dataset", "dct:issued", "dct:modified", "dct:language", "dct:accrualPeriodicity", "dct:license"
        ),
        *some("dcat:Dataset", "dcat:landingPage", "foaf:page"),
        *some("dcat:Distribution", "dct:rights", "dcat:mediaType", "dct:issued", "dct:modified", "adms:status"),
        *some("dcat:Distribution", "dct:title", "dct:language"),
        *some("dcat:DataService", "dct:description"),
        *some("dcat:CatalogRecord", "dct:title", "dct:language"),
        *some("dcat:Catalog", "dct:spatial", "dcat:dataset", "dcat:record"),
        *some("vcard:Kind", "vcard:fn", "vcard:hasEmail"),
    ],
    "all that is described is typed and labelled": [
        "?thing ?name ?value FILTER NOT EXISTS { ?thing a ?class }",
        "?thing a ?class FILTER(?class NOT IN (spdx:Checksum, spdx:ChecksumAlgorithm)) "
        "FILTER NOT EXISTS { ?thing dct:title|skos:prefLabel|foaf:name|vcard:fn ?label }",
    ],
    "version": [
        *some("prov:Entity", "dct:identifier", "dct:issued", "dct:publisher", "dcat:version"),
        *typed("dcat:hasCurrentVersion|dcat:previousVersion", "prov:Entity"),
    ],
    "record IRI is not the dataset IRI": ["?thing a dcat:CatalogRecord, dcat:Dataset"],
    "versions are not harvested": ["?catalog dcat:dataset ?thing . ?thing dcat:isVersionOf ?other"],
    "one dataset per name": ["?thing a dcat:Dataset FILTER NOT EXISTS { ?catalog dcat:dataset ?thing }"],
    "byteSize is not negative": [
        "?thing dcat:byteSize ?value FILTER(?value < 0)",
        *some("dcat:Distribution", "dcat:byteSize", "spdx:checksum"),
    ],
    "P3": [
        *one("void:Dataset", "void:sparqlEndpoint", "void:triples", "void:entities", "void:uriSpace"),
        *some("void:Dataset", "void:dataDump", "void:vocabulary", "void:exampleResource"),
        "?thing void:dataDump ?value FILTER NOT EXISTS { ?thing dcat:distribution/dcat:downloadURL ?value }",
    ],
}
CASES = [
    pytest.param(pattern, id=f"{name}-{number}")
    for name, patterns in MUST_NOT_OCCUR.items()
    for number, pattern in enumerate(patterns, 1)
]


@pytest.mark.parametrize("pattern", CASES)
def test_requirement_is_met(described: Store, pattern: str) -> None:
    assert not ask(described, pattern)


@pytest.mark.parametrize(
    ("kind", "levers", "thesaurus"),
    [
        ("dcat:Catalog", 1, 1),
        ("dcat:Dataset", 1, 1),
        ("dcat:CatalogRecord", 1, 1),
        ("dcat:DataService", 1, 1),
        ("dcat:Distribution", 8, 8),
        ("dcat:Resource", 1, 2),
        ("spdx:Checksum", 8, 8),
    ],
)
def test_number_of_things(kind: str, levers: int, thesaurus: int) -> None:
    """The requirements above hold of a catalogue with nothing in it too."""
    query = f"SELECT (COUNT(?thing) AS ?count) {{ ?thing a {kind} }}"
    counts = [int(next(iter(each.query(query, prefixes=PREFIXES)))[0].value) for each in CATALOGS.values()]
    assert counts == [levers, thesaurus]


def test_no_blank_nodes_and_one_graph() -> None:
    quads = catalog(LEVERS, content(BASE))
    assert not [each for each in quads if BlankNode in map(type, (each.subject, each.object))]
    assert {each.graph_name for each in quads} == {NamedNode(f"{BASE}/id/graph/catalogus")}
    assert len(quads) == len(set(quads))


def test_dataset_is_in_the_languages_that_cover_it() -> None:
    """One label lacks German."""
    dataset = (
        f"<{BASE}/id/dataset/hefbomen> dct:language <http://publications.europa.eu/resource/authority/language"
    )
    assert [code for code in ("NLD", "ENG", "FRA", "DEU") if ask(CATALOGS["levers"], f"{dataset}/{code}>")] == [
        "NLD",
        "ENG",
        "FRA",
    ]


def test_site_without_dutch_has_no_dutch() -> None:
    assert not ask(CATALOGS["thesaurus"], '?thing ?name ?value FILTER(LANG(?value) NOT IN ("", "en"))')


def test_term_that_we_do_not_know_is_typed_and_named_after_its_iri() -> None:
    area = "<https://sws.geonames.org/6295630/> a dct:Location ; dct:title '6295630'@en"
    assert ask(CATALOGS["thesaurus"], area)


def test_versions_form_a_chain() -> None:
    versions = "https://thesaurus.example/id/dataset/thesaurus"
    assert ask(
        CATALOGS["thesaurus"],
        f"<{versions}> dcat:hasCurrentVersion <{versions}/1.1.0> . "
        f"<{versions}/1.1.0> dcat:previousVersion <{versions}/1.0.0> ; dct:issued '2026-02-28'^^xsd:date . "
        f"<{versions}> dct:issued '2025-01-31'^^xsd:date ; dct:modified '2026-02-28'^^xsd:date",
    )


def test_counts_are_those_of_the_content() -> None:
    quads = content(BASE)
    assert ask(
        CATALOGS["levers"],
        f"<{BASE}/id/dataset/hefbomen> void:triples {len(triples(quads))} ; void:entities 3 ; "
        f"void:uriSpace '{BASE}/id/' ; void:vocabulary <http://www.w3.org/2004/02/skos/core#> ; "
        f"void:exampleResource <{BASE}/id/concept/hefboom/a>",
    )


def test_links_that_leave_the_site_use_its_public_address() -> None:
    site = dataclasses.replace(LEVERS, public="http://127.0.0.1:8000")
    found = store(catalog(site, content(BASE)))
    assert ask(
        found,
        f"<{BASE}/id/distribution/hefbomen-ttl> dcat:downloadURL <{site.public}/dataset/hefbomen/1.0.0.ttl> . "
        f"<{BASE}/id/dataservice/sparql> dcat:endpointURL <{site.public}/sparql>",
    )


def test_content_has_the_last_word_on_the_publisher() -> None:
    agent = NamedNode(f"{BASE}/id/organisatie/redactie")
    stated = [
        Quad(agent, FOAF["name"], Literal("De redactie", language="nl")),
        Quad(
            NamedNode(f"{BASE}/id/contactpunt/redactie"),
            VCARD["hasEmail"],
            NamedNode("mailto:andere@hefbomen.example"),
        ),
    ]
    found = catalog(LEVERS, (*content(BASE), *stated))
    names = [each.object.value for each in found if each.subject == agent and each.predicate == FOAF["name"]]
    emails = [each.object.value for each in found if each.predicate == VCARD["hasEmail"]]
    assert (names, emails) == (["De redactie"], ["mailto:andere@hefbomen.example"])


def test_organisation_with_an_iri_elsewhere_is_described_here() -> None:
    settings = dataclasses.replace(LEVERS.publisher, iri="https://organisation.example/id/1")
    found = store(catalog(dataclasses.replace(LEVERS, publisher=settings), content(BASE)))
    assert ask(
        found,
        "<https://organisation.example/id/1> a foaf:Agent . ?catalog a dcat:Catalog ; "
        "dct:publisher <https://organisation.example/id/1>",
    )


@pytest.mark.parametrize(
    ("homepage", "title"),
    [("https://organisation.example/", LEVERS.publisher.name["nl"]), (f"{BASE}/", LEVERS.title["nl"])],
    ids=["elsewhere", "this site"],
)
def test_homepage_of_the_publisher_has_one_title(homepage: str, title: str) -> None:
    settings = dataclasses.replace(LEVERS.publisher, homepage=homepage)
    quads = catalog(dataclasses.replace(LEVERS, publisher=settings), content(BASE))
    titles = [
        each.object for each in quads if each.subject == NamedNode(homepage) and each.predicate == DCT["title"]
    ]
    assert [each.value for each in titles if isinstance(each, Literal) and each.language == "nl"] == [title]


@pytest.mark.parametrize(
    ("setting", "wrong"),
    [
        ('spatial = "https://sws.geonames.org/6295630/"', 'spatial = "de hele wereld"'),
        ('title.en = "Thesaurus"', 'title.en = "Thesaurus"\ntitle.not_a_language = "Thesaurus"'),
        ('email = "library@thesaurus.example"', 'email = "the library"'),
    ],
    ids=["IRI", "language", "address"],
)
def test_setting_that_cannot_be_published_is_explained(setting: str, wrong: str) -> None:
    site = config.parse(FOREIGN.replace(setting, wrong))
    with pytest.raises(ConfigError, match=r"publisher\.toml: '.+' is not"):
        catalog(site, content(BASE))


def test_datasets_of_one_site_share_catalogue_and_service() -> None:
    other = dataclasses.replace(
        LEVERS.dataset[0], name="andere", licence="https://creativecommons.org/publicdomain/zero/1.0/"
    )
    site = dataclasses.replace(LEVERS, dataset=(*LEVERS.dataset, other))
    found = store(catalog(site, content(BASE)))
    assert ask(
        found,
        f"<{BASE}/id/catalog/hefbomen> dcat:dataset <{BASE}/id/dataset/hefbomen>, <{BASE}/id/dataset/andere> . "
        f"<{BASE}/id/dataservice/sparql> dcat:servesDataset <{BASE}/id/dataset/andere>",
    )
    assert not ask(found, "?thing a dcat:Catalog ; dct:license ?licence")


PRINCIPAL = {
    f"{BASE}/id/catalog/hefbomen": "dcat:Catalog",
    f"{BASE}/id/catalogrecord/hefbomen": "dcat:CatalogRecord",
    f"{BASE}/id/dataset/hefbomen": "dcat:Dataset",
    f"{BASE}/id/dataset/hefbomen/1.0.0": "dcat:Resource",
    f"{BASE}/id/distribution/hefbomen-rdf": "dcat:Distribution",
    f"{BASE}/id/dataservice/sparql": "dcat:DataService",
    f"{BASE}/id/organisatie/redactie": "foaf:Agent",
    f"{BASE}/id/contactpunt/redactie": "vcard:Organization",
    "http://publications.europa.eu/resource/authority/access-right/PUBLIC": "skos:Concept",
    "http://publications.europa.eu/resource/authority/file-type/RDF_XML": "skos:Concept",
    "https://creativecommons.org/licenses/by/4.0/": "dct:LicenseDocument",
}
"""What the Flemish portal looks for as the name of an XML element."""


@pytest.fixture(scope="module")
def elements() -> ElementTree.Element:
    """The catalogue as RDF/XML, ordered and written as a release does it."""
    return ElementTree.fromstring(serialize(ordered_triples(catalog(LEVERS, content(BASE))), RDF_XML))


@pytest.mark.parametrize(("iri", "kind"), PRINCIPAL.items(), ids=PRINCIPAL.values())
def test_portal_that_reads_xml_finds_elements_named_after_the_class(
    elements: ElementTree.Element, iri: str, kind: str
) -> None:
    prefix, name = kind.split(":")
    found = [each.tag for each in elements if each.get(f"{RDF_NAMES}about") == iri]
    assert found == [f"{{{PREFIXES[prefix]}}}{name}"]


def test_xml_has_no_untyped_or_blank_nodes(elements: ElementTree.Element) -> None:
    assert not elements.findall(f"{RDF_NAMES}Description")
    assert not [each for each in elements.iter() if f"{RDF_NAMES}nodeID" in each.attrib]


def test_types_come_first_for_each_subject() -> None:
    first = {each.subject: each for each in reversed(describe_levers())}
    assert {each.predicate for each in first.values()} == {RDF["type"]}


def describe_levers() -> list[Quad]:
    quads = content(BASE)
    iri, files = f"{BASE}/id/dataset/hefbomen", distributions(LEVERS.policy, "hefbomen", quads)
    dataset = EditionDataset("hefbomen", "1.0.0", iri, quads, files, date(2026, 1, 1), {})
    return list(describe_catalog([dataset], quads, LEVERS))


def test_the_same_content_is_described_the_same_way() -> None:
    assert describe_levers() == describe_levers()


def test_download_has_the_media_type_that_it_is_served_with() -> None:
    quads = describe_levers()
    media = {
        each.subject.value.rpartition("-")[2]: each.object.value
        for each in quads
        if each.predicate == DCAT["mediaType"]
    }
    assert media["jsonld"].endswith("/application/ld+json")
    assert media["csv"].endswith("/text/csv")
    assert {each.object.value for each in quads if each.predicate == DCT["format"]} >= {
        "http://publications.europa.eu/resource/authority/file-type/RDF_XML"
    }
