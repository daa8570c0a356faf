from collections.abc import Sequence

from server.access.guesses import LIMITS, Guesses, Kind
from server.live.door import Door
from server.programme.pupil import Rostered
from signaling.ids import LessonId

LESSON = LessonId("lesson")
MING = Rostered(pupil="1", name="李小明")
HOME, ELSEWHERE = "192.0.2.7", "198.51.100.9"
FREE = LIMITS[Kind.PUPIL_NAME].address.holds


async def one_pupil(lesson: LessonId) -> Sequence[Rostered]:
    return [MING]


async def by_numbers(lesson: LessonId) -> Sequence[Rostered]:
    return ()


async def test_a_name_on_the_roster_opens_the_door_and_no_other() -> None:
    door = Door(one_pupil, Guesses(), lambda: 0.0)
    assert await door.pupil(LESSON, "李小明", HOME) == MING
    assert await door.pupil(LESSON, "李小红", HOME) is None


async def test_who_guesses_at_names_is_not_told_any_more_which_of_them_is_right() -> None:
    now = 0.0
    door = Door(one_pupil, Guesses(), lambda: now)
    for number in range(FREE):
        assert await door.pupil(LESSON, f"学生{number}", HOME) is None
    assert await door.pupil(LESSON, "李小明", HOME) is None
    assert await door.pupil(LESSON, "李小明", ELSEWHERE) == MING
    now = LIMITS[Kind.PUPIL_NAME].address.drains
    assert await door.pupil(LESSON, "李小明", HOME) == MING


async def test_a_right_name_in_between_wins_no_guesses() -> None:
    door = Door(one_pupil, Guesses(), lambda: 0.0)
    for number in range(FREE):
        assert await door.pupil(LESSON, "李小明", HOME) == MING
        assert await door.pupil(LESSON, f"学生{number}", HOME) is None
    assert await door.pupil(LESSON, "李小明", HOME) is None


async def test_a_class_kept_by_numbers_has_no_names_to_guess_at() -> None:
    guesses = Guesses()
    assert await Door(by_numbers, guesses, lambda: 0.0).pupil(LESSON, "李小明", HOME) is None
    assert len(guesses) == 0
