"""The web: HTTP and HTML over one release. `create_app(site)` is a plain WSGI callable."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from publisher import config as configuration
from publisher import release as releases
from publisher import store as stores
from publisher.config import Config
from publisher.errors import ReleaseError
from publisher.iris import SEARCH
from publisher.sparql.queries import PLACES, Queries
from publisher.web.address import Pages, language_named

# Flask is imported where it is needed: it takes as long as a store takes to load, and queries start first.
if TYPE_CHECKING:
    from types import ModuleType

    from _typeshed.wsgi import WSGIApplication
    from flask import Flask

    from publisher.release import Release
    from publisher.release.hold import Hold
    from publisher.store import Store
    from publisher.web.front import Front
    from publisher.web.metrics import Counts
    from publisher.web.reply import Answering
    from publisher.web.serving import Serving

BLUEPRINTS: Final = (
    *("health", "metrics", "catalog", "files", "sparql", "search", "api", "problems", "findings", "versions"),
    *("cite", "policy", "sitemap", "resource"),
)
"""The families of endpoints: modules of this package, each with its `blueprint`."""

FOLDER: Final = "PUBLISHER_FOLDER"
RELEASE: Final = "PUBLISHER_RELEASE"


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Site:
    """What a server needs to answer: one release, opened. What is remembered of one is of no other.

    While `held` is alive the release stays on disk.
    """

    release: Release
    store: Store
    config: Config
    queries: Queries
    held: Hold
    troubles: Callable[[], Sequence[str]] = tuple
    """What is wrong with this release, or with following newer ones."""
    spoken: str = ""
    """The language that it is read in, where that is not its first."""
    memory: dict[object, dict[object, Any]] = field(default_factory=dict, init=False, repr=False)
    """What `kept` remembers, in all its languages."""

    @property
    def language(self) -> str:
        """The language that its pages are read in."""
        return self.spoken or self.release.languages[0]

    @property
    def languages(self) -> tuple[str, ...]:
        """That language, then the others in the order of the site: the order in which to look for a text."""
        every = self.release.languages
        return (self.spoken, *(each for each in every if each != self.spoken)) if self.spoken else every

    @property
    def pages(self) -> Pages:
        """The addresses of its pages in this language."""
        return Pages(self.language, self.release.languages[0])

    def page(self, path: str, query: str = "") -> str:
        """The address of the page of a path in this language; see `Pages`."""
        return self.pages(path, query)

    def speaking(self, language: str) -> Site:
        """The same site, read in another of its languages. It shares what is remembered."""
        if language == self.language:
            return self
        other = replace(self, spoken=language if language != self.release.languages[0] else "")
        object.__setattr__(other, "memory", self.memory)
        return other


def site() -> Site:
    """The site that the present request is answered from, in the language that its address names."""
    from flask import current_app, request

    found = cast(Site, current_app.extensions["site"])
    return found.speaking(language_named(request.environ, found.release.languages))


def create_app(site: Site) -> Flask:
    """The application that serves one site."""
    from flask import Flask

    from publisher.web import headers, moved, problems

    app = Flask(__name__, static_folder=None)
    # Werkzeug would answer `//` with a redirect to an address built from the Host header.
    app.url_map.merge_slashes = False
    app.extensions["site"] = site
    app.before_request(headers.refuse_or_tell_methods)
    app.before_request(moved.away)
    app.after_request(headers.complete)
    app.register_error_handler(Exception, problems.answer)
    for module in import_endpoints():
        app.register_blueprint(module.blueprint)
    return app


def import_endpoints() -> list[ModuleType]:
    """The modules of the families of endpoints, with all that they need."""
    return [import_module(f"{__name__}.{name}") for name in BLUEPRINTS]


def open_site(folder: Path, release: Path | None = None) -> Site:
    """Open the release in force, or the one asked for, with the settings of `folder`; starts the query workers.

    Raises `ConfigError` and `ReleaseError`.
    """
    config = configuration.load(folder)
    opened = open_release(config, release)
    return site_of(opened, config, queries_of(opened, config))


def queries_of(release: Release, config: Config, address: str = "", places: int = PLACES) -> Queries:
    """The queries to a release; with an address, by the supervisor that is there already."""
    return Queries(
        release.store,
        config.sparql,
        quads=release.manifest.quads,
        statements=release.statements,
        graphs=_content_graphs(release, config),
        address=address,
        places=places,
    )


def _content_graphs(release: Release, config: Config) -> Sequence[str]:
    """The graphs that are not there for search only; none when there is no such graph to be kept apart."""
    apart = config.policy.graph(SEARCH)
    graphs = release.manifest.graphs
    return [each for each in graphs if each != apart] if apart in graphs else ()


def site_of(
    release: Release, config: Config, queries: Queries, troubles: Callable[[], Sequence[str]] = tuple
) -> Site:
    """The site of a release whose queries are answered already; raises `ReleaseError`."""
    held = release.hold()
    return Site(release, stores.open(release), config, queries, held, troubles)


def open_release(config: Config, directory: Path | None = None) -> Release:
    """The release in force, or the one asked for, checked against manifest and settings; raises `ReleaseError`."""
    opened = releases.open(directory or releases.current(config.releases))
    if opened.base != config.base:
        raise ReleaseError(
            f"release {opened.id} was made for {opened.base} but publisher.toml says {config.base}; "
            "publish again with `publisher publish`"
        )
    if not config.drafts:
        opened.refuse_draft()
    return opened


def application() -> WSGIApplication:
    """What a WSGI server loads: the site of the folder that the environment names, with its access log."""
    from publisher.web.following import Following, Means
    from publisher.web.metrics import Counts

    folder, release = Path(os.environ.get(FOLDER, ".")), os.environ.get(RELEASE)
    means = Means(
        settings=partial(configuration.load, folder),
        ask=queries_of,
        directory=Path(release) if release else None,
    )
    counts = Counts()
    return logged(Following(configuration.load(folder), means, counts).begin(), counts)


def logged(serving: Serving, counts: Counts) -> WSGIApplication:
    """The application of what is served, that is counted and writes an access log to standard output.

    Processes that are forked after `counts` was made count together in it.
    """
    from publisher.web.access_log import AccessLog
    from publisher.web.watched import watched

    return watched(serving, counts, AccessLog())


def answering(site: Site) -> Answering:
    """What answers from a site: by its front, and marked as a draft where it is one."""
    from publisher.web.draft import marked

    answer = fronted(site).reply
    return marked(answer) if site.release.manifest.draft else answer


def fronted(site: Site) -> Front:
    """The application of a site that remembers its answers, as many as the settings have memory for."""
    from publisher.web.front import Front

    return Front(site, create_app(site), (site.config.server.cache << 20) // site.config.server.all_processes)
