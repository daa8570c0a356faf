"""A lesson that is over: a journal, and striped tracks in every codec, with gaps between parts."""

import asyncio
import itertools
import os
import struct
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, cast

import av
import numpy as np

from recorder import manifest, segments
from recorder.cutter import Fragment, GapFound, PartClosed, PartOpened
from recorder.files import Disk
from recorder.samples import Sample
from recorder.track import Track
from server.actions.links import LessonLinks
from server.store.database import open_database
from server.store.folder import JOURNAL, lesson_folder
from server.store.lessons import Lessons
from signaling import events as ev
from signaling.events import Codec, Event, GapReason, Kind, Role, RoomPlan
from signaling.ids import DeviceId, LessonId, ParticipantId, SourceId
from signaling.journal import Writer
from tests.support.encoded import ENCODERS, Encoded, sounds, units
from tests.support.stripes import picture

RATE = 15
WIDTH, HEIGHT = 320, 180
KEY_EVERY = 75
STARTED, ENDED = 2.0, 42.0
"""Lesson time of the bells."""
GAP = (20.0, 26.0)
"""When the other class's picture was not there."""
SWITCHED = 22.0
"""When the host's camera changed its codec."""
CALLED = (12.0, 22.0)
SAID = "听得清楚吗？"
HOST_CAMERA, OTHER_CAMERA, SCREEN = 1, 2, 3
"""Numbers in the stripes."""


class Take(NamedTuple):
    """One part of a track."""

    codec: Codec
    start: float
    """Lesson time."""
    end: float
    """Lesson time."""
    sizes: tuple[tuple[int, int], ...] = ((WIDTH, HEIGHT),)
    """Of its pictures, one after another, each as long as the others."""


class Shot(NamedTuple):
    """One track."""

    room: int
    """0 is the host."""
    name: str
    kind: Kind
    stripe: int
    """Number in its stripes; 0 for sound."""
    takes: tuple[Take, ...]
    gaps: tuple[GapFound, ...] = ()


AWAY = GapFound(start=GAP[0], end=GAP[1], reason=GapReason.SENDER_AWAY)
SHOTS = (
    Shot(
        *(0, "camera", Kind.CAMERA, HOST_CAMERA),
        (Take(Codec.H264, STARTED, SWITCHED), Take(Codec.VP8, SWITCHED, ENDED)),
    ),
    Shot(
        *(1, "class_camera", Kind.CLASS_CAMERA, OTHER_CAMERA),
        (Take(Codec.VP8, STARTED, GAP[0]), Take(Codec.H264, GAP[1], ENDED)),
        (AWAY,),
    ),
    Shot(0, "screen", Kind.SCREEN, SCREEN, (Take(Codec.VP9, 10.0, 30.0),)),
    Shot(
        *(0, "microphone", Kind.MICROPHONE, 0),
        (Take(Codec.OPUS, STARTED, 20.0), Take(Codec.OPUS, 20.0, ENDED)),
    ),
    Shot(1, "microphone", Kind.MICROPHONE, 0, (Take(Codec.OPUS, *CALLED),)),
)
CHANGES = (12.0, 22.0, 32.0)
"""When the pictures of `CHANGING` change their size."""
SIZES = ((WIDTH, HEIGHT), (2 * WIDTH, 2 * HEIGHT)) * 2
CHANGING = (
    Shot(0, "camera", Kind.CAMERA, HOST_CAMERA, (Take(Codec.H264, STARTED, ENDED, SIZES),)),
    Shot(
        *(1, "class_camera", Kind.CLASS_CAMERA, OTHER_CAMERA),
        (Take(Codec.VP8, STARTED, ENDED, SIZES),),
    ),
    Shot(0, "screen", Kind.SCREEN, SCREEN, (Take(Codec.VP9, STARTED, ENDED, SIZES),)),
    Shot(0, "microphone", Kind.MICROPHONE, 0, (Take(Codec.OPUS, STARTED, ENDED),)),
)
"""Pictures of every codec that grow and shrink within their parts, as layers come and go."""


async def tape(
    data: Path, lesson: LessonLinks, shots: Sequence[Shot] = SHOTS, ended: float = ENDED
) -> None:
    """Let a planned lesson be over and recorded."""
    await asyncio.to_thread(write, data, lesson, shots, ended)
    now = datetime.now(UTC)
    async with open_database(data) as database:
        await Lessons(database).mark_opened(lesson["lesson"], now)
        await Lessons(database).mark_ended(lesson["lesson"], now)


def write(data: Path, lesson: LessonLinks, shots: Sequence[Shot], ended: float) -> None:
    """Write everything that a recorder and an owner would have left. Blocking."""
    folder = lesson_folder(data, lesson["lesson"])
    folder.mkdir(parents=True)
    rooms = [ParticipantId(room["participant"]) for room in lesson["rooms"]]
    for shot in shots:
        record(folder, SourceId(f"{rooms[shot.room]}/{shot.name}"), shot)
    manifest.write(Disk(), folder, manifest.rebuild(folder))
    writer = Writer()
    happened = happenings(LessonId(lesson["lesson"]), rooms, ended)
    lines = [writer.write(t, event, os.urandom(16))[1] for t, event in happened]
    (folder / JOURNAL).write_bytes(b"".join(lines))


