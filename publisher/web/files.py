"""Files as they lie: dumps, what pages need, robots.txt. Names are looked up, never made into paths."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cache
from pathlib import Path, PurePath
from typing import Final

from flask import Blueprint, Response, request, send_file

from publisher.errors import ResourceNotFound
from publisher.release.dumps import DUMPS
from publisher.web import headers, problems, site
from publisher.web.headers import redirect

blueprint: Final = Blueprint("files", __name__)

STATIC: Final = Path(__file__).parent / "static"
STATIC_TYPES: Final = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".json": "application/json",
    ".txt": "text/plain",
}
TYPES: Final = {
    **{suffix: media_type for suffix, media_type, _ in DUMPS},
    "json": "application/json",
    "sig": "application/octet-stream",
}
"""Media types of dumps, proofs and their signatures by suffix; the checksums are text."""

NO_ROBOTS: Final = "User-agent: *\nDisallow: /\n"
ROBOTS: Final = "User-agent: *\nDisallow: /sparql\nDisallow: /resource\n"


@blueprint.get("/dataset/<dataset>/<name>")
def dump(dataset: str, name: str) -> Response:
    """A dump of one version, which never changes, or what is beside them: checksums, proofs, signatures."""
    stem, _, suffix = name.rpartition(".")
    if stem == "latest":
        return _latest(dataset, suffix)
    path = site().release.dump(dataset, name)
    if path is None:
        raise _not_found()
    fact = site().release.manifest.files[path.relative_to(site().release.directory).as_posix()]
    lasting = any(suffix == each for each, _, _ in DUMPS)
    cache_control = headers.IMMUTABLE if lasting else headers.FRESH
    return _file(path, f"{dataset}-{name}", TYPES.get(suffix, "text/plain"), fact.sha256, cache_control)


@blueprint.get("/static/<path:name>")
def static(name: str) -> Response:
    """A style sheet, script or picture of the pages."""
    content = _static_files().get(name)
    kind = STATIC_TYPES.get(PurePath(name).suffix)
    if content is None or kind is None:
        raise _not_found()
    return headers.document(content, kind, modified=site().release.changed)


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """What browsers ask for unasked."""
    icon = next((name for name in _static_files() if name.startswith("favicon.")), None)
    if icon is None:
        raise _not_found()
    return redirect(f"/static/{icon}", 302)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Crawlers read documents, not endpoints without end."""
    content = NO_ROBOTS if site().release.manifest.draft else ROBOTS
    return headers.document(content.encode(), "text/plain", modified=site().release.changed)


def _latest(dataset: str, suffix: str) -> Response:
    for each in site().release.manifest.datasets:
        if each.name == dataset and site().release.dump(dataset, f"{each.version}.{suffix}"):
            return redirect(f"/dataset/{dataset}/{each.version}.{suffix}", 307)
    raise _not_found()


def _file(path: Path, name: str, media_type: str, digest: str, cache_control: str) -> Response:
    """A file, or the range of it that was asked for, or 304; `name` is for who saves it.

    It is sent as it lies: a range of a compressed body would be of no use.
    """
    answer = send_file(
        path,
        media_type,
        download_name=name,
        etag=digest[:32],
        last_modified=site().release.changed,
        conditional=True,
    )
    answer.headers["Cache-Control"] = cache_control
    # Of the whole file, whatever part of it is sent (RFC 9530); 304 has nothing to say about what was kept.
    if answer.status_code in (200, 206):
        answer.headers["Repr-Digest"] = f"sha-256=:{base64.b64encode(bytes.fromhex(digest)).decode()}:"
    answer.headers.pop("Date", None)
    return answer


@cache
def _static_files() -> Mapping[str, bytes]:
    """Name -> content; the program's own files do not change while it runs."""
    files = (path for path in sorted(STATIC.rglob("*")) if path.is_file())
    return {path.relative_to(STATIC).as_posix(): path.read_bytes() for path in files}


def _not_found() -> ResourceNotFound:
    return ResourceNotFound(f"There is no file {problems.echo(request.path)}")
