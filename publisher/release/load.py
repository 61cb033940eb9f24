"""Loads the store of a release, in a process of its own: that takes as long as to write all the rest."""

from __future__ import annotations

import gzip
import os
import sys
from pathlib import Path
from typing import IO, cast

import pyoxigraph
from pyoxigraph import Store

from publisher import sandbox
from publisher.errors import ReleaseDamaged, ReleaseError
from publisher.formats import N_QUADS
from publisher.release.verify import count_store, in_fresh_process


def load(store: Path, statements: Path) -> int:
    """Make a store of a file of compressed N-Quads and read it back; the number of statements in it.

    The store writes numbers in their canonical form, so that it may hold fewer statements than the file.
    """
    done = in_fresh_process(__name__, str(store), str(statements), str(os.getpid()))
    if done.returncode:
        said = done.stderr.strip().rpartition("\n")[2] or "the engine ended"
        raise ReleaseError(f"{store} cannot be written: {said}")
    if count_store(store) != int(done.stdout):
        raise ReleaseDamaged(f"{store}: statements were lost between writing and reading; check the disk")
    return int(done.stdout)


def _load(store: str, statements: str) -> int:
    loaded = Store(store)
    with gzip.open(statements) as file:
        loaded.bulk_extend(pyoxigraph.parse(cast(IO[bytes], file), N_QUADS.engine))
    loaded.optimize()
    loaded.flush()
    return len(loaded)


def main() -> None:
    """Load. Arguments: store, statements, parent."""
    store, statements, parent = sys.argv[1:]
    # Whoever sweeps away what a killed publisher left must not meet us at work; it may have died by now.
    if not sandbox.die_with(int(parent)) and os.getppid() != int(parent):
        sys.exit("the publisher has ended")
    try:
        print(_load(store, statements))
    except (OSError, RuntimeError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
