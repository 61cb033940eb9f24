"""Header values."""

from __future__ import annotations

import pytest

from publisher.web.headers import Link, as_uri, content_type, present


@pytest.mark.parametrize(
    ("iri", "uri"),
    [
        ("http://x.example/a#b?c=d&e", "http://x.example/a#b?c=d&e"),
        ("http://x.example/août", "http://x.example/ao%C3%BBt"),
        ("/doc/ao%C3%BBt", "/doc/ao%C3%BBt"),
        ('/doc/a b"<>\r\nSet-Cookie: x', "/doc/a%20b%22%3C%3E%0D%0ASet-Cookie:%20x"),
    ],
    ids=["plain", "not ASCII", "encoded already", "hostile"],
)
def test_an_IRI_in_a_header_is_ASCII_and_one_word(iri: str, uri: str) -> None:  # noqa: N802
    assert as_uri(iri) == uri


def test_a_link_has_target_relation_and_type() -> None:
    assert str(Link("/x.ttl", "alternate", "text/turtle")) == '</x.ttl>; rel="alternate"; type="text/turtle"'
    assert str(Link("/août", "canonical")) == '</ao%C3%BBt>; rel="canonical"'


def test_text_says_that_it_is_UTF_8() -> None:  # noqa: N802
    assert content_type("text/turtle") == "text/turtle; charset=utf-8"
    assert content_type("application/ld+json") == "application/ld+json"


def test_headers_with_nothing_to_say_are_left_out() -> None:
    assert list(present({"Vary": "", "Allow": "GET"})) == [("Allow", "GET")]
