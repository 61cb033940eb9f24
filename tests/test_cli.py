"""The command as a newcomer runs it: what it prints, and its exit code."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from building import copy, edit
from keys import private, public


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run `publisher` to its end."""
    command = [sys.executable, "-m", "publisher", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return copy("tiny", tmp_path)


def test_help_teaches() -> None:
    for command in ("check", "publish", "diff", "serve", "verify", "rollback", "prune"):
        done = run(command, "--help")
        assert done.returncode == 0
        assert f"publisher {command}" in done.stdout
        assert "FOLDER" in done.stdout


def test_an_unknown_command_is_refused_with_those_that_exist() -> None:
    done = run("publsh")
    assert done.returncode == 2
    assert "publish" in done.stderr


def test_check_says_that_content_conforms(tiny: Path) -> None:
    done = run("check", tiny)
    assert done.returncode == 0
    assert done.stdout.endswith("the content conforms\n")
    assert not (tiny / "var").exists()


def test_check_prints_findings_as_compilers_do(tiny: Path) -> None:
    edit(tiny / "data" / "season.ttl", "skos:related season:spring", "skos:related season:sprng")
    done = run("check", tiny)
    assert done.returncode == 1
    assert "data/season.ttl:28:1: error: skos:related leads to <https://tiny.example/id/concept/season/sprng>" in (
        done.stdout
    )
    assert "    season:summer a skos:Concept ;" in done.stdout
    assert "1 error, " in done.stdout


def test_every_syntax_error_of_every_file_is_printed(tiny: Path) -> None:
    (tiny / "data" / "bad.ttl").write_text("<id/a> a b .\n<id/c> a <d e> .\n")
    (tiny / "data" / "worse.ttl").write_text("<id/a> <id/p> 'x\n")
    done = run("check", tiny)
    places = [line.partition(": error")[0] for line in done.stdout.splitlines() if ": error" in line]
    assert [place.rpartition(":")[0] for place in places] == [
        "data/bad.ttl:1",
        "data/bad.ttl:2",
        "data/worse.ttl:1",
    ]


def test_many_warnings_of_one_rule_are_counted_instead_of_printed(tiny: Path) -> None:
    lines = [f"<id/x{each}> <id/concept/season/winter> '01'^^xsd:integer ." for each in range(30)]
    (tiny / "data" / "many.ttl").write_text("PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n" + "\n".join(lines))
    done = run("check", tiny)
    assert done.stdout.count("[canonical]; ") == 1
    assert done.stdout.count("[canonical]\n") == 20
    assert len(json.loads(run("check", tiny, "--format", "json").stdout)["findings"]) > 30


def test_check_also_speaks_json(tiny: Path) -> None:
    edit(tiny / "data" / "season.ttl", '"Lente"@nl', '"Lente"@NL')
    report = json.loads(run("check", tiny, "--format", "json").stdout)
    assert report["conforms"]
    [finding] = [each for each in report["findings"] if each["rule"] == "language-tag"]
    assert (finding["path"], finding["line"], finding["severity"]) == ("data/season.ttl", 23, "warning")


def test_check_speaks_to_code_hosts_and_validators(tiny: Path) -> None:
    edit(tiny / "data" / "season.ttl", "skos:related season:spring", "skos:related season:sprng")
    results = json.loads(run("check", tiny, "--format", "sarif").stdout)["runs"][0]["results"]
    place = next(each for each in results if each["ruleId"] == "dangling")["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("data/season.ttl", 28)
    report = run("check", tiny, "--format", "ttl")
    assert "sh:conforms false" in report.stdout
    assert report.returncode == 1


def test_publish_and_verify(tiny: Path) -> None:
    done = run("publish", tiny)
    assert done.returncode == 0
    assert "release 000001-" in done.stdout
    assert "is whole" in run("verify", tiny).stdout


def test_verify_names_what_differs_and_says_so_with_its_exit_code(tiny: Path) -> None:
    run("publish", tiny)
    assert run("verify", tiny).returncode == 0
    dump = tiny / "var" / "current" / "dumps" / "seasons" / "1.0.0.ttl"
    edit(dump, '"Winter"@en', '"Wimter"@en')
    done = run("verify", tiny)
    assert done.returncode == 1
    assert 'season/winter> skos:prefLabel: "Wimter"@en instead of "Winter"@en' in done.stdout
    assert done.stdout.endswith("is damaged\n")
    done = run("verify", "nosuch", "--folder", tiny)
    assert done.returncode == 2
    assert "nosuch: no file, no folder, no address, and no release; those that are whole: 000001-" in done.stderr


def test_a_key_that_is_not_the_one_in_the_settings_signs_nothing(tiny: Path, tmp_path: Path) -> None:
    ours, others = private(tmp_path / "ours.pem"), private(tmp_path / "others.pem")
    edit(tiny / "publisher.toml", "[sparql]", f"[release]\npublic_key = '''{public(ours)}'''\n\n[sparql]")
    done = run("publish", tiny, "--key", others)
    assert done.returncode == 2
    assert "is not the private key that belongs to `public_key` in [release]" in done.stderr
    assert not (tiny / "var" / "current").exists()
    assert run("publish", tiny, "--key", ours).returncode == 0
    assert "integrity and authenticity" in run("verify", tiny).stdout


def test_publishing_the_same_again_changes_nothing(tiny: Path) -> None:
    run("publish", tiny)
    assert "nothing has changed: release 000001-" in run("publish", tiny).stdout
    assert len(list((tiny / "var" / "releases").iterdir())) == 1


def test_content_that_does_not_conform_publishes_nothing(tiny: Path) -> None:
    run("publish", tiny)
    before = (tiny / "var" / "current").readlink()
    edit(tiny / "data" / "season.ttl", '"Winter"@nl', '"Winter"@nl, "Winters"@nl')
    done = run("publish", tiny)
    assert done.returncode == 1
    assert "S14" in done.stdout
    assert "nothing was published" in done.stderr
    assert (tiny / "var" / "current").readlink() == before


def retitle(folder: Path, number: int) -> None:
    """Change the settings, so that there is something to publish."""
    before = f'keywords.en = ["season{number - 1 or ""}"]'
    edit(folder / "publisher.toml", before, f'keywords.en = ["season{number}"]')


@pytest.mark.slow
def test_rolling_back_and_forth(tiny: Path) -> None:
    run("publish", tiny)
    retitle(tiny, 1)
    run("publish", tiny)
    first, second = sorted(each.name for each in (tiny / "var" / "releases").iterdir())
    done = run("rollback", "--folder", tiny)
    assert done.returncode == 0
    assert f"release {first} is in force instead of {second}: seasons 1.0.0" in done.stdout
    assert (tiny / "var" / "current").readlink().name == first
    done = run("rollback", "--folder", tiny)
    assert done.returncode == 2
    assert f"no older release than {first} is kept" in done.stderr
    done = run("rollback", second, "--folder", tiny)
    assert f"release {second} is in force instead of {first}" in done.stdout
    assert f"release {second} is in force, as it was" in run("rollback", second, "--folder", tiny).stdout


@pytest.mark.slow
def test_nobody_rolls_back_to_what_is_damaged(tiny: Path) -> None:
    run("publish", tiny)
    retitle(tiny, 1)
    run("publish", tiny)
    first, second = sorted((tiny / "var" / "releases").iterdir())
    dump = first / "dumps" / "seasons" / "1.0.0.csv"
    dump.write_bytes(dump.read_bytes().replace(b"Winter", b"Wimter"))
    done = run("rollback", "--folder", tiny)
    assert done.returncode == 2
    assert "1.0.0.csv does not match its digest" in done.stderr
    assert (tiny / "var" / "current").readlink().name == second.name
    assert f"those in {tiny}/var that are whole: {second.name}, {first.name}" in (
        run("rollback", "000009-00000000", "--folder", tiny).stderr
    )


@pytest.mark.slow
def test_from_a_damaged_release_one_rolls_back_too(tiny: Path) -> None:
    run("publish", tiny)
    retitle(tiny, 1)
    run("publish", tiny)
    (tiny / "var" / "current" / "manifest.json").unlink()
    assert "release 000001-" in run("rollback", "--folder", tiny).stdout


@pytest.mark.slow
def test_publishing_removes_what_is_older_than_the_newest_few(tiny: Path) -> None:
    edit(tiny / "publisher.toml", "[sparql]", "[release]\nkeep = 1\n\n[sparql]")
    for number in (1, 2, 3):
        retitle(tiny, number)
        done = run("publish", tiny)
    assert "removed 1 old release (" in done.stdout
    assert [each.name[:6] for each in sorted((tiny / "var" / "releases").iterdir())] == ["000002", "000003"]
    done = run("prune", tiny)
    assert done.returncode == 0
    assert [line.split()[1] for line in done.stdout.splitlines()] == ["stays", "stays"]
    assert "was in force before" in done.stdout


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("prune", "nothing has been published yet; run `publisher publish` first"),
        ("verify", "nothing has been published yet; run `publisher publish` first"),
        ("serve", "nothing has been published yet; run `publisher publish` first"),
    ],
)
def test_what_needs_a_release_says_so(tiny: Path, command: str, message: str) -> None:
    done = run(command, tiny)
    assert done.returncode == 2
    assert message in done.stderr


