"""The gate lets queries through and stops bombs, SERVICE and updates, however they are spelt."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from random import Random

import pytest
from pyoxigraph import Store
from sparql import fuzz

from publisher.config import Sparql
from publisher.errors import PublisherError, QuerySyntaxError
from publisher.sparql import Form
from publisher.sparql.gate import admit

Verdict = Callable[..., str]

P = "PREFIX ex: <http://example.org/> PREFIX service: <http://example.org/service/> "

VALID = {
    "select": "SELECT * WHERE { ?s ?p ?o }",
    "nothing but terminals": "SELECT*{?s?p?o}",
    "lower case": "select distinct ?s where { ?s a ?o } limit 10",
    "service in a string": 'ASK { ?s ?p "SERVICE <http://x> {}" }',
    "service in a long string": 'ASK { ?s ?p """a "" SERVICE <http://x>\n{} \\""" """ }',
    "service in a single-quoted long string": "ASK { ?s ?p '''SERVICE 'x' {} ''' }",
    "service in an IRI": "ASK { ?s ?p <http://example.org/SERVICE> }",
    "service in a comment": "ASK { ?s ?p ?o # SERVICE <http://x> {}\n }",
    "service as a prefix": P + "ASK { ?s service:of ?o . service:a service:b service:c }",
    "service as the prefix of a graph": P + "ASK { GRAPH service:graph { ?s ?p ?o } }",
    "service in a local name": P
    + "ASK { ?s ex:SERVICE ex:service.of . ex:-service ?p ?o }".replace("ex:-", "ex:x-"),
    "service as a variable": "ASK { ?service ?SERVICE $service }",
    "service in a language tag": 'ASK { ?s ?p "x"@service }',
    "service in a blank node": "ASK { _:service ?p ?o }",
    "update words as names": P + "ASK { ?insert ex:delete ex:load . ?with ?add 'DROP' }",
    "less than": "ASK { ?s ?p ?o FILTER(?o < 3 && 2 > ?o) }",
    "less than without blanks": "ASK { ?s ?p ?a, ?b FILTER(?a<?b&&?b>?a) }",
    "less than and parentheses": "ASK { ?s ?p ?a, ?b FILTER(?a<(?b+1)&&(?b)>?a) }",
    "less than an IRI": "ASK { ?s ?p ?o FILTER(?o<<http://example.org/>) }",
    "at most": "ASK { ?s ?p ?o FILTER(?o<=3||?o>=5) }",
    "hash IRI after a variable": "BASE <http://example.org/> ASK { ?s <#p> <#o> }",
    "apostrophe in an IRI": "ASK { ?s ?p <http://example.org/d'Artagnan> . ?s ?q 'x' }",
    "parentheses in an IRI": "ASK { ?s ?p <http://example.org/Foo_(bar)> }",
    "list of hash IRIs": "ASK { ?s ?p (<http://example.org/#a> <http://example.org/#b>) }",
    "combining mark": P + "ASK { ?s ex:e\u0301 ?e\u0301 }",
    "escaped local name": P + "ASK { ?s ex:a\\-b\\(c\\) ex:%41 }",
    "escapes in strings": r'ASK { ?s ?p "\t\"\\\u00e9\U0001F600", "\u0022" }',
    "escape in an IRI": r"ASK { ?s ?p <http://example.org/\u00e9> }",
    "dots": P + "ASK { ?s ex:a.b 1.5 . ?s ?p 1. ?s ?p .5, 1e3, 1.0e-3, -1 . }",
    "dot after a boolean": "ASK { ?s ?p true.?s ?q false }",
    "datatype": 'ASK { ?s ?p "1"^^<http://www.w3.org/2001/XMLSchema#integer> }',
    "language": 'ASK { ?s ?p "x"@nl-BE }',
    "path": P + "ASK { ?s ex:a/ex:b*|^ex:c+/(ex:d?)|!(ex:e|^ex:f) ?o }",
    "property list": P + "ASK { ?s ex:a [ ex:b ?c ; ex:d (1 2 3) ] ; ex:e ?f , ?g }",
    "values": "SELECT * { VALUES (?a ?b) { (1 UNDEF) (<http://example.org/> 'x') } }",
    "functions": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o FILTER(REGEX(STR(?o), '^a{2}') && ?o IN (1, 2)) }",
    "not exists": "ASK { ?s ?p ?o FILTER NOT EXISTS { ?s ?q 1 } MINUS { ?s ?r 2 } }",
    "subquery": "SELECT ?s { { SELECT ?s { ?s ?p ?o } GROUP BY ?s HAVING (COUNT(*) > 1) } }",
    "from": "SELECT * FROM <http://example.org/a> FROM NAMED <http://example.org/b> { ?s ?p ?o }",
    "construct": P + "CONSTRUCT { ?s ex:p [] } WHERE { ?s ?p ?o }",
    "construct where": "CONSTRUCT WHERE { ?s ?p ?o }",
    "describe": P + "DESCRIBE ex:a <http://example.org/b> ?c { ?c ?p ?o }",
    "carriage returns": "SELECT *\r{\r\n?s ?p ?o # a comment\r}",
    "triple terms": P + "ASK { ?s ?p <<( ex:a ex:b ex:c )>> }",
    "triple terms without blanks": P + "ASK { ?s ?p <<(ex:a ex:b ex:c)>>,<<(ex:a ex:b 1)>> }",
    "triple terms in triple terms": P + "SELECT (<<( ex:a ex:b <<( ex:c ex:d <urn:e'f#g> )>> )>> AS ?t) {}",
    "triple terms in values": P
    + "SELECT * { VALUES (?a ?b) { (1 <<( ex:a ex:b 1 )>>) (<urn:d'A> <#x>) } }".replace("<#x>", "<urn:x#y>"),
    "triple terms compared": P + "ASK { ?s ?p ?o FILTER(?o = <<( ex:a ex:b 1 )>> && ?o<<<( ex:a ex:b 1 )>>) }",
    "many triple terms": P + "ASK { " + "?s ?p <<( ex:a ex:b ex:c )>> . " * 60 + "}",
    "triple functions": P + "ASK { BIND(TRIPLE(ex:a, ex:b, 1) AS ?t) FILTER(isTRIPLE(?t) && SUBJECT(?t) = ex:a) }",
    "reified triples": P + "ASK { << ?s ex:b ex:c >> ?p ?o . << ?s ex:b ex:c ~ ex:r >> ?p ?o . << ?s ?p 1 >> . }",
    "annotations": P
    + "ASK { ?s ex:b ex:c {| ?p ?o ; ex:p 1 |} . ?s ex:b 1 ~ ex:r {| ?p ?o |} {| ?q 1 |}, 2 ~ , 3 ~?x }",
    "annotations without blanks": P + "ASK{?s ex:b ex:c~ex:r{|?p?o|}{|?p?o{|?p?o|}|}}",
    "annotations in a template": P + "CONSTRUCT { ?s ?p ?o {| ex:by ex:me |} } WHERE { ?s ?p ?o }",
    "version": "VERSION '1.2' BASE <http://example.org/> VERSION \"1.2-basic\" ASK { <a> ?p 'x'@ar--rtl }",
    "directions": "SELECT (LANGDIR('x'@en--ltr) AS ?d) (STRLANGDIR('x', 'en', 'ltr') AS ?l) {}",
}


