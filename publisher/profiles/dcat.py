"""DCAT-AP: the catalogue and all that hangs on it."""

from __future__ import annotations

from typing import Final

from publisher.namespaces import DCAT, DCT, FOAF, RDF, RDFS, SPDX, VCARD, VOID
from publisher.profiles.profile import Profile, Relation

TITLES: Final = (DCT["title"], FOAF["name"], RDFS["label"])
LEADS: Final = (DCT["description"], RDFS["comment"])
DISTRIBUTIONS: Final = Relation(DCAT["distribution"])

FOR_MACHINES: Final = (
    "classPartition",
    "classes",
    "dataDump",
    "distinctObjects",
    "distinctSubjects",
    "entities",
    "exampleResource",
    "properties",
    "propertyPartition",
    "sparqlEndpoint",
    "triples",
    "uriSpace",
    "vocabulary",
)

CATALOG: Final = Profile(
    name="catalog",
    classes=(DCAT["Catalog"],),
    titles=TITLES,
    leads=LEADS,
    down=(Relation(DCAT["dataset"]), Relation(DCAT["service"])),
    hidden=(RDF["type"], DCAT["record"]),
    schema="DataCatalog",
    sought=False,
)
DATASET: Final = Profile(
    name="dataset",
    classes=(DCAT["Dataset"], VOID["Dataset"]),
    titles=TITLES,
    leads=LEADS,
    up=(Relation(DCAT["inCatalog"], DCAT["dataset"]),),
    # Its distributions are the table of downloads; what VoID counts and points at is for machines.
    hidden=(RDF["type"], DISTRIBUTIONS.property, *(VOID[name] for name in FOR_MACHINES)),
    filters=(DCT["subject"], DCAT["theme"], DCT["type"]),
    schema="Dataset",
)
DISTRIBUTION: Final = Profile(
    name="distribution",
    classes=(DCAT["Distribution"],),
    titles=TITLES,
    leads=LEADS,
    up=(Relation(DCAT["isDistributionOf"], DCAT["distribution"]),),
    hidden=(RDF["type"],),
    sought=False,
)
SERVICE: Final = Profile(
    name="service",
    classes=(DCAT["DataService"],),
    titles=TITLES,
    leads=LEADS,
    up=(Relation(DCAT["inCatalog"], DCAT["service"]),),
    hidden=(RDF["type"],),
)
VERSION: Final = Profile(
    name="version",
    classes=(DCAT["Resource"],),
    titles=TITLES,
    leads=LEADS,
    up=(Relation(DCAT["isVersionOf"]),),
    hidden=(RDF["type"],),
    sought=False,
)
RECORD: Final = Profile(
    name="record",
    classes=(DCAT["CatalogRecord"],),
    titles=TITLES,
    leads=LEADS,
    hidden=(RDF["type"],),
    sought=False,
)
DOCUMENT: Final = Profile(
    name="document",
    classes=(FOAF["Document"], DCT["BibliographicResource"]),
    titles=TITLES,
    leads=LEADS,
    hidden=(RDF["type"], DCT["subject"]),
    filters=(DCT["subject"], DCAT["theme"], DCT["type"], DCT["issued"]),
    schema="Article",
)
AGENT: Final = Profile(
    name="agent",
    classes=(FOAF["Agent"], FOAF["Organization"]),
    titles=(FOAF["name"], *TITLES),
    leads=LEADS,
    hidden=(RDF["type"],),
)
CONTACT: Final = Profile(
    name="contact",
    classes=(VCARD["Organization"], VCARD["Kind"]),
    titles=(VCARD["fn"], *TITLES),
    hidden=(RDF["type"],),
    sought=False,
)
LICENCE: Final = Profile(
    name="licence",
    classes=(DCT["LicenseDocument"],),
    titles=TITLES,
    leads=LEADS,
    hidden=(RDF["type"],),
)
CHECKSUM: Final = Profile(
    name="checksum",
    classes=(SPDX["Checksum"],),
    hidden=(RDF["type"],),
    sought=False,
)

PROFILES: Final = (
    CATALOG,
    DATASET,
    DISTRIBUTION,
    SERVICE,
    VERSION,
    RECORD,
    DOCUMENT,
    AGENT,
    CONTACT,
    LICENCE,
    CHECKSUM,
)
