"""Requests that hurt, as bytes, by the row of the threat table; 0: closed without an answer."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

EVIL = "evil.example"
SECRET = (b"root:", b"[publisher]", b"Traceback", b"PATH=")
"""What no answer may hold: a password file, our settings, our code, our environment."""


@dataclass(frozen=True)
class Wire:
    """Bytes, what may answer them, and what the first answer must not say."""

    row: int
    name: str
    data: bytes
    statuses: frozenset[int]
    never: tuple[bytes, ...] = SECRET
    answers: int = 1
    smoke: bool = False

    def __str__(self) -> str:
        return f"{self.row}-{self.name.replace(' ', '-')}"


def request(path: str | bytes, *fields: str | bytes, method: str = "GET", body: bytes = b"") -> bytes:
    """A request that is well formed but for what is given."""
    target = path if isinstance(path, bytes) else path.encode()
    lines = [each if isinstance(each, bytes) else each.encode("latin-1") for each in fields]
    if not any(line.lower().startswith(b"host") for line in lines):
        lines.insert(0, b"Host: x")
    return b"\r\n".join([method.encode() + b" " + target + b" HTTP/1.1", *lines, b"Connection: close", b"", body])


BAD = frozenset((400,))
GONE = frozenset((0, 400))
MISSING = frozenset((400, 404))
FINE = frozenset((200,))
THING = "/id/concept/season/winter"
DOCUMENT = "/doc/concept/season/winter"
FORM = "Content-Type: application/x-www-form-urlencoded"
DIRECT = "Content-Type: application/sparql-query"
HTML = "Accept: text/html"
ASK = b"ASK {}"


def injections() -> Iterator[Wire]:
    stolen = (b"\nset-cookie", b"\nx-injected", b"<script>alert")
    for number, tail in enumerate(
        (
            "%0d%0aSet-Cookie:%20a=b",
            "%0aX-Injected:1",
            "%E5%98%8A%E5%98%8DSet-Cookie:a",
            "%0d%0a%0d%0a<script>alert(1)</script>",
            "%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        )
    ):
        yield Wire(28, f"thing {number}", request(THING + tail, HTML), MISSING | {303}, stolen, smoke=number == 0)
        yield Wire(
            28, f"resource {number}", request(f"/resource?uri=http://x/{tail}", HTML), MISSING | {200, 303}, stolen
        )
    yield Wire(26, "label in a page", request("/doc/concept/season/summer.html"), FINE, (b"Zomer <warm>",))
    yield Wire(27, "jsonp", request("/sparql?query=ASK%20%7B%7D&callback=alert"), FINE, (b"alert(",))
    yield Wire(27, "search", request("/search?q=%3Cscript%3Ealert(1)%3C/script%3E"), MISSING | FINE, stolen)
    yield Wire(27, "404", request("/doc/%3Cscript%3Ealert(1)%3C/script%3E", "Accept: text/html"), MISSING, stolen)


def redirections() -> Iterator[Wire]:
    away = (f"location: //{EVIL}".encode(), f"location: http://{EVIL}".encode(), f"location: /\\{EVIL}".encode())
    for name, path in {
        "double slash": f"//{EVIL}",
        "double slash and thing": f"//{EVIL}{THING}",
        "backslash": f"/\\{EVIL}",
        "encoded backslash": f"/%5C{EVIL}",
        "encoded slash": f"/%2F{EVIL}",
        "at sign": f"/@{EVIL}/",
        "tab": f"/%09/{EVIL}",
        "trailing slash": f"//{EVIL}/",
        "absolute": f"http://{EVIL}{THING}",
        "resource": f"/resource?uri=//{EVIL}/",
    }.items():
        yield Wire(29, name, request(path), MISSING | {200, 301, 303}, away, smoke=name == "double slash")
    for field in (
        f"Host: {EVIL}",
        f"X-Forwarded-Host: {EVIL}",
        f"Forwarded: host={EVIL}",
        f"X-Original-URL: //{EVIL}",
    ):
        name = field.partition(":")[0]
        yield Wire(29, f"{name} on a thing", request(THING, field), frozenset((303,)), (EVIL.encode(),))
        yield Wire(29, f"{name} on a page", request(DOCUMENT + ".html", field), FINE, (EVIL.encode(),))


def traversals() -> Iterator[Wire]:
    for number, path in enumerate(
        (
            "/../../../../etc/passwd",
            "/..%2f..%2f..%2fetc%2fpasswd",
            "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
            "/%252e%252e/%252e%252e/etc/passwd",
            "/..%5c..%5cetc%5cpasswd",
            "/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd",
            "/..%c0%af..%c0%afetc/passwd",
            "/%e0%80%ae/etc/passwd",
            "/doc/%00",
            "/doc/concept/season/winter%00.html",
            "/static/../templates/base.html",
            "/static/..%2ftemplates%2fbase.html",
            "/static/%2e%2e/serve.py",
            "/static//etc/passwd",
            "/dataset/seasons/../../manifest.json",
            "/dataset/..%2f..%2fpublisher.toml",
            "/dataset/seasons/1.0.0%2f..%2f..%2fmanifest.json",
            "/dataset/%2fetc%2fpasswd/1.0.0.ttl",
            "/version/../../etc/passwd",
            "/doc/%ff%fe",
            "/doc/%ed%a0%80",
            "/doc/%",
            "/doc/%zz",
            "/" + "a" * 7_000,
            "/" + "a/" * 3_000,
        )
    ):
        yield Wire(30, f"path {number}", request(path), MISSING | {301, 414}, smoke=number == 1)
    yield Wire(30, "long path", request("/" + "a" * 1_000_000), frozenset((0, 400, 404, 414, 431)))
    yield Wire(30, "raw bytes", request(b"/doc/\xff\xc0\xae"), MISSING | {0})
    yield Wire(30, "raw NUL", request(b"/doc/\0"), MISSING | {0})


def negotiations() -> Iterator[Wire]:
    any = frozenset((200, 400, 406, 431))
    for name, accept in {
        "many ranges": "a/b;q=0.1," * 700,
        "many parameters": "text/turtle" + ";a=b" * 1_800,
        "semicolons": "text/turtle" + ";" * 7_000,
        "commas": "," * 7_000,
        "quotes": 'text/turtle;a="' + "\\" * 6_000,
        "spaces": "text/turtle;" + " " * 7_000 + "q=1",
        "not a number": "text/turtle;q=nan",
        "infinity": "text/turtle;q=inf",
        "negative": "text/turtle;q=-1",
        "exponent": "text/turtle;q=1e308",
        "long number": "text/turtle;q=0." + "9" * 6_000,
        "Arabic digits": "text/turtle;q=0.\u0661".encode().decode("latin-1"),
        "slashes": "/" * 7_000,
        "stars": "*/*/*, */x, *",
    }.items():
        yield Wire(32, name, request(DOCUMENT, f"Accept: {accept}"), any, smoke=name == "many ranges")
        yield Wire(32, f"{name} for a language", request(DOCUMENT, f"Accept-Language: {accept}"), any)
        yield Wire(32, f"{name} for an encoding", request(DOCUMENT, f"Accept-Encoding: {accept}"), any)
    closed = any | {0}
    yield Wire(32, "header of 100 kB", request(DOCUMENT, "Accept: " + "a/b," * 25_000), closed)
    yield Wire(32, "10,000 headers", request(DOCUMENT, *(f"X-{n}: 1" for n in range(10_000))), closed)
    yield Wire(32, "10,000 accepts", request(DOCUMENT, *["Accept: a/b"] * 10_000), closed)
    yield Wire(
        32, "ranges", request("/dataset/seasons/1.0.0.ttl", "Range: bytes=" + "0-1," * 1_500), any | {206, 416}
    )
    yield Wire(32, "range past counting", request(DOCUMENT, f"Range: bytes={10**40}-"), any | {206, 416})
    yield Wire(32, "etags", request(DOCUMENT, "If-None-Match: " + '"a",' * 1_800), any)
    yield Wire(32, "date", request(DOCUMENT, f"If-Modified-Since: Mon, 99 Foo {10**30} 99:99:99 GMT"), any)
    yield Wire(
        33, "terminal", request("/doc/%1b%5B31m%0a%7B%22forged%22:1%7D", b"User-Agent: \x1b[2J\x07"), MISSING | {0}
    )
    yield Wire(33, "forged line", request('/doc/"}%0a{"time":"now"', 'Referer: "}\\n{'), MISSING)
    yield Wire(33, "long", request("/doc/" + "%0a" * 2_000), MISSING | {414})


def framing() -> Iterator[Wire]:
    size = f"Content-Length: {len(ASK)}"
    hidden = b"GET /live HTTP/1.1\r\nHost: x\r\n\r\n"
    yield Wire(34, "two hosts", request("/", "Host: a", "Host: b"), GONE, smoke=True)
    yield Wire(34, "two equal hosts", request("/", "Host: a", "Host: a"), GONE)
    yield Wire(34, "hosts with a comma", request("/", "Host: a, b"), GONE)
    yield Wire(34, "no host", b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", GONE | FINE)
    smuggled = {
        "length and chunked": (
            f"Content-Length: {5 + len(hidden)}",
            "Transfer-Encoding: chunked",
            b"0\r\n\r\n" + hidden,
        ),
        "chunked and length": ("Transfer-Encoding: chunked", "Content-Length: 4", b"0\r\n\r\n" + hidden),
        "odd coding": ("Transfer-Encoding: xchunked", size, ASK + hidden),
        "chunked twice": ("Transfer-Encoding: chunked, chunked", size, b"0\r\n\r\n" + hidden),
        "identity": ("Transfer-Encoding: identity, chunked", size, b"0\r\n\r\n" + hidden),
        "tab": ("Transfer-Encoding:\tchunked", size, b"0\r\n\r\n" + hidden),
        "space before colon": ("Transfer-Encoding : chunked", size, b"0\r\n\r\n" + hidden),
        "two lengths": (size, "Content-Length: 0", ASK + hidden),
        "lengths with a comma": (f"{size}, 0", DIRECT, ASK + hidden),
        "negative length": ("Content-Length: -1", DIRECT, ASK + hidden),
        "signed length": ("Content-Length: +6", DIRECT, ASK + hidden),
        "hexadecimal length": ("Content-Length: 0x6", DIRECT, ASK + hidden),
        "length past counting": (f"Content-Length: {10**30}", DIRECT, ASK + hidden),
        "bad chunk": ("Transfer-Encoding: chunked", DIRECT, b"zz\r\nx\r\n0\r\n\r\n" + hidden),
        "chunk past counting": ("Transfer-Encoding: chunked", DIRECT, b"ffffffffffffffffff\r\nx\r\n0\r\n\r\n"),
        "negative chunk": ("Transfer-Encoding: chunked", DIRECT, b"-1\r\nx\r\n0\r\n\r\n"),
        "long extension": ("Transfer-Encoding: chunked", DIRECT, b"0;" + b"x" * 100_000 + b"\r\n\r\n"),
    }
    for name, (first, second, body) in smuggled.items():
        sent = request("/sparql", first, second, method="POST", body=body)
        yield Wire(34, name, sent, frozenset((0, 400, 411, 413, 415, 501)), smoke=name == "length and chunked")
    yield Wire(34, "folded header", request("/", "X-A: a\r\n b"), GONE | FINE)
    yield Wire(34, "bare line feeds", b"GET / HTTP/1.1\nHost: x\nConnection: close\n\n", GONE | FINE)
    yield Wire(34, "bare carriage return", request("/", "X-A: a\rX-B: b"), GONE | FINE)
    yield Wire(34, "NUL in a header", request("/", b"X-A: a\0b"), GONE | FINE)
    yield Wire(34, "no method", b"/ HTTP/1.1\r\nHost: x\r\n\r\n", GONE)
    yield Wire(34, "strange method", request("/", method="BREW"), frozenset((0, 400, 405, 501)))
    yield Wire(
        34, "trace", request("/", "Cookie: secret=1", method="TRACE"), frozenset((0, 400, 405, 501)), (b"secret",)
    )
    yield Wire(34, "connect", request("x:80", method="CONNECT"), frozenset((0, 400, 404, 405, 501)))
    yield Wire(34, "long method", request("/", method="A" * 100_000), frozenset((0, 400, 405, 431, 501)))
    yield Wire(34, "version 9", b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", frozenset((0, 400, 505)))
    yield Wire(34, "TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 500, GONE)
    yield Wire(34, "nothing but noise", bytes(range(256)) * 100, GONE)
    yield Wire(
        34,
        "HTTP/2 without asking",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0" * 50,
        frozenset((0, 400, 505, 200)),
    )
    yield Wire(
        34, "upgrade", request("/", "Upgrade: websocket", "Sec-WebSocket-Key: x"), frozenset((0, 200, 400, 426))
    )


def bodies() -> Iterator[Wire]:
    def post(content: bytes, *fields: str) -> bytes:
        return request("/sparql", f"Content-Length: {len(content)}", *fields, method="POST", body=content)

    refused = frozenset((415,))
    bomb = gzip.compress(b"ASK {}" + b" " * (20 << 20))
    for name, content, coding in (
        ("gzip", bomb, "gzip"),
        ("deflate", zlib.compress(ASK), "deflate"),
        ("brotli", ASK, "br"),
        ("unknown", ASK, "x"),
        ("twice", gzip.compress(bomb), "gzip, gzip"),
    ):
        yield Wire(35, name, post(content, DIRECT, f"Content-Encoding: {coding}"), refused, smoke=name == "gzip")
    for kind in ("text/plain", "application/json", "multipart/form-data; boundary=x", "", "application/xml"):
        yield Wire(35, f"type {kind}", post(ASK, f"Content-Type: {kind}"), refused)
    yield Wire(35, "UTF-16", post("ASK {}".encode("utf-16"), f"{DIRECT}; charset=utf-16"), refused)
    yield Wire(35, "overlong UTF-8", post(b"ASK { BIND('\xc0\xaf' AS ?x) }", DIRECT), BAD)
    yield Wire(35, "20 MB", post(b"query=" + b"a" * (20 << 20), FORM), frozenset((0, 400, 413)))
    yield Wire(35, "a million fields", post(b"a=b&" * 1_000_000, FORM), frozenset((0, 400, 413)))
    yield Wire(35, "two queries", post(b"query=ASK%7B%7D&query=ASK%7B%7D", FORM), BAD)
    yield Wire(35, "bad escapes", post(b"query=%%%zz%ff", FORM), BAD)
    yield Wire(
        22, "update by its type", post(b"CLEAR ALL", "Content-Type: application/sparql-update"), frozenset((403,))
    )
    yield Wire(22, "update parameter", post(b"update=CLEAR+ALL", FORM), frozenset((403,)), smoke=True)
    for method in ("PUT", "DELETE", "PATCH"):
        sent = request("/sparql?default", "Content-Length: 0", "Content-Type: text/turtle", method=method)
        yield Wire(22, f"graph store {method}", sent, frozenset((405,)))
    yield Wire(
        19,
        "default-graph-uri",
        request("/sparql?query=ASK%20%7B?s%20?p%20?o%7D&default-graph-uri=file:///etc/passwd"),
        FINE,
    )
    yield Wire(19, "graph that is no IRI", request("/sparql?query=ASK%20%7B%7D&named-graph-uri=%0d%0a"), BAD)


WIRE = (*injections(), *redirections(), *traversals(), *negotiations(), *framing(), *bodies())
