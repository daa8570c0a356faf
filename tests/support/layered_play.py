"""A plane with either pump, a camera in three layers, and all that may happen to it, by dice."""

import contextlib
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pylibsrtp import Error

from server.media import feedback
from server.media.requests import SetTap, Want
from signaling.agreement import Section
from signaling.events import Codec
from signaling.ids import SourceId
from signaling.rtp.extensions import MID, REPAIRED_RID, RID
from tests.support.noted import noted
from tests.support.plane import (
    NUMBERS,
    RTX,
    UP_IDS,
    Ground,
    down_section,
    ground,
    numbered,
    rtp,
    up_section,
)

CAMERA, OTHER = "h/camera", "h/other"
IDS = {**UP_IDS, RID: 5, REPAIRED_RID: 6}
RIDS = ("l", "m", "h")
STEPS = ("send",) * 12 + (
    *("skip", "late", "late", "repair", "want", "want", "want", "nack", "nack", "report"),
    *("pace", "pace", "pace", "shove", "shove", "anew", "gate", "bind", "wait", "agree", "silence"),
    *("twice", "twice"),
)


def layered(codec: Codec, rids: tuple[str, ...] = RIDS, rows: int = 0) -> Section:
    """A camera whose layers are agreed, and what it says of its rows."""
    return replace(up_section("0", CAMERA, codec), extensions=IDS, layers=rids, rows=rows)


