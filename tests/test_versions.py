"""Five versions of one vocabulary, published one after the other, with every kind of change between them."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from building import SITES, VERSIONS, compiled, edit, five_versions, published_after
from pyoxigraph import NamedNode, Quad
from werkzeug.test import Client

from publisher import config, release, states, store
from publisher.compiler.changes import Kind, Level
from publisher.compiler.wording import Account
from publisher.errors import ContentError
from publisher.namespaces import ADMS, DCAT
from publisher.release import contents
from publisher.release.dumps import DUMPS
from publisher.web import Site, create_app, fronted, open_site
from publisher.web.representations import SUFFIXES

CONCEPT = "https://fruit.example/id/concept/fruit/"


@pytest.fixture(scope="module")
def fruit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site with all five versions published."""
    return five_versions(tmp_path_factory.mktemp("fruit"))


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
            "morel": {Kind.MERGED},
            "steenvrucht": {Kind.CHANGED},
        },
    ),
    (("2.0.0", "2.1.0"), Level.MINOR, {"tomaat": {Kind.REINSTATED}, "kiwi": {Kind.ADDED}}),
]


@pytest.mark.parametrize(("pair", "level", "kinds"), BETWEEN, ids=VERSIONS[1:])
def test_what_changed_between_two_versions(
    fruit: Path, pair: tuple[str, str], level: Level, kinds: dict[str, set[Kind]]
) -> None:
    found = account(fruit, *pair)
    concepts = {each.iri.removeprefix(CONCEPT): set(each.kinds) for each in found.changes.resources}
    concepts.pop("https://fruit.example/id/conceptscheme/fruit", None)
    assert (concepts, found.changes.verdict) == (kinds, level)
    assert found.least == pair[1]


def test_every_address_of_every_version_is_still_described_or_an_alias(fruit: Path) -> None:
    settings = config.load(fruit)
    state = states.in_force(settings)
    now = {getattr(quad.subject, "value", "") for quad in state.datasets["fruit"][1]} | state.aliases.keys()
    for number in VERSIONS:
        then = states.find(number, lambda: settings, lambda _: None).datasets["fruit"][1]
        assert {quad.subject.value for quad in then if isinstance(quad.subject, NamedNode)} <= now


@pytest.fixture(scope="module")
def site(fruit: Path) -> Iterator[Site]:
    """The last of the five, opened."""
    site = open_site(fruit)
    yield site
    site.queries.close()


WITHDRAWN = {"aardappel"}
DEPRECATED = {
    "bes": {"/doc/concept/fruit/framboos", "/doc/concept/fruit/braam"},
    "appelsien": {"/doc/concept/fruit/sinaasappel"},
}
ALIASES = {"morel": "kers", "peren": "peer"}
FORMATS = ("", *(f".{suffix}" for suffix in SUFFIXES))


def test_every_address_of_every_version_has_an_answer(fruit: Path, site: Site) -> None:
    for client in (Client(create_app(site)), Client(fronted(site))):
        for iri in sorted(addresses(fruit)):
            path = site.config.policy.path_of(iri)
            assert path, iri
            alias = ALIASES.get(iri.removeprefix(CONCEPT))
            assert client.get(path).status_code == (301 if alias else 200 if path.startswith("/ns/") else 303), iri
            for suffix in FORMATS:
                answer = client.get(f"{site.config.policy.document_path(iri)}{suffix}")
                wanted = 301 if alias else 410 if iri.removeprefix(CONCEPT) in WITHDRAWN else 200
                assert answer.status_code == wanted, (iri, suffix)


