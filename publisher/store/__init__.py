"""Bounded look-ups in a release, for pages and documents. Foreign SPARQL never comes here."""

from publisher.store.document import Document, Relations
from publisher.store.embedded import Choice, Chosen, Entry, Listing, Store, Thing, open  # noqa: A004 (called as store.open)
from publisher.store.history import Event, History, VersionRow

__all__ = [
    "Choice",
    "Chosen",
    "Document",
    "Entry",
    "Event",
    "History",
    "Listing",
    "Relations",
    "Store",
    "Thing",
    "VersionRow",
    "open",
]
