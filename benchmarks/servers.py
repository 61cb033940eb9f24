"""Our server and its peers, each on loopback with the same statements; a peer that is not installed is absent."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from benchmarks import tree

START: Final = 60
"""Seconds that a server gets to answer its first query."""

NGINX: Final = """\
{user}
daemon off; pid nginx.pid; worker_processes auto; error_log errors.log;
events {{ worker_connections 1024; }}
http {{
  access_log access.log; sendfile on; tcp_nopush on; keepalive_requests 1000000000;
  open_file_cache max=20000 inactive=10m; types {{ text/turtle ttl; text/html html; }}
  client_body_temp_path temporary; proxy_temp_path temporary; fastcgi_temp_path temporary;
  uwsgi_temp_path temporary; scgi_temp_path temporary;
  server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""

VIRTUOSO: Final = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = temporary.db
TransactionFile = temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
DirsAllowed = ., {data}
NumberOfBuffers = 100000
MaxDirtyBuffers = 60000
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = .
MaxClientConnections = 32
ServerThreads = 32
MaxKeepAlives = 32
KeepAliveTimeout = 60
[SPARQL]
ResultSetMaxRows = 20000
MaxQueryExecutionTime = 60
"""

TRIFID: Final = """\
globals:
  datasetBaseUrl: http://vocabulary.example/
  endpoints:
    default:
      url: /query
plugins:
  fetch-handler:
    module: trifid-handler-fetch
    paths: /query
    config:
      url: {data}
      contentType: application/n-triples
      baseIRI: http://vocabulary.example/
      graphName: http://vocabulary.example/graph
      unionDefaultGraph: true
"""


class Absent(Exception):
    """This server is not here or does not start; says why."""


@dataclass(frozen=True, slots=True)
class Data:
    """A published site, the same statements as N-Triples, and files for nginx."""

    site: Path
    triples: Path
    files: Path


@dataclass(frozen=True, slots=True)
class Place:
    """Where one server runs: its own folder and port."""

    data: Data
    folder: Path
    port: int

    @property
    def address(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True, slots=True)
class Kind:
    """How one server is started and where it answers queries; `fill` loads what it does not load itself."""

    name: str
    command: Callable[[Place], list[str | Path]]
    endpoint: str = ""
    fill: Callable[[Place], None] | None = None


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers; `seconds` passed until it did."""

    kind: Kind
    place: Place
    pid: int
    seconds: float

    def path(self, query: str) -> str:
        """The path that asks a query."""
        return f"{self.kind.endpoint}?{urlencode({'query': query})}"


@contextmanager
def running(kind: Kind, data: Data, folder: Path) -> Iterator[Server]:
    """Run a server until the block ends. Raises `Absent`."""
    place = Place(data, folder, free_port())
    folder.mkdir(parents=True, exist_ok=True)
    command = kind.command(place)
    started = time.monotonic()
    process = tree.spawn(command, folder / "output.log")
    try:
        _await(process, place, f"{place.address}{kind.endpoint}{_probe(kind)}")
        seconds = time.monotonic() - started
        if kind.fill:
            kind.fill(place)
        yield Server(kind, place, process.pid, seconds)
    finally:
        tree.stop(process)


def fetch(url: str, accept: str = "*/*", seconds: float = 10) -> tuple[bytes, str]:
    """The body at an address and its media type. Raises `OSError`."""
    request = urllib.request.Request(url, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=seconds) as answer:
        return answer.read(), answer.headers.get_content_type()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _probe(kind: Kind) -> str:
    return "?" + urlencode({"query": "ASK { ?s ?p ?o }"}) if kind.endpoint else "/"


def _await(process: subprocess.Popen[bytes], place: Place, url: str) -> None:
    deadline = time.monotonic() + START
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Absent(f"stopped with exit code {process.returncode}: {_last_words(place)}")
        try:
            fetch(url, "application/sparql-results+json, */*;q=0.1", 5)
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return
        except OSError:
            pass
        else:
            return
        time.sleep(0.005)
    raise Absent(f"did not answer within {START} s: {_last_words(place)}")


def _last_words(place: Place) -> str:
    lines = (place.folder / "output.log").read_text("utf-8", "replace").splitlines()
    # Node ends with its version; what went wrong stands above.
    errors = [each for each in lines if "Error" in each]
    return [*lines, *errors][-1].strip()[:150] if lines else "it said nothing"


def _program(name: str, source: str) -> str:
    """The path of a program, beside this Python or on PATH; `source` tells where to get it."""
    here = os.fspath(Path(sys.executable).parent)
    found = shutil.which(name, path=os.pathsep.join((here, os.environ.get("PATH", ""), "/usr/sbin")))
    if not found:
        raise Absent(f"`{name}` is not installed ({source})")
    return found


def _run(*command: str | Path) -> None:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if done.returncode:
        raise Absent(f"{Path(command[0]).name} failed: {done.stderr.strip()[-150:]}")


def _ours(place: Place) -> list[str | Path]:
    return [sys.executable, "-m", "publisher", "serve", place.data.site, "--port", str(place.port)]


def _oxigraph(place: Place) -> list[str | Path]:
    return [_program("oxigraph", "PyPI"), "serve", "--bind", f"127.0.0.1:{place.port}"]


def _post(place: Place) -> None:
    request = urllib.request.Request(
        f"{place.address}/store?default",
        data=place.data.triples.read_bytes(),
        headers={"Content-Type": "application/n-triples"},
        method="POST",
    )
    urllib.request.urlopen(request, timeout=START).close()


def _oxigraph_read_only(place: Place) -> list[str | Path]:
    program, store = _program("oxigraph", "PyPI"), place.folder / "store"
    _run(program, "load", "--location", store, "--file", place.data.triples)
    _run(program, "optimize", "--location", store)
    return [program, "serve-read-only", "--location", store, "--bind", f"127.0.0.1:{place.port}"]


def _rdflib_endpoint(place: Place) -> list[str | Path]:
    program = _program("rdflib-endpoint", "PyPI")
    return [program, "serve", "--host", "127.0.0.1", "--port", str(place.port), place.data.triples]


def _virtuoso(place: Place) -> list[str | Path]:
    program = _program("virtuoso-t", "Debian, virtuoso-opensource-7-bin")
    _program("isql-vt", "Debian, virtuoso-opensource-7-bin")
    settings = VIRTUOSO.format(port=place.port, sql=place.port + 1, data=place.data.triples.parent)
    (place.folder / "virtuoso.ini").write_text(settings, "utf-8")
    return [program, "+foreground", "+configfile", "virtuoso.ini"]


def _virtuoso_load(place: Place) -> None:
    load = f"DB.DBA.TTLP_MT(file_to_string_output('{place.data.triples}'), '', 'http://vocabulary.example/graph');"
    program = _program("isql-vt", "Debian, virtuoso-opensource-7-bin")
    _run(program, f"127.0.0.1:{place.port + 1}", "dba", "dba", f"exec={load} checkpoint;")


def _trifid(place: Place) -> list[str | Path]:
    program = _program("trifid", "npm")
    (place.folder / "config.yaml").write_text(TRIFID.format(data=place.data.triples), "utf-8")
    return [program, "--config", place.folder / "config.yaml", "--port", str(place.port)]


def _nginx(place: Place) -> list[str | Path]:
    program = _program("nginx", "Debian")
    user = "user root;" if os.geteuid() == 0 else ""
    settings = NGINX.format(user=user, port=place.port, root=place.data.files)
    (place.folder / "nginx.conf").write_text(settings, "utf-8")
    return [program, "-p", place.folder, "-c", place.folder / "nginx.conf", "-e", place.folder / "errors.log"]


OURS: Final = Kind("publisher", _ours, "/sparql")
MEMORY: Final = Kind("oxigraph, memory", _oxigraph, "/query", fill=_post)
DISK: Final = Kind("oxigraph, RocksDB", _oxigraph_read_only, "/query")
FILES: Final = Kind("nginx", _nginx)
GUESTS: Final = (
    Kind("Virtuoso", _virtuoso, "/sparql", fill=_virtuoso_load),
    Kind("Trifid", _trifid, "/query"),
    Kind("rdflib-endpoint", _rdflib_endpoint, "/"),
)
"""Measured in one round, to see where the others stand; no goal is about them."""
