"""Assets come from frontend/ alone: the same sources give the same bytes, others' work comes with its licence."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FRONTEND = ROOT / "frontend"
STATIC = ROOT / "publisher" / "web" / "static"
NODE = shutil.which("node") or ""

needs_node = pytest.mark.skipif(
    not NODE or not (FRONTEND / "node_modules" / "esbuild").is_dir(),
    reason="the packages of frontend/ are not installed, or node is not; run `make assets`",
)


@needs_node
def test_the_same_sources_give_the_same_assets(tmp_path: Path) -> None:
    shutil.copytree(FRONTEND, tmp_path / "frontend", symlinks=True)
    built = tmp_path / "static"
    subprocess.run([NODE, "build.mjs", str(built)], cwd=tmp_path / "frontend", check=True, timeout=120)
    shipped = {path.name: path.read_bytes() for path in STATIC.iterdir() if path.name != "sources.sha256"}
    assert {path.name: path.read_bytes() for path in built.iterdir()} == shipped


def test_what_others_wrote_comes_with_its_licence() -> None:
    text = (STATIC / json.loads((STATIC / "assets.json").read_text())["LICENSES.txt"]).read_text("utf-8")
    dependencies = json.loads((FRONTEND / "package.json").read_text())["dependencies"]
    # What only builds is not shipped.
    shipped = dependencies.items() - {("esbuild", dependencies["esbuild"])}
    assert not [f"{name} {version}" for name, version in shipped if f"{name} {version} (" not in text]
    assert "SIL OPEN FONT LICENSE" in text.upper()


def test_the_lock_names_every_package_by_its_content_and_no_host() -> None:
    packages = json.loads((FRONTEND / "package-lock.json").read_text())["packages"]
    locked = {name: each for name, each in packages.items() if name}
    assert locked
    assert all(each["integrity"].startswith("sha512-") for each in locked.values())
    assert not [name for name, each in locked.items() if "resolved" in each]


def test_fonts_stay_within_their_budget() -> None:
    sizes = [path.stat().st_size for path in STATIC.glob("*.woff2")]
    assert sizes
    assert sum(sizes) <= 60_000


@pytest.mark.parametrize(
    ("pattern", "most"), [("site-*.css.br", 6_000), ("site-*.js.br", 2_000), ("sparql-*.js.br", 130_000)]
)
def test_what_pages_load_stays_within_its_budget(pattern: str, most: int) -> None:
    (path,) = STATIC.glob(pattern)
    assert path.stat().st_size <= most


def test_no_style_sheet_loads_anything_from_another_host() -> None:
    for path in STATIC.glob("*.css"):
        assert not re.search(r"url\([^)]*//|@import", path.read_text("utf-8"))


def unpackaged(folder: Path) -> Path:
    """A frontend/ of its own in which nothing is installed."""
    shutil.copytree(FRONTEND, folder / "frontend", ignore=shutil.ignore_patterns("node_modules"))
    return folder / "frontend" / "build.py"


def last_line_of(build: Path, path: str, **settings: str) -> str:
    """How a build that fails ends; without the packages of this Python."""
    command = [sys.executable, "-S", str(build)]
    done = subprocess.run(command, env={"PATH": path, **settings}, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr.strip().splitlines()[-1]


def test_without_node_the_last_line_says_what_to_install(tmp_path: Path) -> None:
    assert "need node 20 or newer" in last_line_of(unpackaged(tmp_path), str(tmp_path))


@needs_node
@pytest.mark.slow
def test_without_packages_the_last_line_says_who_could_not_get_them(tmp_path: Path) -> None:
    settings = {"npm_config_registry": "http://127.0.0.1:9/", "HOME": str(tmp_path)}
    said = last_line_of(unpackaged(tmp_path), os.environ["PATH"], **settings)
    assert "npm could not get them" in said


def test_a_wheel_has_the_assets_so_that_who_installs_it_needs_no_node(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"publisher/web/static/{path.name}" for path in STATIC.iterdir()} <= names
    assert not [each for each in names if "node_modules" in each]
