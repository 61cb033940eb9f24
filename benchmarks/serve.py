"""How fast we answer, beside peers on the same machine, data and minutes.

python -m benchmarks.serve [--seconds N] [--rounds N] [--concepts N] [--large FOLDER] [--write docs/performance.md]

Servers take turns: each kind of request goes to all of them, one after the other, and that several times over.
"""

from __future__ import annotations

import argparse
import dataclasses
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pyoxigraph import RdfFormat, Store, Triple, serialize

from benchmarks import search, tree
from benchmarks.answers import fault
from benchmarks.goals import (
    DOCUMENTS,
    LARGE,
    NEW_QUERIES,
    PUBLISH,
    REAL,
    REPEATED,
    RESTING,
    SEARCH,
    START,
    TRIPLES,
    USUAL,
)
from benchmarks.load import FIRST, STEP, Load, Rate, available, measure
from benchmarks.publish import bulk_load, run
from benchmarks.questions import NEW, QUESTIONS, TURTLE, WARM, Question, queries
from benchmarks.results import Cell, Results
from benchmarks.servers import DISK, FILES, GUESTS, MEMORY, OURS, Absent, Data, Kind, Server, fetch, running
from benchmarks.start import MILLION, STARTS, STORES, kept, start, triples
from benchmarks.table import document
from benchmarks.vocabulary import write_site

ROOT: Final = Path(__file__).parent.parent
CONTENT: Final = ("publisher.toml", "data", "ontology", "shapes", "queries")
"""What makes the site of this folder."""

BUDGET: Final = 11.75 * 60
"""Seconds that all may take: a round that would end later does not begin."""

SLOW: Final = 3.0
"""A guest that gives fewer answers a second alone is not asked sixteen at once: it would be busy long after."""

DOCUMENT_FORMATS: Final = (("Turtle", "ttl", TURTLE), ("HTML", "html", "text/html"))
COLD: Final = (("Turtle", ("ttl",)), ("other RDF", ("nt", "jsonld", "rdf")), ("HTML", ("html",)))
"""Suffixes of the documents that are asked for once."""

COLD_TIMES: Final = 2
"""Times as long as other figures: nothing is the same twice here, and a start is behind it."""


@dataclass(slots=True)
class Bench:
    """One run: how large, how long, where, and what it found so far."""

    concepts: int
    seconds: int
    folder: Path
    data: Data
    reference: Store
    large: Data | None = None
    results: Results = field(default_factory=Results)
    turn: int = 0

    def asked(self, question: Question) -> Sequence[str]:
        """Queries of a kind, with a place for what makes each new."""
        return queries(question, self.concepts)


def main() -> None:
    options = _options()
    if not available():
        sys.exit("benchmarks: `wrk` makes the requests; install it (Debian's package wrk) and try again")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            results = bench(Path(folder), options)
    except KeyboardInterrupt:
        sys.exit("benchmarks: stopped; nothing was written, and no server runs on")
    text = document(results, options.seconds)
    print(text)
    if options.write:
        options.write.write_text(text, "utf-8")


def bench(folder: Path, options: argparse.Namespace) -> Results:
    """Measure all there is to measure."""
    large = kept(options.large) if options.large else None
    started = time.monotonic()
    bench = prepare(folder, options.concepts, options.seconds)
    bench.large = dataclasses.replace(bench.data, site=large) if large else None
    _attempt(bench, "starts", _starts)
    _attempt(bench, REAL, _real_site)
    _attempt(bench, SEARCH, _search)
    for kind in GUESTS:
        _guest(bench, kind)
    with ExitStack() as stack:
        servers = _start(bench, stack, (OURS, MEMORY, DISK, FILES))
        for turn in range(options.rounds):
            before = time.monotonic()
            bench.turn = turn
            _say(f"round {turn + 1} of {options.rounds}")
            one_round(bench, servers)
            _attempt(bench, "cold documents", _cold)
            bench.results.rounds = turn + 1
            if 2 * time.monotonic() - before - started > BUDGET:
                break
        _remember_memory(bench, servers)
    return bench.results


def _attempt(bench: Bench, name: str, step: Callable[[Bench], None]) -> None:
    """Measure one thing; where a server does not start, say so and go on with the others."""
    _say(f"measuring {name}")
    try:
        step(bench)
    except Absent as error:
        bench.results.absent[name] = str(error)


