"""What SPARQL finds names by: words of labels, folded, and how they begin, as statements in a graph of their own.

A thing has words, and words are shared: to give each thing the beginnings of all its words would take several
times as many statements. They are in the store only: no dump, document or digest has them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from publisher import folding
from publisher.iris import SEARCH, Policy
from publisher.namespaces import DCT, FOAF, RDFS, SKOS, Namespace

NAMED: Final = frozenset(
    (
        *(SKOS[name] for name in ("prefLabel", "altLabel", "hiddenLabel", "notation")),
        *(DCT["title"], DCT["alternative"], FOAF["name"], RDFS["label"]),
    )
)
"""Properties that give a thing a name."""

LONGEST: Final = 12
"""Letters of the longest beginning; whoever knows more of a word knows enough of it."""


def words_of(content: Iterable[Quad], policy: Policy) -> Iterator[Quad]:
    """What things that are described by these statements are called, once for each folded label."""
    graph, terms = NamedNode(policy.graph(SEARCH)), Namespace(f"{policy.base}/ns/{SEARCH}#")
    label, word, begins = terms["label"], terms["word"], terms["prefix"]
    nodes: dict[str, BlankNode] = {}
    seen: dict[NamedNode, set[str]] = defaultdict(set)
    for quad in content:
        subject, literal = quad.subject, quad.object
        if quad.predicate not in NAMED or not isinstance(subject, NamedNode) or not isinstance(literal, Literal):
            continue
        said, own = seen[subject], folding.words(literal.value)
        for text, name in ((" ".join(own), label), *((each, word) for each in own)):
            key = f"{name is label:d}{text}"
            if key in said or not text:
                continue
            said.add(key)
            if name is label:
                yield Quad(subject, label, Literal(text), graph)
                continue
            if text not in nodes:
                nodes[text] = BlankNode(f"searchword{len(nodes)}")
                yield from _begins(nodes[text], text, begins, graph)
            yield Quad(subject, word, nodes[text], graph)


def _begins(node: BlankNode, word: str, begins: NamedNode, graph: NamedNode) -> Iterator[Quad]:
    for length in range(1, min(len(word), LONGEST) + 1):
        yield Quad(node, begins, Literal(word[:length]), graph)
