"""The documentation says what the program does."""

import importlib.util
import re
from pathlib import Path

import pytest

from publisher import config, errors
from publisher.cli import COMMANDS

ROOT = Path(__file__).parents[1]
DOCS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def test_the_configuration_page_is_made_from_the_settings() -> None:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    assert (ROOT / "docs" / "configuration.md").read_text("utf-8") == generate.page(), "run `make docs`"


def test_every_command_is_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    for command in COMMANDS:
        assert f"publisher {command.name}" in text


def test_the_settings_in_the_readme_are_settings() -> None:
    [example] = re.findall(r"```toml\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    settings = config.parse(example)
    assert settings.policy.path_of("http://example.org/thesaurus/c1") == "/thesaurus/c1"


def test_every_error_stands_in_the_tree() -> None:
    kinds = [
        name
        for name, each in vars(errors).items()
        if isinstance(each, type) and each.__module__ == "publisher.errors"
    ]
    for name in kinds:
        assert re.search(rf"\b{name}\b", errors.__doc__ or "")


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), f"{path.name} links to {target}"


@pytest.mark.parametrize(
    "target", ["serve", "preview", "test", "check", "e2e", "hostile", "bench", "docs", "lock", "clean"]
)
def test_every_make_target_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
