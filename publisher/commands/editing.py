"""What editors do with their files: the program writes what a person would only get wrong."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from publisher.commands import printing
from publisher.commands.command import FOLDER, SITE, Command, Option, configured, previous_release, progress_line
from publisher.config import FILE_NAME
from publisher.errors import ContentError
from publisher.report import Report
from publisher.source import PUBLISHED

if TYPE_CHECKING:
    from publisher.editing.content import Content, Edit

CHECK: Final[Option] = (
    ("--check",),
    {"action": "store_true", "help": "write nothing; name the files that would change, exit code 1 if any would"},
)

RESOURCE: Final[Option] = (
    ("resource",),
    {
        "metavar": "RESOURCE",
        "help": "its IRI, its address (id/concept/x), or a name with a prefix of the files (x:y)",
    },
)
REPLACED_BY: Final[Option] = (
    ("--replaced-by",),
    {"nargs": "+", "default": (), "metavar": "RESOURCE", "help": "what should be used instead: one or more"},
)
NOTE: Final[Option] = (
    ("--note",),
    {
        "default": "",
        "metavar": "TEXT",
        "help": "the change note, in the first language of the site (default: our words)",
    },
)
REASON: Final[Option] = (
    ("--note",),
    {"required": True, "metavar": "TEXT", "help": "why, for readers, in the first language of the site"},
)

NEW_FOLDER: Final[Option] = (
    ("folder",),
    {"type": Path, "metavar": "FOLDER", "help": "where the site will be; made if it is not there"},
)
FROM: Final[Option] = (
    ("--from",),
    {
        "dest": "sources",
        "nargs": "+",
        "type": Path,
        "default": (),
        "metavar": "FILE",
        "help": "the vocabulary: .ttl, .nt, .rdf or .jsonld (default: an example of two concepts)",
    },
)
AFTER_INIT: Final = """\
Next: look at {settings}, above all at what says “change”; then
    publisher check{folder}
    publisher record{folder}
    publisher publish{folder}
    publisher serve{folder}"""

KIND: Final[Option] = (("kind",), {"choices": ("concept",), "help": "what to write"})
SLUG: Final[Option] = (
    ("slug",),
    {
        "nargs": "?",
        "default": "",
        "metavar": "SLUG",
        "help": "the end of its address (default: made of the label)",
    },
)
LABEL: Final[Option] = (("--label",), {"default": "", "metavar": "TEXT", "help": "its preferred label"})
LANGUAGE: Final[Option] = (
    ("--lang",),
    {"default": "", "metavar": "TAG", "help": "language of label and definition (default: the first of the site)"},
)
SCHEME: Final[Option] = (
    ("--scheme",),
    {
        "default": "",
        "metavar": "SCHEME",
        "help": "its concept scheme, or the end of its address (default: the only one)",
    },
)
BROADER: Final[Option] = (
    ("--broader",),
    {"default": "", "metavar": "RESOURCE", "help": "the concept above it (default: none, it is a top concept)"},
)
DEFINITION: Final[Option] = (("--definition",), {"default": "", "metavar": "TEXT", "help": "what it means"})

AFTER_NEW: Final = """\
Next: `publisher check` tells what it lacks; `publisher record` notes its address before it is published;
write adms:status Completed when it is ready: until then lists and search leave it out."""

AFTER_RETIRING: Final = """\
Next: `publisher check`; then a version in publisher.toml, of which `publisher diff` tells the number."""

SHOWN: Final = 20
"""Lines that are printed of what was added; the file has them all."""


def format(options: argparse.Namespace) -> int:
    """Put every Turtle file into the one layout."""
    from publisher.editing.format import format as format_files

    config, progress = configured(options), progress_line()
    result = format_files(config, progress)
    progress("")
    if not options.check:
        result.write()
    for path in result.texts:
        print(path.relative_to(config.folder))
    printing.show(Report(result.findings))
    done = "would change" if options.check else "changed"
    print(f"{_counted(len(result.texts), 'file')} {done}, of {result.files}")
    return 1 if result.findings or (options.check and result.texts) else 0


def init(options: argparse.Namespace) -> int:
    """Start a site."""
    from publisher.editing.start import start

    started = start(options.folder, options.sources, date.today())
    for path in started.written:
        print(options.folder / path)
    for path in started.left:
        print(f"{options.folder / path} was there and stays as it is")
    found = started.guess
    sizes = f"{_counted(found.schemes, 'concept scheme')}, {_counted(found.concepts, 'concept')}"
    print(f"{sizes}, in {', '.join(found.languages)}")
    if found.homeless:
        print(f"{_counted(found.homeless, 'thing')} cannot have a page: their IRIs do not begin with http")
    folder = "" if options.folder == Path() else f" {options.folder}"
    print(AFTER_INIT.format(settings=options.folder / FILE_NAME, folder=folder))
    return 0


def new(options: argparse.Namespace) -> int:
    """Write a new concept."""
    from publisher.editing.concept import Wanted, new_concept
    from publisher.editing.content import read_content

    config, progress = configured(options), progress_line()
    content = read_content(config, progress)
    progress("")
    wanted = Wanted(
        slug=options.slug,
        label=options.label,
        language=options.lang,
        scheme=options.scheme,
        broader=options.broader,
        definition=options.definition,
    )
    edit = new_concept(content, wanted)
    edit.write(config)
    _show(edit)
    print(AFTER_NEW)
    return 0


def deprecate(options: argparse.Namespace) -> int:
    """Say that others replace a resource."""
    from publisher.editing import retire

    return _retired(
        options, lambda content: retire.deprecate(content, options.resource, options.replaced_by, options.note)
    )


def withdraw(options: argparse.Namespace) -> int:
    """Put a tombstone in the place of a resource."""
    from publisher.editing import retire

    return _retired(options, lambda content: retire.withdraw(content, options.resource, options.note))


def _retired(options: argparse.Namespace, edited: Callable[[Content], Edit]) -> int:
    from publisher.editing.content import read_content
    from publisher.editing.retire import leading_to

    config, progress = configured(options), progress_line()
    content = read_content(config, progress)
    progress("")
    edit = edited(content)
    edit.write(config)
    _show(edit)
    _look_at(list(leading_to(content, edit.iri)))
    print(AFTER_RETIRING)
    return 0


def _show(edit: Edit) -> None:
    """Where something was written, and what."""
    print(f"{edit.path}:{edit.line}: <{edit.iri}>")
    for line in edit.added:
        print(line)


def _look_at(others: list[str]) -> None:
    if others:
        print("These still lead to it; let them lead elsewhere if they should:")
        for each in others[:SHOWN]:
            print(f"    {each}")
        if len(others) > SHOWN:
            print(f"    … and {len(others) - SHOWN} more")


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
    added = f"{PUBLISHED}: {_counted(len(lines), 'address')} added"
    print(added if lines else f"{PUBLISHED} has every address already")
    return 0


def labels(options: argparse.Namespace) -> int:
    """Write the table of all labels into the folder."""
    from publisher import compiler
    from publisher.compiler.labels import STALE
    from publisher.editing import labels as tables
    from publisher.editing.writing import write
    from publisher.states import source_of

    config, progress = configured(options), progress_line()
    path = f"{tables.PATH}.{options.format}"
    try:
        stated = compiler.read_stated(*source_of(config, None), progress)
        stale = [each for each in stated.findings if each.rule == STALE]
        compiler.stop_at({*stated.findings}.difference(stale), "cannot be put in a table")
    except ContentError as error:
        progress("")
        printing.show(error.report)
        print(f"publisher: {error}; {path} was not written", file=sys.stderr)
        return 1
    found = tables.labels(stated, config, path)
    write(config.folder / path, tables.FORMATS[options.format](found.lines))
    progress("")
    for each in stale:
        print(f"{each.place}: written anew; it was: {each.text}")
    if options.format == "csv" and found.formulas:
        print(f"publisher: {found.formulas} texts look like formulas; `--format xlsx` keeps them", file=sys.stderr)
    print(f"{path}: {len(found.lines)} rows, {found.missing} of them without a text yet")
    return 0


def _counted(number: int, noun: str) -> str:
    plural = "es" if noun.endswith("s") else "s"
    return f"{number} {noun}{plural * (number != 1)}"


TABLE: Final[Option] = (
    ("--format",),
    {"choices": ("csv", "xlsx"), "default": "csv", "help": "what the table is written as (default: csv)"},
)

COMMANDS: Final = (
    Command(
        "format",
        format,
        (FOLDER, CHECK),
        "Put the Turtle files into one layout, so that a change is a line",
        """\
