"""Preparing a lesson together, 备课: who works in it writes, its schools and offices look."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypedDict

from server.access.ids import uuid7
from server.actions.acting import check, entry
from server.actions.timetable import concern_of, found
from server.programme import preparation as rules
from server.programme.lesson import Lesson, Room
from server.programme.preparation import Handout, Note, Tick, standing
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action, may
from server.store import handouts
from server.store.audit import Entry
from server.store.database import Database
from server.store.directory import Directory
from server.store.lessons import StoredLesson
from server.store.preparations import Preparation, Preparations


class NoteWords(TypedDict):
    """A text as somebody saved it."""

    id: str
    author: str
    at: str
    text: str
    aside: bool
    """Whether it was kept beside the one that stood."""


class HandoutWords(TypedDict):
    """A file."""

    id: str
    name: str
    octets: int
    added_by: str


class SideWords(TypedDict):
    """One of the rooms."""

    room: str
    name: str
    host: bool
    ready: bool
    mine: bool
    """Whether whoever asks says for it that it is ready."""


class PreparationWords(TypedDict):
    """What is prepared for a lesson."""

    note: NoteWords | None
    before: list[NoteWords]
    """Every other text, the newest first."""
    files: list[HandoutWords]
    sides: list[SideWords]
    may_write: bool
    conflict: bool
    """Whether what was just saved is kept beside another that its author had not seen."""


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file as it was sent."""

    name: str
    """What its sender calls it."""
    content: bytes
    """What is in it, or as much as shows that it is too large."""


async def look(database: Database, acting: Acting, lesson: str) -> PreparationWords:
    """What is prepared for a lesson.

    Raises:
        RefusedError: there is no such lesson, or this is not allowed.
    """
    stored = await found(database, acting, lesson)
    check(acting, Action.SEE_PREPARATION, await concern_of(database, stored.lesson))
    return await _told(database, acting, stored)


async def write(
    database: Database, acting: Acting, lesson: str, text: str, after: str | None, now: datetime
) -> PreparationWords:
    """Save a note over the one with the id `after`; what another wrote meanwhile stays.

    Raises:
        RefusedError: as `look`, the lesson is over, or it is too long.
    """
    stored = await check_writing(database, acting, lesson)
    text = rules.checked(text)
    note = Note(id=uuid7(), author=acting.id, at=now, text=text, aside=False)
    aside = await Preparations(database).write(lesson, note, after, _entry(acting, now))
    return await _told(database, acting, stored, conflict=aside)


async def attach(
    database: Database, acting: Acting, lesson: str, upload: Upload, data: Path, now: datetime
) -> PreparationWords:
    """Put a file to it.

    Raises:
        RefusedError: as `look`, the lesson is over, or such a file, or one more, is not taken.
    """
    stored = await check_writing(database, acting, lesson)
    called = rules.handout_name(upload.name)
    handout = Handout(
        id=uuid7(),
        name=called,
        kind=rules.kind_of(called, upload.content),
        octets=len(upload.content),
        added_by=acting.id,
        at=now,
    )
    await asyncio.to_thread(handouts.keep, data, lesson, handout, upload.content)
    try:
        await Preparations(database).add(lesson, handout, _entry(acting, now))
    except BaseException:
        # Without its row nobody would ever find it, or delete it.
        await asyncio.to_thread(handouts.remove, data, lesson, handout)
        raise
    return await _told(database, acting, stored)


async def handout(
    database: Database, acting: Acting, lesson: str, handout: str, data: Path
) -> tuple[str, Path]:
    """What a file is called, and where it lies.

    Raises:
        RefusedError: as `look`, or there is no such file.
    """
    await look(database, acting, lesson)
    kept = await _handout(database, lesson, handout)
    return kept.name, handouts.path_of(data, lesson, kept)


async def detach(
    database: Database, acting: Acting, lesson: str, handout: str, data: Path, now: datetime
) -> PreparationWords:
    """Delete a file.

    Raises:
        RefusedError: as `look`, the lesson is over, or there is no such file.
    """
    stored = await check_writing(database, acting, lesson)
    kept = await _handout(database, lesson, handout)
    await Preparations(database).remove(lesson, handout, _entry(acting, now))
    await asyncio.to_thread(handouts.remove, data, lesson, kept)
    return await _told(database, acting, stored)


async def say_ready(
    database: Database, acting: Acting, lesson: str, now: datetime, *, ready: bool
) -> PreparationWords:
    """Say for one's own side whether it is ready.

    Raises:
        RefusedError: as `look`, or the lesson is over.
    """
    stored = await check_writing(database, acting, lesson)
    room = stored.lesson.room_of(acting.id)
    if room is None:
        raise RefusedError(Refusal.NOT_YOURS)
    store, line = Preparations(database), _entry(acting, now)
    if ready:
        await store.tick(lesson, Tick(room=room.participant, person=acting.id, at=now), line)
    else:
        await store.untick(lesson, room.participant, line)
    return await _told(database, acting, stored)


def _entry(acting: Acting, now: datetime) -> Entry:
    return entry(acting, Action.CHANGE_PREPARATION, now)


async def check_writing(database: Database, acting: Acting, lesson: str) -> StoredLesson:
    """A lesson for which somebody may write what is prepared.

    Raises:
        RefusedError: there is none, this is not allowed, or the lesson is over.
    """
    stored = await found(database, acting, lesson)
    check(acting, Action.CHANGE_PREPARATION, await concern_of(database, stored.lesson))
    if stored.ended is not None:
        raise RefusedError(Refusal.PREPARATION_OVER)
    return stored


async def _handout(database: Database, lesson: str, handout: str) -> Handout:
    kept = await Preparations(database).find(lesson, handout)
    if kept is None:
        raise RefusedError(Refusal.PREPARATION_FILE_UNKNOWN)
    return kept


async def _told(
    database: Database, acting: Acting, stored: StoredLesson, *, conflict: bool = False
) -> PreparationWords:
    lesson = stored.lesson
    kept = await Preparations(database).of(lesson.id)
    people = {one.author for one in kept.notes} | {one.added_by for one in kept.handouts}
    names = await Directory(database).people(people)
    stands = standing(kept.notes)
    writes = may(acting, Action.CHANGE_PREPARATION, await concern_of(database, lesson))
    return PreparationWords(
        note=None if stands is None else _note(stands, names),
        before=[_note(one, names) for one in reversed(kept.notes) if one is not stands],
        files=[
            HandoutWords(id=one.id, name=one.name, octets=one.octets, added_by=names[one.added_by])
            for one in kept.handouts
        ],
        sides=_sides(lesson, acting, kept),
        may_write=writes and stored.ended is None,
        conflict=conflict,
    )


def _sides(lesson: Lesson, acting: Acting, kept: Preparation) -> list[SideWords]:
    ready = {one.room for one in kept.ticks}
    own: Room | None = lesson.room_of(acting.id)
    return [
        SideWords(
            room=room.participant,
            name=room.name,
            host=room.host,
            ready=room.participant in ready,
            mine=room is own,
        )
        for room in lesson.rooms
    ]


def _note(one: Note, names: dict[str, str]) -> NoteWords:
    return NoteWords(
        id=one.id,
        author=names[one.author],
        at=one.at.isoformat(),
        text=one.text,
        aside=one.aside,
    )
