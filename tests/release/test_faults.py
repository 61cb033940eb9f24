"""Whatever happens to a publisher, what is in force is a whole release, the old one or the new."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from building import compiled, copy, edit, published
from dying import Step, beside

from publisher import config, release
from publisher.compiler import Edition
from publisher.errors import ReleaseDamaged, ReleaseError, ReleaseLocked, ReleaseMissing
from publisher.release.contents import kept
from publisher.release.prune import sweep
from publisher.release.verify import verify, verify_files

KILLS = int(os.environ.get("KILLS") or 20)
"""Publishers that are killed at random, an environment variable."""

OLD, NEW = "1.0.0", "1.0.1"


def silent(_: str) -> None:
    """Nobody looks on."""


@dataclass(frozen=True)
class Site:
    """A site with one release, and the next one compiled."""

    folder: Path
    edition: Edition

    @property
    def var(self) -> Path:
        return self.folder / "var"

    def publish(self) -> None:
        """Write the next release and put it in force, as the command does."""
        settings = config.load(self.folder)
        with release.lock(self.var):
            previous = release.open(release.current(self.var)).manifest
            written = release.write(self.edition, self.var, settings.policy, previous=previous, progress=silent)
            release.activate(written, self.var)

    def in_force(self) -> str:
        """The version of the release in force, every byte of which is what it was."""
        opened = release.open(release.current(self.var))
        verify_files(opened.directory, opened.manifest, silent)
        return opened.manifest.datasets[0].version

    def swept(self) -> list[str]:
        """What is left when the next publisher has begun: releases that are whole."""
        with release.lock(self.var):
            sweep(self.var)
        found = list((self.var / "releases").iterdir())
        for each in found:
            verify_files(each, release.open(each).manifest, silent)
        return sorted(each.name[:6] for each in found)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site, not to be changed."""
    folder = copy("tiny", tmp_path_factory.mktemp("first"))
    published(folder)
    edit(folder / "data" / "season.ttl", '"Lente"@nl', '"Voorjaar"@nl')
    edit(
        folder / "publisher.toml",
        f'number = "{OLD}"\n',
        f'number = "{OLD}"\ndate = 2026-03-20\n\n[[dataset.version]]\nnumber = "{NEW}"\n',
    )
    return Site(folder, compiled(folder))


@pytest.fixture
def site(first: Site, tmp_path: Path) -> Site:
    """A copy of the site."""
    return again(first, tmp_path / "site")