def test_a_folder_without_settings_is_named(tmp_path: Path) -> None:
    done = run("check", tmp_path)
    assert done.returncode == 2
    assert "there is no such file; give the folder that holds publisher.toml" in done.stderr


def test_an_unknown_setting_is_named_with_its_line(tiny: Path) -> None:
    edit(tiny / "publisher.toml", "deadline = 2.0", "deadlin = 2.0")
    done = run("publish", tiny)
    assert done.returncode == 2
    assert "publisher.toml:" in done.stderr
    assert "unknown setting `deadlin`; did you mean `deadline`?" in done.stderr


def test_a_damaged_release_is_not_served(tiny: Path) -> None:
    run("publish", tiny)
    (tiny / "var" / "current" / "documents" / "documents.sqlite").write_bytes(b"")
    done = run("serve", tiny)
    assert done.returncode == 2
    assert "documents/documents.sqlite has 0 bytes instead of" in done.stderr


def test_an_occupied_port_is_named(tiny: Path) -> None:
    run("publish", tiny)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run("serve", tiny, "--port", port)
    assert done.returncode == 2
    assert port in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_may_not_be_written_is_named(tiny: Path) -> None:
    tiny.chmod(0o555)
    done = run("publish", tiny)
    tiny.chmod(0o755)
    assert done.returncode == 2
    assert "check its owner and rights" in done.stderr


def test_a_revision_is_published_as_it_was_committed(tiny: Path) -> None:
    identity = ["-c", "user.name=T", "-c", "user.email=t@x.example"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run(["git", "-C", tiny, *identity, *arguments], check=True)
    edit(tiny / "data" / "season.ttl", '"Lente"@nl', '"Voorjaar"@nl')
    assert run("publish", tiny, "--revision", "HEAD").returncode == 0
    manifest = json.loads((tiny / "var" / "current" / "manifest.json").read_bytes())
    assert len(manifest["commit"]) == 40
    assert not manifest["dirty"]
    assert "Lente" in (tiny / "var" / "current" / "dumps" / "seasons" / "1.0.0.ttl").read_text("utf-8")
