"""A process that reads files, one after the other, and may die of any of them.

`guard` starts it. It gets a line of JSON for each file, path and size, and then its bytes; it answers with a line:
what is wrong.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from dataclasses import asdict
from socket import socket
from typing import Final

from publisher import iris, sandbox
from publisher.compiler.guard import NO_MEMORY, TOO_DEEP
from publisher.compiler.reading import inspect
from publisher.compiler.table import load_library
from publisher.iris import Policy
from publisher.source import SourceFile

STACK: Final = 4 << 20
"""Bytes of stack for the parser: half of what the main thread has, so that what fits here fits there."""

LEVELS: Final = 200
"""Calls of Python within each other, a fifth of what is usual: so deep may triple terms be in each other."""


def main() -> None:
    """Read files until the parent hangs up. Arguments: socket, parent, base, MiB of memory, seconds, a suffix."""
    descriptor, parent, base, memory, seconds, suffix = sys.argv[1:]
    if suffix == "xlsx":
        load_library()
    channel = socket(fileno=int(descriptor))
    sandbox.step_down(None, int(parent))
    threading.stack_size(STACK)
    arguments = (channel, iris.policy(base), int(memory) << 20, int(seconds))
    thread = threading.Thread(target=serve, args=arguments, daemon=True)
    thread.start()
    thread.join()
    os._exit(0)


def serve(channel: socket, policy: Policy, memory: int, seconds: int) -> None:
    """Lock the process down and read files; ends the process when one of them needs too much."""
    sandbox.lock(memory)
    sys.setrecursionlimit(LEVELS)
    file = channel.makefile("rwb")
    try:
        while request := file.readline():
            path, size = json.loads(request)
            content = file.read(size)
            sandbox.allow_seconds(seconds)
            wrong = inspect(SourceFile(path, content), policy, memory)
            file.write(json.dumps([asdict(each) for each in wrong]).encode() + b"\n")
            file.flush()
    except MemoryError:
        os._exit(NO_MEMORY)
    except RecursionError:
        os._exit(TOO_DEEP)


if __name__ == "__main__":
    main()
