import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from recorder.manifest import load
from server.actions.acting import OPERATOR, entry
from server.actions.backup import back_up
from server.actions.disk_work import Tally
from server.actions.restore import restore
from server.jobs.delete_again import AgainWords, catch_up
from server.jobs.delete_media import delete_media
from server.jobs.delete_records import delete_records
from server.jobs.delete_tracks import delete_tracks
from server.programme.people import Appointment
from server.programme.preparation import Handout
from server.programme.refusal import Refusal, RefusedError
from server.programme.retention import Terms
from server.programme.rights import Action, Capacity
from server.store import handouts
from server.store.access_tables import LoginRow
from server.store.accounts import Accounts
from server.store.certificates import Certificates
from server.store.comments import Comments
from server.store.consents import Consents
from server.store.credentials import Credentials
from server.store.database import DATABASE, Database, open_database
from server.store.folder import JOURNAL, lesson_folder
from server.store.forms import FOLDER as FORMS
from server.store.lessons import Lessons
from server.store.preparation_tables import HandoutRow
from server.store.preparations import Preparations
from server.store.pupils import Pupils
from server.store.restored import NOTE, Unknown, read
from server.store.retention import Retentions
from server.store.school_tables import PupilRow
from server.store.staff import Staff
from tests.support.aged import AFTER_ROUND, AFTER_TERM, HELD, SAID, kept
from tests.support.agreed import Taught
from tests.support.halls import house
from tests.support.staff import badge, hired, school
from tests.support.stored import planned

TERMS = Terms()
NOW = datetime(2029, 12, 1, tzinfo=UTC)


class Folders:
    """A data folder, its backup, and what is restored of it."""

    def __init__(self, parent: Path) -> None:
        self.data, self.to, self.new = (parent / name for name in ("data", "to", "new"))
        self.data.mkdir()
        (self.data / "secret.key").write_bytes(b"k" * 32)

    async def back_up(self) -> None:
        await asyncio.to_thread(back_up, self.data, self.to, AFTER_TERM, Tally())

    async def restore(self, known: Path | None, *, named: bool = True) -> AgainWords:
        again: list[AgainWords] = []

        def finish(gathered: Path, made: str) -> None:
            again.append(catch_up(gathered, made, known, NOW, named=named))

        await asyncio.to_thread(restore, self.to, self.new, Tally(), finish)
        return again[0]


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path)


async def test_media_records_and_names_that_were_deleted_since_do_not_come_back(
    folders: Folders,
) -> None:
    async with open_database(folders.data) as database:
        lesson = (await kept(folders.data, database)).id
        await folders.back_up()
        await delete_media(folders.data, database, lesson, TERMS, AFTER_ROUND)
        await delete_records(folders.data, database, lesson, TERMS, AFTER_ROUND)
        line = entry(OPERATOR, Action.REMOVE_PUPIL, NOW)
        await Pupils(database).remove("g", "pupil", line)
        certificates = await Certificates(database).of(lesson)
    again = await folders.restore(folders.data)
    assert (again["by"], again["lessons"], again["names"]) == (str(folders.data), 1, 1)
    assert again["since"] is None
    assert not (folders.new / NOTE).exists()
    folder = lesson_folder(folders.new, lesson)
    assert not (folder / "tracks").exists()
    assert (await asyncio.to_thread(load, folder)).tracks == ()
    assert SAID.encode() not in await asyncio.to_thread((folder / JOURNAL).read_bytes)
    async with open_database(folders.new) as database:
        assert await Certificates(database).of(lesson) == certificates
        assert not await Retentions(database).records(lesson)
        assert not await Comments(database).of(lesson)
        assert await Pupils(database).look("g", entry(OPERATOR, Action.SEE_PUPILS, NOW)) == []
    left = {path.name for path in folders.new.iterdir()}
    assert left == {"lessons", "secret.key", DATABASE}


