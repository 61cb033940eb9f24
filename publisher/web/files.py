"""Files as they lie: dumps, what pages need, robots.txt. Names are looked up, never made into paths."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, request, send_file

from publisher.errors import ResourceNotFound
from publisher.release.dumps import DUMPS
from publisher.web import assets, headers, problems, site
from publisher.web.headers import redirect
from publisher.web.look import address, sheet
from publisher.web.sitemap import PATH as SITEMAP

blueprint: Final = Blueprint("files", __name__)

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


@blueprint.get("/static/<name>")
def static(name: str) -> Response:
    """A style sheet, script, font or picture of the pages: its name stands for its content."""
    look = site().config.look
    if address(look) == assets.PATH + name:
        return headers.document(
            sheet(look), "text/css", modified=site().release.changed, cache_control=headers.IMMUTABLE
        )
    found = assets.find(name)
    if found is None:
        raise _not_found()
    return headers.document(
        found.content,
        found.media_type,
        modified=site().release.changed,
        cache_control=headers.IMMUTABLE,
        encoded=found.encoded,
    )


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """What browsers ask for unasked."""
    return redirect(assets.asset("favicon.svg"), 302)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Crawlers read documents, not endpoints without end."""
    named = f"{ROBOTS}\nSitemap: {site().release.base}{SITEMAP}\n"
    content = NO_ROBOTS if site().release.manifest.draft else named
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


def _not_found() -> ResourceNotFound:
    return ResourceNotFound(f"There is no file {problems.echo(request.path)}")
