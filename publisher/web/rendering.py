"""Templates to HTML, without Flask: the same page whoever asks for it.

A template is compiled by the first page that needs it, in each process: all of them at the start would keep the
port closed for a quarter of a second, to queries and machines too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader

from publisher.web.assets import asset

ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    auto_reload=False,
    cache_size=-1,
)
ENVIRONMENT.globals["asset"] = asset


def render(template: str, **values: object) -> str:
    """A template with what it shows, everything escaped."""
    return ENVIRONMENT.get_template(template).render(values)