def again(site: Site, folder: Path) -> Site:
    """The same site in another folder, which is made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    return Site(Path(shutil.copytree(site.folder, folder, symlinks=True)), site.edition)


# --- Killed ---

STEPS: dict[str, Step] = {
    "writes its name into the lock": ("open", "/.lock"),
    "makes the stage": ("os.mkdir", ".stage-"),
    "writes the first dump": ("open", f"{NEW}.ttl"),
    "writes the digests of the dumps": ("open", "SHA256SUMS"),
    "writes the catalogue": ("open", "catalog.ttl"),
    "writes all statements": ("open", "statements.nq.gz"),
    "loads the store": ("subprocess.Popen", "publisher.release.load"),
    "writes the documents": ("sqlite3.connect", "documents.sqlite"),
    "copies the source": ("open", "source/"),
    "reads the store back": ("subprocess.Popen", "publisher.release.verify"),
    "writes the manifest": ("open", "manifest.json"),
    "gives the release its name": ("os.rename", ".stage-"),
    "makes the new pointer": ("os.symlink", ".current.new"),
    "moves the pointer": ("os.rename", ".current.new"),
}
"""What a publisher does, in this order, and how to know that it is about to."""


@pytest.mark.parametrize("step", STEPS)
def test_a_publisher_killed_before_it(step: str, site: Site) -> None:
    publisher = beside(site.publish, before=STEPS[step])
    publisher.join()
    assert publisher.exitcode == -signal.SIGKILL
    assert site.in_force() == OLD
    assert site.swept() == (["000001", "000002"] if "pointer" in step else ["000001"])


def test_every_step_is_taken_in_a_publish(site: Site) -> None:
    site.publish()
    assert site.in_force() == NEW
    assert site.swept() == ["000001", "000002"]


def overwrite(live: Path, new: Path) -> None:
    """What nobody should do: copy a release over the one in force."""
    shutil.copytree(new, live, dirs_exist_ok=True)


@pytest.mark.slow
@pytest.mark.timeout(120 + 10 * KILLS)
def test_publishers_killed_at_random_leave_the_old_release_or_the_new(
    first: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    usual, moments = duration(again(first, tmp_path / "site")), random.Random(20261123)
    found: Counter[str] = Counter()
    for _ in range(KILLS):
        site = again(first, tmp_path / "site")
        publisher = beside(site.publish)
        publisher.join(moments.uniform(0, usual * 1.2))
        found["killed" if kill(publisher) else "in time"] += 1
        found[site.in_force()] += 1
        assert set(site.swept()) <= {"000001", "000002"}
    with capsys.disabled():
        print(f"\n{KILLS} publishers, {usual:.1f} s each if left alone: {dict(found)}, none broken")
    site.publish()
    assert site.in_force() == NEW
    verify(release.open(release.current(site.var)), silent)
    assert found["killed"] > KILLS / 4


@pytest.mark.slow
def test_the_same_kills_break_what_is_overwritten_in_place(
    first: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """So the test above does find what is broken."""
    new = again(first, tmp_path / "new")
    new.publish()
    moments, found = random.Random(20261123), Counter[str]()
    for _ in range(KILLS):
        site = again(first, tmp_path / "site")
        publisher = beside(
            overwrite,
            release.current(site.var),
            release.current(new.var),
            before=("open", ""),
            nth=moments.randint(1, 40),
        )
        publisher.join()
        assert publisher.exitcode == -signal.SIGKILL
        found[state(site)] += 1
    with capsys.disabled():
        print(f"\n{KILLS} who overwrote in place: {dict(found)}")
    assert found["broken"] > KILLS / 2


def state(site: Site) -> str:
    try:
        return site.in_force()
    except ReleaseDamaged:
        return "broken"


def duration(site: Site) -> float:
    """The seconds that a publish takes."""
    started = time.monotonic()
    publisher = beside(site.publish)
    publisher.join()
    assert publisher.exitcode == 0
    return time.monotonic() - started


def kill(process: BaseProcess) -> bool:
    """Kill a process; whether it was still at work."""
    process.kill()
    process.join()
    return process.exitcode == -signal.SIGKILL


# --- Two at once ---


def test_a_second_publisher_is_told_who_is_at_work_and_goes_on_when_that_one_is_killed(site: Site) -> None:
    publisher = beside(hold_the_lock, site.var)
    try:
        wait_until(lambda: str(publisher.pid) in (site.var / ".lock").read_text())
        with pytest.raises(ReleaseLocked, match=f"in use by process {publisher.pid} on"):
            site.publish()
    finally:
        kill(publisher)
    site.publish()
    assert site.in_force() == NEW


def hold_the_lock(var: Path) -> None:
    with release.lock(var):
        time.sleep(60)


def wait_until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not true():
        assert time.monotonic() < until
        time.sleep(0.01)


# --- No room ---


def command(folder: Path, largest: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run `publisher publish`; no file may be larger than so many bytes."""
    limit = None if largest is None else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    return subprocess.run(
        [sys.executable, "-m", "publisher", "publish", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
    )


def assert_refused(done: subprocess.CompletedProcess[str], why: str) -> None:
    """It says why, in one line."""
    [line] = done.stderr.splitlines()
    assert done.returncode == 2
    assert line.startswith("publisher: ")
    assert why in line


@pytest.mark.parametrize("largest", [10, 25_000, 90_000])
def test_a_file_that_cannot_be_written_whole(site: Site, largest: int) -> None:
    done = command(site.folder, largest)
    assert done.returncode == 2, done.stderr
    assert_refused(done, "cannot")
    assert site.in_force() == OLD
    assert site.swept() == ["000001"]


@pytest.fixture
def disk(site: Site) -> Iterator[Path]:
    """A small disk that releases are on."""
    if os.geteuid():
        pytest.skip("only root can mount a disk")
    aside = site.var.rename(site.folder / "aside")
    site.var.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(site.var)], check=False)
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        shutil.copytree(aside, site.var, symlinks=True, dirs_exist_ok=True)
        yield site.var
    finally:
        subprocess.run(["umount", "--lazy", str(site.var)], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("kibibytes", range(0, 850, 300 if KILLS <= 20 else 25))
def test_a_full_disk(site: Site, disk: Path, kibibytes: int) -> None:
    filler = disk / "filler"
    filler.write_bytes(bytes(shutil.disk_usage(disk).free - (kibibytes << 10)))
    assert_refused(command(site.folder), str(site.var))
    assert site.in_force() == OLD
    filler.unlink()
    assert command(site.folder).returncode == 0
    assert site.in_force() == NEW
    assert site.swept() == ["000001", "000002"]


# --- Not allowed ---


def test_a_folder_that_may_only_be_read() -> None:
    with tempfile.TemporaryDirectory() as directory:
        var = Path(directory) / "var"
        (var / "releases").mkdir(parents=True)
        for each in (var / "releases", var, var.parent):
            each.chmod(0o555)
        reader = beside(refused_as_nobody, var)
        reader.join()
        var.parent.chmod(0o755)
        assert reader.exitcode == 0
        assert list(var.iterdir()) == [var / "releases"]
        for each in (var, var / "releases"):
            each.chmod(0o755)


def refused_as_nobody(var: Path) -> None:
    if os.geteuid() == 0:
        os.setuid(65534)
    with pytest.raises(ReleaseError, match="cannot be written: Permission denied"), release.lock(var):
        pytest.fail("a folder was locked that may only be read")


def test_a_pointer_that_cannot_be_moved(site: Site) -> None:
    (site.var / ".current.new").mkdir()
    with pytest.raises(ReleaseError, match="cannot be written"):
        site.publish()
    assert site.in_force() == OLD


# --- Damage that somebody did on purpose, or a disk by itself ---


@pytest.mark.parametrize("name", ["dumps/seasons/1.0.0.ttl", "dumps", "store", "presentation.json"])
def test_a_link_in_the_place_of_what_was_written_is_refused(site: Site, name: str) -> None:
    directory = release.current(site.var)
    target = directory / name
    target.symlink_to(target.rename(site.folder / "elsewhere"))
    with pytest.raises(ReleaseDamaged, match=r"is a symbolic link|is not a plain file"):
        release.open(directory)


def test_a_link_that_was_added_is_found_by_verify(site: Site) -> None:
    opened = release.open(release.current(site.var))
    (opened.directory / "dumps" / "passwords").symlink_to("/etc/passwd")
    with pytest.raises(ReleaseDamaged, match=r"dumps/passwords is a symbolic link"):
        verify(opened, silent)


def test_a_manifest_that_is_a_link_is_refused(site: Site) -> None:
    path = release.current(site.var) / "manifest.json"
    path.symlink_to(path.rename(site.folder / "elsewhere"))
    with pytest.raises(ReleaseDamaged, match=r"manifest\.json cannot be read"):
        release.open(path.parent)


@pytest.mark.parametrize(
    "path", ["../../../etc/passwd", "/etc/passwd", "dumps/../../x", "dumps//x", "a\0b", ""], ids=repr
)
def test_a_manifest_that_leads_out_of_its_release_is_refused(site: Site, path: str) -> None:
    change_manifest(site, lambda values: values["files"].update({path: {"size": 1, "sha256": "0" * 64}}))
    with pytest.raises(ReleaseDamaged, match="leads out of the release"):
        release.open(release.current(site.var))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "null", "not JSON", '{"layout": 1, "files": []}', "[" * 100_000, '{"layout": 99}'],
    ids=lambda text: text[:30],
)
def test_a_manifest_that_is_none_is_refused(site: Site, text: str) -> None:
    (release.current(site.var) / "manifest.json").write_text(text)
    with pytest.raises(ReleaseDamaged, match=r"manifest\.json is not a manifest"):
        release.open(release.current(site.var))


