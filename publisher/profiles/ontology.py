"""OWL and RDFS: ontologies, classes and properties."""

from __future__ import annotations

from typing import Final

from publisher.namespaces import DCT, OWL, RDF, RDFS, SKOS
from publisher.profiles.profile import Profile, Relation

TITLES: Final = (RDFS["label"], DCT["title"], SKOS["prefLabel"])
LEADS: Final = (SKOS["definition"], RDFS["comment"], DCT["description"])

ONTOLOGY: Final = Profile(
    name="ontology",
    classes=(OWL["Ontology"],),
    titles=(DCT["title"], *TITLES),
    leads=(DCT["description"], *LEADS),
    down=(Relation(OWL["imports"]),),
    hidden=(RDF["type"],),
)
CLASS: Final = Profile(
    name="class",
    classes=(OWL["Class"], RDFS["Class"]),
    titles=TITLES,
    leads=LEADS,
    up=(Relation(RDFS["subClassOf"]),),
    hidden=(RDF["type"],),
)
PROPERTY: Final = Profile(
    name="property",
    classes=(
        OWL["ObjectProperty"],
        OWL["DatatypeProperty"],
        OWL["AnnotationProperty"],
        RDF["Property"],
    ),
    titles=TITLES,
    leads=LEADS,
    up=(Relation(RDFS["subPropertyOf"]),),
    hidden=(RDF["type"],),
)

PROFILES: Final = (ONTOLOGY, CLASS, PROPERTY)
