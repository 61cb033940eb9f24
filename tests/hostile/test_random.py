"""Attacks at random, several at a time, for as long as the environment variable MINUTES says."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter

import pytest
from hostile.queries import attacks
from hostile.target import Target
from hostile.wire import WIRE

MINUTES = float(os.environ.get("MINUTES") or 0.1)
ATTACKERS = 6


@pytest.mark.timeout(MINUTES * 60 + 120)
def test_random_attacks_leave_everyone_else_unharmed(target: Target, capsys: pytest.CaptureFixture[str]) -> None:
    until = time.monotonic() + MINUTES * 60
    seen: Counter[int] = Counter()
    raw: Counter[int] = Counter()
    queries = attacks(target.sink.address)
    songs = [(each, len(each.answers)) for each in (target.canary.pages, target.canary.queries)]

    def attack(seed: int) -> None:
        chance = random.Random(20261123 + seed)
        while time.monotonic() < until:
            if chance.random() < 0.3:
                target.raw(chance.choice(WIRE).data, f"random {seed}", 2)
                raw[seed] += 1
            else:
                client = f"random {seed} {chance.randrange(50)}"
                seen[target.query(chance.choice(queries).query, client).status] += 1

    attackers = [threading.Thread(target=attack, args=[seed]) for seed in range(ATTACKERS)]
    for each in attackers:
        each.start()
    for each in attackers:
        each.join()
    with capsys.disabled():
        print(f"\n{MINUTES:g} minutes, {ATTACKERS} attackers, {raw.total()} raw requests, {seen.total()} queries:")
        print(dict(sorted(seen.items())), *(song.report(since) for song, since in songs), sep="\n")
    assert set(seen) <= {200, 400, 403, 406, 413, 415, 429, 500, 503, 504}
