"""Serving what `current` points to: each process looks every second, opens a new release beside the old one, and
then answers from it.

A release that is not whole is refused, and the one before it serves on: nothing that is put in force can stop a
server. Each process follows by itself, so that they differ for as long as one takes to open a release.
"""

from __future__ import annotations

import gc
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from ctypes import CDLL
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Final, TypeVar
from weakref import ref

from publisher.config import Config
from publisher.errors import ConfigError, EngineUnavailable, PublisherError, ReleaseDamaged, ReleaseMissing
from publisher.release import Release, contents, current
from publisher.release.activate import POINTER, pointed
from publisher.release.digests import compare
from publisher.release.manifest import sequence_of
from publisher.sparql.queries import Queries
from publisher.store import Store
from publisher.web import answering, open_release, site_of
from publisher.web.serving import Served, Serving

if TYPE_CHECKING:
    from publisher.web.metrics import Counts

PAUSE: Final = 1.0
"""Seconds between two looks at the pointer."""

RETRY: Final = 60.0
"""Seconds after which a release that was refused is looked at again: somebody may have mended it."""

OPENING: Final = 60.0
"""Seconds that the processes for queries may take to open a release."""

COLLECTIONS: Final = 5
"""Times that we look for what is left of an old release; whoever still holds it then may take his time."""

Taken = TypeVar("Taken")


def in_force_or_before(config: Config, directory: Path | None, take: Callable[[Path], Taken]) -> tuple[Taken, str]:
    """The release in force or, where that is damaged, the newest before it that can be taken; and what is wrong.

    With a `directory`, only that one. Raises what `take` raises for the first one, when no other can be taken.
    """
    try:
        return take(directory or current(config.releases)), ""
    except (ReleaseDamaged, ReleaseMissing) as error:
        for earlier in () if directory else before(config.releases, pointed(config.releases).name):
            with suppress(PublisherError):
                return take(earlier), str(error)
        raise


def before(directory: Path, name: str) -> Iterator[Path]:
    """The releases before this one whose files are all there, the newest first."""
    with suppress(ValueError):  # the name of no release
        sequence = sequence_of(name)
        yield from (each.directory for each in contents.kept(directory) if each.manifest.sequence < sequence)


