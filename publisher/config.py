"""The site: publisher.toml as frozen values. Every field carries its help; the documentation is made of it."""

from __future__ import annotations

import dataclasses
import difflib
import os
import re
import tomllib
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Final

from publisher import iris
from publisher.errors import ConfigError

FILE_NAME: Final = "publisher.toml"

Texts = Mapping[str, str]
"""Language tag -> text."""

Lists = Mapping[str, tuple[str, ...]]
"""Language tag -> texts."""


def setting(help: str, default: Any = dataclasses.MISSING) -> Any:
    """A field of the configuration with the sentence that explains it."""
    if isinstance(default, Mapping):
        return field(default_factory=lambda: default, metadata={"help": help})
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Who publishes, and whom to write to (DCAT `dct:publisher`, `dcat:contactPoint`)."""

    name: Texts = setting("Name of the organisation, per language.")
    email: str = setting("Address of a function, never of a person.")
    iri: str = setting("IRI of the organisation; empty: `{base}/id/organisatie/redactie`.", "")
    type: str = setting(
        "Kind of publisher, a concept of the ADMS publisher types.",
        "http://purl.org/adms/publishertype/LocalAuthority",
    )
    homepage: str = setting("Web page of the organisation; empty: none.", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a dataset, oldest first; the last one is current."""

    number: str = setting("Semantic version: major.minor.patch.")
    date: date = setting("The day it is published: a date without time.")
    notes: Texts = setting("What is new, per language (`adms:versionNotes`).", {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A `dcat:Dataset`: some or all files of the folder, with its own versions."""

    name: str = setting("Short name in addresses: lower-case letters, digits and hyphens.")
    title: Texts = setting("Title, per language.")
    description: Texts = setting("Description, per language.")
    version: tuple[Version, ...] = setting("Versions, oldest first.")
    files: tuple[str, ...] = setting("Patterns of the files that belong to it.", ("*",))
    entail: bool = setting(
        "Add what follows from the content (inverses, `skos:inScheme`, identifiers, dates); "
        "false publishes the content as it is written.",
        False,
    )
    keywords: Lists = setting("Keywords, per language.", {})
    theme: str = setting(
        "A concept of the EU data themes.",
        "http://publications.europa.eu/resource/authority/data-theme/GOVE",
    )
    licence: str = setting("IRI of the licence.", "https://creativecommons.org/licenses/by/4.0/")
    spatial: str = setting(
        "IRI of the area that it is about; empty: none.",
        "http://publications.europa.eu/resource/authority/country/BEL",
    )
    languages: tuple[str, ...] = setting("Languages of the content; empty: the site's.", ())

    @property
    def current(self) -> Version:
        """The version that is published now."""
        return self.version[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespace:
    """IRIs that we serve without having minted them."""

    iri: str = setting("The beginning that these IRIs share.")
    path: str = setting("The local path that stands for it, beginning with a slash.")
    answer: int = setting("303 redirects from the thing to its document; 200 answers at once.", 303)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Where releases are kept."""

    directory: str = setting("Folder for releases, relative to publisher.toml.", "var")
    keep: int = setting(
        "Releases that are kept when another one is published, the newest that are whole; besides them the one in "
        "force, the one before it, and what somebody reads.",
        3,
    )
    public_key: str = setting(
        "Public key (Ed25519) that signatures of proofs are checked with: what `openssl pkey -in KEY -pubout` "
        "prints, or only its middle line; empty: none are.",
        "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Limits of reading one file of content or shapes: a file can be made to keep its parser for ever."""

    seconds: int = setting("Seconds of computing that reading one file may take.", 60)
    memory: int = setting(
        "MiB that reading one file may take, and sixteen times its own size besides, which is more than honest "
        "statements need; the file itself may have a quarter.",
        2048,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How the pages look. Whatever is said here, text keeps the contrast of WCAG 2.2 AA."""

    name: Texts = setting("Short name at the top of each page, per language; none: the title.", {})
    colour: str = setting(
        "Colour of links, buttons and the name at the top, as in `#1b4d8f`; dark enough to be read on the pages, "
        "and made lighter where they are dark; empty: blue.",
        "",
    )
    hues: tuple[int, ...] = setting(
        "Hues of the main concepts, up to six, in degrees as in CSS `oklch()`: 30 is red, 90 yellow, 145 green, "
        "255 blue, 330 pink; none: six that are easily told apart.",
        (),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The web server."""

    host: str = setting("Address to listen on.", "127.0.0.1")
    port: int = setting("Port to listen on.", 8000)
    processes: int = setting("Processes that answer requests; 0: one for each core.", 0)
    threads: int = setting(
        "Requests that each process answers at the same time; eight of them are never taken by queries.", 48
    )
    trusted_proxies: tuple[str, ...] = setting(
        "Addresses or networks of proxies whose `Forwarded` or `X-Forwarded-For` says who asks; no other's does. "
        "What they ask themselves has no limits per client.",
        ("127.0.0.0/8", "::1"),
    )
    cache: int = setting(
        "MiB of answers that all processes together keep as they were sent, half for documents, half for queries; "
        "0: none.",
        64,
    )
    metrics: str = setting(
        "Who may read `/metrics`: `loopback` for programs on this machine that do not come through a proxy, "
        "`all`, or `off`.",
        "loopback",
    )

    @property
    def all_processes(self) -> int:
        """How many processes answer requests."""
        return self.processes or os.cpu_count() or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sparql:
    """Limits of the SPARQL endpoint."""

    workers: int = setting(
        "Processes that evaluate queries, twice as many while long ones make others wait; 0: one for each core.",
        0,
    )
    store: str = setting(
        "Where query processes have the store: `memory` is two to five times as fast, `disk` takes less memory; "
        "`auto`: in memory if copies for all of them fit into a quarter of the machine's.",
        "auto",
    )
    deadline: float = setting("Seconds that one query may take.", 10.0)
    memory: int = setting("MiB that one query may use above what the process has when it opens.", 1024)
    answer: int = setting("MiB that one answer may have.", 64)
    wait: float = setting("Seconds that a query waits for a free process when all are busy.", 1.0)
    queue: int = setting(
        "Queries that may wait for a free process, and as many that wait for others of their client.", 16
    )
    turns: int = setting("Queries of one client that are evaluated at the same time; as many more may wait.", 2)
    patience: float = setting("Seconds that a query waits for others of the same client.", 5.0)
    cpu: float = setting("Seconds of processor time that one client may use in each minute.", 60.0)
    cpu_burst: float = setting("Seconds of processor time that a client who was quiet may use at once.", 120.0)
    errors: int = setting("Queries of one client that may fail in each minute.", 30)
    cache: int = setting("MiB of answers that are kept to be given again; 0: none.", 64)
    words: int = setting(
        "Statements of content up to which the words of names are in a graph of their own too, for queries; "
        "0: never. They are about as many again.",
        100_000,
    )
    characters: int = setting("Characters that a query may have.", 524_288)
    tokens: int = setting("Tokens that a query may have.", 100_000)
    depth: int = setting("Levels of brackets that a query may have.", 64)
    operators: int = setting("Operators that a query may have.", 1_000)
    patterns: int = setting("Triple patterns and OPTIONALs that one group may have.", 80)
    steps: int = setting("Steps (`/`) that the property paths of a query may have.", 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Editing:
    """Where pages send whoever wants to change what they say, and how new addresses are made."""

    propose: str = setting(
        "Address that proposes a change, with `{label}` and `{iri}` of the resource where they belong, such as "
        "`https://forge.example/issues/new?title={label}&body={iri}`; empty: no link.",
        "",
    )
    source: str = setting(
        "Address of the line that describes a resource, with `{file}` (its path in the folder) and `{line}`, for "
        "instance `https://forge.example/edit/main/{file}#L{line}`; empty: no link.",
        "",
    )
    id_style: str = setting(
        "How `publisher new concept` makes addresses: `slug` of the label, the next `number`, or a `uuid`.", "slug"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings of a site."""

    base: str = setting("The beginning of every IRI that the site mints: scheme and host, no slash at the end.")
    title: Texts = setting("Title of the site and of its catalogue, per language.")
    description: Texts = setting("Description of the site and of its catalogue, per language.")
    publisher: Publisher = setting("Who publishes.")
    dataset: tuple[Dataset, ...] = setting("The datasets.")
    languages: tuple[str, ...] = setting("Languages of the site; pages are in the first.", ("nl",))
    accessibility_tested: date | None = setting(
        "The day on which the pages were last tested for accessibility, for `/accessibility`; none: it says that "
        "this was not stated.",
        None,
    )
    public: str = setting(
        "Address that people reach the site at, for links that must be absolute (downloads, endpoints); "
        "empty: `base`. `publisher publish --public` overrules it.",
        "",
    )
    former_bases: tuple[str, ...] = setting(
        "Bases that the site had before: requests for their hosts are sent on to `base` (301; 308 for POST), and "
        "`/resource?uri=` knows their IRIs.",
        (),
    )
    namespace: tuple[Namespace, ...] = setting("Other namespaces that the site serves.", ())
    release: Release = setting("Where releases are kept.", Release())
    reading: Reading = setting("Limits of reading one file.", Reading())
    editing: Editing = setting("How content is edited, and where to propose changes.", Editing())
    look: Look = setting("How the pages look.", Look())
    server: Server = setting("The web server.", Server())
    sparql: Sparql = setting("Limits of the SPARQL endpoint.", Sparql())
    folder: Path = setting("", Path())
    drafts: bool = setting("", False)

    @property
    def address(self) -> str:
        """Scheme and host of absolute links, without a slash."""
        return (self.public or self.base).rstrip("/")

    def current_iri(self, iri: str) -> str:
        """An IRI under the base of today, if it is one under a former base."""
        for former in self.former_bases:
            if iri.startswith(f"{former}/"):
                return self.base + iri.removeprefix(former)
        return iri

    @property
    def policy(self) -> iris.Policy:
        """The identifier policy of the site."""
        return iris.policy(self.base, self.namespace)

    @property
    def releases(self) -> Path:
        """The directory that holds the releases."""
        return self.folder / self.release.directory


def load(folder: Path) -> Config:
    """Read `publisher.toml` in `folder`.

    Raises `ConfigError` when it is missing, is not TOML, or says something we do not know or understand.
    """
    path = folder / FILE_NAME
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file; give the folder that holds {FILE_NAME}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from None
    return dataclasses.replace(parse(text, str(path)), folder=folder)


def parse(text: str, path: str = FILE_NAME) -> Config:
    """The configuration that this text says; `path` is for messages. Raises `ConfigError`."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}{_place_in(str(error))}: not TOML: {error}") from None
    config: Config = _Reader(text, path).value(Config, values, ())
    for keys, message in _contradictions(config):
        raise ConfigError(f"{path}:{_line_of(keys, text)}: {message}")
    return config


def settings(kind: type = Config, keys: tuple[str, ...] = ()) -> Iterator[tuple[str, str, str, str]]:
    """Every setting as (section, name, default, help), in the order of the file."""
    hints = typing.get_type_hints(kind)
    for each in dataclasses.fields(kind):
        if not each.metadata["help"]:
            continue
        inner = _dataclass_in(hints[each.name])
        if inner is None:
            yield ".".join(keys), each.name, _default_of(each), each.metadata["help"]
        else:
            yield from settings(inner, (*keys, each.name))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns TOML values into dataclasses; knows the text only to name lines."""

    text: str
    path: str

    def value(self, kind: Any, value: Any, keys: tuple[str, ...]) -> Any:
        if dataclasses.is_dataclass(kind):
            return self.record(typing.cast(type, kind), value, keys)
        if isinstance(kind, types.UnionType):
            # Something or None, which no file can say.
            kind = typing.get_args(kind)[0]
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        if origin is tuple and isinstance(value, list):
            return tuple(self.value(arguments[0], each, keys) for each in value)
        if origin is not None and issubclass(origin, Mapping) and isinstance(value, dict) and value:
            return types.MappingProxyType({key: self.value(arguments[1], value[key], keys) for key in value})
        if kind is float and type(value) is int:
            return float(value)
        if type(value) is kind:
            return value
        raise self.error(keys, f"`{keys[-1]}` must be {_describe(kind)}, not {value!r}")

    def record(self, kind: type, value: Any, keys: tuple[str, ...]) -> Any:
        name = keys[-1] if keys else FILE_NAME
        if not isinstance(value, dict):
            raise self.error(keys, f"`{name}` must be a table, not {value!r}")
        known = {each.name: each for each in dataclasses.fields(kind) if each.metadata["help"]}
        for key in value.keys() - known.keys():
            raise self.error((*keys, key), f"unknown setting `{key}`{_suggestion(key, known)}")
        for each in known.values():
            if each.name not in value and _default_of(each) == "required":
                raise self.error(keys, f"`{each.name}` is missing in {_section(keys)}: {each.metadata['help']}")
        hints = typing.get_type_hints(kind)
        return kind(**{key: self.value(hints[key], value[key], (*keys, key)) for key in value})

    def error(self, keys: tuple[str, ...], message: str) -> ConfigError:
        return ConfigError(f"{self.path}:{_line_of(keys, self.text)}: {message}")


def _contradictions(config: Config) -> Iterator[tuple[tuple[str, ...], str]]:
    """What each setting allows by itself but the whole does not."""
    if not BASE.fullmatch(config.base):
        yield ("base",), f"`base` must be scheme and host without a slash at the end, not {config.base!r}"
    yield from _former_contradictions(config)
    yield from _look_contradictions(config.look)
    if not config.languages:
        yield ("languages",), "`languages` needs at least one language"
    for network in config.server.trusted_proxies:
        if not _is_network(network):
            yield ("server", "trusted_proxies"), f"`trusted_proxies` has IP addresses or networks, not {network!r}"
    if config.release.keep < 1:
        yield ("release", "keep"), f"`keep` must be 1 or more, not {config.release.keep}"
    if config.sparql.store not in STORES:
        yield ("sparql", "store"), f"`store` must be one of {', '.join(STORES)}, not {config.sparql.store!r}"
    for dataset in config.dataset:
        yield from _dataset_contradictions(dataset)
    if config.server.metrics not in ("loopback", "all", "off"):
        yield ("server", "metrics"), f"`metrics` must be loopback, all or off, not {config.server.metrics!r}"
    if config.editing.id_style not in ID_STYLES:
        known = ", ".join(ID_STYLES)
        yield ("editing", "id_style"), f"`id_style` must be one of {known}, not {config.editing.id_style!r}"
    for name, template in (("propose", config.editing.propose), ("source", config.editing.source)):
        if template and not _is_template(template):
            known = ", ".join(f"{{{each}}}" for each in BLANKS)
            yield ("editing", name), f"`{name}` must be an address with no other blanks than {known}"
    names = [dataset.name for dataset in config.dataset]
    if not names or len(set(names)) < len(names):
        yield ("dataset", "name"), "give at least one [[dataset]], each with a `name` of its own"
    for namespace in config.namespace:
        if not namespace.path.startswith("/") or namespace.path.partition("/")[2].partition("/")[0] in RESERVED:
            yield ("namespace", "path"), f"`path` must begin with a slash and be free, not {namespace.path!r}"
        if namespace.answer not in (200, 303):
            yield ("namespace", "answer"), f"`answer` must be 303 or 200, not {namespace.answer}"
        if namespace.iri.endswith("/") != namespace.path.endswith("/"):
            yield ("namespace", "path"), "`iri` and `path` must both end with a slash, or neither"


def _former_contradictions(config: Config) -> Iterator[tuple[tuple[str, ...], str]]:
    """A former base that would lead people in a circle, or away from where they are."""
    for each in config.former_bases:
        if not BASE.fullmatch(each):
            what = f"must be scheme and host without a slash at the end, not {each!r}"
        elif each.lower() == config.base.lower():
            what = f"has {each!r}, which is the `base`; leave it out"
        elif config.public and iris.host_of(each) == iris.host_of(config.public) != iris.host_of(config.base):
            what = f"has {each!r}, where `public` says that people reach the site; take one of both away"
        elif config.former_bases.count(each) > 1:
            what = f"has {each!r} twice"
        else:
            continue
        yield ("former_bases",), f"`former_bases` {what}"


def _look_contradictions(look: Look) -> Iterator[tuple[tuple[str, ...], str]]:
    """A look that cannot be, or with which the pages could not be read."""
    if look.colour and not COLOUR.fullmatch(look.colour):
        yield ("look", "colour"), f"`colour` must be a number sign and six digits, not {look.colour!r}"
    elif look.colour and (ratio := contrast_on_page(look.colour)) < CONTRAST:
        what = f"{look.colour} has a contrast of {ratio:.1f} on the pages and needs {CONTRAST}; take a darker one"
        yield ("look", "colour"), f"`colour` {what}"
    if len(look.hues) > HUES or not all(0 <= each < 360 for each in look.hues):
        yield ("look", "hues"), f"`hues` has at most {HUES} numbers from 0 to 359, not {list(look.hues)}"


COLOUR: Final = re.compile(r"#[0-9A-Fa-f]{6}")
CONTRAST: Final = 4.5
"""What WCAG 2.2 asks of text (1.4.3)."""
HUES: Final = 6
"""Colours that the style sheet has for the main concepts."""
PAGE_LUMINANCE: Final = 0.868
"""Relative luminance of the darkest background that light pages have behind links."""


def contrast_on_page(colour: str) -> float:
    """The contrast ratio of a colour, as in `#1b4d8f`, with the pages (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    luminance = sum(weight * each for weight, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return (PAGE_LUMINANCE + 0.05) / (luminance + 0.05)


def _is_network(text: str) -> bool:
    try:
        return bool(ip_network(text))
    except ValueError:
        return False


BLANKS: Final = ("label", "iri", "file", "line")
"""What the templates of addresses have filled in."""


def _is_template(text: str) -> bool:
    """Whether a text becomes an address when its blanks are filled in."""
    blank = r"\{(?:" + "|".join(BLANKS) + r")\}"
    return bool(re.fullmatch(rf"(?:https?://|mailto:)(?:[^\s<>\"{{}}]|{blank})+", text))


BASE: Final = re.compile(r"https?://[^/?#\s<>\"{}|\\^`]+")

ID_STYLES: Final = ("slug", "number", "uuid")

STORES: Final = ("auto", "memory", "disk")

RESERVED: Final = frozenset(
    "accessibility api catalog cite dataset doc favicon.ico feed health id live metrics ns policy ready reconcile "
    "resource robots.txt search sitemap.xml sparql static suggest timemap version .well-known".split()
) | {""}
"""First segments of paths that the program uses itself."""


def _dataset_contradictions(dataset: Dataset) -> Iterator[tuple[tuple[str, ...], str]]:
    if not re.fullmatch(r"[a-z0-9-]+", dataset.name):
        yield (
            ("dataset", "name"),
            f"`name` has lower-case letters, digits and hyphens only, not {dataset.name!r}",
        )
    if not dataset.version:
        yield ("dataset", "name"), "a dataset needs at least one [[dataset.version]]"
    for version in dataset.version:
        if not re.fullmatch(r"\d+\.\d+\.\d+", version.number):
            yield ("dataset", "version", "number"), f"`number` is major.minor.patch, not {version.number!r}"


def _line_of(keys: tuple[str, ...], text: str) -> int:
    """The line on which these keys most likely stand: the section first, then the key in it."""
    lines = text.splitlines()
    start = 0
    for number, line in enumerate(lines):
        header = re.match(r"\s*\[+\s*([^\]]+?)\s*\]", line)
        if header and tuple(header[1].split(".")) == keys[:-1]:
            start = number
    for number, line in enumerate(lines[start:], start):
        if keys and re.match(rf"\s*\[*(?:[\w.]+\.)?[\"']?{re.escape(keys[-1])}[\"']?\s*[=.\]]", line):
            return number + 1
    return start + 1


def _place_in(message: str) -> str:
    found = re.search(r"line (\d+), column (\d+)", message)
    return f":{found[1]}:{found[2]}" if found else ""


def _section(keys: tuple[str, ...]) -> str:
    return f"[{'.'.join(keys)}]" if keys else FILE_NAME


def _suggestion(key: str, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    return f"; did you mean `{near[0]}`?" if near else f"; known here are {', '.join(known)}"


def _describe(kind: Any) -> str:
    plain = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", date: "a date"}
    if typing.get_origin(kind) is tuple:
        return "a list"
    return plain.get(kind, 'a table of texts with a language each, as in `title.nl = "…"`')


def _default_of(each: dataclasses.Field[Any]) -> str:
    """The default as a person writes it, or `required`."""
    if each.default is not dataclasses.MISSING:
        value = each.default
        return "[" + ", ".join(f'"{item}"' for item in value) + "]" if isinstance(value, tuple) else _toml(value)
    return "required" if each.default_factory is dataclasses.MISSING else "{}"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def _dataclass_in(kind: Any) -> type | None:
    """The dataclass that a setting is a table of, if it is one."""
    inner = typing.get_args(kind)[0] if typing.get_origin(kind) is tuple else kind
    return inner if dataclasses.is_dataclass(inner) and isinstance(inner, type) else None
