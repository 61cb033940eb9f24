"""`/findings` of a draft: everything that was found in the content, with the page that each is about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from flask import Blueprint, Response

from publisher.errors import ResourceNotFound
from publisher.web import Site, headers, site
from publisher.web.draft import Row, rows
from publisher.web.frame import frame, home, site_reader
from publisher.web.reading import Value
from publisher.web.rendering import render

blueprint: Final = Blueprint("findings", __name__)

PATH: Final = "/findings"
SHOWN: Final = 1_000
"""A large vocabulary may have thousands of the same."""


@dataclass(frozen=True, slots=True)
class Findings:
    """How many there are, the worst of them, and how many more."""

    count: str
    rows: tuple[Row, ...]
    more: str


@blueprint.get(PATH)
def findings() -> Response:
    """A page for people; a published release has nothing to tell."""
    if not site().release.manifest.draft:
        raise ResourceNotFound("Only a preview has findings.")
    content = _page(site()).encode()
    return headers.document(
        content, "text/html", modified=site().release.changed, language=headers.page_language()
    )


def _page(site: Site) -> str:
    reader = site_reader(site)
    title, every = reader.texts["findings"], rows(site)
    shown = replace(
        frame(site, title, path=PATH), canonical="", alternates=(), crumbs=(*home(reader), Value(title))
    )
    # All of them are below, and need not be twice on the page.
    around = replace(shown, draft=replace(shown.draft, unread=())) if shown.draft else shown
    more = len(every) - SHOWN
    page = Findings(
        shown.draft.count if shown.draft else "",
        every[:SHOWN],
        reader.say("findings_more", number=more) if more > 0 else "",
    )
    return render("findings.html", page=page, frame=around)
