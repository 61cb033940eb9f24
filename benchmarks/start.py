"""How long the server takes to its first answer and how much memory it has then, in memory and on disk.

python -m benchmarks.start FOLDER …

Each folder holds a published site; one that is not there gets a million triples, published once (minutes) and
kept for the next time: what is measured is the server, to which a release of today is as good as one of now.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import Store

from benchmarks import tree
from benchmarks.publish import run
from benchmarks.results import figure, short
from benchmarks.servers import OURS, Data, running
from benchmarks.vocabulary import write_site

MILLION: Final = 91_000
"""Concepts that make a million triples."""
STORES: Final = ("memory", "disk")
"""Values of `store` in [sparql]."""
STARTS: Final = 3


@dataclass(frozen=True, slots=True)
class Started:
    """Seconds to the first answer to a query; MiB of all processes once they have come to rest."""

    seconds: float
    mebibytes: float


def main(folders: list[Path]) -> None:
    print("| triples | store | seconds to the first answer | MiB of all processes (PSS) |\n|---|---|---|---|")
    for folder in folders:
        data = Data(kept(folder), folder, folder)
        for store in STORES:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
                found = [start(data, store, Path(place)) for _ in range(STARTS)]
            seconds, mebibytes = figure(each.seconds for each in found), short(found[-1].mebibytes)
            print(f"| {triples(folder):,} | {store} | {seconds} | {mebibytes} |", flush=True)


def kept(folder: Path) -> Path:
    """A folder with a published site: as it is, or made now with a million triples."""
    if not (folder / "var" / "current").exists():
        started = time.monotonic()
        run("publish", write_site(folder, MILLION))
        print(f"published into {folder} in {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    return folder


def triples(folder: Path) -> int:
    """Statements in the store of the release in force, those of the catalogue included."""
    return len(Store.read_only(str((folder / "var" / "current").resolve() / "store")))


def start(data: Data, store: str, folder: Path) -> Started:
    """Start the server once, with its store in memory or on disk."""
    with running(OURS, stored(data, store, folder / store), folder / store) as server:
        tree.settle(server.pid)
        return Started(server.seconds, tree.memory(server.pid))


def stored(data: Data, store: str, folder: Path) -> Data:
    """The same release in force, under settings that say where the store is."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = (data.site / "publisher.toml").read_text("utf-8")
    directory = json.dumps(str(data.site.resolve() / "var"))
    more = f'\n[release]\ndirectory = {directory}\n\n[sparql]\nstore = "{store}"\n'
    (folder / "publisher.toml").write_text(settings + more, "utf-8")
    return dataclasses.replace(data, site=folder)


if __name__ == "__main__":
    main(list(map(Path, sys.argv[1:])) or sys.exit("benchmarks: name one folder or more"))
