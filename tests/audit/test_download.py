"""A dump that somebody has is what was published, or the resources that differ are named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from building import compiled, copy
from keys import private, public

from publisher import config, release
from publisher.audit import Auditor
from publisher.audit.verdict import Verdict
from publisher.errors import SourceError
from publisher.release.manifest import fact
from publisher.release.signature import private_key

WINTER = "<https://tiny.example/id/concept/season/winter> skos:prefLabel"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return private(tmp_path_factory.mktemp("keys") / "editors.pem")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, key: Path) -> Path:
    """The tiny site, published with a signature."""
    folder = copy("tiny", tmp_path_factory.mktemp("site"))
    settings = config.load(folder)
    with release.lock(settings.releases):
        edition = compiled(folder)
        written = release.write(
            edition,
            settings.releases,
            settings.policy,
            previous=None,
            progress=lambda _: None,
            sign=private_key(key).sign,
        )
        release.activate(written, settings.releases)
    return folder


@pytest.fixture
def dumps(folder: Path, tmp_path: Path) -> Path:
    """What somebody downloaded: all dumps, as a browser calls them."""
    found = folder / "var" / "current" / "dumps" / "seasons"
    for each in found.iterdir():
        shutil.copy(each, tmp_path / f"seasons-{each.name}")
    return tmp_path


def audited(what: Path, folder: Path, key: Path | None = None) -> Verdict:
    return Auditor(folder, key, lambda _: None).audit(str(what))


def flip(path: Path) -> Path:
    content = path.read_bytes()
    assert b"Winter" in content
    path.write_bytes(content.replace(b"Winter", b"Wimter"))
    return path


@pytest.mark.parametrize("suffix", ["ttl", "nt", "jsonld", "rdf", "trig", "nq", "csv"])
def test_what_was_published_is_recognised(dumps: Path, folder: Path, tmp_path: Path, suffix: str) -> None:
    dump = dumps / f"seasons-1.0.0.{suffix}"
    assert f": dumps/seasons/1.0.0.{suffix} of release 000001-" in audited(dump, folder).summary
    assert audited(dump, tmp_path / "nowhere").summary.endswith("as its proof says")
    other = dump.rename(tmp_path / f"whatever.{suffix}")
    assert not audited(other, folder).wrong


@pytest.mark.parametrize("suffix", ["ttl", "jsonld", "rdf", "nq"])
def test_what_was_changed_is_named(dumps: Path, folder: Path, suffix: str) -> None:
    verdict = audited(flip(dumps / f"seasons-1.0.0.{suffix}"), folder)
    assert "does not match the digest in its proof" in verdict.wrong[0]
    assert any(each.startswith(f"  {WINTER}: ") for each in verdict.wrong)
    assert not verdict.trust


def test_without_a_proof_its_name_says_what_to_compare_it_with(dumps: Path, folder: Path) -> None:
    flip(dumps / "seasons-1.0.0.ttl").rename(dumps / "1.0.0.ttl")
    wrong = audited(dumps / "1.0.0.ttl", folder).wrong
    assert "is not dumps/seasons/1.0.0.ttl of release" in wrong[0]
    assert any(each.startswith(f"  {WINTER}: ") for each in wrong)


def test_without_a_release_the_graph_is_named(dumps: Path, tmp_path: Path) -> None:
    wrong = audited(flip(dumps / "seasons-1.0.0.nq"), tmp_path / "nowhere").wrong
    assert "  the graph <https://tiny.example/id/graph/season> has other statements" in wrong
    assert "  the graph <https://tiny.example/id/graph/organisation> has other statements" not in wrong


def test_the_same_statements_in_other_bytes_differ_but_say_so(dumps: Path, tmp_path: Path) -> None:
    dump = dumps / "seasons-1.0.0.nq"
    dump.write_bytes(b"# hello\n" + dump.read_bytes())
    assert audited(dump, tmp_path / "nowhere").wrong[1:] == ("  but it says the same in other bytes",)


def test_what_nobody_knows_cannot_be_compared(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "some.ttl").write_text("<http://x/a> <http://x/b> 1 .")
    with pytest.raises(SourceError, match=r"some\.ttl: nothing to compare it with"):
        audited(tmp_path / "some.ttl", folder)


def test_what_breaks_its_parser_breaks_nothing_else(dumps: Path, folder: Path) -> None:
    depth = 20_000
    dump = dumps / "seasons-1.0.0.nt"
    dump.write_text(
        "<http://x/a> <http://x/b> " + "<<( <http://x/a> <http://x/b> " * depth + "1" + " )>>" * depth + " .\n"
    )
    assert any("and cannot be read: " in each for each in audited(dump, folder).wrong)


def test_a_signature_tells_who(dumps: Path, folder: Path, key: Path, tmp_path: Path) -> None:
    (tmp_path / "editors.pub").write_text(public(key))
    dump = dumps / "seasons-1.0.0.ttl"
    assert audited(dump, folder).trust.startswith("integrity, not authenticity: no key is known")
    assert audited(dump, folder, tmp_path / "editors.pub").trust.startswith("integrity and authenticity")
    assert audited(folder / "var" / "current", folder, tmp_path / "editors.pub").trust.startswith(
        "integrity and authenticity"
    )
    (dumps / "seasons-1.0.0.proof.sig").unlink()
    assert audited(dump, folder, tmp_path / "editors.pub").trust == (
        "integrity, not authenticity: seasons-1.0.0.ttl is not signed"
    )


def test_a_wrong_signature_is_wrong(dumps: Path, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "others.pub").write_text(public(private(tmp_path / "others.pem")))
    verdict = audited(dumps / "seasons-1.0.0.ttl", folder, tmp_path / "others.pub")
    assert verdict.wrong == ("seasons-1.0.0.ttl: the signature is not by this key, or not of this proof",)
    assert audited(folder / "var" / "current", folder, tmp_path / "others.pub").wrong


def test_a_proof_that_was_adapted_to_a_change_is_no_use_without_the_key(
    dumps: Path, folder: Path, key: Path, tmp_path: Path
) -> None:
    """Whoever changes a dump and its proof has not the key to sign it."""
    (tmp_path / "editors.pub").write_text(public(key))
    proof = dumps / "seasons-1.0.0.proof.json"
    before = fact(dumps / "seasons-1.0.0.ttl").sha256
    after = fact(flip(dumps / "seasons-1.0.0.ttl")).sha256
    proof.write_text(proof.read_text().replace(before, after))
    assert not audited(dumps / "seasons-1.0.0.ttl", tmp_path / "nowhere").wrong
    assert audited(dumps / "seasons-1.0.0.ttl", tmp_path / "nowhere", tmp_path / "editors.pub").wrong


def test_a_key_in_the_settings_is_used(dumps: Path, folder: Path, key: Path, tmp_path: Path) -> None:
    site = Path(shutil.copytree(folder, tmp_path / "site", symlinks=True))
    text = (site / "publisher.toml").read_text("utf-8")
    line = public(key).splitlines()[1]
    (site / "publisher.toml").write_text(f'{text}\n[release]\npublic_key = "{line}"\n', "utf-8")
    assert audited(dumps / "seasons-1.0.0.ttl", site).trust.startswith("integrity and authenticity")
