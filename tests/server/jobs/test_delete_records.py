import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from server.actions.acting import OPERATOR, entry
from server.actions.backup import back_up
from server.actions.disk_work import Tally
from server.actions.preparation import Upload, attach
from server.actions.restore import restore
from server.actions.timetable import plan
from server.jobs.delete_media import delete_media
from server.jobs.delete_records import AGAIN, delete_records, erased
from server.jobs.retain import retain
from server.programme.preparation import Handout
from server.programme.refusal import Refusal, RefusedError
from server.programme.retention import Terms
from server.programme.rights import Action, Capacity
from server.store import handouts
from server.store.certificates import Certificates
from server.store.comments import Comments
from server.store.database import Database, open_database
from server.store.derived import DerivedRows
from server.store.folder import JOURNAL, lesson_folder, read_journal
from server.store.jobs import Jobs
from server.store.people import People
from server.store.preparation_tables import HandoutRow
from server.store.preparations import Preparations
from server.store.retention import MEDIA, RECORDS, Retentions
from server.store.rolls import Rolls
from server.store.viewings import Viewer, Viewings
from signaling.events import LessonOpened
from signaling.journal import read
from tests.support.aged import AFTER_ROUND, AFTER_TERM, COMMENT, SAID, kept, killed
from tests.support.paired import NOW, paired
from tests.support.queued import states
from tests.support.staff import hired, school

TERMS = Terms()


async def gone(data: Path, database: Database, lesson: str, room: str) -> None:
    """Nothing is left of who was there and what was said."""
    folder = lesson_folder(data, lesson)
    journal = await asyncio.to_thread(read_journal, folder)
    assert journal.sealed
    assert isinstance(journal.lines[0].event, LessonOpened)
    assert [line.event for line in journal.lines[1:-1]] == [None]
    assert SAID.encode() not in await asyncio.to_thread((folder / JOURNAL).read_bytes)
    assert await DerivedRows(database).find(lesson, "presence") is None
    assert not await Rolls(database).of([room])
    assert not await People(database).names(lesson)
    assert not await Retentions(database).records(lesson)
    assert not await Comments(database).of(lesson)
    assert not await Viewings(database).of(lesson, 1)


