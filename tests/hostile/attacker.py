"""A program that attacks at random until its time is over. Arguments: port, address of the sink, seed, minutes.

It is a process of its own so that the canary, in another, waits for the server only. It prints how often it got
which status, 0 for raw requests, as JSON.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter

from hostile.client import Client
from hostile.queries import attacks
from hostile.wire import WIRE


def main() -> None:
    """Attack with queries and now and then with bytes that are no request, from fifty addresses."""
    port, sink, seed, minutes = sys.argv[1:]
    target, queries, chance = Client(int(port)), attacks(sink), random.Random(20261123 + int(seed))
    seen: Counter[int] = Counter()
    until = time.monotonic() + float(minutes) * 60
    while time.monotonic() < until:
        if chance.random() < 0.3:
            target.raw(chance.choice(WIRE).data, f"random {seed}", 2)
            seen[0] += 1
        else:
            seen[target.query(chance.choice(queries).query, f"random {seed} {chance.randrange(50)}").status] += 1
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