@pytest.mark.parametrize("text", VALID.values(), ids=VALID)
def test_a_valid_query_passes_gate_and_engine(text: str, verdict: Verdict) -> None:
    assert verdict(text) in list(Form)
    Store().query(text)


X = "SERVICE <http://127.0.0.1:9/> { ?a ?b ?c }"
FEDERATED = {
    "plain": f"ASK {{ {X} }}",
    "lower case": f"ASK {{ {X.lower()} }}",
    "silent": f"ASK {{ {X.replace('SERVICE', 'SERVICE SILENT')} }}",
    "silent without a blank": f"ASK {{ {X.replace('SERVICE', 'SERVICESILENT')} }}",
    "variable": "ASK { ?s ?p ?o SERVICE ?o { ?a ?b ?c } }",
    "prefixed name": "PREFIX x: <http://127.0.0.1:> ASK { SERVICE x:9 { ?a ?b ?c } }",
    "prefixed name without a blank": "PREFIX x: <http://127.0.0.1:> ASK { SERVICEx:9 { ?a ?b ?c } }",
    "silent prefixed name": "PREFIX x: <http://127.0.0.1:> ASK { serviceSilentx:9{ ?a ?b ?c } }",
    "after a boolean": f"ASK {{ ?s ?p true{X} }}",
    "after a boolean and a dot": f"ASK {{ ?s ?p true.{X} }}",
    "after a number": f"ASK {{ ?s ?p 1{X} }}",
    "after dots in a name": P + f"ASK {{ ?s ?p ex:a.b.{X} }}",
    "after a comment": f"ASK {{ # comment\r{X}\n }}",
    "after an empty string": f"ASK {{ ?s ?p ''.{X} ?s ?q '' }}",
    "after an escaped backslash": f'ASK {{ ?s ?p "\\u005C". {X} ?s ?q "" }}',
    "after a comparison and a comment": f'ASK {{ ?s ?p ?o FILTER(?o<?s#>"""\n) {X} #"""\n }}',
    "after a comparison and a string": f"ASK {{ ?s ?p ?o FILTER(?o<'>' ) {X} FILTER(?o='') }}",
    "in a subquery": f"SELECT * {{ {{ SELECT * {{ {X} }} }} }}",
    "in an exists": f"ASK {{ ?s ?p ?o FILTER EXISTS {{ {X} }} }}",
    "in a string that is closed": f"ASK {{ ?s ?p '''a'''. {X} }}",
    "after a triple term": P + f"ASK {{ ?s ?p <<( ex:a ex:b ex:c )>>{X} }}",
    "after a string in a triple term": P + f"ASK {{ ?s ?p <<( ex:a ex:b '<<(' )>> {X} ?s ?q ')>>' }}",
    "after a reified triple": P + f"ASK {{ << ex:a ex:b ex:c >>{X} }}",
    "after an annotation": P + f"ASK {{ ex:a ex:b ex:c {{| ex:d ''|}}{X} }}",
    "after a reifier": P + f"ASK {{ ex:a ex:b ex:c ~{X} }}",
    "after a reifier with a name": P + f"ASK {{ ex:a ex:b ex:c~ex:r {X} }}",
    "after a comparison that looks like a triple": "BASE <http://b/> "
    + f"ASK {{ ?s ?p ?o FILTER(?o<<(')>) {X} FILTER(?o=')>>') }}",
    "after values that look like a comparison": "ASK { VALUES (?a ?b) { (1 <urn:'>) } "
    + f"{X} VALUES ?c {{ '' }} }}",
    "after a version": f"VERSION 'SERVICE' ASK {{ {X} }}",
}


