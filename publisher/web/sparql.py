"""`/sparql`: answers to queries, a description of the service, and a form for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode

from publisher.errors import NotAcceptable
from publisher.formats import FORMATS, GRAPH_FORMATS, RESULTS_FORMATS, Format, ResultsFormat
from publisher.release.dumps import serialize
from publisher.release.queries import SavedQuery
from publisher.sparql import service
from publisher.web import headers, protocol, site
from publisher.web.frame import Frame, site_text
from publisher.web.frame import frame as frame_of
from publisher.web.negotiation import choose
from publisher.web.protocol import PATH, Parameters
from publisher.web.rendering import render
from publisher.web.reply import response

blueprint: Final = Blueprint("sparql", __name__)

HTML: Final = "text/html"


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
        "saved": "Bewaarde vragen",
        "call": "invullen",
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
        "saved": "Saved queries",
        "call": "fill in",
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

    frame: Frame
    texts: Mapping[str, str]
    example: Example
    endpoint: str
    downloads: str
    deadline: str
    answer: int
    saved: Sequence[Example]
    examples: Sequence[Example] = EXAMPLES
    results_formats: Sequence[ResultsFormat] = RESULTS_FORMATS
    formats: Sequence[Format] = FORMATS


@blueprint.route(PATH, methods=["GET", "POST"])
def endpoint() -> Response:
    """The answer to a query; without one, what this is: a form for people, RDF for programs."""
    reply = protocol.answered(site(), request.environ)
    return response(reply) if reply else _introduction(protocol.parameters_of(request.query_string))


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
        site().release.manifest.triples,
        config.sparql,
    )
    return serialize(statements, format)


def _page(parameters: Parameters) -> bytes:
    frame = frame_of(site(), "", path=PATH)
    texts = TEXTS[frame.lang]
    saved = [_example(each, frame.lang) for each in site().release.queries.values()]
    page = SparqlPage(
        # What this page has in other syntaxes is at the same address.
        frame=replace(frame, title=texts["title"], summary=texts["lead"], alternates=()),
        texts=texts,
        example=_shown(parameters, saved),
        saved=saved,
        endpoint=site().release.address + PATH,
        downloads=site().page(protocol.downloads(site())),
        deadline=f"{site().config.sparql.deadline:g}",
        answer=site().config.sparql.answer,
    )
    return render("sparql.html", page=page, frame=page.frame).encode()


def _example(query: SavedQuery, language: str) -> Example:
    """A saved query with a value for each parameter, without its head."""
    lines = query.text_with(query.samples).split("\n")
    text = "\n".join(line for line in lines if not line.startswith("#+")).strip()
    return Example(query.name, {language: site_text(site(), query.title)}, text + "\n")


def _shown(parameters: Parameters, saved: Sequence[Example]) -> Example:
    """The query that the form begins with: the one that the address names, or the first example."""
    for parameter, examples in (("voorbeeld", EXAMPLES), ("bewaard", saved)):
        for each in examples:
            if each.name in parameters.get(parameter, ()):
                return each
    return EXAMPLES[0]
