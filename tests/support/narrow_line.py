"""A publisher of a camera and a screen, and a receiver behind a line that may be narrow."""

import random

from aiortc.rtp import RtcpByePacket

from server.media import feedback
from server.media.allocation import Rank, Reason, Served, Step
from server.media.link_notices import LinkStep
from server.media.requests import Reports, SetView, Shown
from server.media.transport_cc import TransportFeedback
from signaling.events import Codec
from signaling.ids import SourceId
from signaling.rtp.extensions import TRANSPORT_CC
from signaling.rtp.header import extensions, read
from tests.support.layered import PATTERN
from tests.support.layered_play import vp8
from tests.support.plane import (
    VP8_DELTA,
    VP8_KEY,
    Ground,
    down_section,
    numbered,
    rtp,
    up_section,
)

CAMERA, SCREEN, SOUND = "h/camera", "h/screen", "h/microphone"
PICTURE, OTHER, PADDED = 101, 201, (102, 202)
FRAME = 0.02
OCTETS = 1000
"""Of a packet of either picture: at one each 20 ms 400 kbit/s."""
QUEUE = 0.2
"""Seconds of queue before the line."""
NUMBERED = {TRANSPORT_CC: 5}


class Line:
    """A publisher of a camera and a screen, and a receiver of both behind a narrow line."""

    def __init__(
        self, floor: Ground, bitrate: float, *, answers: bool = True, divided: bool = False
    ) -> None:
        self.floor = floor
        self.bitrate = bitrate
        self.answers = answers
        self.loses = False
        self.dice = random.Random(5)
        self.divided = divided
        """Whether the screen has temporal layers, of a quarter, a half and all of it."""
        self.asked = 0
        """Key frames that the publisher was asked for."""
        self.up = floor.peer(
            "up",
            up_section("0", CAMERA, Codec.VP8, (11, 12)),
            up_section("1", SCREEN, Codec.VP8, (21, 22)),
            up_section("2", SOUND, Codec.OPUS, (31,)),
        )
        self.down = floor.peer(
            "down",
            numbered(down_section("0", (Codec.VP8,), (PICTURE, PADDED[0]))),
            numbered(down_section("1", (Codec.VP8,), (OTHER, PADDED[1]))),
            numbered(down_section("2", (Codec.OPUS,), (301,))),
        )
        for mid, source in enumerate((CAMERA, SCREEN, SOUND)):
            floor.gate(source)
            floor.bind(self.down, str(mid), source)
        self.free = floor.now
        self.feedback = TransportFeedback()
        self.coming: list[tuple[int, float]] = []
        self.sequence = 0
        self.ssrcs: list[int] = []
        self.octets = 0

    def view(self, *, camera: int = 720, budget: int | None = None) -> None:
        """The receiver shows the camera with so many rows, and the screen after it."""
        pictures = (
            Shown(source=SourceId(CAMERA), rank=Rank.CALLED, rows=camera),
            Shown(source=SourceId(SCREEN), rank=Rank.SCREEN, rows=720),
        )
        request = SetView(peer=self.down.id, pictures=pictures, budget=budget)
        self.floor.rounds.sharing.view(request, self.floor.now)

    octets_each = OCTETS
    """Of a packet of the screen."""

    def run(self, seconds: float) -> None:
        """Send and answer; `ssrcs` and `octets` then tell of this time alone."""
        self.ssrcs, self.octets = [], 0
        for _ in range(round(seconds / FRAME)):
            self._publish()
            self.floor.turn()
            self.floor.wait(FRAME)
            self.floor.pump.flush()
            self._arrive()
            self.floor.turn()

    def _publish(self) -> None:
        wishes = [item for report in self.up.reports() for item in feedback.read(report)]
        asked = any(isinstance(each, feedback.KeyFrameRequest) for each in wishes)
        self.asked += asked
        key = self.sequence == 0 or asked
        frame = (VP8_KEY if key else VP8_DELTA) + bytes(OCTETS)
        temporal = 0 if key else PATTERN[self.sequence % 4]
        screen = vp8(self.sequence, key, temporal) + bytes(self.octets_each)
        for ssrc, body in ((11, frame), (21, screen if self.divided else frame)):
            self.up.send(rtp(ssrc, self.sequence, body, timestamp=self.sequence * 1800))
        self.up.send(rtp(31, self.sequence, bytes(80), codec=Codec.OPUS))
        self.sequence += 1

    def _arrive(self) -> None:
        """Each packet takes its time on the line and is lost behind a full queue."""
        now = self.floor.now
        for packet in self.down.packets():
            self.ssrcs.append(read(packet).ssrc)
            self.octets += len(packet)
            lost = self.loses and self.dice.random() < 0.2
            if self.free < now + QUEUE and not lost:
                at, _ = extensions(packet, read(packet))[NUMBERED[TRANSPORT_CC]]
                self.free = max(self.free, now) + 8 * len(packet) / self.bitrate
                number = int.from_bytes(packet[at : at + 2], "big")
                self.coming.append((number, self.free))
        self._tell([packet for packet in self.coming if packet[1] <= now])
        self.coming = [packet for packet in self.coming if packet[1] > now]

    def _tell(self, came: list[tuple[int, float]]) -> None:
        for number, at in came:
            self.feedback.arrived(number, at)
        if not self.answers:
            self.down.report(bytes(RtcpByePacket(sources=[99])))
        elif came and not (self.loses and self.sequence % 5):
            self.down.report(b"".join(self.feedback.messages(5, PICTURE)))

    @property
    def available(self) -> int | None:
        """What the server was told last of what the path carries."""
        return [n.available for n in self.floor.notices if isinstance(n, LinkStep)][-1]

    def steps(self) -> list[tuple[Step, Reason]]:
        """What the server was told."""
        return [(n.step, n.reason) for n in self.floor.notices if isinstance(n, LinkStep)]

    def served(self) -> Served:
        """What the last report tells of the receiver."""
        reports = [notice for notice in self.floor.notices if isinstance(notice, Reports)]
        (served,) = [one.served for one in reports[-1].peers if one.served is not None]
        return served
