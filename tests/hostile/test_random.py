"""Attacks at random, several at a time, for as long as the environment variable MINUTES says."""

from __future__ import annotations

import os
import random
import statistics
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
def test_random_attacks_leave_everyone_else_unharmed(target: Target) -> None:
    until = time.monotonic() + MINUTES * 60
    seen: Counter[int] = Counter()
    queries = attacks(target.sink.address)
    target.canary.lenient = True
    target.canary.seconds.clear()

    def attack(seed: int) -> None:
        chance = random.Random(20261123 + seed)
        while time.monotonic() < until:
            if chance.random() < 0.3:
                target.raw(chance.choice(WIRE).data, f"random {seed}", 2)
            else:
                seen[
                    target.query(chance.choice(queries).query, f"random {seed} {chance.randrange(50)}").status
                ] += 1

    attackers = [threading.Thread(target=attack, args=[seed]) for seed in range(ATTACKERS)]
    for each in attackers:
        each.start()
    for each in attackers:
        each.join()
    times = sorted(target.canary.seconds)
    print(f"\n{sum(seen.values())} queries, {dict(seen)}; canary sang {len(times)} times, "
          f"median {statistics.median(times) * 1000:.0f} ms, p99 {times[int(len(times) * 0.99)] * 1000:.0f} ms, "
          f"worst {times[-1] * 1000:.0f} ms")  # fmt: skip
    assert set(seen) <= {200, 400, 403, 406, 413, 415, 429, 500, 503, 504}
