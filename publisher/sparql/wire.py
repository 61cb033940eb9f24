"""How our processes speak: in frames over a stream socket; a byte for the kind, four for the length, the bytes."""

from __future__ import annotations

import socket as sockets
import struct
from collections.abc import Iterator
from socket import socket
from typing import Final

_CREDENTIALS: Final = struct.Struct("3i")
HEAD: Final = struct.Struct("<cI")
CHUNK: Final = 65_536
"""Bytes of content that one frame of a long answer has."""


def frame(kind: bytes, content: bytes) -> bytes:
    """A whole frame."""
    return HEAD.pack(kind, len(content)) + content


def send(channel: socket, kind: bytes, content: bytes) -> None:
    """Send one frame."""
    channel.sendall(frame(kind, content))


def receive(channel: socket) -> bytes:
    """The content of the next frame; empty when the other side has hung up."""
    head = exactly(channel, HEAD.size)
    return exactly(channel, HEAD.unpack(head)[1]) if head else b""


def exactly(channel: socket, size: int) -> bytes:
    """So many bytes; empty when the other side hangs up before."""
    content = bytearray()
    while len(content) < size:
        received = channel.recv(min(size - len(content), 1 << 20))
        if not received:
            return b""
        content += received
    return bytes(content)


def user_of(connection: socket) -> int:
    """The number of the user whose process is at the other end of a Unix socket."""
    credentials = connection.getsockopt(sockets.SOL_SOCKET, sockets.SO_PEERCRED, _CREDENTIALS.size)
    return int(_CREDENTIALS.unpack(credentials)[1])


class Inbox:
    """What has arrived on one channel and is not yet a whole frame; no frame may have more bytes than `most`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._received = bytearray()

    def frames(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """The frames that are whole with this data: kind and content. Raises `ValueError` when one is too long."""
        self._received += data
        while len(self._received) >= HEAD.size:
            kind, size = HEAD.unpack_from(self._received)
            if size > self._most:
                raise ValueError(f"a frame of {size} bytes")
            if len(self._received) < HEAD.size + size:
                return
            content = bytes(self._received[HEAD.size : HEAD.size + size])
            del self._received[: HEAD.size + size]
            yield kind, content
