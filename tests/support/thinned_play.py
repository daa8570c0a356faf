"""A plane, a picture in one piece with temporal layers, and all that may happen to it, by dice."""

import contextlib
import random
from collections.abc import Iterator

from signaling.agreement import Section
from signaling.events import Codec
from tests.support.layered import PATTERN
from tests.support.layered_play import CAMERA, OTHER, Play, vp8
from tests.support.plane import NUMBERS, RTX, ground, rtp, up_section


def vp9(picture: int, temporal: int, *, key: bool, first: bool = True, last: bool = True) -> bytes:
    """A VP9 payload's beginning as Chromium writes it for one size in several temporal layers."""
    head = 0xA0 | 0x40 * (not key) | 0x08 * first | 0x04 * last
    base = picture // 4 & 0xFF
    return bytes([head, 0x80 | picture >> 8 & 0x7F, picture & 0xFF, temporal << 5 | 0x10, base])


STEPS = ("send",) * 24 + (
    *("skip", "late", "late", "repair", "want", "want", "want", "want", "nack", "nack", "nack"),
    *("report", "pace", "pace", "shove", "anew", "gate", "bind", "wait", "agree"),
)


class ThinnedPlay(Play):
    """Both ends of it."""

    steps = STEPS

    def begins(self) -> tuple[list[int], list[int]]:
        """The first sequence number and the SSRC."""
        return [65_520], [21]

    def sections(self) -> list[Section]:
        """What the publisher sends."""
        camera = up_section("0", CAMERA, self.codec, (self.ssrcs[0], 61))
        return [camera, up_section("1", OTHER, self.codec, (91, 92))]

    def send(self, dice: random.Random) -> None:
        """One picture, in pieces."""
        self.picture += 1
        pieces = dice.randint(1, 3)
        for piece in range(pieces):
            self.emit(self.piece(self.next[0], piece == 0, piece == pieces - 1))
            self.next[0] += 1

    def packet(self, layer: int, dice: random.Random, back: int = 0) -> bytes:
        """One that is late."""
        return self.piece(self.next[0] - back, dice.random() < 0.5, dice.random() < 0.5)

    def piece(self, sequence: int, first: bool, last: bool) -> bytes:
        """One piece of the picture; each eighth begins anew."""
        body = self.payload(self.picture % 8 == 0, first, last)
        time = self.picture * 3000
        return rtp(
            self.ssrcs[0], sequence, body + b"0/%d" % sequence, codec=self.codec, timestamp=time
        )

    def payload(self, key: bool, first: bool, last: bool) -> bytes:
        """How a payload begins."""
        temporal = PATTERN[self.picture % 4]
        if self.codec is Codec.VP9:
            return vp9(self.picture, temporal, key=key, first=first, last=last)
        whole = vp8(self.picture, key, temporal)
        return whole if first else bytes([whole[0] & ~0x10]) + whole[1:]

    def body(self, dice: random.Random) -> bytes:
        """The same of a picture with which a decoder can begin."""
        return self.payload(True, True, True)

    def repair(self, dice: random.Random) -> None:
        """A retransmission, of what was lost or not."""
        original = (self.next[0] - dice.randint(1, 8)) & 0xFFFF
        body = original.to_bytes(2, "big") + self.payload(False, True, True) + b"repair"
        self.picture += 1
        self.emit(rtp(61, self.picture, body, number=RTX[self.codec]))

    def anew(self, dice: random.Random) -> None:
        """The publisher begins anew, under another SSRC."""
        self.ssrcs[0] += 3
        if self.ssrcs[0] > 57:
            self.ssrcs[0] = 21
        self.next[0] -= dice.choice((0, 3, 200))
        self.floor.agree("up", *self.sections())

    def bind(self, dice: random.Random) -> None:
        """Another picture for a moment."""
        down = dice.choice(self.downs)
        self.floor.bind(down, "0", OTHER)
        self.picture += 1
        number = NUMBERS[self.codec]
        self.emit(rtp(91, self.picture, self.payload(True, True, True), number=number))
        self.floor.turn()
        self.floor.bind(down, "0", CAMERA)

    def agree(self, dice: random.Random) -> None:
        """Another offer and answer with nothing new."""
        self.floor.agree("up", *self.sections())


@contextlib.contextmanager
def thinned_play(kind: str, codec: Codec) -> Iterator[ThinnedPlay]:
    """A play at a plane with this pump."""
    with ground(kind) as floor:
        yield ThinnedPlay(floor, codec)
