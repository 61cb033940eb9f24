"""The page of an error: what went wrong, and a way on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from publisher.web import Site
from publisher.web.frame import Frame, frame, site_value
from publisher.web.reading import Value, safe_path
from publisher.web.rendering import render


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemPage:
    """What went wrong, and a way on. `detail` is what the program says of it, in English for all."""

    template = "problem.html"
    frame: Frame
    status: int
    advice: str
    detail: Value | None
    links: tuple[Value, ...]


def problem(
    site: Site, status: int, title: str, advice: str, detail: str, links: Sequence[tuple[str, str]]
) -> str:
    """The page of an error, which the menu does not lead to; `links` are (address, media type) to go on with."""
    page = ProblemPage(
        frame=replace(frame(site, title, path="/"), canonical="", alternates=(), here=""),
        status=status,
        advice=advice,
        detail=site_value(site, {"en": detail}) if detail else None,
        links=tuple(Value(name, safe_path(href)) for href, name in links),
    )
    return render(page.template, page=page, frame=page.frame)