def prepare(folder: Path, concepts: int, seconds: int) -> Bench:
    """Make the vocabulary, publish it, and keep the same statements for the peers."""
    _say(f"publishing {concepts} concepts")
    site = write_site(folder / "site", concepts)
    _, loaded = bulk_load(site)
    published, _ = run("publish", site)
    data = Data(site, folder / "data" / "statements.nt", folder / "files")
    _export(site / "var" / "current", data.triples)
    reference = Store()
    reference.bulk_load(path=data.triples, format=RdfFormat.N_TRIPLES)
    bench = Bench(concepts, seconds, folder, data, reference)
    bench.results.single[PUBLISH].append(published / loaded)
    return bench


def one_round(bench: Bench, servers: Sequence[Server]) -> None:
    """Each cell once, the servers side by side."""
    by_name = {each.kind.name: each for each in servers}
    for question in QUESTIONS:
        for table, names in ((NEW_QUERIES, (OURS, MEMORY, DISK)), (REPEATED, (OURS, MEMORY))):
            for server in _turned((by_name[each.name] for each in names if each.name in by_name), bench.turn):
                ask(bench, server, table, question)
    for name, extension, accept in DOCUMENT_FORMATS:
        paths = [f"/doc/v/c{number}.{extension}" for number in _warm(bench)]
        for server in _turned((by_name[each.name] for each in (OURS, FILES) if each.name in by_name), bench.turn):
            _store(bench, Cell(DOCUMENTS, f"{name}, warm", server.kind.name), server, _load(bench, paths, accept))


