"""What a class no longer agrees to is deleted from lessons that have ended; a certificate stays."""

import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

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
TRACKS = "tracks"
LEAVING = "leaving.json"
"""In a lesson's folder, from before the certificate until all that it names is deleted."""


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """What is being deleted, put beside the tracks before its certificate is kept."""

    certificate: str
    """Its id: where no such one was kept, nothing was deleted yet."""
    tracks: tuple[str, ...]
    """Names of the tracks' folders."""


LEAVINGS: TypeAdapter[Leaving] = TypeAdapter(Leaving)


async def delete_tracks(data: Path, database: Database, lesson: str) -> timedelta | None:
    """Delete the tracks that consent does not cover; when to come again, if the lesson goes on.

    The certificate is kept first. Whoever was killed in between deletes the rest of what it names
    the next time, before anything is certified anew.
    """
    folder = lesson_folder(data, lesson)
    if not await asyncio.to_thread(_is_over, folder):
        return AGAIN
    left = await asyncio.to_thread(_leaving, folder)
    if left is not None and await Certificates(database).has(left.certificate):
        await _let_go(database, folder, left)
    standings = await Consents(database).standings(lesson)
    refused = await asyncio.to_thread(uncovered, folder, standings)
    if refused:
        await _let_go(database, folder, await _certify(database, folder, refused))
    return None


async def _certify(database: Database, folder: Path, refused: Sequence[SourceId]) -> Leaving:
    """Keep the certificate of what is to be deleted."""
    lesson, names = folder.name, tuple(folder_of(source) for source in refused)
    certificates, tracks = Certificates(database), [folder / TRACKS / name for name in names]
    learners = await certificates.learners(lesson, {owner_of(source) for source in refused})
    certificate = await asyncio.to_thread(
        certified, lesson, REASON, tracks, learners, datetime.now(UTC)
    )
    leaving = Leaving(certificate=certificate.id, tracks=names)
    await asyncio.to_thread(Disk().replace, folder / LEAVING, LEAVINGS.dump_json(leaving))
    await certificates.add(certificate)
    return leaving


async def _let_go(database: Database, folder: Path, leaving: Leaving) -> None:
    await asyncio.to_thread(_delete, folder, leaving)
    await Jobs(database).hurry("compose_lesson", folder.name, datetime.now(UTC))
    await asyncio.to_thread((folder / LEAVING).unlink, missing_ok=True)


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


def _leaving(folder: Path) -> Leaving | None:
    try:
        return LEAVINGS.validate_json((folder / LEAVING).read_bytes())
    except (OSError, ValidationError):
        return None


def _delete(folder: Path, leaving: Leaving) -> None:
    for name in leaving.tracks:
        if (folder / TRACKS / name).exists():
            shutil.rmtree(folder / TRACKS / name)
    if (folder / TRACKS).exists():
        sync_folder(folder / TRACKS)
        write(Disk(), folder, rebuild(folder))
