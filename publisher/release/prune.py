"""Old releases go: the newest stay, with the one in force, the one before it, and those that somebody reads."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from publisher.errors import ReleaseDamaged, ReleaseError, ReleaseMissing
from publisher.release.activate import RELEASES, current, sync
from publisher.release.hold import REMOVING, hold
from publisher.release.manifest import ID, Manifest, sequence_of
from publisher.release.release import open  # noqa: A004

STAGE: Final = ".stage-"
"""Beginning of the names of what is not yet a release, or no longer one."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a release, and why; `bytes` is what its removal freed, or would free."""

    name: str
    removed: bool
    reason: str
    bytes: int


@dataclass(frozen=True, slots=True)
class _Kept:
    """A directory among the releases: its manifest where it is whole, else what is wrong with it."""

    path: Path
    manifest: Manifest | None
    wrong: str = ""


def prune(directory: Path, keep: int, *, damaged: bool = False) -> tuple[Fate, ...]:
    """Remove all but the `keep` newest whole releases from `directory`, which the caller has locked.

    What is damaged takes nobody's place and stays, to be looked at, unless `damaged` says to remove it too. The
    release in force and the one before it always stay, and what is held. Tells the fate of each, oldest first.
    Raises `ReleaseMissing` when none is in force: then nobody can say what may go.
    """
    sweep(directory)
    in_force = current(directory)
    found = [_look_at(each) for each in sorted(_directories(directory), key=lambda each: sequence_of(each.name))]
    reasons = _reasons(found, in_force.name, keep)
    return tuple(_judged(each, reasons.get(each.path.name, ""), damaged) for each in found)


def sweep(directory: Path) -> None:
    """Remove what killed publishers and prunes left: the caller has the lock, so nobody is at work there."""
    for each in (directory / RELEASES).glob(f"{STAGE}*"):
        shutil.rmtree(each, ignore_errors=True)


def _directories(directory: Path) -> Iterator[Path]:
    """What may be removed: directories with the name of a release, and no links to elsewhere."""
    for each in (directory / RELEASES).iterdir():
        if ID.fullmatch(each.name) and each.is_dir() and not each.is_symlink():
            yield each


def _look_at(path: Path) -> _Kept:
    try:
        return _Kept(path, open(path).manifest)
    except ReleaseDamaged as error:
        return _Kept(path, None, str(error))


def _reasons(found: Sequence[_Kept], in_force: str, keep: int) -> dict[str, str]:
    """Why releases stay, by name, the best reason of each."""
    whole = {each.path.name: each.manifest for each in found if each.manifest}
    reasons = dict.fromkeys([*whole][-keep:], f"among the {keep} newest" if keep > 1 else "the newest")
    if in_force in whole and whole[in_force].previous in whole:
        reasons[whole[in_force].previous] = "was in force before"
    return reasons | {in_force: "in force"}


def _judged(each: _Kept, reason: str, damaged: bool) -> Fate:
    size = _size(each.path)
    if reason:
        return Fate(each.path.name, False, f"{reason}, but {each.wrong}" if each.wrong else reason, size)
    if each.wrong and not damaged:
        return Fate(each.path.name, False, each.wrong, size)
    stays = _removed(each.path)
    return Fate(each.path.name, not stays, stays or ("damaged" if each.wrong else "newer ones are whole"), size)


def _removed(path: Path) -> str:
    """Remove a release that nobody holds; else why it stays."""
    away = path.with_name(f"{STAGE}gc-{path.name}")
    try:
        # A release without a manifest was never opened by anybody.
        with suppress(ReleaseMissing):
            held = hold(path, REMOVING)
            if held is None:
                return "somebody reads it"
        path.rename(away)
        sync(path.parent)
        shutil.rmtree(away)
    except ReleaseError as error:
        return str(error)
    except OSError as error:
        return f"cannot be removed: {error.strerror}; check its owner and rights"
    return ""


def _size(path: Path) -> int:
    """Bytes of its files that no other release shares."""
    facts = (each.lstat() for each in path.rglob("*"))
    return sum(each.st_size for each in facts if each.st_nlink == 1)
