"""What a receiver's reports come to, once a second."""

import pytest

from server.media.downward import Downward
from server.media.feedback import Reception, SenderReport, sender_report
from server.media.reported import Reported
from server.media.reporting import HEADERS, Reporting
from signaling.events import Codec
from tests.support.plane import VP8_KEY, Far, Ground, down_section, rtp, up_section


class Steps(Reported):
    """Keeps what it was told."""

    def __init__(self) -> None:
        super().__init__(0.0)
        self.told: list[tuple[int, float, int, float | None]] = []

    def step(
        self, packets: int, loss: float, octets: int, round_trip: float | None, now: float
    ) -> float:
        self.told.append((packets, loss, octets, round_trip))
        return super().step(packets, loss, octets, round_trip, now)


def reception(ssrc: int, fraction: float, last_report: int = 0) -> Reception:
    """A report on one of our rows, half a second after the sender report that it names came."""
    return Reception(
        ssrc=ssrc, fraction=fraction, lost=1, highest=9, jitter=0,
        last_report=last_report, since_report=1 << 15,
    )  # fmt: skip


def media(floor: Ground, up: Far, first: int) -> None:
    """Thirty packets of a picture and ten of a sound, each of 100 octets."""
    for number in range(first, first + 30):
        up.send(rtp(11, number, VP8_KEY.ljust(100, b"\0")))
    for number in range(first, first + 10):
        up.send(rtp(21, number, bytes(100), codec=Codec.OPUS))
    floor.turn()


def test_losses_weigh_by_what_was_sent_and_round_trips_count_once(floor: Ground) -> None:
    up = floor.peer(
        "up",
        up_section("0", "camera", Codec.VP8, (11, 12)),
        up_section("1", "voice", Codec.OPUS, (21,)),
    )
    down = floor.peer(
        "down",
        down_section("0", (Codec.VP8,), (101, 102)),
        down_section("1", (Codec.OPUS,), (201,)),
    )
    for mid, source in enumerate(("camera", "voice")):
        floor.gate(source)
        floor.bind(down, str(mid), source)
    near = floor.near(down)
    downward, reporting, steps = floor.plane.downward[near.id], Reporting(0.0), Steps()
    assert isinstance(downward, Downward)
    reporting.reported = steps
    media(floor, up, 0)
    reporting.tick(near, downward, floor.now)
    media(floor, up, 100)
    ntp = 7 << 32
    up.report(sender_report(SenderReport(ssrc=11, ntp=ntp, rtp=0, packets=1, octets=1)))
    floor.turn()
    floor.now += 0.6
    downward.reported(reception(101, 0.2, ntp >> 16 & 0xFFFF_FFFF), floor.now)
    downward.reported(reception(201, 0.6), floor.now)
    reporting.tick(near, downward, floor.now)
    assert len(steps.told) == 1
    floor.now += 0.4
    reporting.tick(near, downward, floor.now)
    packets, loss, octets, trip = steps.told[-1]
    assert (packets, octets) == (40, 40 * (100 + HEADERS))
    assert loss == pytest.approx((30 * 0.2 + 10 * 0.6) / 40)
    assert trip == pytest.approx(0.1, abs=0.001)
    floor.now += 1.0
    reporting.tick(near, downward, floor.now)
    assert steps.told[-1] == (0, 0.0, 0, None)
