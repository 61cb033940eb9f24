"""Write docs/configuration.md from the settings: `python docs/generate.py > docs/configuration.md`."""

from __future__ import annotations

from itertools import groupby

from publisher.config import settings

HEAD = """\
# Configuration

All settings stand in `publisher.toml`, in the folder that holds the content. A setting that the program does not
know is an error, with its line. This page is made from the program by `make docs`.

Texts carry their language: `title.nl = "…"`. Tables in double brackets (`[[dataset]]`) may occur several times.
"""

REPEATED = {"dataset", "dataset.version", "namespace"}


def page() -> str:
    """The whole page."""
    rows = sorted(settings(), key=lambda row: row[0])
    return HEAD + "".join(section(name, list(group)) for name, group in groupby(rows, key=lambda row: row[0]))


def section(name: str, rows: list[tuple[str, str, str, str]]) -> str:
    """One table of settings."""
    title = "At the top" if not name else f"`[[{name}]]`" if name in REPEATED else f"`[{name}]`"
    lines = "".join(f"| `{setting}` | {shown(default)} | {help} |\n" for _, setting, default, help in rows)
    return f"\n## {title}\n\n| setting | default | meaning |\n|---|---|---|\n{lines}"


def shown(default: str) -> str:
    """A default as the table shows it."""
    return "*required*" if default == "required" else f"`{default}`"


if __name__ == "__main__":
    print(page(), end="")
