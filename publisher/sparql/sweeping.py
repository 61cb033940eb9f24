"""Which queries could meet the statements of the search graph by chance, and so have to be kept from them.

The engine reads all graphs as one at no cost, all but one at some (1.0 to 2.6 times, measured with ten graphs). A
query that names all its properties cannot tell the difference; so only the others pay for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from publisher.iris import SEARCH

BEFORE_SUBJECTS: Final = frozenset("{.}")
"""What stands before the first term of a triple pattern."""

KEYWORDS: Final = frozenset(("A", "TRUE", "FALSE"))
"""Words that are terms."""


def is_sweeping(tokens: Sequence[str]) -> bool:
    """Whether a query has a variable for a graph or property, or a path over any, and names nothing of that graph.

    It looks at neighbours only, so that some say yes that could say no.
    """
    if any(_names_search(each) for each in tokens):
        return False
    if any(each.upper() == "DESCRIBE" for each in tokens):
        return True
    if any(each.upper() == "GRAPH" and after[0] in "?$" for each, after in pairwise(tokens)):
        return True
    start = tokens.index("{") if "{" in tokens else len(tokens)
    triples = zip(tokens[start:], tokens[start + 1 :], tokens[start + 2 :], strict=False)
    return any(_is_open(*each) for each in triples)


def _names_search(token: str) -> bool:
    return token[0] == "<" and (f"ns/{SEARCH}#" in token or token.endswith(f"id/graph/{SEARCH}>"))


def _is_open(before: str, token: str, after: str) -> bool:
    """Whether a token is a variable where a property belongs, or makes a path of unknown or no steps."""
    if token in ("*", "?"):
        return before == ")" or _is_term(before)
    if token == "!":
        return True
    return token[0] in "?$" and before not in BEFORE_SUBJECTS and before.upper() != "BY" and _begins_term(after)


def _begins_term(token: str) -> bool:
    return token in ("[", "(", "<<", "<<(") or _is_term(token)


def _is_term(token: str) -> bool:
    if token[0] in "?$<\"'" or ":" in token:
        return len(token) > 1
    return token[0].isdigit() or token.upper() in KEYWORDS
