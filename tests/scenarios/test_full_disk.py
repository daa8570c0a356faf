"""A disk of 64 MB that fills up during lessons, and has room again."""

import asyncio
from pathlib import Path

import pytest

from server.store.lessons import Lessons
from signaling.events import Role
from signaling.messages import Done, EndLesson, People, RaiseHand, StartLesson
from tests.support.halls import House, house
from tests.support.tmpfs import small_disk

pytestmark = pytest.mark.slow

PATIENCE_S = 10.0


async def test_a_store_that_takes_nothing_stops_no_lesson(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", megabytes=64) as disk:
        async with house(disk.path) as here:
            ending, going = await here.plan("ending"), await here.plan("going")
            teacher, other = await here.teacher(ending), await here.other(going)
            await teacher.ask(lambda n: StartLesson(id=n))
            await asyncio.to_thread(disk.fill)
            pupil = await here.join(ending, Role.PUPIL, name="小明")
            assert "小明" in [p.name for p in (await pupil.ears.message(People)).people]
            assert isinstance(await teacher.ask(lambda n: EndLesson(id=n)), Done)
            await asyncio.sleep(1.5)
            assert isinstance(await other.ask(lambda n: RaiseHand(id=n)), Done)
            await asyncio.to_thread(disk.give_back)
            await stored_as_ended(here, ending.id)
            assert teacher.ears.closed is not None
            assert other.ears.closed is None


async def stored_as_ended(here: House, lesson: str) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            stored = await Lessons(here.database).find(lesson)
            if stored is not None and stored.ended is not None:
                return
            await asyncio.sleep(0.1)
