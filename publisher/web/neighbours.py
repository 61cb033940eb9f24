"""The neighbours of a resource: what is above, below and beside it, what it is about, and documents about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from pyoxigraph import NamedNode

from publisher.description import Description
from publisher.namespaces import DCT
from publisher.profiles import Profile, profile_of
from publisher.profiles.dcat import DOCUMENT
from publisher.profiles.skos import CONCEPT, IN_SCHEME, SCHEME
from publisher.web.illustration import with_family
from publisher.web.items import Group, described, group_of, item_for, natural, newest_first
from publisher.web.reading import Reader, Value


def groups_of(reader: Reader, profile: Profile) -> Iterator[Group]:
    """The neighbours of a resource: above, below, beside, and documents or tags."""
    words = reader.texts
    down = () if profile is SCHEME else profile.below(reader.description)
    # What is above a concept stands beside its text.
    up = () if profile is CONCEPT else profile.above(reader.description)
    current = reader.site.store.current
    for name, found in (
        ("above", up),
        ("below", current(down)),
        ("beside", current(profile.related(reader.description))),
    ):
        if found:
            group = group_of(reader, words.get(f"{name}_{profile.name}", words[name]), found)
            yield with_family(reader, group) if name == "below" and profile is CONCEPT else group
    yield from _subjects(reader)
    yield from _documents_about(reader)


def _subjects(reader: Reader) -> Iterator[Group]:
    """What a document is about, under the name of the scheme that each subject is from."""
    by_scheme: dict[str, list[Description]] = defaultdict(list)
    headings: dict[str, Value] = {}
    subjects = [each for each in reader.description.objects(DCT["subject"]) if isinstance(each, NamedNode)]
    for each in described(reader.site, subjects):
        scheme = next(iter(IN_SCHEME.of(each)), None)
        key = scheme.value if scheme else ""
        headings[key] = reader.of(each).link(key) if key else Value(reader.texts["others"])
        by_scheme[key].append(each)
    for key, found in by_scheme.items():
        items = sorted((item_for(reader.of(each)) for each in found), key=natural)
        yield Group(headings[key], tuple(replace(each, excerpt=None) for each in items))


def _documents_about(reader: Reader) -> Iterator[Group]:
    """The documents that name this as their subject, newest first."""
    found = [each for each in reader.description.subjects(DCT["subject"]) if isinstance(each, NamedNode)]
    current = reader.site.store.current(found)
    documents = [each for each in described(reader.site, current) if profile_of(each) is DOCUMENT]
    if documents:
        yield Group(Value(reader.kinds(DOCUMENT)), newest_first(reader, documents, tags=False))