@pytest.mark.parametrize("text", FEDERATED.values(), ids=FEDERATED)
def test_service_is_refused(text: str, verdict: Verdict) -> None:
    # The engine would take it: it says nothing about syntax. It never speaks with port 9.
    with contextlib.suppress(OSError):
        Store().query(text)
    assert verdict(text) in ("QueryNotAllowed", "QuerySyntaxError")


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <http://a> <http://b> 1 }",
        "PREFIX ex: <http://example.org/> DELETE WHERE { ?s ?p ?o }",
        "WITH <http://g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "LOAD <file:///etc/passwd>",
        "CLEAR ALL",
        "drop silent graph <http://g>",
        "ADD DEFAULT TO <http://g>",
        "ASK { } ; DROP ALL",
    ],
)
def test_updates_are_refused(text: str, verdict: Verdict) -> None:
    assert verdict(text) == "QueryNotAllowed"


NUMBERS = " ".join(map(str, range(200)))
BOMBS = {
    "braces": "ASK " + "{" * 3000,
    "balanced braces": "ASK " + "{" * 3000 + "}" * 3000,
    "parentheses": "ASK { FILTER(" + "(" * 1000 + "1" + ")" * 1001 + "}",
    "functions": "ASK { FILTER(" + "STR(" * 1000 + "1" + ")" * 1001 + "}",
    "exists": "ASK { " + "FILTER EXISTS { " * 300 + "} " * 301,
    "subqueries": "SELECT * " + "{ SELECT * " * 300 + "{} " + "}" * 300,
    "optionals in one group": "ASK { " + "OPTIONAL { ?s ?p ?o } " * 100 + "}",
    "unions": "ASK { {} " + "UNION {} " * 3000 + "}",
    "filters": "ASK { " + "FILTER(1) " * 3000 + "}",
    "conjunctions": "ASK { FILTER(1" + "&&1" * 3000 + ") }",
    "sums": "ASK { FILTER(1" + "+1" * 3000 + ") }",
    "negations": "ASK { FILTER(" + "!" * 3000 + "1) }",
    "sums in what looks like an IRI": "ASK { FILTER(?a<1" + "+1" * 3000 + ">1) }",
    "parentheses in what looks like an IRI": "ASK { FILTER(?a<" + "(" * 100 + "1" + ")" * 100 + ">1) }",
    "triple terms": "ASK { ?s ?p " + "<<( ?a ?b " * 300 + "1" + " )>>" * 300 + "}",
    "blank nodes": "ASK { ?s ?p " + "[ ?p " * 300 + "1" + " ]" * 300 + "}",
    "path": "ASK { ?s <http://p>" + "/<http://p>" * 200 + " ?o }",
    "patterns": "ASK { " + "?s ?p ?o . " * 128 + "}",
    "patterns between filters": "ASK { " + "?s ?p ?o FILTER(1) " * 128 + "}",
    "objects": "ASK { ?s ?p 0" + ", 1" * 128 + " }",
    "properties": "ASK { ?s ?p 0" + "; ?p 1" * 128 + " }",
    "list": f"ASK {{ ?s ?p ({NUMBERS}) }}",
    "annotations": "ASK { ?s ?p ?o " + "{| ?p ?o |} " * 128 + "}",
    "annotations on annotations": "ASK { ?s ?p ?o " + "{| ?p ?o " * 128 + "|} " * 128 + "}",
    "reifiers": "ASK { ?s ?p ?o " + "~ ?r " * 128 + "}",
    "reified triples": "ASK { " + "<< ?s ?p ?o >> ?q 1 . " * 128 + "}",
    "reified triples in reified triples": "ASK { " + "<< " * 128 + "?s" + " ?p ?o >>" * 128 + " ?p ?o }",
    "tokens": "SELECT * { VALUES ?x { " + "1 " * 100_000 + "} }",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused(text: str, verdict: Verdict) -> None:
    assert verdict(text) == "QueryTooComplex"


def test_brackets_left_open_in_what_looks_like_an_iri_are_refused(verdict: Verdict) -> None:
    text = "ASK { FILTER(?a<" + "(" * 500 + "?b>?c&&?a<?b" + ")" * 500 + "&&?a>1) }"
    assert verdict(text) == "QuerySyntaxError"


LARGE = {
    "thousands of values": "SELECT * { VALUES ?x { " + "<http://example.org/x> " * 9000 + "} ?x ?p ?o }",
    "thousands of rows": "SELECT * { VALUES (?x ?y) { " + "(<http://example.org/x> 1) " * 9000 + "} ?x ?p ?o }",
    "thousands of members": "ASK { ?s ?p ?o FILTER(?o IN (" + "1, " * 9000 + "2)) }",
    "many groups": "ASK { " + " UNION ".join(["{ ?s ?p ?o . ?s ?q 1 }"] * 200) + " }",
    "many names": "ASK { ?s ?p '" + "x" * 400_000 + "' }",
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_a_large_honest_query_passes(text: str, verdict: Verdict) -> None:
    assert verdict(text) in list(Form)


QUADRATIC = {
    "words and dots": "ASK { " + "a." * 200_000,
    "brackets": "ASK { " + "<" * 400_000,
    "open string": "ASK { ?s ?p '" + "''" * 200_000,
    "open long string": 'ASK { ?s ?p """' + '""x' * 150_000,
    "dots in a name": "ASK { x:a" + "." * 400_000,
    "comments": "#\n" * 250_000,
    "backslashes": 'ASK { ?s ?p "' + "\\\\" * 200_000,
    "digits": "ASK { " + "1" * 400_000 + "e",
    "percent signs": "ASK { x:" + "%41" * 130_000 + "%4",
    "language": 'ASK { ?s ?p "x"@a' + "-a" * 200_000 + "--",
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", QUADRATIC.values(), ids=QUADRATIC)
def test_no_text_makes_the_gate_itself_slow(text: str) -> None:
    with contextlib.suppress(PublisherError):
        admit(text, Sparql())


def test_the_gate_agrees_with_the_engine_on_random_texts(verdict: Verdict) -> None:
    """Nothing in which the engine reads SERVICE passes, and what is plainly a query does."""
    random = Random(12)
    for _ in range(300):
        text = fuzz.query(random)
        for each in (text, fuzz.mangled(random, text)):
            assert verdict(each) not in list(Form) or not fuzz.federates(each), each
        if fuzz.accepts(text) and "service" not in text[len(fuzz.PROLOGUE) :].lower():
            assert verdict(text) in list(Form), text


def test_a_refusal_names_limit_value_and_setting() -> None:
    with pytest.raises(
        PublisherError, match=r"5 levels deep; this endpoint reads 4 \(setting `depth` in \[sparql\]\)"
    ):
        admit("ASK {{{{{ }}}}}", Sparql(depth=4))


def test_a_text_that_is_too_long_is_not_looked_at(verdict: Verdict) -> None:
    assert verdict("ASK { }" + " " * 100, characters=100) == "QueryTooLong"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("ASK {\n  ?s \\u0070 ?o }", "2:6"),
        ("ASK {\n\n ?s ?p ?o ]", "3:11"),
        ("ASK {\n {", "2:2"),
        ("ASK { \u00a0 }", "1:7"),
        ("ASK { ?s ?p 'x\n' }", "1:13"),
        ("\ufeffASK {}", "1:1"),
    ],
    ids=["backslash", "wrong bracket", "open bracket", "no-break space", "open string", "byte order mark"],
)
def test_a_syntax_error_has_line_and_column(text: str, place: str) -> None:
    with pytest.raises(QuerySyntaxError, match=f"at {place}"):
        admit(text, Sparql())


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "# nothing",
        "PREFIX a: <http://a>",
        "SELECTION ?x",
        "{}",
        "\x00",
        "\ud800",
        "ASK { ?s ?p '\ud800' }",
    ],
)
def test_what_is_no_query_is_a_syntax_error(text: str, verdict: Verdict) -> None:
    assert verdict(text) == "QuerySyntaxError"


def test_blanks_and_comments_do_not_change_the_digest() -> None:
    one, two = (admit(text, Sparql()) for text in ("ASK{?s ?p 1}", "ASK # x\n { ?s  ?p 1\t}"))
    assert one.digest == two.digest
    assert one.digest != admit("ASK{?s ?p 2}", Sparql()).digest


@pytest.mark.parametrize(
    ("text", "own"),
    [("SELECT * FROM <http://g> {}", True), ("SELECT ?from { ?from ?p 'FROM' }", False)],
    ids=["FROM", "no FROM"],
)
def test_a_dataset_of_its_own_is_seen(text: str, own: bool) -> None:
    assert admit(text, Sparql()).dataset is own


def test_a_graph_must_be_an_iri() -> None:
    with pytest.raises(QuerySyntaxError, match="absolute IRI"):
        admit("ASK {}", Sparql(), default_graphs=["no iri"])
