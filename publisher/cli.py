"""The `publisher` command: check, publish, diff, serve, verify; each a few lines of glue.

Exit code 0: fine. 1: the content is wrong, or differs. 2: we could not do it.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from publisher import __version__
from publisher.config import FILE_NAME, Config, load
from publisher.errors import ContentError, PublisherError, ReleaseError, ReleaseMissing, SourceError
from publisher.report import Finding, Report, Severity

if TYPE_CHECKING:  # imported where they are needed: `serve` never loads the compiler, `publish` never Flask
    from publisher.release import Release
    from publisher.release.edition import Edition

COLOURS: Final = {Severity.VIOLATION: "\033[31m", Severity.WARNING: "\033[33m", Severity.INFO: "\033[36m"}
WARNINGS_SHOWN: Final = 20
"""Of each rule: a large vocabulary has thousands of the same, and nobody would see the others."""

WORDS: Final = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command and exit with its code."""
    options = _parser().parse_args(arguments)
    try:
        code = options.command(options)
    except ContentError as error:
        _print_report(error.report, options)
        print(f"publisher: {error}; nothing was published", file=sys.stderr)
        code = 1
    except PublisherError as error:
        print(f"publisher: {error}", file=sys.stderr)
        code = 2
    except KeyboardInterrupt:
        print("publisher: stopped; nothing half-done is visible", file=sys.stderr)
        code = 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 2
    sys.exit(code)


def check(options: argparse.Namespace) -> int:
    """Check the content and publish nothing."""
    config, progress = _config(options), _progress()
    try:
        report = _compile(config, options.revision, progress, _previous(config)).report
    except ContentError as error:
        report = error.report
    progress("")
    _print_report(report, options)
    if options.format == "text":
        print(_summary(report))
    return 0 if report.conforms else 1


def publish(options: argparse.Namespace) -> int:
    """Check the content, freeze a release and put it in force."""
    from publisher import compiler, release
    from publisher.states import source_of

    config, progress = _config(options), _progress()
    started = time.monotonic()
    with release.lock(config.releases):
        previous = _previous(config)
        source, config = source_of(config, options.revision)
        wanted = release.inputs(compiler.files_of(source), source.settings, config.address, source.commit)
        if previous and previous.manifest.inputs == wanted:
            progress("")
            print(f"nothing has changed: release {previous.id} stays in force")
            return 0
        edition = compiler.compile(source, config, progress, previous)
        last = previous.manifest if previous else None
        written = release.write(edition, config.releases, config.policy, previous=last, progress=progress)
        release.activate(written, config.releases)
    progress("")
    _print_report(edition.report, options)
    print(f"release {written.id} is in force: {_contents(written)}, {time.monotonic() - started:.1f} s")
    return 0


def diff(options: argparse.Namespace) -> int:
    """Say what differs between two states; exit codes as those of diff(1)."""
    from publisher import states
    from publisher.compiler import wording

    config, progress = cache(lambda: load(options.folder)), _progress()
    try:
        before = states.find(options.before, config, progress) if options.before else states.in_force(config())
        after = states.find(options.after, config, progress) if options.after else states.lying(config(), progress)
    except ContentError as error:
        _print_report(error.report, argparse.Namespace())
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


def serve(options: argparse.Namespace) -> int:
    """Serve the release in force."""
    from publisher.web.serve import serve as serve_forever

    config = _config(options)
    server = dataclasses.replace(
        config.server, host=options.host or config.server.host, port=options.port or config.server.port
    )
    serve_forever(dataclasses.replace(config, server=server))
    return 0


