"""How fast search and suggestions are among 100,000 labels, beside a query that looks for the same in a peer.

python -m benchmarks.search [FOLDER]

The folder gets a published site of 25,000 concepts, or has one, and keeps it. Every question is a new one; both
servers run, and only one is asked at a time. It needs `wrk`; `oxigraph` is left out where it is not installed.
"""

from __future__ import annotations

import gzip
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pyoxigraph
from pyoxigraph import RdfFormat

from benchmarks.load import CONNECTIONS, Load, Rate, measure
from benchmarks.publish import run
from benchmarks.servers import MEMORY, OURS, Absent, Data, Server, running
from benchmarks.vocabulary import SEED, labels, write_site

CONCEPTS: Final = 25_000
LABELS: Final = 4 * CONCEPTS
QUESTIONS: Final = 20_000
SECONDS: Final = 5
JSON: Final = "application/json"
PAGE: Final = "search, a name, as a page"
QUERY: Final = "query, CONTAINS"


def main(folder: Path) -> None:
    print(f"| {LABELS:,} labels, {CONNECTIONS} connections | answers a second | p99, ms | failed |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        for name, server, rate in rates(folder, Path(place), SECONDS):
            failed = rate.refused + rate.broken
            print(f"| {server}: {name} | {rate.per_second:,.0f} | {rate.p99:.1f} | {failed} |", flush=True)


def rates(folder: Path, place: Path, seconds: int) -> Iterator[tuple[str, str, Rate]]:
    """What is asked, of which server, and what it gave; a folder without a site gets one.

    Servers keep their files in `place`.

    Raises:
        Absent: our server does not start.
    """
    if not (folder / "var" / "current").exists():
        run("publish", write_site(folder, CONCEPTS))
    data = Data(folder, place / "statements.nt", place)
    _export(folder, data.triples)
    with ExitStack() as stack:
        ours = stack.enter_context(running(OURS, data, place / "ours"))
        for name, paths in _kinds().items():
            accept = "text/html" if name == PAGE else JSON
            yield name, OURS.name, measure(ours.place.address, Load(paths, accept, seconds))
        try:
            peer = stack.enter_context(running(MEMORY, data, place / "peer"))
        except Absent as reason:
            print(f"{MEMORY.name}: {reason}", file=sys.stderr)
        else:
            yield QUERY, MEMORY.name, measure(peer.place.address, Load(_queries(peer), "*/*", seconds))


def _kinds() -> dict[str, list[str]]:
    """What is asked, each time something else."""
    chance = random.Random(SEED)
    names = chance.sample(labels(CONCEPTS), QUESTIONS)
    typed = [name[: chance.randrange(2, len(name))] for name in names]
    return {
        "suggestions, while a name is typed": [f"/suggest?q={quote(each)}&n={n}" for n, each in enumerate(typed)],
        "search, a name": [f"/search?q={quote(each)}" for each in names],
        "search, a word and the beginning of another": [
            f"/search?q={quote(each)}&n={n}" for n, each in enumerate(map(_begun, names))
        ],
        "search, a name with a slip": [f"/search?q={quote(_slipped(each, chance))}" for each in names],
        PAGE: [f"/search?q={quote(each)}" for each in names],
    }


def _begun(name: str) -> str:
    first, second, _ = name.split()
    return f"{first} {second[:2]}"


def _slipped(name: str, chance: random.Random) -> str:
    """A name without one letter of its first word."""
    place = chance.randrange(name.index(" "))
    return name[:place] + name[place + 1 :]


def _queries(server: Server) -> list[str]:
    query = (
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
        'SELECT ?s ?l {{ ?s skos:prefLabel ?l FILTER(CONTAINS(LCASE(STR(?l)), "{}")) }} LIMIT 20'
    )
    return [server.path(query.format(each)) for each in labels(CONCEPTS)[:QUESTIONS]]


def _export(folder: Path, triples: Path) -> None:
    """What is in the store of the release, without its graphs."""
    triples.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(folder / "var" / "current" / "statements.nq.gz") as file:
        quads = pyoxigraph.parse(file.read(), RdfFormat.N_QUADS)
        pyoxigraph.serialize((quad.triple for quad in quads), triples, format=RdfFormat.N_TRIPLES)


if __name__ == "__main__":
    main(Path(*sys.argv[1:]) if sys.argv[1:] else Path(tempfile.mkdtemp()) / "site")
