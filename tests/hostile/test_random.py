"""Attacks at random, several at a time, for as long as the environment variable MINUTES says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hostile.target import Target

MINUTES = float(os.environ.get("MINUTES") or 0.1)
ATTACKERS = 6
TESTS = Path(__file__).parents[1]


@pytest.mark.timeout(MINUTES * 60 + 120)
def test_random_attacks_leave_everyone_else_unharmed(target: Target, capsys: pytest.CaptureFixture[str]) -> None:
    songs = [(each, len(each.answers)) for each in (target.canary.pages, target.canary.queries)]
    command = [sys.executable, "-m", "hostile.attacker", str(target.port), target.sink.address]
    attackers = [
        subprocess.Popen([*command, str(seed), str(MINUTES)], cwd=TESTS, stdout=subprocess.PIPE)
        for seed in range(ATTACKERS)
    ]
    seen: Counter[int] = Counter()
    for each in attackers:
        said, _ = each.communicate()
        seen.update({int(status): count for status, count in json.loads(said).items()})
    with capsys.disabled():
        print(f"\n{MINUTES:g} minutes of {ATTACKERS} attackers at random: {seen.pop(0)} raw requests, "
              f"{seen.total()} queries with statuses {dict(sorted(seen.items()))}")  # fmt: skip
        print(*(song.report(since) for song, since in songs), sep="\n")
    assert set(seen) <= {200, 400, 403, 406, 413, 415, 429, 500, 503, 504}
