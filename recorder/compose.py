"""The phone version of a lesson as files: pieces made one by one, joined into one MP4. Blocking.

H.264 and AAC, its index in front (`faststart`), so that any phone plays it while it comes. Run by
jobs, never on the live path: nothing else here decodes.
"""

import io
import os
import shutil
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple, TypeAlias

import av
import numpy as np
from pydantic import TypeAdapter

from recorder.canvas import Canvas
from recorder.files import Disk, sync_folder
from recorder.phone import RATE, SIZE, SOUND_FRAME, SOUND_RATE, Cast, Piece, Read, reads
from recorder.reel import Load, Reel, Samples, heard
from recorder.still import STILL, cut
from signaling.ids import SourceId

WHOLE = "phone.mp4"
"""The phone version in a lesson's folder."""
PIECES = "phone"
"""The folder of its pieces until they are joined."""
USED = "phone.json"
"""The sources that are seen or heard in it: they are what consent is asked for."""
VIDEO = {
    "preset": "superfast",
    "crf": "27",
    "maxrate": "700k",
    "bufsize": "1400k",
    "bf": "0",
    "profile": "main",
}
"""x264's options. Without pictures that point forward, so that pieces join at any frame."""
KEY_EVERY_S = 4
SOUND_BITS = 48_000
AROUND = 2
"""Frames of sound encoded before and behind a piece and left out: each overlaps its neighbours."""

Encoded: TypeAlias = "av.Packet[av.VideoStream] | av.Packet[av.AudioStream]"

SOURCES: TypeAdapter[frozenset[SourceId]] = TypeAdapter(frozenset[SourceId])


class Made(NamedTuple):
    """What of a phone version there is."""

    whole: bool
    """Whether it can be played."""
    pieces: frozenset[int]
    """Numbers of the pieces that wait to be joined."""
    sources: frozenset[SourceId]
    """Who is seen or heard in it."""


def made(folder: Path) -> Made:
    """What there is in a lesson's folder."""
    found = (folder / PIECES).glob("*.mp4")
    try:
        sources = SOURCES.validate_json((folder / USED).read_bytes())
    except (OSError, ValueError):
        sources = frozenset()
    return Made((folder / WHOLE).exists(), frozenset(int(one.stem) for one in found), sources)


def remove(folder: Path) -> None:
    """Take away the phone version and its pieces."""
    (folder / STILL).unlink(missing_ok=True)
    (folder / WHOLE).unlink(missing_ok=True)
    shutil.rmtree(folder / PIECES, ignore_errors=True)
    (folder / USED).unlink(missing_ok=True)


def compose(folder: Path, cast: Cast, piece: Piece) -> None:
    """Make one piece; after a crash it is there whole or not at all.

    Raises:
        OSError: the disk is full, or the lesson's folder is gone.
    """
    disk = Disk()
    (folder / PIECES).mkdir(exist_ok=True)
    used = made(folder).sources | {track.source for tracks in cast for track in tracks}
    disk.replace(folder / USED, SOURCES.dump_json(used))
    disk.replace(_piece(folder, piece.number), encoded(cast, piece, _loader(folder)))


def join(folder: Path, count: int) -> None:
    """Make one file of the first `count` pieces, and its still; take them away; may be repeated.

    Raises:
        OSError: the disk is full, or a piece is not there.
    """
    fresh = folder / f"{WHOLE}.tmp"
    with av.open(str(fresh), "w", format="mp4", options={"movflags": "faststart"}) as container:
        _append(container, [_piece(folder, number) for number in range(count)])
    with fresh.open("rb") as file:
        os.fsync(file.fileno())
        Disk().replace(folder / STILL, cut(file))
    fresh.replace(folder / WHOLE)
    sync_folder(folder)
    shutil.rmtree(folder / PIECES)


