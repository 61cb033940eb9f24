"""A process that evaluates queries, one after the other, and may be killed at any moment.

`pool` starts it and speaks with it in frames (`wire`). A request is a frame `Q`; the answer is `D` (data) as often
as needed, then `E` (end, with the seconds of processor time that it took) or `X` (error). Before the first request
the worker says `R` (ready) or `X` when it cannot open the store.
"""

from __future__ import annotations

import codecs
import csv
import gc
import json
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from socket import socket
from typing import IO, Final, cast

import pyoxigraph
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
)

from publisher import sandbox
from publisher.formats import FORMATS, RESULTS_FORMATS, Format, ResultsFormat
from publisher.namespaces import PREFIXES
from publisher.sparql.gate import undeclared
from publisher.sparql.wire import CHUNK, frame, receive, send

_RENEWAL: Final = 0.5
"""Seconds of processor time after which the limit of the kernel is raised for the next query."""

STACK: Final = 64 << 20
"""Bytes of stack for the engine, virtual until used: 30 times what the worst query that the gate admits needs."""

BY_MEDIA_TYPE: Final[dict[str, Format | ResultsFormat]] = {
    each.media_type: each for each in (*FORMATS, *RESULTS_FORMATS)
}

_CSV: Final = next(each for each in RESULTS_FORMATS if each.suffix == "csv")

_NOT_IN_XML: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
"""What XML 1.0 cannot hold in any spelling, and a literal can."""


