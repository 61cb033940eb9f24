"""Identifier policy: which IRIs are ours, which path each has here, which address its document has.

The Flemish URI standard: `/id/` for things, `/doc/` for documents about them, `/ns/` for vocabularies.
Any IRI can be ours: a namespace maps a prefix, minted by us or not, to a local path.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import quote, unquote_to_bytes


class Prefix(Protocol):
    """Anything that maps the beginning of an IRI to a path: a `[[namespace]]`."""

    @property
    def iri(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def answer(self) -> int: ...


SEARCH: Final = "search"
"""The name of the graph that queries find names in, and of the namespace of its properties."""


@dataclass(frozen=True, slots=True)
class Own:
    """The namespaces that we mint in."""

    iri: str
    path: str
    answer: int = 303


@dataclass(frozen=True, slots=True)
class Policy:
    """What the IRIs of one site look like; `base` is scheme and host, without a slash."""

    base: str
    namespaces: tuple[Prefix, ...]

    def path_of(self, iri: str) -> str | None:
        """The local path of a thing, percent-encoded; None for IRIs that are not ours.

        A fragment is no part of it: clients do not send fragments.
        """
        namespace = self._namespace_of(iri)
        if namespace is None:
            return None
        local = "" if namespace.iri.endswith("#") else iri.removeprefix(namespace.iri).partition("#")[0]
        return canonical_path(namespace.path + local)

    def document_path(self, iri: str) -> str | None:
        """The path of the document about a thing, without suffix; None for IRIs that are not ours."""
        namespace, path = self._namespace_of(iri), self.path_of(iri)
        if namespace is None or path is None:
            return None
        if path.startswith("/id/"):
            return "/doc/" + path.removeprefix("/id/")
        return path if path.startswith("/ns/") else "/doc" + path

    def answer_of(self, iri: str) -> int:
        """303 when the thing redirects to its document, 200 when it answers at once."""
        namespace = self._namespace_of(iri)
        return 200 if namespace is None else namespace.answer

    def minted(self, iri: str) -> bool:
        """Whether the IRI is in a namespace that we mint in."""
        return iri.startswith((f"{self.base}/id/", f"{self.base}/ns/"))

    def thing(self, *segments: str) -> str:
        """The IRI that we mint for a thing: `thing("dataset", "hefbomen")`."""
        return f"{self.base}/id/" + "/".join(segments)

    def graph(self, name: str) -> str:
        """The IRI of a named graph."""
        return self.thing("graph", name)

    def _namespace_of(self, iri: str) -> Prefix | None:
        return next((each for each in self.namespaces if _begins(iri, each.iri)), None)


def policy(base: str, namespaces: Sequence[Prefix] = ()) -> Policy:
    """The policy of a site: the namespaces given, longest first, and our own."""
    own = (Own(f"{base}/id/", "/id/"), Own(f"{base}/ns/", "/ns/", 200))
    return Policy(base, tuple(sorted((*namespaces, *own), key=lambda each: -len(each.iri))))


def host_of(address: str) -> str:
    """Host and port that requests for an address name, in one spelling: a usual port is left out."""
    _, _, authority = address.rpartition("://")
    return re.sub(r"\.?(?::(?:80|443)?)?$", "", authority.partition("/")[0].lower())


_PLAIN: Final = re.compile(r"[A-Za-z0-9/:@!$&'()*+,;=~._-]*")
"""What is spelt in one way only; nearly every path, and asked of each of them."""


def canonical_path(path: str) -> str:
    """The one percent-encoded spelling of a path, whether it came decoded or encoded."""
    return path if _PLAIN.fullmatch(path) else quote(unquote_to_bytes(path), safe="/:@!$&'()*+,;=~-._")


def _begins(iri: str, prefix: str) -> bool:
    """Whether an IRI is in a namespace; `…/stw` holds `…/stw` and `…/stw/x`, not `…/stwx`."""
    rest = iri.removeprefix(prefix)
    return (rest != iri and (prefix[-1] in "/#" or rest[0] in "/#")) if rest else iri == prefix