@pytest.mark.slow
@pytest.mark.parametrize("agrees_again", [False, True])
async def test_what_parents_took_back_does_not_come_back(
    folders: Folders, *, agrees_again: bool
) -> None:
    async with house(folders.data) as here:
        taught = Taught(here)
        await taught.plan()
        known = await taught.agree()
        host, far = await taught.teach()
        lesson = taught.lesson.id
        await folders.back_up()
        known = await taught.withdraw(known)
        await delete_tracks(folders.data, here.database, lesson)
        if agrees_again:
            await taught.agree(known)
        standings = await Consents(here.database).standings(lesson)
    again = await folders.restore(folders.data)
    assert again["lessons"] == 1
    folder = lesson_folder(folders.new, lesson)
    (track,) = (await asyncio.to_thread(load, folder)).tracks
    assert track.participant == host
    assert not await asyncio.to_thread((folder / "tracks" / f"{far}~camera").exists)
    async with open_database(folders.new) as database:
        assert await Consents(database).standings(lesson) == standings
        reasons = [one.reason for one in await Certificates(database).of(lesson)]
        assert reasons == ["consent_withdrawn"] * 2
        (said, *_) = reversed(await Consents(database).of(taught.group))
    assert said.form == "" or (folders.new / FORMS / said.form).is_file()


async def attached(data: Path, database: Database, lesson: str, name: str, by: str) -> Handout:
    """A handout of a lesson, as row and file."""
    made = Handout(id=name, name=f"{name}.pdf", kind="pdf", octets=5, added_by=by, at=HELD)
    await asyncio.to_thread(handouts.keep, data, lesson, made, b"%PDF-")
    line = entry(OPERATOR, Action.CHANGE_PREPARATION, HELD)
    await Preparations(database).add(lesson, made, line)
    return made


async def test_a_handout_that_a_teacher_deleted_since_does_not_come_back(folders: Folders) -> None:
    line = entry(OPERATOR, Action.CHANGE_PREPARATION, NOW)
    async with open_database(folders.data) as database:
        lesson = planned().id
        await Lessons(database).add(planned(), HELD)
        teacher = (await hired(database, Capacity.TEACHER, await school(database, "溪口小学"))).id
        wrong = await attached(folders.data, database, lesson, "wrong", teacher)
        stays = await attached(folders.data, database, lesson, "stays", teacher)
        await folders.back_up()
        await Preparations(database).remove(lesson, wrong.id, line)
        await asyncio.to_thread(handouts.remove, folders.data, lesson, wrong)
        late = await attached(folders.data, database, lesson, "late", teacher)
    again = await folders.restore(folders.data)
    assert again["handouts"] == 1
    folder = handouts.folder_of(folders.new, lesson)
    assert [path.name for path in folder.iterdir()] == ["stays.pdf"]
    async with open_database(folders.new) as database:
        assert (await Preparations(database).of(lesson)).handouts == (stays,)
    assert handouts.path_of(folders.data, lesson, late).exists()


async def test_who_was_shut_out_since_stays_out(folders: Folders) -> None:
    async with open_database(folders.data) as database:
        at = await school(database, "溪口小学")
        stays, goes, lost = [await hired(database, Capacity.TEACHER, at) for _ in range(3)]
        await badge(database, stays)
        credentials = Credentials(database)
        for person in (stays, lost):
            await give(credentials, person.id, "before")
        await credentials.block("old.name", "停用", entry(OPERATOR, Action.CHANGE_SETTINGS, HELD))
        await folders.back_up()
        dismissed = Appointment(person=goes.id, capacity=Capacity.TEACHER, organisation=at)
        await Staff(database).dismiss(dismissed, entry(OPERATOR, Action.CHANGE_STAFF, NOW))
        await give(credentials, lost.id, "after")
        await credentials.block("new.name", "停用", entry(OPERATOR, Action.CHANGE_SETTINGS, NOW))
        line = entry(OPERATOR, Action.CHANGE_SETTINGS, NOW)
        assert await credentials.unblock("old.name", line)
    await folders.restore(folders.data)
    async with open_database(folders.new) as database:
        held = [await Accounts(database).appointments(one.id) for one in (stays, goes)]
        assert [len(one) for one in held] == [1, 0]
        credentials = Credentials(database)
        kept_by = [await credentials.of(one.id) for one in (stays, lost)]
        assert [one.password for one in kept_by if one is not None] == ["before", "after"]
        assert await credentials.blocked("new.name")
        assert not await credentials.blocked("old.name")
        async with database.transaction() as session:
            assert (await session.scalars(select(LoginRow))).all() == []


