"""SPARQL from strangers: looked at by `gate`, evaluated by a `worker` process that `supervisor` may kill.

No query is parsed by the engine in the process that serves pages: a text of some hundred characters can
overflow the engine's stack, which ends the process, and a running query cannot be cancelled.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO


class Form(StrEnum):
    """The four query forms (SPARQL 1.1 Query §16)."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"

    @property
    def gives_graph(self) -> bool:
        """Whether the answer is RDF; otherwise it is solutions or a boolean."""
        return self in (Form.CONSTRUCT, Form.DESCRIBE)


@dataclass(frozen=True, slots=True)
class Query:
    """A query that `gate.admit` let through.

    The graphs are those of the request (SPARQL 1.1 Protocol §2.1.4), which overrule the query's own; `dataset`
    says whether it has its own (FROM). `digest` is the same for queries that differ in blanks and comments only.
    `volatile` says that its answer may differ from one time to the next (NOW, RAND, …); `sweeping` that it could
    meet statements that it does not name the properties of, those of the search graph among them.
    """

    text: str
    form: Form
    dataset: bool = False
    digest: str = ""
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    volatile: bool = False
    sweeping: bool = False

    @property
    def key(self) -> str:
        """The same for queries that ask the same of the same graphs."""
        return "\x1e".join((self.digest or self.text, *self.default_graphs, "", *self.named_graphs))


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: `content` is open at its beginning and closed by whoever sends it; `size` is in bytes."""

    content: BinaryIO
    size: int
    media_type: str
