"""How a resource stands."""

from __future__ import annotations

import pytest
from turtle_text import quads

from publisher.profiles.status import Status, status_iri, status_of, successors_in

ADMS = "adms:status status:"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("a skos:Concept", Status.CURRENT),
        (f"{ADMS}Completed", Status.CURRENT),
        (f"{ADMS}UnderDevelopment", Status.UNFINISHED),
        (f"{ADMS}Deprecated", Status.DEPRECATED),
        ("owl:deprecated true", Status.DEPRECATED),
        ("owl:deprecated false", Status.CURRENT),
        (f"{ADMS}Withdrawn", Status.WITHDRAWN),
        (f"{ADMS}UnderDevelopment ; owl:deprecated true", Status.DEPRECATED),
        (f"{ADMS}Deprecated, status:Withdrawn", Status.WITHDRAWN),
        ('adms:status "Withdrawn"', Status.CURRENT),
    ],
)
def test_the_last_that_is_said_of_a_resource_holds(said: str, status: Status) -> None:
    assert status_of(quads(f":a {said} .")) == status


@pytest.mark.parametrize("status", [each for each in Status if each])
def test_each_status_has_an_iri_that_says_so(status: Status) -> None:
    assert status_of(quads(f":a adms:status {status_iri(status)} .")) == status


def test_either_end_says_what_replaces_a_resource() -> None:
    found = successors_in(quads(":a dct:isReplacedBy :b . :c dct:replaces :a . :d dct:relation :a ."))
    assert found == {"http://x.example/a": {"http://x.example/b", "http://x.example/c"}}
