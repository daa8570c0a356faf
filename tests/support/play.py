"""Two publishers and two receivers at a plane, and everything that may happen to them.

The packets of the first receiver are numbered on the transport, those of the other are not.
"""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from hypothesis import strategies as st
from pylibsrtp import Error, Policy, Session

from server.media import feedback
from server.media.peer import Keyed
from server.media.requests import ForgetSource
from server.media.transport_cc import TransportFeedback
from signaling.agreement import Section
from signaling.events import Codec
from signaling.ids import SourceId
from signaling.rtp.extensions import AUDIO_LEVEL, TRANSPORT_CC
from signaling.rtp.red import redundant
from tests.support.plane import (
    NUMBERS,
    RED,
    UP_IDS,
    VP8_DELTA,
    VP8_KEY,
    Far,
    Ground,
    down_section,
    numbered,
    rtp,
    up_section,
)

PICTURES = ("a/camera", "b/camera")
SSRCS = {"a/camera": (11, 12), "b/camera": (13, 14), "a/microphone": (15,), "b/microphone": (16,)}


BEFORE: tuple[list[tuple[int, bytes]], ...] = ([], [(0, b"before")], [(0, b"two"), (9, b"one")])
"""What a publisher's own redundant sound repeats."""


class Play(NamedTuple):
    """A plane with two publishers and two receivers, and what was sent so far."""

    floor: Ground
    ups: dict[str, Far]
    downs: list[Far]
    next: dict[str, int]
    held: list[tuple[Far, bytes]]


def lenient(far: Far) -> None:
    """Let libsrtp encrypt repetitions, so that only the rows are left to prevent them."""
    policy = Policy(
        key=bytes(range(28)),
        ssrc_type=Policy.SSRC_ANY_OUTBOUND,
        srtp_profile=Policy.SRTP_PROFILE_AEAD_AES_128_GCM,
    )
    policy.allow_repeat_tx = True
    policy.window_size = 1024
    far.near_keys = (far.near_keys[0], Keyed(Session(policy)))


def begin(floor: Ground) -> Play:
    """Peers whose sequences stand just before the wrap."""
    ups = {
        room: floor.peer(
            room,
            up_section("0", f"{room}/camera", Codec.VP8, SSRCS[f"{room}/camera"]),
            up_section("1", f"{room}/microphone", Codec.OPUS, SSRCS[f"{room}/microphone"]),
        )
        for room in ("a", "b")
    }
    downs = []
    for number in range(2):
        far = floor.peer(f"down{number}", *receiving(number, (Codec.VP8,)))
        near = floor.near(far)
        lenient(far)
        near.sending = far.near_keys[1]
        for row in near.slots.values():
            row.sequence = 65_530
        downs.append(far)
    for source in SSRCS:
        floor.gate(source)
    return Play(floor, ups, downs, dict.fromkeys(SSRCS, 65_500), [])


def receiving(number: int, codecs: tuple[Codec, ...]) -> list[Section]:
    """The slots of a receiver; the first one takes redundant sound, the other does not."""
    slots = [down_section("0", codecs, (100, 101)), down_section("1", (Codec.OPUS,), (102,))]
    if number:
        opus = replace(slots[1].payloads[0], red=None)
        return [slots[0], replace(slots[1], payloads=(opus,))]
    return [numbered(each) for each in slots]


sources = st.sampled_from(sorted(SSRCS))
STEPS = st.one_of(
    st.tuples(st.just("send"), sources, st.integers(1, 4), st.booleans()),
    st.tuples(st.just("skip"), sources, st.sampled_from([1, 2, 20, 600, 4000, 30_000])),
    st.tuples(st.just("hold"), sources),
    st.tuples(st.just("release"), st.integers(1, 3)),
    # A receiver is shown another picture, which goes on while the first one's packets come late.
    st.tuples(st.just("switch"), st.integers(0, 1), st.sampled_from(PICTURES)),
    st.tuples(st.just("repair"), st.sampled_from(PICTURES), st.integers(0, 40), st.booleans()),
    st.tuples(st.just("gate"), sources, st.booleans()),
    st.tuples(st.just("bind"), st.integers(0, 1), st.sampled_from([*sorted(SSRCS), None])),
    st.tuples(st.just("nack"), st.integers(0, 1), st.integers(0, 60)),
    st.tuples(st.just("copies"), st.integers(0, 1), st.integers(0, 2)),
    st.tuples(st.just("twice"), st.integers(0, 1), st.booleans()),
    # What goes to the first receiver is spread over time: hardly anything may leave at once.
    st.tuples(st.just("pace"), st.sampled_from([0, 40_000, 200_000, 2_000_000])),
    st.tuples(st.just("pace"), st.sampled_from([40_000, 200_000])),
    st.tuples(st.just("wait"), st.floats(0, 0.6)),
    st.tuples(st.just("anew"), sources),
    st.tuples(st.just("again"), sources),
    st.tuples(st.just("forget"), sources),
)


