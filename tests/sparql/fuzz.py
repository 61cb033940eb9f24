"""Random texts in SPARQL 1.2, valid and mangled, to compare what the gate and the engine make of them."""

from __future__ import annotations

import re
from random import Random
from typing import Final

from pyoxigraph import Store

PROLOGUE: Final = "BASE <http://b/> PREFIX : <http://example.org/> PREFIX service: <http://example.org/service/> "
X: Final = "SERVICE <http://127.0.0.1:9/>"
FRAGMENTS: Final = (
    *(
        "<<",
        "<<(",
        ")>>",
        ">>",
        "{|",
        "|}",
        "~",
        "~ :r",
        "~:r{|",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "<",
        ">",
        "<=",
        "<'>",
    ),
    *(
        "<(",
        ")>",
        "'",
        '"',
        "''",
        '"""',
        "#",
        "#\n",
        "\\",
        ".",
        ";",
        ",",
        "-",
        "--",
        "@en--ltr",
        "_:",
        ":",
        "|",
        "||",
    ),
    *("?x", ":a", "1", "true", " ", "\n", "VALUES", "UNDEF", "FILTER", "VERSION '1.2'", "TRIPLE(", "BIND(", "a"),
    *("SERVICE", "service:", "SERVICE ?x {", f"{X} {{", f"{X}{{?a ?b ?c}}", "SERVICESILENT:a{", "INSERT", "LOAD"),
)


def query(random: Random) -> str:
    """A query; nearly all of them are valid, some of them with SERVICE."""
    body = _group(random, 3)
    ask = random.choice(("ASK", "SELECT *", "SELECT (<<( :a :b <<( :c :d 1 )>> )>> AS ?t)", "DESCRIBE ?a"))
    if random.random() < 0.2:
        ask = f"CONSTRUCT {{ {_triples(random, 1)} }}"
    return PROLOGUE + f"{ask} WHERE {body}"


def mangled(random: Random, text: str) -> str:
    """The same text after a few accidents."""
    for _ in range(random.randint(1, 3)):
        start = random.randrange(len(PROLOGUE), len(text) + 1)
        end = min(len(text), start + random.choice((0, 0, 1, 1, 3, 8)))
        text = text[:start] + random.choice(("", *FRAGMENTS)) + text[end:]
    return text


def accepts(text: str) -> bool:
    """Whether the engine takes this for a query."""
    try:
        Store().query(text)
    except SyntaxError:
        return False
    except (OSError, RuntimeError):
        # It did, and failed to ask others: nobody answers at port 9.
        return True
    return True


def federates(text: str) -> bool:
    """Whether the engine reads SERVICE as a keyword somewhere: with another word there, it is no query."""
    found = [each.start() for each in re.finditer("service", text, re.IGNORECASE)]
    return bool(found) and accepts(text) and any(not accepts(_without(text, each)) for each in found)


def _without(text: str, start: int) -> str:
    end = start + len("service")
    # A prefix must go on being declared, whichever place is looked at.
    prefixes = "PREFIX zervice: <http://example.org/> " + text[: len(PROLOGUE)]
    return prefixes + text[len(PROLOGUE) : start] + "zervice" + text[end:] if start >= len(PROLOGUE) else text


def _group(random: Random, depth: int) -> str:
    parts = [_part(random, depth - 1) for _ in range(random.randint(1, 3))]
    return "{ " + random.choice((" ", "\n")).join(parts) + " }"