class Refused(Exception):
    """An error that the query, not the worker, is to blame for: kind and message."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def main() -> None:
    """Serve one supervisor until it hangs up. Arguments: socket, parent, store, MiB of memory, seconds."""
    descriptor, parent, store, memory, seconds = sys.argv[1:]
    channel = socket(fileno=int(descriptor))
    missing = sandbox.step_down(Path(store), int(parent))
    run(channel, lambda: Store.read_only(store), int(memory) << 20, int(seconds), missing)
    # Not by the interpreter's own way out: it would wait for what the engine has not let go of.
    os._exit(0)


def run(channel: socket, open: Callable[[], Store], memory: int, seconds: int, missing: list[str]) -> None:
    """Serve on a thread that has the stack for it; returns when the supervisor has hung up."""
    threading.stack_size(STACK)
    arguments = (channel, open, memory, seconds, missing)
    thread = threading.Thread(target=serve, args=arguments, daemon=True)
    thread.start()
    thread.join()


def serve(channel: socket, open: Callable[[], Store], memory: int, seconds: int, missing: list[str]) -> None:
    """Open the store, lock the process down, answer until the supervisor hangs up."""
    try:
        opened = open()
        bool(opened.query("ASK {}"))
    except (OSError, RuntimeError) as error:
        return send(channel, b"X", _error("store", str(error), 0.0))
    missing += sandbox.lock(memory)
    # A worker has no cycles worth looking for, and does not live long enough to have many.
    gc.disable()
    send(channel, b"R", json.dumps({"missing": missing}).encode())
    since = -1.0
    while request := receive(channel):
        begin = time.process_time()
        # Not before every small query: it costs more than many of them.
        if begin - since > _RENEWAL or since < 0:
            sandbox.allow_seconds(seconds)
            since = begin
        try:
            frames = answer(opened, json.loads(request), channel)
            frames.end(time.process_time() - begin)
        except Refused as refused:
            send(channel, b"X", _error(refused.kind, str(refused), time.process_time() - begin))
    return None


def answer(store: Store, request: dict[str, object], channel: socket) -> Frames:
    """Evaluate a request and send the data of its answer but the last; raises `Refused`."""
    format = BY_MEDIA_TYPE[str(request["format"])]
    frames = Frames(channel, xml=format.media_type.endswith("+xml"))
    try:
        write(evaluate(store, request), format, frames)
    except MemoryError:
        raise Refused("memory", "The query needed more memory than a query may have.") from None
    except SyntaxError as error:
        raise Refused("syntax", explain(str(error), str(request["text"]))) from None
    except ValueError as error:
        raise Refused(
            "format", f"This answer cannot be written as {format.name}: {error}; {others(format)}."
        ) from None
    except (RuntimeError, OSError) as error:
        # An unknown function is the query's mistake. What else there is may name files of ours.
        kind = "syntax" if "custom function" in str(error) else "engine"
        reason = re.sub(r"(?:/[\w.\-]+){2,}", "…", str(error)) if kind == "engine" else error
        raise Refused(kind, f"The engine cannot evaluate the query: {reason}") from None
    return frames


def evaluate(store: Store, request: dict[str, object]) -> QuerySolutions | QueryBoolean | QueryTriples:
    """The results of the query over the graphs of the request, its own (FROM), or else all graphs as one."""
    text = str(request["text"])
    default, named = ([NamedNode(iri) for iri in cast(list[str], request[key])] for key in ("default", "named"))
    if default or named:
        return store.query(text, default_graph=list(default), named_graphs=list(named))
    # The engine's union would overrule FROM, so it is asked for only where there is none.
    return store.query(text, use_default_graph_as_union=not request["dataset"])


def write(
    results: QuerySolutions | QueryBoolean | QueryTriples, format: Format | ResultsFormat, output: Frames
) -> None:
    """Serialise results as they come."""
    file = cast(IO[bytes], output)
    if isinstance(format, Format) and isinstance(results, QueryTriples):
        statements = _distinct(results) if format.holds_triple_terms else _plain(_distinct(results))
        pyoxigraph.serialize(statements, file, format=format.engine, prefixes=PREFIXES)
    elif format is _CSV and isinstance(results, QuerySolutions):
        _write_csv(results, output)
    elif isinstance(format, ResultsFormat) and not isinstance(results, QueryTriples):
        results.serialize(file, format=format.engine)
    else:
        raise Refused("syntax", "The engine reads another query form in this text than it begins with.")
    output.check()


def _write_csv(solutions: QuerySolutions, output: Frames) -> None:
    """The engine (0.5) writes IRIs as they are, so that one with a comma would be two cells (RFC 4180)."""
    table = csv.writer(codecs.getwriter("utf-8")(cast(IO[bytes], output)))
    table.writerow([each.value for each in solutions.variables])
    for solution in solutions:
        table.writerow(map(_cell, solution))


def _cell(term: NamedNode | BlankNode | Literal | Triple | None) -> str:
    """The text of a value, without its kind (SPARQL 1.1 Query Results CSV §3.2)."""
    if isinstance(term, Triple):
        return " ".join(map(_cell, (term.subject, term.predicate, term.object)))
    if isinstance(term, NamedNode | Literal):
        return term.value
    return "" if term is None else str(term)


def _distinct(triples: Iterable[Triple]) -> Iterable[Triple]:
    """Each triple once: the answer is a graph, and the engine may say a triple again."""
    seen: set[Triple] = set()
    for triple in triples:
        if triple not in seen:
            seen.add(triple)
            yield triple


def _plain(triples: Iterable[Triple]) -> Iterable[Triple]:
    for triple in triples:
        if isinstance(triple.object, Triple):
            raise ValueError("it has no way to write a triple term (RDF 1.2)")
        yield triple


def others(format: Format | ResultsFormat) -> str:
    """What to ask for instead."""
    family: Iterable[Format | ResultsFormat] = FORMATS if isinstance(format, Format) else RESULTS_FORMATS
    return f"ask for {', '.join(each.media_type for each in family if each is not format)}"


def explain(message: str, text: str) -> str:
    """The engine's syntax error as people can use it.

    What it says it expected is left out: it is what the parser tried last, and seldom what is wrong.
    """
    missing = undeclared(text)
    if missing is not None:
        return missing
    place = re.match(r"error at (\d+):(\d+): expected (.*)", message, re.DOTALL)
    if place is None:
        return f"Syntax error: {message[:300]}"
    begin = f"Syntax error at {place[1]}:{place[2]}"
    reason = re.search(r"((?:\bThe|\bReifiers|SELECT \*) .*)", place[3], re.DOTALL)
    if reason:
        return f"{begin}: {reason[1][:300]}"
    after = _after(text, int(place[1]), int(place[2])).split(None, 1)
    return f"{begin}, before `{after[0][:40]}`." if after else f"{begin}, the end of the query."


def _after(text: str, line: int, column: int) -> str:
    """What follows a place."""
    lines = text.split("\n")
    return text[sum(len(each) + 1 for each in lines[: line - 1]) + column - 1 :]


class Frames:
    """A file for the engine to write to: what arrives goes out in frames of 64 KiB."""

    def __init__(self, channel: socket, *, xml: bool) -> None:
        self._channel = channel
        self._xml = xml
        self._pending = bytearray()

    def write(self, data: bytes) -> int:
        self._pending += data
        while len(self._pending) >= CHUNK:
            self.check()
            self._channel.sendall(frame(b"D", bytes(self._pending[:CHUNK])))
            del self._pending[:CHUNK]
        return len(data)

    def flush(self) -> None:
        """Nothing: a small frame for each flush of the engine would cost more than it brings."""

    def check(self) -> None:
        """Raise `ValueError` if what is still to be sent cannot be said in this format."""
        if self._xml and _NOT_IN_XML.search(self._pending):
            raise ValueError("a term has a character that XML does not allow")

    def end(self, seconds: float) -> None:
        """Send what is left and the end, together: each call wakes the other side once."""
        rest = frame(b"D", bytes(self._pending)) if self._pending else b""
        self._channel.sendall(rest + frame(b"E", repr(seconds).encode()))


def _error(kind: str, message: str, seconds: float) -> bytes:
    return json.dumps({"kind": kind, "message": message[:1000], "seconds": seconds}).encode()


if __name__ == "__main__":
    main()
