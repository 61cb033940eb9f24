"""Clients that keep to no protocol; nothing here needs the program, so that many can be started quickly."""

from __future__ import annotations

import http.client
import json
import socket
import time
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlencode

CANARY = "canary"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Reply:
    """What came back: status 0 when the connection was closed without an answer."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 0.0

    @property
    def problem(self) -> str:
        """The slug of a problem document."""
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            return str(json.loads(self.body)["type"]).rpartition("#")[2]
        return ""


class Client:
    """Who asks a server on this machine, from an address for each name it is given."""

    forwards = True
    """Whether the canary comes by a proxy of its own that we trust; not where there is another."""

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(
        self,
        path: str,
        client: str = "",
        body: bytes | None = None,
        method: str = "",
        timeout: float = 15.0,
        **headers: str,
    ) -> Reply:
        """One request on a connection of its own, from an address of its own for each `client`."""
        started = time.monotonic()
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        source = address_of(client)
        if client == CANARY and self.forwards:
            source, fields = "127.0.0.1", fields | {"X-Forwarded-For": "192.0.2.7"}
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=timeout, source_address=(source, 0)
        )
        try:
            connection.request(method or ("GET" if body is None else "POST"), path, body, fields)
            answer = connection.getresponse()
            content = answer.read()
            return Reply(
                answer.status,
                {k.lower(): v for k, v in answer.headers.items()},
                content,
                time.monotonic() - started,
            )
        except (OSError, http.client.HTTPException):
            return Reply(0, seconds=time.monotonic() - started)
        finally:
            connection.close()

    def query(
        self, text: str, client: str = "", accept: str = "application/sparql-results+json", **more: str
    ) -> Reply:
        """A query in a form, as most clients send it."""
        body = urlencode({"query": text, **more}, errors="surrogatepass").encode()
        return self.ask("/sparql", client, body, Content_Type=FORM, Accept=accept)

    def raw(self, data: bytes, client: str = "", seconds: float = 5.0) -> bytes:
        """Send bytes; all that comes back until the server closes, or has said nothing for a while."""
        received = bytearray()
        with self.connect(client) as connection, suppress(OSError):
            connection.sendall(data)
            connection.settimeout(seconds)
            while more := connection.recv(65_536):
                received += more
                connection.settimeout(0.3)
        return bytes(received)

    def connect(self, client: str = "") -> socket.socket:
        """A connection from the address of a client."""
        return socket.create_connection(("127.0.0.1", self.port), 5, source_address=(address_of(client), 0))


def address_of(client: str) -> str:
    """An address on the loopback network: clients are counted by address."""
    number = zlib.crc32(client.encode()) if client else 0
    return f"127.{number >> 16 & 127 | 64}.{number >> 8 & 255}.{(number & 255) or 1}"
