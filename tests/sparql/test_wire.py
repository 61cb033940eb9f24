"""Frames arrive whole, however they are cut on the way."""

from __future__ import annotations

from socket import socketpair

import pytest

from publisher.sparql.wire import Inbox, frame, receive, send

FRAMES = [(b"Q", b"ASK {}"), (b"E", b""), (b"D", bytes(range(256)) * 40)]


@pytest.mark.parametrize("cut", [1, 3, 5, 7, 4096, 100_000])
def test_frames_are_whole_however_they_are_cut(cut: int) -> None:
    inbox = Inbox(20_000)
    stream = b"".join(frame(*each) for each in FRAMES)
    arrived = [each for start in range(0, len(stream), cut) for each in inbox.frames(stream[start : start + cut])]
    assert arrived == FRAMES


def test_a_frame_that_is_too_long_is_refused_before_it_has_come() -> None:
    with pytest.raises(ValueError, match="101 bytes"):
        list(Inbox(100).frames(frame(b"D", b"x" * 101)[:10]))


def test_who_receives_gets_one_frame_or_nothing_from_who_has_hung_up() -> None:
    ours, theirs = socketpair()
    with theirs:
        send(ours, b"Q", b"first")
        ours.sendall(frame(b"Q", b"cut")[:-1])
        ours.close()
        assert [receive(theirs), receive(theirs), receive(theirs)] == [b"first", b"", b""]
