"""Every query of the catalogue has one of its statuses, in time, and harms nobody."""

from __future__ import annotations

import json

import pytest
from hostile.queries import Attack, attacks
from hostile.target import DEADLINE, Target

SINK = "http://sink.invalid"
"""Stands for the address of the sink, which is known only when the tests run."""

CATALOGUE = [pytest.param(each, id=str(each), marks=[pytest.mark.smoke] * each.smoke) for each in attacks(SINK)]


@pytest.mark.parametrize("attack", CATALOGUE)
def test_a_hostile_query_is_answered_as_it_should(target: Target, patient: float, attack: Attack) -> None:
    answer = target.query(attack.query.replace(SINK, target.sink.address), str(attack), attack.accept)
    assert answer.status in attack.statuses, answer.body[:300]
    assert attack.holds(answer), answer.body[:300]
    assert answer.seconds < DEADLINE + 1 + patient
    assert b"Traceback" not in answer.body
    if answer.status == 200:
        assert int(answer.headers["content-length"]) == len(answer.body)
        if "json" in attack.accept:
            json.loads(answer.body)
    else:
        assert answer.headers["cache-control"] == "no-store"
        assert len(answer.body) < 20_000


def test_the_catalogue_is_long_enough() -> None:
    assert len(CATALOGUE) >= 98
    assert len({str(each.values[0]) for each in CATALOGUE}) == len(CATALOGUE)
