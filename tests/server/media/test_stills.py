"""A receiver that saves data gets a key frame at times, and what it gets between is nothing."""

import pytest
from aiortc.rtp import RtcpByePacket

from server.media import feedback
from server.media.requests import SetStills
from server.media.stills import EXPOSURE, STILL_PERIOD
from signaling.events import Codec
from signaling.rtp.header import Header, read
from tests.support.plane import VP8_DELTA, VP8_KEY, Far, Ground, down_section, rtp, up_section

SCREEN, SOUND = "h/screen", "h/microphone"
FRAME = 0.1


class Street:
    """A publisher that answers each wish for a key frame, and what two receivers get of it."""

    def __init__(self, floor: Ground) -> None:
        self.floor = floor
        self.up = floor.peer(
            "up",
            up_section("0", SCREEN, Codec.VP8, (11, 12)),
            up_section("1", SOUND, Codec.OPUS, (21,)),
        )
        floor.gate(SCREEN)
        floor.gate(SOUND)
        self.saver, self.other = self._receiver("saver"), self._receiver("other")
        self.sequence = 0
        self.asked = 0
        self.arrived: dict[Far, list[Header]] = {self.saver: [], self.other: []}

    def _receiver(self, name: str) -> Far:
        far = self.floor.peer(
            name,
            down_section("0", (Codec.VP8,), (101, 102)),
            down_section("1", (Codec.OPUS,), (201,)),
        )
        self.floor.bind(far, "0", SCREEN)
        self.floor.bind(far, "1", SOUND)
        return far

    def saves(self, on: bool) -> None:
        identity = self.floor.near(self.saver).id
        self.floor.plane.set_stills(SetStills(peer=identity, on=on))

    def run(self, seconds: float) -> None:
        """A picture and a sound every 100 ms; a key frame wherever one was asked for."""
        for _ in range(round(seconds / FRAME)):
            wishes = [item for report in self.up.reports() for item in feedback.read(report)]
            wanted = sum(isinstance(each, feedback.KeyFrameRequest) for each in wishes)
            self.asked += wanted
            frame = VP8_KEY if wanted or self.sequence == 0 else VP8_DELTA
            self.up.send(rtp(11, self.sequence, frame, timestamp=self.sequence * 9000))
            self.up.send(rtp(21, self.sequence, b"sound", codec=Codec.OPUS))
            self.sequence += 1
            for far, arrived in self.arrived.items():
                far.report(bytes(RtcpByePacket(sources=[99])))
                self.floor.turn()
                arrived += map(read, far.packets())
            self.floor.wait(FRAME)

    def forget(self) -> None:
        """Count anew."""
        self.asked = 0
        for arrived in self.arrived.values():
            arrived.clear()

    def sequences(self, far: Far, ssrc: int = 101) -> list[int]:
        """What arrived of one row: the picture's unless told otherwise."""
        return [each.sequence for each in self.arrived[far] if each.ssrc == ssrc]


@pytest.fixture
def street(floor: Ground) -> Street:
    made = Street(floor)
    made.run(0.2)
    return made


def test_only_a_still_comes_in_each_period(street: Street) -> None:
    street.saves(True)
    street.run(STILL_PERIOD)
    street.forget()
    street.run(3 * STILL_PERIOD)
    most = round(EXPOSURE / FRAME) + 3
    got = street.sequences(street.saver)
    assert 3 <= len(got) <= 3 * most
    assert got == list(range(got[0], got[0] + len(got)))
    assert len(street.sequences(street.other)) == round(3 * STILL_PERIOD / FRAME)


def test_each_still_is_a_key_frame_that_was_asked_for_once(street: Street) -> None:
    street.saves(True)
    street.run(STILL_PERIOD)
    street.forget()
    street.run(3 * STILL_PERIOD + 1.0)
    assert street.asked == 3


def test_sounds_go_on(street: Street) -> None:
    street.saves(True)
    street.forget()
    street.run(STILL_PERIOD)
    assert len(street.sequences(street.saver, 201)) == round(STILL_PERIOD / FRAME)


def test_pictures_come_back_at_once_with_a_key_frame(street: Street) -> None:
    street.saves(True)
    street.run(STILL_PERIOD / 2)
    street.saves(False)
    street.forget()
    street.run(1.0)
    assert street.asked == 1
    assert len(street.sequences(street.saver)) >= 7


def test_a_screen_that_is_bound_anew_shows_at_once(street: Street) -> None:
    street.saves(True)
    street.run(2.0)
    street.forget()
    street.floor.bind(street.saver, "0", None)
    street.floor.bind(street.saver, "0", SCREEN)
    street.run(1.0)
    assert street.sequences(street.saver)


def test_an_unknown_peer_is_fine(floor: Ground) -> None:
    street = Street(floor)
    identity = floor.near(street.saver).id
    floor.plane.close_peer(identity)
    floor.plane.set_stills(SetStills(peer=identity, on=True))
    street.run(1.0)
