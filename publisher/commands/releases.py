"""What operators do with releases: serve them, verify them."""

from __future__ import annotations

import argparse
import dataclasses
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from publisher.commands import printing
from publisher.commands.command import (
    FOLDER,
    HOST,
    PORT,
    SITE,
    Command,
    Option,
    configured,
    contents_of,
    progress_line,
)
from publisher.config import Config
from publisher.errors import ReleaseError

if TYPE_CHECKING:
    from publisher.release import Release

WHAT: Final[Option] = (
    ("what",),
    {"nargs": "?", "metavar": "WHAT", "help": "ID, DIR, URL or FILE (default: the release in force)"},
)
PUBLIC_KEY: Final[Option] = (
    ("--public-key",),
    {"type": Path, "metavar": "FILE", "help": "check signatures with this key (PEM) instead of the setting"},
)
OLD: Final[Option] = (
    ("--release",),
    {"metavar": "ID|DIR", "help": "serve this release for good, whatever is in force"},
)
ID: Final[Option] = (
    ("id",),
    {"nargs": "?", "metavar": "ID", "help": "the release to go to (default: the one that was in force before)"},
)

DAMAGED: Final[Option] = (
    ("--damaged",),
    {"action": "store_true", "help": "remove releases that are not whole as well"},
)


def serve(options: argparse.Namespace) -> int:
    """Serve the release in force, or an old one."""
    from publisher.web.serve import serve as serve_forever

    settings = partial(_listening, options)
    if options.release is None:
        serve_forever(settings)
    else:
        found = _find(options.release, settings())
        with closing(found.hold()):
            serve_forever(settings, found.directory)
    return 0


def _listening(options: argparse.Namespace) -> Config:
    config = configured(options)
    server = dataclasses.replace(
        config.server, host=options.host or config.server.host, port=options.port or config.server.port
    )
    return dataclasses.replace(config, server=server)


def _find(name: str, config: Config) -> Release:
    """The release that lies in this directory, or has this id among ours."""
    from publisher import release
    from publisher.release import contents
    from publisher.release.manifest import FILE_NAME

    lies = (Path(name) / FILE_NAME).is_file()
    return release.open(Path(name)) if lies else contents.find(name, config.releases)


def verify(options: argparse.Namespace) -> int:
    """Is it what was published? Exit code 1 when it differs."""
    from publisher.audit import Auditor

    progress = progress_line()
    verdict = Auditor(options.folder, options.public_key, progress).audit(options.what)
    progress("")
    for line in (*verdict.wrong, verdict.summary, verdict.trust):
        if line:
            print(line)
    return 1 if verdict.wrong else 0


def rollback(options: argparse.Namespace) -> int:
    """Put an earlier release in force, once it is proven whole."""
    from publisher import release
    from publisher.release import contents
    from publisher.release.activate import pointed
    from publisher.release.verify import verify as verify_release

    config, progress = configured(options), progress_line()
    with release.lock(config.releases):
        last = pointed(config.releases).name
        found = contents.find(options.id, config.releases) if options.id else contents.before(config.releases)
        if found.base != config.base:
            raise ReleaseError(f"release {found.id} was made for {found.base}, publisher.toml says {config.base}")
        verify_release(found, progress)
        release.activate(found, config.releases)
    progress("")
    print(f"release {found.id} is in force{_instead(found.id, last)}: {contents_of(found)}")
    print("A running server follows by itself. The folder is as it was: `publisher publish` publishes that again.")
    return 0


def _instead(id: str, last: str) -> str:
    return ", as it was" if id == last else f" instead of {last}"


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
        (FOLDER, HOST, PORT, OLD),
        "Serve the release in force",
        """\
Pages, documents, downloads and SPARQL, until interrupted. The access log goes to standard output,
one JSON object a line.

  publisher serve --port 8080
  publisher serve --release 000041-ab12cd34 --port 8081    an old one, beside it
""",
    ),
    Command(
        "verify",
        verify,
        (WHAT, SITE, PUBLIC_KEY),
        "Prove that a release, a mirror or a download is what was published",
        """\
Sizes, digests, counts, canonical hashes, the store against its statements. Where something differs, the
resources are named, with what they say and what they should say. WHAT is the id of a release, the directory
of one that lies anywhere, a site's folder (its release in force), the address of a mirror, of which every
dump and the catalogue are compared with ours, the address of one dump, or a file that was downloaded: that
is compared with our releases, and with the `.proof.json` beside it.
Exit code 0: nothing differs; 1: it differs; 2: it could not be done.

  publisher verify                                         the release in force
  publisher verify 000042-ab12cd34                         this one
  publisher verify https://mirror.example.org              what a mirror serves
  publisher verify levers-1.0.0.ttl --public-key key.pem   a download, and who published it
""",
    ),
    Command(
        "rollback",
        rollback,
        (ID, SITE),
        "Put an earlier release in force, once it is proven whole",
        """\
Nothing is made again: every file is compared with its digest, then the pointer moves. A running server
follows. By its ID any release that is kept can be put in force, a newer one too; `publisher prune` lists them.

  publisher rollback                    the one that was in force before
  publisher rollback 000042-ab12cd34    this one
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
