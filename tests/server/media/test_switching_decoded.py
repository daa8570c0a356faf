"""Layers that a real encoder made, switched, are decoded by a real decoder without an error."""

import random
from array import array
from typing import NamedTuple, cast

import av
import pytest

from client.room.payloads import packetizer
from recorder.depacketize import assembler
from server.media.switching import NEWEST, Switch
from signaling.events import Codec
from signaling.rtp.frames import marks, renumber
from tests.support.encoded import pictures

SIZES = ((160, 90), (320, 180), (640, 360))
RATE, SECONDS, EVERY = 15, 4, 7
DECODERS = {Codec.H264: "h264", Codec.VP8: "vp8"}
START = 1 << 16


class Piece(NamedTuple):
    """One packet of a layer."""

    layer: int
    order: int
    timestamp: int
    marker: bool
    payload: bytes


def published(codec: Codec) -> list[Piece]:
    """Three layers of one film, frame by frame."""
    frames: dict[int, list[Piece]] = {}
    for number, size in enumerate(SIZES):
        cutter, index = packetizer(codec, 100 * number, size), START + 5000 * number
        for place, made in enumerate(pictures(codec, SECONDS, RATE, size, EVERY + number)):
            cut = cutter.payloads(made.data, made.key)
            for piece, payload in enumerate(cut):
                time = 90_000 * (number + 1) + place * 90_000 // RATE
                one = Piece(number, index, time, piece == len(cut) - 1, payload)
                frames.setdefault(place, []).append(one)
                index += 1
    return [piece for place in sorted(frames) for piece in frames[place]]


def annex_b(frame: bytes) -> bytes:
    """Units behind their lengths as units behind start codes."""
    at, made = 0, b""
    while at < len(frame):
        size = int.from_bytes(frame[at : at + 4], "big")
        made += b"\0\0\0\1" + frame[at + 4 : at + 4 + size]
        at += 4 + size
    return made


@pytest.mark.parametrize("codec", [Codec.VP8, Codec.H264])
def test_a_decoder_sees_one_stream_whatever_layer_passes(codec: Codec) -> None:
    dice = random.Random(5)
    switch = Switch(array("Q", bytes(48)), 90_000, codec is Codec.VP8, 0, 0)
    put_together, expected, frames = assembler(codec), [], []
    for piece in published(codec):
        if dice.random() < 0.02 or switch.wanted < 0:
            switch.want(dice.randrange(3))
        found = marks(codec, piece.payload, 0, len(piece.payload))
        took = switch.take(
            piece.layer,
            piece.order,
            piece.timestamp,
            piece.timestamp,
            found.flags | NEWEST,
            found.temporal,
            found.picture,
            found.base,
        )
        if not took:
            continue
        payload = bytearray(piece.payload)
        renumber(payload, found, switch.out_picture, switch.out_base)
        frame = put_together.feed(bytes(payload), 0, len(payload), piece.marker)
        if frame is not None:
            frames.append(annex_b(frame.data) if codec is Codec.H264 else frame.data)
            expected.append(SIZES[piece.layer])
    decoder = cast(av.VideoCodecContext, av.CodecContext.create(DECODERS[codec], "r"))
    decoder.options = {"err_detect": "explode"}
    decoded = [
        picture
        for frame in [*frames, None]
        for picture in decoder.decode(None if frame is None else av.Packet(frame))
    ]
    assert [(picture.width, picture.height) for picture in decoded] == expected
    assert set(expected) == set(SIZES)
    assert len(expected) > 0.9 * RATE * SECONDS - 3 * EVERY