def happenings(
    lesson: LessonId, rooms: Sequence[ParticipantId], ended: float
) -> Iterator[tuple[float, Event]]:
    """The journal's events with their lesson times."""
    host, other = rooms
    plans = (RoomPlan(participant=host, host=True), RoomPlan(participant=other, host=False))
    utc = "2026-11-23T00:00:00Z"
    yield 0.0, ev.LessonOpened(lesson=lesson, utc=utc, planned_seconds=60, rooms=plans)
    for room, role in ((host, Role.TEACHER), (other, Role.ROOM)):
        yield (
            1.0,
            ev.DeviceJoined(
                participant=room,
                device=DeviceId(f"{room}-device"),
                role=role,
                secret_hash="",
                encodes=(),
                decodes=(),
            ),
        )
    away = DeviceId(f"{other}-device")
    yield STARTED, ev.LessonStarted(by=DeviceId(f"{host}-device"))
    yield 8.0, ev.ChatSent(participant=host, text=SAID)
    yield 10.0, ev.HandRaised(participant=other)
    yield CALLED[0], ev.HandLowered(participant=other)
    yield CALLED[0], ev.Called(participant=other)
    yield GAP[0] + 5, ev.DeviceAway(participant=other, device=away, heard_at=GAP[0])
    yield GAP[1], ev.DeviceBack(participant=other, device=away)
    yield CALLED[1] + 5, ev.SentBack(participant=other, turn_s=15.0)
    for room, began, lasted in talks(host, other, ended):
        source = SourceId(f"{room}/microphone")
        yield (
            ended,
            ev.Talked(
                participant=room,
                source=source,
                began=began,
                ended=began + lasted,
                talked_s=lasted,
            ),
        )
    yield ended, ev.LessonEnded(reason=ev.EndReason.ENDED, by=None)


def talks(
    host: ParticipantId, other: ParticipantId, ended: float
) -> Iterator[tuple[ParticipantId, float, float]]:
    """Who talks from when for how long: the other class while it is called, else the teacher."""
    for began in np.arange(STARTED + 0.5, ended - 4, 5.0):
        called = CALLED[0] <= began < CALLED[1]
        yield other if called else host, float(began), 3.0 if called else 4.0


def record(folder: Path, source: SourceId, shot: Shot) -> None:
    """Write one track. Blocking."""
    track = Track(Disk(), folder, source, shot.kind)
    for take in shot.takes:
        for piece in pieces(take, shot.stripe):
            track.write(piece)
    for gap in shot.gaps:
        track.write(gap)
    track.sync()
    track.close()


def pieces(take: Take, stripe: int) -> Iterator[PartOpened | Fragment | PartClosed]:
    """One part, a fragment a second."""
    frames = footage(take, stripe)
    writer = segments.writer(take.codec, frames[0].data)
    yield PartOpened(start=take.start, codec=take.codec, writer=writer)
    for second, group in itertools.groupby(frames, key=lambda frame: int(frame.time + 1e-6)):
        samples = list(timed(group, 0.02 if take.codec is Codec.OPUS else 1 / RATE))
        start = take.start + second
        end = take.start + samples[-1].end
        key = samples[0].key
        yield Fragment(data=writer.fragment(samples), start=start, end=end, key=key)
    yield PartClosed(end=take.end)


def timed(frames: Iterable[Encoded], lasts: float) -> Iterator[Sample]:
    """Frames as a container takes them."""
    for data, time, key in frames:
        yield Sample(data, time, time + lasts, key)


@lru_cache
def footage(take: Take, stripe: int) -> list[Encoded]:
    """Encoded frames, times from the part's start; stripes count frames from lesson time 0."""
    seconds = take.end - take.start
    if take.codec is Codec.OPUS:
        return sounds(seconds)[: round(seconds * 50)]
    count = round(seconds * RATE) // len(take.sizes)
    first = round(take.start * RATE)
    found = [
        frame
        for place, size in enumerate(take.sizes)
        for frame in filmed(
            take.codec, stripe, size, range(first + place * count, first + (place + 1) * count)
        )
    ]
    return [Encoded(data, number / RATE, key) for number, (data, _, key) in enumerate(found)]


def filmed(codec: Codec, stripe: int, size: tuple[int, int], numbers: range) -> list[Encoded]:
    """Frames of one encoder, of which the first is a key frame."""
    name, options = ENCODERS[codec]
    encoder = cast(av.VideoCodecContext, av.CodecContext.create(name, "w"))
    encoder.width, encoder.height = size
    encoder.pix_fmt = "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, RATE), Fraction(RATE)
    encoder.gop_size, encoder.bit_rate, encoder.thread_count = KEY_EVERY, 800_000, 1
    encoder.options = options | ({"profile": "baseline"} if codec is Codec.H264 else {})
    found = []
    for place, number in enumerate(numbers):
        frame = av.VideoFrame.from_ndarray(picture(stripe, number, *size), format="gray").reformat(
            format="yuv420p"
        )
        frame.pts = place
        frame.pict_type = (
            av.video.frame.PictureType.I
            if place % KEY_EVERY == 0
            else av.video.frame.PictureType.NONE
        )
        found += list(encoder.encode(frame))
    found += list(encoder.encode(None))
    return [
        Encoded(stored(codec, bytes(packet)), place / RATE, packet.is_keyframe)
        for place, packet in enumerate(found)
    ]


def stored(codec: Codec, frame: bytes) -> bytes:
    """A frame as its container holds it: H.264's units behind their lengths."""
    if codec is not Codec.H264:
        return frame
    return b"".join(struct.pack(">I", len(unit)) + unit for unit in units(frame))
