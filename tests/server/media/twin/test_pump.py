"""Whatever happens, the compiled pump does to the packet what the reference does."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pylibsrtp import Policy, Session

from server.media.requests import SetTap
from signaling.events import Codec
from signaling.ids import SourceId
from tests.support import strange_play
from tests.support.layered_play import layered_play, media
from tests.support.noted import noted
from tests.support.plane import AGAIN, Far, Ground, ground
from tests.support.play import SSRCS, STEPS, Play, begin, step
from tests.support.thinned_play import thinned_play

RTX = [(each).to_bytes(4, "big") for each in (101, 111)]
"""SSRCs of the pictures' retransmissions in a strange play."""


def heard(far: Far) -> list[bytes]:
    """Everything that came to a far end, decrypted, in order."""
    return [
        far.incoming.unprotect_rtcp(each) if 192 <= each[1] <= 223 else far.opened(each)
        for each in far.raw()
    ]


def outcome(floor: Ground, play: Play) -> dict[str, Any]:
    """All that a pump has left behind."""
    pump = floor.pump
    return {
        "counted": (pump.received, pump.forwarded, pump.dropped, pump.refused),
        "noted": [noted(floor.near(far), floor.now) for far in play.ups.values()],
        "publications": [
            (each.ssrc, each.highest, each.oldest, each.timestamp, each.packets, each.octets)
            for far in play.ups.values()
            for each in floor.near(far).publications.values()
        ],
        "tapped": floor.tapped(),
        "paths": [
            near.path.take(floor.now)
            for near in map(floor.near, play.downs)
            if near.path is not None
        ],
    }


def played(kind: str, steps: list[tuple[Any, ...]]) -> list[Any]:
    """What comes of these steps at a plane with this pump."""
    with ground(kind) as floor:
        play = begin(floor)
        for far in play.downs:
            far.incoming = lenient_reader()
        for handle, source in enumerate(sorted(SSRCS), start=1):
            floor.plane.set_tap(SetTap(source=SourceId(source), handle=handle))
        came = []
        for each in steps:
            step(play, *each)
            came.append([heard(far) for far in play.downs])
        return [came, outcome(floor, play)]


def lenient_reader() -> Session:
    """Reads what `play.lenient` has encrypted, repetitions too."""
    policy = Policy(
        key=bytes(range(28)),
        ssrc_type=Policy.SSRC_ANY_INBOUND,
        srtp_profile=Policy.SRTP_PROFILE_AEAD_AES_128_GCM,
    )
    policy.window_size = 1024
    return Session(policy)


@pytest.mark.slow
@settings(max_examples=150)
@given(steps=st.lists(STEPS, min_size=10, max_size=50))
def test_both_do_the_same_packet_by_packet(steps: list[tuple[Any, ...]]) -> None:
    first = [("bind", 0, "a/camera"), ("bind", 1, "a/microphone"), ("send", "a/camera", 3, True)]
    last = [("send", "a/camera", 3, True), ("send", "a/microphone", 2, False)]
    assert played("compiled", [*first, *steps, *last]) == played("python", [*first, *steps, *last])


@pytest.mark.slow
@settings(max_examples=150)
@given(st.integers(0, 2**32))
def test_strange_packets_are_read_alike(seed: int) -> None:
    dice = random.Random(seed)
    with strange_play.played("python") as reference, strange_play.played("compiled") as twin:
        for number in range(60):
            happens = strange_play.step(dice)
            reference.do(happens)
            twin.do(happens)
            assert twin.seen() == reference.seen(), (number, happens)


def test_over_ipv6_they_are_read_alike_too() -> None:
    dice, counted = random.Random(6), (0, 0, 0, 0)
    with (
        strange_play.played("python", "::1") as reference,
        strange_play.played("compiled", "::1") as twin,
    ):
        for _ in range(100):
            happens = strange_play.step(dice)
            reference.do(happens)
            twin.do(happens)
            seen = twin.seen()
            assert seen == reference.seen()
            counted = seen.counted
    assert min(counted[:2]) > 50


