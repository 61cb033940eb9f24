"""Every request of the catalogue has one of its statuses, and its answer says nothing that it must not."""

from __future__ import annotations

import json
import re

import pytest
from hostile.target import Target
from hostile.wire import DOCUMENT, THING, WIRE, Wire

CATALOGUE = [pytest.param(each, id=str(each), marks=[pytest.mark.smoke] * each.smoke) for each in WIRE]


@pytest.mark.parametrize("attack", CATALOGUE)
def test_hostile_bytes_are_answered_as_they_should(target: Target, attack: Wire) -> None:
    answer = target.raw(attack.data, str(attack))
    status = int(answer[9:12]) if answer.startswith(b"HTTP/1.") else 0
    assert status in attack.statuses, answer[:500]
    assert len(re.findall(rb"HTTP/1\.[01] \d{3} ", answer)) <= attack.answers, "a hidden request was answered"
    for secret in attack.never:
        assert secret.lower() not in answer.lower()


@pytest.mark.parametrize("accept", ["text/turtle", "text/html", "application/pdf", "a/b;q=nan"])
def test_caches_are_told_what_an_answer_depends_on(target: Target, accept: str) -> None:
    """Row 31."""
    for path in (THING, DOCUMENT, "/doc/nothing", "/sparql?query=nonsense"):
        answer = target.ask(path, accept, Accept=accept)
        assert "Accept" in answer.headers.get("vary", "") or answer.status == 303
        if answer.status >= 400:
            assert answer.headers["cache-control"] == "no-store"


@pytest.mark.smoke
def test_the_access_log_is_lines_of_json_whatever_was_asked(target: Target) -> None:
    """Row 33."""
    target.ask("/doc/%1b%5B2J%0a%7B%22forged%22:1%7D", User_Agent="\x1b[2J")
    target.ask("/doc/%e2%80%ae%c2%9b", X_Forwarded_For="\x1b]0;x\x07", Referer="\x9b2J")
    target.query("ASK {} #" + "\x07\x1b[2J" * 1000, "log")
    target.query("x" * 100_000, "log")
    target.ask("/live")
    lines = (target.folder / "log").read_bytes().splitlines()
    for line in lines:
        assert not re.search(rb"[\x00-\x1f\x7f]", line)
        assert len(line) < 5_000
        assert "time" in json.loads(line)
