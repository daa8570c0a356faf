"""The phone version of a lesson, made piece by piece while it runs: little is left at the bell.

Each piece stays when the runner dies. What consent no longer covers takes the whole version with
it, and it is made again without.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from recorder import compose, phone
from recorder.files import Disk
from recorder.space import Limits, step
from server.actions.replay import Standings, covered, read_manifest
from server.store.folder import lesson_folder, read_journal
from signaling.events import LessonEnded, LessonOpened, LessonStarted
from signaling.ids import ParticipantId
from signaling.journal import Line

AT_ONCE = timedelta(0)
"""There is more, behind whatever else is due."""
LOOK_AGAIN = timedelta(seconds=16)
"""While the lesson runs, half a piece."""
NO_ROOM = timedelta(minutes=5)
"""On a full disk the recordings come first."""
PIECES_SHARE = 0.95
"""Of the progress: the rest is joining them."""

LIMITS = Limits()
"""Where the disk counts as full."""

Told = Callable[[float], Awaitable[bool]]
"""Is given the progress, 0 to 1; answers whether the lesson is still there."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """What is to be done just now."""

    cast: phone.Cast
    """Who is seen and heard."""
    ready: tuple[phone.Piece, ...]
    """Those that can be made and were not."""
    total: int
    """How many there will be, by the plan while the lesson runs."""
    over: bool
    """Whether the lesson has ended."""


async def compose_lesson(
    data: Path, lesson: str, standings: Standings, told: Told, limits: Limits = LIMITS
) -> timedelta | None:
    """Make one piece of what consent covers, or join them all when the last is made.

    One at a time, so that an old lesson of which all is missing doesn't keep those waiting whose
    bell rings just now.

    Returns:
        After how long there will be more to do; none when there is nothing left.

    Raises:
        OSError: the disk is full, or a file is not to be had.
    """
    folder = lesson_folder(data, lesson)
    work = await asyncio.to_thread(look, folder, standings)
    if work is None:
        return LOOK_AGAIN
    if work.ready:
        if await asyncio.to_thread(_lacks_room, folder, limits):
            return NO_ROOM
        return await _piece(folder, work, told)
    if not work.over:
        return LOOK_AGAIN
    if work.total:
        await asyncio.to_thread(compose.join, folder, work.total)
        return AT_ONCE  # to see whether it may still be there
    return None


async def _piece(folder: Path, work: Work, told: Told) -> timedelta | None:
    piece = work.ready[0]
    await asyncio.to_thread(compose.compose, folder, work.cast, piece)
    if await told(PIECES_SHARE * (piece.number + 1) / work.total):
        return AT_ONCE
    await asyncio.to_thread(compose.remove, folder)
    return None


def look(folder: Path, standings: Standings) -> Work | None:
    """What there is to do in a lesson's folder; none before 上课. Blocking.

    Of a lesson without a track nothing is made: an empty film would stand for what was deleted.
    """
    lines = read_journal(folder).lines
    course = _course(lines)
    if course is None:
        return None
    manifest = covered(read_manifest(folder), lines, standings)
    made = compose.made(folder)
    if not manifest.tracks or made.sources - {track.source for track in manifest.tracks}:
        compose.remove(folder)
        made = compose.made(folder)
    over = course.end is not None
    known = manifest.duration if course.end is None else course.end
    shown = bool(manifest.tracks) and not made.whole
    ready = phone.ready(course.start, known, over=over) if shown else []
    planned = phone.pieces(course.start, course.start + course.planned_seconds)
    return Work(
        cast=phone.cast(manifest.tracks, course.host),
        ready=tuple(one for one in ready if one.number not in made.pieces),
        total=len(ready) if over else max(len(ready), len(planned)),
        over=over,
    )


class _Course(NamedTuple):
    """The bells of a lesson, in lesson time."""

    start: float
    end: float | None
    planned_seconds: float
    host: ParticipantId | None


def _course(lines: Iterable[Line]) -> _Course | None:
    start, end, planned, host = None, None, 0.0, None
    for line in lines:
        match line.event:
            case LessonOpened():
                planned = line.event.planned_seconds
                host = next((one.participant for one in line.event.rooms if one.host), None)
            case LessonStarted():
                start = line.t if start is None else start
            case LessonEnded():
                end = line.t
            case _:
                pass
    return None if start is None else _Course(start, end, planned, host)


def _lacks_room(folder: Path, limits: Limits) -> bool:
    free, total = Disk().space(folder)
    return step(limits, free, total, "plenty") in ("no_new", "stopped")
