import pytest

from server.access.room_codes import HOLDS, RENEWED_AFTER, RoomCodes
from server.programme.refusal import Refusal, RefusedError


def test_a_screen_shows_another_code_now_and_then_and_the_old_one_holds_for_a_while() -> None:
    codes = RoomCodes()
    first = codes.of("room", 0.0)
    assert codes.of("room", RENEWED_AFTER - 1) == first
    second = codes.of("room", RENEWED_AFTER)
    assert second != first
    assert codes.classroom(first, HOLDS - 1) == codes.classroom(second, HOLDS - 1) == "room"
    with pytest.raises(RefusedError, match=Refusal.ROOM_CODE_OVER):
        codes.classroom(first, HOLDS)


def test_each_classroom_has_its_own() -> None:
    codes = RoomCodes()
    here, there = codes.of("here", 0.0), codes.of("there", 0.0)
    assert [codes.classroom(code, 1.0) for code in (here, there)] == ["here", "there"]
    with pytest.raises(RefusedError, match=Refusal.ROOM_CODE_OVER):
        codes.classroom("guessed", 1.0)
