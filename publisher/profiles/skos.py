"""SKOS: concepts, concept schemes, collections and labels with facts of their own."""

from __future__ import annotations

from typing import Final

from publisher.namespaces import DCT, ISOTHES, RDF, RDFS, SKOS, SKOSXL
from publisher.profiles.profile import Profile, Relation

LABELS: Final = (SKOS["prefLabel"], DCT["title"], RDFS["label"])
MEANING: Final = (SKOS["definition"], DCT["description"], RDFS["comment"])
BROADER: Final = Relation(SKOS["broader"], SKOS["narrower"])
NARROWER: Final = Relation(SKOS["narrower"], SKOS["broader"])
TOP_CONCEPTS: Final = Relation(SKOS["hasTopConcept"], SKOS["topConceptOf"])
MEMBERS: Final = Relation(SKOS["member"])
GROUPS: Final = Relation(ISOTHES["subGroup"], ISOTHES["superGroup"])
"""Groups in a group, as thesauri by ISO 25964 say it."""
IN_GROUP: Final = Relation(ISOTHES["superGroup"], ISOTHES["subGroup"])
IN_SCHEME: Final = Relation(SKOS["inScheme"])
MATCHES: Final = tuple(SKOS[f"{name}Match"] for name in ("exact", "close", "broad", "narrow", "related"))
"""To concepts of other schemes, from the same meaning to what only has to do with it."""
RELATED: Final = Relation(SKOS["related"], SKOS["related"])
ELSEWHERE: Final = (RDF["type"], SKOSXL["prefLabel"], SKOSXL["altLabel"], SKOSXL["hiddenLabel"])

CONCEPT: Final = Profile(
    name="concept",
    classes=(SKOS["Concept"],),
    titles=LABELS,
    leads=MEANING,
    remarks=(SKOS["editorialNote"],),
    up=(BROADER,),
    down=(NARROWER,),
    beside=(RELATED,),
    hidden=(*ELSEWHERE, SKOS["notation"]),
    filters=(SKOS["inScheme"],),
    schema="DefinedTerm",
)
SCHEME: Final = Profile(
    name="scheme",
    classes=(SKOS["ConceptScheme"],),
    titles=LABELS,
    leads=MEANING,
    remarks=(SKOS["editorialNote"],),
    down=(TOP_CONCEPTS,),
    # The title says what the preferred label says; the concepts of a scheme are its tree.
    hidden=(*ELSEWHERE, DCT["title"], DCT["description"], SKOS["inScheme"]),
    schema="DefinedTermSet",
)
COLLECTION: Final = Profile(
    name="collection",
    classes=(SKOS["OrderedCollection"], SKOS["Collection"]),
    titles=LABELS,
    leads=MEANING,
    up=(IN_GROUP,),
    down=(MEMBERS, GROUPS),
    hidden=ELSEWHERE,
)
LABEL: Final = Profile(
    name="label",
    classes=(SKOSXL["Label"],),
    titles=(SKOSXL["literalForm"],),
    hidden=(RDF["type"],),
    sought=False,
)

PROFILES: Final = (CONCEPT, SCHEME, COLLECTION, LABEL)