async def test_records_go_and_the_journals_chain_still_holds(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        lesson = await kept(tmp_path, database)
        early = AFTER_ROUND - timedelta(days=1)
        assert await delete_records(tmp_path, database, lesson.id, TERMS, early) == AGAIN
        assert len(await Retentions(database).records(lesson.id)) == 8
        for _ in range(2):
            assert await delete_records(tmp_path, database, lesson.id, TERMS, AFTER_ROUND) is None
        await gone(tmp_path, database, lesson.id, lesson.rooms[0].participant)
        (certificate,) = await Certificates(database).of(lesson.id)
        assert (certificate.reason, certificate.files) == (RECORDS, 2)
        assert "王老师" not in repr(certificate)


async def test_what_was_prepared_goes_with_them(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        lesson, here = await kept(tmp_path, database), await school(database, "华埠小学")
        teacher = await hired(database, Capacity.TEACHER, here)
        made = Handout(
            id="h", name="教案.pdf", kind="pdf", octets=1, added_by=teacher.id, at=AFTER_TERM
        )
        await asyncio.to_thread(handouts.keep, tmp_path, lesson.id, made, b"x")
        async with database.transaction() as session:
            session.add(HandoutRow(lesson=lesson.id, **vars(made)))
        await delete_records(tmp_path, database, lesson.id, TERMS, AFTER_ROUND)
        assert not (await Preparations(database).of(lesson.id)).handouts
        assert not handouts.folder_of(tmp_path, lesson.id).exists()
        (certificate,) = await Certificates(database).of(lesson.id)
        assert certificate.files == 3


async def test_what_was_prepared_for_a_lesson_that_was_never_held_goes_too(
    tmp_path: Path,
) -> None:
    async with paired(tmp_path) as schools:
        database, zhang = schools.database, schools.town.acting()
        lesson, other = [
            await plan(database, zhang, schools.plan(later=timedelta(hours=hours)), NOW)
            for hours in (0, 2)
        ]
        upload = Upload(name="教案.pdf", content=b"%PDF-1.7")
        await attach(database, zhang, lesson.id, upload, tmp_path, NOW)
        await retain(database, TERMS, AFTER_ROUND - timedelta(days=400))
        assert await states(database, lesson.id) == {}
        await retain(database, TERMS, AFTER_ROUND)
        assert await states(database, lesson.id) == {RECORDS: "waiting"}
        assert await states(database, other.id) == {}
        await delete_records(tmp_path, database, lesson.id, TERMS, AFTER_ROUND)
        assert not (await Preparations(database).of(lesson.id)).handouts
        assert not handouts.folder_of(tmp_path, lesson.id).exists()


@pytest.mark.slow
@pytest.mark.parametrize("place", ["Retentions.delete_records", "job.erased", "job.Disk.replace"])
async def test_a_killed_job_leaves_one_certificate_and_the_next_deletes_the_rest(
    tmp_path: Path, place: str
) -> None:
    async with open_database(tmp_path) as database:
        lesson = await kept(tmp_path, database)
        await asyncio.to_thread(killed, "delete_records", place, tmp_path, lesson.id, AFTER_ROUND)
        (first,) = await Certificates(database).of(lesson.id)
        await delete_records(tmp_path, database, lesson.id, TERMS, AFTER_ROUND)
        await gone(tmp_path, database, lesson.id, lesson.rooms[0].participant)
        assert await Certificates(database).of(lesson.id) == [first]


async def test_comments_and_viewings_outlast_the_media(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        lesson = await kept(tmp_path, database)
        await delete_media(tmp_path, database, lesson.id, TERMS, AFTER_TERM)
        assert [one.text for one in await Comments(database).of(lesson.id)] == [COMMENT]
        (viewing,) = await Viewings(database).of(lesson.id, 2)
        assert viewing.stretches == ((3, 5),)


async def test_nothing_is_said_or_noted_once_the_records_are_gone(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        lesson = await kept(tmp_path, database)
        (said,) = await Comments(database).of(lesson.id)
        await delete_records(tmp_path, database, lesson.id, TERMS, AFTER_ROUND)
        line = entry(OPERATOR, Action.COMMENT_LESSON, AFTER_ROUND)
        with pytest.raises(RefusedError) as refused:
            await Comments(database).add(replace(said, id="late"), line)
        assert refused.value.refusal is Refusal.COMMENT_TOO_LATE
        viewer = Viewer(person=None, role="viewer")
        await Viewings(database).begin("late", lesson.id, viewer, AFTER_ROUND)
        assert not await Retentions(database).records(lesson.id)


async def test_what_an_older_backup_brings_back_is_deleted_again(tmp_path: Path) -> None:
    data, to, new = (tmp_path / name for name in ("data", "to", "new"))
    data.mkdir()
    async with open_database(data) as database:
        lesson = await kept(data, database)
    await asyncio.to_thread(back_up, data, to, AFTER_TERM, Tally())
    async with open_database(data) as database:
        await delete_media(data, database, lesson.id, TERMS, AFTER_ROUND)
        await delete_records(data, database, lesson.id, TERMS, AFTER_ROUND)
    await asyncio.to_thread(restore, to, new, Tally())
    async with open_database(new) as database:
        jobs = Jobs(database)
        for kind, delete in ((MEDIA, delete_media), (RECORDS, delete_records)):
            await retain(database, TERMS, AFTER_ROUND)
            job = await jobs.claim(AFTER_ROUND)
            assert job is not None
            assert job.kind == kind
            await delete(new, database, job.lesson, TERMS, AFTER_ROUND)
            await jobs.finish(job)
        await gone(new, database, lesson.id, lesson.rooms[0].participant)


def test_a_torn_tail_goes_as_well() -> None:
    assert erased(b"torn") == b""
    assert read(erased(b"")).lines == ()
