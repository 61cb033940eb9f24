"""Freeze an Edition on disk, and open what was frozen. The directory is the waist of the house.

with lock(directory):
    release = write(edition, directory, ...)
    activate(release)

release = open(current(directory))
"""

from publisher.release.activate import activate, current, lock
from publisher.release.manifest import Manifest
from publisher.release.prune import prune
from publisher.release.release import Release, open  # noqa: A004 (called as release.open)
from publisher.release.write import inputs, write

__all__ = ["Manifest", "Release", "activate", "current", "inputs", "lock", "open", "prune", "write"]