def verify(options: argparse.Namespace) -> int:
    """Compare the release in force with its manifest, to the last byte."""
    from publisher import release
    from publisher.release.verify import verify as verify_release

    config, progress = _config(options), _progress()
    opened = release.open(release.current(config.releases))
    verify_release(opened, progress)
    progress("")
    print(f"release {opened.id} is whole: {len(opened.manifest.files)} files, {_contents(opened)}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="publisher",
        description=f"Publish SKOS vocabularies as linked open data, from a folder of Turtle and one {FILE_NAME}.",
        epilog="Exit code 0: fine; 1: the content is wrong; 2: it could not be done. "
        "`publisher COMMAND --help` tells more about each command.",
    )
    parser.add_argument("--version", action="version", version=f"publisher {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        text = f"{command.help}.\n\n{command.more}"
        each = commands.add_parser(command.name, help=command.help, description=text, formatter_class=_Formatter)
        for flags, values in command.options:
            each.add_argument(*flags, **values)
        each.set_defaults(command=command.run)
    return parser


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Help as it was written, with room for the names of options."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28, width=100)


Option = tuple[tuple[str, ...], dict[str, Any]]
"""Flags and the values that argparse takes for them."""

FOLDER_HELP: Final = f"the folder that holds {FILE_NAME} (default: the one you are in)"
FOLDER: Final[Option] = (
    ("folder",),
    {"nargs": "?", "type": Path, "default": Path(), "metavar": "FOLDER", "help": FOLDER_HELP},
)
SITE: Final[Option] = (("--folder",), {"type": Path, "default": Path(), "metavar": "FOLDER", "help": FOLDER_HELP})
BEFORE: Final[Option] = (
    ("before",),
    {"nargs": "?", "metavar": "A", "help": "the first of both (default: the release in force)"},
)
AFTER: Final[Option] = (
    ("after",),
    {"nargs": "?", "metavar": "B", "help": "the second of both (default: FOLDER as it lies)"},
)
CHANGES: Final[Option] = (
    ("--format",),
    {"choices": ("text", "json", "html"), "default": "text", "help": "how changes are printed (default: text)"},
)
REVISION: Final[Option] = (
    ("--revision",),
    {"metavar": "REV", "help": "read this commit instead of the files as they lie"},
)
REPORT: Final[Option] = (
    ("--format",),
    {"choices": ("text", "json"), "default": "text", "help": "how findings are printed (default: text)"},
)
PUBLIC: Final[Option] = (
    ("--public",),
    {"metavar": "URL", "help": "the address that people reach the site at, when it is not the base IRI"},
)
HOST: Final[Option] = (("--host",), {"metavar": "ADDRESS", "help": "address to listen on, instead of the setting"})
PORT: Final[Option] = (
    ("--port",),
    {"type": int, "metavar": "N", "help": "port to listen on, instead of the setting"},
)


@dataclass(frozen=True, slots=True)
class Command:
    """A row of the table: `help` is one line, `more` teaches."""

    name: str
    run: Callable[[argparse.Namespace], int]
    options: tuple[Option, ...]
    help: str
    more: str


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
""",
    ),
    Command(
        "publish",
        publish,
        (FOLDER, REVISION, PUBLIC, REPORT),
        "Check the content, freeze a release and put it in force",
        """\
The release appears as a whole or not at all. While it is made, and if anything is wrong, the one in
force stays. Content with errors publishes nothing.

  publisher publish                      the folder as it lies
  publisher publish --revision v1.2.0    a commit of it
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


def _config(options: argparse.Namespace) -> Config:
    config = load(options.folder)
    public = getattr(options, "public", None)
    return dataclasses.replace(config, public=public) if public else config


def _compile(
    config: Config, revision: str | None, progress: Callable[[str], None], previous: Release | None
) -> Edition:
    from publisher import compiler
    from publisher.states import source_of

    return compiler.compile(*source_of(config, revision), progress, previous)


def _previous(config: Config) -> Release | None:
    """The release in force; None when there is none that can be opened."""
    from publisher import release

    try:
        return release.open(release.current(config.releases))
    except ReleaseMissing:
        return None
    except ReleaseError as error:
        print(f"publisher: {error}", file=sys.stderr)
        return None


def _progress() -> Callable[[str], None]:
    """One line that is written over, on a terminal; silence elsewhere. An empty text wipes it out."""
    if not sys.stderr.isatty():
        return lambda _: None

    def show(text: str) -> None:
        end = " …" if text else ""
        print(f"\r\033[K{text[:100]}{end}", end="", file=sys.stderr, flush=True)

    return show


def _print_report(report: Report, options: argparse.Namespace) -> None:
    if getattr(options, "format", "text") == "json":
        print(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
        return
    warned: Counter[str] = Counter()
    for each in report.findings:
        warned[each.rule] += each.severity < Severity.VIOLATION
        if each.severity is Severity.VIOLATION or warned[each.rule] <= WARNINGS_SHOWN:
            _print_finding(each)
    for rule, count in warned.items():
        if count > WARNINGS_SHOWN:
            print(f"… and {count - WARNINGS_SHOWN} more [{rule}]; `publisher check --format json` shows all")


def _print_finding(finding: Finding) -> None:
    word = WORDS[finding.severity]
    shown = f"{COLOURS[finding.severity]}{word}\033[0m" if sys.stdout.isatty() else word
    print(f"{finding.place}: {shown}: {finding.message} [{finding.rule}]")
    if finding.text:
        print(f"    {finding.text.strip()[:100]}")
    if finding.remedy:
        print(f"\n{finding.remedy}")


def _summary(report: Report) -> str:
    errors, warnings = report.count(Severity.VIOLATION), report.count(Severity.WARNING)
    if not report.findings:
        return "no findings: the content conforms"
    verdict = "the content conforms" if report.conforms else "the content does not conform"
    return f"{_counted(errors, 'error')}, {_counted(warnings, 'warning')}: {verdict}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _contents(release: Release) -> str:
    """What a release holds, in a few words."""
    datasets = ", ".join(
        f"{each.name} {each.version} ({each.triples} triples)" for each in release.manifest.datasets
    )
    return f"{datasets}; {release.manifest.quads} statements in the store"
