"""The ways from a page to whoever can change what it says, by the address templates of the settings."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from publisher.web.reading import Reader, Value


def editing_links(reader: Reader, label: str) -> Iterator[Value]:
    """A link to propose a change and one to the line of the source, each where it is configured and known."""
    site, iri = reader.site, reader.description.iri.value
    known = {"label": label, "iri": iri}
    place = site.store.place(iri)
    if place is not None:
        known |= {"file": place[0], "line": str(place[1])}
    for name, template in (("propose", site.config.editing.propose), ("source", site.config.editing.source)):
        address = _filled(template, known)
        if address:
            yield Value(reader.texts[name], address, external=True)


def _filled(template: str, known: dict[str, str]) -> str:
    """The address, its values percent-encoded; empty without a template or without one of its values."""
    try:
        return template.format_map(
            {name: quote(value, safe="/" * (name == "file")) for name, value in known.items()}
        )
    except KeyError:
        return ""
