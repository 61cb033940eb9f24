"""A draft shows that it is one: on every page, with what was found wrong, and in the headers of every answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from publisher.description import choose
from publisher.namespaces import shorten
from publisher.report import UNREAD, Finding, Severity
from publisher.web import Site
from publisher.web.headers import NO_STORE
from publisher.web.kept import kept
from publisher.web.texts import interface_language, texts

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from publisher.web.reply import Answering, Reply

SEVERITIES: Final = {each.name.lower(): each for each in Severity}


@dataclass(frozen=True, slots=True)
class Row:
    """A finding; `path` and `href` are of the document about its focus, which is called `name`, if any."""

    severity: str
    word: str
    place: str
    message: str
    text: str
    remedy: str
    rule: str
    path: str
    href: str
    name: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What a page says about its draft: how much was found, what could not be read, what is about this page."""

    release: str
    count: str
    unread: tuple[Row, ...] = ()
    here: tuple[Row, ...] = ()


def marked(answer: Answering) -> Answering:
    """The same answers, which nobody may keep or list."""

    def draft(environ: WSGIEnvironment) -> Reply:
        reply = answer(environ)
        fields = [(name, value) for name, value in reply.headers if name.lower() != "cache-control"]
        return replace(reply, headers=[*fields, ("Cache-Control", NO_STORE), ("X-Robots-Tag", "noindex")])

    return draft


def draft_of(site: Site, path: str) -> Draft | None:
    """What the page of the document at this path has to say about the draft; None for what is published."""
    if not site.release.manifest.draft:
        return None
    found = _draft(site)
    return replace(found, here=_by_path(site).get(path, ()))


@kept(1)
def rows(site: Site) -> tuple[Row, ...]:
    """Everything that was found: first what could not be read, then the worst."""
    words = texts(interface_language(site.languages))
    found = sorted(_findings(site), key=lambda each: (each.rule not in UNREAD, -each.severity))
    labels = site.store.labels({each.focus for each in found})
    names = {iri: choose(each, site.languages) for iri, each in labels.items()}
    return tuple(_row(each, site, words, names.get(each.focus)) for each in found)


@kept(1)
def _draft(site: Site) -> Draft:
    every = rows(site)
    errors, warnings = (sum(each.severity == name for each in every) for name in ("violation", "warning"))
    words = texts(interface_language(site.languages))
    count = words["findings_count"].format(errors=errors, warnings=warnings)
    return Draft(site.release.id, count, tuple(each for each in every if each.rule in UNREAD))


@kept(1)
def _by_path(site: Site) -> Mapping[str, tuple[Row, ...]]:
    found: dict[str, tuple[Row, ...]] = {}
    for each in rows(site):
        if each.path and each.rule not in UNREAD:
            found[each.path] = (*found.get(each.path, ()), each)
    return found


def _findings(site: Site) -> list[Finding]:
    report: dict[str, Any] = json.loads((site.release.directory / "report.json").read_bytes())
    return [Finding(**each | {"severity": SEVERITIES[each["severity"]]}) for each in report["findings"]]


def _row(finding: Finding, site: Site, words: Mapping[str, str], name: tuple[str, str] | None) -> Row:
    severity = finding.severity.name.lower()
    path = site.store.find(finding.focus) if finding.focus else None
    return Row(
        severity,
        words[f"findings_{severity}"],
        finding.place,
        finding.message,
        finding.text.strip(),
        finding.remedy,
        finding.rule,
        path or "",
        site.page(path) if path else "",
        name[0] if name else shorten(finding.focus),
    )
