"""`/sparql`: answers to queries, a description of the service, and a form for people."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode

from publisher.errors import NotAcceptable
from publisher.formats import FORMATS, GRAPH_FORMATS, RESULTS_FORMATS, Format, ResultsFormat
from publisher.iris import SEARCH
from publisher.release.dumps import serialize
from publisher.release.queries import SavedQuery
from publisher.sparql import Query, service
from publisher.web import Site, completion, headers, protocol, site, solutions
from publisher.web.frame import Frame, site_reader, site_text
from publisher.web.frame import frame as frame_of
from publisher.web.negotiation import choose
from publisher.web.protocol import PAGE, PATH, Parameters
from publisher.web.reading import Value
from publisher.web.rendering import render
from publisher.web.reply import response
from publisher.web.solutions import Shown

blueprint: Final = Blueprint("sparql", __name__)

HTML: Final = "text/html"
TERMS: Final = f"{PATH}/terms"
SCRIPT: Final = (
    "sparql_busy",
    "sparql_failed",
    "sparql_keys",
    "sparql_proposals",
    "sparql_class",
    "sparql_property",
    "sparql_prefix",
    "sparql_concept",
    "sparql_variable",
    "sparql_word",
    "sparql_remove",
    "sparql_raw",
)
"""Texts that the page's script says."""


@dataclass(frozen=True, slots=True)
class Example:
    """A query for people to begin with; a saved one has its own title, of ours the catalogues have it."""

    name: str
    query: str
    title: str = ""


