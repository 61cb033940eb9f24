"""Five versions of one vocabulary, published one after the other, with every kind of change between them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from building import SITES, edit
from pyoxigraph import NamedNode

from publisher import compiler, config, release, source, states
from publisher.compiler.changes import Kind, Level
from publisher.compiler.wording import Account
from publisher.errors import ContentError
from publisher.release import contents
from publisher.web import create_app, open_site

NUMBERS = ("1.0.0", "1.0.1", "1.1.0", "2.0.0", "2.1.0")
CONCEPT = "https://fruit.example/id/concept/fruit/"


def published(folder: Path) -> release.Release:
    """Publish a folder as the command does: knowing the release in force."""
    settings = config.load(folder)
    with release.lock(settings.releases):
        last = in_force(settings)
        edition = compiler.compile(source.read(folder), settings, lambda _: None, last)
        before = last.manifest if last else None
        written = release.write(
            edition, settings.releases, settings.policy, previous=before, progress=lambda _: None
        )
        release.activate(written, settings.releases)
    return written


def in_force(settings: config.Config) -> release.Release | None:
    current = settings.releases / "current"
    return release.open(release.current(settings.releases)) if current.is_symlink() else None


@pytest.fixture(scope="module")
def fruit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site with all five versions published."""
    folder = tmp_path_factory.mktemp("fruit")
    for number in NUMBERS:
        shutil.copytree(SITES / "versions" / number, folder, dirs_exist_ok=True)
        published(folder)
    return folder


def account(folder: Path, before: str, after: str) -> Account:
    settings = config.load(folder)
    found = [states.find(each, lambda: settings, lambda _: None) for each in (before, after)]
    [account] = states.accounts(*found)
    return account


BETWEEN = [
    (
        ("1.0.0", "1.0.1"),
        Level.PATCH,
        {"peer": {Kind.RELABELLED}, "appel": {Kind.CHANGED}, "kers": {Kind.CHANGED}},
    ),
    (
        ("1.0.1", "1.1.0"),
        Level.MINOR,
        {
            "framboos": {Kind.ADDED},
            "braam": {Kind.ADDED},
            "peer": {Kind.CHANGED},
            "bes": {Kind.DEPRECATED, Kind.SPLIT},
            "appelsien": {Kind.DEPRECATED, Kind.MERGED},
            "tomaat": {Kind.DEPRECATED},
        },
    ),
    (
        ("1.1.0", "2.0.0"),
        Level.MAJOR,
        {
            "kers": {Kind.REDEFINED},
            "olijf": {Kind.MOVED},
            "peer": {Kind.RENUMBERED},
            "aardappel": {Kind.WITHDRAWN},
            "steenvrucht": {Kind.CHANGED},
        },
    ),
    (("2.0.0", "2.1.0"), Level.MINOR, {"tomaat": {Kind.REINSTATED}}),
]


@pytest.mark.parametrize(("pair", "level", "kinds"), BETWEEN, ids=NUMBERS[1:])
def test_what_changed_between_two_versions(
    fruit: Path, pair: tuple[str, str], level: Level, kinds: dict[str, set[Kind]]
) -> None:
    found = account(fruit, *pair)
    concepts = {each.iri.removeprefix(CONCEPT): set(each.kinds) for each in found.changes.resources}
    concepts.pop("https://fruit.example/id/conceptscheme/fruit", None)
    assert (concepts, found.changes.verdict) == (kinds, level)
    assert found.least == pair[1]


def test_every_address_of_every_version_is_still_described(fruit: Path) -> None:
    settings = config.load(fruit)
    now = {quad.subject for quad in states.in_force(settings).datasets["fruit"][1]}
    for number in NUMBERS:
        then = states.find(number, lambda: settings, lambda _: None).datasets["fruit"][1]
        assert {quad.subject for quad in then if isinstance(quad.subject, NamedNode)} <= now


def test_every_address_of_every_version_has_an_answer(fruit: Path) -> None:
    site = open_site(fruit)
    try:
        client = create_app(site).test_client()
        for iri in sorted(addresses(fruit)):
            path = site.config.policy.path_of(iri)
            assert path, iri
            for suffix in ("", ".ttl", ".html"):
                answers = [client.get(path), client.get(f"{site.config.policy.document_path(iri)}{suffix}")]
                assert {each.status_code for each in answers} <= {200, 301, 303, 410}, (iri, suffix)
    finally:
        site.queries.close()


def addresses(folder: Path) -> set[str]:
    """Everything of ours that any release describes, in its content or its catalogue."""
    described = set()
    for each in contents.kept(folder / "var"):
        quads = [*contents.statements(each, "fruit"), *contents.catalog(each)]
        described |= {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}
    assert len(described) > 40
    return {iri for iri in described if config.load(folder).policy.minted(iri)}


def test_an_address_may_not_be_removed(fruit: Path) -> None:
    path = fruit / "data" / "fruit.ttl"
    text = path.read_text("utf-8")
    edit(path, "fruit:kers a skos:Concept", "fruit:krieken a skos:Concept")
    try:
        with pytest.raises(ContentError) as refused:
            published(fruit)
    finally:
        path.write_text(text, "utf-8")
    found = {each.rule: each for each in refused.value.report.findings}
    assert found["vanished"].focus == f"{CONCEPT}kers"
    assert "published already with other content (major: “Kers” <id/concept/fruit/kers> is gone" in (
        found["version"].message
    )
