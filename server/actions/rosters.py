"""A school's rosters: try a file, let it in as a whole, look at a class's names."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from server.access.ids import uuid7
from server.actions.acting import check, concern, entry
from server.actions.class_groups import found as group_found
from server.actions.organisations import found as organisation_found
from server.actions.roster_desk import RosterDesk
from server.actions.roster_reading import Asked, BadWords, Reading
from server.programme.class_group import ClassGroup, Keeping
from server.programme.class_names import ClassName
from server.programme.organisation import Organisation
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action
from server.programme.roster import Change, Entry
from server.store.class_groups import ClassGroups
from server.store.database import Database
from server.store.pupils import Intake, Pupils

Upload = Callable[[], Awaitable[bytes]]
"""Brings a file, once it is known that there is a place for it."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a roster is to be read and let in."""

    language: str
    """In which reasons are written: zh or en."""
    makes_classes: bool
    """Whether classes are made that the school does not have yet."""
    drops_missing: bool
    """Whether those of its classes whom it does not name are removed for good."""
    only: ClassName | None = None
    """The one class that the file is of; none if it may be of several."""


class ClassWords(TypedDict):
    """A class of a file."""

    name: str
    pupils: int
    is_new: bool


class CheckWords(TypedDict):
    """What a file would change, without a pupil's name."""

    good: int
    classes: list[ClassWords]
    new: int
    changed: int
    same: int
    missing: int
    """Whose names its classes keep, and who are not in it: left out now or earlier."""
    bad: list[BadWords]
    bad_count: int
    unread: list[str]
    by_numbers: list[str]


class TakenWords(TypedDict):
    """What a file has changed."""

    new: int
    changed: int
    same: int
    dropped: int


class PupilWords(TypedDict):
    """Somebody on a roster."""

    id: str
    name: str


class Rosters:
    """What is done with rosters; the key is for the hashes of numbers."""

    def __init__(self, database: Database, desk: RosterDesk, key: bytes) -> None:
        self._database = database
        self._groups = ClassGroups(database)
        self._pupils = Pupils(database)
        self._desk = desk
        self._key = key

    async def check(
        self, acting: Acting, school: str, upload: Upload, options: Options
    ) -> CheckWords:
        """Say what a file would change; nothing is changed.

        Raises:
            RefusedError: it can't be read, or this is not allowed.
        """
        place = await self._school(acting, school, options)
        reading, _ = await self._read(place, upload, options, returned=False)
        entries = await asyncio.to_thread(_entries, reading)
        groups = await self._groups.of_school(school)
        change = await self._pupils.compare(school, entries)
        return await asyncio.to_thread(_check_words, reading, groups, entries, change)

    async def returned(
        self, acting: Acting, school: str, upload: Upload, options: Options
    ) -> bytes:
        """The bad rows of a file as a file, each with its reasons.

        Raises:
            RefusedError: as `check`.
        """
        place = await self._school(acting, school, options)
        return (await self._read(place, upload, options, returned=True))[1]

    async def take_in(
        self, acting: Acting, school: str, upload: Upload, options: Options, now: datetime
    ) -> TakenWords:
        """Let a file in, if every row of it is good.

        Raises:
            RefusedError: as `check`, a row of it is bad, or a class of it is kept by numbers;
                nothing is changed.
        """
        place = await self._school(acting, school, options)
        reading, _ = await self._read(place, upload, options, returned=False)
        if reading["bad_count"]:
            raise RefusedError(Refusal.ROSTER_ROWS_BAD, count=reading["bad_count"])
        entries = await asyncio.to_thread(_entries, reading)
        intake = Intake(
            school=school,
            entries=entries,
            made=_made(place, await self._groups.of_school(school), entries),
            drops_missing=options.drops_missing,
            fresh_id=uuid7,
        )
        change = await self._pupils.take_in(intake, entry(acting, Action.IMPORT_ROSTER, now))
        return TakenWords(
            new=len(change.new),
            changed=len(change.changed),
            same=change.same,
            dropped=len(change.missing) if options.drops_missing else 0,
        )

    async def look(self, acting: Acting, group: str, now: datetime) -> list[PupilWords]:
        """The names of a class; the look is logged.

        Raises:
            RefusedError: there is no such class, or this is not allowed.
        """
        action, seen = Action.SEE_PUPILS, await group_found(self._database, group)
        check(acting, action, concern(seen.organisation, persons=seen.persons))
        found = await self._pupils.look(group, entry(acting, action, now))
        return [PupilWords(id=one.id, name=one.name) for one in found]

    async def remove(self, acting: Acting, group: str, pupil: str, now: datetime) -> None:
        """Erase a name of a class for good; the log says that one went, and not whose.

        Raises:
            RefusedError: there is no such class or pupil, or this is not allowed.
        """
        action, kept = Action.REMOVE_PUPIL, await group_found(self._database, group)
        check(acting, action, concern(kept.organisation))
        await self._pupils.remove(group, pupil, entry(acting, action, now))

    async def _school(self, acting: Acting, school: str, options: Options) -> Organisation:
        place = await organisation_found(self._database, school)
        check(acting, Action.IMPORT_ROSTER, concern(place))
        if options.makes_classes:
            check(acting, Action.CHANGE_CLASS_GROUP, concern(place))
        return place

    async def _read(
        self, school: Organisation, upload: Upload, options: Options, *, returned: bool
    ) -> tuple[Reading, bytes]:
        groups = await self._groups.of_school(school.id)
        names = [one.name for one in groups]
        asked = Asked(
            school=school.id,
            key=self._key.hex(),
            classes=None if options.makes_classes else [_pair(one) for one in names],
            only=None if options.only is None else _pair(options.only),
            language=options.language,
            returned=returned,
        )
        async with self._desk.place():
            return await self._desk.read(asked, await upload())


def _pair(name: ClassName) -> list[int]:
    return [name.grade, name.number]


def _entries(reading: Reading) -> list[Entry]:
    return [
        Entry(name=name, number_hash=number, class_name=ClassName(grade, class_number))
        for name, number, grade, class_number in reading["pupils"]
    ]


def _made(
    school: Organisation, groups: Sequence[ClassGroup], entries: Sequence[Entry]
) -> list[ClassGroup]:
    """The classes of a file that the school does not have yet."""
    missing = {one.class_name for one in entries} - {one.name for one in groups}
    return [
        ClassGroup(id=uuid7(), organisation=school, name=name, keeping=Keeping.ROSTER, expected=0)
        for name in sorted(missing)
    ]


def _check_words(
    reading: Reading, groups: Sequence[ClassGroup], entries: Sequence[Entry], change: Change
) -> CheckWords:
    sizes = Counter(one.class_name for one in entries)
    known = {one.name: one.keeping for one in groups}
    return CheckWords(
        good=len(entries),
        classes=[
            ClassWords(name=str(name), pupils=sizes[name], is_new=name not in known)
            for name in sorted(sizes)
        ],
        new=len(change.new),
        changed=len(change.changed),
        same=change.same,
        missing=len(change.missing),
        bad=reading["bad"],
        bad_count=reading["bad_count"],
        unread=reading["unread"],
        by_numbers=[str(name) for name in sorted(sizes) if known.get(name) is Keeping.NUMBERS],
    )
