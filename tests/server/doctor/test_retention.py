import asyncio
from datetime import date, datetime, timedelta
from pathlib import Path

from server.access.ids import uuid7
from server.actions.acting import OPERATOR, entry
from server.doctor.facts import Freed
from server.doctor.retention import look_ahead
from server.programme.retention import Kept, Terms
from server.programme.rights import Action
from server.store.database import Database, open_database
from server.store.folder import lesson_folder
from server.store.jobs import Job, Jobs
from server.store.retention import MEDIA, Retentions
from tests.support.aged import AFTER_TERM, HELD, held

TERMS = Terms()


async def filmed(data: Path, database: Database, name: str, size: int, at: datetime) -> str:
    """A lesson with so many bytes of media, and a journal that stays."""
    lesson = (await held(database, name, at)).id
    folder = lesson_folder(data, lesson)
    (folder / "tracks" / "p~camera").mkdir(parents=True)
    (folder / "tracks" / "p~camera" / "part-1.mp4").write_bytes(bytes(size))
    (folder / "journal.jsonl").write_bytes(bytes(50_000))
    return lesson


def bytes_of(freed: Freed | None) -> tuple[int, int] | None:
    return None if freed is None else (freed.soon, freed.later)


async def made(data: Path) -> None:
    """Lessons of one term, of the next, one that was chosen to be kept and one that is deleted."""
    async with open_database(data) as database:
        await filmed(data, database, "due", 1000, HELD)
        await filmed(data, database, "later", 64_000, HELD + timedelta(days=200))
        until = AFTER_TERM.date() + timedelta(days=20)
        for name, size, day in (("a while", 200, until), ("long", 32_000, date(2028, 9, 1))):
            lesson = await filmed(data, database, name, size, HELD)
            kept = Kept(id=uuid7(), lesson=lesson, chosen_by="a", until=day, why="公开课")
            line = entry(OPERATOR, Action.KEEP_RECORDING, HELD)
            await Retentions(database).choose(kept, line)
        deleted, jobs = await filmed(data, database, "deleted", 16_000, HELD), Jobs(database)
        await jobs.enqueue(Job(id=uuid7(), kind=MEDIA, lesson=deleted), AFTER_TERM)
        job = await jobs.claim(AFTER_TERM)
        assert job is not None
        await jobs.finish(job)


def test_what_comes_back_by_itself_is_what_is_over_its_time_by_then(tmp_path: Path) -> None:
    asyncio.run(made(tmp_path))
    for days_before, expected in (
        (31, (0, 0)),
        (29, (0, 1000)),
        (6, (1000, 1200)),
        (-1, (1000, 1200)),
    ):
        now = AFTER_TERM - timedelta(days=days_before)
        assert bytes_of(look_ahead(tmp_path, TERMS, now)) == expected, days_before


def test_where_there_is_no_database_none_is_made(tmp_path: Path) -> None:
    assert look_ahead(tmp_path / "none", TERMS, AFTER_TERM) is None
    assert not (tmp_path / "none").exists()
