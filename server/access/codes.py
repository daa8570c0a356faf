"""Short codes that people type: a screen's six digits, four-digit PINs, join and recovery codes.

But for recovery codes none is strong enough alone: each is asked for through `guesses`. Codes are
drawn by `secrets`; how long one holds and for what, its keeper knows.
"""

import secrets
import unicodedata

from server.programme.refusal import Refusal, RefusedError

SCREEN_DIGITS = 6
AUTHENTICATOR_DIGITS = 6
PIN_DIGITS = 4
JOIN_LENGTH = 6
RECOVERY_GROUP = 5
RECOVERY_GROUPS = 3
RECOVERY_LENGTH = RECOVERY_GROUP * RECOVERY_GROUPS
LETTERS = "BCDFGHJKMNPQRSTVWXYZ23456789"
"""Without 0, O, 1, I and L, which look alike, and without vowels, so that no code is a word.

28 signs in six places: 481,890,304 join codes.
"""

_LONGEST_TYPED = 64
_BETWEEN = str.maketrans("", "", " -.·_")
_RUN = "01234567890"
_WELL_KNOWN = frozenset({"0520", "1314", "1413", "2580", "5200", "5201", "5211"})
"""Declarations of love in digits, and the middle column of a telephone's keys."""


def fresh_screen_code() -> str:
    """Six digits that bind a room's screen; the school's admin reads them out once."""
    return f"{secrets.randbelow(10**SCREEN_DIGITS):0{SCREEN_DIGITS}}"


def fresh_recovery_code() -> str:
    """A code that stands in for a lost authenticator once: 28^15 of them, 72 bits."""
    return "-".join(_letters(RECOVERY_GROUP) for _ in range(RECOVERY_GROUPS))


def fresh_join_code() -> str:
    """A code by which a pupil joins one lesson; its keeper sees to it that no two are alike."""
    return _letters(JOIN_LENGTH)


def screen_code(typed: str) -> str:
    """The six digits somebody typed.

    Raises:
        RefusedError: these are not six digits; that is no guess yet.
    """
    return _digits(typed, SCREEN_DIGITS)


def authenticator_code(typed: str) -> str:
    """The six digits somebody read from an authenticator app.

    Raises:
        RefusedError: these are not six digits; that is no guess yet.
    """
    return _digits(typed, AUTHENTICATOR_DIGITS)


def pin(typed: str) -> str:
    """The PIN somebody typed, to be checked against its hash.

    Raises:
        RefusedError: these are not four digits; that is no guess yet.
    """
    return _digits(typed, PIN_DIGITS)


def new_pin(typed: str) -> str:
    """A PIN somebody chose, to be kept as its hash.

    Raises:
        RefusedError: these are not four digits, or others would try them first.
    """
    digits = pin(typed)
    if len(set(digits)) == 1 or digits in _RUN or digits in _RUN[::-1] or digits in _WELL_KNOWN:
        raise RefusedError(Refusal.PIN_EASY)
    return digits


def join_code(typed: str) -> str:
    """The join code somebody typed: full-width and small letters are the same code.

    Raises:
        RefusedError: no join code looks like this; that is no guess yet.
    """
    return _read_letters(typed, JOIN_LENGTH, Refusal.JOIN_CODE_UNFIT)


def recovery_code(typed: str) -> str:
    """The recovery code somebody typed, without what parts its groups.

    Raises:
        RefusedError: no recovery code looks like this; that is no guess yet.
    """
    return _read_letters(typed, RECOVERY_LENGTH, Refusal.RECOVERY_CODE_UNFIT)


def _letters(count: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(count))


def _read_letters(typed: str, count: int, otherwise: Refusal) -> str:
    code = _plain(typed).upper()
    if len(code) != count or not set(code) <= set(LETTERS):
        raise RefusedError(otherwise, count=count)
    return code


def _digits(typed: str, count: int) -> str:
    digits = _plain(typed)
    if len(digits) != count or not (digits.isascii() and digits.isdigit()):
        raise RefusedError(Refusal.DIGITS_EXPECTED, count=count)
    return digits


def _plain(typed: str) -> str:
    """Without full-width forms and without what people put between groups."""
    return unicodedata.normalize("NFKC", typed[:_LONGEST_TYPED]).translate(_BETWEEN).strip()