def test_strange_plays_have_feedback_and_all_kinds_of_repair_to_compare() -> None:
    dice = random.Random(14)
    red = again = sent = came = told = aside = 0
    with strange_play.played("compiled") as twin:
        for _ in range(400):
            twin.do(strange_play.step(dice))
            seen = twin.seen()
            records = [each for each in seen.paths if each is not None]
            came += sum(each.packets for each in records)
            told += sum(map(len, seen.told))
            aside += len(seen.aside)
            got = [packet for some in seen.received for packet in some]
            again += sum(packet.startswith(AGAIN) for packet in got)
            red += sum(packet[1] & 127 == strange_play.RED for packet in got)
            sent += sum(packet[8:12] in RTX for packet in got)
    assert min(sent, came, told, aside, red) > 20
    assert again > 10


def test_there_is_something_to_compare() -> None:
    came, left = played("compiled", [("bind", 0, "a/camera"), ("send", "a/camera", 3, True)])
    assert len(came[-1][0]) == 3
    assert left["counted"][:2] == (3, 3)
    assert len(left["tapped"]) == 3


@pytest.mark.slow
@pytest.mark.parametrize("codec", [Codec.VP8, Codec.H264])
@settings(max_examples=150)
@given(seed=st.integers(0, 2**32))
def test_layers_are_changed_alike(codec: Codec, seed: int) -> None:
    dice, again = random.Random(seed), random.Random(seed)
    with layered_play("python", codec) as reference, layered_play("compiled", codec) as twin:
        for _ in range(80):
            reference.do(dice)
            twin.do(again)
            assert twin.got == reference.got
        assert twin.left() == reference.left()


@pytest.mark.parametrize("kind", ["python", "compiled"])
@pytest.mark.parametrize("codec", [Codec.VP8, Codec.H264])
def test_layered_plays_have_changes_and_retransmissions_to_compare(kind: str, codec: Codec) -> None:
    dice = random.Random(7)
    with layered_play(kind, codec) as play:
        for _ in range(400):
            play.do(dice)
        came = play.got[0]
        assert len(came) - len(media(came)) > 5
        assert {each.rpartition(b"/")[0][-1:] for each in media(came)} >= {b"0", b"1", b"2"}
        assert play.floor.pump.refused == 0
        assert len(play.waited) > 5
        for got in play.got:
            numbers = [each[2:4] for each in media(got)]
            assert len(numbers) == len(set(numbers))


@pytest.mark.slow
@pytest.mark.parametrize("codec", [Codec.VP8, Codec.VP9])
@settings(max_examples=150)
@given(seed=st.integers(0, 2**32))
def test_frames_are_left_out_alike(codec: Codec, seed: int) -> None:
    dice, again = random.Random(seed), random.Random(seed)
    with thinned_play("python", codec) as reference, thinned_play("compiled", codec) as twin:
        for _ in range(80):
            reference.do(dice)
            twin.do(again)
            assert twin.got == reference.got
        assert twin.left() == reference.left()


@pytest.mark.parametrize("kind", ["python", "compiled"])
@pytest.mark.parametrize("codec", [Codec.VP8, Codec.VP9])
def test_plays_with_frames_left_out_have_something_to_compare(kind: str, codec: Codec) -> None:
    dice, thinned = random.Random(7), 0
    with thinned_play(kind, codec) as play:
        for _ in range(400):
            play.do(dice)
            rows = play.floor.near(play.downs[1]).slots.values()
            thinned += sum(row.switch is not None and row.switch.limit < 2 for row in rows)
        for got in play.got:
            numbers = [each[2:4] for each in media(got)]
            assert len(got) - len(numbers) > 5
            assert len(numbers) == len(set(numbers)) > 100
        assert play.floor.pump.refused == 0
        assert len(play.waited) > 5
    assert thinned > 50
