import pytest

from server.programme.pupil import Rostered, match

ROSTER = [
    Rostered(pupil="1", name="李小明"),
    Rostered(pupil="2", name="阿依古丽·买买提"),
    Rostered(pupil="3", name="Anna Li"),
    Rostered(pupil="4", name="王芳"),
    Rostered(pupil="5", name="王芳"),
]


@pytest.mark.parametrize(
    ("typed", "pupil"),
    [
        ("李小明", "1"),
        (" 李 小 明 ", "1"),
        ("阿依古丽买买提", "2"),
        ("阿依古丽•买买提", "2"),
        ("ＡＮＮＡ　ＬＩ", "3"),
    ],
)
def test_a_name_is_known_however_it_is_typed(typed: str, pupil: str) -> None:
    found = match(typed, ROSTER)
    assert found is not None
    assert found.pupil == pupil


@pytest.mark.parametrize("typed", ["小明", "李小", "李小明明", "", " ", "·"])
def test_half_a_name_is_nobodys(typed: str) -> None:
    assert match(typed, [*ROSTER, Rostered(pupil="6", name="·")]) is None


def test_twins_by_name_are_for_the_teacher_to_tell_apart() -> None:
    assert match("王芳", ROSTER) is None


def test_one_pupil_in_two_groups_of_a_lesson_is_one() -> None:
    found = match("李小明", [*ROSTER, ROSTER[0]])
    assert found == ROSTER[0]
