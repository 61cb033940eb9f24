"""`/sparql`: the SPARQL 1.1 Protocol for queries, a description of the service, and a form for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

from flask import Blueprint, Response, render_template, request
from pyoxigraph import NamedNode
from werkzeug.wsgi import FileWrapper

from publisher.errors import (
    BadRequest,
    NotAcceptable,
    QueryMediaType,
    QueryNotAllowed,
    QuerySyntaxError,
    QueryTooLong,
)
from publisher.formats import FORMATS, GRAPH_FORMATS, RESULTS_FORMATS, Format, ResultsFormat
from publisher.release.dumps import serialize
from publisher.sparql import Query, gate, service
from publisher.web import headers, site
from publisher.web.headers import content_type
from publisher.web.negotiation import choose

blueprint: Final = Blueprint("sparql", __name__)

PATH: Final = "/sparql"
FRESH: Final = "public, max-age=60"
HTML: Final = "text/html"
FORM: Final = "application/x-www-form-urlencoded"
DIRECT: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
JSON: Final = "application/json"
"""What many clients ask for when they mean SPARQL results in JSON."""

ENCODED: Final = 12
"""Bytes that one character can take in a form: four bytes in UTF-8, three characters for each."""
FIELDS: Final = 1000
"""Parameters that one request may have."""

Parameters = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Example:
    """A query for people to begin with."""

    name: str
    title: str
    query: str


EXAMPLES: Final = (
    Example(
        "schemas",
        "Begrippenlijsten en hoeveel begrippen ze hebben",
        """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?lijst (COUNT(?begrip) AS ?aantal)
WHERE { ?begrip skos:inScheme ?lijst }
GROUP BY ?lijst
ORDER BY DESC(?aantal)
""",
    ),
    Example(
        "begrippen",
        "Begrippen en hun namen",
        """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?begrip ?naam
WHERE { ?begrip a skos:Concept ; skos:prefLabel ?naam }
ORDER BY ?begrip ?naam
LIMIT 100
""",
    ),
    Example(
        "bredere",
        "Begrippen onder een breder begrip",
        """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?breder ?smaller
WHERE { ?smaller skos:broader ?breder }
ORDER BY ?breder ?smaller
LIMIT 100
""",
    ),
    Example(
        "grafen",
        "Grafen en hoeveel uitspraken erin staan",
        """SELECT ?graaf (COUNT(*) AS ?uitspraken)