One property with one value a line, properties in one order, prefixes sorted; blocks, values, texts, names
and comments stay as and where they are. What the files say is the same before and after, which is
checked before anything is written. A file with an error, or with a comment in the midst of a statement,
is named and left alone.

  publisher format            the folder you are in
  publisher format --check    for a git hook
""",
    ),
    Command(
        "labels",
        labels,
        (FOLDER, TABLE),
        "Write a table of all labels for translators, with empty cells for what is missing",
        """\
Writes FOLDER/data/labels.csv or FOLDER/data/labels.xlsx, to be opened as a spreadsheet. Rows with a file in
the last column stand in that file and are there to be read; in the others, fill in text, status (draft or
reviewed), who and date. What is filled in is part of the content from then on. Run it again after a change
of the content: nothing that was filled in is lost.

  publisher labels --format xlsx
""",
    ),
    Command(
        "init",
        init,
        (NEW_FOLDER, FROM),
        "Start a site for a vocabulary",
        """\
Writes publisher.toml, with what can be told from the files (addresses, languages, title, version), copies them
to FOLDER/data as they are, and adds data/published.txt, a first house rule, a README and .gitignore. Nothing
that is there is overwritten. The site can be published at once; what says “change” in publisher.toml is yours
to fill in.

  publisher init my-site --from thesaurus.ttl
  publisher init my-site                        an example, to be changed
