"""A plane with either pump and strange packets from a publisher with keys, chosen by dice.

Padding, CSRCs, extensions of both forms, cut short and of no length, retransmissions, strangers;
and receivers' RTCP, of which some octets are wrong.
"""

import contextlib
import random
from collections.abc import Iterator
from typing import Any, NamedTuple

from pylibsrtp import Error

from server.media import feedback
from server.media.feedback import Reception
from server.media.requests import SetTap
from server.media.transport_cc import TransportFeedback
from signaling.congestion.path_input import PathInput
from signaling.events import Codec
from signaling.ids import SourceId
from signaling.rtp.extensions import AUDIO_LEVEL, MID, TRANSPORT_CC
from signaling.rtp.header import extension_block
from tests.support.noted import Noted, noted
from tests.support.plane import (
    UP_IDS,
    VP8_DELTA,
    VP8_KEY,
    Far,
    Ground,
    down_section,
    ground,
    numbered,
    rtp,
    up_section,
)

CAMERA, SCREEN, VOICE = "a/camera", "a/screen", "a/microphone"
SSRCS = {CAMERA: (11, 12), SCREEN: (13, 14), VOICE: (15,)}
CODECS = {CAMERA: Codec.VP8, SCREEN: Codec.H264, VOICE: Codec.OPUS}
BODIES = {
    CAMERA: (VP8_KEY, VP8_DELTA, b"\x90\xe0\x8f\x01\x05\x21\x00", b"\x90\x80\x8f", b"\xff\xff"),
    SCREEN: (b"\x67sps", b"\x18\x00\x02\x67\x00\x00\x01\x65", b"\x7c\x85idr", b"\x41", b"\x18\x00"),
    VOICE: (b"sound", b"\x00", bytes(300), bytes(800), bytes(1200), bytes(1300)),
}
RED = 63
NUMBERED = 3
"""Receivers of whose packets each has a number on the transport."""
Step = tuple[str, str, list[int], bytes]
"""What happens, to which source, with which numbers and octets."""


class Seen(NamedTuple):
    """All that came of a play."""

    received: list[list[bytes]]
    """What each receiver got, decrypted."""
    noted: Noted
    """How the publisher's packets came."""
    tapped: list[tuple[Any, ...]]
    """The records that the recorder got."""
    aside: list[tuple[bytes, str]]
    """The RTCP that the control half got, and whose it was."""
    told: list[list[tuple[Reception, float]]]
    """The reports of each receiver."""
    paths: list[PathInput | None]
    """What the feedback of each receiver came to."""
    counted: tuple[int, int, int, int]
    """Received, forwarded, dropped, refused."""


