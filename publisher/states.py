"""What a person means by a version, a release, a commit or a folder: `find(text, config) -> State`."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pyoxigraph import Quad

from publisher import compiler, release
from publisher.compiler.changes import compare
from publisher.compiler.published import read_aliases
from publisher.compiler.versions import answered
from publisher.compiler.wording import Account
from publisher.config import FILE_NAME, Config, load, parse
from publisher.errors import SourceError
from publisher.release import Release, manifest
from publisher.release.activate import RELEASES
from publisher.release.contents import kept, published, statements
from publisher.source import Source, read

VERSION: Final = re.compile(r"(?:(?P<dataset>[a-z0-9-]+)@)?(?P<number>\d+\.\d+\.\d+)")

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class State:
    """Datasets at one moment, number and statements by name, and the settings and aliases of that moment.

    `whole` is False when some were chosen by their version: then the others are not compared.
    """

    config: Config
    datasets: Mapping[str, tuple[str, Sequence[Quad]]]
    whole: bool = True
    aliases: Mapping[str, str] = field(default_factory=dict)


def in_force(config: Config) -> State:
    """The release in force."""
    return _released(release.open(release.current(config.releases)), config)


def lying(config: Config, progress: Progress) -> State:
    """The folder as it lies."""
    return _compiled(config, None, progress)


def find(text: str, config: Callable[[], Config], progress: Progress) -> State:
    """What `text` names: a version, a release by id or directory, a folder, or else a commit.

    `config` loads the settings of the site, which a folder by itself does not need. Raises `SourceError` when
    nothing has this name.
    """
    if match := VERSION.fullmatch(text):
        return _version(match["dataset"], match["number"], config())
    path = Path(text)
    if (path / manifest.FILE_NAME).is_file():
        found = release.open(path)
        return _released(found, _settings(found))
    if (path / FILE_NAME).is_file():
        return lying(load(path), progress)
    kept_as = config().releases / RELEASES / text
    if "/" not in text and kept_as.is_dir():
        return _released(release.open(kept_as), config())
    try:
        return _compiled(config(), text, progress)
    except SourceError as error:
        what = f"no version (`1.0.0`, `name@1.0.0`), no release, no folder with a {FILE_NAME}, no commit"
        raise SourceError(f"{text}: {what}; {error}") from None


def accounts(before: State, after: State) -> tuple[Account, ...]:
    """What happened to each dataset that changed, in the order of their names."""
    wanted = [set(each.datasets) for each in (before, after) if not each.whole]
    names = set[str]().union(*wanted) if wanted else before.datasets.keys() | after.datasets.keys()
    every = (_account(name, before, after) for name in sorted(names))
    return tuple(each for each in every if each.changes.removed or each.changes.added)


def source_of(config: Config, revision: str | None) -> tuple[Source, Config]:
    """The source, and the settings as they are in it."""
    source = read(config.folder, revision, config.reading)
    if revision is None:
        return source, config
    then = parse(source.settings.decode(), f"{revision}:{FILE_NAME}")
    return source, dataclasses.replace(then, folder=config.folder, release=config.release, public=config.public)


def _account(name: str, before: State, after: State) -> Account:
    (old, first), (new, second) = (each.datasets.get(name, (None, ())) for each in (before, after))
    config = after.config
    changes = compare(first, second, answered(config.policy), after.aliases)
    return Account(name, old, new, changes, config.base, config.languages)


def _compiled(config: Config, revision: str | None, progress: Progress) -> State:
    source, config = source_of(config, revision)
    datasets = compiler.read_datasets(source, config, progress)
    aliases = read_aliases(source.published, config.policy)
    return State(config, {each.name: (each.version, each.quads) for each in datasets}, aliases=aliases)


def _released(found: Release, config: Config) -> State:
    rows = found.manifest.datasets
    content = {each.name: (each.version, statements(found, each.name)) for each in rows}
    return State(config, content, aliases=_aliases(found, config))


def _settings(found: Release) -> Config:
    """The settings in a release that lies anywhere: the site that it is from may not be here."""
    path = found.directory / "source" / FILE_NAME
    return parse(path.read_text("utf-8"), str(path))


def _version(dataset: str | None, number: str, config: Config) -> State:
    """Every dataset, or this one, as it was in a version: from the dumps of the newest release that has them."""
    found: dict[str, tuple[str, Sequence[Quad]]] = {}
    aliases: dict[str, str] = {}
    for each, name in _published(config, number):
        if name not in found and dataset in (None, name):
            found[name] = number, statements(each, name, number)
            aliases |= _aliases(each, config)
    if not found:
        which = f"{dataset}@{number}" if dataset else number
        raise SourceError(f"{which}: no release in {config.releases} has this version")
    return State(config, found, whole=False, aliases=aliases)


def _aliases(found: Release, config: Config) -> Mapping[str, str]:
    return read_aliases(published(found), config.policy)


def _published(config: Config, number: str) -> Iterator[tuple[Release, str]]:
    for each in kept(config.releases):
        current = [(row.name, row.version) for row in each.manifest.datasets]
        held = [(row.dataset, row.number) for row in each.manifest.versions]
        yield from ((each, name) for name, version in dict.fromkeys((*current, *held)) if version == number)
