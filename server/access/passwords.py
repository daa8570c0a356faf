"""What a password must be; pure. How it is kept, `hashing` knows.

Long rather than odd, and none that everybody tries first (NIST SP 800-63B-4, 3.1.1.2): no rule
asks for capitals or signs, no password ends by its age.
"""

import unicodedata
from functools import cache
from importlib.resources import files

from server.programme.refusal import Refusal, RefusedError

SHORTEST = 10
LONGEST = 128
_LONGEST_TYPED = 4 * LONGEST
_FEWEST_SIGNS = 5
_ADDED = 4
_ROWS = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


def canonical(typed: str) -> bytes:
    """A secret as bytes: full-width and composed forms are the same secret (NFKC).

    What is longer than any password is cut: it is a wrong one before and after.
    """
    return _plain(typed).encode("utf-8", "surrogatepass")


def check_new(typed: str, login: str) -> None:
    """Whether somebody who signs in as `login` may have this password from now on.

    Raises:
        RefusedError: it is too short or too long, or among the first that others try.
    """
    password = _plain(typed)
    if len(password) < SHORTEST:
        raise RefusedError(Refusal.PASSWORD_SHORT, least=SHORTEST)
    if len(password) > LONGEST:
        raise RefusedError(Refusal.PASSWORD_LONG, most=LONGEST)
    lowered = password.lower()
    if _is_little_more_than(login.lower(), lowered):
        raise RefusedError(Refusal.PASSWORD_IS_LOGIN)
    if _is_common(lowered):
        raise RefusedError(Refusal.PASSWORD_COMMON)


def _plain(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed[:_LONGEST_TYPED])


def _is_common(password: str) -> bool:
    return (
        len(set(password)) < _FEWEST_SIGNS
        or any(password in row or password in row[::-1] for row in _ROWS)
        or any(_is_little_more_than(known, password) for known in common())
    )


def _is_little_more_than(known: str, password: str) -> bool:
    """Whether fewer than four signs are left when every `known` is taken out of it."""
    return bool(known) and len(password.replace(known, "")) < _ADDED


@cache
def common() -> frozenset[str]:
    """The passwords of `passwords.txt`, which come first in every guesser's list."""
    text = (files("server.access") / "passwords.txt").read_text("utf-8")
    lines = (line.strip() for line in text.splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))