def encoded(cast: Cast, piece: Piece, load: Load) -> bytes:
    """One piece as an MP4 of its own."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        picture = container.add_stream("libx264", rate=RATE, options=VIDEO)
        picture.width, picture.height = SIZE
        picture.pix_fmt, picture.gop_size = "yuv420p", RATE * KEY_EVERY_S
        sound = container.add_stream("aac", rate=SOUND_RATE, layout="mono", bit_rate=SOUND_BITS)
        container.mux(_pictures(picture, cast, piece, load))
        container.mux(_sounds(sound, mixed(cast, piece, load)))
    return file.getvalue()


def mixed(cast: Cast, piece: Piece, load: Load) -> Samples:
    """All sounds of a piece together, with `AROUND` frames more at either end."""
    around = AROUND * SOUND_FRAME / SOUND_RATE
    frames = round((piece.end - piece.start) * SOUND_RATE / SOUND_FRAME) + 2 * AROUND
    start = piece.start - around
    wider = Piece(piece.number, start, piece.end + around)
    whole = np.zeros(frames * SOUND_FRAME, np.float32)
    for track in cast.sounds:
        whole += heard(reads(track, wider), load, start, len(whole))
    return np.clip(whole, -1, 1)


def _pictures(stream: av.VideoStream, cast: Cast, piece: Piece, load: Load) -> list[Encoded]:
    screens = [Reel(reads(track, piece), load) for track in cast.screens]
    cameras = [Reel(reads(track, piece), load) for track in cast.cameras]
    canvas = Canvas()
    packets: list[Encoded] = []
    for number in range(round((piece.end - piece.start) * RATE)):
        time = piece.start + number / RATE
        frame = canvas.painted(_first(screens, time), _first(cameras, time))
        frame.pts, frame.time_base = number, Fraction(1, RATE)
        packets += stream.encode(frame)
    return [*packets, *stream.encode(None)]


def _first(reels: Iterable[Reel], time: float) -> av.VideoFrame | None:
    """The picture of the first track that has one; the others are not looked at."""
    return next((frame for reel in reels if (frame := reel.at(time)) is not None), None)


def _sounds(stream: av.AudioStream, samples: Samples) -> list[Encoded]:
    packets: list[Encoded] = []
    count = len(samples) // SOUND_FRAME
    for number in range(count):
        part = samples[number * SOUND_FRAME :][:SOUND_FRAME]
        frame = av.AudioFrame.from_ndarray(part.reshape(1, -1), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = SOUND_RATE, (number - AROUND) * SOUND_FRAME
        packets += stream.encode(frame)
    packets += stream.encode(None)
    own = range((count - 2 * AROUND) * SOUND_FRAME)
    return [packet for packet in packets if packet.pts in own]


def _append(whole: av.container.OutputContainer, files: Iterable[Path]) -> None:
    """Join pieces by counting their frames, so that nothing is rounded twice."""
    streams: list[av.VideoStream | av.AudioStream] = []
    counts = [0, 0]
    steps = (Fraction(1, RATE), Fraction(SOUND_FRAME, SOUND_RATE))
    for file in files:
        with av.open(str(file)) as piece:
            if not streams:
                streams = [
                    whole.add_stream_from_template(one)
                    for one in (piece.streams.video[0], piece.streams.audio[0])
                ]
            for packet in piece.demux():
                if packet.size:
                    kind = 0 if packet.stream.type == "video" else 1
                    packet.stream, packet.time_base = streams[kind], steps[kind]
                    packet.pts = packet.dts = counts[kind]
                    packet.duration = 1
                    counts[kind] += 1
                    whole.mux_one(packet)


def _piece(folder: Path, number: int) -> Path:
    return folder / PIECES / f"{number:04}.mp4"


def _loader(folder: Path) -> Load:
    def load(read: Read) -> bytes:
        with (folder / read.part.file).open("rb") as file:
            head = os.pread(file.fileno(), read.part.init[1], read.part.init[0])
            return head + os.pread(file.fileno(), read.length, read.offset)

    return load
