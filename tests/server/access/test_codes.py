from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.access import codes
from server.programme.refusal import Refusal, RefusedError


@pytest.mark.parametrize("typed", ["012345", "012 345", "０１２３４５", " 012-345 "])
def test_a_screen_code_is_read_however_its_digits_are_typed(typed: str) -> None:
    assert codes.screen_code(typed) == "012345"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "٠١٢٣٤٥", "一二三四五六"])
def test_what_is_not_six_digits_is_no_guess(typed: str) -> None:
    with pytest.raises(RefusedError) as refused:
        codes.screen_code(typed)
    assert (refused.value.refusal, refused.value.data) == (Refusal.DIGITS_EXPECTED, {"count": 6})


def test_a_pin_is_four_digits() -> None:
    assert codes.pin("２８ 7４") == codes.new_pin("2874") == "2874"
    with pytest.raises(RefusedError):
        codes.pin("28741")


@pytest.mark.parametrize("easy", ["0000", "8888", "1234", "4321", "7890", "0987", "1314", "2580"])
def test_a_pin_that_others_try_first_is_refused_when_chosen(easy: str) -> None:
    with pytest.raises(RefusedError) as refused:
        codes.new_pin(easy)
    assert refused.value.refusal is Refusal.PIN_EASY
    assert codes.pin(easy) == easy


def test_few_pins_are_refused() -> None:
    assert sum(refused(f"{number:04}") for number in range(10_000)) == 33


def refused(digits: str) -> bool:
    try:
        codes.new_pin(digits)
    except RefusedError:
        return True
    return False


def test_a_join_code_has_nothing_that_looks_alike() -> None:
    drawn = {codes.fresh_join_code() for _ in range(500)}
    letters = set("".join(drawn))
    assert not letters & set("0O1ILAEU")
    assert letters == set(codes.LETTERS)
    assert len(drawn) > 495


def test_screen_codes_keep_their_leading_noughts() -> None:
    drawn = [codes.fresh_screen_code() for _ in range(500)]
    assert {len(code) for code in drawn} == {6}
    assert any(code.startswith("0") for code in drawn)
    assert len(set(drawn)) > 490


@given(st.builds(codes.fresh_join_code), st.sampled_from(["{}", " {} ", "{} "]))
def test_a_join_code_is_read_in_small_and_full_width_letters(code: str, around: str) -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code.lower())
    assert codes.join_code(around.format(code)) == code
    assert codes.join_code(wide) == codes.join_code(f"{wide[:3]} {wide[3:]}") == code


@pytest.mark.parametrize("typed", ["", "BCDFG", "BCDFGHJ", "BCDFG0", "BCDFG1", "BCDFGO", "加入码"])
def test_what_no_join_code_looks_like_is_no_guess(typed: str) -> None:
    with pytest.raises(RefusedError) as refused:
        codes.join_code(typed)
    assert refused.value.refusal is Refusal.JOIN_CODE_UNFIT


@pytest.mark.parametrize("read", [codes.screen_code, codes.pin, codes.new_pin, codes.join_code])
@given(text=st.text(max_size=300))
def test_any_text_is_read_or_refused(read: Callable[[str], str], text: str) -> None:
    with suppress(RefusedError):
        assert read(text).isalnum()


def test_a_recovery_code_is_read_with_and_without_its_hyphens() -> None:
    code = codes.fresh_recovery_code()
    assert [len(group) for group in code.split("-")] == [5, 5, 5]
    plain = code.replace("-", "")
    assert codes.recovery_code(code.lower()) == codes.recovery_code(plain) == plain
    with pytest.raises(RefusedError) as refused:
        codes.recovery_code(plain[1:])
    assert refused.value.refusal is Refusal.RECOVERY_CODE_UNFIT


def test_an_authenticator_shows_its_digits_in_two_groups() -> None:
    assert codes.authenticator_code("012 345") == "012345"
