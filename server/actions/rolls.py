"""Roll call: look at a room's roll, declare it, list a lesson's attendance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from server.access.ids import uuid7
from server.programme.attendance import (
    Numbers,
    RollState,
    Writer,
    check,
    closed,
    evening,
    reason,
    state,
)
from server.programme.attendance_marks import Mark, counted
from server.programme.lesson import Room
from server.programme.refusal import RefusedError
from server.programme.rights import Acting, Action, Reach, reach
from server.store.audit import Entry
from server.store.database import Database
from server.store.lessons import Lessons, StoredLesson
from server.store.rolls import Declaration, Rolls
from signaling.errors import Code, UserError

OPERATOR = "operator"
"""Whoever declares on the server itself, in the school's name."""


@dataclass(frozen=True, kw_only=True)
class Declaring:
    """What somebody declares."""

    numbers: Numbers
    """Who was there; by roster only its observing teachers count, the rest is counted."""
    why: str
    """Why it differs from what stood before."""
    after: str | None
    """The declaration they saw; none if they saw none."""
    marks: Mapping[str, Mark] | None = None
    """By roster: the pupils who were not simply there; none by numbers."""


class DeclaredWords(TypedDict):
    """One declaration as pages and commands are given it."""

    id: str
    at: str
    declared_by: str
    expected: int
    present: int
    on_leave: int
    absent: int
    late: int
    """Of those present; by numbers nobody tells."""
    observing: int
    """Teachers who sat in to listen."""
    why: str


class RollWords(TypedDict):
    """A room's roll as pages and commands are given it."""

    room: str
    name: str
    state: RollState
    open_until: str | None
    expected: int | None
    """How many belonged to the room when the lesson began; none if nobody knows."""
    declared: DeclaredWords | None
    before: list[DeclaredWords]


async def rolls_of(database: Database, lesson: str, now: datetime) -> list[RollWords]:
    """The rolls of all rooms of a lesson, the host's first.

    Raises:
        UserError: there is no such lesson.
    """
    stored = await _find(database, lesson)
    rooms = stored.lesson.rooms
    ids = [room.participant for room in rooms]
    found, expected = await Rolls(database).of(ids), await Rolls(database).expected(ids)
    return [
        words_of(
            room,
            stored,
            [one for one in found if one.room == room.participant],
            expected.get(room.participant),
            now,
        )
        for room in rooms
    ]


async def roll_of(rolls: Rolls, stored: StoredLesson, room: Room, now: datetime) -> RollWords:
    """The roll of one room."""
    return words_of(
        room, stored, await rolls.of([room.participant]), await _expected(rolls, room), now
    )


async def declare(
    rolls: Rolls,
    stored: StoredLesson,
    room: Room,
    declaring: Declaring,
    declared_by: str,
    now: datetime,
    entry: Entry | None = None,
) -> RollWords:
    """Declare a room's roll, or correct it with a reason; what stood before is kept.

    Raises:
        RefusedError: it is not open to them, the numbers can't be true, a reason is missing, or
            somebody else was quicker.
    """
    before = await rolls.of([room.participant])
    writer = _writer(declared_by, entry)
    _check_open(stored, bool(before), writer, now)
    numbers = await _numbers(rolls, room, declaring)
    made = Declaration(
        id=uuid7(),
        room=room.participant,
        at=now,
        declared_by=declared_by,
        numbers=numbers,
        why=reason(declaring.why, correcting=bool(before) or writer is Writer.SCHOOL),
    )
    await rolls.add(made, declaring.after, entry, declaring.marks)
    return words_of(room, stored, [*before, made], await _expected(rolls, room), now)


async def _numbers(rolls: Rolls, room: Room, declaring: Declaring) -> Numbers:
    numbers = declaring.numbers
    if declaring.marks is not None:
        pupils = await rolls.pupils(room.participant)
        numbers = counted(pupils, declaring.marks, numbers.observing)
    check(numbers)
    return numbers


def _writer(declared_by: str, entry: Entry | None) -> Writer:
    if declared_by == OPERATOR:
        return Writer.OPERATOR
    return Writer.TEACHER if entry is None else writer_of(entry.acting)


def writer_of(acting: Acting) -> Writer:
    """For whom somebody declares who signed in."""
    own = reach(acting.capacity, Action.DECLARE_ATTENDANCE) is Reach.OWN
    return Writer.TEACHER if own else Writer.SCHOOL


async def _expected(rolls: Rolls, room: Room) -> int | None:
    return (await rolls.expected([room.participant])).get(room.participant)


async def declare_for_school(
    database: Database, lesson: str, name: str, numbers: Numbers, why: str, now: datetime
) -> RollWords:
    """Declare or correct a room's roll in the school's name, after the evening too.

    Raises:
        UserError: there is no such lesson or room.
        RefusedError: as `declare`.
    """
    stored = await _find(database, lesson)
    room = next((one for one in stored.lesson.rooms if name in (one.name, one.participant)), None)
    if room is None:
        raise UserError(Code.NO_SUCH_PARTICIPANT)
    rolls = Rolls(database)
    last = (await rolls.of([room.participant]))[-1:]
    declaring = Declaring(numbers=numbers, why=why, after=last[0].id if last else None)
    return await declare(rolls, stored, room, declaring, OPERATOR, now)


async def _find(database: Database, lesson: str) -> StoredLesson:
    found = await Lessons(database).find(lesson)
    if found is None:
        raise UserError(Code.LESSON_UNKNOWN)
    return found


def _check_open(stored: StoredLesson, declared: bool, writer: Writer, now: datetime) -> None:
    standing = state(begun=_begun(stored), ended=stored.ended, declared=declared, now=now)
    refusal = closed(standing, writer)
    if refusal is not None:
        raise RefusedError(refusal)


def _begun(stored: StoredLesson) -> bool:
    return stored.opened is not None


def words_of(
    room: Room,
    stored: StoredLesson,
    found: Sequence[Declaration],
    expected: int | None,
    now: datetime,
) -> RollWords:
    """The roll of a room with what was found of it."""
    declared = [_declared(one) for one in found]
    return RollWords(
        room=room.participant,
        name=room.name,
        state=state(begun=_begun(stored), ended=stored.ended, declared=bool(found), now=now),
        open_until=None if stored.ended is None else evening(stored.ended).isoformat(),
        expected=expected,
        declared=declared[-1] if declared else None,
        before=declared[:-1],
    )


def _declared(one: Declaration) -> DeclaredWords:
    return DeclaredWords(
        id=one.id,
        at=one.at.isoformat(),
        declared_by=one.declared_by,
        expected=one.numbers.expected,
        present=one.numbers.present,
        on_leave=one.numbers.on_leave,
        absent=one.numbers.absent,
        late=one.numbers.late,
        observing=one.numbers.observing,
        why=one.why,
    )
