"""How to cite what the publisher made: in words, as BibTeX and as CSL-JSON, each with version and date."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from urllib.parse import quote

from publisher.description import Description
from publisher.profiles import Profile, profile_of
from publisher.profiles.dcat import CATALOG, DATASET
from publisher.profiles.skos import COLLECTION, CONCEPT, SCHEME
from publisher.store import VersionRow
from publisher.web import Site, memento
from publisher.web.frame import site_reader, site_text
from publisher.web.reading import Reader

CITED: Final = (CONCEPT, SCHEME, COLLECTION, DATASET, CATALOG)
"""The profiles of what the publisher itself is the author of."""

TYPES: Final = {CONCEPT.name: "entry-dictionary"}
"""Types of CSL by profile; what is none of these is a `dataset`."""

SPECIAL: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "#": r"\#",
    "$": r"\$",
    "%": r"\%",
    "&": r"\&",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
"""Characters that mean something to TeX. Letters with accents stay as they are: the file is UTF-8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """What there is to cite: `container`, `version` and `date` say which version of which dataset has it.

    `container` is empty for a dataset itself, the others for what is in no version.
    """

    publisher: str
    title: str
    iri: str
    kind: str
    language: str
    container: str = ""
    version: str = ""
    date: date | None = None

    @property
    def key(self) -> str:
        """A name for the entry in a list of references: what its address ends with, and the version."""
        name = re.sub(r"[^A-Za-z0-9]+", "-", self.iri.rpartition("/")[2]).strip("-") or "resource"
        return "-".join(filter(None, (name, self.version)))


def citation_of(site: Site, description: Description, path: str) -> Citation | None:
    """How to cite a resource; None for what others made: documents, sources, mirrored concepts."""
    profile, iri = profile_of(description), description.iri.value
    if profile not in CITED or not site.config.policy.minted(iri):
        return None
    reader = Reader(site, description)
    title = reader.text(profile.titles) or reader.label(iri)
    found = Citation(
        publisher=site_text(site, site.config.publisher.name),
        title=title.text,
        iri=iri,
        kind=TYPES.get(profile.name, "dataset"),
        language=title.lang or reader.interface,
    )
    version = _version(site, iri, path)
    return _within(site, found, version, profile) if version else found


def _within(site: Site, found: Citation, version: VersionRow, profile: Profile) -> Citation:
    titles = [each.title for each in site.config.dataset if each.name == version.dataset]
    container = site_text(site, titles[0]) if titles and profile is not DATASET else ""
    return replace(found, container=container, version=version.number, date=version.date)


def _version(site: Site, iri: str, path: str) -> VersionRow | None:
    """The newest version that has a resource, or of the dataset that it is."""
    datasets = (each for each in site.release.manifest.datasets if each.iri == iri)
    name = next((each.name for each in datasets), None)
    versions = site.store.history.versions(name) if name else memento.versions_of(site, path)
    return versions[-1] if versions else None


def in_words(site: Site, citation: Citation) -> str:
    """Who, when, what, in which version, where; the version only where there is one to speak of."""
    year = f" ({citation.date.year})" if citation.date else ""
    version = site_reader(site).say("version_number", number=citation.version) if citation.version else ""
    within = f"In: {citation.container}, {version}" if citation.container else version
    parts = (f"{citation.publisher}{year}", citation.title, within, citation.iri)
    return ". ".join(filter(None, parts))


def bibtex(site: Site, citation: Citation) -> str:
    """An entry for LaTeX: `@misc`, which every style has; biblatex reads the version too."""
    day = citation.date
    fields = {
        "author": f"{{{_tex(citation.publisher)}}}",
        "title": f"{{{_tex(citation.title)}}}",
        "howpublished": _tex(citation.container),
        "version": _tex(citation.version),
        "note": _tex(site_reader(site).say("version_number", number=citation.version)) if citation.version else "",
        "year": str(day.year) if day else "",
        "month": str(day.month) if day else "",
        "date": day.isoformat() if day else "",
        "url": quote(citation.iri, safe="/:?#[]@!$&'()*+,;=~-._%"),
        "langid": citation.language,
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{{citation.key},\n{lines}}}\n"


def csl(site: Site, citation: Citation) -> str:
    """The entry as reference managers exchange it, in a list of one."""
    day = citation.date
    item: dict[str, Any] = {
        "id": citation.key,
        "type": citation.kind,
        "title": citation.title,
        "author": [{"literal": citation.publisher}],
        "publisher": citation.publisher,
        "container-title": citation.container,
        "version": citation.version,
        "issued": {"date-parts": [[day.year, day.month, day.day]]} if day else None,
        "URL": citation.iri,
        "language": citation.language,
    }
    told = {name: value for name, value in item.items() if value}
    return json.dumps([told], ensure_ascii=False, indent=1) + "\n"


def _tex(text: str) -> str:
    return "".join(SPECIAL.get(character, character) for character in text)