""",
    ),
    Command(
        "new",
        new,
        (KIND, SLUG, LABEL, LANGUAGE, SCHEME, BROADER, DEFINITION, SITE),
        "Write a new concept into the file of its scheme",
        """\
Its address and its notation follow those of its scheme and were never used before: not in the files, in
data/published.txt, nor in any release that is kept. Its block comes behind its siblings, with the status
UnderDevelopment and what you say here; what it lacks is not made up, `publisher check` names it.

  publisher new concept --label "Prototypes" --broader hefboom:design-thinking-en-service-design
  publisher new concept prototypes --scheme hefboom
""",
    ),
    Command(
        "deprecate",
        deprecate,
        (RESOURCE, REPLACED_BY, NOTE, SITE),
        "Say in its file that a concept is no longer used, and what replaces it",
        """\
The block of the resource gets adms:status Deprecated, owl:deprecated, dct:isReplacedBy and a
skos:changeNote. Nothing else in the file changes. Its address goes on working and leads to what replaces it.
Give a successor wherever there is one, several if it was split.

  publisher deprecate hefboom:ppi --replaced-by hefboom:innovatief-aanbesteden
  publisher deprecate id/concept/hefboom/ppi --note "Niet meer in gebruik."
""",
    ),
    Command(
        "withdraw",
        withdraw,
        (RESOURCE, REASON, SITE),
        "Put a tombstone in the place of what should never have been published",
        """\
Names and notation stay, all else in its block goes; a skos:changeNote says why, with adms:status
Withdrawn. Its address answers 410 with that. For what was right once, use `publisher deprecate`.

  publisher withdraw hefboom:ppi --note "Per vergissing uitgegeven."
""",
    ),
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
