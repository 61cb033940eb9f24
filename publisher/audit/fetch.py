"""Files of a web site that may be anybody's: within limits of time and size, and from that site only."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from http.client import HTTPException, HTTPMessage, HTTPResponse
from pathlib import Path
from typing import IO, Final, cast
from urllib.parse import urlsplit

from publisher.errors import SourceError

SILENCE: Final = 30
"""Seconds without a byte after which nobody waits any longer."""

LONGEST: Final = 600
"""Seconds that one file may take."""

BLOCK: Final = 1 << 16
ASKED: Final = {"Accept-Encoding": "identity", "User-Agent": "publisher verify"}


class _SameSite(urllib.request.HTTPRedirectHandler):
    """Follows redirects on one host: another host is another publisher."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        here, there = urlsplit(req.full_url), urlsplit(newurl)
        if there.netloc != here.netloc or there.scheme not in (here.scheme, "https"):
            raise SourceError(
                f"{req.full_url} redirects to {newurl}, which is not the same site; give that address"
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def fetch(url: str, path: Path, most: int) -> str | None:
    """Write what is at an address to a file, up to `most` bytes, beyond which it cannot be right in any case.

    None when there is nothing at the address; else the id of the release that the site says it is of, if it says.
    Raises `SourceError` when the site cannot be asked or takes too long.
    """
    opener = urllib.request.build_opener(_SameSite())
    request = urllib.request.Request(
        url, headers={"Accept-Encoding": "identity", "User-Agent": "publisher-verify"}
    )
    try:
        with opener.open(request, timeout=SILENCE) as answer, path.open("wb") as file:
            _copy(cast(HTTPResponse, answer), file, url, most)
            return answer.headers.get("Release", "") or ""
    except urllib.error.HTTPError as error:
        error.close()
        if error.code in (404, 410):
            return None
        raise SourceError(f"{url} is answered with status {error.code} {error.reason}") from None
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise SourceError(f"{url} cannot be fetched: {reason}") from None


def _copy(answer: HTTPResponse, file: IO[bytes], url: str, most: int) -> None:
    ends, size = time.monotonic() + LONGEST, 0
    while block := answer.read1(BLOCK):
        file.write(block)
        size += len(block)
        if size > most:
            return
        if time.monotonic() > ends:
            raise SourceError(f"{url} takes more than {LONGEST} seconds")
    if answer.length:
        raise SourceError(f"{url} ends {answer.length} bytes too early")
