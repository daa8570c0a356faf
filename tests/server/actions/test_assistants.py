from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import Parameters, Type

from server.access.guesses import Guesses
from server.access.hashing import Hashing
from server.access.room_codes import RoomCodes
from server.access.tokens import LinkKey
from server.actions.assistants import Assistants
from server.actions.room_day import Occasion
from server.actions.sign_in import From
from server.programme.classroom import Classroom
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Capacity
from server.store.database import open_database
from server.store.pins import Pins
from signaling.events import Role
from tests.support.screens import classroom
from tests.support.staff import hired, school
from tests.support.stored import NOW, planned

KEY = LinkKey(b"k" * 32)
MORNING = datetime(2026, 11, 25, 1, 10, tzinfo=UTC)
SOURCE = From(address="192.0.2.1", mark=None, now=MORNING.timestamp(), tick=0.0)
QUICK = Parameters(
    type=Type.ID,
    version=19,
    salt_len=16,
    hash_len=32,
    time_cost=1,
    memory_cost=64,
    parallelism=1,
)
PIN = "2846"


async def test_only_whoever_was_planned_comes_in_and_until_the_evening(tmp_path: Path) -> None:
    hashing = Hashing(QUICK)
    async with open_database(tmp_path) as database:
        at = await school(database)
        room, lesson = await classroom(database, at), planned()
        helper, other = [await hired(database, Capacity.TEACHER, at, name) for name in "甲乙"]
        occasion = Occasion(
            lesson=lesson,
            room=lesson.rooms[1],
            starts=None,
            open=True,
            staff=frozenset({helper.id}),
        )

        async def occasions(where: Classroom, now: datetime) -> Sequence[Occasion]:
            return [occasion]

        codes = RoomCodes()
        assistants = Assistants(database, occasions, codes, hashing, Guesses(), KEY)
        for person in (helper, other):
            await assistants.choose(person.id, PIN, SOURCE.now)
        code = codes.of(room.id, SOURCE.now)
        found = (await assistants.look(code, SOURCE.now))["staff"]
        assert found == [{"id": helper.id, "name": "甲"}]
        with pytest.raises(RefusedError, match=Refusal.PIN_WRONG):
            await assistants.enter(code, other.id, PIN, SOURCE)
        token = await assistants.enter(code, helper.id, PIN, SOURCE)
        claims = KEY.read(token, SOURCE.now)
        assert (claims.role, claims.person, claims.beside) == (Role.TEACHER, helper.id, True)
        assert datetime.fromtimestamp(claims.exp, UTC) == datetime(2026, 11, 25, 12, tzinfo=UTC)
    hashing.close()


async def test_a_pin_that_was_kept_in_yesterdays_form_is_kept_anew(tmp_path: Path) -> None:
    old, new = Hashing(QUICK), Hashing(replace(QUICK, time_cost=2))
    async with open_database(tmp_path) as database:
        at = await school(database)
        room, lesson = await classroom(database, at), planned()
        helper = await hired(database, Capacity.TEACHER, at)
        kept = await old.hash(PIN)
        await Pins(database).put(helper.id, kept, NOW)
        occasion = Occasion(lesson=lesson, room=lesson.rooms[1], starts=None, open=True)

        async def occasions(where: Classroom, now: datetime) -> Sequence[Occasion]:
            return [occasion]

        codes = RoomCodes()
        assistants = Assistants(database, occasions, codes, new, Guesses(), KEY)
        code = codes.of(room.id, SOURCE.now)
        await assistants.enter(code, helper.id, PIN, SOURCE)
        assert await Pins(database).of(helper.id) not in (None, kept)
        await assistants.enter(code, helper.id, PIN, SOURCE)
    old.close()
    new.close()
