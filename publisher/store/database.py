"""A file of a release that SQLite reads: one connection for each thread."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any
from urllib.parse import quote

from publisher.errors import EngineUnavailable


class Database:
    """Look-ups in one file, safe for threads. The file never changes, so nothing is ever locked.

    `name` says in errors what it is: "the documents of release 000001-ab12cd34".
    """

    def __init__(self, path: Path, name: str) -> None:
        self._uri = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
        self._name = name
        self._threads = threading.local()

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What a query finds. Raises `EngineUnavailable` when the disk fails or the file is not what it was."""
        try:
            return self._connection().execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise EngineUnavailable(f"{self._name} cannot be read: {error}") from error

    def close(self) -> None:
        """Let go of the file in this thread."""
        connection = self._threads.__dict__.pop("connection", None)
        if connection is not None:
            connection.close()

    def _connection(self) -> sqlite3.Connection:
        # Not mapped into memory, which saves 3 µs a document: a file cut short would then kill the process.
        connection: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if connection is None:
            connection = self._threads.connection = sqlite3.connect(self._uri, uri=True)
        return connection