class Play:
    """One publisher of three sources, ten receivers of all of them: a block and more.

    Three of them have their packets numbered and tell what came.
    """

    def __init__(self, floor: Ground) -> None:
        self._floor = floor
        self._next = {CAMERA: 65_520, SCREEN: 5, VOICE: 65_530}
        self._wide = 65_500
        self._sent: list[bytes] = []
        self._aside: list[tuple[bytes, str]] = []
        sections = [
            up_section(str(place), source, CODECS[source], ssrcs)
            for place, (source, ssrcs) in enumerate(SSRCS.items())
        ]
        self._up = floor.peer("up", *sections)
        self._downs = [self._receiver(number) for number in range(10)]
        for handle, source in enumerate(SSRCS):
            floor.gate(source)
            floor.plane.set_tap(SetTap(source=SourceId(source), handle=handle))

    def _receiver(self, number: int) -> Far:
        kinds = ((Codec.VP8,), (Codec.H264,), (Codec.OPUS,))
        slots = [
            down_section(str(place), codecs, (100 + 10 * place, 101 + 10 * place))
            for place, codecs in enumerate(kinds)
        ]
        if number < NUMBERED:
            slots = [numbered(each) for each in slots]
        far = self._floor.peer(f"down{number}", *slots)
        for place, source in enumerate(SSRCS):
            self._floor.bind(far, str(place), source)
        return far

    def do(self, step: Step) -> None:
        """Let one thing happen."""
        kind, source, numbers, octets = step
        getattr(self, f"_{kind}")(source, numbers, octets)
        self._floor.now += 0.01
        self._floor.pump.wake(self._floor.socket)
        self._aside += [
            (each.data, each.peer.id) for each in self._floor.pump.control if each.peer is not None
        ]
        self._floor.turn()

    def _emit(self, plain: bytes) -> None:
        # The publisher's own libsrtp refuses what is no packet.
        with contextlib.suppress(Error):
            self._sent.append(self._up.protect(plain))
            self._up.throw(self._sent[-1])

    def _packet(self, source: str, numbers: list[int]) -> bytes:
        self._next[source] += (1, 1, 1, 2, 3, 600, 4000, 0, -1, -3, -600)[numbers[0] % 11]
        self._wide += (1, 1, 1, 2, 9, 600, 3000, 0, -1, -5)[numbers[5] % 10]
        bodies = BODIES[source]
        extensions: tuple[dict[int, bytes], ...] = (
            {},
            {UP_IDS[TRANSPORT_CC]: (self._wide & 0xFFFF).to_bytes(2, "big")},
            {UP_IDS[AUDIO_LEVEL]: b"\x8a"},
        )
        plain = rtp(
            SSRCS[source][0],
            self._next[source],
            bodies[numbers[1] % len(bodies)] + bytes([numbers[2] % 256]),
            codec=CODECS[source],
            timestamp=self._next[source] * (960 if source == VOICE else 3000),
            extensions=extensions[numbers[3] % 3],
        )
        return plain[:1] + bytes([plain[1] | numbers[4] % 2 << 7]) + plain[2:]

    def _send(self, source: str, numbers: list[int], _: bytes) -> None:
        for _again in range(1 + numbers[4] % 4):
            self._emit(self._packet(source, numbers))

    def _spoil(self, source: str, numbers: list[int], octets: bytes) -> None:
        """A packet with padding, CSRCs, strange extensions or any other head."""
        plain = bytearray(self._packet(source, numbers) + bytes(12) + octets)
        plain[0] = 0x80 | numbers[5] % 64
        for place, octet in zip(numbers, octets, strict=False):
            plain[12 + place % (len(plain) - 12)] = octet
        self._emit(bytes(plain))

    def _extend(self, source: str, numbers: list[int], octets: bytes) -> None:
        """Extension elements of either form: some of no length, reserved or cut short."""
        plain = self._packet(source, [*numbers[:3], 0, *numbers[4:]])
        two = numbers[3] % 2
        starts = (b"\x04\x00", b"\x04\x01\x55", b"\x03\x02\x01\x02", b"\x00", b"\x04\x09")
        ones = (b"\xf0\x07", b"\x40\x8a", b"\x31\x01\x02", b"\x00", b"\x4f")
        parts = [(starts if two else ones)[each % 5] for each in numbers[:3]]
        body = b"".join(parts) + octets[: numbers[5] % 5]
        body += bytes(-len(body) % 4)
        profile = b"\x10\x00" if two else b"\xbe\xde"
        block = profile + (len(body) // 4).to_bytes(2, "big") + body
        self._emit(bytes([0x90]) + plain[1:12] + block + plain[12:])

    def _repair(self, source: str, numbers: list[int], octets: bytes) -> None:
        if source == VOICE:
            return
        original = (self._next[source] - numbers[0] % 40) & 0xFFFF
        body = original.to_bytes(2, "big") + BODIES[source][numbers[1] % 3] + octets
        kind = {CAMERA: 97, SCREEN: 103}[source]
        # Repeats of a number are refused by the publisher's libsrtp: it counts on.
        self._next["rtx"] = self._next.get("rtx", 0) + 1
        plain = rtp(SSRCS[source][1], self._next["rtx"], body[: numbers[2] % 40], number=kind)
        if numbers[3] % 2:
            plain = bytes([plain[0] | 0x20]) + plain[1:] + b"\x00\x00\x03"
        self._emit(plain)

    def _stranger(self, _: str, numbers: list[int], octets: bytes) -> None:
        mid = {UP_IDS[MID]: str(numbers[0] % 4).encode()}
        ssrc = 5000 + numbers[1] % 20
        plain = rtp(ssrc, numbers[2] % 9, octets, number=(50, 96, 111)[numbers[4] % 3])
        block = extension_block(mid) if numbers[3] % 2 else b""
        self._emit(bytes([0x90 if block else 0x80]) + plain[1:12] + block + plain[12:])

    def _throw(self, _: str, numbers: list[int], octets: bytes) -> None:
        again = self._sent[-1 - numbers[0] % len(self._sent)] if self._sent else b"\x80"
        self._up.throw(again if numbers[1] % 2 else octets)

    def _report(self, source: str, numbers: list[int], octets: bytes) -> None:
        """A receiver's compound of one to four packets, of which an octet may be wrong."""
        far = self._downs[numbers[0] % (NUMBERED + 2)]
        parts = self._parts(far, source, numbers, octets)
        chosen = [parts[(each >> 3) % len(parts)] for each in numbers[1 : 2 + numbers[1] % 4]]
        plain = bytearray(b"".join(chosen))
        if octets and plain and numbers[4] % 3 == 0:
            plain[numbers[5] % len(plain)] = octets[0]
        # The receiver's own libsrtp refuses what is no packet.
        with contextlib.suppress(Error):
            far.report(bytes(plain[:1300]))

    def _parts(self, far: Far, source: str, numbers: list[int], octets: bytes) -> list[bytes]:
        near = self._floor.near(far)
        row = near.slots[str(list(SSRCS).index(source))]
        ssrc = row.rtx_ssrc if numbers[2] % 8 == 0 and row.rtx_ssrc is not None else row.ssrc
        publication = row.source.publication if row.source is not None else None
        newest = (publication.highest if publication is not None else 0) + row.sequence_offset
        missed = [newest - numbers[3] % 30 - each % 20 & 0xFFFF for each in (3, *octets)]
        reception = Reception(
            ssrc=ssrc,
            fraction=numbers[2] % 256 / 256,
            lost=numbers[3] - 1000,
            highest=numbers[4],
            jitter=numbers[5],
            last_report=numbers[1],
            since_report=numbers[0],
        )
        first = (near.path.next if near.path is not None else 0) - numbers[3] % 60
        heard = TransportFeedback()
        for step, octet in enumerate(octets):
            heard.arrived(first + 2 * step + octet % 2 & 0xFFFF, self._floor.now + octet / 100)
        feedbacks = [*heard.messages(5, ssrc), octets]
        nack = feedback.nack(5, ssrc, missed)
        return [
            *[nack, feedbacks[0], feedback.receiver_report(5, [reception])] * 3,
            feedback.key_frame_request(5, ssrc),
            feedback.estimate(5, 1000 * numbers[2], [ssrc]),
            bytes([0x81, 202, 0, 2, 0, 0, 0, 1, 1, 0, 0, 0]),
            bytes([0x81, 203, 0, 1, 0, 0, 0, 1]),
            bytes([0xA1, 205, 0, len(nack) // 4]) + nack[4:] + bytes([0, 0, 0, numbers[2] % 9]),
            octets,
        ]

    def _copies(self, _: str, numbers: list[int], __: bytes) -> None:
        for row in self._floor.near(self._downs[numbers[0] % len(self._downs)]).slots.values():
            row.copies = numbers[1] % 3 if row.section.kind == "audio" else 0
            self._floor.plane.change(row)

    def _wrap(self, _: str, numbers: list[int], octets: bytes) -> None:
        """Redundant sound, of which some heads say what is not there."""
        self._next[VOICE] += 1
        heads = b"".join(
            (1 << 31 | 111 << 24 | each % 20_000 << 10 | each % 9).to_bytes(4, "big")
            for each in numbers[: numbers[5] % 4]
        )
        kind = bytes([(111, 111, 111, 96)[numbers[4] % 4]])
        body = heads + kind + octets + bytes(numbers[3] % 30)
        plain = rtp(SSRCS[VOICE][0], self._next[VOICE], body[: numbers[2] % 90], number=RED)
        if numbers[3] % 2:
            plain = bytes([plain[0] | 0x20]) + plain[1:] + b"\x00\x00\x03"
        self._emit(plain)

    def _gate(self, source: str, numbers: list[int], _: bytes) -> None:
        self._floor.gate(source, is_open=numbers[0] % 3 > 0)

    def _bind(self, source: str, numbers: list[int], _: bytes) -> None:
        far = self._downs[numbers[0] % len(self._downs)]
        place = str(list(SSRCS).index(source))
        self._floor.bind(far, place, source if numbers[1] % 3 else None)

    def seen(self) -> Seen:
        """What has come of it since the last call."""
        pump, aside, nears = self._floor.pump, self._aside, list(map(self._floor.near, self._downs))
        self._aside = []
        return Seen(
            [far.packets() for far in self._downs],
            noted(self._floor.near(self._up), self._floor.now),
            [(*one[:5], bytes(one.body)) for one in self._floor.tapped()],
            aside,
            [sorted(near.receptions(), key=lambda told: told[0].ssrc) for near in nears],
            [near.path.take(self._floor.now) for near in nears if near.path is not None],
            (pump.received, pump.forwarded, pump.dropped, pump.refused),
        )


KINDS = (
    ("send",) * 8
    + ("spoil",) * 2
    + ("report",) * 10
    + ("extend", "repair") * 2
    + ("copies",) * 2
    + ("wrap",) * 3
    + ("extend", "repair", "stranger", "throw", "gate", "bind")
)


def step(dice: random.Random) -> Step:
    """Whatever may happen next."""
    numbers = [dice.randrange(1 << 16) for _ in range(6)]
    octets = bytes(dice.randrange(256) for _ in range(dice.randrange(24)))
    return dice.choice(KINDS), dice.choice(tuple(SSRCS)), numbers, octets


@contextlib.contextmanager
def played(kind: str, address: str = "127.0.0.1") -> Iterator[Play]:
    """A play on a ground with this pump."""
    with ground(kind, address) as floor:
        yield Play(floor)
