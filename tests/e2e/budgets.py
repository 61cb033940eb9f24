"""What a page costs its reader, in bytes as they come over the wire; a page over its budget is a fault."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from e2e.kinds import Kind

EDITOR = 130_000
BUDGETS = {"page": 10_000, "style": 6_000, "script": 2_000, "fonts": 60_000}
EDITED = ("/sparql",)
"""Where the editor is, whose script may weigh as much as EDITOR."""

SUFFIXES = {".css": "style", ".js": "script", ".woff2": "fonts", ".svg": "icon"}
MEASURED: dict[str, dict[str, int]] = {}
"""The most that each kind of page took, in any mode and language."""

LOADED = """[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .map(each => ({name: each.name, type: each.entryType, bytes: each.encodedBodySize}))"""


def measure(kind: Kind, loaded: list[dict[str, Any]]) -> Iterator[str]:
    """What is too heavy; the figures are kept for the table."""
    sums = dict.fromkeys([*BUDGETS, "icon", "draft"], 0)
    for each in loaded:
        sums[part_of(each)] += each["bytes"]
    most = MEASURED.setdefault(kind.name, sums)
    for part, size in sums.items():
        most[part] = max(most[part], size)
        budget = EDITOR if part == "script" and kind.path.startswith(EDITED) else BUDGETS.get(part, size)
        if size > budget:
            yield f"{size} bytes of {part}, where {budget} are enough"


def part_of(entry: dict[str, Any]) -> str:
    """What something that was loaded counts as."""
    if entry["type"] == "navigation":
        return "page"
    path = entry["name"].partition("?")[0]
    if "/preview-" in path:  # it loads a draft anew after a save; no reader of a published page has it
        return "draft"
    return next((part for suffix, part in SUFFIXES.items() if path.endswith(suffix)), "page")


def table() -> Iterator[str]:
    """The figures in columns."""
    parts = [*BUDGETS, "icon"]
    if MEASURED:
        yield "bytes (brotli)".ljust(20) + "".join(f"{each:>10}" for each in parts)
    for name, sums in MEASURED.items():
        yield name.ljust(20) + "".join(f"{sums[each]:>10,}" for each in parts)
