"""Imports point one way; confined libraries stay confined; no part loads what it does not need."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
APART = {"__init__.py", "__main__.py", "cli.py"}
SOURCES = [
    path.relative_to(ROOT)
    for path in sorted((ROOT / "publisher").rglob("*.py"))
    if not (path.parent.name == "publisher" and path.name in APART)
]

FOUNDATION = {"errors", "folding", "garbage", "namespaces", "formats", "iris"}
MAY_IMPORT = {
    "errors": {"report"},
    "folding": set(),
    "namespaces": set(),
    "formats": set(),
    "report": set(),
    "garbage": set(),
    "iris": {"errors"},
    "config": {"errors", "iris"},
    "source": {"config", "errors"},
    "description": {"namespaces"},
    "sandbox": {"errors"},
    "profiles": {"description", "iris", "namespaces"},
    "release": FOUNDATION | {"description", "profiles", "report", "sandbox"},
    "compiler": FOUNDATION
    | {"config", "description", "profiles", "release", "report", "sandbox", "source", "sparql"},
    "states": FOUNDATION | {"compiler", "config", "release", "source"},
    "audit": FOUNDATION | {"compiler", "config", "release", "report", "source"},
    "store": FOUNDATION | {"config", "description", "profiles", "release"},
    "sparql": FOUNDATION | {"config", "release", "sandbox", "store"},
    "web": FOUNDATION | {"config", "description", "profiles", "release", "report", "sparql", "store"},
    "editing": FOUNDATION
    | {"compiler", "config", "description", "profiles", "release", "report", "sandbox", "source"},
}
MAY_IMPORT["commands"] = {*MAY_IMPORT, "__version__"}
CONFINED = {
    "brotli": ("publisher/web/encoding.py",),
    "cryptography": ("publisher/release/signature.py",),
    "flask": ("publisher/web/",),
    "jinja2": ("publisher/web/",),
    "granian": ("publisher/web/serve.py",),
    "openpyxl": ("publisher/compiler/table.py", "publisher/editing/labels.py"),
    "prometheus_client": ("publisher/web/metrics.py",),
    "rdflib": ("publisher/compiler/validate.py",),
    "pyshacl": ("publisher/compiler/validate.py",),
    "sqlite3": (
        "publisher/release/documents.py",
        "publisher/release/history.py",
        "publisher/release/search.py",
        "publisher/release/schemes.py",
        "publisher/release/write.py",
        "publisher/store/",
        "publisher/web/problems.py",
    ),
    "subprocess": ("publisher/source.py", "publisher/sandbox.py", "publisher/release/verify.py"),
}


def imported(path: Path) -> Iterator[str]:
    """Every module that a file names in an import."""
    for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_imports_point_one_way(path: Path) -> None:
    part = path.with_suffix("").parts[1]
    for name in imported(path):
        root, _, rest = name.partition(".")
        if root == "publisher":
            target = rest.partition(".")[0]
            assert target == part or target in MAY_IMPORT[part], f"{path} reaches into {target}"
        elif root in CONFINED:
            assert path.as_posix().startswith(CONFINED[root]), f"{root} leaked into {path}"


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("publisher.cli", {"flask", "rdflib", "pyshacl", "pyoxigraph", "publisher.compiler", "publisher.web"}),
        ("publisher.web.serve", {"rdflib", "pyshacl", "publisher.compiler"}),
        ("publisher.web", {"rdflib", "pyshacl", "publisher.compiler"}),
        ("publisher.sparql.worker", {"rdflib", "pyshacl", "publisher.compiler", "flask"}),
        ("publisher.compiler", {"flask", "granian", "publisher.web"}),
        (
            "publisher.release",
            {"cryptography", "flask", "rdflib", "pyshacl", "publisher.compiler", "publisher.web"},
        ),
    ],
)
def test_no_part_loads_what_it_does_not_need(module: str, unwanted: set[str]) -> None:
    program = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert not unwanted & set(done.stdout.split())


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_functions_are_one_thought(path: Path) -> None:
    for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            assert lines <= 60, f"{path}:{node.lineno}: {node.name} has {lines} lines"
