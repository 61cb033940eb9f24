"""Requests for the hosts of former bases: everything is at the same path of the base of today.

A redirect of GET and HEAD is 301. To any other method it is 308, which has the client send the same again: after
301 most would ask with GET and without the query that they posted. OPTIONS is answered here, since browsers follow
no redirect of a preflight, and so are probes of this very process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Response, request

from publisher.iris import host_of
from publisher.web import Site, site
from publisher.web.address import path_of, query_of
from publisher.web.headers import relocation, respond
from publisher.web.kept import kept
from publisher.web.reply import Reply

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

READING: Final = ("GET", "HEAD")

HERE: Final = frozenset(("/live", "/ready", "/health", "/metrics"))
"""Paths that tell of this process, whatever its host is called."""


def moved(site: Site, environ: WSGIEnvironment) -> Reply | None:
    """The redirect of a request for a former base; None for any other."""
    if not site.config.former_bases or host_of(environ.get("HTTP_HOST", "")) not in _hosts(site):
        return None
    method = environ["REQUEST_METHOD"]
    if method == "OPTIONS" or environ["PATH_INFO"] in HERE:
        return None
    address = f"{site.config.base}{path_of(environ)}{query_of(environ)}"
    return relocation(address, 301 if method in READING else 308)


def away() -> Response | None:
    """The same before each request of Flask's."""
    found = moved(site(), request.environ)
    return respond(found) if found else None


@kept(1)
def _hosts(site: Site) -> frozenset[str]:
    """The hosts that only former bases have. From http to https of one host the proxy leads."""
    return frozenset(map(host_of, site.config.former_bases)) - {host_of(site.config.base)}
