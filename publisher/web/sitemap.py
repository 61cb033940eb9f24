"""`/sitemap.xml`: every page of what is in use, for search engines, in each language (sitemaps.org, protocol 0.9).

A small site is one map; of a larger one this is the index of its parts, `?part=1` and on, made when asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from flask import Blueprint, Response, request

from publisher.errors import BadRequest, ResourceNotFound
from publisher.web import Site, headers, site
from publisher.web.address import Pages
from publisher.web.kept import kept
from publisher.web.policy import ACCESSIBILITY, POLICY

blueprint: Final = Blueprint("sitemap", __name__)

PATH: Final = "/sitemap.xml"
PART: Final = 1_000
"""Documents of one part: with 20 languages it stays below the 50,000 addresses that a map may have."""

PAGES: Final = ("/", "/version", POLICY, ACCESSIBILITY)
"""Pages that are about nothing in particular; they stand in the first part."""

HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMES: Final = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
LINKS: Final = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'


@blueprint.get(PATH)
def sitemap() -> Response:
    """The map of the site, or of one part of it, or the index of the parts."""
    last, asked = _parts(site()), request.args.get("part")
    content = _index(site(), last) if asked is None and last > 1 else _map(site(), _number(asked or "1", last))
    return headers.document(content.encode(), "application/xml", modified=site().release.changed)


def _number(text: str, last: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadRequest("`part` must be a number, from 1.")
    if not 1 <= int(text) <= last:
        raise ResourceNotFound(f"There is no part {text}; the last one is {last}.")
    return int(text)


@kept(1)
def _parts(site: Site) -> int:
    return max(1, -(-site.store.documents_in_use() // PART))


def _index(site: Site, last: int) -> str:
    changed = site.release.changed.date().isoformat()
    lines = (
        f"<sitemap><loc>{site.release.base}{PATH}?part={part}</loc><lastmod>{changed}</lastmod></sitemap>\n"
        for part in range(1, last + 1)
    )
    return f"{HEAD}<sitemapindex {NAMES}>\n{''.join(lines)}</sitemapindex>\n"


def _map(site: Site, part: int) -> str:
    found = site.store.addresses_in_use((part - 1) * PART, PART)
    own = [(each, "") for each in PAGES] if part == 1 else []
    lines = (line for path, modified in (*own, *found) for line in _entries(site, path, modified))
    return f"{HEAD}<urlset {NAMES} {LINKS}>\n{''.join(lines)}</urlset>\n"


def _entries(site: Site, path: str, modified: str) -> Iterator[str]:
    """A page in each language; each names all of them."""
    every = site.release.languages
    addresses = {each: site.release.base + Pages(each, every[0]).canonical(path) for each in every}
    last = f"<lastmod>{escape(modified[:10])}</lastmod>" if modified else ""
    others = "".join(_links(addresses.items())) if len(every) > 1 else ""
    for each in addresses.values():
        yield f"<url><loc>{escape(each)}</loc>{last}{others}</url>\n"


def _links(addresses: Iterable[tuple[str, str]]) -> Iterator[str]:
    for number, (language, address) in enumerate(addresses):
        yield f'<xhtml:link rel="alternate" hreflang="{language}" href={quoteattr(address)}/>'
        if number == 0:
            yield f'<xhtml:link rel="alternate" hreflang="x-default" href={quoteattr(address)}/>'
