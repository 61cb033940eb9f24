"""What editors do with their files: the program writes what a person would only get wrong."""

from __future__ import annotations

import argparse
import sys
from typing import Final

from publisher.commands import printing
from publisher.commands.command import FOLDER, Command, configured, previous_release, progress_line
from publisher.errors import ContentError
from publisher.source import PUBLISHED

SHOWN: Final = 20
"""Lines that are printed of what was added; the file has them all."""


def record(options: argparse.Namespace) -> int:
    """Extend data/published.txt."""
    from publisher import compiler
    from publisher.editing.record import record as record_addresses
    from publisher.states import source_of

    config, progress = configured(options), progress_line()
    source, config = source_of(config, None)
    try:
        edition = compiler.compile(source, config, progress, previous_release(config))
    except ContentError as error:
        progress("")
        printing.show(error.report)
        print(f"publisher: {error}; nothing was recorded", file=sys.stderr)
        return 1
    lines = record_addresses(config.folder, edition, config.policy)
    progress("")
    for line in lines[:SHOWN]:
        print(f"    {line}")
    if len(lines) > SHOWN:
        print(f"    … and {len(lines) - SHOWN} more")
    print(f"{PUBLISHED}: {_counted(len(lines))} added" if lines else f"{PUBLISHED} has every address already")
    return 0


def _counted(number: int) -> str:
    return f"{number} address{'es' * (number != 1)}"


COMMANDS: Final = (
    Command(
        "record",
        record,
        (FOLDER,),
        f"Add every new address to {PUBLISHED}",
        f"""\
{PUBLISHED} lists every address ever published, so that none can vanish unnoticed. What is to be
published and is not in it yet gets a line: the address, a tab, and the version of its dataset in
publisher.toml. Lines that are there stay as they are. Content with errors adds nothing: a line is
for ever.

  publisher record        after `publisher check`, before you commit
""",
    ),
)
