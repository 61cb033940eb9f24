"""Which nodes may break which shape: a quick look at all content, so that pySHACL need only look at those.

SHACL shapes are compiled to operations on whole sets of nodes. What comes out is the same shapes with other
targets: one `sh:targetNode` for each node that does not surely conform. SHACL judges each focus node by itself, so
pySHACL reports of these nodes exactly what it would have reported with the targets as written. A shape that cannot
be compiled keeps its targets.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from pyoxigraph import Literal, Quad

from publisher.compiler.constraints import Foreign
from publisher.compiler.shapes import Shapes, aims
from publisher.compiler.statements import Statements
from publisher.description import Term
from publisher.garbage import uncollected
from publisher.namespaces import SH


def screen(statements: Statements, quads: Sequence[Quad]) -> Sequence[Quad]:
    """The same shapes, aimed at no more than what may fail."""
    shapes = Shapes(quads)
    if shapes.extended:
        return quads
    with uncollected():
        found = {node: _suspects(shapes, node, statements) for node in shapes.targeted}
    known = {node: suspects for node, suspects in found.items() if suspects is not None}
    pairs = [(shape, node) for suspects in known.values() for shape, nodes in suspects for node in nodes]
    targets = [Quad(shape, SH["targetNode"], node) for shape, node in pairs if not isinstance(shape, Literal)]
    return [*(quad for quad in quads if quad.subject not in known or not aims(quad)), *targets]


def _suspects(shapes: Shapes, node: Term, statements: Statements) -> list[tuple[Term, Set[Term]]] | None:
    """Shapes and what may fail them: this one and its parts; None if pySHACL has to find out itself."""
    try:
        return shapes.rule(node).suspects(statements, node)
    except Foreign:
        return None
