import base64
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.access.totp import KEY_BYTES, STEP, code_at, step_of, uri
from server.programme.refusal import RefusedError

KEY = b"12345678901234567890"
"""Of both appendices."""


def test_the_vectors_of_rfc_4226() -> None:
    codes = "755224 287082 359152 969429 338314 254676 287922 162583 399871 520489"
    assert " ".join(code_at(KEY, count) for count in range(10)) == codes


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_rfc_6238(now: int, code: str) -> None:
    assert code_at(KEY, now // STEP, digits=8) == code
    assert step_of(KEY, code[2:], now, None) == now // STEP


@pytest.mark.parametrize(("late", "taken"), [(-2, 0), (-1, 1), (0, 1), (1, 1), (2, 0)])
def test_a_phones_clock_may_be_one_step_wrong(late: int, taken: int) -> None:
    now = 1111111111.5
    step = int(now // STEP) + late
    assert step_of(KEY, code_at(KEY, step), now, None) == (step if taken else None)


def test_a_code_is_typed_as_an_app_shows_it() -> None:
    assert step_of(KEY, "287 082", 59.0, None) == step_of(KEY, "２８７０８２", 59.0, None) == 1
    with pytest.raises(RefusedError):
        step_of(KEY, "28708", 59.0, None)


def test_nothing_before_1970_is_asked_for() -> None:
    assert step_of(KEY, code_at(KEY, 0), 0.0, None) == 0


@given(
    st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES),
    st.lists(st.tuples(st.integers(0, 45), st.integers(-2, 2)), max_size=40),
)
def test_no_step_is_taken_twice_and_none_before_the_last(
    key: bytes, typed: list[tuple[int, int]]
) -> None:
    now, last, taken = 1_700_000_000.0, None, []
    for pause, late in typed:
        now += pause
        step = step_of(key, code_at(key, int(now // STEP) + late), now, last)
        if step is not None:
            taken.append(step)
            last = step
    assert taken == sorted(set(taken))


def test_a_uri_says_whose_code_it_is_in_chinese() -> None:
    made = uri(KEY, "衢州 同课", "王老师@一中")
    assert made.isascii()
    parts = urlsplit(made)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(parts.path) == "/衢州 同课:王老师@一中"
    assert "+" not in parts.query
    query = {name: value for name, [value] in parse_qs(parts.query).items()}
    assert base64.b32decode(query.pop("secret")) == KEY
    assert query == {"issuer": "衢州 同课", "algorithm": "SHA1", "digits": "6", "period": "30"}


def test_a_name_with_a_colon_makes_no_uri() -> None:
    with pytest.raises(ValueError, match="colon"):
        uri(KEY, "a:b", "c")
