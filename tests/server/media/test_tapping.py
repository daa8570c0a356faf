"""The tap: batches, and what happens when the recorder does not keep up."""

import socket
from collections.abc import Iterator

import pytest

from server.media.publication import Source
from server.media.tapping import Tap
from signaling.ids import SourceId
from signaling.rtp.tap import (
    BATCH_LIMIT,
    CODECS,
    DROPPED,
    OVERRUN,
    PACKET,
    REPORT,
    SENDER_REPORT,
    Record,
    records,
)

VP8 = 2
"""Its number on the tap."""


class Ends:
    """A tap with its far end and what it told."""

    def __init__(self) -> None:
        self.far, near = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.far.setblocking(False)
        self.told: list[tuple[SourceId, float, float]] = []
        self.tap = Tap(near.detach(), lambda source, *times: self.told.append((source.id, *times)))

    def batches(self) -> list[list[Record]]:
        """What lies in the far end, by message."""
        found = []
        while True:
            try:
                found.append(list(records(self.far.recv(BATCH_LIMIT))))
            except BlockingIOError:
                return found

    def fill(self, source: Source) -> float:
        """Add packets until the socket is full; when the first was lost."""
        at = 0.0
        while not self.tap.overruns:
            at += 1
            self.tap.add(source, VP8, 0, at, bytes(60_000), True)
            self.tap.flush()
        return at


@pytest.fixture
def ends() -> Iterator[Ends]:
    """Both ends, closed afterwards."""
    made = Ends()
    yield made
    made.tap.close()
    made.far.close()


@pytest.fixture
def picture() -> Source:
    """A picture with a handle."""
    made = Source(SourceId("h/camera"))
    made.handle = 3
    return made


def test_one_wake_is_one_message(ends: Ends, picture: Source) -> None:
    ends.tap.add(picture, VP8, 1, 5.0, b"one", True)
    ends.tap.add(picture, VP8, 1, 5.5, b"two", False)
    ends.tap.report(picture, VP8, 6.0, 1 << 40, 7)
    ends.tap.flush()
    ((first, second, report),) = ends.batches()
    assert (first.kind, first.handle, first.rollover, first.arrival) == (PACKET, 3, 1, 5.0)
    assert CODECS[VP8] is first.codec
    assert [bytes(each.body) for each in (first, second)] == [b"one", b"two"]
    assert report.kind == SENDER_REPORT
    assert REPORT.unpack(report.body) == (1 << 40, 7)
    assert ends.tap.packets == 2


def test_a_message_is_never_longer_than_its_limit(ends: Ends, picture: Source) -> None:
    for _ in range(100):
        ends.tap.add(picture, VP8, 0, 1.0, bytes(1400), False)
    ends.tap.flush()
    batches = ends.batches()
    assert sum(map(len, batches)) == 100
    assert len(batches) == 3


def test_a_source_without_a_handle_is_not_handed_on(ends: Ends, picture: Source) -> None:
    picture.handle = None
    ends.tap.add(picture, VP8, 0, 1.0, b"secret", True)
    ends.tap.report(picture, VP8, 1.0, 1, 1)
    ends.tap.flush()
    assert ends.batches() == []


def test_a_picture_goes_on_at_a_key_frame_behind_its_overrun(ends: Ends, picture: Source) -> None:
    since = ends.fill(picture)
    ends.batches()
    ends.tap.add(picture, VP8, 0, since + 1, b"delta", False)
    ends.tap.report(picture, VP8, since + 1, 1, 1)
    ends.tap.add(picture, VP8, 0, since + 2, b"key", True)
    ends.tap.add(picture, VP8, 0, since + 3, b"delta", False)
    ends.tap.flush()
    ((overrun, key, delta),) = ends.batches()
    assert overrun.kind == OVERRUN
    assert DROPPED.unpack(overrun.body) == (2, since)
    assert [bytes(each.body) for each in (key, delta)] == [b"key", b"delta"]
    assert ends.told == [("h/camera", since, since + 2)]
    assert not ends.tap.overruns


def test_a_loss_goes_on_while_the_socket_stays_full(ends: Ends, picture: Source) -> None:
    since = ends.fill(picture)
    for _ in range(3):
        ends.tap.add(picture, VP8, 0, since + 1, bytes(60_000), True)
        ends.tap.flush()
    assert ends.told == []
    (overrun,) = ends.tap.overruns.values()
    assert (overrun.since, overrun.packets) == (since, 4)


def test_the_picture_that_waits_is_named_once_there_is_room(ends: Ends, picture: Source) -> None:
    ends.fill(picture)
    assert ends.tap.starved() == []
    ends.batches()
    assert ends.tap.starved() == [picture]


def test_another_source_goes_on_by_itself(ends: Ends, picture: Source) -> None:
    ends.fill(picture)
    ends.batches()
    sound = Source(SourceId("h/microphone"))
    sound.handle = 4
    ends.tap.add(sound, 0, 0, 99.0, b"sound", True)
    ends.tap.flush()
    assert [[bytes(each.body) for each in batch] for batch in ends.batches()] == [[b"sound"]]
    assert picture.handle in ends.tap.overruns


def test_a_full_batch_before_the_end_leaves_the_end_whole(ends: Ends, picture: Source) -> None:
    ends.fill(picture)
    ends.batches()
    sound = Source(SourceId("h/microphone"))
    sound.handle = 4
    ends.tap.add(sound, 0, 0, 98.0, bytes(64_000), True)
    ends.tap.add(picture, VP8, 0, 99.0, bytes(1480), True)
    ends.tap.flush()
    kinds = [[each.kind for each in batch] for batch in ends.batches()]
    assert kinds == [[PACKET], [OVERRUN, PACKET]]


def test_what_is_not_recorded_any_more_has_lost_nothing(ends: Ends, picture: Source) -> None:
    ends.fill(picture)
    ends.tap.forget(3)
    assert not ends.tap.overruns


def test_a_recorder_that_is_gone_is_no_error(ends: Ends, picture: Source) -> None:
    ends.far.close()
    ends.tap.add(picture, VP8, 0, 1.0, b"one", True)
    ends.tap.flush()
    assert 3 in ends.tap.overruns
