import pytest

from server.access import screen_codes
from server.access.screen_codes import HOLDS, ScreenCodes
from server.actions.acting import OPERATOR
from server.programme.refusal import Refusal, RefusedError


def test_a_code_is_good_once() -> None:
    codes = ScreenCodes()
    made = codes.offer("room", OPERATOR, 0.0)
    assert codes.offered("room", HOLDS - 1) == made
    assert codes.take(made.code, HOLDS - 1) == made
    assert codes.offered("room", 1.0) is None
    with pytest.raises(RefusedError, match=Refusal.SCREEN_CODE_WRONG):
        codes.take(made.code, 1.0)


def test_a_code_ends_by_itself_and_by_the_next_one() -> None:
    codes = ScreenCodes()
    first = codes.offer("room", OPERATOR, 0.0)
    second = codes.offer("room", OPERATOR, 10.0)
    for code, now in ((first.code, 11.0), (second.code, 10.0 + HOLDS)):
        with pytest.raises(RefusedError, match=Refusal.SCREEN_CODE_WRONG):
            codes.take(code, now)


def test_no_two_classrooms_have_the_same_code(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["111111", "111111", "222222"])
    monkeypatch.setattr(screen_codes, "fresh_screen_code", lambda: next(drawn))
    codes = ScreenCodes()
    assert [codes.offer(room, OPERATOR, 0.0).code for room in ("a", "b")] == ["111111", "222222"]


def test_no_more_codes_hold_than_guesses_can_bear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_codes, "MOST_OPEN", 2)
    codes = ScreenCodes()
    for room in ("a", "b"):
        codes.offer(room, OPERATOR, 0.0)
    with pytest.raises(RefusedError, match=Refusal.SIGN_IN_BUSY):
        codes.offer("c", OPERATOR, 1.0)
    codes.offer("b", OPERATOR, 1.0)
    codes.offer("c", OPERATOR, HOLDS)
