"""What came of the demo: who saw and heard whom, what was recorded, who was there."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from recorder.manifest import Manifest, load
from server.actions.presence import IntervalWords, presence_of
from server.performance import Line, Made, Program, Received

PROOF = (sys.executable, "-P", "-m", "client.room.proof")
"""Decodes a recording; a program of its own, for the server never decodes."""
MOVED = 20
"""Pictures that must differ from the one before for a class to be seen."""
HEARD_S = 1.0
"""Seconds of sound above silence for a class to be heard."""


@dataclass(frozen=True, kw_only=True)
class Direction:
    """What one participant received of another."""

    of: str
    """Whose pictures and sound: a participant's id."""
    frames: int
    """Pictures that arrived."""
    audio_seconds: float
    """Sound that arrived."""
    seen: bool
    """Whether pictures were decoded and moved."""
    heard: bool
    """Whether sound was decoded and louder than silence."""


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """One simulated classroom."""

    participant: str
    """Its id."""
    name: str
    """What it is called."""
    join_ms: int
    """From the start of its media to the server's welcome."""
    first_frame_ms: int | None
    """From there to the first picture of another participant."""
    received: tuple[Direction, ...]
    """By sender."""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """What lies on disk."""

    path: str
    """The lesson's folder."""
    tracks: int
    """Sources with media."""
    seconds: float
    """Length of the longest."""
    gaps: int
    """Stretches that are missing, each with its reason in the manifest."""
    bytes: int  # as the issue names it
    """Of media."""
    decodes: bool
    """Whether every track decodes from end to end."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What the demo prints."""

    ok: bool
    """Whether both classrooms saw and heard each other and every track decodes."""
    lesson: str
    """Its id."""
    participants: tuple[Attendance, ...]
    """The host room first."""
    recording: Recording
    """On disk."""
    presence: tuple[IntervalWords, ...]
    """Who was there from when to when, and why it ended."""


async def judged(data: Path, made: Made, rooms: Sequence[Program], stats: Sequence[Line]) -> Result:
    """Put everything together."""
    folder = data / "lessons" / made.lesson
    participants = tuple(
        attendance(room, line, [other.participant for other in made.rooms[: len(rooms)]])
        for room, line in zip(rooms, stats, strict=True)
    )
    kept = await recording(folder)
    met = all(each.seen and each.heard for one in participants for each in one.received)
    there = await presence_of(data, made.lesson)
    return Result(
        ok=met and kept.decodes,
        lesson=made.lesson,
        participants=participants,
        recording=kept,
        presence=tuple(there["intervals"]),
    )


def attendance(room: Program, stats: Line, everyone: Sequence[str]) -> Attendance:
    """One classroom, from what its program printed."""
    joined = next(line for line in room.lines if line.event == "joined")
    others = [one for one in everyone if one != joined.participant]
    firsts = [
        seen.first_ms
        for source, seen in stats.received.items()
        if seen.first_ms is not None and not is_sound(seen) and owner(source) in others
    ]
    return Attendance(
        participant=joined.participant,
        name=room.name,
        join_ms=joined.ms,
        first_frame_ms=min(firsts, default=None),
        received=tuple(direction(other, stats.received) for other in others),
    )


def direction(of: str, received: dict[str, Received]) -> Direction:
    """What came of one participant."""
    own = [seen for source, seen in received.items() if owner(source) == of]
    pictures = [seen for seen in own if not is_sound(seen)]
    sounds = [seen for seen in own if is_sound(seen)]
    return Direction(
        of=of,
        frames=sum(seen.frames for seen in pictures),
        audio_seconds=round(sum(seen.sound_s for seen in sounds), 2),
        seen=any(seen.moved >= MOVED for seen in pictures),
        heard=any(seen.heard_s >= HEARD_S for seen in sounds),
    )


def owner(source: str) -> str:
    """The participant whose source this is."""
    return source.partition("/")[0]


def is_sound(seen: Received) -> bool:
    """Whether a source is sound."""
    return seen.sound_s > 0


async def recording(folder: Path) -> Recording:
    """What the recorder left, and whether it decodes."""
    manifest = await asyncio.to_thread(load, folder)
    process = await asyncio.create_subprocess_exec(
        *PROOF, str(folder), stdout=asyncio.subprocess.DEVNULL
    )
    whole = await process.wait() == 0
    return Recording(
        path=str(folder),
        tracks=len(manifest.tracks),
        seconds=round(manifest.duration, 2),
        gaps=sum(len(track.gaps) for track in manifest.tracks),
        bytes=octets(manifest),
        decodes=whole,
    )


def octets(manifest: Manifest) -> int:
    """Bytes of media that segments name, and the heads of their files."""
    parts = [part for track in manifest.tracks for part in track.parts]
    segments = sum(segment[3] for part in parts for segment in part.segments)
    return segments + sum(part.init[1] for part in parts)
