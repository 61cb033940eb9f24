"""Who asks: the address that limits are counted for."""

from __future__ import annotations

import re
from collections.abc import Sequence
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
    trust (RFC 7239, section 8.1; `Forwarded` before `X-Forwarded-For`).
    """
    forwarded, chain = environ.get("HTTP_FORWARDED", ""), environ.get("HTTP_X_FORWARDED_FOR", "")
    # What is remembered must not be long.
    find = _client if len(forwarded) + len(chain) < LONG else _client.__wrapped__
    return find(environ.get("REMOTE_ADDR", ""), forwarded, chain, tuple(trusted))


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


def _name(address: Address) -> str:
    return str(IPv6Network((address, 64), strict=False)) if isinstance(address, IPv6Address) else str(address)
