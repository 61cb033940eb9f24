"""Whether a server answers right: only then is it timed."""

from __future__ import annotations

import json
from urllib.error import HTTPError

from pyoxigraph import QueryBoolean, QuerySolutions, RdfFormat, Store, Triple, parse

from benchmarks.questions import JSON, TURTLE, Question
from benchmarks.servers import Server, fetch


def fault(server: Server, question: Question, query: str, reference: Store) -> str:
    """What is wrong with the answer to a query; nothing when it is right."""
    try:
        body, media_type = fetch(server.place.address + server.path(query), question.accept)
        if media_type != JSON and not RdfFormat.from_media_type(media_type):
            return "wrong media type"
        found = _content(body, media_type)
    except TimeoutError:
        return "> 10 s"
    except (OSError, ValueError, SyntaxError, KeyError) as error:
        return f"error {error.code}" if isinstance(error, HTTPError) else "cannot be read"
    # What DESCRIBE tells is the server's choice; it must tell something.
    right = found == _wanted(reference, query) or (
        question.accept == TURTLE and isinstance(found, int) and found > 0
    )
    return "" if right else "wrong answer"


def _content(body: bytes, media_type: str) -> object:
    """What can be compared: true or false, the one row, or how many rows or triples."""
    syntax = RdfFormat.from_media_type(media_type)
    if syntax:
        return len(list(parse(body, format=syntax)))
    answer = json.loads(body)
    if "boolean" in answer:
        return answer["boolean"]
    rows = [{name: term["value"] for name, term in row.items()} for row in answer["results"]["bindings"]]
    # Virtuoso 7 says yes and no with a row.
    if "__ASK_RETVAL" in answer["head"]["vars"]:
        return bool(rows and rows[0]["__ASK_RETVAL"] == "1")
    return rows[0] if len(rows) == 1 else len(rows)


def _wanted(store: Store, query: str) -> object:
    found = store.query(query)
    if isinstance(found, QueryBoolean):
        return bool(found)
    if not isinstance(found, QuerySolutions):
        return len(list(found))
    names = [each.value for each in found.variables]
    rows = [
        {name: value.value for name in names if (value := row[name]) is not None and not isinstance(value, Triple)}
        for row in found
    ]
    return rows[0] if len(rows) == 1 else len(rows)
