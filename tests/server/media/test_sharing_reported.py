"""What a receiver without transport-wide feedback gets, by its reports, with either pump."""

import pytest

from server.media import feedback
from server.media.allocation import Rank
from server.media.feedback import Reception, SenderReport
from server.media.requests import SetView, Shown
from signaling.events import Codec
from signaling.ids import SourceId
from signaling.rtp.header import read
from tests.support.bottleneck import Bottleneck
from tests.support.plane import (
    VP8_DELTA,
    VP8_KEY,
    Ground,
    down_section,
    is_rtcp,
    rtp,
    up_section,
)

CALLED, OTHER = "a/camera", "b/camera"
ROWS = {101: 11, 201: 21}
FRAME = 0.04
OCTETS = 1200
"""Of a picture of either: 250 kbit/s with its headers."""


class Line:
    """Two publishers' pictures to one receiver that answers with receiver reports alone."""

    def __init__(self, floor: Ground, link: Bottleneck) -> None:
        self.floor, self.link = floor, link
        self.up = floor.peer(
            "up",
            up_section("0", CALLED, Codec.VP8, (11, 12)),
            up_section("1", OTHER, Codec.VP8, (21, 22)),
        )
        self.down = floor.peer(
            "down",
            down_section("0", (Codec.VP8,), (101, 102)),
            down_section("1", (Codec.VP8,), (201, 202)),
        )
        for mid, source in enumerate((CALLED, OTHER)):
            floor.gate(source)
            floor.bind(self.down, str(mid), source)
        pictures = (
            Shown(source=SourceId(CALLED), rank=Rank.CALLED, rows=720),
            Shown(source=SourceId(OTHER), rank=Rank.THUMBNAIL, rows=360),
        )
        request = SetView(peer=self.down.id, pictures=pictures, budget=None)
        floor.rounds.sharing.view(request, floor.now)
        self.frames = 0
        self.came = dict.fromkeys(ROWS, 0)
        self._lost = dict.fromkeys(ROWS, 0)
        self._since = dict.fromkeys(ROWS, (0, 0))
        self._clock: tuple[int, float] | None = None

    def run(self, seconds: float) -> dict[int, float]:
        """Let time pass; the share of each picture that came whole, of all that was published."""
        self.came = dict.fromkeys(ROWS, 0)
        for _ in range(round(seconds / FRAME)):
            self._publish()
            self.floor.turn()
            self._arrive()
            self.floor.wait(FRAME)
            if self.frames % 25 == 0:
                self._report()
            self.floor.turn()
        return {ssrc: came * FRAME / seconds for ssrc, came in self.came.items()}

    def _publish(self) -> None:
        wishes = [item for report in self.up.reports() for item in feedback.read(report)]
        asked = {each.ssrc for each in wishes if isinstance(each, feedback.KeyFrameRequest)}
        # One before the other, in turns: else the full queue would take the same one's each time.
        for ssrc in sorted(ROWS.values(), reverse=self.frames % 2 == 1):
            head = VP8_KEY if self.frames == 0 or ssrc in asked else VP8_DELTA
            body = head + bytes(OCTETS)
            self.up.send(rtp(ssrc, self.frames, body, timestamp=self.frames * 3600))
            if self.frames % 25 == 12:
                ntp = self.frames << 32
                self.up.report(
                    feedback.sender_report(
                        SenderReport(ssrc=ssrc, ntp=ntp, rtp=0, packets=1, octets=1)
                    )
                )
        self.frames += 1

    def _arrive(self) -> None:
        for datagram in self.down.raw():
            arrival = self.link.pass_on(self.floor.now, len(datagram))
            if is_rtcp(datagram):
                told = feedback.read(self.down.incoming.unprotect_rtcp(datagram))
                clocks = [item.ntp for item in told if isinstance(item, SenderReport)]
                if arrival is not None and clocks:
                    self._clock = clocks[-1], arrival
                continue
            ssrc = read(self.down.opened(datagram)).ssrc
            self.came[ssrc] += arrival is not None
            sent, lost = self._since[ssrc]
            self._since[ssrc] = sent + 1, lost + (arrival is None)

    def _report(self) -> None:
        """Of the last second; half the round trip back."""
        now, receptions = self.floor.now, []
        ntp, at = self._clock or (0, now)
        since = max(0.0, now - at - self.link.delay)
        for ssrc, (sent, lost) in self._since.items():
            self._since[ssrc] = 0, 0
            if sent:
                reception = Reception(
                    ssrc=ssrc, fraction=lost / sent, lost=lost, highest=self.frames, jitter=0,
                    last_report=ntp >> 16 & 0xFFFF_FFFF, since_report=round(since * 65_536),
                )  # fmt: skip
                receptions.append(reception)
        self.down.report(feedback.receiver_report(5, receptions))


def test_on_a_wide_link_everything_passes(floor: Ground) -> None:
    line = Line(floor, Bottleneck(20e6))
    line.run(5.0)
    assert min(line.run(20.0).values()) > 0.99


@pytest.mark.parametrize("loss", [0.05, 0.15])
def test_loss_of_the_paths_own_takes_no_picture_away_for_long(floor: Ground, loss: float) -> None:
    line = Line(floor, Bottleneck(20e6, loss=loss))
    line.run(30.0)
    assert min(line.run(30.0).values()) > 0.95 * (1 - loss) - 0.05


@pytest.mark.parametrize("queue", [0.2, 1.0])
def test_on_a_narrow_link_the_called_one_is_left(floor: Ground, queue: float) -> None:
    line = Line(floor, Bottleneck(3.5e5, queue=queue))
    line.run(15.0)
    whole = line.run(40.0)
    assert whole[101] > 0.9
    assert whole[201] < 0.4


def test_what_became_wide_again_is_tried_in_time(floor: Ground) -> None:
    link = Bottleneck(20e6)
    line = Line(floor, link)
    line.run(10.0)
    link.change(floor.now, 3.5e5)
    line.run(6.0)
    assert line.run(5.0)[101] > 0.95
    line.run(9.0)
    link.change(floor.now, 20e6)
    line.run(45.0)
    assert min(line.run(5.0).values()) > 0.99
