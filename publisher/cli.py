"""The `publisher` command: one table of all that it can do.

Exit code 0: fine. 1: the content is wrong, or differs. 2: we could not do it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

from publisher import __version__
from publisher.commands import content, editing, preview, printing, releases
from publisher.config import FILE_NAME
from publisher.errors import ContentError, PublisherError

COMMANDS: Final = (*content.COMMANDS, *editing.COMMANDS, *preview.COMMANDS, *releases.COMMANDS)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command and exit with its code."""
    options = _parser().parse_args(arguments)
    try:
        code = options.command(options)
    except ContentError as error:
        printing.show(error.report, getattr(options, "format", "text"))
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
