"""The compiled half makes of every batch what the reference makes of it, frame for frame."""

import random
import struct
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.depacketize import FRAME_LIMIT
from recorder.packets import LOST, OVERRUN, REPORT, STRANGE, WHOLE, Found, Incoming, Interpreted
from recorder.twin.incoming import Compiled
from signaling.events import Codec
from signaling.rtp import tap
from tests.support.encoded import Publisher
from tests.support.strange_tap import StrangeTap, done, tap_record

PICTURES = [Codec.H264, Codec.VP8, Codec.VP9]
LONGEST = 65_000


def both() -> tuple[Incoming, Incoming]:
    return Interpreted(), Compiled()


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
def test_strange_taps_are_read_alike(seed: int) -> None:
    strange, (reference, twin) = StrangeTap(random.Random(seed)), both()
    for handle in range(4):
        reference.open(handle, tap.CODECS[handle])
        twin.open(handle, tap.CODECS[handle])
    for _ in range(40):
        happens = strange.step()
        # By their words: an arrival may be no number, which is not like itself.
        assert repr(done(twin, *happens)) == repr(done(reference, *happens)), happens[0]


def test_strange_taps_have_everything_to_compare() -> None:
    strange, twin = StrangeTap(random.Random(3)), Compiled()
    seen: Counter[int | str] = Counter()
    frames: Counter[tuple[Codec, bool]] = Counter()
    for _ in range(1500):
        for found in done(twin, *strange.step()):
            seen[found if isinstance(found, str) else found.kind] += 1
            if isinstance(found, Found) and found.kind == WHOLE:
                frames[found.codec, found.key] += 1
    assert min(seen[kind] for kind in (WHOLE, LOST, REPORT, OVERRUN, STRANGE)) > 50
    assert sum(isinstance(kind, str) for kind in seen)
    assert min(frames[codec, key] for codec in PICTURES for key in (True, False)) > 50
    assert frames[Codec.OPUS, True] > 50


@given(st.binary(max_size=60), st.booleans())
@pytest.mark.parametrize("codec", list(Codec))
def test_payloads_are_read_alike(codec: Codec, payload: bytes, marker: bool) -> None:
    head = struct.pack("!BBHII", 0x80, marker << 7 | 96, 7, 9, 1)
    record = Publisher(1, codec).record(tap.PACKET, head + payload, 5.0, 0)
    found = []
    for half in both():
        half.open(1, codec)
        found.append(list(half.batch(record)))
    assert found[0] == found[1]


def test_every_first_pair_of_octets_of_sound_is_read_alike() -> None:
    found = []
    for half in both():
        publisher = Publisher(1, Codec.OPUS)
        half.open(1, Codec.OPUS)
        records = (
            tap_record(publisher, bytes(octets), marker=False)
            for first in range(256)
            for octets in [(first,), *((first, second) for second in range(64))]
        )
        found.append([one for record in records for one in half.batch(record)])
    assert found[0] == found[1]
    assert 5000 < len(found[0]) < 256 * 65


FIRST = {Codec.H264: b"\x7c\x85", Codec.VP8: b"\x10", Codec.VP9: b"\x08"}
NEXT = {Codec.H264: b"\x7c\x05", Codec.VP8: b"\0", Codec.VP9: b"\0"}


@pytest.mark.parametrize("codec", PICTURES)
@pytest.mark.parametrize("over", [False, True])
def test_a_frame_of_more_than_the_limit_is_dropped_by_both(codec: Codec, over: bool) -> None:
    pieces, found = FRAME_LIMIT // LONGEST, []
    for half in both():
        publisher = Publisher(1, codec)
        told: list[Found] = []
        half.open(1, codec)
        for piece in range(pieces + over):
            start = NEXT[codec] if piece else FIRST[codec]
            told += half.batch(tap_record(publisher, start + bytes(LONGEST), marker=False))
        end = b"\x7c\x45" if codec is Codec.H264 else NEXT[codec]
        told += half.batch(tap_record(publisher, end + bytes(9), marker=True))
        found.append(told)
    assert found[0] == found[1]
    # A key frame of H.264 without parameter sets is none.
    wholes = [one for one in found[0] if one.kind == WHOLE]
    assert len(wholes) == (not over and codec is not Codec.H264)
