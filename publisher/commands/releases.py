"""What operators do with releases: serve them, verify them."""

from __future__ import annotations

import argparse
import dataclasses
from typing import Final

from publisher.commands.command import FOLDER, HOST, PORT, Command, configured, contents_of, progress_line


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
)
