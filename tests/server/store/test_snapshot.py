import asyncio
import errno
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from server.store.database import DATABASE, HEAD, open_database
from server.store.lessons import Lessons
from server.store.snapshot import OpenedLesson, Seen, look, put_back, snapshot
from tests.support.stored import NOW, planned


async def test_it_sees_which_lessons_have_begun_and_ended(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        lessons = Lessons(database)
        for name in ("a", "b", "c"):
            await lessons.add(planned(title=name, name=name), NOW)
        await lessons.mark_opened("a2", NOW)
        await lessons.mark_opened("b2", NOW)
        await lessons.mark_ended("b2", NOW)
        seen = await asyncio.to_thread(look, tmp_path / DATABASE)
    going, ended = OpenedLesson("a2", "a", False), OpenedLesson("b2", "b", True)
    assert seen == Seen(HEAD, (going, ended))
    assert seen.under_way == (going,)


def test_a_database_without_tables_has_no_version(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "x")) as connection:
        connection.execute("VACUUM")
    assert look(tmp_path / "x") == Seen(None, ())


async def test_a_copy_is_of_one_moment_beside_a_writer_that_has_not_committed(
    tmp_path: Path,
) -> None:
    async with open_database(tmp_path) as database:
        lessons = Lessons(database)
        await lessons.add(planned(name="a"), NOW)
        await lessons.mark_opened("a2", NOW)
        async with database.transaction() as session:
            connection = await session.connection()
            await connection.exec_driver_sql("DELETE FROM room")
            await connection.exec_driver_sql("DELETE FROM lesson")
            await asyncio.to_thread(snapshot, tmp_path / DATABASE, tmp_path / "copy")
    assert (await asyncio.to_thread(look, tmp_path / DATABASE)).lessons == ()
    await asyncio.to_thread(is_one_file_with_one_lesson, tmp_path / "copy")


def is_one_file_with_one_lesson(copy: Path) -> None:
    assert [lesson.id for lesson in look(copy).lessons] == ["a2"]
    assert copy.stat().st_mode & 0o777 == 0o600
    # A log beside it would not be in a list of files.
    assert [path.name for path in copy.parent.glob("copy*")] == ["copy"]


async def test_what_was_kept_is_put_back_beside_an_open_connection(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    async with open_database(tmp_path) as database:
        await asyncio.to_thread(snapshot, tmp_path / DATABASE, kept)
        await Lessons(database).add(planned(name="a"), NOW)
        await asyncio.to_thread(put_back, tmp_path / DATABASE, kept)
        assert await Lessons(database).newest() == []


def test_no_database_and_no_sqlite_file_are_errors_of_the_disk(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        look(tmp_path / "nothing")
    (tmp_path / "text").write_bytes(b"no database at all, though long enough" * 100)
    with pytest.raises(OSError, match="not a database") as refused:
        snapshot(tmp_path / "text", tmp_path / "copy")
    assert refused.value.errno == errno.EIO