def instead(wrong: str, release: str) -> str:
    """What is wrong with the release in force, and which one is served."""
    return f"{wrong.rstrip('.')}. Release {release} is served instead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a server follows with: its settings, as they are now, and the queries to a release.

    With a `directory` it serves that release for good. `pause` is the seconds between two looks at the pointer.
    """

    settings: Callable[[], Config]
    ask: Callable[[Release, Config], Queries]
    directory: Path | None = None
    pause: float = PAUSE


class Following:
    """What one process serves, and what is wrong with it."""

    def __init__(self, config: Config, means: Means, counts: Counts, said: str = "") -> None:
        """`said` is what has been said about the release in force already; it is not said again."""
        self._config = config
        self._means = means
        self._counts = counts
        self._said = said
        self._troubles: Mapping[str, str] = {}
        self._proven = self._refused = ""
        self._again = 0.0
        self._old: list[Served] = []
        self._left: dict[ref[Store], int] = {}
        self._over = Event()

    def begin(self) -> Serving:
        """Serve what is in force, from now on. Raises `PublisherError` when no release can be served."""
        self._counts.begin()
        self._config = config = self._settings()
        served, wrong = in_force_or_before(
            config, self._means.directory, lambda directory: self._opened(directory, config)
        )
        self._serving = Serving(served)
        if wrong:
            self._refuse(pointed(self._config.releases).name, wrong)
        Thread(target=self._follow, name="following", daemon=True).start()
        return self._serving

    def close(self) -> None:
        """Follow no more, ask no more queries."""
        self._over.set()
        for each in (self._serving.now, *self._old):
            each.site.queries.leave()

    def troubles(self) -> tuple[str, ...]:
        """What is wrong at this moment."""
        return tuple(self._troubles.values())

    def _follow(self) -> None:
        while not self._over.wait(self._means.pause):
            try:
                self._look()
                self._clear("following")
            except Exception as error:
                # A fault of ours; in a moment it may be gone.
                if self._trouble("following", f"new releases cannot be looked for: {error!r}"):
                    traceback.print_exc()
            self._let_go()
            self._collect()

    def _look(self) -> None:
        """Serve what is in force, if it is not, and if it is whole."""
        now = self._serving.now
        self._look_for(now)
        try:
            wanted = self._means.directory or pointed(self._config.releases)
        except (OSError, ReleaseMissing):
            pointer = self._config.releases / POINTER
            self._trouble("pointer", f"{pointer} is gone. Release {now.release} is served on")
            return
        self._clear("pointer")
        if wanted.name == self._proven:
            self._accept()
        elif wanted.name != self._refused or time.monotonic() > self._again:
            self._take(wanted)

    def _look_for(self, now: Served) -> None:
        """Say so when the release that is served has been moved or removed."""
        directory = now.site.release.directory
        if directory.is_dir():
            self._clear("directory")
        else:
            self._trouble("directory", f"{directory} is gone: what is not in memory cannot be answered any more")

    def _take(self, directory: Path) -> None:
        """Serve a release from the moment on that it is proven whole; refuse it otherwise."""
        now = self._serving.now
        try:
            if directory.name == now.name:
                compare(now.site.release)
                self._proven = now.name
            else:
                self._serve(directory)
        except (PublisherError, OSError) as error:
            # It may be gone because a newer one has taken its place.
            if self._means.directory or pointed(self._config.releases) == directory:
                self._refuse(directory.name, str(error))
        except Exception as error:
            traceback.print_exc()
            self._refuse(directory.name, f"release {directory.name} cannot be opened: {error!r}")
        else:
            self._accept()

    def _accept(self) -> None:
        """What is in force is served."""
        self._refused = ""
        self._clear("release")

    def _refuse(self, name: str, wrong: str) -> None:
        """Let the one before serve on; where that which is served is the damaged one, serve the one before it."""
        self._refused, self._again = name, time.monotonic() + RETRY
        if self._serving.now.name == name and self._means.directory is None:
            self._fall_back(name)
        now = self._serving.now
        if self._trouble("release", wrong if now.name == name else instead(wrong, now.release)):
            self._counts.followed("refused")

    def _fall_back(self, name: str) -> None:
        for earlier in before(self._config.releases, name):
            with suppress(PublisherError, OSError):
                self._serve(earlier)
                return

    def _serve(self, directory: Path) -> None:
        """Open a release, prove it whole, answer from it."""
        config = self._settings()
        compare(open_release(config, directory))
        served = self._opened(directory, config)
        try:
            _wait_for(served.site.queries)
        except PublisherError:
            served.site.queries.leave()
            raise
        self._config, self._proven = config, served.name
        self._old.append(self._serving.swap(served))
        self._counts.followed("switched")
        self._say(f"serving release {served.release}")

    def _opened(self, directory: Path, config: Config) -> Served:
        release = open_release(config, directory)
        queries = self._means.ask(release, config)
        try:
            site = site_of(release, config, queries, self.troubles)
        except PublisherError:
            queries.leave()
            raise
        return Served(site, answering(site), release.id)

    def _settings(self) -> Config:
        """The settings, which may have changed with the content; where they cannot be read, those of before.

        What was decided at the start stays: where to listen, how many processes and threads, where releases are.
        """
        try:
            found = self._means.settings()
        except ConfigError as error:
            self._trouble("settings", f"{error}. The settings of before stay")
            return self._config
        self._clear("settings")
        old = self._config.server
        server = replace(found.server, host=old.host, port=old.port, processes=old.processes, threads=old.threads)
        return replace(found, server=server, release=self._config.release)

    def _let_go(self) -> None:
        """Let go of what nobody is answering from any more."""
        for each in [each for each in self._old if not each.answering]:
            self._old.remove(each)
            each.site.queries.leave()
            self._left[ref(each.site.store)] = COLLECTIONS

    def _collect(self) -> None:
        """Give back the memory of old releases: in an application everything holds on to everything.

        The store goes last: what is remembered of a site holds on to it until the site is gone.
        """
        self._left = {store: times - 1 for store, times in self._left.items() if times and store() is not None}
        if self._left:
            gc.collect()
            _give_back()

    def _trouble(self, kind: str, what: str) -> bool:
        """Note what is wrong; whether it is news."""
        if self._troubles.get(kind) == what:
            return False
        self._troubles = {**self._troubles, kind: what}
        if what != self._said:
            self._say(what)
        return True

    def _clear(self, kind: str) -> None:
        if kind in self._troubles:
            self._troubles = {each: what for each, what in self._troubles.items() if each != kind}

    def _say(self, what: str) -> None:
        """Tell whoever operates the server; of all its processes only one speaks."""
        if self._counts.first:
            print(f"publisher: {what}", file=sys.stderr, flush=True)


def _wait_for(queries: Queries) -> None:
    """Wait until queries are answered. Raises `EngineUnavailable` when they will not be."""
    end = time.monotonic() + OPENING
    state = queries.state()
    while not state.get("ready"):
        if state["failure"] or time.monotonic() > end:
            raise EngineUnavailable(f"queries to it are not answered: {state['failure'] or 'it takes too long'}")
        time.sleep(0.05)
        state = queries.state()


def _give_back() -> None:
    """Have the allocator return what was freed, which lies between what is still used; musl has no such call."""
    trim = getattr(CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
