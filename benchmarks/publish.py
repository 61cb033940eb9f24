"""What publishing takes, beside a plain bulk load of the same file by the engine.

python -m benchmarks.publish [CONCEPTS …]
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from benchmarks.vocabulary import write_site

SIZES = (1_000, 9_100)
"""Concepts; the second makes about 100,000 triples."""


def main(sizes: tuple[int, ...]) -> None:
    print(
        "| concepts | triples | bulk load s | check s | publish s | ratio to bulk load | peak MiB | kB a triple |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for concepts in sizes:
        with tempfile.TemporaryDirectory() as directory:
            print(row(write_site(Path(directory) / "site", concepts), concepts), flush=True)


def row(folder: Path, concepts: int) -> str:
    """One line of the table."""
    triples, loaded = bulk_load(folder)
    checked, _ = run("check", folder)
    published, peak = run("publish", folder)
    ratio = published / loaded
    kilobytes = peak * 1024 / triples
    return (
        f"| {concepts} | {triples} | {loaded:.1f} | {checked:.1f} | {published:.1f} | {ratio:.1f} "
        f"| {peak:.0f} | {kilobytes:.1f} |"
    )


def bulk_load(folder: Path) -> tuple[int, float]:
    """Triples, and seconds to load them on disk, flush and optimize."""
    started = time.perf_counter()
    store = Store(str(folder / "plain"))
    store.bulk_load(path=folder / "vocabulary.ttl", format=RdfFormat.TURTLE)
    store.optimize()
    store.flush()
    return len(store), time.perf_counter() - started


def run(command: str, folder: Path) -> tuple[float, float]:
    """Seconds and peak memory (MiB) of a command."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "publisher", command, folder], check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - started
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)