@pytest.mark.parametrize("suffix", FORMATS)
def test_each_form_of_what_is_deprecated_leads_to_what_replaces_it(site: Site, suffix: str) -> None:
    client = Client(fronted(site))
    for name, successors in DEPRECATED.items():
        answer = client.get(f"/doc/concept/fruit/{name}{suffix}")
        found = re.findall(r'<([^>]*)>; rel="successor-version"', answer.headers["Link"])
        assert (answer.status_code, set(found)) == (200, successors)
        assert {client.get(each).status_code for each in found} == {200}


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("old", ALIASES)
def test_each_form_of_an_alias_leads_to_the_same_of_what_it_stands_for(site: Site, old: str, suffix: str) -> None:
    client = Client(fronted(site))
    answer = client.get(f"/doc/concept/fruit/{old}{suffix}?x=1")
    place = f"/doc/concept/fruit/{ALIASES[old]}{suffix}"
    assert (answer.status_code, answer.headers["Location"]) == (301, f"{place}?x=1")
    assert client.get(place).status_code == 200


def test_a_former_base_leads_to_every_address_of_today(fruit: Path, site: Site) -> None:
    client = Client(fronted(site))
    for iri in sorted(addresses(fruit)):
        path = site.config.policy.path_of(iri)
        answer = client.get(path, headers={"Host": "oud.fruit.example"})
        assert (answer.status_code, answer.headers["Location"]) == (301, f"https://fruit.example{path}")
        asked = client.get(f"/resource?uri={iri.replace('https://', 'http://')}")
        assert asked.status_code == 303
        assert client.get(asked.headers["Location"]).status_code in (200, 410)


def addresses(folder: Path) -> set[str]:
    """Everything of ours that any release describes, in its content or its catalogue."""
    described = set()
    for each in contents.kept(folder / "var"):
        quads = [*contents.statements(each, "fruit"), *contents.catalog(each)]
        described |= {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}
    assert len(described) > 40
    return {iri for iri in described if config.load(folder).policy.minted(iri)}


@pytest.fixture(scope="module")
def past(fruit: Path) -> Iterator[tuple[release.Release, store.History]]:
    """The release in force, and its history."""
    latest = release.open(release.current(fruit / "var"))
    history = store.open(latest).history
    yield latest, history
    history.close()


Past = tuple[release.Release, store.History]


def firsts(folder: Path) -> dict[str, release.Release]:
    """The release that first had each version."""
    found = sorted(contents.kept(folder / "var"), key=lambda each: each.manifest.sequence)
    return dict(zip(VERSIONS, found, strict=True))


def test_the_release_in_force_has_every_version(fruit: Path, past: Past) -> None:
    latest, history = past
    found = [(each.number, each.verdict, each.release) for each in history.versions("fruit")]
    levels = ["", *(level.name.lower() for _, level, _ in BETWEEN)]
    assert found == [
        (number, level, firsts(fruit)[number].id) for number, level in zip(VERSIONS, levels, strict=True)
    ]
    assert [each.number for each in latest.manifest.versions] == list(VERSIONS)


@pytest.mark.parametrize("number", VERSIONS)
def test_the_dumps_of_every_version_are_those_that_were_published(fruit: Path, past: Past, number: str) -> None:
    latest, _ = past
    first = firsts(fruit)[number]
    names = [path for path in first.manifest.files if path.startswith(f"dumps/fruit/{number}.")]
    assert len(names) == len(DUMPS) + 1  # and the proof
    for name in names:
        assert (latest.directory / name).samefile(first.directory / name)
        assert latest.manifest.files[name] == first.manifest.files[name]


@pytest.mark.parametrize("number", VERSIONS)
def test_every_document_of_every_version_is_what_was_published(fruit: Path, past: Past, number: str) -> None:
    _, history = past
    version = history.version("fruit", number)
    assert version
    then = store.open(firsts(fruit)[number])
    paths = {then.find(each.value) for each in subjects(contents.statements(firsts(fruit)[number], "fruit"))}
    assert len(paths) > 10
    for path in filter(None, paths):
        document, published = history.document("fruit", version.ordinal, path), then.document(path)
        assert document is not None
        assert document == published
        assert version in history.versions_of(path)


def subjects(quads: Iterable[Quad]) -> set[NamedNode]:
    return {quad.subject for quad in quads if isinstance(quad.subject, NamedNode)}


