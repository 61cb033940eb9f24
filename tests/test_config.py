"""publisher.toml: what it says wrong is named, with its line."""

from pathlib import Path

import pytest

from publisher import config
from publisher.errors import ConfigError

GOOD = """\
base = "https://x.example"
title.nl = "T"
description.nl = "D"

[publisher]
name.nl = "N"
email = "n@x.example"

[[dataset]]
name = "d"
title.nl = "T"
description.nl = "D"

[[dataset.version]]
number = "1.0.0"
date = 2026-01-01
"""


def test_the_smallest_settings_are_about_a_dozen_lines() -> None:
    settings = config.parse(GOOD)
    assert settings.dataset[0].current.number == "1.0.0"
    assert settings.sparql.deadline == 10.0
    assert settings.address == "https://x.example"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("base =", "bse =", "publisher.toml:1: unknown setting `bse`; did you mean `base`?"),
        ('email = "n@x.example"', "", "publisher.toml:5: `email` is missing in [publisher]"),
        ('email = "n@x.example"', "email = 3", "publisher.toml:7: `email` must be a text, not 3"),
        ('name = "d"', 'name = "D d"', "publisher.toml:10: `name` has lower-case letters"),
        ('"1.0.0"', '"one"', "publisher.toml:15: `number` is major.minor.patch, not 'one'"),
        ("2026-01-01", '"soon"', "publisher.toml:16: `date` must be a date, not 'soon'"),
        ("https://x.example", "https://x.example/", "publisher.toml:1: `base` must be scheme and host"),
        ("title.nl", "title", "publisher.toml:2: `title` must be a table of texts"),
        (
            "[publisher]",
            "[editing]\npropose = 'https://forge.example/{lable}'\n[publisher]",
            "publisher.toml:6: `propose` must be an address with no other blanks than {label}",
        ),
        (
            "[publisher]",
            "[editing]\nsource = 'javascript:{file}'\n[publisher]",
            "publisher.toml:6: `source` must be an address",
        ),
        ("[publisher]", "publisher = 1\n[other]", "publisher.toml:6: unknown setting `other`"),
        ('"T"\ndesc', '"T\ndesc', "publisher.toml:2:14: not TOML"),
    ],
)
def test_a_mistake_is_named_with_its_line(old: str, new: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config.parse(GOOD.replace(old, new, 1))
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("path", ["sparql", "/sparql", "/doc/x", "/", "/id"])
def test_a_namespace_may_not_take_a_path_of_the_program(path: str) -> None:
    with pytest.raises(ConfigError, match="`path` must begin with a slash and be free"):
        config.parse(f'{GOOD}\n[[namespace]]\niri = "http://other.example/x"\npath = "{path}"\n')


def test_a_folder_without_settings_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        config.load(tmp_path)


def test_every_setting_has_a_sentence_of_help() -> None:
    assert all(help.endswith(".") for *_, help in config.settings())


@pytest.mark.parametrize(
    ("formers", "message"),
    [
        ('"old.example"', "`former_bases` must be scheme and host without a slash at the end, not 'old.example'"),
        ('"https://old.example/"', "`former_bases` must be scheme and host without a slash"),
        ('"https://X.example"', "`former_bases` has 'https://X.example', which is the `base`; leave it out"),
        ('"https://a.example", "https://a.example"', "`former_bases` has 'https://a.example' twice"),
        ('"http://www.example"', "`former_bases` has 'http://www.example', where `public` says that people reach"),
    ],
)
def test_a_former_base_may_not_lead_in_a_circle(formers: str, message: str) -> None:
    text = f'base = "https://x.example"\npublic = "https://www.example"\nformer_bases = [{formers}]\n'
    with pytest.raises(ConfigError) as raised:
        config.parse(text + GOOD.replace('base = "https://x.example"\n', ""))
    assert str(raised.value).startswith(f"publisher.toml:3: {message}")


def test_iris_of_a_former_base_are_known_by_that_of_today() -> None:
    settings = config.parse(f'former_bases = ["http://x.example", "https://old.example"]\n{GOOD}')
    for former in ("http://x.example", "https://old.example"):
        assert settings.current_iri(f"{former}/id/x") == f"{settings.base}/id/x"
    assert settings.current_iri("https://old.example.org/id/x") == "https://old.example.org/id/x"
