"""What publishing takes, beside a plain bulk load of the same file by the engine.

Seconds by the clock, and of processors: where others use the machine too, only the second kind can be compared.

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
    print("| triples | bulk load s | check s | publish s | ratio to it | of processors | peak MiB | kB a triple |")
    print("|---|---|---|---|---|---|---|---|")
    for concepts in sizes:
        with tempfile.TemporaryDirectory() as directory:
            print(row(write_site(Path(directory) / "site", concepts)), flush=True)


def row(folder: Path) -> str:
    """One line of the table."""
    before = time.process_time()
    triples, loaded = bulk_load(folder)
    loading = time.process_time() - before
    checked, _ = run("check", folder)
    before = used()
    published, peak = run("publish", folder)
    ratio, of_processors = published / loaded, (used() - before) / loading
    kilobytes = peak * 1024 / triples
    return (
        f"| {triples} | {loaded:.1f} | {checked:.1f} | {published:.1f} | {ratio:.1f} | {of_processors:.1f} "
        f"| {peak:.0f} | {kilobytes:.1f} |"
    )


def used() -> float:
    """Seconds of processors that commands have taken so far, with the processes that they started."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


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
