"""How long after the bell a phone version is ready: `python -m bench.compose --json`.

A lesson of 40 minutes as the recorder leaves it, the teacher's 720p30 H.264 throughout, a shared
screen for half of it and two microphones. Its pieces are made as the job makes them while a lesson
runs; then the bell rings, and what is left is timed. Exit status 3: the machine was busy before it
began, the figures say nothing.
"""

import argparse
import asyncio
import itertools
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from bench import footage
from bench.start import has_a_core
from recorder import manifest, segments
from recorder.compose import WHOLE
from recorder.cutter import Fragment, PartClosed, PartOpened
from recorder.files import Disk
from recorder.samples import Sample
from recorder.track import Track
from server.jobs.compose_lesson import AT_ONCE, compose_lesson
from server.store.folder import JOURNAL, lesson_folder
from signaling.events import Codec, Kind
from signaling.ids import LessonId, ParticipantId, SourceId
from signaling.journal import Writer
from tests.support.taped import STARTED, happenings, stored

LESSON = "lesson"
SECONDS = 2400.0
"""Of a lesson."""
ROOMS = (ParticipantId("host"), ParticipantId("other"))
SOUND_S = 0.02
"""Of one packet of Opus."""


@dataclass(frozen=True, kw_only=True)
class Take:
    """One track, from when to when."""

    source: str
    """Whose."""
    kind: Kind
    """What it is."""
    start: float
    """Lesson time."""
    end: float
    """Lesson time."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One run."""

    minutes: float
    """How long the lesson was."""
    piece_s_mean: float
    """For a piece of 32 s, while the lesson runs."""
    piece_s_max: float
    """The slowest: it must be less than the piece is long."""
    ready_s: float
    """From the bell to the phone version."""
    megabytes: float
    """What it weighs."""
    load_before: float
    """The machine's load average, of one minute, before."""
    valid: bool
    """Whether the machine had a core to spare for it."""


def takes(seconds: float) -> list[Take]:
    """What is recorded of a lesson of so many seconds."""
    end = STARTED + seconds
    return [
        Take(source="host/camera", kind=Kind.CAMERA, start=STARTED, end=end),
        Take(source="host/screen", kind=Kind.SCREEN, start=seconds / 2, end=end),
        Take(source="host/microphone", kind=Kind.MICROPHONE, start=STARTED, end=end),
        Take(source="other/microphone", kind=Kind.MICROPHONE, start=STARTED, end=end),
    ]


def record(folder: Path, take: Take) -> None:
    """Write one track as the recorder does. Blocking."""
    track = Track(Disk(), folder, SourceId(take.source), take.kind)
    for piece in _pieces(take):
        track.write(piece)
    track.sync()
    track.close()


def _pieces(take: Take) -> Iterator[PartOpened | Fragment | PartClosed]:
    """A fragment for each two seconds, from key frame to key frame."""
    codec = Codec.OPUS if take.kind.is_sound else Codec.H264
    clip, lasts = _clip(codec)
    writer = segments.writer(codec, clip[0])
    yield PartOpened(start=take.start, codec=codec, writer=writer)
    each = round(footage.KEY_FRAME_S / lasts)
    endless = itertools.cycle(clip)
    for number in range(int((take.end - take.start) / footage.KEY_FRAME_S)):
        begin = number * footage.KEY_FRAME_S
        samples = [
            Sample(
                data, begin + at * lasts, begin + (at + 1) * lasts, codec is Codec.OPUS or at == 0
            )
            for at, data in enumerate(itertools.islice(endless, each))
        ]
        start, end = take.start + begin, take.start + samples[-1].end
        yield Fragment(data=writer.fragment(samples), start=start, end=end, key=True)
    yield PartClosed(end=take.end)


def _clip(codec: Codec) -> tuple[list[bytes], float]:
    """The frames of a clip and how long each lasts."""
    if codec is Codec.OPUS:
        return footage.sounds(), SOUND_S
    return [stored(codec, frame) for frame in footage.frames()], 1 / footage.RATE


def prepare(data: Path, seconds: float) -> bytes:
    """Write a lesson that is about to end; the journal's line that ends it. Blocking."""
    folder = lesson_folder(data, LESSON)
    folder.mkdir(parents=True)
    for take in takes(seconds):
        record(folder, take)
    manifest.write(Disk(), folder, manifest.rebuild(folder))
    writer = Writer()
    happened = happenings(LessonId(LESSON), ROOMS, STARTED + seconds)
    lines = [writer.write(t, event, os.urandom(16))[1] for t, event in happened]
    (folder / JOURNAL).write_bytes(b"".join(lines[:-1]))
    return lines[-1]


async def work(data: Path) -> list[float]:
    """Make what can be made just now; the seconds of each step."""
    took: list[float] = []
    again: timedelta | None = AT_ONCE
    while again == AT_ONCE:
        began = time.perf_counter()
        again = await compose_lesson(data, LESSON, {}, _told)
        took.append(time.perf_counter() - began)
    return took


async def _told(_: float) -> bool:
    return True


def measure(seconds: float = SECONDS) -> Figures:
    """One run in a folder of its own, which is removed."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="tongke-bench-") as name:
        data = Path(name)
        end = prepare(data, seconds)
        folder = lesson_folder(data, LESSON)
        before = asyncio.run(work(data))[:-1]
        with (folder / JOURNAL).open("ab") as journal:
            journal.write(end)
        ready = sum(asyncio.run(work(data)))
        octets = (folder / WHOLE).stat().st_size
    return Figures(
        minutes=seconds / 60,
        piece_s_mean=round(sum(before) / len(before), 2),
        piece_s_max=round(max(before), 2),
        ready_s=round(ready, 1),
        megabytes=round(octets / 1e6, 1),
        load_before=round(load, 2),
        valid=has_a_core(load, os.cpu_count() or 1),
    )


def main() -> int:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(prog="bench.compose", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    given = parser.parse_args()
    figures = measure(given.seconds)
    print(json.dumps(asdict(figures)) if given.json else figures)
    return 0 if figures.valid else 3


if __name__ == "__main__":
    sys.exit(main())
