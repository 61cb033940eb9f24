"""Workers go to who has waited longest, and never get lost."""

import pytest

from publisher.sparql.idle import Idle


def test_the_worker_that_was_busy_last_is_taken_first() -> None:
    idle = Idle[str]()
    idle.put("first")
    idle.put("second")
    with idle.turn() as turn:
        assert turn.result(0) == "second"
    assert len(idle) == 1


def test_who_has_waited_longest_is_served_first() -> None:
    idle = Idle[str]()
    with idle.turn() as early, idle.turn() as late:
        idle.put("a")
        assert early.result(0) == "a"
        assert not late.done()
        idle.put("a")
        assert late.result(0) == "a"


def test_nobody_overtakes_those_who_wait() -> None:
    idle = Idle[str]()
    with idle.turn() as waiting:
        idle.put("a")
        with pytest.raises(TimeoutError), idle.turn() as newcomer:
            newcomer.result(0)
        assert waiting.result(0) == "a"


def test_who_gives_up_leaves_the_queue() -> None:
    idle = Idle[str]()
    with pytest.raises(TimeoutError), idle.turn() as turn:
        turn.result(0)
    idle.put("a")
    assert len(idle) == 1


def test_a_worker_handed_over_at_the_last_moment_is_given_back() -> None:
    idle = Idle[str]()
    waiting = idle.turn()
    turn = waiting.__enter__()
    idle.put("a")
    assert turn.done()
    waiting.__exit__(TimeoutError, TimeoutError(), None)
    assert len(idle) == 1


def test_a_dead_worker_is_offered_no_more() -> None:
    idle = Idle[str]()
    idle.put("a")
    idle.remove("a")
    idle.remove("b")
    assert len(idle) == 0
