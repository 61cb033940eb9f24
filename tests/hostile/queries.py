"""Queries that hurt, by the row of the threat table that they belong to, and the statuses that may answer them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hostile.client import Reply

JSON = "application/sparql-results+json"
SKOS = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o"

REFUSED = frozenset((400,))
TOO_LONG = frozenset((400, 413))
FORBIDDEN = frozenset((403,))
STOPPED = frozenset((503, 504))
ANSWERED = frozenset((200,))
BOUNDED = ANSWERED | STOPPED


@dataclass(frozen=True)
class Attack:
    """A query, what may answer it, and what the answer must be besides."""

    row: int
    name: str
    query: str
    statuses: frozenset[int]
    accept: str = JSON
    holds: Callable[[Reply], bool] = lambda _: True
    smoke: bool = False

    def __str__(self) -> str:
        return f"{self.row}-{self.name.replace(' ', '-')}"


def says(value: bool) -> Callable[[Reply], bool]:
    """An ASK is answered so."""
    return lambda answer: json.loads(answer.body)["boolean"] is value


def rows(count: int) -> Callable[[Reply], bool]:
    """A SELECT has so many solutions."""
    return lambda answer: len(json.loads(answer.body)["results"]["bindings"]) == count


def problem(*slugs: str) -> Callable[[Reply], bool]:
    """The problem is one of these."""
    return lambda answer: answer.problem in slugs


# Name: (before each level, middle, after each level, frame).
NESTED: dict[str, tuple[str, str, str, str]] = {
    "parentheses": ("(", "1", ")", "ASK {{ FILTER{} }}"),
    "groups": ("{", "", "}", "ASK {{ {} }}"),
    "union": ("{ {?s ?p 1} UNION ", "{?s ?p 2}", " }", "ASK {{ {} }}"),
    "optional": ("OPTIONAL { ?s ?p ?o ", "", "}", "ASK {{ {} }}"),
    "subselect": ("{ SELECT * { ", "?s ?p ?o", "} }", "ASK {{ {} }}"),
    "exists": ("FILTER EXISTS { ?s ?p ?o ", "", "}", "ASK {{ {} }}"),
    "not exists": ("FILTER NOT EXISTS { ?s ?p ?o ", "", "}", "ASK {{ {} }}"),
    "if": ("IF(true,", "1", ",2)", "ASK {{ BIND({} AS ?x) }}"),
    "functions": ("STR(", "1", ")", "ASK {{ BIND({} AS ?x) }}"),
    "coalesce": ("COALESCE(?u,", "1", ")", "ASK {{ BIND({} AS ?x) }}"),
    "minus": ("MINUS { ?s ?p ?o ", "", "}", "ASK {{ ?s ?p ?o {} }}"),
    "graph": ("GRAPH ?g { ", "?s ?p ?o", "}", "ASK {{ {} }}"),
    "blank nodes": ("[ <a:p> ", "1", " ]", "ASK {{ ?s ?p {} }}"),
    "lists": ("( ", "1", " )", "ASK {{ ?s ?p {} }}"),
    "template": ("[ <a:p> ", "1", " ]", "CONSTRUCT {{ <a:s> <a:p> {} }} WHERE {{}}"),
    "paths": ("(", "<a:p>", ")*", "ASK {{ ?s {} ?o }}"),
    "order": ("(", "?s", ")", "SELECT * {{ ?s ?p ?o }} ORDER BY {}"),
    "having": ("(", "?s", ")", "SELECT ?s {{ ?s ?p ?o }} GROUP BY ?s HAVING {}"),
    "projection": ("(", "1", ")", "SELECT ({} AS ?x) {{}}"),
    "in": ("1 IN (", "1", ")", "ASK {{ FILTER({}) }}"),
    "negation": ("!", "true", "", "ASK {{ FILTER({}) }}"),
    "minus signs": ("- ", "?x", "", "ASK {{ FILTER({}) }}"),
    "inverse": ("^(", "<a:p>", ")", "ASK {{ ?s {} ?o }}"),
    "triple terms": ("<<( <a:s> <a:p> ", "1", " )>>", "ASK {{ ?s ?p {} }}"),
    "reifiers": ("<< <a:s> <a:p> ", "1", " >>", "ASK {{ ?s ?p {} }}"),
}


def nested() -> Iterator[Attack]:
    for name, (before, middle, after, frame) in NESTED.items():
        row = 6 if name in ("triple terms", "reifiers") else 1
        for depth in (1_200, 20_000):
            text = frame.format(before * depth + middle + after * depth)
            smoke = depth == 1_200 and name in ("groups", "functions", "triple terms")
            yield Attack(row, f"{name} {depth}", text, TOO_LONG, smoke=smoke)


def unterminated() -> Iterator[Attack]:
    openers = (
        "{",
        "(",
        "[",
        "<<(",
        "<<",
        "<",
        '"',
        "'''",
        "OPTIONAL{",
        "SELECT*{",
        "FILTER(",
        "!(",
        "STR(",
        "^(",
        "<a",
    )
    for opener in openers:
        for count in (1, 3_000):
            yield Attack(2, f"{opener} {count}", "ASK {" + opener * count, REFUSED, smoke=opener == "{")
    yield Attack(2, "nothing", "", REFUSED)
    yield Attack(2, "a comment", "#" * 10_000, REFUSED)
    yield Attack(2, "closers", "ASK " + "}" * 10_000, REFUSED)


# Name: (item, separator, frame).
FLAT: dict[str, tuple[str, str, str]] = {
    "and": ("?x", "&&", "ASK {{ FILTER({}) }}"),
    "or": ("?x", "||", "ASK {{ FILTER({}) }}"),
    "plus": ("1", " + ", "ASK {{ FILTER({}) }}"),
    "times": ("1", " * ", "ASK {{ FILTER({}) }}"),
    "equals": ("(1=1)", "=", "ASK {{ FILTER({}) }}"),
    "unions": ("{?s ?p ?o}", " UNION ", "ASK {{ {} }}"),
    "filters": ("FILTER(?x)", " ", "ASK {{ {} }}"),
    "binds": ("BIND(1 AS ?x)", " ", "ASK {{ {} }}"),
    "optionals": ("OPTIONAL{?s ?p ?o}", " ", "ASK {{ {} }}"),
    "patterns": ("?s ?p ?o", " . ", "ASK {{ {} }}"),
    "objects": ("?o", ",", "ASK {{ ?s ?p {} }}"),
    "predicates": ("?p ?o", ";", "ASK {{ ?s {} }}"),
    "alternatives": ("<a:p>", "|", "ASK {{ ?s {} ?o }}"),
    "steps": ("<a:p>", "/", "ASK {{ ?s {} ?o }}"),
    "list": ("1", " ", "ASK {{ ?s ?p ({}) }}"),
}


def flat() -> Iterator[Attack]:
    for name, (item, separator, frame) in FLAT.items():
        yield Attack(3, name, frame.format(separator.join([item] * 9_000)), TOO_LONG, smoke=name == "and")
    yield Attack(3, "in a list", f"ASK {{ FILTER(1 IN ({','.join(map(str, range(9_000)))})) }}", REFUSED | BOUNDED)
    yield Attack(3, "variables", f"SELECT {' '.join(f'?v{n}' for n in range(9_000))} {{}}", REFUSED | BOUNDED)
    yield Attack(3, "prefixes", "PREFIX a: <a:> " * 9_000 + "ASK {}", REFUSED | BOUNDED)
    yield Attack(3, "group by", f"SELECT (1 AS ?x) {{}} GROUP BY {'?s ' * 9_000}", REFUSED | BOUNDED)


def planning() -> Iterator[Attack]:
    def chain(count: int) -> str:
        return " . ".join(f"?v{n} ?p{n} ?v{n + 1}" for n in range(count))

    yield Attack(4, "1,000 steps", f"ASK {{ ?s {'/'.join(['skos:broader'] * 1_000)} ?o }}", REFUSED)
    yield Attack(4, "90 steps", f"{SKOS} ASK {{ ?s {'/'.join(['skos:broader'] * 90)} ?o }}", BOUNDED)
    yield Attack(4, "128 patterns", f"SELECT * {{ {chain(128)} }}", REFUSED)
    yield Attack(4, "79 patterns", f"SELECT (COUNT(*) AS ?n) {{ {chain(79)} }}", STOPPED)
    yield Attack(4, "100 in a list", f"ASK {{ ?s ?p ({'?x ' * 100}) }}", REFUSED)
    yield Attack(4, "38 in a list", f"ASK {{ ?s ?p ({'?x ' * 38}) }}", BOUNDED)
    yield Attack(4, "optionals", "SELECT * { ?s ?p ?o " + "OPTIONAL { ?o ?q ?o2 } " * 70 + "}", BOUNDED | REFUSED)
    yield Attack(5, "a million values", f"SELECT * {{ VALUES ?x {{ {'1 ' * 1_000_000} }} }}", TOO_LONG)
    yield Attack(5, "a long text", f'ASK {{ FILTER("{"x" * 600_000}" = "") }}', TOO_LONG)
    yield Attack(5, "a long comment", "ASK {} #" + "x" * 600_000, TOO_LONG)
    yield Attack(5, "many values", f"SELECT * {{ VALUES ?x {{ {'1 ' * 50_000} }} }}", REFUSED | BOUNDED)


def endless() -> Iterator[Attack]:
    one = "SELECT (COUNT(*) AS ?n) {{ {} }}"
    yield Attack(7, "count", one.format(CROSS), STOPPED, smoke=True)
    yield Attack(7, "never true", f"SELECT * {{ {CROSS} FILTER(STRLEN(CONCAT(STR(?a), STR(?o))) < 0) }}", STOPPED)
    yield Attack(7, "ask", f"ASK {{ {CROSS} FILTER(CONCAT(STR(?a), STR(?o)) = 'x') }}", STOPPED)
    yield Attack(7, "sum", f"SELECT (SUM(STRLEN(STR(?o))) AS ?n) {{ {CROSS} }}", STOPPED)
    yield Attack(7, "sample", f"SELECT (MAX(?o) AS ?n) {{ {CROSS} }}", STOPPED)
    yield Attack(
        7,
        "describe",
        f"DESCRIBE ?o {{ {CROSS} FILTER(STRLEN(CONCAT(STR(?a), STR(?o))) < 0) }}",
        STOPPED,
        "text/turtle",
    )
    yield Attack(7, "graphs", one.format("GRAPH ?x {?a ?b ?c . ?d ?e ?f} GRAPH ?y {?g ?h ?i . ?j ?k ?l}"), STOPPED)
    for name, path in (("star", "(!<a:p>)*"), ("plus", "(!<a:p>)+"), ("both ways", "(!<a:p>|^(!<a:p>))*")):
        yield Attack(8, name, one.format(f"?a {path} ?b . ?c {path} ?d . ?e {path} ?f"), STOPPED)
    yield Attack(8, "nested stars", one.format("?a ((!<a:p>)*/(!<a:p>)*)* ?b . ?c (!<a:p>)* ?d"), STOPPED)
    yield Attack(
        10, "regex by row", one.format(f"{CROSS} FILTER(REGEX(STR(?a), CONCAT(STR(?d), STR(?g))))"), STOPPED
    )
    yield Attack(
        10, "replace by row", one.format(f"{CROSS} FILTER(REPLACE(STR(?a), STR(?d), STR(?g)) = '')"), STOPPED
    )
    for flags in ("i", "s", "x", "im"):
        pattern = f"{CROSS} FILTER(REGEX(STR(?o), CONCAT('(', STR(?a), '|', STR(?d), ')+$'), '{flags}'))"
        yield Attack(10, f"regex by row with {flags}", one.format(pattern), STOPPED)
    doubled = "BIND('x' AS ?x0) " + " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(22))
    hashed = " ".join(f"BIND(SHA512(CONCAT(?x22, '{n}')) AS ?h{n})" for n in range(50))
    yield Attack(11, "sha512", f"SELECT (MAX(?h49) AS ?x) {{ {doubled} ?a ?b ?c {hashed} }}", STOPPED)
    yield Attack(
        11, "md5", f"SELECT (MAX(?h49) AS ?x) {{ {doubled} ?a ?b ?c {hashed.replace('SHA512', 'MD5')} }}", STOPPED
    )
    for name in ("SHA1", "SHA256", "SHA384"):
        by_row = f"MAX({name}(CONCAT(STR(?a), STR(?d), STR(?g), STR(?o)))) AS ?x"
        yield Attack(11, f"{name} by row", f"SELECT ({by_row}) {{ {CROSS} }}", STOPPED)
    yield Attack(
        12, "not exists", one.format(f"{CROSS} FILTER NOT EXISTS {{ ?z ?y ?x FILTER(?x = ?o) }}"), STOPPED
    )
    yield Attack(
        12, "optional", one.format("?a ?b ?c OPTIONAL {?d ?e ?f OPTIONAL {?g ?h ?i . ?j ?k ?l}}"), STOPPED
    )
    yield Attack(12, "minus", one.format(f"{CROSS} MINUS {{ ?a ?y ?z . ?v ?w ?x . ?s ?t ?u }}"), STOPPED)
    yield Attack(12, "contains", one.format(f"{CROSS} FILTER(CONTAINS(STR(?a), STR(?o)))"), STOPPED)
    yield Attack(
        12, "hash join", f"SELECT * {{ {{ {CROSS} }} {{ {CROSS.replace('?a', '?z')} }} }}", STOPPED | REFUSED
    )
    for offset in (10**9, 10**18):
        yield Attack(
            13,
            f"offset {offset}",
            f"SELECT * {{ {CROSS} }} OFFSET {offset} LIMIT 1",
            STOPPED,
            smoke=offset == 10**9,
        )
    yield Attack(13, "offset past counting", f"SELECT * {{ {CROSS} }} OFFSET {10**30} LIMIT 1", REFUSED | STOPPED)
    yield Attack(13, "limit past counting", f"SELECT * {{ ?s ?p ?o }} LIMIT {10**30}", REFUSED | ANSWERED)
    more = "BIND('xxxxxxxx' AS ?x0) " + " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
    yield Attack(14, "concat", f"SELECT ?x40 {{ {more} }}", STOPPED, smoke=True)
    replaced = "BIND('x' AS ?x0) " + " ".join(f"BIND(REPLACE(?x{n}, 'x', 'xx') AS ?x{n + 1})" for n in range(40))
    yield Attack(14, "replace", f"SELECT ?x40 {{ {replaced} }}", STOPPED)
    yield Attack(14, "group concat", f"SELECT (GROUP_CONCAT(STR(?a)) AS ?x) {{ {CROSS} }}", STOPPED)
    yield Attack(14, "encode", f"SELECT (STRLEN(ENCODE_FOR_URI(?x40)) AS ?n) {{ {more} }}", STOPPED)
    yield Attack(15, "distinct", f"SELECT DISTINCT * {{ {CROSS} }}", STOPPED | REFUSED)
    yield Attack(15, "count distinct", f"SELECT (COUNT(DISTINCT *) AS ?n) {{ {CROSS} }}", STOPPED)
    yield Attack(15, "group by", f"SELECT ?a ?d ?g (COUNT(*) AS ?n) {{ {CROSS} }} GROUP BY ?a ?d ?g", STOPPED)
    yield Attack(15, "order by", f"SELECT * {{ {CROSS} }} ORDER BY DESC(?o) ?a", STOPPED)
    yield Attack(15, "order by rand", f"SELECT * {{ {CROSS} }} ORDER BY RAND()", STOPPED)
    large = problem("too-large", "deadline", "memory-limit")
    cut = REFUSED | STOPPED
    yield Attack(16, "stream", f"SELECT * {{ {CROSS} }}", cut, holds=large, smoke=True)
    yield Attack(16, "stream as csv", f"SELECT * {{ {CROSS} }}", cut, "text/csv", large)
    template = " ".join(f"?a <a:p{n}> ?c ." for n in range(50))
    yield Attack(16, "template", f"CONSTRUCT {{ {template} }} {{ {CROSS} }}", cut, "text/turtle", large)
    yield Attack(16, "blank nodes", f"CONSTRUCT {{ _:x <a:p> ?a }} {{ {CROSS} }}", cut, "text/turtle", large)
    yield Attack(16, "large literals", f"SELECT ?x22 {{ {doubled} ?a ?b ?c }}", cut, holds=large)
    yield Attack(17, "everything", "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", ANSWERED, "application/n-triples")
    yield Attack(17, "all rows", "SELECT * { GRAPH ?g { ?s ?p ?o } }", ANSWERED | REFUSED)
    everything, fits = "SELECT * { ?s ?p ?o }", ANSWERED | REFUSED
    yield Attack(17, "all as csv", everything, fits, "text/csv")
    yield Attack(17, "all as xml", everything, fits, "application/sparql-results+xml")
    yield Attack(17, "all described", "DESCRIBE ?s { ?s ?p ?o }", fits, "text/turtle")
    yield Attack(17, "all as RDF/XML", "CONSTRUCT WHERE { ?s ?p ?o }", fits, "application/rdf+xml")


def regular() -> Iterator[Attack]:
    a = "a" * 60
    for name, pattern in (("plus", "(a+)+$"), ("or", "(a|aa)+$"), ("star", "(a*)*b"), ("three", "(.*a){12}$")):
        text = f'ASK {{ FILTER(REGEX("{a}!", "{pattern}")) }}'
        yield Attack(9, f"{name}", text, ANSWERED, holds=says(False), smoke=name == "plus")
    bomb = "((((a{1,99}){1,99}){1,99}){1,99})"
    yield Attack(9, "counted", f'ASK {{ FILTER(REGEX("{a}", "{bomb}")) }}', ANSWERED | STOPPED | REFUSED)
    yield Attack(
        9, "counted classes", 'ASK { FILTER(REGEX("a", "(\\\\p{L}{900}){900}")) }', ANSWERED | STOPPED | REFUSED
    )
    yield Attack(
        9,
        "deep groups",
        f'ASK {{ FILTER(REGEX("a", "{"(" * 5_000}a{")" * 5_000}")) }}',
        ANSWERED | STOPPED | REFUSED,
    )
    yield Attack(9, "no regex", 'ASK { FILTER(REGEX("a", "(((")) }', ANSWERED, holds=says(False))


def federation(sink: str) -> Iterator[Attack]:
    target, body = f"<{sink}/sparql>", "{ ?a ?b ?c }"
    spellings = {
        "plain": f"SERVICE {target} {body}",
        "lower case": f"service {target} {body}",
        "mixed case": f"SeRvIcE {target} {body}",
        "silent": f"SERVICE SILENT {target} {body}",
        "glued": f"SERVICE{target}{body}",
        "glued silent": f"SERVICESILENT{target}{body}",
        "after a comment": f"SERVICE#x\n{target}{body}",
        "after a value": f"?s ?p true.SERVICE{target}{body}",
        "after a number": f"?s ?p 1SERVICE{target}{body}",
        "variable": f"VALUES ?t {{ {target} }} SERVICE ?t {body}",
        "exists": f"FILTER EXISTS {{ SERVICE {target} {body} }}",
        "optional": f"OPTIONAL {{ SERVICE {target} {body} }}",
        "minus": f"MINUS {{ SERVICE {target} {body} }}",
        "subselect": f"{{ SELECT * {{ SERVICE {target} {body} }} }}",
        "after a string": f'BIND("\\"" AS ?x) SERVICE {target} {body}',
        "after a long string": f'BIND("""\\\\""" AS ?x) SERVICE {target} {body}',
        "after an odd IRI": f"FILTER(1 <?x) SERVICE {target} {body} FILTER(2 > 1)",
        "after a tag": f'?s ?p "x"@nlSERVICE {target} {body}',
    }
    for name, spelling in spellings.items():
        yield Attack(18, name, f"SELECT * {{ {spelling} }}", FORBIDDEN | REFUSED, smoke=name == "plain")
    for name, text in (("escape", "\\u0053ERVICE"), ("long escape", "\\U00000053ERVICE"), ("long s", "ſERVICE")):
        yield Attack(18, name, f"SELECT * {{ {text} {target} {body} }}", FORBIDDEN | REFUSED)
    yield Attack(18, "describe", f"DESCRIBE ?a {{ SERVICE {target} {body} }}", FORBIDDEN)
    yield Attack(18, "construct", f"CONSTRUCT {body} WHERE {{ SERVICE {target} {body} }}", FORBIDDEN)
    for name, clause in (("from", f"FROM {target}"), ("from named", f"FROM NAMED {target}")):
        yield Attack(19, name, f"SELECT * {clause} {{ ?s ?p ?o }}", ANSWERED, holds=rows(0))
    yield Attack(19, "file", "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", ANSWERED, holds=rows(0))
    yield Attack(19, "graph", f"SELECT * {{ GRAPH {target} {{ ?s ?p ?o }} }}", ANSWERED, holds=rows(0))
    yield Attack(
        20, "describe", f"DESCRIBE {target}", ANSWERED, "application/n-triples", lambda each: not each.body
    )
    yield Attack(20, "function", f"SELECT (<{sink}/f>(1) AS ?x) {{}}", REFUSED)
    for scheme in ("file:///etc/passwd", "data:text/turtle,%3Ca:a%3E", f"{sink}/a b".replace(" ", "%20")):
        none = lambda each: not each.body  # noqa: E731
        yield Attack(20, f"describe {scheme}", f"DESCRIBE <{scheme}>", ANSWERED, "application/n-triples", none)
    functions = {
        "in a filter": f"ASK {{ FILTER(<{sink}/f>()) }}",
        "in an order": f"SELECT * {{ ?s ?p ?o }} ORDER BY <{sink}/f>(?s)",
        "as an aggregate": f"SELECT (<{sink}/f>(DISTINCT ?s) AS ?x) {{ ?s ?p ?o }} GROUP BY ?s",
        "of XPath": "SELECT (<http://www.w3.org/2005/xpath-functions#doc>('file:///etc/passwd') AS ?x) {}",
        "of a data type": "SELECT (<http://www.w3.org/2001/XMLSchema#nothing>('x') AS ?x) {}",
        "of a script": "SELECT (<http://jena.hpl.hp.com/ARQ/function#js>('1') AS ?x) {}",
    }
    for name, text in functions.items():
        yield Attack(20, f"function {name}", text, REFUSED)
    yield Attack(20, "java", "SELECT (<java:java.lang.System.exit>(1) AS ?x) {}", REFUSED)
    yield Attack(20, "magic", "PREFIX p: <java:x.> SELECT * { ?s p:exec 'id' }", ANSWERED, holds=rows(0))
    yield Attack(21, "soft", f'DEFINE get:soft "replace" SELECT * FROM {target} {{ ?s ?p ?o }}', REFUSED)
    yield Attack(21, "inference", 'define input:inference "x" SELECT * { ?s ?p ?o }', REFUSED)
    yield Attack(21, "bif", "SELECT (bif:exec('id') AS ?x) {}", REFUSED)
    yield Attack(21, "two pragmas", 'DEFINE a:b "c" DEFINE sql:log-enable 3 ASK {}', REFUSED)
    yield Attack(21, "after a prefix", 'PREFIX a: <a:> DEFINE input:same-as "yes" ASK {}', REFUSED)
    yield Attack(21, "transitive", "SELECT * { ?s ?p ?o OPTION (TRANSITIVE, t_distinct) }", REFUSED)
    yield Attack(21, "full text", "SELECT * { ?s ?p ?o . ?o bif:contains 'x' }", REFUSED)
    yield Attack(21, "explain", "EXPLAIN SELECT * { ?s ?p ?o }", REFUSED)
    hint = "SELECT * { ?s ?p ?o . hint:Query hint:optimizer 'None' }"
    prefix = "PREFIX hint: <http://www.bigdata.com/queryHints#>"
    yield Attack(21, "hint", f"{prefix} {hint}", ANSWERED, holds=rows(0))


UPDATES = (
    "INSERT DATA { <a:a> <a:b> <a:c> }",
    "DELETE WHERE { ?s ?p ?o }",
    "CLEAR ALL",
    "DROP SILENT ALL",
    "CREATE GRAPH <a:g>",
    "COPY DEFAULT TO <a:g>",
    "MOVE <a:g> TO DEFAULT",
    "ADD <a:g> TO DEFAULT",
    "WITH <a:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "insert data { <a:a> <a:b> <a:c> }",
    "SELECT * { ?s ?p ?o } ; INSERT DATA { <a:a> <a:b> <a:c> }",
    "ASK {} INSERT DATA { <a:a> <a:b> <a:c> }",
    "PREFIX a: <a:> INSERT { a:a a:b a:c } WHERE {}",
)

LOADS = (
    "LOAD {sink}",
    "LOAD SILENT {sink}",
    "load {sink} into graph <a:g>",
    "LOAD <file:///etc/passwd>",
    "LOAD SILENT <file:///proc/self/environ> INTO GRAPH <a:g>",
    "PREFIX a: <a:> # comment\nLOAD {sink}",
    "BASE {sink} LOAD <x>",
    "ASK {{}} ; LOAD {sink}",
    "LOAD/**/{sink}",
    "\\u004COAD {sink}",
)

WORDS = (
    'ASK { BIND("SERVICE <http://x> {" AS ?x) }',
    "ASK { BIND('''INSERT DATA''' AS ?x) }",
    "ASK { FILTER(<http://x/SERVICE> = <http://x/SERVICE>) }",
    "ASK { } # SERVICE LOAD INSERT",
    "PREFIX service: <a:> ASK { FILTER(service:load = service:load) }",
    "ASK { BIND(1 AS ?SERVICE) BIND(2 AS $INSERT) }",
    'ASK { BIND("x"@service AS ?x) }',
    "ASK { BIND('\\\\' AS ?x) BIND('SERVICE <http://x> {}' AS ?y) }",
    'ASK { BIND("\\"SERVICE\\"" AS ?x) }',
    "BASE <http://x/> ASK { FILTER(<LOAD> = <LOAD>) }",
    "ASK { VALUES ?x { 'DELETE WHERE' 'DROP ALL' } }",
    "PREFIX a: <a:> ASK { FILTER(a:\\-SERVICE = a:\\-SERVICE) }",
    "PREFIX a: <a:> ASK { FILTER(a:SERVICE = a:SERVICE) }",
)


def words(sink: str) -> Iterator[Attack]:
    for number, text in enumerate(UPDATES):
        yield Attack(22, f"update {number}", text, FORBIDDEN | REFUSED, smoke=number == 0)
    for number, text in enumerate(LOADS):
        text = text.format(sink=f"<{sink}/data>")
        yield Attack(23, f"load {number}", text, FORBIDDEN | REFUSED, smoke=number == 0)
    for number, text in enumerate(WORDS):
        yield Attack(24, f"word {number}", text, ANSWERED, holds=says(True), smoke=number == 0)


def characters() -> Iterator[Attack]:
    nul, xml = 'SELECT ("a\\u0000b" AS ?x) {}', "application/sparql-results+xml"
    yield Attack(25, "nul in json", nul, ANSWERED | REFUSED)
    yield Attack(25, "nul in xml", nul, frozenset((400, 406)), xml)
    yield Attack(25, "nul in csv", nul, ANSWERED | frozenset((400, 406)), "text/csv")
    yield Attack(25, "nul in tsv", nul, ANSWERED | frozenset((400, 406)), "text/tab-separated-values")
    yield Attack(25, "nul itself", "ASK { BIND('\0' AS ?x) }", ANSWERED | REFUSED)
    yield Attack(25, "surrogate", "ASK { BIND('\ud800' AS ?x) }", REFUSED)
    yield Attack(25, "escaped surrogate", 'ASK { BIND("\\uD800" AS ?x) }', REFUSED)
    yield Attack(25, "noncharacter in xml", 'SELECT ("\\uFFFF" AS ?x) {}', frozenset((200, 400, 406)), xml)
    yield Attack(25, "line ends in csv", 'SELECT ("a\\r\\n=1+1,b" AS ?x) {}', ANSWERED, "text/csv")
    yield Attack(25, "bidi", 'SELECT ("\u202e\u2066x" AS ?x) {}', ANSWERED)
    yield Attack(25, "script IRI", "SELECT (<javascript:alert(1)> AS ?x) {}", ANSWERED)
    yield Attack(25, "controls in an IRI", 'SELECT (IRI("a:\\r\\nSet-Cookie: x") AS ?x) {}', ANSWERED | REFUSED)
    plain = lambda answer: b"<script>alert" not in answer.body  # noqa: E731
    for accept in ("text/html", "*/*", "application/problem+json"):
        query = "<script>alert(1)</script>"
        yield Attack(27, f"error as {accept}", query, REFUSED, accept, plain)
    long = "SELECT " + "<b>" * 5_000
    yield Attack(
        27,
        "long error",
        long,
        REFUSED,
        "text/html, */*;q=0.1",
        lambda answer: answer.body.count(b"&lt;b&gt;") < 200,
    )


def attacks(sink: str) -> list[Attack]:
    """The whole catalogue; requests that it tries to provoke would go to `sink`."""
    return [
        *nested(),
        *unterminated(),
        *flat(),
        *planning(),
        *endless(),
        *regular(),
        *federation(sink),
        *words(sink),
        *characters(),
    ]
