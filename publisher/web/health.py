"""What machines ask: does the process live, does it serve a release, what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from flask import Blueprint, Response, jsonify

from publisher.web import site
from publisher.web.headers import NO_STORE

blueprint: Final = Blueprint("health", __name__)


@blueprint.get("/live")
def live() -> Response:
    """The process answers."""
    return _state(status="live")


@blueprint.get("/ready")
def ready() -> Response:
    """A verified release is served: the site that answers this was opened and checked."""
    return _state(status="ready", release=site().release.id)


@blueprint.get("/health")
def health() -> Response:
    """Which release, how much is in it, how the query workers are; what is degraded, and why."""
    manifest = site().release.manifest
    sparql = site().queries.state()
    degraded = [*site().troubles(), *_degraded(sparql)]
    return _state(
        status="degraded" if degraded else "ok",
        degraded=degraded,
        release=manifest.id,
        created=manifest.created,
        commit=manifest.commit,
        dirty=manifest.dirty,
        quads=manifest.quads,
        sparql=sparql,
    )


def _degraded(sparql: Mapping[str, object]) -> Iterator[str]:
    if sparql["failure"]:
        yield f"queries are not answered: {sparql['failure']}"
    if sparql["missing"]:
        yield f"queries run without {sparql['missing']}, which this machine does not have"


def _state(**members: object) -> Response:
    answer = jsonify(members)
    answer.headers["Cache-Control"] = NO_STORE
    return answer