def test_what_did_not_change_has_one_state(past: Past) -> None:
    latest, _ = past
    with closing(sqlite3.connect(latest.directory / "history" / "history.sqlite")) as connection:
        query = "SELECT count(*), min(first), max(last) FROM state WHERE iri = ?"
        assert connection.execute(query, (f"{CONCEPT}pitvrucht",)).fetchall() == [(1, 1, None)]
        assert connection.execute(query, (f"{CONCEPT}kers",)).fetchall() == [(3, 1, 3)]


@pytest.mark.parametrize(("pair", "level", "kinds"), BETWEEN, ids=VERSIONS[1:])
def test_the_history_says_what_the_command_says(
    fruit: Path, past: Past, pair: tuple[str, str], level: Level, kinds: dict[str, set[Kind]]
) -> None:
    _, history = past
    expected = account(fruit, *pair).changes
    found = history.changes("fruit", pair[1])
    assert [(each.iri, each.labels, each.successors) for each in found] == [
        (each.iri, each.labels, each.successors) for each in expected.resources
    ]
    for event, change in zip(found, expected.resources, strict=True):
        assert event.kinds == {kind.value: level.name.lower() for kind, level in change.kinds.items()}
        assert event in history.events(change.iri)
        differences = [
            (each.property.value, tuple(map(str, each.before)), tuple(map(str, each.after)))
            for each in change.differences
        ]
        assert list(event.differences) == differences


def test_the_events_of_a_resource_come_newest_first(past: Past) -> None:
    _, history = past
    assert [(each.version.number, *each.kinds) for each in history.events(f"{CONCEPT}tomaat")] == [
        ("2.1.0", "reinstated"),
        ("1.1.0", "deprecated"),
    ]


def test_publishing_the_same_version_again_adds_nothing(fruit: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(fruit, tmp_path / "fruit", symlinks=True))
    before = release.open(release.current(folder / "var"))
    again = published_after(folder)
    assert again.id != before.id
    shared = [name for name in before.manifest.files if name.startswith(("dumps/", "history/"))]
    for name in shared:
        assert again.manifest.files[name] == before.manifest.files[name]
        if not name.endswith("SHA256SUMS"):
            assert (again.directory / name).samefile(before.directory / name)
    assert again.manifest.versions == before.manifest.versions


def test_an_old_version_is_found_when_its_release_is_gone(fruit: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(fruit, tmp_path / "fruit", symlinks=True))
    latest = release.current(folder / "var").name
    for each in (folder / "var" / "releases").iterdir():
        if each.name != latest:
            shutil.rmtree(each)
    assert account(folder, "1.0.0", "1.1.0").changes == account(fruit, "1.0.0", "1.1.0").changes


def test_an_address_may_not_be_removed(fruit: Path) -> None:
    path = fruit / "data" / "fruit.ttl"
    text = path.read_text("utf-8")
    edit(path, "fruit:kers a skos:Concept", "fruit:krieken a skos:Concept")
    try:
        with pytest.raises(ContentError) as refused:
            published_after(fruit)
    finally:
        path.write_text(text, "utf-8")
    found = {each.rule: each for each in refused.value.report.findings}
    assert found["vanished"].focus == f"{CONCEPT}kers"
    assert "published already with other content (major: “Kers” <id/concept/fruit/kers> is gone" in (
        found["version"].message
    )


def test_a_site_without_the_past_says_nothing_of_what_it_does_not_hold(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SITES / "versions" / VERSIONS[-1], tmp_path / "fresh"))
    settings = config.load(folder)
    edition = compiled(folder)
    old, new = (settings.policy.thing("dataset", "fruit", each) for each in (VERSIONS[-2], VERSIONS[-1]))
    said = {iri: {q.predicate for q in edition.catalog if q.subject == NamedNode(iri)} for iri in (old, new)}
    claims = {DCAT["distribution"], DCAT["previousVersion"]}
    assert not claims & said[old]
    assert {DCAT["version"], ADMS["versionNotes"]} <= said[old]
    assert DCAT["distribution"] in said[new]
