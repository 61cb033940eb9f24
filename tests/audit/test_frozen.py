"""Whatever differs in a release is found, and named by the resource that it is about."""

from __future__ import annotations

import dataclasses
import gzip
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from building import copy, edit, published

from publisher.audit import Auditor
from publisher.audit.verdict import Verdict
from publisher.release import manifest
from publisher.release.manifest import FileFact, fact

WINTER = "<https://tiny.example/id/concept/season/winter> skos:prefLabel"


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release that lies anywhere."""
    return published(copy("tiny", tmp_path_factory.mktemp("site"))).directory


@pytest.fixture
def lying(frozen: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(frozen, tmp_path / frozen.name))


def audited(directory: Path) -> Verdict:
    return Auditor(directory.parent, None, lambda _: None).audit(str(directory))


def flip(path: Path, old: bytes = b'"Winter"@en', new: bytes = b'"Wimter"@en') -> None:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))


def test_what_is_whole_is_said_with_its_figures(lying: Path) -> None:
    verdict = audited(lying)
    assert not verdict.wrong
    assert "is whole: " in verdict.summary
    assert verdict.trust.startswith("integrity, not authenticity")


@pytest.mark.parametrize("suffix", ["ttl", "nt", "trig", "nq"])
def test_one_flipped_literal_names_the_resource(lying: Path, suffix: str) -> None:
    flip(lying / "dumps" / "seasons" / f"1.0.0.{suffix}")
    assert audited(lying).wrong == (
        f"dumps/seasons/1.0.0.{suffix} does not match its digest",
        f'  {WINTER}: "Wimter"@en instead of "Winter"@en',
    )


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("dumps/seasons/1.0.0.jsonld", b'"@value":"Winter"', b'"@value":"Winters"'),
        ("dumps/seasons/1.0.0.rdf", b">Winter<", b">Winters<"),
        ("documents/documents.sqlite", b'"Winter"@en', b'"Wimter"@en'),
    ],
)
def test_in_every_syntax(lying: Path, path: str, old: bytes, new: bytes) -> None:
    flip(lying / path, old, new)
    assert audited(lying).wrong[0] == f"{path} does not match its digest"
    assert audited(lying).wrong[1].startswith(f"  {WINTER}: ")


def test_in_the_table(lying: Path) -> None:
    flip(lying / "dumps" / "seasons" / "1.0.0.csv", b",Winter,", b",Wimter,")
    assert "  <https://tiny.example/id/concept/season/winter> prefLabel@en: 'Wimter' instead of 'Winter'" in (
        audited(lying).wrong
    )


def test_in_the_statements(lying: Path) -> None:
    path = lying / "statements.nq.gz"
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b'"Winter"@en', b'"Wimter"@en')))
    assert audited(lying).wrong[1] == f'  {WINTER}: "Wimter"@en instead of "Winter"@en'


def test_in_the_catalogue(lying: Path) -> None:
    flip(lying / "catalog" / "catalog.ttl", b'"Seasons"@en', b'"Season"@en')
    assert 'dct:title: "Season"@en instead of "Seasons"@en' in audited(lying).wrong[1]


def test_a_resource_that_is_gone_is_named(lying: Path) -> None:
    path = lying / "dumps" / "seasons" / "1.0.0.nt"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(each for each in lines if "/season/winter>" not in each), "utf-8")
    assert any(f'{WINTER}: nothing instead of "Winter"@en' in each for each in audited(lying).wrong)


def test_other_bytes_that_say_the_same_are_told(lying: Path) -> None:
    path = lying / "dumps" / "seasons" / "1.0.0.nt"
    path.write_bytes(b"# a comment\n" + path.read_bytes())
    assert audited(lying).wrong[1] == "  but it says the same in other bytes"


def test_what_can_no_longer_be_read_is_told(lying: Path) -> None:
    path = lying / "dumps" / "seasons" / "1.0.0.ttl"
    path.write_bytes(path.read_bytes()[:-10])
    assert audited(lying).wrong[1].startswith("  and cannot be read any more: ")
    (lying / "documents" / "documents.sqlite").write_bytes(b"x" * 100)
    assert "  and cannot be read any more: " in "\n".join(audited(lying).wrong)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda at: (at / "manifest.json").unlink(), "was never finished"),
        (lambda at: (at / "report.json").unlink(), "report.json is missing"),
        (lambda at: (at / "extra").write_text(""), "extra does not belong to it"),
        (
            lambda at: next((at / "store").glob("CURRENT")).write_text(""),
            "store/CURRENT does not match its digest",
        ),
    ],
    ids=["manifest", "missing", "extra", "store"],
)
def test_other_damage(lying: Path, damage: Callable[[Path], None], message: str) -> None:
    damage(lying)
    assert any(message in each for each in audited(lying).wrong)


def forge(directory: Path, path: str) -> None:
    """Have the manifest say of a file what it is now."""
    known = manifest.read(directory)
    files: dict[str, FileFact] = {**known.files, path: fact(directory / path)}
    changed = dataclasses.replace(known, files=files)
    (directory / "manifest.json").write_text(changed.as_json(), "utf-8")


def test_a_store_that_has_other_statements_is_found_behind_a_forged_manifest(lying: Path) -> None:
    path = lying / "statements.nq.gz"
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b'"Winter"@en', b'"Wimter"@en')))
    forge(lying, "statements.nq.gz")
    [wrong] = audited(lying).wrong
    assert wrong.startswith("store is damaged: it has <https://tiny.example/id/concept/season/winter>")
    assert '"Winter"@en' in wrong
    assert '"Wimter"@en' in wrong


def test_a_dump_that_is_not_what_its_proof_says_is_found_behind_a_forged_manifest(lying: Path) -> None:
    flip(lying / "dumps" / "seasons" / "1.0.0.nq")
    forge(lying, "dumps/seasons/1.0.0.nq")
    assert "dumps/seasons/1.0.0.nq is not what its proof says" in audited(lying).wrong
    proof = lying / "dumps" / "seasons" / "1.0.0.proof.json"
    values = json.loads(proof.read_bytes())
    values["files"]["1.0.0.nq"] = dataclasses.asdict(fact(lying / "dumps" / "seasons" / "1.0.0.nq"))
    proof.write_text(json.dumps(values))
    forge(lying, "dumps/seasons/1.0.0.proof.json")
    assert audited(lying).wrong == ("dumps/seasons/1.0.0.nq has other statements than its proof says",)


def test_documents_that_lost_a_row_name_it(lying: Path) -> None:
    with sqlite3.connect(lying / "documents" / "documents.sqlite") as connection:
        connection.execute("DELETE FROM resource WHERE iri LIKE '%season/winter'")
    connection.close()
    assert any(f"{WINTER}: nothing instead of" in each for each in audited(lying).wrong)


def test_a_release_of_another_site_needs_none_of_ours(lying: Path, tmp_path: Path) -> None:
    assert not Auditor(tmp_path / "nowhere", None, lambda _: None).audit(str(lying)).wrong


def test_a_version_is_proven_whoever_edits_the_settings(tmp_path: Path) -> None:
    folder = copy("tiny", tmp_path)
    published(folder)
    edit(folder / "publisher.toml", 'title.en = "Seasons"', 'title.en = "The seasons"')
    assert not Auditor(folder, None, lambda _: None).audit(None).wrong
    assert not Auditor(tmp_path, None, lambda _: None).audit(str(folder)).wrong
