from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from server.access.ids import uuid7
from server.actions.acting import OPERATOR, entry
from server.jobs.retain import DAILY, MORE, retain
from server.programme.class_group import Closing, Keeping
from server.programme.retention import Kept, Terms
from server.programme.rights import Action
from server.store.audit import write
from server.store.database import Database, open_database
from server.store.jobs import MOST_ATTEMPTS, Jobs
from server.store.retention import MEDIA, RECORDS, Retentions
from server.store.school_tables import ClassGroupRow, PupilRow
from tests.support.aged import AFTER_ROUND, HELD, held
from tests.support.logged import lines_of
from tests.support.queued import states
from tests.support.staff import school

TERMS = Terms()
NEXT_AUTUMN = datetime(2027, 8, 31, 16, 30, tzinfo=UTC)
"""Half past midnight on the first of September, in Shanghai."""


async def keep(database: Database, lesson: str, until: date) -> None:
    kept = Kept(id=uuid7(), lesson=lesson, chosen_by="a", until=until, why="公开课")
    line = entry(OPERATOR, Action.KEEP_RECORDING, HELD)
    await Retentions(database).choose(kept, line)


async def asked(database: Database, lesson: str) -> dict[str, str]:
    return await states(database, lesson)


async def test_media_are_due_on_the_first_day_after_their_term(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        lesson = (await held(database)).id
        assert await retain(database, TERMS, NEXT_AUTUMN - timedelta(hours=1)) == DAILY
        assert await asked(database, lesson) == {}
        for _ in range(2):
            await retain(database, TERMS, NEXT_AUTUMN)
            assert await asked(database, lesson) == {MEDIA: "waiting"}
        assert await retain(database, TERMS, AFTER_ROUND) == DAILY
        assert await asked(database, lesson) == {MEDIA: "waiting"}


async def test_records_are_due_when_their_years_are_over_and_the_media_gone(
    tmp_path: Path,
) -> None:
    async with open_database(tmp_path) as database:
        lesson, jobs = (await held(database)).id, Jobs(database)
        await retain(database, TERMS, AFTER_ROUND)
        job = await jobs.claim(AFTER_ROUND)
        assert job is not None
        await jobs.finish(job)
        await retain(database, TERMS, AFTER_ROUND - timedelta(days=1))
        assert await asked(database, lesson) == {MEDIA: "done"}
        await retain(database, TERMS, AFTER_ROUND)
        assert await asked(database, lesson) == {MEDIA: "done", RECORDS: "waiting"}


async def test_what_was_chosen_is_kept_to_the_end_of_the_last_choice(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        lesson = (await held(database)).id
        await keep(database, lesson, date(2029, 1, 1))
        await keep(database, lesson, date(2027, 9, 2))
        await retain(database, TERMS, NEXT_AUTUMN)
        assert await asked(database, lesson) == {}
        await retain(database, TERMS, NEXT_AUTUMN + DAILY)
        assert await asked(database, lesson) == {MEDIA: "waiting"}


async def test_a_run_takes_on_so_many_and_the_next_goes_on(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        lessons = [(await held(database, f"l{n}", HELD + timedelta(days=n))).id for n in range(3)]
        assert await retain(database, TERMS, NEXT_AUTUMN, most=2) == MORE
        assert [bool(await asked(database, one)) for one in lessons] == [True, True, False]
        assert await retain(database, TERMS, NEXT_AUTUMN, most=2) == DAILY
        assert await asked(database, lessons[2]) == {MEDIA: "waiting"}


async def test_what_was_given_up_is_tried_anew_the_next_day(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        lesson, jobs = (await held(database)).id, Jobs(database)
        await retain(database, TERMS, NEXT_AUTUMN)
        for _ in range(MOST_ATTEMPTS):
            job = await jobs.claim(NEXT_AUTUMN)
            assert job is not None
            await jobs.fail(job, "OSError")
        assert await asked(database, lesson) == {MEDIA: "failed"}
        await retain(database, TERMS, NEXT_AUTUMN + DAILY)
        assert await asked(database, lesson) == {MEDIA: "waiting"}


async def test_lines_of_the_audit_log_go_when_they_are_as_old_as_records(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        days = [HELD + timedelta(days=n) for n in (-1, 0, 1)]
        for day in days:
            async with database.transaction() as session:
                write(session, entry(OPERATOR, Action.CHANGE_STAFF, day), "x")
        assert await retain(database, TERMS, AFTER_ROUND, most_lines=1) == MORE
        assert [at for at, _, _ in await lines_of(database, "x")] == days[1:]
        assert await retain(database, TERMS, AFTER_ROUND) == DAILY
        assert [at for at, _, _ in await lines_of(database, "x")] == days[2:]


async def test_names_go_when_their_class_is_closed_for_as_long_as_records_are_kept(
    tmp_path: Path,
) -> None:
    async with open_database(tmp_path) as database:
        days = {"older": HELD - DAILY, "younger": HELD + DAILY, "open": None}
        place = (await school(database)).id
        async with database.transaction() as session:
            for number, (group, closed) in enumerate(days.items()):
                how = closed and Closing.GRADUATED
                kept = Keeping.ROSTER
                session.add(
                    ClassGroupRow(
                        id=group,
                        organisation=place,
                        grade=6,
                        number=number,
                        keeping=kept,
                        told=0,
                        closed=closed,
                        closed_how=how,
                    )
                )
            await session.flush()
            session.add_all(PupilRow(id=one, class_group=one, name="章明") for one in days)
        await retain(database, TERMS, AFTER_ROUND)
        async with database.transaction() as session:
            left = await session.scalars(select(PupilRow.id).where(PupilRow.name != ""))
            assert set(left) == {"younger", "open"}
