"""A process that names blank nodes by RDFC-1.0, and may die of it; `rdfc` starts it."""

from __future__ import annotations

import sys
from socket import socket
from typing import BinaryIO, cast

import pyoxigraph
from pyoxigraph import CanonicalizationAlgorithm, Dataset

from publisher import sandbox
from publisher.formats import N_QUADS
from publisher.release.rdfc import SIZE, written


def main() -> None:
    """Answer until the parent hangs up. Arguments: socket, parent, seconds, MiB of memory."""
    descriptor, parent, seconds, memory = map(int, sys.argv[1:])
    channel = cast(BinaryIO, socket(fileno=descriptor).makefile("rwb"))
    sandbox.step_down(None, parent)
    sandbox.lock(memory << 20)
    sandbox.allow_seconds(seconds)
    while len(head := channel.read(SIZE.size)) == SIZE.size:
        answer = named(channel.read(*SIZE.unpack(head)))
        channel.write(SIZE.pack(len(answer)) + answer)
        channel.flush()


def named(text: bytes) -> bytes:
    """The same N-Quads with canonical names of blank nodes, in any order."""
    dataset = Dataset(pyoxigraph.parse(text, N_QUADS.engine))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return written(dataset)


if __name__ == "__main__":
    main()
