"""When a thing was made and last changed, where the content does not say it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from pyoxigraph import Literal, Quad
from turtle_text import quads

from publisher.compiler.dates import Dates, fill_dates
from publisher.namespaces import DCT, shorten

OLD = (
    "dct:created '2026-01-05'^^xsd:date ; dct:issued '2026-01-05'^^xsd:date ; dct:modified '2026-02-02'^^xsd:date"
)
BEFORE = f":a a skos:Concept ; skos:prefLabel 'a'@nl ; {OLD} ; skos:note [ skos:notation '1' ] ."
SAME = ":a a skos:Concept ; skos:prefLabel 'a'@nl ; skos:note [ skos:notation '1' ] ."
TODAY = date(2026, 3, 2)


def dated(text: str, before: str = "", recorded: date | None = None, first: date | None = None) -> dict[str, str]:
    """The dates that are added, by property."""
    dates = Dates(TODAY, lambda _: recorded, lambda _: first, quads(before))
    return shown(fill_dates(quads(text), dates, lambda iri: iri.startswith("http://x.example/")))


def shown(found: Sequence[Quad]) -> dict[str, str]:
    assert all(isinstance(each.object, Literal) for each in found)
    return {shorten(each.predicate.value).partition(":")[2]: str(each.object)[1:11] for each in found}


def all_three(created: str, modified: str) -> dict[str, str]:
    return {"created": created, "issued": created, "modified": modified}


def test_what_is_new_has_the_day_of_the_version() -> None:
    assert dated(SAME) == all_three("2026-03-02", "2026-03-02")
    assert dated(SAME, BEFORE.replace(":a", ":b")) == all_three("2026-03-02", "2026-03-02")


def test_what_did_not_change_keeps_its_dates() -> None:
    assert dated(SAME, BEFORE) == all_three("2026-01-05", "2026-02-02")


@pytest.mark.parametrize(
    ("old", "new"),
    [("'a'@nl", "'b'@nl"), ("'1'", "'2'"), ("skos:prefLabel", "skos:altLabel"), ("]", "] ; dct:source 'x'")],
    ids=["another text", "something below it", "another property", "one statement more"],
)
def test_what_changed_has_the_day_of_the_version(old: str, new: str) -> None:
    assert dated(SAME.replace(old, new), BEFORE) == all_three("2026-01-05", "2026-03-02")


def test_a_date_that_is_written_is_not_filled() -> None:
    written = SAME.replace("skos:note", "dct:created '2020-01-01'^^xsd:date ; skos:note")
    before = BEFORE.replace("created '2026-01-05'", "created '2020-01-01'")
    assert dated(written, before) == {"issued": "2026-01-05", "modified": "2026-02-02"}


def test_a_date_that_is_no_longer_written_is_kept() -> None:
    assert dated(SAME, BEFORE)["created"] == "2026-01-05"


def test_the_day_that_was_recorded_outranks_the_others() -> None:
    assert dated(SAME, BEFORE, recorded=date(2025, 5, 5)) == all_three("2025-05-05", "2026-02-02")
    assert dated(SAME, recorded=date(2025, 5, 5)) == all_three("2025-05-05", "2025-05-05")


def test_what_was_gone_for_a_while_is_as_old_as_it_was() -> None:
    assert dated(SAME, BEFORE.replace(":a", ":b"), first=date(2025, 5, 5)) == all_three("2025-05-05", "2026-03-02")


def test_only_concepts_and_schemes_of_ours_have_dates() -> None:
    assert dated(":a a skos:Collection . <http://other.example/b> a skos:Concept .") == {}
    assert DCT["modified"] not in {each.predicate for each in quads(SAME)}
