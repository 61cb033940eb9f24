"""How long SHACL takes: pySHACL over everything, and what the program does. `python -m benchmarks.shapes`

Processor seconds, over the program's shapes and what follows from a synthetic vocabulary that conforms to them.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

import pyshacl
from pyoxigraph import Quad, RdfFormat, parse

from benchmarks.vocabulary import HEAD, vocabulary
from publisher.compiler.entail import semantics
from publisher.compiler.validate import as_rdflib, program_shapes, validate


def main() -> None:
    """Print a row for each size."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.shapes")
    parser.add_argument("concepts", nargs="*", type=int, default=[1_000, 10_000])
    for concepts in parser.parse_args().concepts:
        text = HEAD + "".join(vocabulary(concepts))
        quads = semantics(parse(text.encode(), RdfFormat.TURTLE))
        screened = _seconds(lambda quads=quads: _screened(quads))
        whole = _seconds(lambda quads=quads: _whole(quads))
        row = f"{concepts:>7,} concepts, {len(quads):>9,} statements: pySHACL {whole:7.2f} s, "
        sys.stdout.write(f"{row}screened {screened:6.2f} s, {whole / screened:5.1f} times as fast\n")


def _seconds(measured: Callable[[], bool]) -> float:
    start = time.process_time()
    if not measured():
        raise SystemExit("The vocabulary should conform.")
    return time.process_time() - start


def _screened(quads: list[Quad]) -> bool:
    return not validate(quads, program_shapes())


def _whole(quads: list[Quad]) -> bool:
    shapes = [quad for file in program_shapes() for quad in parse(file.content, RdfFormat.TURTLE)]
    conforms, _, _ = pyshacl.validate(as_rdflib(quads), shacl_graph=as_rdflib(shapes), inplace=True)
    return bool(conforms)


if __name__ == "__main__":
    main()
