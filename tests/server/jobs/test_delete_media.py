import asyncio
from datetime import date, timedelta
from pathlib import Path

import pytest

from recorder import compose
from recorder.manifest import load
from server.access.ids import uuid7
from server.actions.acting import OPERATOR, entry
from server.jobs.delete_media import AGAIN, TRACKS, delete_media
from server.programme.retention import Kept, Terms
from server.programme.rights import Action
from server.store.certificates import Certificates
from server.store.database import open_database
from server.store.folder import JOURNAL, lesson_folder
from server.store.retention import MEDIA, Retentions
from tests.support.aged import AFTER_TERM, HELD, held, kept, killed

TERMS = Terms()


def left(folder: Path) -> set[str]:
    """What is in a lesson's folder."""
    return {one.name for one in folder.iterdir()}


async def test_media_go_and_journal_manifest_and_certificate_stay(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        lesson = await kept(tmp_path, database)
        folder = lesson_folder(tmp_path, lesson.id)
        early = AFTER_TERM - timedelta(days=1)
        assert await delete_media(tmp_path, database, lesson.id, TERMS, early) == AGAIN
        assert TRACKS in await asyncio.to_thread(left, folder)
        for _ in range(2):
            assert await delete_media(tmp_path, database, lesson.id, TERMS, AFTER_TERM) is None
        assert await asyncio.to_thread(left, folder) == {JOURNAL, "manifest.json"}
        manifest = await asyncio.to_thread(load, folder)
        assert (manifest.duration, manifest.tracks) == (2.0, ())
        (certificate,) = await Certificates(database).of(lesson.id)
        assert (certificate.reason, certificate.files) == (MEDIA, 3)
        assert certificate.octets > 200


async def test_what_was_chosen_stays_as_long_as_it_was_chosen_for(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        lesson = await kept(tmp_path, database)
        choice = Kept(
            id=uuid7(), lesson=lesson.id, chosen_by="a", until=date(2027, 9, 2), why="公开课"
        )
        line = entry(OPERATOR, Action.KEEP_RECORDING, HELD)
        await Retentions(database).choose(choice, line)
        assert await delete_media(tmp_path, database, lesson.id, TERMS, AFTER_TERM) == AGAIN
        assert not await Certificates(database).of(lesson.id)
        late = AFTER_TERM + timedelta(days=1)
        assert await delete_media(tmp_path, database, lesson.id, TERMS, late) is None
        assert len(await Certificates(database).of(lesson.id)) == 1


async def test_a_lesson_of_which_nothing_was_recorded_needs_no_certificate(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        lesson = await held(database)
        assert await delete_media(tmp_path, database, lesson.id, TERMS, AFTER_TERM) is None
        assert not await Certificates(database).of(lesson.id)


@pytest.mark.slow
@pytest.mark.parametrize("place", ["job.write", "job.shutil.rmtree", "job.sync_folder"])
async def test_a_killed_job_leaves_one_certificate_and_the_next_deletes_the_rest(
    tmp_path: Path, place: str
) -> None:
    async with open_database(tmp_path) as database:
        lesson = await kept(tmp_path, database)
        await asyncio.to_thread(killed, "delete_media", place, tmp_path, lesson.id, AFTER_TERM)
        (first,) = await Certificates(database).of(lesson.id)
        await delete_media(tmp_path, database, lesson.id, TERMS, AFTER_TERM)
        folder = lesson_folder(tmp_path, lesson.id)
        assert await asyncio.to_thread(left, folder) == {JOURNAL, "manifest.json"}
        assert not (folder / compose.WHOLE).exists()
        assert await Certificates(database).of(lesson.id) == [first]
        assert first.files == 3
