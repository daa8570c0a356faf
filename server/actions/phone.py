"""The phone version of a lesson: how far it is, and whether it may still be shown."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from recorder import compose
from server.access.ids import uuid7
from server.actions.replay import Standings, covered, read_manifest
from server.store.folder import read_journal
from server.store.jobs import Job, Jobs

KIND = "compose_lesson"


@dataclass(frozen=True, kw_only=True)
class PhoneVersion:
    """How far it is."""

    state: Literal["ready", "preparing", "failed"]
    """Whether it can be played, will be, or could not be made."""
    percent: int
    """How much of it is made."""


async def phone_version(
    jobs: Jobs, folder: Path, lesson: str, standings: Standings, now: datetime
) -> PhoneVersion:
    """How far the phone version of a lesson is; has it made, or made again, where it is not."""
    if await asyncio.to_thread(playable, folder, standings):
        return PhoneVersion(state="ready", percent=100)
    standing = await jobs.standing(KIND, lesson)
    if standing is None:
        await jobs.enqueue(Job(id=uuid7(), kind=KIND, lesson=lesson), now)
    elif standing.state == "failed":
        return PhoneVersion(state="failed", percent=0)
    elif standing.state == "done":
        await jobs.hurry(KIND, lesson, now)
    progress = 0.0 if standing is None or standing.state == "done" else standing.progress
    return PhoneVersion(state="preparing", percent=int(100 * progress))


def playable(folder: Path, standings: Standings) -> bool:
    """Whether it is there, and all who are in it are covered by consent. Blocking."""
    made = compose.made(folder)
    if not made.whole:
        return False
    tracks = covered(read_manifest(folder), read_journal(folder).lines, standings).tracks
    return made.sources <= {track.source for track in tracks}
