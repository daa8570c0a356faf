"""A camera and a voice to a receiver behind a narrow link, through the real pump: no real time."""

from bisect import insort

from server.media import feedback
from server.media.allocation import Rank
from server.media.requests import SetView, Shown
from server.media.transport_cc import TransportFeedback
from signaling.events import Codec
from signaling.ids import SourceId
from signaling.rtp.header import extensions, read
from tests.support.bottleneck import Bottleneck
from tests.support.plane import (
    VP8_DELTA,
    VP8_KEY,
    Ground,
    down_section,
    numbered,
    rtp,
    up_section,
)

CAMERA, SOUND = "h/camera", "h/microphone"
PICTURE, PADDED, VOICE = 101, 102, 301
TICK = 0.005
SIZE = 1000
"""Octets of a packet of the picture at most, without headers."""


class Narrow:
    """Both ends, looked at each 5 ms as the worker does; a round each 20, feedback each 100."""

    def __init__(self, floor: Ground, link: Bottleneck, bitrate: float) -> None:
        self.floor = floor
        self.link = link
        self.up = floor.peer(
            "up",
            up_section("0", CAMERA, Codec.VP8, (11, 12)),
            up_section("1", SOUND, Codec.OPUS, (31,)),
        )
        self.down = floor.peer(
            "down",
            numbered(down_section("0", (Codec.VP8,), (PICTURE, PADDED))),
            numbered(down_section("1", (Codec.OPUS,), (VOICE,))),
        )
        for mid, source in enumerate((CAMERA, SOUND)):
            floor.gate(source)
            floor.bind(self.down, str(mid), source)
        self.lost: list[int] = []
        """SSRC of each packet that the link dropped."""
        self.left: list[tuple[float, bytes]] = []
        """Each packet, and when it left."""
        self.asked = 0
        """Key frames that the publisher was asked for."""
        self._frame = round(bitrate / 8 / 25)
        self._feedback = TransportFeedback()
        self._arriving: list[tuple[float, int]] = []
        self._ticks = 0
        self._numbers = {11: 0, 31: 0}

    def view(self, budget: int | None = None) -> None:
        """The receiver shows the camera; its school's line carries so much."""
        shown = Shown(source=SourceId(CAMERA), rank=Rank.CALLED, rows=720)
        request = SetView(peer=self.down.id, pictures=(shown,), budget=budget)
        self.floor.rounds.sharing.view(request, self.floor.now)

    def pace(self, target: float | None) -> None:
        """Spread its pictures by this target from now on."""
        near = self.floor.near(self.down)
        self.floor.rounds.sharing.pacing.aim(near, target, self.floor.now)

    def run(self, seconds: float, key: int = 0) -> None:
        """Let time pass, at its begin with a key frame of so many octets."""
        self.lost, self.left = [], []
        for _ in range(round(seconds / TICK)):
            self._ticks += 1
            self.floor.now += TICK
            if key:
                self._picture(key, begins=True)
            key = 0
            self._publish()
            self.floor.turn()
            if self._ticks % 4 == 0:
                self.floor.rounds.tick(self.floor.now)
            self.floor.pace()
            self._pass_on()
            self._arrive()

    def sent(self, ssrc: int = PICTURE) -> list[tuple[float, int]]:
        """When each packet of a row left, with its sequence number."""
        heads = [(at, read(packet)) for at, packet in self.left]
        return [(at, head.sequence) for at, head in heads if head.ssrc == ssrc]

    @property
    def paced(self) -> bool:
        """Whether its pictures are spread."""
        path = self.floor.near(self.down).path
        return path is not None and path.pacer is not None

    def _publish(self) -> None:
        if self._ticks % 8 == 0:
            self._picture(self._frame, begins=self._wished())
        if self._ticks % 4 == 0:
            self._numbers[31] += 1
            sound = rtp(31, self._numbers[31], bytes(80), codec=Codec.OPUS)
            self.up.send(sound)

    def _wished(self) -> bool:
        wishes = [item for report in self.up.reports() for item in feedback.read(report)]
        asked = any(isinstance(each, feedback.KeyFrameRequest) for each in wishes)
        self.asked += asked
        return asked or not self._numbers[11]

    def _picture(self, octets: int, *, begins: bool) -> None:
        while octets > 0:
            body = (VP8_KEY if begins else VP8_DELTA) + bytes(min(octets, SIZE))
            begins = False
            self._numbers[11] += 1
            self.up.send(rtp(11, self._numbers[11], body, timestamp=self._ticks * 450))
            octets -= SIZE
            if self._numbers[11] % 32 == 0:
                self.floor.turn()

    def _pass_on(self) -> None:
        now = self.floor.now
        for packet in self.down.packets():
            header = read(packet)
            at, _ = extensions(packet, header)[5]
            number = int.from_bytes(packet[at : at + 2], "big")
            self.left.append((now, packet))
            arrival = self.link.pass_on(now, len(packet))
            if arrival is None:
                self.lost.append(header.ssrc)
            else:
                insort(self._arriving, (arrival, number))

    def _arrive(self) -> None:
        now = self.floor.now
        while self._arriving and self._arriving[0][0] <= now:
            at, number = self._arriving.pop(0)
            self._feedback.arrived(number, at)
        if self._ticks % 20 == 0:
            messages = self._feedback.messages(5, PICTURE)
            if messages:
                self.down.report(b"".join(messages))
