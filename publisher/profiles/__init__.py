"""What a kind of thing means and how it is described: one table of profiles, four modules of rows."""

from __future__ import annotations

from typing import Final

from pyoxigraph import NamedNode

from publisher.description import Description
from publisher.profiles import dcat, generic, ontology, skos
from publisher.profiles.profile import Profile, Relation

__all__ = ["PROFILES", "Profile", "Relation", "profile_of", "rank"]

PROFILES: Final = (*skos.PROFILES, *dcat.PROFILES, *ontology.PROFILES, *generic.PROFILES)
"""In order of precedence: a resource with classes of several profiles has the first of them."""

CLASSES: Final = tuple(each.value for profile in PROFILES for each in profile.classes)


def profile_of(description: Description) -> Profile:
    """The profile of a resource; that of any resource when we know none of its classes."""
    return profile_for(description.types)


def profile_for(types: tuple[NamedNode, ...]) -> Profile:
    """The profile of a resource with these classes."""
    return next((each for each in PROFILES if set(each.classes) & set(types)), generic.ANYTHING)


def rank(type: NamedNode) -> int:
    """Where a class stands among the classes of one resource: lower is more principal.

    RDF/XML writes a typed node for the first class only, and portals look for that node.
    """
    return CLASSES.index(type.value) if type.value in CLASSES else len(CLASSES)
