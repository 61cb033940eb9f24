"""The page of an error: what went wrong, and a way on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from publisher.web import Site
from publisher.web.frame import Frame, frame
from publisher.web.reading import Value, safe_path
from publisher.web.rendering import render


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemPage:
    """What went wrong, and a way on."""

    template = "problem.html"
    frame: Frame
    status: int
    detail: str
    links: tuple[Value, ...]


def problem(site: Site, status: int, title: str, detail: str, links: Sequence[tuple[str, str]]) -> str:
    """The page of an error; `links` are (address, media type) of what there is instead."""
    page = ProblemPage(
        frame=replace(frame(site, title, path="/"), canonical="", alternates=()),
        status=status,
        detail=detail,
        links=tuple(Value(name, safe_path(href)) for href, name in links),
    )
    return render(page.template, page=page, frame=page.frame)
