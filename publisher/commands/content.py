"""What editors do with content: check it, publish it, see what changed."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from publisher.commands import printing
from publisher.commands.command import (
    FOLDER,
    PUBLIC,
    REPORT,
    REVISION,
    SITE,
    Command,
    Option,
    configured,
    contents_of,
    is_in_force,
    previous_release,
    progress_line,
)
from publisher.config import Config, load
from publisher.errors import ConfigError, ContentError, SourceError
from publisher.garbage import uncollected

if TYPE_CHECKING:
    from publisher.release import Release
    from publisher.release.edition import Edition

BEFORE: Final[Option] = (
    ("before",),
    {"nargs": "?", "metavar": "A", "help": "the first of both (default: the release in force)"},
)
AFTER: Final[Option] = (
    ("after",),
    {"nargs": "?", "metavar": "B", "help": "the second of both (default: FOLDER as it lies)"},
)
KEY: Final[Option] = (
    ("--key",),
    {"type": Path, "metavar": "FILE", "help": "sign the proofs of the versions with this Ed25519 key (PEM)"},
)
CHANGES: Final[Option] = (
    ("--format",),
    {"choices": ("text", "json", "html"), "default": "text", "help": "how changes are printed (default: text)"},
)


def check(options: argparse.Namespace) -> int:
    """Check the content and publish nothing."""
    config, progress = configured(options), progress_line()
    try:
        report = _compile(config, options.revision, progress, previous_release(config)).report
    except ContentError as error:
        report = error.report
    progress("")
    printing.show(report, options.format)
    if options.format == "text":
        print(printing.summary(report))
    return 0 if report.conforms else 1


@uncollected()
def publish(options: argparse.Namespace) -> int:
    """Check the content, freeze a release and put it in force."""
    from publisher import compiler, release
    from publisher.release.proof import is_signed
    from publisher.states import source_of

    config, progress = configured(options), progress_line()
    sign = _signer(options.key, config) if options.key else None
    started = time.monotonic()
    with release.lock(config.releases):
        previous = previous_release(config)
        source, config = source_of(config, options.revision)
        wanted = release.inputs(compiler.files_of(source), source.settings, config.address, source.commit)
        same = previous is not None and previous.manifest.inputs == wanted and is_in_force(previous, config)
        if previous and same and is_signed(previous, sign):
            progress("")
            print(f"nothing has changed: release {previous.id} stays in force")
            return 0
        edition = compiler.compile(source, config, progress, previous)
        last = previous.manifest if previous else None
        written = release.write(
            edition, config.releases, config.policy, previous=last, progress=progress, sign=sign
        )
        release.activate(written, config.releases)
        fates = release.prune(config.releases, config.release.keep)
    progress("")
    printing.show(edition.report, options.format)
    print(f"release {written.id} is in force: {contents_of(written)}, {time.monotonic() - started:.1f} s")
    printing.removed(fates)
    return 0


def _signer(path: Path, config: Config) -> Callable[[bytes], bytes]:
    """What signs with the key in a file. Raises `ConfigError` when the settings know another one."""
    from publisher.release.signature import private_key, public_key, signs

    key, known = private_key(path), config.release.public_key
    if known and not signs(public_key(known, "`public_key` in [release]"), b"", key.sign(b"")):
        raise ConfigError(f"{path} is not the private key that belongs to `public_key` in [release]")
    return key.sign


def diff(options: argparse.Namespace) -> int:
    """Say what differs between two states; exit codes as those of diff(1)."""
    from publisher import states
    from publisher.compiler import wording

    config, progress = cache(lambda: load(options.folder)), progress_line()
    try:
        before = states.find(options.before, config, progress) if options.before else states.in_force(config())
        after = states.find(options.after, config, progress) if options.after else states.lying(config(), progress)
    except ContentError as error:
        printing.show(error.report)
        raise SourceError(str(error)) from None
    found = states.accounts(before, after)
    progress("")
    match options.format:
        case "json":
            print(json.dumps(wording.as_json(found), ensure_ascii=False, indent=1))
        case "html":
            print(wording.as_html(found), end="")
        case _:
            print(wording.as_text(found), end="")
    return 1 if found else 0


def _compile(
    config: Config, revision: str | None, progress: Callable[[str], None], previous: Release | None
) -> Edition:
    from publisher import compiler
    from publisher.states import source_of

    return compiler.compile(*source_of(config, revision), progress, previous)


COMMANDS: Final = (
    Command(
        "check",
        check,
        (FOLDER, REVISION, REPORT),
        "Check the content and publish nothing",
        """\
Reads every RDF file in FOLDER, FOLDER/data and FOLDER/ontology, and checks it against the
program's shapes, those in FOLDER/shapes, every address ever published (data/published.txt), and the
release in force: nothing that it has may vanish, and a version number must say how much changed.
Findings are printed as compilers do: file:line:column: error: what is wrong and what to do [rule].

  publisher check                  the folder you are in
  publisher check --format json    for programs
  publisher check --format sarif   for code hosts, which show each finding beside its line
  publisher check --format ttl     for tools that read reports of SHACL validators
""",
    ),
    Command(
        "publish",
        publish,
        (FOLDER, REVISION, PUBLIC, KEY, REPORT),
        "Check the content, freeze a release and put it in force",
        """\
The release appears as a whole or not at all. While it is made, and if anything is wrong, the one in
force stays. Content with errors publishes nothing. Afterwards old releases are removed, as by
`publisher prune`.

  publisher publish                      the folder as it lies
  publisher publish --revision v1.2.0    a commit of it
  publisher publish --key ~/editors.pem  signed, on the editors' machine; copy the release to the server
""",
    ),
    Command(
        "diff",
        diff,
        (BEFORE, AFTER, SITE, CHANGES),
        "Say what differs between two versions, and which number the second asks for",
        """\
Resource by resource: added, relabelled, redefined, moved, merged, split, deprecated, withdrawn,
removed; then whether that makes a major, a minor or a patch version, and why. A and B are each a version
(`1.0.0`, or `name@1.0.0` for one dataset), a release (its id or directory), a folder, or a commit.
FOLDER is the site whose releases and commits are meant.
Exit code 0: no difference; 1: they differ; 2: it could not be done.

  publisher diff                     what you changed since the release in force
  publisher diff 1.0.0 1.1.0         between two versions that were published
  publisher diff HEAD~5 HEAD --format html > changes.html
""",
    ),
)