def step(play: Play, kind: str, *given: Any) -> None:  # noqa: ANN401  # each step has its own
    """Do one thing that may happen."""
    steps: dict[str, Callable[..., None]] = {
        "send": send, "skip": skip, "hold": hold, "release": release, "repair": repair,
        "gate": gate, "bind": bind, "nack": nack, "anew": anew, "again": again, "forget": forget,
        "switch": switch, "copies": copies, "twice": twice, "pace": pace, "wait": wait,
    }  # fmt: skip
    steps[kind](play, *given)
    play.floor.now += 0.01
    play.floor.turn()
    play.floor.pace()


def packet(play: Play, source: str, begins: bool) -> bytes:
    """The next packet of a source, unlike every other."""
    sequence = play.next[source]
    play.next[source] += 1
    sound = source.endswith("microphone")
    codec = Codec.OPUS if sound else Codec.VP8
    body = b"sound" if sound else VP8_KEY if begins else VP8_DELTA
    body += source.encode() + sequence.to_bytes(8, "big")
    number = NUMBERS[codec]
    if sound and sequence % 4 == 1:
        number, body = RED[codec], redundant(number, sequence * 960, body, BEFORE[sequence % 3])
    return dressed(
        rtp(
            SSRCS[source][0],
            sequence,
            body,
            number=number | (128 if sequence % 3 else 0),
            timestamp=sequence * 960,
            extensions=named(sequence),
        ),
        sequence,
    )


def named(sequence: int) -> dict[int, bytes]:
    """Header extensions, of which one packet has more than another."""
    return {
        UP_IDS[TRANSPORT_CC]: (sequence & 0xFFFF).to_bytes(2, "big"),
        **({UP_IDS[AUDIO_LEVEL]: bytes([sequence & 255])} if sequence % 4 else {}),
    }


def dressed(plain: bytes, sequence: int) -> bytes:
    """With padding and a contributing source, as one packet has them and another has not."""
    if sequence % 5 == 0:
        plain = bytes([plain[0] | 32]) + plain[1:] + b"\0\0\3"
    if sequence % 7 == 0:
        plain = bytes([plain[0] | 1]) + plain[1:12] + b"from" + plain[12:]
    return plain


def copies(play: Play, receiver: int, count: int) -> None:
    """A receiver's sound is repeated from now on, or no more."""
    for row in play.floor.near(play.downs[receiver]).slots.values():
        row.copies = count if row.section.kind == "audio" else 0
        row.recent = row.recent or (row.new_recent() if row.copies else None)
        play.floor.plane.change(row)


def twice(play: Play, receiver: int, on: bool) -> None:
    """A receiver's picture goes out twice from now on, or no more."""
    for row in play.floor.near(play.downs[receiver]).slots.values():
        row.twice = on and row.section.kind == "video"
        play.floor.plane.change(row)


def pace(play: Play, target: int) -> None:
    """The first receiver's pictures are spread by this target, as if much had just left, or not."""
    near = play.floor.near(play.downs[0])
    play.floor.rounds.sharing.pacing.aim(near, float(target) or None, play.floor.now)
    pacer = near.path.pacer if near.path is not None else None
    if pacer is not None and target:
        pacer.charge(100_000, play.floor.now)


def wait(play: Play, seconds: float) -> None:
    """Nothing comes for a moment."""
    play.floor.now += seconds


