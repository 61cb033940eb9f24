"""The sites whose pages are looked at, each published once and served by a real server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from tempfile import mkdtemp

from building import copy, edit, five_versions, published, retire
from conftest import free_port, serving, wait_for
from thesaurus import write_site

ROOT = Path(__file__).parents[2]
LANGUAGES = ("nl", "en", "fr", "de")
SCRIPTS = ("en", "ru", "ar")
"""The languages of the thesaurus that pages are looked at in; the interface speaks English in all of them."""
SPOKEN = 'languages = ["nl", "en"]', 'languages = ["nl", "en", "fr", "de"]'


def content(folder: Path) -> AbstractContextManager[str]:
    """The content of this repository."""
    for name in ("data", "ontology", "queries", "shapes"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "publisher.toml", folder)
    published(folder)
    return serving(folder)


def past(folder: Path) -> AbstractContextManager[str]:
    """Five versions, with all that can happen to a concept, read in four languages of which two have labels."""
    five_versions(folder, changes=SPOKEN)
    return serving(folder)


def mirror(folder: Path) -> AbstractContextManager[str]:
    """Seasons of each status, and vocabularies of others under their own addresses."""
    site = copy("tiny", folder)
    retire(site)
    edit(site / "publisher.toml", *SPOKEN)
    published(site)
    return serving(site)


def thesaurus(folder: Path) -> AbstractContextManager[str]:
    """What somebody else maintains, as it is: one file, and settings."""
    published(write_site(folder))
    return serving(folder)


@contextmanager
def draft(folder: Path) -> Iterator[str]:
    """A preview of files in which something is wrong."""
    site = copy("tiny", folder)
    edit(site / "publisher.toml", *SPOKEN)
    edit(site / "data" / "season.ttl", '"Winter"@nl, "Winter"@en', '"Winter"@nl, "Hartje winter"@nl')
    address = f"http://127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "publisher", "preview", str(site), "--port", address.rpartition(":")[2]]
    # Beside it, not in it: whatever is saved in the folder makes another draft.
    elsewhere = os.environ | {"TMPDIR": mkdtemp(dir=folder)}
    with subprocess.Popen(command, env=elsewhere, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(f"{address}/ready", process, 60)
            yield address
        finally:
            process.terminate()
            process.wait(30)


PLACES: dict[str, Callable[[Path], AbstractContextManager[str]]] = {
    each.__name__: each for each in (content, past, mirror, draft, thesaurus)
}


class Places:
    """The addresses of these sites; each is made when it is first asked for, and served until the last test."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack, self._served = folder, stack, dict[str, str]()

    def address(self, name: str) -> str:
        """Where the site of this name is served."""
        if name not in self._served:
            folder = self._folder / name
            folder.mkdir()
            self._served[name] = self._stack.enter_context(PLACES[name](folder))
        return self._served[name]
