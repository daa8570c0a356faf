"""A lesson that is long over, on disk and in the store; a job on it that is killed on its way."""

import asyncio
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from recorder import compose
from server.access.ids import uuid7
from server.actions.acting import OPERATOR, entry
from server.programme.attendance import Numbers
from server.programme.attendance_marks import Mark
from server.programme.comment import Revision
from server.programme.lesson import Lesson
from server.programme.rights import Action, Capacity
from server.store.comments import Comments
from server.store.database import Database
from server.store.derived import Derived, DerivedRows
from server.store.folder import JOURNAL, lesson_folder
from server.store.lessons import Lessons
from server.store.mark_tables import ExpectedPupilRow
from server.store.people import People
from server.store.rolls import Declaration, Rolls
from server.store.school_tables import ClassGroupRow, PupilRow
from server.store.viewings import Viewer, Viewings
from signaling import events as ev
from signaling.ids import LessonId, ParticipantId
from signaling.journal import Writer
from tests.support.staff import hired, school
from tests.support.stored import planned
from tests.support.websites import recorded

HELD = datetime(2026, 11, 25, 1, 10, tzinfo=UTC)
AFTER_TERM = datetime(2027, 9, 1, 2, tzinfo=UTC)
AFTER_ROUND = datetime(2029, 11, 25, 2, tzinfo=UTC)
SAID = "老师好"
COMMENT = "导入自然"
PROGRAM = """
import asyncio, os, signal, shutil
from datetime import datetime
from pathlib import Path
from server.jobs import {job} as job
from server.programme.retention import Terms
from server.store.database import open_database
from server.store.retention import Retentions

async def main():
    async with open_database(Path({data!r})) as database:
        {place} = lambda *arguments, **named: os.kill(os.getpid(), signal.SIGKILL)
        now = {now!r}
        terms = (Terms(), datetime.fromisoformat(now)) if now else ()
        await job.{job}(Path({data!r}), database, {lesson!r}, *terms)

asyncio.run(main())
"""


async def held(database: Database, name: str = "id", at: datetime = HELD) -> Lesson:
    """A lesson in the store that was held then."""
    lesson, lessons = planned(name=name), Lessons(database)
    await lessons.add(lesson, at)
    await lessons.mark_opened(lesson.id, at)
    await lessons.mark_ended(lesson.id, at + timedelta(minutes=40))
    return lesson


async def kept(data: Path, database: Database) -> Lesson:
    """One with a journal, a camera, a phone version, a roll, its presence and a name."""
    lesson = await held(database)
    room = lesson.rooms[0].participant
    await recorded(data, lesson.id, room)
    await asyncio.to_thread(_write, lesson_folder(data, lesson.id), lesson)
    await People(database).put(lesson.id, "p", "王老师")
    numbers = Numbers(expected=24, present=23, on_leave=1)
    said = Declaration(id=uuid7(), room=room, at=HELD, declared_by="a", numbers=numbers, why="")
    pupil = await _pupil(database, room)
    await Rolls(database).add(said, None, marks={pupil: Mark.ON_LEAVE})
    presence = Derived(lesson=lesson.id, kind="presence", journal_head="", rule=1, body="[]")
    await DerivedRows(database).put(presence, HELD)
    await _reviewed(database, lesson.id)
    return lesson


async def _reviewed(database: Database, lesson: str) -> None:
    """A comment on a lesson, and somebody who watched two seconds of it."""
    teacher = await hired(database, Capacity.TEACHER, await school(database, "柯山小学"))
    said = Revision(
        id=uuid7(),
        lesson=lesson,
        comment="c",
        author=teacher.id,
        at=HELD,
        moment=3,
        answers=None,
        text=COMMENT,
    )
    await Comments(database).add(said, entry(OPERATOR, Action.COMMENT_LESSON, HELD))
    await Viewings(database).begin("s", lesson, Viewer(person=teacher.id, role="teacher"), HELD)
    await Viewings(database).watched("s", lesson, 3, 5, HELD)


async def _pupil(database: Database, room: str) -> str:
    """Somebody of a roster who belonged to a room."""
    at = await school(database)
    group = ClassGroupRow(
        id="g", organisation=at.id, grade=3, number=1, keeping="roster", told=0, class_teacher=None
    )
    async with database.transaction() as session:
        session.add(group)
        await session.flush()
        session.add(PupilRow(id="pupil", class_group="g", name="章明", number_hash=None, left=None))
        await session.flush()
        session.add(ExpectedPupilRow(room=room, pupil="pupil"))
    return "pupil"


def killed(job: str, place: str, data: Path, lesson: str, now: datetime | None = None) -> None:
    """Run a job in a process of its own that is killed where it comes to `place`. Blocking.

    A job of what is over its term is told what time it is.
    """
    when = "" if now is None else now.isoformat()
    program = PROGRAM.format(job=job, place=place, data=str(data), lesson=lesson, now=when)
    done = subprocess.run((sys.executable, "-c", program), check=False)
    assert done.returncode == -signal.SIGKILL


def _write(folder: Path, lesson: Lesson) -> None:
    writer, host = Writer(), ParticipantId(lesson.rooms[0].participant)
    happened: tuple[ev.Event, ...] = (
        ev.LessonOpened(
            lesson=LessonId(lesson.id),
            utc=HELD.isoformat(),
            planned_seconds=lesson.planned_seconds,
            rooms=tuple(
                ev.RoomPlan(participant=ParticipantId(one.participant), host=one.host)
                for one in lesson.rooms
            ),
        ),
        ev.ChatSent(participant=host, text=SAID),
        ev.LessonEnded(reason=ev.EndReason.ENDED, by=None),
    )
    lines = [writer.write(n, event, bytes(16))[1] for n, event in enumerate(happened)]
    (folder / JOURNAL).write_bytes(b"".join(lines))
    (folder / compose.WHOLE).write_bytes(b"film")
