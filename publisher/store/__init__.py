"""Bounded look-ups in a release, for pages and documents. Foreign SPARQL never comes here."""

from publisher.store.embedded import Entry, Listing, Store, Thing, open  # noqa: A004 (called as store.open)

__all__ = ["Entry", "Listing", "Store", "Thing", "open"]
