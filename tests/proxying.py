"""The proxy configurations that we ship, run with their paths and addresses changed and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from conftest import free_port, wait_for

Command = Callable[[Path, int, str], list[str]]
"""From a folder, the port to listen on and the address behind it to what must be run."""

SHIPPED = Path(__file__).parents[1] / "docs" / "operating"


@contextmanager
def proxying(command: Command, upstream: str) -> Iterator[int]:
    """Run a proxy before an address until the block ends; its port."""
    folder, port = Path(tempfile.mkdtemp()), free_port()
    environment = os.environ | {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    silent = subprocess.DEVNULL
    process = subprocess.Popen(command(folder, port, upstream), stdout=silent, stderr=silent, env=environment)
    try:
        wait_for(f"http://127.0.0.1:{port}/ready", process)
        yield port
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder)


def nginx(folder: Path, listen: int, upstream: str) -> list[str]:
    """The command that runs the shipped file, its paths and addresses changed."""
    text = (SHIPPED / "nginx.conf").read_text("utf-8")
    for old, new in {
        "user www-data;": "user root;",
        "/run/nginx.pid": f"{folder}/pid",
        "/var/log/nginx/error.log": f"{folder}/error.log",
        "/var/cache/nginx/publisher": f"{folder}/cache",
        "server 127.0.0.1:8000;": f"server {upstream};",
        "listen 80;": f"listen 127.0.0.1:{listen};",
    }.items():
        assert old in text
        text = text.replace(old, new)
    (folder / "nginx.conf").write_text(text, "utf-8")
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]


def caddy(folder: Path, listen: int, upstream: str) -> list[str]:
    """The command that runs the shipped file, its addresses changed."""
    text = (SHIPPED / "Caddyfile").read_text("utf-8")
    for old, new in {"http://:80 {": f"http://:{listen} {{\n\tbind 127.0.0.1", "127.0.0.1:8000": upstream}.items():
        assert old in text
        text = text.replace(old, new)
    (folder / "Caddyfile").write_text(text, "utf-8")
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
