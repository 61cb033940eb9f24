"""What operators do with releases: serve them, verify them."""

from __future__ import annotations

import argparse
import dataclasses
from typing import Final

from publisher.commands import printing
from publisher.commands.command import (
    FOLDER,
    HOST,
    PORT,
    Command,
    Option,
    configured,
    contents_of,
    progress_line,
)

DAMAGED: Final[Option] = (
    ("--damaged",),
    {"action": "store_true", "help": "remove releases that are not whole as well"},
)


def serve(options: argparse.Namespace) -> int:
    """Serve the release in force."""
    from publisher.web.serve import serve as serve_forever

    config = configured(options)
    server = dataclasses.replace(
        config.server, host=options.host or config.server.host, port=options.port or config.server.port
    )
    serve_forever(dataclasses.replace(config, server=server))
    return 0


def verify(options: argparse.Namespace) -> int:
    """Compare the release in force with its manifest, to the last byte."""
    from publisher import release
    from publisher.release.verify import verify as verify_release

    config, progress = configured(options), progress_line()
    opened = release.open(release.current(config.releases))
    verify_release(opened, progress)
    progress("")
    print(f"release {opened.id} is whole: {len(opened.manifest.files)} files, {contents_of(opened)}")
    return 0


def prune(options: argparse.Namespace) -> int:
    """Remove old releases."""
    from publisher import release

    config = configured(options)
    with release.lock(config.releases):
        fates = release.prune(config.releases, config.release.keep, damaged=options.damaged)
    printing.fates(fates)
    printing.removed(fates)
    return 0


COMMANDS: Final = (
    Command(
        "serve",
        serve,
        (FOLDER, HOST, PORT),
        "Serve the release in force",
        """\
Pages, documents, downloads and SPARQL, until interrupted. The access log goes to standard output,
one JSON object a line.

  publisher serve --port 8080
""",
    ),
    Command(
        "verify",
        verify,
        (FOLDER,),
        "Compare the release in force with its manifest, to the last byte",
        """\
Sizes, digests and the whole store. Run it after copying or restoring releases.
""",
    ),
    Command(
        "prune",
        prune,
        (FOLDER, DAMAGED),
        "Remove old releases, and say which stay and why",
        """\
The newest whole ones stay (`keep` in [release]), the one in force, the one before it, and what a
running server reads. A release that is damaged takes nobody's place, and stays to be looked at.

  publisher prune              as every `publisher publish` does
  publisher prune --damaged    and what is damaged, too
""",
    ),
)