def emit(far: Far, plain: bytes) -> None:
    """Send a packet, unless the publisher's own libsrtp refuses so wild a jump."""
    with contextlib.suppress(Error):
        far.send(plain)


def send(play: Play, source: str, count: int, begins: bool) -> None:
    """Packets in order."""
    for _ in range(count):
        emit(play.ups[source[0]], packet(play, source, begins))


def skip(play: Play, source: str, count: int) -> None:
    """Lose some on the way up."""
    play.next[source] += count


def hold(play: Play, source: str) -> None:
    """Keep a packet back, to come late or twice."""
    far = play.ups[source[0]]
    with contextlib.suppress(Error):
        play.held.append((far, far.protect(packet(play, source, True))))


def release(play: Play, place: int) -> None:
    """Let one come that was kept back; it may come again."""
    if place <= len(play.held):
        far, datagram = play.held[-place]
        far.throw(datagram)


def repair(play: Play, source: str, back: int, changed: bool) -> None:
    """Retransmit an older packet, perhaps with other contents."""
    play.next[source] += 1
    original = (play.next[source] - 2 - back) & 0xFFFF
    body = original.to_bytes(2, "big") + VP8_KEY + (b"changed" if changed else b"")
    far = play.ups[source[0]]
    emit(far, rtp(SSRCS[source][1], play.next[source], body, number=97))


def gate(play: Play, source: str, is_open: bool) -> None:
    """Mute or unmute."""
    play.floor.gate(source, is_open=is_open)


def bind(play: Play, receiver: int, source: str | None) -> None:
    """Show or play something else, or nothing."""
    mid = "1" if source is not None and source.endswith("microphone") else "0"
    play.floor.bind(play.downs[receiver], mid, source)


def switch(play: Play, receiver: int, source: str) -> None:
    """Bind another picture, of which one packet is late."""
    hold(play, source)
    bind(play, receiver, source)
    send(play, source, 2, True)


def nack(play: Play, receiver: int, back: int) -> None:
    """A receiver asks for something again, perhaps for what it never had."""
    far = play.downs[receiver]
    for row in play.floor.near(far).slots.values():
        publication = row.source.publication if row.source is not None else None
        newest = (publication.highest if publication is not None else 0) + row.sequence_offset
        asked = feedback.nack(1, row.ssrc, [newest - back & 0xFFFF, newest & 0xFFFF])
        far.report(asked + came(play, far, back))


def came(play: Play, far: Far, back: int) -> bytes:
    """Feedback that two of three of the last packets came, of which some may not have been sent."""
    path, told = play.floor.near(far).path, TransportFeedback()
    for place in range(back):
        if path is not None and place % 3:
            told.arrived(path.next - back + 2 + place & 0xFFFF, 5.0 + play.floor.now + place / 1000)
    return b"".join(told.messages(1, 2))


def anew(play: Play, source: str) -> None:
    """The publisher's sequence begins anew, under another SSRC."""
    play.next[source] += 1
    ssrcs = tuple(each + 1000 * (play.next[source] % 9 + 1) for each in SSRCS[source])
    far, room = play.ups[source[0]], source[0]
    cameras = ssrcs if source in PICTURES else SSRCS[f"{room}/camera"]
    sounds = SSRCS[f"{room}/microphone"] if source in PICTURES else ssrcs
    play.floor.agree(
        far.id,
        up_section("0", f"{room}/camera", Codec.VP8, cameras),
        up_section("1", f"{room}/microphone", Codec.OPUS, sounds),
    )
    body = VP8_KEY if source in PICTURES else b"sound"
    codec = Codec.VP8 if source in PICTURES else Codec.OPUS
    emit(far, rtp(ssrcs[0], play.next[source], body, codec=codec))


def again(play: Play, source: str) -> None:
    """Another offer and answer with nothing new, then with another receiver's set of codecs."""
    for number, far in enumerate(play.downs):
        play.floor.agree(far.id, *receiving(number, (Codec.H264, Codec.VP8)))


def forget(play: Play, source: str) -> None:
    """A source ends; its gate is opened for whoever publishes it next."""
    play.floor.plane.forget_source(ForgetSource(source=SourceId(source)))
    play.floor.gate(source)