def change_manifest(site: Site, change: Callable[[dict[str, dict[str, object]]], None]) -> None:
    path = release.current(site.var) / "manifest.json"
    values = json.loads(path.read_bytes())
    change(values)
    path.write_text(json.dumps(values))


FILES = ("dumps/seasons/1.0.0.nq", "documents/documents.sqlite", "statements.nq.gz", "report.json")


@pytest.mark.parametrize("name", FILES)
def test_any_flipped_bit_is_found_by_verify(site: Site, name: str) -> None:
    opened = release.open(release.current(site.var))
    path = opened.directory / name
    content = bytearray(path.read_bytes())
    content[random.Random(name).randrange(len(content))] ^= 1 << random.Random(name).randrange(8)
    path.write_bytes(content)
    with pytest.raises(ReleaseDamaged, match="does not match its digest"):
        verify(release.open(opened.directory), silent)


@pytest.mark.parametrize("pattern", ["store/MANIFEST-*", "store/*.sst", "store/CURRENT"])
def test_a_store_cut_in_half_is_refused(site: Site, pattern: str) -> None:
    directory = release.current(site.var)
    path = max(directory.glob(pattern), key=lambda each: each.stat().st_size)
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(ReleaseDamaged, match=f"{path.name} has .* bytes instead of"):
        release.open(directory)


@pytest.mark.slow
def test_a_publisher_replaces_a_damaged_release(site: Site) -> None:
    (release.current(site.var) / "manifest.json").unlink()
    done = command(site.folder)
    assert done.returncode == 0
    assert "is missing" in done.stderr
    assert site.in_force() == NEW


def test_releases_that_were_moved_go_on_where_they_are(site: Site) -> None:
    """The pointer is relative: a whole directory of releases may be moved or copied."""
    moved = site.folder / "elsewhere"
    site.var.rename(moved)
    verify(release.open(release.current(moved)), silent)
    with pytest.raises(ReleaseMissing, match=r"nothing has been published yet"):
        release.current(site.var)


def test_a_release_that_was_moved_away_is_missed_and_replaced(site: Site) -> None:
    directory = release.current(site.var)
    directory.rename(site.folder / directory.name)
    with pytest.raises(ReleaseMissing, match=r"points to 000001-\w+, which is gone"):
        release.current(site.var)
    assert command(site.folder).returncode == 0
    assert site.in_force() == NEW


# --- Time ---


def test_a_clock_that_goes_backwards_changes_no_order(site: Site) -> None:
    change_manifest(site, lambda values: values.update(created="2099-01-01T00:00:00+00:00"))  # type: ignore[arg-type]
    os.utime(release.current(site.var), (4e9, 4e9))
    site.publish()
    os.utime(release.current(site.var), (0, 0))
    assert [each.manifest.sequence for each in kept(site.var)] == [2, 1]
    with release.lock(site.var):
        release.prune(site.var, 1)
    assert site.in_force() == NEW
    assert release.open(release.current(site.var)).manifest.sequence == 2
