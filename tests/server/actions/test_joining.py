import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from server.access.codes import LETTERS
from server.access.guesses import LIMITS, Guesses, Kind
from server.access.tokens import Claims, LinkKey
from server.actions.joining import CODE_HOURS, Joining
from server.actions.sign_in import From
from server.programme.lesson import Lesson
from server.programme.refusal import Refusal, RefusedError
from server.store.database import open_database
from server.store.join_codes import JoinCodes
from server.store.lessons import Lessons
from signaling.errors import Code, UserError
from signaling.events import Role
from signaling.ids import LessonId
from tests.support.stored import NOW, planned

KEY = LinkKey(b"k" * 32)


@dataclass
class Doors:
    joining: Joining
    lessons: Lessons
    lesson: Lesson

    async def refused(self, code: str, tick: float = 0.0, at: datetime = NOW) -> Refusal:
        with pytest.raises(RefusedError) as caught:
            await self.joining.token(code, asking(tick, at))
        return caught.value.refusal


def asking(tick: float = 0.0, at: datetime = NOW, address: str = "192.0.2.7") -> From:
    return From(address=address, mark=None, now=at.timestamp(), tick=tick)


@asynccontextmanager
async def doors(folder: Path) -> AsyncIterator[Doors]:
    async with open_database(folder) as database:
        lessons, lesson = Lessons(database), planned()
        await lessons.add(lesson, NOW)
        joining = Joining(codes=JoinCodes(database), key=KEY, guesses=Guesses())
        yield Doors(joining, lessons, lesson)


async def test_a_code_is_exchanged_for_a_pupils_link_that_ends_with_it(tmp_path: Path) -> None:
    async with doors(tmp_path) as here:
        made = await here.joining.invitation(here.lesson.id, NOW)
        typed = f" {made.code[:3].lower()}-{made.code[3:].lower()} "
        claims = KEY.read(await here.joining.token(typed, asking()), NOW.timestamp())
        exp = int((NOW + timedelta(hours=CODE_HOURS)).timestamp())
        assert claims == Claims(lesson=LessonId(here.lesson.id), role=Role.PUPIL, exp=exp)
        assert claims.name is None


async def test_a_lesson_keeps_its_code_until_a_teacher_wants_another(tmp_path: Path) -> None:
    async with doors(tmp_path) as here:
        made = await here.joining.invitation(here.lesson.id, NOW)
        assert await here.joining.invitation(here.lesson.id, NOW + timedelta(hours=1)) == made
        other = await here.joining.another(here.lesson.id, NOW)
        assert other.code != made.code
        assert await here.refused(made.code) is Refusal.JOIN_CODE_UNKNOWN


async def test_a_code_that_is_over_or_never_was_is_refused_with_one_sentence(
    tmp_path: Path,
) -> None:
    async with doors(tmp_path) as here:
        made = await here.joining.invitation(here.lesson.id, NOW)
        late = NOW + timedelta(hours=CODE_HOURS)
        assert await here.refused(made.code, at=late) is Refusal.JOIN_CODE_UNKNOWN
        await here.lessons.mark_ended(here.lesson.id, NOW)
        assert await here.refused(made.code) is Refusal.JOIN_CODE_UNKNOWN
        assert await here.refused("hello") is Refusal.JOIN_CODE_UNFIT


async def test_who_guesses_at_codes_has_to_wait_and_others_have_not(tmp_path: Path) -> None:
    async with doors(tmp_path) as here:
        made = await here.joining.invitation(here.lesson.id, NOW)
        limits = LIMITS[Kind.JOIN_CODE].address
        for number in range(limits.holds):
            wrong = "".join(LETTERS[(number // 28**place) % 28] for place in range(6))
            assert await here.refused(wrong) is Refusal.JOIN_CODE_UNKNOWN
        assert await here.refused(made.code) is Refusal.GUESSES_SPENT
        assert await here.joining.token(made.code, asking(address="198.51.100.9"))
        assert await here.joining.token(made.code, asking(limits.drains))


async def test_a_whole_class_behind_one_address_joins_at_once(tmp_path: Path) -> None:
    async with doors(tmp_path) as here:
        made = await here.joining.invitation(here.lesson.id, NOW)
        for _ in range(LIMITS[Kind.JOIN_CODE].address.holds + 1):
            assert await here.joining.token(made.code, asking())


async def test_a_lesson_that_is_gone_gets_no_code(tmp_path: Path) -> None:
    async with doors(tmp_path) as here:
        with pytest.raises(UserError) as caught:
            await here.joining.invitation("gone", NOW)
        assert caught.value.code is Code.LESSON_UNKNOWN


async def test_teachers_who_ask_at_once_are_told_the_same_code(tmp_path: Path) -> None:
    async with doors(tmp_path) as here:
        made = await asyncio.gather(
            *(here.joining.invitation(here.lesson.id, NOW) for _ in range(4))
        )
        assert len({one.code for one in made}) == 1
        assert await here.joining.token(made[0].code, asking())
