"""Content negotiation: pure functions over the `Accept` headers and what we offer (RFC 9110, section 12.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 8192
"""Characters of a header that we read; a member cut in two by it is ignored like any malformed one."""

TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
QUALITY: Final = re.compile(r"(?:0?\.[0-9]{1,3}|0\.?|1(?:\.0{0,3})?)")
ALWAYS: Final = {"charset": "utf-8"}
"""Parameters that hold of everything we send, whether or not an offer states them."""

IDENTITY: Final = "identity"
"""The coding of a body that is sent as it is."""


@dataclass(frozen=True, slots=True)
class Range:
    """One member of `Accept`; `quality` from 0 to 1."""

    type: str
    subtype: str
    parameters: Mapping[str, str]
    quality: float


def choose(accept: str | None, offers: Sequence[str]) -> str | None:
    """The offer that the client likes best, None when it accepts none of them.

    The first of equally good offers wins; without preferences (no header, an empty one, or one in which nothing
    can be read) that is the first offer. The most specific range decides on an offer. A range with a parameter
    that an offer lacks (`application/ld+json;profile=…`) does not exclude it, and counts for it where no range
    names the same type plainly: better JSON-LD of another profile than HTML or 406.
    """
    ranges = tuple(_ranges((accept or "")[: LONGEST + 1]))
    if not ranges:
        return offers[0]
    best, offer = max(((_quality(each, ranges), each) for each in offers), key=lambda pair: pair[0])
    return offer if best > 0 else None


def accepted_codings(header: str | None, offers: Sequence[str]) -> tuple[str, ...]:
    """The offers that an `Accept-Encoding` allows, the best first; empty when it refuses all of them.

    Only `identity` need not be named to be accepted (section 12.5.3); unnamed, it comes last. Without a header
    everything is acceptable, and a client that did not ask for compression had better get none.
    """
    if header is None:
        return (IDENTITY,)
    named = dict(_codings(header))
    unnamed = {IDENTITY: named.get("*", LEAST)}
    qualities = {each: named.get(each, unnamed.get(each, named.get("*", 0.0))) for each in offers}
    return tuple(each for each in sorted(offers, key=lambda each: -qualities[each]) if qualities[each] > 0)


LEAST: Final = 0.0001
"""A quality below any that can be written, and above none."""


def _codings(header: str) -> Iterator[tuple[str, float]]:
    for member in header[:LONGEST].split(","):
        coding, *parameters = (each.strip().lower() for each in member.split(";"))
        quality = parameters[0].removeprefix("q=") if parameters else "1"
        if TOKEN.fullmatch(coding) and len(parameters) < 2 and QUALITY.fullmatch(quality):
            # The older name means the same (section 8.4.1.3).
            yield coding.removeprefix("x-") if coding == "x-gzip" else coding, float(quality)


def _quality(offer: str, ranges: Sequence[Range]) -> float:
    kind, parameters = _media_type(offer) or ("", {})
    held = ALWAYS | dict(parameters)
    decided, specificity, loosely = 0.0, -1, 0.0
    for each in ranges:
        level = _specificity(each, kind)
        if level is None:
            continue
        if any(held.get(name) != value for name, value in each.parameters.items()):
            loosely = max(loosely, each.quality)
            continue
        level += len(each.parameters)
        if (level, each.quality) > (specificity, decided):
            decided, specificity = each.quality, level
    return decided if specificity >= 2 else max(decided, loosely)


def _specificity(each: Range, kind: str) -> int | None:
    """0 for `*/*`, 1 for `text/*`, 2 for the type itself, None for others."""
    if each.type == "*":
        return 0
    if each.subtype == "*":
        return 1 if kind.startswith(each.type + "/") else None
    return 2 if kind == f"{each.type}/{each.subtype}" else None


def _ranges(header: str) -> Iterator[Range]:
    members = _split(header, ",")
    if len(header) > LONGEST:
        members = members[:-1]
    for member in members:
        found = _media_type(member)
        if found is None:
            continue
        kind, parameters = found
        quality = dict(parameters).pop("q", "1")
        type, _, subtype = kind.partition("/")
        if QUALITY.fullmatch(quality) and (type != "*" or subtype == "*"):
            rest = {name: value for name, value in parameters.items() if name != "q"}
            yield Range(type, subtype, rest, float(quality))


def _media_type(text: str) -> tuple[str, Mapping[str, str]] | None:
    """`type/subtype` in lower case with its parameters; None when it is malformed."""
    kind, *rest = _split(text, ";")
    type, slash, subtype = kind.strip().lower().partition("/")
    if not (slash and TOKEN.fullmatch(type) and TOKEN.fullmatch(subtype)):
        return None
    parameters = [_parameter(each) for each in rest if each.strip()]
    if None in parameters:
        return None
    return f"{type}/{subtype}", dict(each for each in parameters if each)


def _parameter(text: str) -> tuple[str, str] | None:
    name, equals, value = text.strip().partition("=")
    if not (equals and TOKEN.fullmatch(name)):
        return None
    if value.startswith('"'):
        quoted = len(value) > 1 and value.endswith('"')
        return (name.lower(), re.sub(r"\\(.)", r"\1", value[1:-1])) if quoted else None
    # Profiles are IRIs and often come unquoted; nothing else can be meant.
    return (name.lower(), value.lower() if name.lower() == "charset" else value) if value else None


def _split(text: str, separator: str) -> list[str]:
    """The parts between separators that stand outside quoted strings, in one pass."""
    if '"' not in text:
        return text.split(separator)
    parts, start, quoted, escaped = [], 0, False, False
    for position, character in enumerate(text):
        if escaped:
            escaped = False
        elif quoted and character == "\\":
            escaped = True
        elif character == '"':
            quoted = not quoted
        elif character == separator and not quoted:
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]]
