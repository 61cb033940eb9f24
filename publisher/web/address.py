"""The address that a request asks for: its path in the one spelling, and its query as it may stand in another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from publisher.iris import canonical_path

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

CANONICAL: Final = re.compile(r"[A-Za-z0-9/:@!$&'()*+,;=~._-]*")
"""Paths that need no percent-encoding."""

QUERY: Final = "/:?@!$&'()*+,;=[]%"
"""What may stand in a query, beside letters and digits."""


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
