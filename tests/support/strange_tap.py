"""What a tap may hold at worst: several publications, reordered, repeated, lost, cut and wrong."""

import random
import struct
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from recorder.packets import Found, Incoming
from signaling.events import Codec
from signaling.rtp import tap
from tests.support.encoded import Publisher, payloads, pictures, sounds
from tests.support.hostile import spoilt

HANDLES = 5
"""The last one is never opened."""
FIRST_UNITS = bytes((0x67, 0x68, 0x65, 0x61, 0x78, 0x7C, 0x5C, 0x09, 0x0C, 0x00))
"""First octets of H.264 payloads of every kind that is told apart."""


class Publication(NamedTuple):
    """How far somebody's packets are."""

    codec: Codec
    ssrc: int
    number: int
    rtp: int
    coming: tuple[tuple[bytes, bool], ...]
    """Payloads of the frame at hand, each with its marker."""


class StrangeTap:
    """Things that happen, by dice; every one is done to whichever half is asked."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._now = 1000.0
        self._kept: list[bytes] = []
        self._publications = {handle: self._begun() for handle in range(HANDLES)}

    def _begun(self) -> Publication:
        dice = self._dice
        index = dice.choice([0, 65_530, 3 << 16, (1 << 48) - 5])
        ssrc, rtp = dice.randrange(4), dice.choice([0, 2**32 - 5000])
        return Publication(dice.choice(list(Codec)), ssrc, index, rtp, ())

    def step(self) -> tuple[str, bytes, int, float]:
        """What happens next: its name, a batch, a handle, and when."""
        self._now += self._dice.choice([0.0, 0.02, 0.02, 0.1, 0.6])
        what = self._dice.choices(["batch", "expire", "close", "open"], [40, 8, 1, 3])[0]
        data = b"".join(self._records()) if what == "batch" else b""
        return what, data, self._dice.randrange(HANDLES - 1), self._now

    def _records(self) -> Iterator[bytes]:
        dice = self._dice
        for _ in range(dice.randrange(1, 60)):
            fate = dice.random()
            if fate < 0.1 and self._kept:
                yield self._kept.pop(dice.randrange(len(self._kept)))
            record = self._record(dice.randrange(HANDLES))
            if 0.1 <= fate < 0.15:
                self._kept.append(record)
            elif fate < 0.18:
                yield record + record
            elif fate > 0.2:
                yield record
        if dice.random() < 0.03:
            yield spoilt(self._record(0), dice)

    def _record(self, handle: int) -> bytes:
        dice, one = self._dice, self._publications[handle]
        fate = dice.random()
        if fate < 0.01:
            return self._as_record(handle, tap.OVERRUN, tap.DROPPED.pack(3, self._now))
        if fate < 0.03:
            report = tap.REPORT.pack(dice.getrandbits(64), one.rtp)
            return self._as_record(handle, tap.SENDER_REPORT, report[: dice.choice([12, 12, 3])])
        if fate < 0.035:
            self._publications[handle] = self._begun()
        elif fate < 0.05:
            far = dice.choice([1, 2, 1024, 4096, 4097, 70_000, -3, -5000])
            self._publications[handle] = one._replace(number=max(0, one.number + far))
        return self._as_record(handle, tap.PACKET, self._packet(handle))

    def _packet(self, handle: int) -> bytes:
        """The next packet; sometimes with all that a header may have, or not as it should be."""
        dice, one = self._dice, self._publications[handle]
        coming = one.coming or tuple(self._frame(one.codec))
        payload, marker = coming[0]
        rtp = one.rtp if len(coming) > 1 else one.rtp + 3000
        self._publications[handle] = one._replace(
            number=one.number + 1, rtp=rtp & 0xFFFF_FFFF, coming=coming[1:]
        )
        first, more, behind = 0x80, b"", b""
        if dice.random() < 0.05:
            first, more = first | 0x11, bytes(4) + b"\xbe\xde\0\1\x10\x55\0\0"
        if dice.random() < 0.05:
            first, behind = first | 0x20, bytes(3) + bytes((dice.choice([0, 4, 4, 4, 200]),))
        head = struct.pack(
            *("!BBHII", first, marker << 7 | 96, one.number & 0xFFFF),
            *(one.rtp, one.ssrc),
        )
        packet = head + more + payload + behind
        return spoilt(packet, dice)[:2000] if dice.random() < 0.02 else packet

    def _frame(self, codec: Codec) -> Iterator[tuple[bytes, bool]]:
        dice = self._dice
        if dice.random() < 0.6:
            cut = dice.choice(_real(codec))
            yield from ((payload, at == len(cut) - 1) for at, payload in enumerate(cut))
            return
        for _ in range(dice.randrange(1, 4)):
            body = dice.randbytes(dice.choice([0, 1, 2, 3, 5, 9, 40]))
            if codec is Codec.H264 and body:
                body = bytes((dice.choice(FIRST_UNITS),)) + body[1:]
            yield body, dice.random() < 0.5

    def _as_record(self, handle: int, kind: int, body: bytes) -> bytes:
        one = self._publications[handle]
        number, rollover = tap.CODECS.index(one.codec), one.number >> 16
        head = tap.HEADER.pack(kind, number, len(body), handle, rollover & 0xFFFF_FFFF, self._now)
        return head + body


@lru_cache
def _real(codec: Codec) -> list[list[bytes]]:
    """Real frames as their payloads."""
    if codec is Codec.OPUS:
        return [[frame.data] for frame in sounds(0.2)]
    frames = pictures(codec, 1, every=4, size=(160, 120))
    return [payloads(codec, frame.data, frame.key) for frame in frames]


def done(incoming: Incoming, what: str, batch: bytes, handle: int, now: float) -> list[Found | str]:
    """What one of the halves makes of something that happens; a fault is its last word."""
    out: list[Found | str] = []
    try:
        match what:
            case "open":
                incoming.open(handle, tap.CODECS[handle % len(tap.CODECS)])
            case "close":
                out += incoming.close(handle, now)
            case "expire":
                out += incoming.expire(now)
            case _:
                for found in incoming.batch(batch):
                    out.append(found)  # what came before the fault counts
    except ValueError as error:
        out.append(str(error).replace("is cut short", "is broken").partition(" is ")[0])
    return out


def tap_record(
    publisher: Publisher, payload: bytes, *, marker: bool, skip: int = 0, at: float = 5.0
) -> bytes:
    """One packet of the frame at hand."""
    publisher.index += 1 + skip
    head = struct.pack("!BBHII", 0x80, marker << 7 | 96, publisher.index & 0xFFFF, 9, 1)
    return publisher.record(tap.PACKET, head + payload, at, publisher.index >> 16)
