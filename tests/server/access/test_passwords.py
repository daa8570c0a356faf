import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.access.passwords import canonical, check_new, common
from server.programme.refusal import Refusal, RefusedError


def refusal_of(password: str, login: str = "wang.laoshi") -> Refusal | None:
    try:
        check_new(password, login)
    except RefusedError as error:
        return error.refusal
    return None


@pytest.mark.parametrize(
    "password",
    ["山高水长-wind-73", "correct horse battery staple", "qz7!Rk2vLm", "昨夜西风凋碧树独上高楼"],
)
def test_a_password_is_long_and_not_odd(password: str) -> None:
    assert refusal_of(password) is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", Refusal.PASSWORD_SHORT),
        ("qz7!Rk2vL", Refusal.PASSWORD_SHORT),
        ("88888888", Refusal.PASSWORD_SHORT),
        ("qz7!Rk2vLm" * 13, Refusal.PASSWORD_LONG),
        ("x" * 100_000, Refusal.PASSWORD_LONG),
        ("woaini1314", Refusal.PASSWORD_COMMON),
        ("WoAiNi1314!", Refusal.PASSWORD_COMMON),
        ("ｗｏａｉｎｉ１３１４", Refusal.PASSWORD_COMMON),
        ("a88888888b", Refusal.PASSWORD_COMMON),
        ("qwer1234qwer1234", Refusal.PASSWORD_COMMON),
        ("0000000000", Refusal.PASSWORD_COMMON),
        ("9876543210", Refusal.PASSWORD_COMMON),
        ("Cdefghijklmn", Refusal.PASSWORD_COMMON),
        ("lkjhgfdsapo", Refusal.PASSWORD_COMMON),
        ("wang.laoshi", Refusal.PASSWORD_IS_LOGIN),
        ("Wang.Laoshi88", Refusal.PASSWORD_IS_LOGIN),
    ],
)
def test_what_others_try_first_is_refused(password: str, why: Refusal) -> None:
    assert refusal_of(password) is why


def test_a_refusal_says_how_long_it_has_to_be() -> None:
    with pytest.raises(RefusedError) as refused:
        check_new("short", "wang")
    assert refused.value.data == {"least": 10}


def test_length_is_counted_as_people_see_it() -> None:
    assert refusal_of("é" * 3 + "wxyzvu") is Refusal.PASSWORD_SHORT
    assert refusal_of("e\u0301" * 3 + "wxyzvu") is Refusal.PASSWORD_SHORT


def test_the_list_is_in_small_letters_without_doubles_and_holds_the_classics() -> None:
    assert {"woaini1314", "88888888", "qwer1234"} <= common()
    assert len(common()) > 200
    assert all(word == word.lower() and word.isascii() for word in common())


@pytest.mark.parametrize("word", sorted(word for word in common() if len(word) >= 10))
def test_no_word_of_the_list_is_let_through(word: str) -> None:
    assert refusal_of(word) is Refusal.PASSWORD_COMMON


def test_full_width_and_composed_forms_are_one_secret() -> None:
    assert canonical("Ｐａｓｓ１２３") == canonical("Pass123") == b"Pass123"
    assert canonical("e\u0301") == canonical("é")


@given(st.text(st.characters(), max_size=2000))
def test_any_text_has_a_bounded_form(text: str) -> None:
    assert len(canonical(text)) <= 4 * 512 * 18
    refusal_of(text)


def test_half_a_character_is_no_error() -> None:
    assert canonical("\ud800")
