"""Templates to HTML, without Flask: the same page whoever asks for it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader

ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True, auto_reload=False
)
# Compiled with the rest of the program (80 ms), once for all processes and not while somebody waits for a page.
TEMPLATES: Final = {name: ENVIRONMENT.get_template(name) for name in ENVIRONMENT.list_templates()}


def render(template: str, **values: object) -> str:
    """A template with what it shows, everything escaped."""
    return TEMPLATES[template].render(values)
