import threading

import numpy as np

from client.room.encoders import BLOCK, PictureEncoder, SoundEncoder
from client.room.incoming import Arrived
from client.room.payloads import H264Packets
from client.room.rates import Shape
from client.room.sight import WAITING, Sight, annex_b
from recorder.depacketize import Frame, assembler
from signaling.events import Codec
from signaling.ids import SourceId
from tests.client.room.test_encoders import frame

CAMERA, MICROPHONE = SourceId("b/camera"), SourceId("b/microphone")
SHAPE = Shape(width=640, height=360, rate=15)


def shown(numbers: list[int]) -> list[Arrived]:
    """Pictures as they arrive."""
    encoder, putting = PictureEncoder(Codec.H264, screen=False), assembler(Codec.H264)
    arrived = []
    for at, number in enumerate(numbers):
        data, key = encoder.encode(frame(number), at / 15, SHAPE, 800_000, False)
        payloads = H264Packets().payloads(data, key)
        for place, payload in enumerate(payloads, start=1):
            whole = putting.feed(payload, 0, len(payload), place == len(payloads))
            if whole is not None:
                arrived.append(Arrived(codec=Codec.H264, frame=whole))
    return arrived


def spoken(level: int, blocks: int) -> list[Arrived]:
    encoder = SoundEncoder()
    tone = (np.sin(np.arange(BLOCK * blocks) / 10) * level).astype(np.int16)
    return [
        Arrived(codec=Codec.OPUS, frame=Frame(encoder.encode(tone[at : at + BLOCK]), True))
        for at in range(0, len(tone), BLOCK)
    ]


def judged(source: SourceId, arrived: list[Arrived], prove: bool = True) -> Sight:
    sight = Sight(prove, lambda source, moment: None)
    for each in arrived:
        sight.take(source, each)
    sight.stop()
    return sight


def test_pictures_that_move_are_told_from_those_that_stand() -> None:
    moving = judged(CAMERA, shown(list(range(20)))).seen[CAMERA]
    still = judged(CAMERA, shown([5] * 20)).seen[CAMERA]
    assert (moving.frames, moving.decoded, moving.broken) == (20, 20, 0)
    assert moving.moved >= 18
    assert still.moved == 0


def test_speech_is_told_from_silence() -> None:
    loud = judged(MICROPHONE, spoken(8000, 50)).seen[MICROPHONE]
    silent = judged(MICROPHONE, spoken(0, 50)).seen[MICROPHONE]
    assert loud.heard_s > 0.8
    assert silent.heard_s == 0
    assert round(loud.sound_s, 3) == round(silent.sound_s, 3) == 1.0


def test_without_proof_nothing_is_decoded() -> None:
    seen = judged(CAMERA, shown([1, 2]), prove=False).seen[CAMERA]
    assert (seen.frames, seen.decoded) == (2, 0)
    assert "proof" not in {thread.name for thread in threading.enumerate()}


def test_the_first_frame_counts_from_a_key_frame() -> None:
    told: list[SourceId] = []
    sight = Sight(False, lambda source, moment: told.append(source))
    arrived = shown([1, 2, 3])
    sight.take(CAMERA, arrived[1])
    assert told == []
    sight.take(CAMERA, arrived[0])
    sight.take(CAMERA, arrived[2])
    assert told == [CAMERA]


def test_a_broken_frame_is_counted_and_the_next_is_decoded() -> None:
    good = shown(list(range(5)))
    broken = Arrived(codec=Codec.H264, frame=Frame(b"\0\0\0\4\x65\xff\xff\xff", True))
    seen = judged(CAMERA, [broken, *good]).seen[CAMERA]
    assert seen.broken == 1
    assert seen.decoded >= 4


def test_a_decoder_that_does_not_keep_up_skips_to_a_key_frame() -> None:
    sight = Sight(False, lambda source, moment: None)
    sight._prove = True  # its thread does not run: nothing is ever taken from the queue
    key, delta = shown([1, 2])
    for _ in range(WAITING):
        sight.take(CAMERA, delta)
    sight.take(CAMERA, delta)
    assert len(sight._jobs) == WAITING
    sight._jobs.pop()
    sight.take(CAMERA, delta)
    assert len(sight._jobs) == WAITING - 1
    sight.take(CAMERA, key)
    assert len(sight._jobs) == WAITING


def test_lengths_become_start_codes() -> None:
    assert annex_b(b"\0\0\0\2ab\0\0\0\1c") == b"\0\0\0\1ab\0\0\0\1c"
    assert annex_b(b"\0\0") == b""
