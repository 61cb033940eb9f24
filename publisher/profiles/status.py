"""How a resource stands, by what is said of it: in use, not finished yet, or retired."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, Triple

from publisher.namespaces import ADMS, DCT, OWL


class Status(StrEnum):
    """How a resource stands, in the words that the store keeps; the last of them that is said holds."""

    CURRENT = ""
    UNFINISHED = "unfinished"
    DEPRECATED = "deprecated"
    WITHDRAWN = "withdrawn"


TERMS: Final = {
    Status.UNFINISHED: "UnderDevelopment",
    Status.DEPRECATED: "Deprecated",
    Status.WITHDRAWN: "Withdrawn",
}
"""The last part of the IRI of each `adms:status`, in the list that ADMS names."""

RETIRED: Final = (Status.DEPRECATED, Status.WITHDRAWN)
"""What is no longer to be used."""

REPLACED_BY: Final = DCT["isReplacedBy"]
REPLACES: Final = DCT["replaces"]

_STATUS: Final = ADMS["status"]
_DEPRECATED: Final = OWL["deprecated"]
_STATUSES: Final = {name: status for status, name in TERMS.items()}
_ORDER: Final = list(Status)


def status_of(statements: Iterable[Triple | Quad]) -> Status:
    """How a resource stands, read from the statements about it."""
    return max(map(said, statements), key=_ORDER.index, default=Status.CURRENT)


def status_iri(status: Status) -> NamedNode:
    """The `adms:status` that says so."""
    return NamedNode(f"http://purl.org/adms/status/{TERMS[status]}")


def successors_in(quads: Iterable[Quad]) -> Mapping[str, set[str]]:
    """The IRIs that replace each resource, whichever of both says so."""
    found: dict[str, set[str]] = defaultdict(set)
    for each in quads:
        if (predicate := each.predicate) != REPLACED_BY and predicate != REPLACES:
            continue
        old, new = (each.subject, each.object) if predicate == REPLACED_BY else (each.object, each.subject)
        if isinstance(old, NamedNode) and isinstance(new, NamedNode):
            found[old.value].add(new.value)
    return found


def said(statement: Triple | Quad) -> Status:
    """What one statement says of its subject's status; CURRENT when it is about something else."""
    # Asked of every statement: nearly all are done with after two questions.
    predicate = statement.predicate
    if predicate == _STATUS and isinstance(value := statement.object, NamedNode):
        return _STATUSES.get(value.value.rpartition("/")[2], Status.CURRENT)
    if predicate == _DEPRECATED and isinstance(value := statement.object, Literal):
        return Status.DEPRECATED if value.value in ("true", "1") else Status.CURRENT
    return Status.CURRENT
