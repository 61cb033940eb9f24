"""Bounded look-ups in a release, for pages and documents. Foreign SPARQL never comes here."""

from publisher.store.embedded import Document, Entry, Listing, Relations, Store, Thing, open  # noqa: A004 (called as store.open)

__all__ = ["Document", "Entry", "Listing", "Relations", "Store", "Thing", "open"]