async def give(credentials: Credentials, person: str, password: str) -> None:
    line = entry(OPERATOR, Action.CHANGE_STAFF, HELD)
    await credentials.give_first(person, password, NOW, line, line)


async def test_a_handout_that_went_with_the_records_counts_once(folders: Folders) -> None:
    async with open_database(folders.data) as database:
        lesson = (await kept(folders.data, database)).id
        teacher = (await hired(database, Capacity.TEACHER, await school(database, "溪口小学"))).id
        made = Handout(id="one", name="one.pdf", kind="pdf", octets=5, added_by=teacher, at=HELD)
        async with database.transaction() as session:
            session.add(HandoutRow(lesson=lesson, **vars(made)))
        await asyncio.to_thread(handouts.keep, folders.data, lesson, made, b"%PDF-")
        await folders.back_up()
        await delete_media(folders.data, database, lesson, TERMS, AFTER_ROUND)
        await delete_records(folders.data, database, lesson, TERMS, AFTER_ROUND)
    again = await folders.restore(folders.data)
    assert (again["lessons"], again["handouts"]) == (1, 0)
    assert not handouts.folder_of(folders.new, lesson).exists()
    async with open_database(folders.new) as database:
        assert not (await Preparations(database).of(lesson)).handouts


async def test_without_the_old_folder_the_days_are_noted(folders: Folders) -> None:
    async with open_database(folders.data) as database:
        await kept(folders.data, database)
    await folders.back_up()
    again = await folders.restore(folders.data.with_name("gone"), named=False)
    assert again["by"] is None
    assert await asyncio.to_thread(read, folders.new) == Unknown(since=AFTER_TERM, until=NOW)
    assert again["until"] == NOW.isoformat()


async def test_days_that_nobody_checked_yet_go_on_to_the_next_restore(folders: Folders) -> None:
    async with open_database(folders.data) as database:
        await kept(folders.data, database)
    await folders.back_up()
    await folders.restore(None, named=False)
    first, folders.new = folders.new, folders.new.with_name("newer")
    again = await folders.restore(first)
    assert again["by"] == str(first)
    assert await asyncio.to_thread(read, folders.new) == Unknown(since=AFTER_TERM, until=NOW)


async def test_another_servers_folder_knows_nothing_and_is_refused_by_name(
    folders: Folders, tmp_path: Path
) -> None:
    async with open_database(folders.data) as database:
        await kept(folders.data, database)
    await folders.back_up()
    other = tmp_path / "other"
    other.mkdir()
    (other / "secret.key").write_bytes(b"x" * 32)
    with pytest.raises(RefusedError) as refused:
        await folders.restore(other)
    assert refused.value.refusal is Refusal.RESTORE_INSTEAD
    assert not (folders.new / DATABASE).exists()
    again = await folders.restore(other, named=False)
    assert again["since"] is not None


async def test_a_damaged_database_knows_nothing(folders: Folders) -> None:
    async with open_database(folders.data) as database:
        await kept(folders.data, database)
    await folders.back_up()
    await asyncio.to_thread((folders.data / DATABASE).write_bytes, b"burnt" * 1000)
    again = await folders.restore(folders.data, named=False)
    assert (again["by"], again["since"]) == (None, AFTER_TERM.isoformat())


async def test_a_folder_from_before_the_backup_erases_nobody_who_came_later(
    folders: Folders,
) -> None:
    async with open_database(folders.data) as database:
        await kept(folders.data, database)
    await folders.back_up()
    older, folders.new = folders.new, folders.new.with_name("newer")
    await asyncio.to_thread(restore, folders.to, older, Tally())
    async with open_database(folders.data) as database:
        async with database.transaction() as session:
            session.add(PupilRow(id="late", class_group="g", name="后来"))
        await Pupils(database).look("g", entry(OPERATOR, Action.SEE_PUPILS, NOW))
    await folders.back_up()
    again = await folders.restore(older, named=False)
    assert (again["by"], again["names"]) == (None, 0)
    async with open_database(folders.new) as database:
        line = entry(OPERATOR, Action.SEE_PUPILS, NOW)
        assert "后来" in {one.name for one in await Pupils(database).look("g", line)}