def _part(random: Random, depth: int) -> str:
    if depth <= 0:
        return _triples(random, 1)
    return random.choice(
        (
            lambda: _triples(random, depth),
            lambda: _triples(random, depth),
            lambda: f"FILTER({_expression(random, depth)})",
            lambda: f"FILTER({_expression(random, depth)})",
            lambda: f"OPTIONAL {_group(random, depth)}",
            lambda: f"{_group(random, depth)} UNION {_group(random, depth)}",
            lambda: f"VALUES (?v ?w) {{ ({_constant(random, depth)} {_constant(random, depth)}) }}",
            lambda: f"VALUES ?v {{ {_constant(random, depth)} {_constant(random, depth)} }}",
            lambda: f"FILTER NOT EXISTS {_group(random, depth)}",
            lambda: f"GRAPH service:g {_group(random, depth)}",
            lambda: f"{{ SELECT * {_group(random, depth)} }}",
            lambda: f"{X} {_group(random, depth)}",
            lambda: f"{X}{_group(random, depth)}",
        )
    )()


def _triples(random: Random, depth: int) -> str:
    return f"{_subject(random, depth)} {_verb(random)} {_object(random, depth)}{_annotation(random, depth)} ."


def _annotation(random: Random, depth: int) -> str:
    if depth <= 0 or random.random() < 0.5:
        return ""
    reifier = random.choice(("", "~", "~ :r", "~?r", "~"))
    block = f"{{| {_verb(random)} {_object(random, depth - 1)}{_annotation(random, depth - 1)} |}}"
    return (
        reifier
        + random.choice(("", block, block + " " + block))
        + random.choice(("", "", f", {_object(random, 0)}"))
    )


def _subject(random: Random, depth: int) -> str:
    if depth > 0 and random.random() < 0.2:
        reifier = random.choice(("", " ~ :r", "~?r"))
        return f"<< {_subject(random, 0)} {_verb(random)} {_object(random, depth - 1)}{reifier} >>"
    return random.choice(
        (
            "?a",
            "$b",
            ":c",
            "service:of",
            f"_:service{random.randrange(10**9)}",
            "<http://example.org/d'A>",
            "<#(x)>",
        )
    )


def _verb(random: Random) -> str:
    return random.choice(("?p", ":p", "a", "<p>", ":service", "<http://example.org/p>", "service:p"))


def _object(random: Random, depth: int) -> str:
    if depth > 0 and random.random() < 0.3:
        return random.choice(
            (
                f"<<( {_subject(random, 0)} {_verb(random)} {_object(random, depth - 1)} )>>",
                f"<<({_subject(random, 0)} {_verb(random)} {_object(random, depth - 1)})>>",
                _subject(random, depth),
                f"[ {_verb(random)} {_object(random, depth - 1)} ]",
                f"( {_object(random, depth - 1)} {_literal(random)} )",
            )
        )
    return random.choice((_subject(random, 0), _literal(random)))


def _literal(random: Random) -> str:
    return random.choice(
        (
            "1",
            "-1.5",
            "true",
            "'x'",
            '"SERVICE"',
            "'''a' SERVICE {'''",
            '"x"@en--ltr',
            "'x'^^:t",
            '"#"',
            "'<<('",
            "1e3",
        )
    )


def _constant(random: Random, depth: int) -> str:
    if depth > 0 and random.random() < 0.5:
        return f"<<( :s :p {_constant(random, depth - 1)} )>>"
    return random.choice((":c", "<http://example.org/d'A>", "<#x>", "<urn:a'b>", "1", '"SERVICE"', "2"))


def _expression(random: Random, depth: int) -> str:
    if depth <= 0:
        return random.choice(("?a", "1", "'x'", ":c", "<http://example.org/d>", "isTRIPLE(?a)"))
    left, right = _expression(random, depth - 1), _expression(random, depth - 1)
    return random.choice(
        (
            f"({left})<{right}",
            f"{left}<({right})",
            f"({left} < 1)",
            f"(({left})<= ({right})&&({right}) > ({left}))",
            f"(({left}) = ({right}))",
            f"<<( :s :p {random.choice(('?a', '1', '<<( ?a :b <c> )>>'))} )>> = ({right})",
            f"TRIPLE({left}, :p, {right})",
            f"SUBJECT({left})",
            f"(({left}) IN ({right}, {left}))",
        )
    )
