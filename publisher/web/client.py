"""Who asks: the address that limits are counted for."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

Address = IPv4Address | IPv6Address

_FOR: Final = re.compile(r'(?:^|[;,])[ \t]*for=("[^"]*"|[^;,"]*)', re.IGNORECASE)
_PORT: Final = re.compile(r"^(?:\[([^\]]*)\](?::\d+)?|([^:]*):\d+)$")


def client(environ: WSGIEnvironment, trusted: Sequence[str]) -> str:
    """The IPv4 address or the IPv6 network of 64 bits that asks; empty when it is one of the trusted themselves.

    Only what a trusted peer says about others is believed, from the last hop back to the first that we do not
    trust (RFC 7239, section 8.1; `Forwarded` before `X-Forwarded-For`). What others say is worth a word now and
    then: most likely a proxy was forgotten, and all who come through it share the limits of one.
    """
    forwarded, chain = environ.get("HTTP_FORWARDED", ""), environ.get("HTTP_X_FORWARDED_FOR", "")
    if (forwarded or chain) and not _is_believed(environ.get("REMOTE_ADDR", ""), tuple(trusted)):
        _DOUBT.about(environ.get("REMOTE_ADDR", ""))
    # What is remembered must not be long.
    find = _client if len(forwarded) + len(chain) < LONG else _client.__wrapped__
    return find(environ.get("REMOTE_ADDR", ""), forwarded, chain, tuple(trusted))


_MINUTE: Final = 60.0

LONG: Final = 200
"""Characters from which on the words of proxies are read each time."""


@lru_cache(4096)
def _client(peer: str, forwarded: str, chain: str, trusted: tuple[str, ...]) -> str:
    address, hops = _address(peer), _hops(forwarded, chain)
    while address is not None and _is_trusted(address, trusted):
        if not hops:
            return ""
        address = _address(hops.pop())
    return _name(address) if address is not None else "unknown"


def _hops(forwarded: str, chain: str) -> list[str]:
    """The addresses that proxies have added, the nearest last."""
    if forwarded:
        return [each.strip('"') for each in _FOR.findall(forwarded)]
    return [each.strip() for each in chain.split(",")] if chain else []


def _address(text: str) -> Address | None:
    port = _PORT.match(text.strip())
    try:
        address = ip_address((port[1] or port[2]) if port else text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


@lru_cache(4096)
def _is_trusted(address: Address, trusted: tuple[str, ...]) -> bool:
    return any(address in ip_network(each) for each in trusted)


@lru_cache(4096)
def _is_believed(peer: str, trusted: tuple[str, ...]) -> bool:
    address = _address(peer)
    return address is not None and _is_trusted(address, trusted)


class _Doubt:
    """Says on standard error, once a minute at most, that somebody speaks for others and is not believed."""

    def __init__(self) -> None:
        self._next = 0.0

    def about(self, peer: str) -> None:
        """This peer, who is not in `trusted_proxies`."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _MINUTE
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "level": "warning",
            "peer": peer,
            "warning": "This peer says for whom it asks (Forwarded, X-Forwarded-For) and is not believed. If it "
            "is your proxy, name it in `trusted_proxies` in [server]: all who come by it count as one client.",
        }
        print(json.dumps(line), file=sys.stderr, flush=True)


_DOUBT: Final = _Doubt()


def _name(address: Address) -> str:
    return str(IPv6Network((address, 64), strict=False)) if isinstance(address, IPv6Address) else str(address)
