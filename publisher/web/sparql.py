"""`/sparql`: the SPARQL 1.1 Protocol for queries, a description of the service, and a form for people."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Final
from urllib.parse import parse_qs

from flask import Blueprint, Response, render_template, request
from pyoxigraph import NamedNode
from werkzeug.wsgi import FileWrapper

from publisher.errors import (
    AnswerTooLarge,
    BadRequest,
    NotAcceptable,
    QueryMediaType,
    QueryNotAllowed,
    QuerySyntaxError,
    QueryTooLong,
)
from publisher.formats import FORMATS, GRAPH_FORMATS, RESULTS_FORMATS, Format, ResultsFormat
from publisher.release.dumps import serialize
from publisher.sparql import Answer, Query, gate, service
from publisher.web import headers, pages, site
from publisher.web.client import asking
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
    """A query for people to begin with; `title` is language -> text."""

    name: str
    title: Mapping[str, str]
    query: str


EXAMPLES: Final = (
    Example(
        "schemas",
        {"nl": "Begrippenlijsten en hoeveel begrippen ze hebben", "en": "Schemes and how many concepts they have"},
        """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?scheme (COUNT(?concept) AS ?concepts)
WHERE { ?concept skos:inScheme ?scheme }
GROUP BY ?scheme
ORDER BY DESC(?concepts)
""",
    ),
    Example(
        "begrippen",
        {"nl": "Begrippen en hun namen", "en": "Concepts and their names"},
        """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?concept ?label
WHERE { ?concept a skos:Concept ; skos:prefLabel ?label }
ORDER BY ?concept ?label
LIMIT 100
""",
    ),
    Example(
        "bredere",
        {"nl": "Begrippen onder een breder begrip", "en": "Concepts below a broader one"},
        """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?broader ?narrower
WHERE { ?narrower skos:broader ?broader }
ORDER BY ?broader ?narrower
LIMIT 100
""",
    ),
    Example(
        "grafen",
        {"nl": "Grafen en hoeveel uitspraken erin staan", "en": "Graphs and how many statements are in them"},
        """SELECT ?graph (COUNT(*) AS ?statements)
WHERE { GRAPH ?graph { ?subject ?predicate ?object } }
GROUP BY ?graph
ORDER BY ?graph
""",
    ),
)

TEXTS: Final[Mapping[str, Mapping[str, str]]] = {
    "nl": {
        "title": "Vragen stellen met SPARQL",
        "lead": "SPARQL is de vraagtaal van linked data. Schrijf een query, of begin met een voorbeeld.",
        "examples": "Voorbeelden",
        "query": "Query",
        "format": "Vorm van het antwoord",
        "automatic": "Automatisch",
        "run": "Voer uit",
        "programs": "Voor programma’s",
        "address": "Het adres is",
        "permalink": "De query staat in het adres, zodat u een antwoord kunt bewaren en delen als link.",
        "union": "Zonder FROM gaat een query over alle grafen samen.",
        "limits": "Een query mag %(deadline)s seconden duren, en een antwoord mag %(answer)s MiB groot zijn.",
        "downloads": "Wie alles wil, downloadt de dataset.",
        "reading": "Alleen lezen: SERVICE en wijzigingen worden geweigerd.",
    },
    "en": {
        "title": "Ask questions with SPARQL",
        "lead": "SPARQL is the query language of linked data. Write a query, or begin with an example.",
        "examples": "Examples",
        "query": "Query",
        "format": "Format of the answer",
        "automatic": "Automatic",
        "run": "Run",
        "programs": "For programs",
        "address": "The address is",
        "permalink": "The query is in the address, so that you can keep and share an answer as a link.",
        "union": "Without FROM, a query is about all graphs together.",
        "limits": "A query may take %(deadline)s seconds, and an answer may have %(answer)s MiB.",
        "downloads": "Who wants everything downloads the dataset.",
        "reading": "For reading only: SERVICE and changes are refused.",
    },
}
"""Language -> name -> text. The languages are those of the interface."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SparqlPage:
    """The form, and what programs should know."""

    frame: pages.Frame
    texts: Mapping[str, str]
    example: Example
    endpoint: str
    downloads: str
    deadline: str
    answer: int
    examples: Sequence[Example] = EXAMPLES
    results_formats: Sequence[ResultsFormat] = RESULTS_FORMATS
    formats: Sequence[Format] = FORMATS


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
    media_type = _format(query, parameters)
    return respond(query, media_type, inf if request.method == "HEAD" else _timeout(parameters))


def respond(query: Query, media_type: str, timeout: float = inf) -> Response:
    """The answer to an admitted query as a response; to HEAD only that it may be asked."""
    if request.method == "HEAD":
        return _head(media_type)
    answer = _evaluated(query, _engine_format(media_type), timeout)
    response = Response(FileWrapper(answer.content, 65_536), headers=_fields(media_type), direct_passthrough=True)
    response.content_length = answer.size
    return response


def _evaluated(query: Query, format: Format | ResultsFormat, timeout: float) -> Answer:
    try:
        return site().queries.answer(query, format, asking(), timeout)
    except AnswerTooLarge as error:
        raise AnswerTooLarge(f"{error} See {site().release.address}{_downloads()}") from None


def _timeout(parameters: Parameters) -> float:
    """The seconds that the client is willing to wait; it may ask for fewer than the deadline, not for more."""
    match parameters.get("timeout", ()):
        case []:
            return inf
        case [text] if re.fullmatch(r"\d{1,6}(\.\d{1,6})?", text) and float(text) > 0:
            return float(text)
    raise BadRequest("Give `timeout` once, as a number of seconds.")


def _downloads() -> str:
    """The path of the page from which everything can be downloaded."""
    return site().config.policy.document_path(site().release.manifest.datasets[0].iri) or "/"


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
    """The row of a media type; JSON by its other name is the same bytes."""
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
        language=headers.page_language() if chosen == HTML else "",
        negotiated=True,
    )


def _description(media_type: str) -> bytes:
    format = next(each for each in GRAPH_FORMATS if each.media_type == media_type)
    config = site().config
    statements = service.describe(
        NamedNode(config.policy.thing("dataservice", "sparql")),
        NamedNode(site().release.address + PATH),
        site().release.manifest.graphs,
    )
    return serialize(statements, format)


def _page(parameters: Parameters) -> bytes:
    asked = next(iter(parameters.get("voorbeeld", ())), "")
    frame = pages.frame(site(), "", path=PATH)
    texts = TEXTS[frame.lang]
    page = SparqlPage(
        # What this page has in other syntaxes is at the same address.
        frame=replace(frame, title=texts["title"], summary=texts["lead"], alternates=()),
        texts=texts,
        example=next((each for each in EXAMPLES if each.name == asked), EXAMPLES[0]),
        endpoint=site().release.address + PATH,
        downloads=_downloads(),
        deadline=f"{site().config.sparql.deadline:g}",
        answer=site().config.sparql.answer,
    )
    return render_template("sparql.html", page=page, frame=page.frame).encode()