def vp8(picture: int, key: bool, temporal: int) -> bytes:
    """A VP8 payload's beginning, with numbers and temporal layer as browsers write them."""
    synced = 0x20 if temporal else 0
    base = (picture // 4) & 0xFF
    numbers = (0x8000 | picture & 0x7FFF).to_bytes(2, "big") + bytes([base, temporal << 6 | synced])
    return b"\x90\xf0" + numbers + (b"\x00" if key else b"\x01")


class Play:
    """Both ends of it."""

    steps: tuple[str, ...] = STEPS
    """What may happen, some of it oftener than other."""

    def __init__(self, floor: Ground, codec: Codec) -> None:
        self.floor, self.codec = floor, codec
        self.next, self.ssrcs = self.begins()
        self.picture = 32_760
        self.up = floor.peer("up", *self.sections())
        slot = down_section("0", (codec,), (101, 102))
        self.downs = [floor.peer("one", slot), floor.peer("two", numbered(slot))]
        for number, source in enumerate((CAMERA, OTHER), start=1):
            floor.gate(source)
            floor.plane.set_tap(SetTap(source=SourceId(source), handle=number))
        for down in self.downs:
            floor.bind(down, "0", CAMERA)
        self.silent: set[int] = set()
        self.waited: set[int] = set()
        """Octets that waited for the second receiver, one figure after another."""
        self.got: list[list[bytes]] = [[] for _ in self.downs]

    def begins(self) -> tuple[list[int], list[int]]:
        """Of each layer the first sequence number and the SSRC."""
        return [65_520, 300, 40], [21, 22, 23]

    def sections(self) -> list[Section]:
        """What the publisher sends."""
        return [layered(self.codec), up_section("1", OTHER, self.codec, (91, 92))]

    def body(self, dice: random.Random) -> bytes:
        """How a payload begins."""
        if self.codec is Codec.VP8:
            return vp8(self.picture, dice.random() < 0.3, dice.choice((0, 0, 1, 2)))
        return dice.choice(
            (b"\x67sps", b"\x41slice", b"\x65idr", b"\x18\x00\x02\x67\x00\x00\x01\x65")
        )

    def do(self, dice: random.Random) -> None:
        """One thing that may happen, then a turn of the pump."""
        getattr(self, dice.choice(self.steps))(dice)
        self.floor.now += 0.01
        self.floor.turn()
        path = self.floor.near(self.downs[1]).path
        if path is not None and path.pacer is not None:
            self.waited.add(path.pacer.octets)
        self.floor.pace()
        for got, down in zip(self.got, self.downs, strict=True):
            got += down.packets()

    def packet(self, layer: int, dice: random.Random, back: int = 0) -> bytes:
        """A packet of a layer, the next or one that is late."""
        sequence = self.next[layer] - back
        body = self.body(dice)
        names = {IDS[MID]: b"0", IDS[RID]: RIDS[layer].encode()}
        words = b"%d/%d" % (layer, sequence)
        return rtp(
            self.ssrcs[layer], sequence, body + words, codec=self.codec,
            timestamp=self.picture * 3000 + layer * 1_000_000, extensions=names,
        )  # fmt: skip

    def send(self, dice: random.Random) -> None:
        """One picture, in pieces, of every layer that flows."""
        self.picture += 1
        for layer in range(len(self.next)):
            for _ in range(0 if layer in self.silent else dice.randint(1, 2)):
                self.emit(self.packet(layer, dice))
                self.next[layer] += 1

    def emit(self, plain: bytes) -> None:
        """Send it, unless the publisher's own libsrtp refuses."""
        with contextlib.suppress(Error):
            self.up.send(plain)

    def silence(self, dice: random.Random) -> None:
        """The device leaves a layer out, or takes it up again."""
        self.silent ^= {dice.randrange(len(self.next))}

    def skip(self, dice: random.Random) -> None:
        """Lose some on the way up."""
        self.next[dice.randrange(len(self.next))] += dice.choice((1, 2, 5, 700, 4000))

    def late(self, dice: random.Random) -> None:
        """A packet comes behind newer ones."""
        self.emit(self.packet(dice.randrange(len(self.next)), dice, dice.randint(1, 12)))

    def repair(self, dice: random.Random) -> None:
        """A retransmission, of what was lost or not."""
        layer = dice.randrange(len(self.next))
        original = (self.next[layer] - dice.randint(1, 8)) & 0xFFFF
        names = {IDS[MID]: b"0", IDS[REPAIRED_RID]: RIDS[layer].encode()}
        body = original.to_bytes(2, "big") + vp8(self.picture, False, 0) + b"repair"
        number = RTX[self.codec]
        self.picture += 1
        self.emit(rtp(61 + layer, self.picture, body, number=number, extensions=names))

    def want(self, dice: random.Random) -> None:
        """The allocator chooses."""
        down = dice.choice(self.downs)
        layer, temporal = dice.choice((None, 0, 0, 1, 1, 2, 2)), dice.choice((None, None, 0, 1))
        wish = Want(peer=down.id, mid="0", layer=layer, temporal=temporal)
        self.floor.plane.want(wish, self.floor.now)

    def twice(self, dice: random.Random) -> None:
        """A receiver's picture goes out twice from now on, or no more."""
        for row in self.floor.near(dice.choice(self.downs)).slots.values():
            row.twice = not row.twice
            self.floor.plane.change(row)

    def nack(self, dice: random.Random) -> None:
        """A receiver asks for what it had, or never had."""
        number = dice.randrange(2)
        media = [each for each in self.got[number] if each[8:12] == (101).to_bytes(4, "big")]
        if media:
            sequence = int.from_bytes(dice.choice(media[-20:])[2:4], "big")
            self.downs[number].report(feedback.nack(1, 101, [sequence, sequence + 3 & 0xFFFF]))

    def pace(self, dice: random.Random) -> None:
        """What goes to the second receiver is spread over time, or no more."""
        target = dice.choice((None, 40_000.0, 100_000.0))
        near = self.floor.near(self.downs[1])
        self.floor.rounds.sharing.pacing.aim(near, target, self.floor.now)

    def shove(self, dice: random.Random) -> None:
        """Much has left to it just now: hardly anything may."""
        path = self.floor.near(self.downs[1]).path
        if path is not None and path.pacer is not None:
            path.pacer.charge(100_000, self.floor.now)

    def report(self, dice: random.Random) -> None:
        """The publisher tells a layer's clock."""
        layer = dice.randrange(len(self.next))
        ntp = int((self.floor.now + 3_000_000_000) * 2**32)
        told = feedback.SenderReport(
            ssrc=self.ssrcs[layer], ntp=ntp, packets=1, octets=1,
            rtp=self.picture * 3000 + layer * 1_000_000 & 0xFFFF_FFFF,
        )  # fmt: skip
        self.up.report(feedback.sender_report(told))

    def anew(self, dice: random.Random) -> None:
        """A layer begins anew."""
        layer = dice.randrange(len(self.next))
        if self.ssrcs[layer] < 40:
            self.ssrcs[layer] += 3
            self.next[layer] -= dice.choice((0, 3, 200))

    def gate(self, dice: random.Random) -> None:
        """Muted, and not."""
        self.floor.gate(CAMERA, is_open=False)
        self.send(dice)
        self.floor.turn()
        self.floor.gate(CAMERA)

    def bind(self, dice: random.Random) -> None:
        """Another picture in one piece for a moment."""
        down = dice.choice(self.downs)
        self.floor.bind(down, "0", OTHER)
        self.picture += 1
        body = vp8(self.picture, True, 0) if self.codec is Codec.VP8 else b"\x67other"
        self.emit(rtp(91, self.picture, body, number=NUMBERS[self.codec]))
        self.floor.turn()
        self.floor.bind(down, "0", CAMERA)

    def wait(self, dice: random.Random) -> None:
        """Time passes."""
        self.floor.wait(dice.choice((0.1, 0.5, 1.2)))

    def agree(self, dice: random.Random) -> None:
        """Another offer and answer, with nothing new or without layers for a moment."""
        other = up_section("1", OTHER, self.codec, (91, 92))
        if dice.random() < 0.5:
            self.floor.agree("up", up_section("0", CAMERA, self.codec), other)
        self.floor.agree("up", layered(self.codec), other)

    def left(self) -> list[Any]:
        """What the pump has left behind."""
        pump = self.floor.pump
        near = [self.floor.near(down) for down in self.downs]
        return [
            (pump.received, pump.forwarded, pump.dropped, pump.refused),
            self.floor.tapped(),
            [row.sent(row.publication) for peer in near for row in peer.slots.values()],
            [list(each.octets_of) for each in self.floor.near(self.up).publications.values()],
            noted(self.floor.near(self.up), self.floor.now),
        ]


@contextlib.contextmanager
def layered_play(kind: str, codec: Codec) -> Iterator[Play]:
    """A play at a plane with this pump."""
    with ground(kind) as floor:
        yield Play(floor, codec)


def media(got: list[bytes]) -> list[bytes]:
    """The packets without retransmissions."""
    return [each for each in got if each[8:12] == (101).to_bytes(4, "big")]
