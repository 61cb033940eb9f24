"""The address that a request asks for: its path in the one spelling, and its query as it may stand in another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, quote

from publisher.errors import BadRequest
from publisher.iris import canonical_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from _typeshed.wsgi import WSGIEnvironment

CANONICAL: Final = re.compile(r"[A-Za-z0-9/:@!$&'()*+,;=~._-]*")
"""Paths that need no percent-encoding."""

QUERY: Final = "/:?@!$&'()*+,;=[]%"
"""What may stand in a query, beside letters and digits."""


LANGUAGE: Final = re.compile(r"\.([A-Za-z0-9-]+)\.html$")
"""The end of an address that names a language."""

FIELDS: Final = 1_000
"""Parameters that one request may have."""

SUFFIXED: Final = ("/doc/", "/ns", "/version", "/resource")
"""Beginnings of paths that name a representation by suffix; other pages name their language in the query."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The addresses of pages in one language: of links that keep their reader in it."""

    language: str
    first: str

    def __call__(self, path: str, query: str = "") -> str:
        """The page of a path without suffix: `/doc/x.html`, `/doc/x.en.html`, `/search`, `/search?lang=en`.

        The path may have a fragment; the query is with or without its question mark.
        """
        path, hash, fragment = path.partition("#")
        other = "" if self.language == self.first else self.language
        parts = [query.removeprefix("?")]
        if path.startswith(SUFFIXED):
            path = f"{path}.{other}.html" if other else f"{path}.html"
        elif other:
            parts.append(f"lang={other}")
        query = "&".join(filter(None, parts))
        return f"{path}{'?' if query else ''}{query}{hash}{fragment}"

    def canonical(self, path: str, query: str = "") -> str:
        """The one address of the same page: in the first language that of all of its representations."""
        return f"{path}{query}" if self.language == self.first else self(path, query)


def language_asked(environ: WSGIEnvironment, languages: Sequence[str]) -> str:
    """The language of a site that `lang` in a query names, or the first; raises `BadRequest` for any other."""
    asked = _lang(environ)
    if asked and asked not in languages:
        raise BadRequest(f"`lang` must be one of {', '.join(languages)}.")
    return asked or languages[0]


def language_named(environ: WSGIEnvironment, languages: Sequence[str]) -> str:
    """The language of a site that an address seems to name, by suffix or else in its query, or the first."""
    ending = LANGUAGE.search(environ["PATH_INFO"])
    named = (ending[1] if ending else "", _lang(environ))
    return next((each for each in named if each in languages), languages[0])


def with_language(path: str, environ: WSGIEnvironment) -> str:
    """A path without query, and the language that the request names, for who is sent there."""
    asked = _lang(environ)
    return f"{path}?lang={quote(asked, safe='')}" if asked else path


def translatable(query: str) -> bool:
    """Whether a page with this query is there in other languages: the letters of an index are of one."""
    return "letter=" not in query


def without_language(query: str) -> str:
    """A query, with its question mark, without the language that it names."""
    parts = [each for each in query.removeprefix("?").split("&") if each and not each.startswith("lang=")]
    return f"?{'&'.join(parts)}" if parts else ""


def _lang(environ: WSGIEnvironment) -> str:
    query: str = environ.get("QUERY_STRING", "")
    # Nearly all queries have none, and parsing them takes longer than all the rest.
    return parse_qs(query, max_num_fields=FIELDS).get("lang", [""])[0] if "lang=" in query else ""


def path_of(environ: WSGIEnvironment) -> str:
    """The canonical path of a request, whatever its bytes."""
    path: str = environ["PATH_INFO"]
    if CANONICAL.fullmatch(path):
        return path
    # WSGI hands over the decoded bytes as Latin-1; they are encoded again so that "%25" is decoded only once.
    return canonical_path(quote(path.encode("latin-1")))


def query_of(environ: WSGIEnvironment) -> str:
    """The query of a request with its question mark; empty when it has none.

    It is as it came, but for bytes that no URI has: these are percent-encoded.
    """
    query: str = environ.get("QUERY_STRING", "")
    return f"?{quote(query.encode('latin-1'), safe=QUERY)}" if query else ""


def spelled_otherwise(environ: WSGIEnvironment, path: str) -> bool:
    """Whether the client spelt the percent-encoding of its path in another way.

    Only some servers tell (granian does not; there, each spelling is answered as the canonical one).
    """
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI") or path
    return bool(raw.startswith("/") and raw.partition("?")[0] != path)
