"""Keys as the documentation says to make them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


def private(path: Path) -> Path:
    """Make a key at a path."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", path], check=True)
    return path


def public(key: Path) -> str:
    """The text of its public half."""
    return subprocess.check_output(["openssl", "pkey", "-in", key, "-pubout"], text=True)
