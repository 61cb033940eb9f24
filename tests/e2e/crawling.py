"""Every page that links lead to, as somebody without script and without end of patience would find them."""

from __future__ import annotations

import http.client
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
LINKS = {"a": "href", "area": "href", "link": "href", "img": "src", "script": "src", "use": "href"}


@dataclass(frozen=True, slots=True)
class Found:
    """What an address answered, and the page that leads there."""

    path: str
    status: int
    media_type: str
    body: bytes
    on: str

    def is_page(self) -> bool:
        return self.media_type == "text/html"


class Reader(HTMLParser):
    """The links of a page, what its forms ask as they stand there, and the places that links may name."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = {""}
        self._fields: list[tuple[str, str]] | None = None
        self._action = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.ids.add(attributes.get("id", ""))
        if LINKS.get(tag, "") in attributes:
            self.links.append(attributes[LINKS[tag]])
        elif tag == "form" and attributes.get("method", "get") == "get":
            self._action, self._fields = attributes.get("action", ""), []
        elif tag == "input" and attributes.get("name") and self._fields is not None:
            self._fill(attributes)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._fields is not None:
            self.links.append(f"{self._action}?{urlencode(self._fields)}" if self._fields else self._action)
            self._fields = None

    def _fill(self, attributes: dict[str, str]) -> None:
        """One field more; a form whose field must still be filled in leads nowhere yet."""
        value = attributes.get("value", "")
        if "required" in attributes and not value:
            self._fields = None
        elif self._fields is not None:
            self._fields.append((attributes["name"], value))


def read(body: bytes) -> Reader:
    """The links of a page."""
    reader = Reader()
    reader.feed(body.decode())
    return reader


def crawl(address: str, base: str, wanted: Callable[[str], bool]) -> Iterator[Found]:
    """Everything that links from the front page lead to, once; as far as it is `wanted`.

    Links to the public address of the site are links to this server.
    """
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    waiting, known = deque([("/", "")]), {"/"}
    while waiting:
        path, on = waiting.popleft()
        found = ask(connection, path, on)
        yield found
        targets = read(found.body).links if found.is_page() else []
        for each in targets:
            link = urldefrag(urljoin(base + path, each)).url
            target = link.removeprefix(base)
            if link.startswith(f"{base}/") and target not in known and wanted(target):
                known.add(target)
                waiting.append((target, path))


def ask(connection: http.client.HTTPConnection, path: str, on: str, hops: int = 5) -> Found:
    """What a path answers to a browser, after at most so many redirects."""
    connection.request("GET", path, headers={"Accept": BROWSER})
    answer = connection.getresponse()
    body = answer.read()
    location = answer.headers.get("Location")
    if answer.status in (301, 302, 303, 307, 308) and location and hops:
        return ask(connection, location, on, hops - 1)
    return Found(path, answer.status, answer.headers.get_content_type(), body, on)
