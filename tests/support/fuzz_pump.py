"""Throws hostile datagrams at the compiled pump, with keys and without, until the time is up.

`python -m tests.support.fuzz_pump LIBRARY SECONDS SEED`, in a process that has the sanitizers'
library loaded: the first fault ends it. Prints how many datagrams it took.
"""

import contextlib
import random
import struct
import sys
import time
from pathlib import Path
from typing import Any

from pylibsrtp import Error

from server.media import feedback
from server.media.transport_cc import TransportFeedback
from server.media.twin import library
from signaling.events import Codec
from tests.support.hostile import cases, spoilt
from tests.support.layered_play import layered_play
from tests.support.plane import Far, ground
from tests.support.play import PICTURES, SSRCS, Play, begin, step
from tests.support.thinned_play import thinned_play

LAYERED = [
    (layered_play, Codec.VP8),
    (layered_play, Codec.H264),
    (thinned_play, Codec.VP8),
    (thinned_play, Codec.VP9),
]
KEPT = [*cases("rtp"), *cases("rtcp"), *cases("stun"), *cases("dtls")]


def happening(dice: random.Random) -> tuple[Any, ...]:
    """Something that may happen to a lesson."""
    source, picture = dice.choice(sorted(SSRCS)), dice.choice(PICTURES)
    return dice.choice(
        [
            ("send", source, dice.randint(1, 4), dice.random() < 0.5),
            ("skip", source, dice.choice([1, 2, 20, 600, 4000, 30_000])),
            ("hold", source),
            ("release", dice.randint(1, 3)),
            ("switch", dice.randint(0, 1), picture),
            ("repair", picture, dice.randint(0, 40), dice.random() < 0.5),
            ("gate", source, dice.random() < 0.7),
            ("bind", dice.randint(0, 1), dice.choice([*sorted(SSRCS), None])),
            ("nack", dice.randint(0, 1), dice.randint(0, 60)),
            ("copies", dice.randint(0, 1), dice.randint(0, 2)),
            ("pace", dice.choice([0, 40_000, 40_000, 200_000])),
            ("anew", source),
            ("again", source),
            ("forget", source),
        ]
    )


def throw(play: Play, dice: random.Random) -> None:
    """One datagram that nobody would send: of somebody with keys, or of a stranger."""
    far = dice.choice([*play.ups.values(), *play.downs])
    plain = bytearray(spoilt(dice.choice(KEPT), dice))
    if dice.random() < 0.5:  # an SSRC that is known, so that it gets further
        plain[8:12] = dice.choice(list(SSRCS.values()))[0].to_bytes(4, "big")
    if dice.random() < 0.2:
        far.throw(bytes(plain)[:2000])
        return
    with contextlib.suppress(Error):  # libsrtp refuses to encrypt the worst
        far.send(bytes(plain)[:1300])


def said(play: Play, far: Far, dice: random.Random) -> bytes:
    """RTCP about packets of this receiver, mostly honest."""
    near, told = play.floor.near(far), TransportFeedback()
    row = dice.choice(list(near.rows.values()))
    newest = row.sequence_offset + dice.randrange(-40, 40) + 65_500
    if near.path is not None:
        first = near.path.next - dice.choice([1, 30, 300, 3000])
        for number in range(first, first + dice.randrange(1, 200)):
            if dice.random() < 0.8:
                told.arrived(number & 0xFFFF, 9 + number / 100 + dice.random())
    blocks = [reception(dice, ssrc) for ssrc in near.rows]
    parts = [
        *told.messages(1, 2),
        feedback.nack(1, row.ssrc, [newest + each & 0xFFFF for each in range(dice.randrange(60))]),
        feedback.receiver_report(1, blocks[: dice.randrange(4)]),
        wide(dice),
        dice.choice(cases("rtcp")),
    ]
    return b"".join(dice.choice(parts) for _ in range(dice.randrange(1, 5)))


def reception(dice: random.Random, ssrc: int) -> feedback.Reception:
    """A block of a receiver report."""
    word = dice.randrange(2**32)
    return feedback.Reception(
        ssrc=ssrc,
        fraction=dice.random(),
        lost=dice.randrange(-9, 9),
        highest=word,
        jitter=word,
        last_report=word,
        since_report=word,
    )


def wide(dice: random.Random) -> bytes:
    """A message of transport-wide feedback with any chunks and deltas."""
    body = dice.randbytes(4 * dice.randrange(1, 40))
    count = dice.choice([0, 1, 7, 100, 4096, 4097, 65_535])
    words = (16 + len(body)) // 4
    first, reference = dice.randrange(65_536), dice.randrange(2**32)
    return struct.pack("!BBHIIHHI", 0x8F, 205, words, 1, 2, first, count, reference) + body


def report(play: Play, dice: random.Random) -> None:
    """One datagram of RTCP by somebody with keys: as it should be, or spoilt."""
    far = dice.choice(play.downs)
    plain = said(play, far, dice)
    with contextlib.suppress(Error):  # libsrtp refuses to encrypt the worst
        far.report((plain if dice.random() < 0.4 else spoilt(plain, dice))[:1300])


def lesson(dice: random.Random, until: float) -> int:
    """One plane's life, of at most 400 turns; how many datagrams were thrown."""
    thrown = 0
    with ground("compiled") as floor:
        play = begin(floor)
        for _ in range(400):
            if time.monotonic() > until:
                break
            for _ in range(dice.randint(0, 20)):
                dice.choice([throw, report])(play, dice)
                thrown += 1
            step(play, *happening(dice))
            floor.wait(0.02)
            floor.tapped()
            for near in map(floor.near, play.downs):
                near.receptions()
                if near.path is not None:
                    near.path.take(floor.now)
    return thrown


def layers(dice: random.Random, until: float) -> int:
    """The same of a picture in layers, whose payloads are cut or wrong."""
    thrown = 0
    made, codec = dice.choice(LAYERED)
    with made("compiled", codec) as play:
        for _ in range(400):
            if time.monotonic() > until:
                break
            for _ in range(dice.randint(0, 10)):
                plain = bytearray(
                    play.packet(dice.randrange(len(play.next)), dice, -dice.randrange(4))
                )
                for _ in range(dice.randrange(3)):
                    plain[dice.randrange(12, len(plain))] = dice.randrange(256)
                play.emit(bytes(plain[: dice.randint(20, len(plain))]))
                thrown += 1
            play.do(dice)
            play.floor.tapped()
    return thrown


def main() -> None:
    """Fuzz the library of the command line."""
    library.LIBRARY = Path(sys.argv[1])
    until, seed, thrown = time.monotonic() + float(sys.argv[2]), int(sys.argv[3]), 0
    while time.monotonic() < until:
        dice = random.Random(seed)
        thrown += lesson(dice, until) + layers(dice, until)
        seed += 1
    sys.stdout.write(f"{thrown}\n")


if __name__ == "__main__":
    main()
