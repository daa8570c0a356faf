"""What a class no longer agrees to is deleted from lessons that have ended; a certificate stays."""

import asyncio
import shutil
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from recorder.files import Disk, sync_folder
from recorder.manifest import folder_of, load, rebuild, write
from server.actions.replay import Standings, covered
from server.jobs.certifying import certified
from server.programme.consent import Standing
from server.store.certificates import Certificates
from server.store.consents import Consents
from server.store.database import Database
from server.store.folder import lesson_folder, read_journal
from server.store.jobs import Jobs
from signaling.events import LessonEnded
from signaling.ids import SourceId, owner_of

AGAIN = timedelta(minutes=1)
"""After so long a lesson that goes on is looked at again."""
REASON = "consent_withdrawn"


async def delete_tracks(data: Path, database: Database, lesson: str) -> timedelta | None:
    """Delete the tracks that consent does not cover; when to come again, if the lesson goes on.

    The certificate is kept first: whoever is killed in between deletes the rest the next time.
    """
    folder, standings = lesson_folder(data, lesson), await Consents(database).standings(lesson)
    if not await asyncio.to_thread(_is_over, folder):
        return AGAIN
    refused = await asyncio.to_thread(uncovered, folder, standings)
    tracks = [folder / "tracks" / folder_of(source) for source in refused]
    if tracks:
        now = datetime.now(UTC)
        certificates = Certificates(database)
        learners = await certificates.learners(lesson, {owner_of(source) for source in refused})
        certificate = await asyncio.to_thread(certified, lesson, REASON, tracks, learners, now)
        await certificates.add(certificate)
        await asyncio.to_thread(_delete, folder, tracks)
        await Jobs(database).hurry("compose_lesson", lesson, now)
    return None


def uncovered(folder: Path, standings: Standings) -> list[SourceId]:
    """The sources of a lesson on disk whose classes have agreed to nothing. Blocking."""
    manifest = load(folder)
    kept = covered(manifest, read_journal(folder).lines, standings)
    known = {track.source for track in kept.tracks}
    missing = {room for room, standing in standings.items() if standing is Standing.MISSING}
    return [
        track.source
        for track in manifest.tracks
        if track.source not in known and track.participant in missing
    ]


def _is_over(folder: Path) -> bool:
    lines = read_journal(folder).lines
    return bool(lines) and isinstance(lines[-1].event, LessonEnded)


def _delete(folder: Path, tracks: Iterable[Path]) -> None:
    for track in tracks:
        shutil.rmtree(track)
    sync_folder(folder / "tracks")
    write(Disk(), folder, rebuild(folder))
