"""`/api/v1`: the saved queries of the release, listed, and each one called with values for its parameters."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlencode

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode

from publisher.errors import BadRequest, NotAcceptable, QueryParameterError, ResourceNotFound
from publisher.formats import GRAPH_FORMATS, Format, ResultsFormat
from publisher.release.dumps import serialize
from publisher.release.queries import Parameter, SavedQuery
from publisher.sparql import gate, service
from publisher.web import Site, headers, protocol, site
from publisher.web.address import FIELDS
from publisher.web.frame import Frame, site_text
from publisher.web.frame import frame as frame_of
from publisher.web.headers import Link
from publisher.web.rendering import render
from publisher.web.reply import Reply, response

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

blueprint: Final = Blueprint("api", __name__, url_prefix="/api/v1")

JSON: Final = "application/json"
HTML: Final = "text/html"

INPUTS: Final = {"iri": "url", "text": "text", "integer": "number", "date": "date"}
"""Type of a parameter -> type of the input field; a choice has a list of its own."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form, for one parameter; `values` are those of a list to choose from."""

    name: str
    id: str
    label: str
    type: str
    value: str
    values: Sequence[str]
    required: bool


@dataclass(frozen=True, slots=True)
class QueryForm:
    """A saved query as a form."""

    name: str
    title: str
    description: str
    action: str
    fields: Sequence[Field]
    formats: Sequence[Format | ResultsFormat]


@dataclass(frozen=True, slots=True)
class QueriesPage:
    """All saved queries, for people."""

    frame: Frame
    queries: Sequence[QueryForm]


@blueprint.get("/queries")
def saved_queries() -> Response:
    """Every saved query: what it answers, what it takes, what it gives, where it is; JSON, RDF or a page."""
    offers = (JSON, *(each.media_type for each in GRAPH_FORMATS), HTML)
    chosen = headers.accepted(offers)
    if chosen is None:
        raise NotAcceptable(f"The list of queries comes as {', '.join(offers)}.")
    content = {JSON: _list, HTML: _page}.get(chosen, lambda: _description(chosen))()
    language = headers.page_language() if chosen == HTML else ""
    return headers.document(content, chosen, modified=site().release.changed, language=language, negotiated=True)


@blueprint.get("/queries/<name>")
def call(name: str) -> Response:
    """The answer of a saved query to these values, in the formats of `/sparql`."""
    reply = answered(site(), request.environ)
    if reply is None:
        raise ResourceNotFound(f"There is no saved query of this name; {service.QUERIES} lists those there are.")
    return response(reply)


def answered(site: Site, environ: WSGIEnvironment) -> Reply | None:
    """The answer of the saved query that a path names; None when it names none."""
    saved = site.release.queries.get(environ["PATH_INFO"].removeprefix(f"{service.QUERIES}/"))
    if saved is None or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return None
    values = _values(environ.get("QUERY_STRING", ""))
    wanted = values.pop("format", "")
    kind = protocol.negotiated(environ, protocol.formats_of(saved.form), [wanted])
    query = gate.admit(saved.text_with(values), site.config.sparql)
    return protocol.replied(site, environ, query, kind, links=COLLECTION)


COLLECTION: Final = str(Link(service.QUERIES, "collection", JSON))


def _list() -> bytes:
    members = {"queries": [_described(each) for each in site().release.queries.values()]}
    return (json.dumps(members, ensure_ascii=False, indent=1) + "\n").encode()


def _described(query: SavedQuery) -> dict[str, Any]:
    address = service.address_of(_endpoint(), query).value
    samples = urlencode({each.name: each.sample for each in query.parameters if each.required})
    return {
        "name": query.name,
        "title": query.title,
        "description": query.description,
        "form": query.form,
        "parameters": [dict(_facts(each)) for each in query.parameters],
        "columns": query.columns,
        "link": address,
        "example": f"{address}?{samples}" if samples else address,
    }


def _description(media_type: str) -> bytes:
    format = next(each for each in GRAPH_FORMATS if each.media_type == media_type)
    iri = NamedNode(site().config.policy.thing("dataservice", "sparql"))
    statements = service.describe_queries(iri, _endpoint(), site().release.queries.values())
    return serialize(statements, format)


def _page() -> bytes:
    frame = frame_of(site(), "", path=service.QUERIES)
    words = frame.texts
    page = QueriesPage(
        # What this page has in other syntaxes is at the same address.
        frame=replace(frame, title=words["queries_title"], summary=words["queries_lead"], alternates=()),
        queries=[_form(each) for each in site().release.queries.values()],
    )
    return render("queries.html", page=page, frame=page.frame).encode()


def _form(query: SavedQuery) -> QueryForm:
    return QueryForm(
        name=query.name,
        title=site_text(site(), query.title),
        description=site_text(site(), query.description),
        action=f"{service.QUERIES}/{query.name}",
        fields=[_field(query, each) for each in query.parameters],
        formats=protocol.formats_of(query.form),
    )


def _field(query: SavedQuery, parameter: Parameter) -> Field:
    return Field(
        name=parameter.name,
        id=f"{query.name}-{parameter.name}",
        label=site_text(site(), parameter.description) or parameter.name,
        type=INPUTS.get(parameter.type, "text"),
        value=parameter.sample,
        values=parameter.values,
        required=parameter.required,
    )


def _endpoint() -> NamedNode:
    return NamedNode(site().release.address + protocol.PATH)


def _facts(parameter: Parameter) -> Iterator[tuple[str, object]]:
    yield "name", parameter.name
    yield "type", parameter.type
    yield "required", parameter.required
    facts = ("language", "values", "default", "example", "description")
    for name in facts:
        if (value := getattr(parameter, name)) or (name == "default" and not parameter.required):
            yield name, value


def _values(text: str) -> dict[str, str]:
    """The parameters of the address, each given once."""
    try:
        given: Mapping[str, Sequence[str]] = parse_qs(
            text, keep_blank_values=True, strict_parsing=bool(text), errors="strict", max_num_fields=FIELDS
        )
    except ValueError as error:
        raise BadRequest(f"The parameters cannot be read: {error}") from None
    for name, values in given.items():
        if len(values) > 1:
            raise QueryParameterError(f"The parameter `{name[:100]}` is given {len(values)} times; give it once.")
    return {name: value for name, [value] in given.items()}
