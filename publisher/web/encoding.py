"""Content codings: one table of what a body can be sent as (RFC 9110, section 8.4)."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Mapping
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, cast

import brotli

from publisher.web.negotiation import IDENTITY, accepted_codings

SMALL: Final = 500
"""Bytes below which compression saves nothing: headers and body fit in one packet anyway."""

CODINGS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    # Measured on our pages: quality 11 is a tenth smaller and takes 20 to 140 ms instead of one.
    "br": lambda content: brotli.compress(content, quality=5),
    "gzip": lambda content: gzip.compress(content, 6, mtime=0),
    IDENTITY: lambda content: content,
}
"""Coding -> how to apply it, best first. The same content always gives the same bytes."""

ON_THE_FLY: Final = ("gzip", IDENTITY)
"""Codings of what is made for one request, best first: as quickly as possible."""

COMPRESSED: Final = ("image/png", "font/woff2")
"""Media types that are compressed by themselves."""


def compressible(media_type: str) -> bool:
    """Whether a type of body gains by compression."""
    return media_type not in COMPRESSED


def codings(header: str | None) -> tuple[str, ...]:
    """What a client with this `Accept-Encoding` accepts of ours, best first; empty when it refuses all."""
    return accepted_codings(header, tuple(CODINGS))


def coding_for(content: bytes, header: str | None) -> str | None:
    """The coding for a body; None when the client refuses all of ours."""
    accepted = codings(header)
    if len(content) < SMALL and IDENTITY in accepted:
        return IDENTITY
    return next(iter(accepted), None)


def gzipped(content: BinaryIO) -> tuple[BinaryIO, int]:
    """The rest of a body, which is closed, as quickly as gzip goes: 4 ms for a MB, half as much again in bytes."""
    spool = cast(BinaryIO, SpooledTemporaryFile(max_size=SPOOLED))  # noqa: SIM115
    with content:
        work = zlib.compressobj(1, wbits=GZIP)
        while part := content.read(PART):
            spool.write(work.compress(part))
        spool.write(work.flush())
    size = spool.tell()
    spool.seek(0)
    return spool, size


GZIP: Final = 31
"""`wbits` for a gzip header and trailer, the header without a time (RFC 1952)."""
PART: Final = 1 << 18
SPOOLED: Final = 1 << 20
"""Bytes of a compressed body that are kept in memory; a longer one goes to a file without a name."""
