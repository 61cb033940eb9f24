"""The order of statements, and what can be had of it without sorting again."""

from pyoxigraph import Literal, NamedNode, Quad

from publisher.release.order import count_triples, graphs_of, merged, ordered

A, B = NamedNode("http://x/graph/a"), NamedNode("http://x/graph/b")


def said(name: str, text: str, graph: NamedNode) -> Quad:
    return Quad(NamedNode(f"http://x/{name}"), NamedNode("http://x/p"), Literal(text), graph)


FIRST = ordered([said("two", "1", A), said("one", "1", A), said("one", "1", B)])
SECOND = ordered([said("three", "1", B), said("one", "0", B), said("one", "1", B)])


def test_what_is_merged_is_what_would_have_been_ordered() -> None:
    assert merged([FIRST, SECOND]) == ordered([*SECOND, *FIRST])
    assert merged([()]) == ()


def test_each_graph_comes_once_with_its_statements() -> None:
    assert [(graph, len(quads)) for graph, quads in graphs_of(merged([FIRST, SECOND]))] == [(A, 2), (B, 3)]


def test_a_triple_of_two_graphs_counts_once() -> None:
    everything = merged([FIRST, SECOND])
    assert count_triples(everything) == len({quad.triple for quad in everything}) == 4
    assert count_triples(FIRST) == 2
    assert count_triples(()) == 0
