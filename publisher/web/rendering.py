"""Templates to HTML, without Flask: the same page whoever asks for it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

TEMPLATES = Path(__file__).with_name("templates")


def render(template: str, **values: object) -> str:
    """A template with what it shows, everything escaped."""
    return environment().get_template(template).render(values)


@cache
def environment() -> Environment:
    """All templates, compiled: who serves asks for them before the first page is asked for (0.1 s)."""
    found = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, auto_reload=False)
    for name in found.list_templates():
        found.get_template(name)
    return found
