"""The versions of a dataset in a list: what each is called, what its editor says of it, its files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Final

from markupsafe import Markup

from publisher.formats import FORMATS
from publisher.store import VersionRow
from publisher.web.distribution import Download, in_order, use_of
from publisher.web.pictures import Moment, timeline
from publisher.web.reading import Reader, Value
from publisher.web.texts import size_in_words

NAMES: Final = {each.suffix: each.name for each in FORMATS} | {"csv": "CSV", "xlsx": "XLSX"}


@dataclass(frozen=True, slots=True)
class Issue:
    """One version in a list: what it is called, when it appeared, what its editor says of it, its files."""

    link: Value
    date: Value
    note: Value | None
    verdict: str
    files: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """The versions of one dataset, newest first."""

    heading: Value
    issues: tuple[Issue, ...]
    picture: Markup | None = None


def series_of(reader: Reader, dataset: str, versions: Iterable[VersionRow]) -> Series:
    """The versions of one dataset among all."""
    own = [each for each in versions if each.dataset == dataset]
    found = next((each for each in reader.site.config.dataset if each.name == dataset), None)
    name = reader.named("", found.title).text if found else dataset
    issues = tuple(issue_of(reader, each) for each in reversed(own))
    heading = Value(name, reader.site.page(f"/version/{dataset}"))
    return Series(heading, issues, _in_time(heading, own, issues[::-1]) if len(own) > 1 else None)


def _in_time(heading: Value, versions: Sequence[VersionRow], issues: Sequence[Issue]) -> Markup:
    """The versions of a dataset as a picture, the oldest first."""
    moments = [
        Moment(version.date.toordinal(), issue.link, issue.date.text)
        for version, issue in zip(versions, issues, strict=True)
    ]
    return timeline(moments, heading.text)


def issue_of(reader: Reader, version: VersionRow) -> Issue:
    """One version."""
    note = reader.named("", version.notes) if version.notes else None
    return Issue(
        Value(version.number, reader.site.page(f"/version/{version.dataset}/{version.number}")),
        reader.date(version.date.isoformat()),
        note,
        reader.texts.get(f"verdict_{version.verdict}", ""),
        tuple(replace(each.link, text=each.format) for each in downloads_of(reader, version)),
    )


def downloads_of(reader: Reader, version: VersionRow) -> tuple[Download, ...]:
    """The files of a version that the release has, with size and checksum."""
    beginning = f"dumps/{version.dataset}/{version.number}."
    rows = []
    for path, fact in reader.site.release.manifest.files.items():
        suffix = path.removeprefix(beginning)
        if suffix in NAMES and suffix != path:
            name = PurePath(path).name
            size = size_in_words(fact.size, reader.texts)
            link = Value(name, f"/dataset/{version.dataset}/{name}")
            rows.append(Download(link, NAMES[suffix], size, fact.sha256, use_of(reader, name)))
    return in_order(rows)


def version_link(reader: Reader, version: VersionRow) -> Value:
    """A version by the name of its dataset and its number, linked to its page."""
    found = next((each for each in reader.site.config.dataset if each.name == version.dataset), None)
    name = reader.named("", found.title).text if found else version.dataset
    words = reader.say("version_of", dataset=name, number=version.number)
    return Value(words, reader.site.page(f"/version/{version.dataset}/{version.number}"))