WHERE { GRAPH ?graaf { ?onderwerp ?eigenschap ?waarde } }
GROUP BY ?graaf
ORDER BY ?graaf
""",
    ),
)


@blueprint.get(PATH)
def ask() -> Response:
    """The answer to the query in the address; without one, what this is: a form for people, RDF for programs."""
    parameters = _parameters(request.query_string)
    if parameters.keys() & {"query", "update"}:
        return _answer(parameters)
    return _introduction(parameters)


@blueprint.post(PATH)
def post() -> Response:
    """The answer to the query in the body (SPARQL 1.1 Protocol §2.1.2, §2.1.3)."""
    return _answer(_posted())


def _answer(parameters: Parameters) -> Response:
    query = _query(parameters)
    format = _format(query, parameters)
    if request.method == "HEAD":
        return _head(format)
    # JSON by its other name is the same bytes.
    answer = site().queries.answer(query, _engine_format(format))
    response = Response(FileWrapper(answer.content, 65_536), headers=_fields(format), direct_passthrough=True)
    response.content_length = answer.size
    return response


def _head(media_type: str) -> Response:
    """That the query may be asked; evaluating it only to tell its length would be a waste."""
    response = Response(headers=_fields(media_type))
    response.automatically_set_content_length = False
    return response


def _fields(media_type: str) -> dict[str, str]:
    return {"Content-Type": content_type(media_type), "Cache-Control": FRESH, "Vary": "Accept"}


def _query(parameters: Parameters) -> Query:
    if "update" in parameters:
        raise QueryNotAllowed("This endpoint only answers queries; the data change when a release is published.")
    match parameters.get("query", ()):
        case [text]:
            return gate.admit(
                text,
                site().config.sparql,
                default_graphs=parameters.get("default-graph-uri", ()),
                named_graphs=parameters.get("named-graph-uri", ()),
            )
        case []:
            raise QuerySyntaxError("Give exactly one `query` parameter; there was none.")
        case _:
            raise QuerySyntaxError("Give exactly one `query` parameter; there were several.")


def _posted() -> Parameters:
    """The parameters of a POST, those in its address included; a direct query becomes the parameter `query`."""
    _refuse_encodings()
    parameters = _parameters(request.query_string)
    match request.mimetype:
        case "application/x-www-form-urlencoded":
            return _merged(parameters, _parameters(_body()))
        case "application/sparql-query":
            return _merged(parameters, {"query": [_text(_body())]})
        case "application/sparql-update":
            raise QueryNotAllowed("This endpoint only answers queries, no updates.")
    raise QueryMediaType(f"Send a query as {FORM} or {DIRECT}, not as {request.mimetype[:100] or 'nothing'}.")


def _refuse_encodings() -> None:
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if encoding not in ("", "identity"):
        raise QueryMediaType(f"Send the query as it is, without Content-Encoding {encoding[:40]}.")
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise QueryMediaType(f"Send the query in UTF-8, not in {charset[:40]}.")


def _body() -> bytes:
    """The body, which is read no further than a query can be long."""
    most = site().config.sparql.characters * ENCODED
    body = request.stream.read(most + 1)
    if len(body) > most:
        raise QueryTooLong(f"The request has more than {most:,} bytes (setting `characters` in [sparql]).")
    return body


def _merged(first: Parameters, second: Parameters) -> Parameters:
    return {name: [*first.get(name, ()), *second.get(name, ())] for name in {**first, **second}}


def _parameters(encoded: bytes) -> Parameters:
    try:
        return parse_qs(_text(encoded), keep_blank_values=True, errors="strict", max_num_fields=FIELDS)
    except ValueError as error:
        raise BadRequest(f"The parameters cannot be read: {error}") from None


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"The query is not in UTF-8: {error.reason} at byte {error.start}.") from None


def _format(query: Query, parameters: Parameters) -> str:
    """The media type of the answer: `format` (suffix, name or media type) for people, `Accept` for programs.

    A `format` that we do not have, or that cannot hold this answer, says nothing: SPARQLWrapper sends its own
    words in it, with an `Accept` that is right.
    """
    formats = _formats(query)
    for wanted in parameters.get("format", ()):
        for each in formats:
            if wanted.lower() in (each.suffix, each.name.lower(), each.media_type):
                return each.media_type
    offers = [each.media_type for each in formats]
    chosen = choose(request.headers.get("Accept"), offers if query.form.gives_graph else [*offers, JSON])
    if chosen is None:
        raise NotAcceptable(f"{query.form} can be answered as {', '.join(offers)}.")
    return chosen


def _formats(query: Query) -> Sequence[Format | ResultsFormat]:
    return FORMATS if query.form.gives_graph else RESULTS_FORMATS


def _engine_format(media_type: str) -> Format | ResultsFormat:
    known = (*RESULTS_FORMATS, *FORMATS)
    return next((each for each in known if each.media_type == media_type), RESULTS_FORMATS[0])


def _introduction(parameters: Parameters) -> Response:
    """The form, or the service description for whoever wants RDF."""
    offers = (HTML, *(each.media_type for each in GRAPH_FORMATS))
    chosen = choose(request.headers.get("Accept"), offers)
    if chosen is None:
        raise NotAcceptable(f"Without a query this is described as {', '.join(offers)}.")
    content = _page(parameters) if chosen == HTML else _description(chosen)
    return headers.document(
        content,
        chosen,
        modified=site().release.changed,
        language=site().release.languages[0] if chosen == HTML else "",
        negotiated=True,
    )


def _description(media_type: str) -> bytes:
    format = next(each for each in GRAPH_FORMATS if each.media_type == media_type)
    config = site().config
    statements = service.describe(
        NamedNode(config.policy.thing("dataservice", "sparql")),
        NamedNode(config.address + PATH),
        site().release.manifest.graphs,
    )
    return serialize(statements, format)


def _page(parameters: Parameters) -> bytes:
    asked = next(iter(parameters.get("voorbeeld", ())), "")
    return render_template(
        "sparql.html",
        site=site(),
        examples=EXAMPLES,
        example=next((each for each in EXAMPLES if each.name == asked), EXAMPLES[0]),
        endpoint=site().config.address + PATH,
        results_formats=RESULTS_FORMATS,
        formats=FORMATS,
        limits=site().config.sparql,
    ).encode()