EXAMPLES: Final = (
    Example(
        "schemas",
        """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?scheme (COUNT(?concept) AS ?concepts)
WHERE { ?concept skos:inScheme ?scheme }
GROUP BY ?scheme
ORDER BY DESC(?concepts)
""",
    ),
    Example(
        "begrippen",
        """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?concept ?label
WHERE { ?concept a skos:Concept ; skos:prefLabel ?label }
ORDER BY ?concept ?label
LIMIT 100
""",
    ),
    Example(
        "bredere",
        """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?broader ?narrower
WHERE { ?narrower skos:broader ?broader }
ORDER BY ?broader ?narrower
LIMIT 100
""",
    ),
    Example(
        "grafen",
        """SELECT ?graph (COUNT(*) AS ?statements)
WHERE { GRAPH ?graph { ?subject ?predicate ?object } }
GROUP BY ?graph
ORDER BY ?graph
""",
    ),
    Example(
        "namen",
        """PREFIX search: <BASE/ns/search#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT DISTINCT ?concept ?label
WHERE {
  ?concept search:word/search:prefix "wat" ;
    skos:prefLabel ?label .
}
ORDER BY ?label
LIMIT 100
""",
    ),
)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer in the page: `count` says how much it is and how long it took."""

    query: Query
    shown: Shown
    count: str
    link: str
    files: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SparqlPage:
    """The form, what was answered to what it was sent with, and what programs should know.

    `words` are for the script, `language` is empty where it is the site's first.
    """

    frame: Frame
    query: str
    answered: Answered | None
    example: Example | None
    words: Mapping[str, str]
    language: str
    endpoint: str
    downloads: str
    deadline: str
    answer: int
    saved: Sequence[Example]
    examples: Sequence[Example]
    results_formats: Sequence[ResultsFormat] = RESULTS_FORMATS
    formats: Sequence[Format] = FORMATS


@blueprint.route(PATH, methods=["GET", "POST"])
def endpoint() -> Response:
    """The answer to a query; without one, what this is: a form for people, RDF for programs."""
    reply = protocol.answered(site(), request.environ)
    if reply:
        return response(reply)
    parameters = protocol.parameters_of(request.query_string)
    return _answered(parameters) if protocol.asks(parameters) else _introduction(parameters)


@blueprint.get(TERMS)
def terms() -> Response:
    """What the editor proposes: prefixes, classes and properties that there are; with `q`, what is called so."""
    asked = request.args.get("q", "")
    proposed = completion.concepts(site(), asked) if asked else completion.terms(site())
    content = json.dumps(proposed, ensure_ascii=False, separators=(",", ":"))
    return headers.document(
        content.encode(), "application/json", modified=site().release.changed, language=headers.page_language()
    )


def _answered(parameters: Parameters) -> Response:
    """The page with the answer to a query in it."""
    began = time.perf_counter()
    query, answer = protocol.shown(site(), request.environ, parameters)
    shown = solutions.shown(site(), answer, gives_graph=query.form.gives_graph) if answer else Shown()
    taken = round(1000 * (time.perf_counter() - began))
    found = Answered(query, shown, _count(shown, taken), _address(query, PAGE), tuple(_files(query)))
    return headers.document(
        _page(parameters, found),
        HTML,
        modified=site().release.changed,
        language=headers.page_language(),
        cache_control=headers.NO_STORE if query.volatile else headers.FRESH,
    )


def _count(shown: Shown, milliseconds: int) -> str:
    reader = site_reader(site())
    time = f"{reader.number(milliseconds)} ms"
    if shown.graph is not None or shown.boolean is not None:
        return reader.say("sparql_taken", time=time)
    return reader.say("sparql_row" if len(shown.rows) == 1 else "sparql_rows", number=len(shown.rows), time=time)


def _files(query: Query) -> Iterator[Value]:
    for each in protocol.formats_of(query.form):
        yield Value(each.name, _address(query, each.suffix))


def _address(query: Query, format: str) -> str:
    asked = _asked(query, format)
    return site().page(PATH, asked) if format == PAGE else f"{PATH}?{asked}"


def _asked(query: Query, format: str) -> str:
    graphs = {"default-graph-uri": query.default_graphs, "named-graph-uri": query.named_graphs}
    return urlencode({"query": query.text, "format": format, **graphs}, doseq=True)


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
        _met(site()),
        site().release.manifest.triples,
        config.sparql,
    )
    return serialize(statements, format)


def _met(site: Site) -> Mapping[str, int]:
    """The graphs that a query meets which names none: without the one for searching."""
    search = site.config.policy.graph(SEARCH)
    return {name: size for name, size in site.release.manifest.graphs.items() if name != search}


def _page(parameters: Parameters, answered: Answered | None = None) -> bytes:
    # In another language it is the same question; search engines have nothing to look for in answers.
    asked = _asked(answered.query, PAGE) if answered else ""
    frame = replace(frame_of(site(), "", path=PATH, query=asked), noindex=bool(answered))
    words = frame.texts
    saved = [_example(each) for each in site().release.queries.values()]
    examples = [_own(each, words[f"example_{each.name}"]) for each in EXAMPLES]
    example = _shown(parameters, examples, saved)
    page = SparqlPage(
        # What this page has in other syntaxes is at the same address.
        frame=replace(frame, title=words["sparql_title"], summary=words["sparql_lead"], alternates=()),
        query=answered.query.text if answered else example.query,
        answered=answered,
        example=None if answered else example,
        words={each: words[each] for each in SCRIPT},
        language=site().spoken,
        saved=saved,
        examples=examples,
        endpoint=site().release.address + PATH,
        downloads=site().page(protocol.downloads(site())),
        deadline=f"{site().config.sparql.deadline:g}",
        answer=site().config.sparql.answer,
    )
    return render("sparql.html", page=page, frame=page.frame).encode()


def _own(example: Example, title: str) -> Example:
    """An example of ours for this site."""
    return Example(example.name, example.query.replace("<BASE/", f"<{site().release.base}/"), title)


def _example(query: SavedQuery) -> Example:
    """A saved query with a value for each parameter, without its head."""
    lines = query.text_with(query.samples).split("\n")
    text = "\n".join(line for line in lines if not line.startswith("#+")).strip()
    return Example(query.name, text + "\n", site_text(site(), query.title))


def _shown(parameters: Parameters, ours: Sequence[Example], saved: Sequence[Example]) -> Example:
    """The query that the form begins with: the one that the address names, or the first example."""
    for parameter, examples in (("voorbeeld", ours), ("bewaard", saved)):
        for each in examples:
            if each.name in parameters.get(parameter, ()):
                return each
    return ours[0]
