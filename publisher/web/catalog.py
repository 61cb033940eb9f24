"""The front page, the catalogue as harvesters want it, the JSON-LD context and the well-known address of VoID."""

from __future__ import annotations

import json
from typing import Final

from flask import Blueprint, Response

from publisher.formats import GRAPH_FORMATS, JSON_LD, Format
from publisher.release.dumps import CONTEXT
from publisher.web import headers, landing, problems, site
from publisher.web.headers import Link, accepted, redirect
from publisher.web.representations import HTML

blueprint: Final = Blueprint("catalog", __name__)

PATH: Final = "/catalog"


@blueprint.get("/")
def front() -> Response:
    """The front page; who wants RDF is sent to the catalogue, which describes all there is."""
    offers = (HTML.media_type, *(each.media_type for each in GRAPH_FORMATS))
    chosen = accepted(offers)
    if chosen is None:
        return problems.not_acceptable([Link("/", "alternate", HTML.media_type), *_alternates()])
    if chosen != HTML.media_type:
        answer = redirect(PATH, 303)
        answer.headers["Vary"] = headers.NEGOTIATED
        return answer
    return headers.document(
        landing.landing(site()).encode(),
        HTML.media_type,
        modified=site().release.changed,
        language=headers.page_language(),
        links=[Link(f"{site().release.base}{site().pages.canonical('/')}", "canonical"), *_alternates()],
        negotiated=True,
    )


@blueprint.get(PATH)
def catalog() -> Response:
    """RDF whatever happens: harvesters send `*/*`, and a browser gets Turtle; the page is at `/doc/catalog/…`."""
    chosen = accepted([each.media_type for each in GRAPH_FORMATS])
    if chosen is None:
        return problems.not_acceptable(list(_alternates()))
    return _catalog(next(each for each in GRAPH_FORMATS if each.media_type == chosen), negotiated=True)


@blueprint.get(f"{PATH}.<any({','.join(each.suffix for each in GRAPH_FORMATS)}):suffix>")
def catalog_in(suffix: str) -> Response:
    """The catalogue in one syntax."""
    return _catalog(next(each for each in GRAPH_FORMATS if each.suffix == suffix), negotiated=False)


@blueprint.get("/.well-known/void")
def void() -> Response:
    """A redirect to what describes the datasets (VoID, section 7.2); the catalogue does so in VoID too."""
    return redirect(PATH, 302)


@blueprint.get("/ns/context.jsonld")
def context() -> Response:
    """The JSON-LD context that stands inline in our documents, all prefixes of it."""
    content = json.dumps(CONTEXT, indent=1).encode()
    return headers.document(content, JSON_LD.media_type, modified=site().release.changed)


def _catalog(format: Format, *, negotiated: bool) -> Response:
    return headers.document(
        site().release.catalog(format),
        format.media_type,
        modified=site().release.changed,
        location=f"{PATH}.{format.suffix}",
        links=[Link(f"{site().release.base}{PATH}", "canonical"), *_alternates(but=format)],
        negotiated=negotiated,
    )


def _alternates(but: Format | None = None) -> list[Link]:
    return [
        Link(f"{PATH}.{each.suffix}", "alternate", each.media_type) for each in GRAPH_FORMATS if each is not but
    ]
