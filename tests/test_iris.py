"""The identifier policy: IRI to path and back."""

import pytest

from publisher import iris

POLICY = iris.policy(
    "https://x.example",
    (
        iris.Own("http://zbw.example/stw", "/stw"),
        iris.Own("http://hash.example/terms#", "/terms"),
        iris.Own("http://slash.example/v/", "/v/", 200),
    ),
)


@pytest.mark.parametrize(
    ("iri", "thing", "document"),
    [
        ("https://x.example/id/concept/a", "/id/concept/a", "/doc/concept/a"),
        ("https://x.example/ns/own#Term", "/ns/own", "/ns/own"),
        ("http://zbw.example/stw", "/stw", "/doc/stw"),
        ("http://zbw.example/stw/descriptor/1", "/stw/descriptor/1", "/doc/stw/descriptor/1"),
        ("http://zbw.example/stwx", None, None),
        ("http://hash.example/terms#a", "/terms", "/doc/terms"),
        ("http://slash.example/v/a#part", "/v/a", "/doc/v/a"),
        ("https://x.example/id/é", "/id/%C3%A9", "/doc/%C3%A9"),
        ("https://x.example/id/%c3%a9", "/id/%C3%A9", "/doc/%C3%A9"),
        ("https://elsewhere.example/id/a", None, None),
    ],
)
def test_each_iri_has_one_path_and_one_document(iri: str, thing: str | None, document: str | None) -> None:
    assert POLICY.path_of(iri) == thing
    assert POLICY.document_path(iri) == document


def test_a_namespace_may_answer_at_once() -> None:
    assert POLICY.answer_of("http://slash.example/v/a") == 200
    assert POLICY.answer_of("https://x.example/id/a") == 303
    assert POLICY.answer_of("https://x.example/ns/a") == 200


def test_only_our_own_namespaces_are_minted_in() -> None:
    assert POLICY.minted("https://x.example/id/a")
    assert not POLICY.minted("http://zbw.example/stw/a")
    assert not POLICY.minted("https://x.example/doc/a")
