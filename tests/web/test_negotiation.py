"""Content negotiation by RFC 9110, as a table."""

from __future__ import annotations

import pytest

from publisher.web.negotiation import LONGEST, accepted_codings, choose

HTML, TURTLE, JSON_LD, RDF_XML = "text/html", "text/turtle", "application/ld+json", "application/rdf+xml"
OFFERS = (HTML, TURTLE, JSON_LD, RDF_XML)
BROWSER = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)

CASES = {
    "no header": (None, HTML),
    "empty": ("", HTML),
    "spaces": ("  ", HTML),
    "anything": ("*/*", HTML),
    "exact": (TURTLE, TURTLE),
    "upper case": ("TEXT/Turtle", TURTLE),
    "browser": (BROWSER, HTML),
    "highest quality wins": ("text/turtle;q=0.9, application/ld+json", JSON_LD),
    "quality of three digits": ("text/turtle;q=0.501, application/ld+json;q=0.5", TURTLE),
    "first offer wins ties, whatever the order": ("application/rdf+xml, text/turtle", TURTLE),
    "HTML wins ties": ("text/turtle, text/html", HTML),
    "anything but HTML": ("text/html;q=0, */*", TURTLE),
    "the type over its family": ("text/*;q=0.9, text/html;q=0.1", TURTLE),
    "the family over anything": ("*/*;q=0.9, text/*;q=0.1", JSON_LD),
    "nothing we have": ("application/pdf", None),
    "all refused": ("*/*;q=0", None),
    "only the refused": ("text/turtle;q=0", None),
    "refused in three digits": ("text/turtle;q=0.000", None),
    "upper case Q": ("text/turtle;Q=0.2, text/html;q=0.1", TURTLE),
    "space around": ("text/turtle ; q=0.2 , text/html;q=0.1", TURTLE),
    "empty members": (", ,text/turtle,,", TURTLE),
    "charset is what we send": ("text/turtle;charset=utf-8", TURTLE),
    "charset in capitals": ('text/turtle;charset="UTF-8"', TURTLE),
    "another charset than ours": ("text/turtle;charset=latin1, text/html", HTML),
    "profile of JSON-LD": ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', JSON_LD),
    "profile beside anything": ("application/ld+json;profile=http://x.example/, */*;q=0.1", JSON_LD),
    "comma in a quoted string": ('text/turtle;x="a,b;c";q=0.1, application/rdf+xml;q=0.2', RDF_XML),
    "quote in a quoted string": ('text/turtle;x="a\\",b";q=0.5, text/html;q=0.4', TURTLE),
    "a plain range decides over one with a parameter": ("text/html;level=1, text/html;q=0.2, text/turtle", TURTLE),
    "quality of three and of four digits": ("text/turtle;q=0.1234, text/html;q=0.1", HTML),
    "malformed quality": ("text/turtle;q=high, application/ld+json;q=0.1", JSON_LD),
    "quality above 1": ("text/turtle;q=2, application/ld+json;q=0.1", JSON_LD),
    "negative quality": ("text/turtle;q=-1, application/ld+json;q=0.1", JSON_LD),
    "quality without a zero": ("text/turtle;q=.2, text/html;q=0.1", TURTLE),
    "no slash": ("turtle, application/ld+json", JSON_LD),
    "nothing readable": ("turtle", HTML),
    "any type of one subtype": ("*/turtle, application/ld+json", JSON_LD),
    "unclosed quote": ('text/turtle;x="a, application/ld+json', HTML),
    "parameter without value": ("text/turtle;x, application/ld+json", JSON_LD),
    "Java": ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", HTML),
    "rdflib": (f"{RDF_XML},text/rdf+n3;q=0.9,application/xhtml+xml;q=0.5, */*;q=0.1", RDF_XML),
}


@pytest.mark.parametrize(("accept", "chosen"), CASES.values(), ids=CASES)
def test_the_best_offer_is_chosen(accept: str | None, chosen: str | None) -> None:
    assert choose(accept, OFFERS) == chosen


def test_an_offer_with_a_parameter_is_met_by_the_range_with_it() -> None:
    offers = ("text/html", "text/html;level=1")
    assert choose("text/html;level=1, text/html;q=0.7", offers) == "text/html;level=1"


@pytest.mark.parametrize("filler", ["a/b,", ",", 'a/b;x="', "q=", ";;;;", '"\\'])
def test_what_stands_behind_the_longest_header_is_not_read(filler: str) -> None:
    header = "text/turtle," + filler * (LONGEST // len(filler) + 1) + ", text/html"
    assert choose(header, OFFERS) == TURTLE


def test_a_member_cut_in_two_is_ignored() -> None:
    header = "text/turtle;q=0.5," + " " * (LONGEST - 27) + "text/html;q=0.9"
    assert choose(header, OFFERS) == TURTLE


CODINGS = {
    "no header": (None, "identity"),
    "empty": ("", "identity"),
    "browser": ("gzip, deflate, br, zstd", "br gzip identity"),
    "an older browser": ("gzip, deflate", "gzip identity"),
    "the older name": ("x-gzip", "gzip identity"),
    "capitals": ("GZIP;Q=0.5", "gzip identity"),
    "qualities": ("br;q=0.5, gzip", "gzip br identity"),
    "plain bytes first": ("identity, gzip;q=0.5", "identity gzip"),
    "anything": ("*", "br gzip identity"),
    "anything else": ("*;q=0.2, gzip;q=0.3, br;q=0", "gzip identity"),
    "no plain bytes": ("gzip, identity;q=0", "gzip"),
    "no plain bytes by omission": ("br, *;q=0", "br"),
    "plain bytes only": ("identity, *;q=0", "identity"),
    "nothing at all": ("*;q=0", ""),
    "no plain bytes and nothing else": ("identity;q=0", ""),
    "what we do not have": ("zstd, deflate", "identity"),
    "refused": ("gzip;q=0, br;q=0.000", "identity"),
    "malformed quality": ("gzip;q=high, br;q=2", "identity"),
    "malformed name": ("gz ip, br;q=1", "br identity"),
    "with a parameter": ("gzip;x=1;q=1, br", "br identity"),
    "too long": ("x," * LONGEST + "br", "identity"),
}


@pytest.mark.parametrize(("header", "accepted"), CODINGS.values(), ids=CODINGS)
def test_codings_stand_in_the_order_of_the_client(header: str | None, accepted: str) -> None:
    assert " ".join(accepted_codings(header, ("br", "gzip", "identity"))) == accepted
