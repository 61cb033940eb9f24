"""Everything else: graphs, standards, places, provenance, and resources whose class we do not know."""

from __future__ import annotations

from typing import Final

from publisher.namespaces import DCT, FOAF, PROV, RDF, RDFS, SKOS, VCARD
from publisher.profiles.profile import Profile

TITLES: Final = (SKOS["prefLabel"], DCT["title"], RDFS["label"], FOAF["name"], VCARD["fn"])
LEADS: Final = (SKOS["definition"], DCT["description"], RDFS["comment"])

ANYTHING: Final = Profile(
    name="resource",
    titles=TITLES,
    leads=LEADS,
    hidden=(RDF["type"],),
)
PROVENANCE: Final = Profile(
    name="provenance",
    classes=(PROV["Entity"], PROV["Collection"]),
    titles=TITLES,
    leads=LEADS,
    hidden=(RDF["type"],),
    sought=False,
)

PROFILES: Final = (PROVENANCE,)
