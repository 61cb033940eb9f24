"""Documents as they were (RFC 7089): which version was in force at a moment, and how its neighbours are named.

Each document of ours is its own TimeGate (pattern 1.1): `Accept-Datetime` redirects to the frozen document. A
version is in force from the day it is published, midnight UTC, until the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Final

from werkzeug.http import http_date

from publisher.errors import BadRequest
from publisher.web import Site
from publisher.web.headers import as_uri
from publisher.web.kept import kept

if TYPE_CHECKING:
    from publisher.store import VersionRow

ACCEPT_DATETIME: Final = "HTTP_ACCEPT_DATETIME"
LINK_FORMAT: Final = "application/link-format"

WEEKDAYS: Final = "mon tue wed thu fri sat sun".split()
MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
RFC_1123: Final = re.compile(
    rf"(?:{'|'.join(WEEKDAYS)}), (\d\d) ({'|'.join(MONTHS)}) (\d{{4}}) (\d\d):(\d\d):(\d\d) gmt",
    re.IGNORECASE | re.ASCII,
)


@kept(8_192)
def versions_of(site: Site, path: str) -> tuple[VersionRow, ...]:
    """The versions in which there was a document at a path, in the order of publication."""
    return site.store.history.versions_of(path)


def moment(text: str) -> datetime:
    """The moment that an `Accept-Datetime` names; its date counts, even where the weekday is another's.

    Raises `BadRequest` for anything but the one form of section 2.1.
    """
    found = RFC_1123.fullmatch(text.strip())
    if found is None:
        raise BadRequest(f"Accept-Datetime must be like “{http_date(datetime(2026, 1, 5, tzinfo=UTC))}”.")
    day, month, year, hour, minute, second = found.groups()
    try:
        # A leap second is the last of its minute.
        seconds = 59 if second == "60" else int(second)
        at = time(int(hour), int(minute), seconds, tzinfo=UTC)
        return datetime.combine(date(int(year), MONTHS.index(month.lower()) + 1, int(day)), at)
    except ValueError:
        raise BadRequest("Accept-Datetime names a day or an hour that does not exist.") from None


def since(day: date) -> datetime:
    """When a version of this date came into force."""
    return datetime.combine(day, time.min, UTC)


def in_force(versions: Sequence[VersionRow], then: datetime) -> VersionRow:
    """The version that was in force, of some in the order of publication; the first one for all time before."""
    return next((each for each in reversed(versions) if since(each.date) <= then), versions[0])


def address(version: VersionRow, path: str) -> str:
    """The path of a document as it was in a version."""
    return f"/version/{version.dataset}/{version.number}{path}"


def timemap_of(path: str) -> str:
    """The path of the list of all that a document was."""
    return f"/timemap{path}"


def links_of_gate(site: Site, path: str) -> str:
    """What a document says of its past: it is its own TimeGate."""
    return _joined(_gate(site, path))


def links_at(site: Site, path: str) -> str:
    """What one representation of a document says of it: its TimeGate is the address without suffix."""
    return _joined([_link(site, path, "timegate"), _timemap(site, path)])


def links_around(site: Site, path: str, versions: Sequence[VersionRow], here: VersionRow) -> str:
    """What a frozen document, or the redirect to it, says: the original, and first, last and neighbours of it."""
    place = versions.index(here)
    named: dict[int, list[str]] = {0: ["first"]}
    named.setdefault(len(versions) - 1, []).append("last")
    if place > 0:
        named.setdefault(place - 1, []).append("prev")
    if place < len(versions) - 1:
        named.setdefault(place + 1, []).append("next")
    named.setdefault(place, [])
    mementos = (_memento(site, path, versions[each], *named[each]) for each in sorted(named))
    return _joined([*_gate(site, path), *mementos])


def timemap(site: Site, path: str, versions: Sequence[VersionRow]) -> str:
    """All that a document was, in the link format of section 5, oldest first."""
    first, last = versions[0], versions[-1]
    span = f'from="{date_of(first)}"; until="{date_of(last)}"'
    mementos = (
        _memento(site, path, each, *["first"] * (each is first), *["last"] * (each is last)) for each in versions
    )
    own = _link(site, timemap_of(path), "self", f'type="{LINK_FORMAT}"; {span}')
    return ",\n".join([_link(site, path, "original timegate"), own, *mementos]) + "\n"


def _gate(site: Site, path: str) -> Iterator[str]:
    yield _link(site, path, "original timegate")
    yield _timemap(site, path)


def _timemap(site: Site, path: str) -> str:
    return _link(site, timemap_of(path), "timemap", f'type="{LINK_FORMAT}"')


def _memento(site: Site, path: str, version: VersionRow, *names: str) -> str:
    relation = " ".join((*names, "memento"))
    return _link(site, address(version, path), relation, f'datetime="{date_of(version)}"')


def _link(site: Site, path: str, relation: str, more: str = "") -> str:
    """Clients of Memento take addresses as they are, so that they are whole."""
    parameters = f"; {more}" if more else ""
    return f'<{as_uri(site.release.address)}{path}>; rel="{relation}"{parameters}'


def date_of(version: VersionRow) -> str:
    """When a version came into force, as headers have it."""
    return http_date(since(version.date))


def _joined(links: Iterator[str] | Sequence[str]) -> str:
    return ", ".join(links)