def ask(bench: Bench, server: Server, table: str, question: Question) -> None:
    """Measure one kind of query on one server, if it answers right."""
    cell = Cell(table, question.name, server.kind.name)
    asked = [server.path(each) for each in bench.asked(question)]
    if cell not in bench.results.rates:
        wrong = check(bench, server, question)
        if wrong:
            bench.results.words[cell] = wrong
    if cell in bench.results.words:
        return
    seconds = bench.seconds * question.lasting
    if table == REPEATED:
        asked = [asked[0].replace(NEW, str(FIRST))]
    if table == REPEATED or server.kind in GUESTS:
        seconds = max(1, seconds // 2)
    _store(bench, cell, server, Load(asked, question.accept, seconds, first=FIRST + bench.turn * STEP))


def check(bench: Bench, server: Server, question: Question) -> str:
    """What is wrong with a server's answer; nothing when it is right."""
    return fault(server, question, bench.asked(question)[0].replace(NEW, str(FIRST - 1)), bench.reference)


def _start(bench: Bench, stack: ExitStack, kinds: Iterable[Kind]) -> list[Server]:
    """Start servers; those that cannot be are noted as absent."""
    servers = []
    for kind in kinds:
        _say(f"starting {kind.name}")
        try:
            server = stack.enter_context(running(kind, bench.data, bench.folder / kind.name.replace(" ", "")))
        except Absent as error:
            bench.results.absent[kind.name] = str(error)
            continue
        servers.append(server)
        if kind is OURS:
            _copy_documents(bench, server)
    return servers


def _copy_documents(bench: Bench, server: Server) -> None:
    """Give nginx the very bytes that we serve."""
    folder = bench.data.files / "doc" / "v"
    folder.mkdir(parents=True)
    for _, extension, accept in DOCUMENT_FORMATS:
        for number in _warm(bench):
            body, _ = fetch(f"{server.place.address}/doc/v/c{number}.{extension}", accept)
            (folder / f"c{number}.{extension}").write_bytes(body)


def _starts(bench: Bench) -> None:
    """Start our server several times with each size of data, in memory and on disk in turn."""
    for size, data in ((USUAL, bench.data), (LARGE, bench.large)):
        if data:
            bench.results.single[Cell(START, size, TRIPLES)].append(triples(data.site))
            for store in STORES * STARTS:
                found = start(data, store, bench.folder / f"start-{size}")
                bench.results.single[Cell(START, size, store)].append(found.seconds)
                bench.results.single[Cell(RESTING, size, store)].append(found.mebibytes)


def _search(bench: Bench) -> None:
    """Measure search and suggestions with a site of their own, which has many names."""
    for name, server, rate in search.rates(bench.folder / "search", bench.folder / "search-run", bench.seconds):
        bench.results.rates[Cell(SEARCH, name, server)].append(rate)


def _cold(bench: Bench) -> None:
    """Start our server anew and, once it rests, ask for each document once, in the larger data if we have it."""
    with running(OURS, bench.large or bench.data, bench.folder / "cold") as server:
        tree.settle(server.pid)
        for name, suffixes in COLD:
            concepts = MILLION if bench.large else bench.concepts
            paths = [f"/doc/v/c{number}.{suffix}" for number in range(concepts) for suffix in suffixes]
            cell = Cell(DOCUMENTS, f"{name}, cold", OURS.name)
            _store(bench, cell, server, Load(paths, "*/*", COLD_TIMES * bench.seconds, once=True))


def _guest(bench: Bench, kind: Kind) -> None:
    """Measure one of the others, alone and once."""
    with ExitStack() as stack:
        for server in _start(bench, stack, (kind,)):
            for question in QUESTIONS:
                _ask_guest(bench, server, question)
            _remember_memory(bench, (server,))


def _ask_guest(bench: Bench, server: Server, question: Question) -> None:
    """Measure one kind of query; one that is too slow for load counts as often as it could be asked alone."""
    cell = Cell(NEW_QUERIES, question.name, server.kind.name)
    started = time.monotonic()
    wrong = check(bench, server, question)
    alone = Rate(1 / (time.monotonic() - started))
    if wrong:
        bench.results.words[cell] = wrong
    elif alone.per_second > SLOW:
        ask(bench, server, NEW_QUERIES, question)
    if not wrong and not any(each.per_second for each in bench.results.rates.get(cell, ())):
        bench.results.rates[cell] = [alone]
    tree.settle(server.pid)


def _real_site(bench: Bench) -> None:
    """Measure the memory that the site of this folder takes, after each page and many queries were asked."""
    folder = bench.folder / "real"
    for each in CONTENT:
        _copy(ROOT / each, folder / each)
    run("publish", folder)
    data = Data(folder, bench.data.triples, bench.data.files)
    with running(OURS, data, bench.folder / "real-run") as server:
        documents = _documents_of(server)
        queries = [server.path(each) for each in ("ASK {}", f"SELECT * {{ ?s ?p ?o{NEW} }} LIMIT 20")]
        measure(server.place.address, Load(["/", "/catalog.ttl", *documents], "*/*", 5, once=True))
        measure(server.place.address, Load(queries, "*/*", 1))
        bench.results.single[REAL].append(tree.memory(server.pid))


def _documents_of(server: Server) -> list[str]:
    """The pages and Turtle documents of everything that has an address of the site's own."""
    query = 'SELECT DISTINCT ?s { ?s ?p ?o FILTER(CONTAINS(STR(?s), "/id/")) }'
    body, _ = fetch(server.place.address + server.path(query), "text/csv")
    found = [each.partition("/id/")[2] for each in body.decode().splitlines()[1:]]
    return [f"/doc/{each}.{suffix}" for each in found for suffix in ("html", "ttl")]


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


def _export(release: Path, path: Path) -> None:
    """Write the statements of all graphs of a release, each once."""
    path.parent.mkdir(parents=True)
    store = Store.read_only(str(release.resolve() / "store"))
    triples = {Triple(each.subject, each.predicate, each.object) for each in store}
    with path.open("wb") as file:
        serialize(sorted(triples, key=str), file, format=RdfFormat.N_TRIPLES)


def _store(bench: Bench, cell: Cell, server: Server, load: Load) -> None:
    bench.results.rates[cell].append(measure(server.place.address, load))
    tree.settle(server.pid)


def _load(bench: Bench, paths: Sequence[str], accept: str) -> Load:
    return Load(paths, accept, bench.seconds)


def _warm(bench: Bench) -> range:
    return range(1, bench.concepts, max(1, bench.concepts // WARM))


def _turned(servers: Iterable[Server], turn: int) -> list[Server]:
    """Another one begins in each round, so that none is always the first after a pause."""
    known = list(servers)
    return known[turn % len(known) :] + known[: turn % len(known)] if known else []


def _remember_memory(bench: Bench, servers: Iterable[Server]) -> None:
    bench.results.memory.update({each.kind.name: tree.memory(each.pid) for each in servers})


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text} …", file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serve", description="Measure beside peers.")
    parser.add_argument("--seconds", type=int, default=2, help="how long each kind of request is repeated")
    parser.add_argument("--rounds", type=int, default=3, help="how often all servers take their turn")
    parser.add_argument("--concepts", type=int, default=9_100, help="how large the vocabulary is")
    parser.add_argument(
        "--large",
        type=Path,
        metavar="FOLDER",
        help="a site with a million triples to start with; made and published there if it is not (minutes)",
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the report here too")
    return parser.parse_args()


if __name__ == "__main__":
    main()
