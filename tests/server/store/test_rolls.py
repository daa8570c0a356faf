from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from server.programme.attendance import Numbers
from server.programme.refusal import Refusal, RefusedError
from server.store.database import open_database
from server.store.lessons import Lessons
from server.store.rolls import Declaration, Rolls
from server.store.tables import DeclarationRow
from tests.support.at_once import while_written
from tests.support.stored import NOW, planned


def declared(number: int, room: str = "id0") -> Declaration:
    return Declaration(
        id=str(number),
        room=room,
        at=NOW + timedelta(minutes=number),
        declared_by="link:id0",
        numbers=Numbers(expected=24, present=24 - number, on_leave=0),
        why="更正" if number else "",
    )


async def test_nothing_is_overwritten(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        await Lessons(database).add(planned(), NOW)
        rolls = Rolls(database)
        await rolls.add(declared(0), None)
        await rolls.add(declared(1), "0")
        await rolls.add(declared(2, "id1"), None)
        assert await rolls.of(["id0"]) == [declared(0), declared(1)]
        assert await rolls.of(["id0", "id1"]) == [declared(0), declared(1), declared(2, "id1")]


@pytest.mark.parametrize("seen", [None, "nothing"])
async def test_whoever_did_not_see_the_last_one_is_refused(
    tmp_path: Path, seen: str | None
) -> None:
    async with open_database(tmp_path) as database:
        await Lessons(database).add(planned(), NOW)
        rolls = Rolls(database)
        await rolls.add(declared(0), None)
        with pytest.raises(RefusedError) as refused:
            await rolls.add(declared(1), seen)
        assert refused.value.refusal is Refusal.ROLL_CHANGED
        assert await rolls.of(["id0"]) == [declared(0)]


async def test_of_those_who_declare_at_once_the_second_is_told(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        await Lessons(database).add(planned(), NOW)
        first = insert(DeclarationRow).values(
            id="1", room="id0", at=NOW, declared_by="a", why="", expected=24, present=24, on_leave=0
        )
        rolls = Rolls(database)
        with pytest.raises(RefusedError) as refused:
            # By its id it was made a moment before the one that is kept already.
            await while_written(database, [first], rolls.add(declared(0), None))
        assert refused.value.refusal is Refusal.ROLL_CHANGED
        assert [one.id for one in await rolls.of(["id0"])] == ["1"]
