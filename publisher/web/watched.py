"""The WSGI application that a server calls: every answer is counted, and written down in the access log.

All that happens to a request beside its answer happens here, so that a remembered answer passes few functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import perf_counter
from typing import TYPE_CHECKING

from publisher.web.access_log import AccessLog
from publisher.web.metrics import COUNTS, Counts
from publisher.web.reply import Measured
from publisher.web.serving import Serving

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def watched(serving: Serving, counts: Counts, log: AccessLog) -> WSGIApplication:
    """An application that answers from what is served; the process that calls this one is the one that counts."""
    counts.begin()

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        started = perf_counter()
        environ[COUNTS] = counts
        served = serving.enter()
        release = served.release
        try:
            reply = served.answer(environ)
        except BaseException:
            log.note(environ, "500", 0, perf_counter() - started, release)
            counts.answered(environ, "500", perf_counter() - started)
            raise
        finally:
            serving.leave(served)
        status, body = reply.status, reply.body
        start_response(status, reply.headers.copy())
        # Answers are whole before they are sent: how fast a client reads is not our time.
        counts.answered(environ, status, perf_counter() - started, asks=reply.asks)
        if isinstance(body, bytes):
            # What is all there needs nobody to measure it; the server sends it in one piece.
            log.note(environ, status, len(body), perf_counter() - started, release)
            return [body]
        return Measured(body, _noted(log, environ, status, started, release), held=served.site.held)

    return application


def _noted(
    log: AccessLog, environ: WSGIEnvironment, status: str, started: float, release: str
) -> Callable[[int], None]:
    """Notes an answer when it is sent; not defined where it is called, since it would keep the site until then."""
    return lambda size: log.note(environ, status, size, perf_counter() - started, release)
