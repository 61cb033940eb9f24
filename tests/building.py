"""Real releases from tiny sites."""

from __future__ import annotations

import shutil
from pathlib import Path

from publisher import compiler, config, release, source

SITES = Path(__file__).parent / "sites"


def copy(name: str, folder: Path) -> Path:
    """A copy of a tiny site, to be changed and published at will."""
    return Path(shutil.copytree(SITES / name, folder / name))


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text that must be there."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def compiled(folder: Path, **changes: str) -> compiler.Edition:
    """The edition that a folder gives."""
    settings = config.load(folder)
    return compiler.compile(source.read(folder), settings, lambda _: None)


def published(folder: Path) -> release.Release:
    """Publish a folder as the command does, and return the release in force."""
    settings = config.load(folder)
    with release.lock(settings.releases):
        edition = compiler.compile(source.read(folder), settings, lambda _: None)
        written = release.write(
            edition, settings.releases, settings.policy, previous=None, progress=lambda _: None
        )
        release.activate(written, settings.releases)
    return written


RETIRED = """
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix status: <http://purl.org/adms/status/> .
<id/concept/season/winter> adms:status status:Deprecated ; dct:isReplacedBy <id/concept/season/spring> .
<id/concept/season/summer> adms:status status:UnderDevelopment .
<id/concept/season/autumn> adms:status status:Withdrawn ; skos:changeNote "Ingetrokken: te nat."@nl .
<id/document/winters-meten> adms:status status:UnderDevelopment .
"""


ALIASES = ("id/concept/season/lente", "http://mirror.example/months/août/eind", "id/concept/season/v1.0")


def retire(folder: Path) -> None:
    """One season of each status, no document that is finished, aliases that all are spring, and a former base."""
    edit(
        folder / "publisher.toml",
        'base = "https://tiny.example"\n',
        'base = "https://tiny.example"\nformer_bases = ["https://old.example", "http://old.example:8080"]\n',
    )
    (folder / "data" / "retired.ttl").write_text(RETIRED, "utf-8")
    lines = [f"id/concept/season/{each}\t1.0.0\n" for each in ("spring", "summer", "autumn", "winter")]
    lines += [f"{each}\t1.0.0\tid/concept/season/spring\n" for each in ALIASES]
    (folder / "data" / "published.txt").write_text("".join(lines), "utf-8")


VERSIONS = ("1.0.0", "1.0.1", "1.1.0", "2.0.0", "2.1.0")


def published_after(folder: Path) -> release.Release:
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
    """The release in force; None before there was one."""
    current = settings.releases / "current"
    return release.open(release.current(settings.releases)) if current.is_symlink() else None


def five_versions(folder: Path, settings: str = "", changes: tuple[str, str] = ("", "")) -> Path:
    """The site of tests/sites/versions, all five versions published in turn; `settings` are added to each."""
    for number in VERSIONS:
        shutil.copytree(SITES / "versions" / number, folder, dirs_exist_ok=True)
        path = folder / "publisher.toml"
        path.write_text(settings + path.read_text("utf-8").replace(*changes), "utf-8")
        published_after(folder)
    return folder
