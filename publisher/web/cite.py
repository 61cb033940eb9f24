"""`/cite?uri=…&format=…`: one citation, to be kept by a program that manages references."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode

from publisher.description import Description
from publisher.errors import BadRequest, ResourceNotFound
from publisher.web import Site, citing, headers, problems, site
from publisher.web.citing import Citation
from publisher.web.reading import Value

blueprint: Final = Blueprint("cite", __name__)

PATH: Final = "/cite"


@dataclass(frozen=True, slots=True)
class Style:
    """A row of the table: a form that a citation can be had in. Files of it end in `suffix`."""

    name: str
    title: str
    media_type: str
    suffix: str
    write: Callable[[Site, Citation], str]


STYLES: Final = (
    Style("bibtex", "BibTeX", "application/x-bibtex", "bib", citing.bibtex),
    Style("csl-json", "CSL-JSON", "application/vnd.citationstyles.csl+json", "json", citing.csl),
    Style("text", "Text", "text/plain", "txt", lambda site, citation: f"{citing.in_words(site, citation)}\n"),
)


@blueprint.get(PATH)
def cite() -> Response:
    """The citation of a resource of ours, in one of the styles, to be downloaded."""
    iri, name = request.args.get("uri", ""), request.args.get("format", "text")
    style = next((each for each in STYLES if each.name == name), None)
    if style is None:
        known = ", ".join(each.name for each in STYLES)
        raise BadRequest(f"There is no format {problems.echo(name)}; there are {known}.")
    if not iri:
        raise BadRequest("Give the IRI to cite: /cite?uri=…&format=bibtex")
    citation = _citation(site(), iri)
    if citation is None:
        raise ResourceNotFound(f"Nothing that we made is called {problems.echo(iri)}")
    content = style.write(site(), citation).encode()
    answer = headers.document(content, style.media_type, modified=site().release.changed, language=site().language)
    answer.headers["Content-Disposition"] = f'attachment; filename="{citation.key}.{style.suffix}"'
    return answer


def links_to(site: Site, iri: str) -> tuple[Value, ...]:
    """The addresses of the citation of a resource, but for the one in words, which the page says itself."""
    return tuple(
        Value(each.title, site.page(PATH, f"uri={quote(iri, safe='')}&format={each.name}")) for each in STYLES[:-1]
    )


def _citation(site: Site, iri: str) -> Citation | None:
    path = site.store.find(iri)
    description = _described(site, iri) if path else None
    return citing.citation_of(site, description, path) if description and path else None


def _described(site: Site, iri: str) -> Description | None:
    try:
        return site.store.describe(NamedNode(iri))
    except ValueError:
        return None
